//! The changes between two values, field by field.

use std::sync::Arc;

use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::{Data, DataEntry, DataItem};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::change::{Change, ChangeKind, Class, Sides};
use crate::embedded;
use crate::keys::Shape;
use crate::list::{Lists, Pair};
use crate::quantity::{is_quantity, same, same_amount};
use crate::redact;
use crate::tokens::{Side, Tokens};

/// A walk over two values.
pub(crate) struct Fields<'t> {
    tokens: &'t Tokens,
    /// What the object is; of no kind within texts, which the API server does not read.
    shape: Shape<'t>,
    /// Whether all that is here is secret.
    is_hidden: bool,
    is_embedded: bool,
    path: FieldPath,
    indexed: Sides<FieldPath>,
    changes: Vec<Change>,
}

impl<'t> Fields<'t> {
    /// What differs between two objects, in the order of their keys. No value is in there that is secret.
    pub(crate) fn changes(
        before: &Data,
        after: &Data,
        shape: Shape<'t>,
        tokens: &'t Tokens,
    ) -> Vec<Change> {
        let mut fields = Fields {
            tokens,
            shape,
            is_hidden: false,
            is_embedded: false,
            path: FieldPath::default(),
            indexed: Sides::default(),
            changes: Vec::new(),
        };
        fields.visit(before, after);
        fields.changes
    }

    fn visit(&mut self, before: &Data, after: &Data) {
        match (before, after) {
            (Data::Map(_), Data::Map(_)) => self.maps(before, after),
            (Data::List(old), Data::List(new)) => self.lists(before, after, (old, new)),
            _ if same(before, after) => {}
            (Data::Str(old), Data::Str(new)) => self.texts(old, new),
            _ if self.is_same_amount(before, after) => {}
            _ => self.push(
                ChangeKind::Changed,
                Some(before),
                Some(after),
                Class::Unexplained,
            ),
        }
    }

    /// Two texts that differ: as data, if both hold some.
    fn texts(&mut self, old: &Arc<[u8]>, new: &Arc<[u8]>) {
        let (before, after) = (Data::Str(Arc::clone(old)), Data::Str(Arc::clone(new)));
        if self.is_same_amount(&before, &after) {
            return;
        }
        let key = self.key();
        if !self.is_hidden
            && let Some(before) = embedded::data(old, key)
            && let Some(after) = embedded::data(new, key)
        {
            let shape = std::mem::take(&mut self.shape);
            let is_embedded = std::mem::replace(&mut self.is_embedded, true);
            self.visit(&before, &after);
            self.shape = shape;
            self.is_embedded = is_embedded;
            return;
        }
        let class = match self.tokens.derives(old, new) {
            true => Class::Identity,
            false => Class::Unexplained,
        };
        self.push(ChangeKind::Changed, Some(&before), Some(&after), class);
    }

    fn is_same_amount(&self, before: &Data, after: &Data) -> bool {
        !self.is_embedded
            && is_quantity(self.shape.kind, &self.path)
            && same_amount(before, after) == Some(true)
    }

    fn lists(&mut self, before: &Data, after: &Data, (old, new): (&[DataItem], &[DataItem])) {
        let lists = Lists {
            before: old,
            after: new,
            tokens: self.tokens,
        };
        let aligned = lists.align(self.shape, &self.path);
        if aligned.is_moved {
            self.push(
                ChangeKind::Moved,
                Some(before),
                Some(after),
                Class::Unexplained,
            );
        }
        for pair in aligned.pairs {
            self.item(pair);
        }
    }

    fn item(&mut self, pair: Pair<'_>) {
        self.path.0.push(pair.step);
        self.indexed.before.0.push(Step::Index(pair.places.before));
        self.indexed.after.0.push(Step::Index(pair.places.after));
        self.field(pair.before, pair.after);
        self.leave();
    }

