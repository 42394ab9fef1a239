//! What a differ found, held against what it was to find.

use std::fmt;

use serde_json::Value;

use super::draft::Identity;

/// What happened to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// It was not there before.
    Added,
    /// It is no longer there.
    Removed,
    /// Its value is another.
    Changed,
    /// The items of the list stand in another order.
    Moved,
}

impl Kind {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Kind> {
        let kinds = [Kind::Added, Kind::Removed, Kind::Changed, Kind::Moved];
        kinds.into_iter().find(|kind| kind.to_string() == text)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Added => "added",
            Kind::Removed => "removed",
            Kind::Changed => "changed",
            Kind::Moved => "moved",
        })
    }
}

/// A change that an edit made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Expected {
    /// The object.
    pub object: Identity,
    /// The field; empty for the whole object.
    pub path: String,
    /// What happened to it.
    pub kind: Kind,
}

/// A change that a differ reports, in the same words.
pub type Found = Expected;

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind, self.object, self.path)
    }
}

/// How many changes there are, were reported, and both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Changes that edits made.
    pub expected: usize,
    /// Changes that the differ reports.
    pub reported: usize,
    /// Expected changes that are reported.
    pub recalled: usize,
    /// Reported changes that are expected.
    pub right: usize,
}

impl Score {
    /// The share of what is reported that is right; 1 if nothing is.
    pub fn precision(self) -> f64 {
        share(self.right, self.reported)
    }

    /// The share of what is expected that is reported; 1 if nothing is.
    pub fn recall(self) -> f64 {
        share(self.recalled, self.expected)
    }

    /// Nothing is missing and nothing is too much.
    pub fn is_perfect(self) -> bool {
        self.right == self.reported && self.recalled == self.expected
    }
}

impl std::ops::AddAssign for Score {
    fn add_assign(&mut self, other: Score) {
        self.expected += other.expected;
        self.reported += other.reported;
        self.recalled += other.recalled;
        self.right += other.right;
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// Counts, and tells what is missing and what is too much. A change counts once.
pub fn score(expected: &[Expected], found: &[Found]) -> (Score, Vec<Expected>, Vec<Found>) {
    let mut surplus = found.to_vec();
    let mut missing = Vec::new();
    for change in expected {
        match surplus.iter().position(|found| found == change) {
            Some(at) => drop(surplus.remove(at)),
            None => missing.push(change.clone()),
        }
    }
    let hits = expected.len() - missing.len();
    let score = Score {
        expected: expected.len(),
        reported: found.len(),
        recalled: hits,
        right: hits,
    };
    (score, missing, surplus)
}

/// The changes in what `evenkeel diff --format json` prints.
///
/// # Errors
/// It is not that.
pub fn found_in_json(text: &str) -> Result<Vec<Found>, String> {
    let document: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let mut found = Vec::new();
    collect(&document, &mut found)?;
    Ok(found)
}

/// Objects are wherever a key `objects` is: below comparisons and apps.
fn collect(value: &Value, found: &mut Vec<Found>) -> Result<(), String> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| collect(item, found)),
        Value::Object(entries) => entries.iter().try_for_each(|(key, value)| {
            let objects = (key == "objects").then(|| value.as_array()).flatten();
            match objects {
                Some(objects) => objects
                    .iter()
                    .try_for_each(|object| changes_of(object, found)),
                None => collect(value, found),
            }
        }),
        _ => Ok(()),
    }
}

fn changes_of(object: &Value, found: &mut Vec<Found>) -> Result<(), String> {
    let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
    let identity = Identity {
        group: text("group"),
        kind: text("kind"),
        namespace: text("namespace"),
        name: text("name"),
    };
    for change in object["changes"]
        .as_array()
        .ok_or("an object without changes")?
    {
        let kind = change["kind"].as_str().and_then(Kind::parse);
        found.push(Expected {
            object: identity.clone(),
            path: unquoted(change["path"].as_str().ok_or("a change without a path")?),
            kind: kind.ok_or_else(|| format!("a change of no kind: {change}"))?,
        });
    }
    Ok(())
}

/// `a["b.c"]` as `a[b.c]`.
fn unquoted(path: &str) -> String {
    path.replace("[\"", "[").replace("\"]", "]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, kind: Kind) -> Expected {
        Expected {
            object: Identity::default(),
            path: path.to_owned(),
            kind,
        }
    }

    #[test]
    fn a_change_counts_once() {
        let expected = [change("a", Kind::Changed), change("b", Kind::Added)];
        let found = [change("a", Kind::Changed), change("a", Kind::Changed)];
        let (score, missing, surplus) = score(&expected, &found);
        assert_eq!((score.right, score.recalled), (1, 1));
        assert_eq!(missing, [change("b", Kind::Added)]);
        assert_eq!(surplus, [change("a", Kind::Changed)]);
        assert!(!score.is_perfect());
    }

    #[test]
    fn changes_are_read_from_json() {
        let json = r#"{"comparisons":[{"apps":[{"objects":[{"group":"","kind":"ConfigMap","namespace":null,
            "name":"c","changes":[{"path":"data[\"a.b\"].c","kind":"moved"}]}]}]}]}"#;
        let found = found_in_json(json).expect("it is read");
        assert_eq!(found[0].to_string(), "moved /ConfigMap//c data[a.b].c");
        assert!(found_in_json("{").is_err());
    }
}
