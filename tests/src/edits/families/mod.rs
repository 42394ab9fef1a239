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

use super::draft::{Draft, Files};
use super::score::Expected;

/// A name, a base, and the edits of it.
pub(super) struct Row(&'static str, &'static str, fn(&mut Draft));

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
