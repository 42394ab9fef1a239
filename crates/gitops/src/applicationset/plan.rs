//! An object whose strings are templates: `utils.Render.deeplyReplace`.

use std::rc::Rc;
use std::sync::Arc;

use evenkeel_diagnostics::Origin;
use evenkeel_template::{Error, ErrorKind};
use evenkeel_value::{Data, DataEntry, DataItem};

use super::classic::find;
use super::leaf::{Dot, Leaf, Leaves};

/// Fields that Argo CD holds as JSON text, which it reads, renders and writes again.
const JSON_FIELDS: &[&[u8]] = &[b"valuesObject", b"elements"];

/// What comes first in Go's structs: `set` in one string shows in those rendered after it, and Argo CD reports the
/// first error.
const ORDER: &[&[u8]] = &[
    b"name",
    b"namespace",
    b"labels",
    b"annotations",
    b"finalizers",
    b"source",
    b"destination",
    b"project",
    b"syncPolicy",
    b"ignoreDifferences",
    b"info",
    b"sources",
];

/// An object, taken apart once so that rendering it for an element only touches what is a template.
pub(super) enum Plan {
    /// The same for every element.
    Fixed(Data),
    Text(Rc<Leaf>),
    List(Vec<(Plan, Origin)>),
    Map(Vec<Slot>),
}

/// An entry of a map; its key may be a template too.
pub(super) struct Slot {
    key: Rc<Leaf>,
    plan: Plan,
    origin: Origin,
}

/// A string that could not be rendered.
#[derive(Debug, Clone)]
pub(super) struct LeafError {
    /// Where the string (or its entry) stands.
    pub(super) origin: Origin,
    pub(super) error: Error,
}

impl Plan {
    /// Takes an object apart. Null entries of maps go, as they do where Go copies a map of interfaces.
    pub(super) fn new(data: &Data, leaves: &Leaves<'_>) -> Plan {
        if !is_dynamic(data) {
            return Plan::Fixed(data.clone());
        }
        match data {
            Data::Str(text) => Plan::Text(leaves.leaf(text)),
            Data::List(items) => Plan::List(
                items
                    .iter()
                    .map(|item| (Plan::new(&item.value, leaves), item.origin))
                    .collect(),
            ),
            Data::Map(entries) => {
                let entries = entries.iter().filter(|entry| entry.value != Data::Null);
                let slot = |entry: &DataEntry| Slot {
                    key: leaves.leaf(&entry.key),
                    plan: Plan::new(&entry.value, leaves),
                    origin: entry.origin,
                };
                let mut slots: Vec<_> = entries.map(slot).collect();
                slots.sort_by_key(|slot| {
                    let place = ORDER
                        .iter()
                        .position(|name| *name == slot.key.text.as_ref());
                    place.unwrap_or(ORDER.len())
                });
                Plan::Map(slots)
            }
            other => Plan::Fixed(other.clone()),
        }
    }

    /// The object for an element. All strings are tried, so that one run names all that fail; `errors` then
    /// is not empty and the object of no use.
    pub(super) fn render(
        &self,
        leaves: &Leaves<'_>,
        dot: &Dot<'_>,
        at: Origin,
        errors: &mut Vec<LeafError>,
    ) -> Data {
        match self {
            Plan::Fixed(data) => data.clone(),
            Plan::Text(leaf) => Data::Str(text(leaf, leaves, dot, at, errors)),
            Plan::List(items) => Data::List(
                items
                    .iter()
                    .map(|(plan, origin)| DataItem {
                        value: plan.render(leaves, dot, *origin, errors),
                        origin: *origin,
                    })
                    .collect(),
            ),
            Plan::Map(slots) => Data::map(
                slots
                    .iter()
                    .map(|slot| slot.render(leaves, dot, errors))
                    .collect(),
            ),
        }
    }
}

impl Slot {
    fn render(&self, leaves: &Leaves<'_>, dot: &Dot<'_>, errors: &mut Vec<LeafError>) -> DataEntry {
        let before = errors.len();
        let value = self.plan.render(leaves, dot, self.origin, errors);
        if JSON_FIELDS.contains(&self.key.text.as_ref()) {
            for error in &mut errors[before..] {
                error.wrap("failed to deeply replace JSON field contents: ");
            }
        }
        DataEntry {
            value,
            key: text(&self.key, leaves, dot, self.origin, errors),
            origin: self.origin,
        }
    }
}

impl LeafError {
    fn wrap(&mut self, words: &str) {
        if self.error.kind() != ErrorKind::Budget {
            self.error = Error::prefix(self.error.kind(), words, self.error.clone());
        }
    }
}

fn text(
    leaf: &Leaf,
    leaves: &Leaves<'_>,
    dot: &Dot<'_>,
    origin: Origin,
    errors: &mut Vec<LeafError>,
) -> Arc<[u8]> {
    leaves.execute(leaf, dot).unwrap_or_else(|error| {
        errors.push(LeafError { origin, error });
        Arc::clone(&leaf.text)
    })
}

/// Whether rendering changes anything.
fn is_dynamic(data: &Data) -> bool {
    let templated = |text: &[u8]| find(text, b"{{").is_some();
    match data {
        Data::Str(text) => templated(text),
        Data::List(items) => items.iter().any(|item| is_dynamic(&item.value)),
        Data::Map(entries) => entries.iter().any(|entry| {
            entry.value == Data::Null || templated(&entry.key) || is_dynamic(&entry.value)
        }),
        _ => false,
    }
}
