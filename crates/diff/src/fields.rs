//! The changes between two values, field by field.

use std::sync::Arc;

use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::{Data, DataEntry};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::change::{Change, ChangeKind, Class, Sides};
use crate::list::{self, Pair};
use crate::tokens::{Side, Tokens};

/// A walk over two values.
pub(crate) struct Fields<'t> {
    tokens: &'t Tokens,
    path: FieldPath,
    indexed: Sides<FieldPath>,
    changes: Vec<Change>,
}

impl Fields<'_> {
    /// What differs between two objects, in the order of their keys.
    pub(crate) fn changes(before: &Data, after: &Data, tokens: &Tokens) -> Vec<Change> {
        let mut fields = Fields {
            tokens,
            path: FieldPath::default(),
            indexed: Sides::default(),
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
                        Class::Identity
                    }
                    _ => Class::Unexplained,
                };
                self.push(ChangeKind::Changed, Some(before), Some(after), class);
            }
        }
    }

    fn item(&mut self, pair: Pair<'_>) {
        self.path.0.push(pair.step);
        self.indexed.before.0.push(Step::Index(pair.places.before));
        self.indexed.after.0.push(Step::Index(pair.places.after));
        self.field(pair.before, pair.after);
        self.path.0.pop();
        self.indexed.before.0.pop();
        self.indexed.after.0.pop();
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
        let renamed = self.renamed(old, new);
        for entry in old {
            let renamed = renamed.get(&entry.key).copied();
            let other = renamed.or_else(|| find(new, &entry.key));
            self.entry(entry, renamed, |fields| {
                if let Some(to) = renamed {
                    fields.rename(entry, to);
                }
                fields.field(Some(&entry.value), other.map(|other| &other.value));
            });
        }
        let taken: FxHashSet<&[u8]> = renamed.values().map(|entry| entry.key.as_ref()).collect();
        for entry in new {
            if find(old, &entry.key).is_none() && !taken.contains(entry.key.as_ref()) {
                self.entry(entry, None, |fields| fields.field(None, Some(&entry.value)));
            }
        }
    }

    /// Keys may hold tokens too, such as file names: what the keys that only `old` has are called in `new`.
    fn renamed<'d>(
        &self,
        old: &[DataEntry],
        new: &'d [DataEntry],
    ) -> FxHashMap<Arc<[u8]>, &'d DataEntry> {
        let only_new = new.iter().filter(|entry| find(old, &entry.key).is_none());
        let mut by_normal: FxHashMap<Vec<u8>, &DataEntry> = only_new
            .map(|entry| (self.tokens.normal(&entry.key, Side::After), entry))
            .collect();
        let mut renamed = FxHashMap::default();
        for entry in old.iter().filter(|entry| find(new, &entry.key).is_none()) {
            let normal = self.tokens.normal(&entry.key, Side::Before);
            if let Some(other) = by_normal.remove(&normal) {
                renamed.insert(Arc::clone(&entry.key), other);
            }
        }
        renamed
    }

    fn entry(
        &mut self,
        entry: &DataEntry,
        renamed: Option<&DataEntry>,
        visit: impl FnOnce(&mut Self),
    ) {
        let text = |entry: &DataEntry| String::from_utf8_lossy(&entry.key).into_owned();
        let (key, other) = (text(entry), renamed.map(text));
        self.path.0.push(Step::Key(key.clone()));
        self.indexed.before.0.push(Step::Key(key.clone()));
        self.indexed.after.0.push(Step::Key(other.unwrap_or(key)));
        visit(self);
        self.path.0.pop();
        self.indexed.before.0.pop();
        self.indexed.after.0.pop();
    }

    /// The key itself has another name, which follows from the environment's.
    fn rename(&mut self, from: &DataEntry, to: &DataEntry) {
        let (from, to) = (Data::Str(from.key.clone()), Data::Str(to.key.clone()));
        self.push(ChangeKind::Changed, Some(&from), Some(&to), Class::Identity);
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
            indexed: Sides {
                before: place(before, &self.indexed.before),
                after: place(after, &self.indexed.after),
            },
            hazard: None,
            kind,
            before: before.cloned(),
            after: after.cloned(),
            class,
        });
    }
}

/// The path of a field that the side has.
fn place(side: Option<&Data>, path: &FieldPath) -> FieldPath {
    side.map_or_else(FieldPath::default, |_| path.clone())
}

/// The entry of a key; entries are sorted by key.
fn find<'d>(entries: &'d [DataEntry], key: &[u8]) -> Option<&'d DataEntry> {
    let place = entries.binary_search_by(|entry| entry.key.as_ref().cmp(key));
    place.ok().map(|place| &entries[place])
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
