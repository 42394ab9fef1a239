//! Things of one kind by where they are: an environment may have thousands.

use super::Place;

/// Things by the place that they are at.
pub(crate) struct ByPlace<'c, T> {
    items: Vec<(Place<'c>, T)>,
    /// Indexes of the items, sorted by their places.
    sorted: Vec<usize>,
}

impl<'c, T> ByPlace<'c, T> {
    /// The things, each with its place.
    pub(crate) fn new(items: impl Iterator<Item = (Place<'c>, T)>) -> ByPlace<'c, T> {
        let items: Vec<(Place<'c>, T)> = items.collect();
        let mut sorted: Vec<usize> = (0..items.len()).collect();
        sorted.sort_by_key(|index| items[*index].0);
        ByPlace { items, sorted }
    }

    /// All of them, in the order in which they came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter().map(|(_, item)| item)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Those at one place, in the order in which they came.
    pub(crate) fn at<'s>(&'s self, at: Place<'_>) -> impl Iterator<Item = &'s T> + use<'s, 'c, T> {
        let place = |index: &usize| self.items[*index].0;
        let start = self.sorted.partition_point(|index| place(index) < at);
        let rest = &self.sorted[start..];
        let count = rest.partition_point(|index| place(index) == at);
        rest[..count].iter().map(|index| &self.items[*index].1)
    }
}
