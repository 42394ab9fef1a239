//! Types that a key of the configuration may have.

use evenkeel_diagnostics::Diagnostic;
use evenkeel_yaml::{NodeKind, NodeRef, Spanned};

use crate::ordered::{Entry, OrderedMap};
use crate::reader::{MISSING, Reader, is_null, is_plain};
use crate::shape::{REQUIRED, Shape};

/// A type of the configuration.
pub(crate) trait Field: Sized {
    /// What stands in the manual where the key is left out.
    const DEFAULT: &'static str = REQUIRED;

    /// What a value looks like.
    fn shape() -> Shape;

    /// Reads a value; nothing where it is wrong, which is then reported.
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self>;

    /// The value of a key that is left out; nothing if it must be written.
    fn absent() -> Option<Self> {
        None
    }
}

/// The keys of one mapping, for the fields of a record to take.
pub(crate) struct Fields<'n> {
    node: NodeRef<'n>,
    owner: &'static str,
    found: Vec<(Spanned<String>, NodeRef<'n>)>,
}

impl<'n> Fields<'n> {
    /// Reads the keys of `node`; those that are not `known` are reported. Keys that begin with `x-` hold
    /// what the author likes, such as anchors.
    pub(crate) fn read(
        node: NodeRef<'n>,
        reader: &mut Reader<'_>,
        owner: &'static str,
        known: &[&str],
    ) -> Option<Fields<'n>> {
        let found = reader.entries(node, owner)?;
        for (key, _) in &found {
            if !known.contains(&key.value.as_str()) && !key.value.starts_with("x-") {
                reader.unknown_key(key, owner, known);
            }
        }
        Some(Fields { node, owner, found })
    }

    /// The value of a key: as read, its default where it is left out or wrong. A key that must be there
    /// is reported where it is not.
    pub(crate) fn take<T: Field>(&self, key: &str, reader: &mut Reader<'_>) -> Option<T> {
        let found = self.found.iter().find(|(name, _)| name.value == key);
        let Some((_, node)) = found.filter(|(_, node)| !is_null(*node)) else {
            let absent = T::absent();
            if absent.is_none() {
                let message = format!("`{key}` is missing in {}", self.owner);
                let span = found.map_or(self.node.span(), |(name, _)| name.span);
                let help = format!("write `{key}: …` ({})", T::shape().name());
                reader.report(Diagnostic::error(MISSING, message).at(span).with_help(help));
            }
            return absent;
        };
        T::read(*node, reader).or_else(T::absent)
    }
}

impl Field for String {
    fn shape() -> Shape {
        Shape::Text {
            what: "string",
            pattern: None,
        }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<String> {
        let text = reader.text(node, "a string")?;
        if text.trim().is_empty() {
            return reader.invalid(node.span(), "an empty string says nothing".to_owned(), "");
        }
        Some(text)
    }
}

impl Field for bool {
    const DEFAULT: &'static str = "`false`";

    fn shape() -> Shape {
        Shape::Boolean
    }

    /// The words that YAML 1.1 has for it.
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<bool> {
        let text = is_plain(node).then(|| node.text().to_ascii_lowercase());
        match text.as_deref() {
            Some(b"true" | b"yes" | b"on") => Some(true),
            Some(b"false" | b"no" | b"off") => Some(false),
            _ => reader.mistyped(node, "`true` or `false`"),
        }
    }

    fn absent() -> Option<bool> {
        Some(false)
    }
}

impl<T: Field> Field for Option<T> {
    const DEFAULT: &'static str = "–";

    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Option<T>> {
        T::read(node, reader).map(Some)
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }
}

impl<T: Field> Field for Spanned<T> {
    const DEFAULT: &'static str = T::DEFAULT;

    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Spanned<T>> {
        let value = T::read(node, reader)?;
        let span = node.span();
        Some(Spanned { value, span })
    }
}

/// Items that are wrong are left out.
impl<T: Field> Field for Vec<T> {
    const DEFAULT: &'static str = "`[]`";

    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Vec<T>> {
        let items = reader.items(node, "a list")?;
        let items = items.into_iter();
        Some(items.filter_map(|item| T::read(item, reader)).collect())
    }

    fn absent() -> Option<Vec<T>> {
        Some(Vec::new())
    }
}

/// A list, or one item without a list around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T: Field> Field for OneOrMany<T> {
    const DEFAULT: &'static str = "`[]`";

    fn shape() -> Shape {
        Shape::OneOf(vec![T::shape(), Vec::<T>::shape()])
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<OneOrMany<T>> {
        if node.kind() == NodeKind::Sequence {
            return Vec::read(node, reader).map(OneOrMany);
        }
        T::read(node, reader).map(|item| OneOrMany(vec![item]))
    }

    fn absent() -> Option<OneOrMany<T>> {
        Some(OneOrMany(Vec::new()))
    }
}

/// Entries that are wrong are left out.
impl<T: Field> Field for OrderedMap<T> {
    const DEFAULT: &'static str = "`{}`";

    fn shape() -> Shape {
        Shape::Map("name", Box::new(T::shape()))
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<OrderedMap<T>> {
        let entries = reader.entries(node, "a mapping")?.into_iter();
        let entries = entries.filter_map(|(key, node)| {
            let value = T::read(node, reader)?;
            Some(Entry { key, value })
        });
        Some(OrderedMap::from_entries(entries.collect()))
    }

    fn absent() -> Option<OrderedMap<T>> {
        Some(OrderedMap::default())
    }
}
