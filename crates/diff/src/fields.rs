//! The changes between two values, field by field.

use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::{Data, DataEntry};

use crate::change::{Change, ChangeKind, Class};
use crate::list::{self, Pair};
use crate::tokens::{Side, Tokens};

/// A walk over two values.
pub(crate) struct Fields<'t> {
    tokens: &'t Tokens,
    path: FieldPath,
    indexed: FieldPath,
    changes: Vec<Change>,
}

impl Fields<'_> {
    /// What differs between two objects, in the order of their keys.
    pub(crate) fn changes(before: &Data, after: &Data, tokens: &Tokens) -> Vec<Change> {
        let mut fields = Fields {
            tokens,
            path: FieldPath::default(),
            indexed: FieldPath::default(),
            changes: Vec::new(),
        };
        fields.visit(before, after);
        fields.changes
    }

    fn visit(&mut self, before: &Data, after: &Data) {
        match (before, after) {
            (Data::Map(old), Data::Map(new)) => self.maps(old, new),
            (Data::List(old), Data::List(new)) => {
                let field = match self.path.0.last() {
                    Some(Step::Key(key)) => key.as_str(),
                    _ => "",
                };
                for pair in list::align(field, old, new, self.tokens) {
                    self.item(pair);
                }
            }
            _ if same(before, after) => {}
            _ => {
                let class = match (before, after) {
                    (Data::Str(old), Data::Str(new)) if self.tokens.derives(old, new) => {
                        Class::Derived
                    }
                    _ => Class::Unexplained,
                };
                self.push(ChangeKind::Changed, Some(before), Some(after), class);
            }
        }
    }

    fn item(&mut self, pair: Pair<'_>) {
        self.path.0.push(pair.step);
        self.indexed.0.push(Step::Index(pair.index));
        self.field(pair.before, pair.after);
        self.path.0.pop();
        self.indexed.0.pop();
    }

    /// A null says what a missing key says: the API server drops it.
    fn field(&mut self, before: Option<&Data>, after: Option<&Data>) {
        let present = |data: &&Data| !matches!(data, Data::Null);
        match (before.filter(present), after.filter(present)) {
            (Some(before), Some(after)) => self.visit(before, after),
            (Some(before), None) => {
                self.push(ChangeKind::Removed, Some(before), None, Class::Unexplained);
            }
            (None, Some(after)) => {
                self.push(ChangeKind::Added, None, Some(after), Class::Unexplained);
            }
            (None, None) => {}
        }
    }

    fn maps(&mut self, old: &[DataEntry], new: &[DataEntry]) {
        let has = |entries: &[DataEntry], key: &[u8]| entries.iter().any(|e| e.key.as_ref() == key);
        // Keys may hold tokens too, such as file names.
        let renamed: Vec<(&DataEntry, &DataEntry)> = old
            .iter()
            .filter(|entry| !has(new, &entry.key))
            .filter_map(|entry| {
                let normal = self.tokens.normal(&entry.key, Side::Before);
                let is_it = |other: &&DataEntry| {
                    !has(old, &other.key) && self.tokens.normal(&other.key, Side::After) == normal
                };
                Some((entry, new.iter().find(is_it)?))
            })
            .collect();
        for entry in old {
            let renamed = renamed.iter().find(|(from, _)| from.key == entry.key);
            let same = || new.iter().find(|other| other.key == entry.key);
            let other = renamed.map(|(_, to)| *to).or_else(same);
            self.entry(entry, |fields| {
                if let Some((from, to)) = renamed {
                    fields.rename(from, to);
                }
                fields.field(Some(&entry.value), other.map(|other| &other.value));
            });
        }
        for entry in new {
            let known = has(old, &entry.key) || renamed.iter().any(|(_, to)| to.key == entry.key);
            if !known {
                self.entry(entry, |fields| fields.field(None, Some(&entry.value)));
            }
        }
    }

    fn entry(&mut self, entry: &DataEntry, visit: impl FnOnce(&mut Self)) {
        let key = String::from_utf8_lossy(&entry.key).into_owned();
        self.path.0.push(Step::Key(key.clone()));
        self.indexed.0.push(Step::Key(key));
        visit(self);
        self.path.0.pop();
        self.indexed.0.pop();
    }

    /// The key itself has another name, which follows from the environment's.
    fn rename(&mut self, from: &DataEntry, to: &DataEntry) {
        let (from, to) = (Data::Str(from.key.clone()), Data::Str(to.key.clone()));
        self.push(ChangeKind::Changed, Some(&from), Some(&to), Class::Derived);
    }

    fn push(
        &mut self,
        kind: ChangeKind,
        before: Option<&Data>,
        after: Option<&Data>,
        class: Class,
    ) {
        self.changes.push(Change {
            path: self.path.clone(),
            indexed: self.indexed.clone(),
            kind,
            before: before.cloned(),
            after: after.cloned(),
            class,
        });
    }
}

/// Whether two values without parts are the same; numbers are by what they count.
fn same(before: &Data, after: &Data) -> bool {
    match (number(before), number(after)) {
        (Some(before), Some(after)) => before == after,
        _ => before == after,
    }
}

fn number(data: &Data) -> Option<f64> {
    match data {
        Data::Int(n) => Some(*n as f64),
        Data::Uint(n) => Some(*n as f64),
        Data::Float(n) => Some(*n),
        _ => None,
    }
}
