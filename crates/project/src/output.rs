//! `render --out`: one file an Application, written as a whole or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use evenkeel_gitops::Environment;

use crate::batch::prepare;

/// The file that names the files which an earlier run wrote, so that only those are removed.
const LEDGER: &str = ".evenkeel-rendered";

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were written because they are new or changed.
    pub written: usize,
    /// Files that were there already, byte for byte.
    pub unchanged: usize,
    /// Files of an earlier run that nothing renders any more.
    pub removed: usize,
}

/// Writes `<env>/<app>.yaml` for every Application that renders something. Each file is replaced at once, what an
/// earlier run left over is removed, and nothing else in `directory`, and nothing outside it, is touched.
///
/// # Errors
/// What the system says, with the path.
pub fn write_outputs(
    directory: &Path,
    outputs: &[(String, Vec<u8>)],
) -> Result<Written, (PathBuf, io::Error)> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| (path, error)
    };
    fs::create_dir_all(directory).map_err(at(directory))?;
    let ledger = directory.join(LEDGER);
    let before: BTreeSet<String> = fs::read_to_string(&ledger)
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect();
    let mut done = Written::default();
    let mut now = BTreeSet::new();
    for (name, text) in outputs {
        let path = directory.join(name);
        if fs::read(&path).is_ok_and(|known| known == *text) {
            done.unchanged += 1;
        } else {
            replace(&path, text).map_err(at(&path))?;
            done.written += 1;
        }
        now.insert(name.clone());
    }
    for name in before.difference(&now) {
        // The ledger is a file that anybody can edit.
        if !is_plain(name) {
            continue;
        }
        let path = directory.join(name);
        match fs::remove_file(&path) {
            Ok(()) => done.removed += 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err((path, error)),
        }
    }
    let names: String = now.iter().map(|name| format!("{name}\n")).collect();
    if names.lines().map(str::to_owned).collect::<BTreeSet<_>>() != before || !ledger.exists() {
        replace(&ledger, names.as_bytes()).map_err(at(&ledger))?;
    }
    Ok(done)
}

/// Writes a file beside its place and moves it there, so that it is never seen half-written.
///
/// # Errors
/// What the system says.
pub fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let prepared = prepare(path, text)?;
    fs::rename(&prepared, path).inspect_err(|_| {
        let _ = fs::remove_file(&prepared);
    })
}

/// Whether a name of the ledger stays within its directory.
fn is_plain(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    parts.all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// The outputs of an environment: what `helm template` prints for each Application's sources, in their order.
/// Names are `<env>/<app>.yaml`.
pub fn outputs(environment: &Environment) -> Vec<(String, Vec<u8>)> {
    let files = environment.apps.iter().filter_map(|app| {
        let text = app.output();
        let name = match app.name.as_str() {
            "" => "root",
            name => name,
        };
        (!text.is_empty()).then(|| {
            (
                format!("{}/{}.yaml", environment.name, file_name(name)),
                text,
            )
        })
    });
    files.collect()
}

/// A name without what a file name may not hold.
pub(crate) fn file_name(name: &str) -> String {
    name.replace(
        |c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c),
        "-",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .expect("a directory")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn stale_files_go_and_others_stay() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path();
        fs::create_dir(path.join("prod")).expect("a directory");
        fs::write(path.join("prod/mine.txt"), "x").expect("a file");
        let file = |name: &str| (format!("prod/{name}"), b"a: 1\n".to_vec());
        let first = write_outputs(path, &[file("a.yaml"), file("b.yaml")]).expect("written");
        assert_eq!((first.written, first.unchanged, first.removed), (2, 0, 0));
        let second = write_outputs(path, &[file("a.yaml")]).expect("written");
        assert_eq!(
            (second.written, second.unchanged, second.removed),
            (0, 1, 1)
        );
        assert_eq!(names(&path.join("prod")), ["a.yaml", "mine.txt"]);
        assert_eq!(names(path), [LEDGER, "prod"]);
    }

    #[test]
    fn a_forged_ledger_removes_nothing_outside() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("out");
        fs::create_dir(&path).expect("a directory");
        let precious = directory.path().join("precious");
        fs::write(&precious, "x").expect("a file");
        fs::write(path.join(LEDGER), "../precious\n").expect("a file");
        write_outputs(&path, &[]).expect("written");
        assert!(precious.exists());
    }
}
