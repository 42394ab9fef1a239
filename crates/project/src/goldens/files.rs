//! The files of the goldens.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::io::ErrorKind::{IsADirectory, NotADirectory, NotFound};
use std::path::{Path, PathBuf};

use crate::batch::{Batch, Failed};
use crate::output::Written;

/// How every file begins, behind the sign of a comment. Files that begin otherwise are somebody else's.
pub(super) const BEGIN: &str = "Written by `evenkeel golden --update`";

/// Where reports of differences between environments stand.
const REPORTS: &str = "diff";

/// What the files shall say.
#[derive(Debug, Default)]
pub struct GoldenFiles {
    /// Texts by name below the directory: `<env>/<app>.yaml`, `diff/<env>-vs-<reference>.md`.
    texts: BTreeMap<String, Vec<u8>>,
    /// The files that may be there although they have not been made now: those of environments that nobody asked for.
    others: BTreeSet<String>,
}

/// A file that does not say what it shall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// Its path below the directory of the goldens.
    pub name: String,
    /// What it says; `None` if it is not there.
    pub golden: Option<Vec<u8>>,
    /// What it shall say; `None` if nothing is rendered to it any more.
    pub rendered: Option<Vec<u8>>,
}

impl Stale {
    /// Whether it is a report that says the same, of lines that have moved.
    pub fn has_moved(&self) -> bool {
        let (Some(golden), Some(rendered)) = (&self.golden, &self.rendered) else {
            return false;
        };
        self.name.ends_with(".md") && without_lines(golden) == without_lines(rendered)
    }
}

/// A text without the numbers that stand behind colons, and the blanks and breaks that follow from their length.
fn without_lines(text: &[u8]) -> Vec<u8> {
    let mut rest = Vec::with_capacity(text.len());
    let mut is_number = false;
    for byte in text {
        is_number &= byte.is_ascii_digit();
        if !is_number && !byte.is_ascii_whitespace() {
            rest.push(*byte);
        }
        is_number |= *byte == b':';
    }
    rest
}

impl GoldenFiles {
    /// Adds a golden.
    pub fn add(&mut self, name: &str, text: Vec<u8>) {
        self.texts.insert(name.to_owned(), text);
    }

    /// Adds a report, in Markdown, of how an environment differs from the reference; without a text it has not been
    /// made now.
    pub fn add_report(&mut self, env: &str, reference: &str, text: Option<&str>) {
        let name = format!("{REPORTS}/{env}-vs-{reference}.md");
        match text {
            Some(text) => {
                let text =
                    format!("<!-- {BEGIN}: how {env} differs from {reference}. -->\n\n{text}");
                self.texts.insert(name, text.into_bytes());
            }
            None => {
                self.others.insert(name);
            }
        }
    }

    /// Notes an environment that has goldens, and has not been rendered now.
    pub fn leave(&mut self, env: &str) {
        self.others.insert(format!("{env}/"));
    }

    /// How many files there shall be.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there shall be none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The files that do not say what they shall, by name, those that should not be there among them.
    ///
    /// # Errors
    /// What the system says, with the path.
    pub fn stale(&self, directory: &Path) -> Result<Vec<Stale>, (PathBuf, io::Error)> {
        let mut names: BTreeSet<String> = self.texts.keys().cloned().collect();
        for folder in entries(directory)? {
            if !self.others.contains(&format!("{folder}/")) {
                names.extend(ours(directory, &folder)?);
            }
        }
        let mut stale = Vec::new();
        for name in names.difference(&self.others) {
            let golden = read(&directory.join(name))?;
            let rendered = self.texts.get(name);
            if golden.as_ref() != rendered {
                stale.push(Stale {
                    name: name.clone(),
                    golden,
                    rendered: rendered.cloned(),
                });
            }
        }
        Ok(stale)
    }

