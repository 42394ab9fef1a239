//! Immutable values: what decoding a file gives, shared by threads and renders.

use std::sync::Arc;

use evenkeel_diagnostics::Origin;

use crate::{Entry, Item, List, Map, Str, Value, ty};

/// A decoded document: never mutated, cheap to clone, free to cross threads. A render makes its own
/// mutable [`Value`] from it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Data {
    /// null.
    #[default]
    Null,
    /// A bool.
    Bool(bool),
    /// An `int64`.
    Int(i64),
    /// A `uint64` that no `int64` holds.
    Uint(u64),
    /// A `float64`.
    Float(f64),
    /// A string.
    Str(Arc<[u8]>),
    /// A list.
    List(Arc<[DataItem]>),
    /// A map: entries sorted by key, no key twice.
    Map(Arc<[DataEntry]>),
}

/// One element of a list.
#[derive(Debug, Clone)]
pub struct DataItem {
    /// The element.
    pub value: Data,
    /// Where it was written.
    pub origin: Origin,
}

/// One entry of a map.
#[derive(Debug, Clone)]
pub struct DataEntry {
    /// The key.
    pub key: Arc<[u8]>,
    /// The value.
    pub value: Data,
    /// Where the key was written.
    pub origin: Origin,
}

/// Origins do not count.
impl PartialEq for DataItem {
    fn eq(&self, other: &DataItem) -> bool {
        self.value == other.value
    }
}

/// Origins do not count.
impl PartialEq for DataEntry {
    fn eq(&self, other: &DataEntry) -> bool {
        self.key == other.key && self.value == other.value
    }
}

impl Data {
    /// An empty map.
    pub fn empty_map() -> Data {
        Data::Map(Arc::from([]))
    }

    /// A string.
    pub fn str(text: &str) -> Data {
        Data::Str(Arc::from(text.as_bytes()))
    }

    /// A map over entries in any order; of two with one key the later wins.
    pub fn map(mut entries: Vec<DataEntry>) -> Data {
        if !entries.is_sorted_by(|a, b| a.key < b.key) {
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            entries.reverse();
            entries.dedup_by(|later, kept| later.key == kept.key);
            entries.reverse();
        }
        Data::Map(entries.into())
    }

    /// The entry of a key, if this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&DataEntry> {
        let Data::Map(entries) = self else {
            return None;
        };
        let at = entries
            .binary_search_by(|e| e.key.as_ref().cmp(key.as_bytes()))
            .ok()?;
        Some(&entries[at])
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Data> {
        self.entry(key).map(|e| &e.value)
    }

    /// What `encoding/json` calls a value of this kind in its messages.
    pub fn json_kind(&self) -> &'static str {
        match self {
            Data::Null => "null",
            Data::Bool(_) => "bool",
            Data::Int(_) | Data::Uint(_) | Data::Float(_) => "number",
            Data::Str(_) => "string",
            Data::List(_) => "array",
            Data::Map(_) => "object",
        }
    }

    /// The text, if this is a string of valid UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Data::Str(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The same data with every origin replaced by what `change` makes of it.
    #[must_use]
    pub fn map_origins(&self, change: &impl Fn(Origin) -> Origin) -> Data {
        match self {
            Data::List(items) => Data::List(
                items
                    .iter()
                    .map(|item| DataItem {
                        value: item.value.map_origins(change),
                        origin: change(item.origin),
                    })
                    .collect(),
            ),
            Data::Map(entries) => Data::Map(
                entries
                    .iter()
                    .map(|entry| DataEntry {
                        key: Arc::clone(&entry.key),
                        value: entry.value.map_origins(change),
                        origin: change(entry.origin),
                    })
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    /// A map of a render as it stands now, with its origins. What data cannot be (objects such as
    /// `.Files`) becomes null.
    pub fn of_map(map: &Map) -> Data {
        let entries = map.borrow();
        let entries = entries.iter().map(|entry| DataEntry {
            key: entry.key.to_arc(),
            value: Data::of(&entry.value),
            origin: entry.origin,
        });
        Data::Map(entries.collect())
    }

    fn of(value: &Value) -> Data {
        match value {
            Value::Bool(b) => Data::Bool(*b),
            Value::Int(n, _) => Data::Int(*n),
            Value::Uint(n, _) => Data::Uint(*n),
            Value::Float(n, _) => Data::Float(*n),
            Value::Str(text) => Data::Str(text.to_arc()),
            Value::List(list) => {
                let items = list.borrow();
                let items = items.iter().map(|item| DataItem {
                    value: Data::of(&item.value),
                    origin: item.origin,
                });
                Data::List(items.collect())
            }
            Value::Map(map) => Data::of_map(map),
            _ => Data::Null,
        }
    }

    /// A mutable value of one's own: maps are `map[string]interface {}`, lists `[]interface {}`,
    /// integers `int64`, floats `float64`.
    pub fn to_value(&self) -> Value {
        match self {
            Data::Null => Value::Nil,
            Data::Bool(b) => Value::Bool(*b),
            Data::Int(n) => Value::int64(*n),
            Data::Uint(n) => Value::Uint(*n, ty::UINT64),
            Data::Float(n) => Value::float(*n),
            Data::Str(bytes) => Value::Str(Str::from_arc(Arc::clone(bytes))),
            Data::List(items) => {
                let items = items
                    .iter()
                    .map(|i| Item {
                        value: i.value.to_value(),
                        origin: i.origin,
                    })
                    .collect();
                Value::List(List::new(ty::LIST, items))
            }
            Data::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|e| Entry {
                        key: Str::from_arc(Arc::clone(&e.key)),
                        value: e.value.to_value(),
                        origin: e.origin,
                    })
                    .collect();
                Value::Map(Map::from_entries(ty::MAP, entries))
            }
        }
    }
}
