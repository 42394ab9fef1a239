//! Mappings in the order that their author gave them.

use evenkeel_diagnostics::Span;
use evenkeel_yaml::Spanned;

/// A mapping with names for keys; each name once, in the order they are written.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderedMap<T> {
    entries: Vec<Entry<T>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry<T> {
    pub(crate) key: Spanned<String>,
    pub(crate) value: T,
}

impl<T> Default for OrderedMap<T> {
    fn default() -> OrderedMap<T> {
        OrderedMap {
            entries: Vec::new(),
        }
    }
}

impl<T> OrderedMap<T> {
    pub(crate) fn from_entries(entries: Vec<Entry<T>>) -> OrderedMap<T> {
        OrderedMap { entries }
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&Spanned<String>) -> bool) {
        self.entries.retain(|entry| keep(&entry.key));
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.iter()
            .find(|(key, _)| key.value == name)
            .map(|(_, value)| value)
    }

    /// Where a name is written.
    pub fn span_of(&self, name: &str) -> Option<Span> {
        self.iter()
            .find(|(key, _)| key.value == name)
            .map(|(key, _)| key.span)
    }

    /// Names, with their places, and values.
    pub fn iter(&self) -> impl Iterator<Item = (&Spanned<String>, &T)> {
        self.entries.iter().map(|entry| (&entry.key, &entry.value))
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(key, _)| key.value.as_str())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
