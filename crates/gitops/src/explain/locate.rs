//! From a field to the bytes of its document.

use std::ops::Range;

use evenkeel_diagnostics::FileId;
use evenkeel_yaml::{Document, Input, Limits, NodeRef};

use crate::Object;
use crate::{FieldPath, Step};

/// Where a field stands in the text of its document.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The bytes of its value.
    pub(super) value: Range<u32>,
    /// For each step of the path, the byte at which the key or the item begins.
    pub(super) starts: Vec<u32>,
    /// The steps, without the one that leads into a `List`.
    pub(super) steps: Vec<Step>,
}

/// The place of a field; of one that a merge key (`<<`) brings in, that of the last entry that is written out.
pub(super) fn place(object: &Object, field: &FieldPath) -> Option<Place> {
    let text = object.document.text();
    let input = Input::new(text);
    let document = Document::parse(&input, FileId::NONE, Limits::default()).ok()?;
    let mut node = document.root()?.resolved();
    let mut place = Place {
        value: span(node),
        starts: Vec::new(),
        steps: field.0.clone(),
    };
    if let Some(index) = object.item {
        let items = node.get("items")?;
        node = items.children().nth(index)?.resolved();
        place.value = span(node);
    }
    for step in &field.0 {
        let Some((start, next)) = enter(node, step) else {
            break;
        };
        place.starts.push(start);
        place.value = span(next);
        if place.value.is_empty() {
            // Nothing stands for null: the key speaks for it.
            place.value = start..place.value.end.max(start + 1);
        }
        node = next.resolved();
    }
    Some(place)
}

fn enter<'d>(node: NodeRef<'d>, step: &Step) -> Option<(u32, NodeRef<'d>)> {
    match step {
        Step::Key(key) => {
            let found = node
                .entries()
                .filter(|(k, _)| k.resolved().text() == key.as_bytes())
                .last();
            found.map(|(k, value)| (k.span().start, value))
        }
        Step::Index(index) => {
            let item = node.children().nth(*index)?;
            Some((item.span().start, item))
        }
        Step::Named(_) => None,
    }
}

fn span(node: NodeRef<'_>) -> Range<u32> {
    let span = node.span();
    span.start..span.end
}