    /// In an object, a null says what a missing key says: the API server drops it. Those who read texts may not.
    fn field(&mut self, before: Option<&Data>, after: Option<&Data>) {
        let present = |data: &&Data| self.is_embedded || !matches!(data, Data::Null);
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

    fn maps(&mut self, before: &Data, after: &Data) {
        let (Data::Map(old), Data::Map(new)) = (before, after) else {
            return;
        };
        let renamed = self.renamed(old, new);
        let hides = |entry: &DataEntry| {
            let key = String::from_utf8_lossy(&entry.key);
            redact::hides(before, &key) || redact::hides(after, &key)
        };
        for entry in old.iter() {
            let renamed = renamed.get(&entry.key).copied();
            let other = renamed.or_else(|| find(new, &entry.key));
            self.entry(entry, renamed, hides(entry), |fields| {
                if let Some(to) = renamed {
                    fields.rename(entry, to);
                }
                fields.field(Some(&entry.value), other.map(|other| &other.value));
            });
        }
        let taken: FxHashSet<&[u8]> = renamed.values().map(|entry| entry.key.as_ref()).collect();
        for entry in new.iter() {
            if find(old, &entry.key).is_none() && !taken.contains(entry.key.as_ref()) {
                self.entry(entry, None, hides(entry), |fields| {
                    fields.field(None, Some(&entry.value));
                });
            }
        }
    }

    /// Keys may hold tokens too, such as file names: what the keys that only `old` has are called in `new`.
    fn renamed<'d>(
        &self,
        old: &[DataEntry],
        new: &'d [DataEntry],
    ) -> FxHashMap<Arc<[u8]>, &'d DataEntry> {
        let mut renamed = FxHashMap::default();
        if self.tokens.is_empty() {
            return renamed;
        }
        let only_new = new.iter().filter(|entry| find(old, &entry.key).is_none());
        let mut by_normal: FxHashMap<_, &DataEntry> = only_new
            .map(|entry| (self.tokens.normal(&entry.key, Side::After), entry))
            .collect();
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
        hides: bool,
        visit: impl FnOnce(&mut Self),
    ) {
        let text = |entry: &DataEntry| String::from_utf8_lossy(&entry.key).into_owned();
        let (key, other) = (text(entry), renamed.map(text));
        self.path.0.push(Step::Key(key.clone()));
        self.indexed.before.0.push(Step::Key(key.clone()));
        self.indexed.after.0.push(Step::Key(other.unwrap_or(key)));
        let is_hidden = self.is_hidden;
        self.is_hidden |= hides;
        visit(self);
        self.is_hidden = is_hidden;
        self.leave();
    }

    fn leave(&mut self) {
        self.path.0.pop();
        self.indexed.before.0.pop();
        self.indexed.after.0.pop();
    }

    /// The key itself has another name, which follows from the environment's.
    fn rename(&mut self, from: &DataEntry, to: &DataEntry) {
        let (from, to) = (Data::Str(from.key.clone()), Data::Str(to.key.clone()));
        self.changes.push(self.change(
            ChangeKind::Changed,
            Sides {
                before: Some(from),
                after: Some(to),
            },
            Class::Identity,
        ));
    }

    fn push(
        &mut self,
        kind: ChangeKind,
        before: Option<&Data>,
        after: Option<&Data>,
        class: Class,
    ) {
        let shown = |data: &Data| redact::shown(data, self.key(), self.is_hidden);
        let sides = Sides {
            before: before.map(shown),
            after: after.map(shown),
        };
        self.changes.push(self.change(kind, sides, class));
    }

    fn change(&self, kind: ChangeKind, sides: Sides<Option<Data>>, class: Class) -> Change {
        let place = |side: &Option<Data>, path: &FieldPath| {
            side.as_ref()
                .map_or_else(FieldPath::default, |_| path.clone())
        };
        Change {
            path: self.path.clone(),
            indexed: Sides {
                before: place(&sides.before, &self.indexed.before),
                after: place(&sides.after, &self.indexed.after),
            },
            hazard: None,
            kind,
            before: sides.before,
            after: sides.after,
            class,
        }
    }

    /// What the field is called; an item is called as its list is.
    fn key(&self) -> &str {
        let keys = self.path.0.iter().rev().map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            _ => None,
        });
        keys.flatten().next().unwrap_or_default()
    }
}

/// The entry of a key; entries are sorted by key.
fn find<'d>(entries: &'d [DataEntry], key: &[u8]) -> Option<&'d DataEntry> {
    let place = entries.binary_search_by(|entry| entry.key.as_ref().cmp(key));
    place.ok().map(|place| &entries[place])
}