    /// Makes the files say what they shall: all of them, or none where something fails. Files that nothing is rendered
    /// to any more go, files of others stay.
    ///
    /// # Errors
    /// What the system says, with the path.
    pub fn update(&self, directory: &Path) -> Result<Written, (PathBuf, io::Error)> {
        let mut batch = Batch::default();
        let mut done = Written::default();
        for Stale { name, rendered, .. } in self.stale(directory)? {
            let path = directory.join(name);
            match rendered {
                Some(text) => {
                    batch.write(&path, &text)?;
                    done.written += 1;
                }
                None => {
                    batch.remove(&path)?;
                    done.removed += 1;
                }
            }
        }
        batch.commit()?;
        done.unchanged = self.texts.len() - done.written;
        Ok(done)
    }
}

/// The files of a folder that begin as ours do.
fn ours(directory: &Path, folder: &str) -> Result<Vec<String>, Failed> {
    let mut ours = Vec::new();
    for name in entries(&directory.join(folder))? {
        let name = format!("{folder}/{name}");
        let sign = match Path::new(&name).extension().and_then(|end| end.to_str()) {
            Some("yaml") => "# ",
            Some("md") => "<!-- ",
            _ => continue,
        };
        let begin = format!("{sign}{BEGIN}");
        if read(&directory.join(&name))?.is_some_and(|text| text.starts_with(begin.as_bytes())) {
            ours.push(name);
        }
    }
    Ok(ours)
}

/// The names in a directory; none in what is no directory.
fn entries(directory: &Path) -> Result<Vec<String>, Failed> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(Vec::new()),
        Err(error) => return Err((directory.to_owned(), error)),
    };
    let name = |entry: io::Result<fs::DirEntry>| {
        let name = entry.map(|entry| entry.file_name().to_string_lossy().into_owned());
        name.map_err(|error| (directory.to_owned(), error))
    };
    entries.map(name).collect()
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Failed> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), NotFound | IsADirectory) => Ok(None),
        Err(error) => Err((path.to_owned(), error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn moved(name: &str, golden: &str, rendered: &str, want: bool) {
        let stale = Stale {
            name: name.to_owned(),
            golden: Some(golden.into()),
            rendered: Some(rendered.into()),
        };
        assert_eq!(stale.has_moved(), want, "{golden} and {rendered}");
    }

    #[test]
    fn a_report_whose_lines_have_moved_says_the_same() {
        let name = "diff/prod-vs-local.md";
        moved(
            name,
            "a 1 → 2  values.yaml:9  why",
            "a 1 → 2  values.yaml:10\n  why",
            true,
        );
        moved(
            name,
            "a 1 → 2  values.yaml:9",
            "a 1 → 3  values.yaml:9",
            false,
        );
        moved("prod/web.yaml", "a: 1", "a: 2", false);
    }

    #[test]
    fn files_of_others_and_of_what_was_not_asked_for_stay() {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path();
        let write = |name: &str, text: &str| {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
            fs::write(path, text).expect("it can be written");
        };
        let ours = format!("# {BEGIN}: …\n");
        write("prod/gone.yaml", &ours);
        write("prod/theirs.yaml", "a: 1\n");
        write("local/web.yaml", &ours);
        write("test/web.yaml", &ours);
        write("diff/prod-vs-local.md", &format!("<!-- {BEGIN}: … -->"));
        write("diff/test-vs-local.md", &format!("<!-- {BEGIN}: … -->"));
        write("helm.sums", "x");
        let mut files = GoldenFiles::default();
        files.add("prod/web.yaml", b"text".to_vec());
        files.add_report("prod", "local", None);
        files.leave("local");
        let stale = files.stale(root).expect("it can be read");
        let names: Vec<&str> = stale.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "diff/test-vs-local.md",
                "prod/gone.yaml",
                "prod/web.yaml",
                "test/web.yaml"
            ]
        );
        let done = files.update(root).expect("it can be written");
        assert_eq!((done.written, done.removed, done.unchanged), (1, 3, 0));
        assert!(root.join("prod/theirs.yaml").exists() && root.join("local/web.yaml").exists());
        assert!(files.stale(root).expect("it can be read").is_empty());
    }
}
