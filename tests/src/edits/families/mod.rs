//! The families of edits, a table each.

mod combined;
mod keyed;
mod lists;
mod noise;
mod objects;
mod scalars;
mod texts;

#[cfg(test)]
pub(in crate::edits) use noise::styles;

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::draft::{Draft, Files};
use super::score::Expected;

/// A name, a base, and the edits of it.
pub(super) struct Row(&'static str, &'static str, fn(&mut Draft));

impl Row {
    /// The base that it edits.
    pub(super) fn base(&self) -> &'static str {
        self.1
    }

    /// Makes the edits.
    pub(super) fn apply(&self, draft: &mut Draft) {
        (self.2)(draft);
    }
}

/// All bases.
pub(super) const BASES: &[&str] = &["cluster", "config", "platform", "shop", "store"];

/// The families that are tables of rows.
const ROWS: &[(&str, &[Row])] = &[
    ("scalars", scalars::SCALARS),
    ("types", scalars::TYPES),
    ("shapes", scalars::SHAPES),
    ("keys", scalars::KEYS),
    ("sequences", lists::SEQUENCES),
    ("sets", lists::SETS),
    ("nested lists", lists::NESTED),
    ("renames", objects::RENAMES),
    ("objects", objects::OBJECTS),
    ("duplicates", objects::DUPLICATES),
    ("files", objects::FILES),
    ("embedded data", texts::EMBEDDED),
    ("embedded noise", texts::REFORMATTED),
    ("texts", texts::TEXTS),
    ("quantities", texts::QUANTITIES),
    ("secrets", texts::SECRETS),
];

/// Two sides and what differs between them.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The family of edits.
    pub family: &'static str,
    /// What was edited, unique in the family.
    pub name: String,
    /// The files before and after: paths in a folder, or one file with an empty path.
    pub sides: [Files; 2],
    /// All changes.
    pub expected: Vec<Expected>,
    /// What no output may hold: the values of Secrets.
    pub secrets: Vec<String>,
}

impl Pair {
    /// Writes both sides into a directory and gives their paths: each a file or a folder.
    ///
    /// # Errors
    /// A file cannot be written.
    #[expect(clippy::disallowed_methods, reason = "differs read files")]
    pub fn write(&self, dir: &Path) -> io::Result<[PathBuf; 2]> {
        let write = |side: usize, name: &str| -> io::Result<PathBuf> {
            let mut root = dir.join(name);
            for (path, text) in &self.sides[side] {
                let file = if path.is_empty() {
                    root.set_extension("yaml");
                    root.clone()
                } else {
                    root.join(path)
                };
                fs::create_dir_all(file.parent().unwrap_or(dir))?;
                fs::write(file, text)?;
            }
            Ok(root)
        };
        Ok([write(0, "before")?, write(1, "after")?])
    }

    fn of(family: &'static str, name: &str, draft: &Draft) -> Pair {
        Pair {
            family,
            name: name.to_owned(),
            sides: draft.sides(),
            expected: draft.expected.clone(),
            secrets: draft.secrets(),
        }
    }
}

/// All pairs, the same in every run.
pub fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (family, rows) in ROWS {
        for Row(name, base, edit) in *rows {
            let mut draft = Draft::of(base);
            edit(&mut draft);
            pairs.push(Pair::of(family, name, &draft));
        }
    }
    pairs.extend(keyed::pairs());
    pairs.extend(noise::pairs());
    pairs.extend(combined::pairs());
    pairs
}

/// The rows that neither make nor remove objects, nor spread them over other files.
pub(super) fn simple_rows() -> Vec<&'static Row> {
    let families = ROWS
        .iter()
        .filter(|(family, _)| !["objects", "duplicates", "files", "renames"].contains(family));
    families.flat_map(|(_, rows)| rows.iter()).collect()
}
