//! Go maps with string keys, which are all that templates meet.

use std::cell::{Ref, RefCell};
use std::rc::Rc;

use evenkeel_diagnostics::Origin;

use crate::{Str, Type, Value, ty};

/// One entry of a [`Map`] with the place it was written at.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Str,
    /// The value.
    pub value: Value,
    /// Where the key was written.
    pub origin: Origin,
}

#[derive(Debug)]
struct MapCell {
    nil: bool,
    /// Sorted by key: Go's templates range over maps in key order, and so do the emitters.
    entries: RefCell<Vec<Entry>>,
}

/// A Go map: shared (clones see one another's mutations) and typed, with its entries in key order.
///
/// The type belongs to the reference, not to the contents: Go converts `map[string]interface {}` to
/// `common.Values` without copying, and both names go on seeing one map.
#[derive(Debug, Clone)]
pub struct Map {
    cell: Rc<MapCell>,
    ty: Type,
}

impl Default for Map {
    fn default() -> Map {
        Map::new(ty::MAP)
    }
}

impl Map {
    /// An empty map of type `ty` (kind map).
    pub fn new(ty: Type) -> Map {
        Map {
            cell: Rc::new(MapCell {
                nil: false,
                entries: RefCell::new(Vec::new()),
            }),
            ty,
        }
    }

    /// The nil map of type `ty`: empty, and `null` in JSON.
    pub fn nil(ty: Type) -> Map {
        Map {
            cell: Rc::new(MapCell {
                nil: true,
                entries: RefCell::new(Vec::new()),
            }),
            ty,
        }
    }

    /// A map over entries in any order; of two with one key the later wins.
    pub fn from_entries(ty: Type, mut entries: Vec<Entry>) -> Map {
        if !entries.is_sorted_by(|a, b| a.key < b.key) {
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            entries.reverse();
            entries.dedup_by(|later, kept| later.key == kept.key);
            entries.reverse();
        }
        Map {
            cell: Rc::new(MapCell {
                nil: false,
                entries: RefCell::new(entries),
            }),
            ty,
        }
    }

    /// The map's type.
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// Whether this is the nil map.
    pub fn is_nil(&self) -> bool {
        self.cell.nil
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.cell.entries.borrow().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        let entries = self.cell.entries.borrow();
        let at = entries
            .binary_search_by(|e| e.key.as_bytes().cmp(key))
            .ok()?;
        Some(entries[at].value.clone())
    }

    /// Where a key was written.
    pub fn origin(&self, key: &[u8]) -> Option<Origin> {
        let entries = self.cell.entries.borrow();
        let at = entries
            .binary_search_by(|e| e.key.as_bytes().cmp(key))
            .ok()?;
        Some(entries[at].origin)
    }

    /// Whether a key is there (its value may be nil).
    pub fn contains_key(&self, key: &[u8]) -> bool {
        self.cell
            .entries
            .borrow()
            .binary_search_by(|e| e.key.as_bytes().cmp(key))
            .is_ok()
    }

    /// Sets a key; gives the value that it had.
    pub fn insert(&self, key: impl Into<Str>, value: impl Into<Value>) -> Option<Value> {
        self.insert_from(key, value, Origin::NONE)
    }

    /// Sets a key written at `origin`; gives the value that it had.
    pub fn insert_from(
        &self,
        key: impl Into<Str>,
        value: impl Into<Value>,
        origin: Origin,
    ) -> Option<Value> {
        let (key, value) = (key.into(), value.into());
        let mut entries = self.cell.entries.borrow_mut();
        match entries.binary_search_by(|e| e.key.cmp(&key)) {
            Ok(at) => {
                let entry = &mut entries[at];
                entry.origin = origin;
                Some(std::mem::replace(&mut entry.value, value))
            }
            Err(at) => {
                entries.insert(at, Entry { key, value, origin });
                None
            }
        }
    }

    /// Removes a key; gives the value that it had.
    pub fn remove(&self, key: &[u8]) -> Option<Value> {
        let mut entries = self.cell.entries.borrow_mut();
        let at = entries
            .binary_search_by(|e| e.key.as_bytes().cmp(key))
            .ok()?;
        Some(entries.remove(at).value)
    }

    /// Keeps only the entries that `keep` wants; it must not touch this map.
    pub fn retain(&self, keep: impl FnMut(&Entry) -> bool) {
        self.cell.entries.borrow_mut().retain(keep);
    }

    /// Takes all entries out, in key order.
    pub fn drain(&self) -> Vec<Entry> {
        std::mem::take(&mut self.cell.entries.borrow_mut())
    }

    /// The entries in key order, borrowed: hold it only while no template code can run.
    pub fn borrow(&self) -> Ref<'_, [Entry]> {
        Ref::map(self.cell.entries.borrow(), Vec::as_slice)
    }

    /// The entries in key order, as they are now.
    pub fn snapshot(&self) -> Vec<Entry> {
        self.cell.entries.borrow().clone()
    }

    /// The keys in order, as they are now.
    pub fn keys(&self) -> Vec<Str> {
        self.cell
            .entries
            .borrow()
            .iter()
            .map(|e| e.key.clone())
            .collect()
    }

    /// Identity: whether both are the same map.
    pub fn same(&self, other: &Map) -> bool {
        Rc::ptr_eq(&self.cell, &other.cell)
    }

    /// A number that is this map's identity while it lives.
    pub fn id(&self) -> usize {
        Rc::as_ptr(&self.cell) as usize
    }

    /// The same map (not a copy) under another type, as a Go conversion gives it.
    #[must_use]
    pub fn share_as(&self, ty: Type) -> Map {
        Map {
            cell: Rc::clone(&self.cell),
            ty,
        }
    }

    /// The same entries (the same shared map contents copied, one level) under another type.
    #[must_use]
    pub fn copy_as(&self, ty: Type) -> Map {
        Map::from_entries(ty, self.snapshot())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_duplicates_win_and_order_is_by_key() {
        let entry = |k: &str, n: i64| Entry {
            key: k.into(),
            value: Value::int(n),
            origin: Origin::NONE,
        };
        let map = Map::from_entries(ty::MAP, vec![entry("b", 1), entry("a", 2), entry("b", 3)]);
        let seen: Vec<_> = map
            .snapshot()
            .into_iter()
            .map(|e| (e.key.to_text().into_owned(), e.value.as_int()))
            .collect();
        assert_eq!(seen, [("a".to_owned(), Some(2)), ("b".to_owned(), Some(3))]);
    }

    #[test]
    fn conversions_share() {
        let map = Map::default();
        let other = map.share_as(ty::STRING_MAP);
        other.insert("k", Value::str("v"));
        assert!(map.contains_key(b"k") && map.same(&other));
        assert_eq!((map.ty(), other.ty()), (ty::MAP, ty::STRING_MAP));
    }

    #[test]
    fn clones_share() {
        let map = Map::default();
        let other = map.clone();
        other.insert("k", Value::Bool(true));
        assert!(map.contains_key(b"k"));
        assert!(map.same(&other));
    }
}
