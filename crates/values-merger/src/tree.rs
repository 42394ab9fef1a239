//! Values while `--set` changes them: decoded data, thawed as far as it is touched.

use std::collections::BTreeMap;
use std::sync::Arc;

use evenkeel_diagnostics::Origin;
use evenkeel_value::{Data, DataEntry, DataItem};

/// A value that can be changed in place.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// Not touched yet; may well hold a whole tree.
    Frozen(Data),
    Map(Table),
    List(Vec<Slot>),
}

/// A value and where it was written.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) node: Node,
    pub(crate) origin: Origin,
}

pub(crate) type Table = BTreeMap<Arc<[u8]>, Slot>;

impl Slot {
    pub(crate) fn new(value: Data, origin: Origin) -> Slot {
        Slot {
            node: Node::Frozen(value),
            origin,
        }
    }

    /// What a list's hole holds.
    pub(crate) fn null() -> Slot {
        Slot::new(Data::Null, Origin::NONE)
    }
}

impl Node {
    /// The entries, if this is a map.
    pub(crate) fn table(&mut self) -> Option<&mut Table> {
        if let Node::Frozen(Data::Map(entries)) = self {
            *self = Node::Map(thaw(entries));
        }
        match self {
            Node::Map(table) => Some(table),
            _ => None,
        }
    }

    /// The elements, if this is a list.
    pub(crate) fn list(&mut self) -> Option<&mut Vec<Slot>> {
        if let Node::Frozen(Data::List(items)) = self {
            let slots = items
                .iter()
                .map(|item| Slot::new(item.value.clone(), item.origin));
            *self = Node::List(slots.collect());
        }
        match self {
            Node::List(list) => Some(list),
            _ => None,
        }
    }

    /// The value that cannot be changed any more.
    pub(crate) fn freeze(self) -> Data {
        match self {
            Node::Frozen(data) => data,
            Node::Map(table) => freeze(table),
            Node::List(list) => Data::List(
                list.into_iter()
                    .map(|slot| DataItem {
                        value: slot.node.freeze(),
                        origin: slot.origin,
                    })
                    .collect(),
            ),
        }
    }

    /// Go's name of the value's type, as a failed type assertion prints it.
    pub(crate) fn go_type(&self) -> &'static str {
        match self {
            Node::Map(_) | Node::Frozen(Data::Map(_)) => "map[string]interface {}",
            Node::List(_) | Node::Frozen(Data::List(_)) => "[]interface {}",
            Node::Frozen(Data::Null) => "nil",
            Node::Frozen(Data::Bool(_)) => "bool",
            Node::Frozen(Data::Int(_)) => "int64",
            Node::Frozen(Data::Uint(_)) => "uint64",
            Node::Frozen(Data::Float(_)) => "float64",
            Node::Frozen(Data::Str(_)) => "string",
        }
    }
}

/// The entries of a map, ready to be changed.
pub(crate) fn thaw(entries: &[DataEntry]) -> Table {
    let slot = |entry: &DataEntry| Slot::new(entry.value.clone(), entry.origin);
    entries
        .iter()
        .map(|entry| (Arc::clone(&entry.key), slot(entry)))
        .collect()
}

/// A map that cannot be changed any more.
pub(crate) fn freeze(table: Table) -> Data {
    let entry = |(key, slot): (Arc<[u8]>, Slot)| DataEntry {
        key,
        value: slot.node.freeze(),
        origin: slot.origin,
    };
    Data::Map(table.into_iter().map(entry).collect())
}
