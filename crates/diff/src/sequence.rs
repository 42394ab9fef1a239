//! What two sequences have in common, in order.

use std::ops::Range;

use rustc_hash::FxHashMap;
use similar::{Algorithm, capture_diff_slices};

/// How many items of a side are aligned exactly, in time that grows with how many differ. Longer lists are aligned by
/// the items that each side has once.
const MANY: usize = 2_000;

/// Runs of both sequences that belong together, in order: of equal items, or of what stands between them.
pub(crate) fn runs(old: &[u64], new: &[u64]) -> Vec<(Range<usize>, Range<usize>)> {
    if old.len().max(new.len()) <= MANY {
        let ops = capture_diff_slices(Algorithm::Myers, old, new);
        return ops
            .iter()
            .map(|op| (op.old_range(), op.new_range()))
            .collect();
    }
    let (mut i, mut j) = (0, 0);
    let mut runs = Vec::new();
    let end = [(old.len(), new.len())];
    for (anchor, partner) in anchors(old, new).into_iter().chain(end) {
        // What follows the last anchor, or comes before this one, may be equal too.
        let start = common(old[i..anchor].iter(), new[j..partner].iter());
        if start > 0 {
            runs.push((i..i + start, j..j + start));
        }
        (i, j) = (i + start, j + start);
        let tail = common(old[i..anchor].iter().rev(), new[j..partner].iter().rev());
        if i < anchor - tail || j < partner - tail {
            runs.push((i..anchor - tail, j..partner - tail));
        }
        if tail > 0 {
            runs.push((anchor - tail..anchor, partner - tail..partner));
        }
        (i, j) = (anchor, partner);
    }
    runs
}

fn common<'i>(old: impl Iterator<Item = &'i u64>, new: impl Iterator<Item = &'i u64>) -> usize {
    old.zip(new).take_while(|(old, new)| old == new).count()
}

/// The places of the items that each side has once, as many as stand in one order on both (patience sorting).
fn anchors(old: &[u64], new: &[u64]) -> Vec<(usize, usize)> {
    let (old, new) = (unique(old), unique(new));
    let mut pairs: Vec<(usize, usize)> = old
        .iter()
        .filter_map(|(id, i)| Some(((*i)?, (*new.get(id)?)?)))
        .collect();
    pairs.sort_unstable();
    // The pair that ends the best row of each length, and the pair before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (_, j)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *j);
        before.push(length.checked_sub(1).map(|last| ends[last]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut row: Vec<(usize, usize)> =
        std::iter::successors(ends.last().copied(), |at| before[*at])
            .map(|at| pairs[at])
            .collect();
    row.reverse();
    row
}

/// The place of each item that occurs once.
fn unique(items: &[u64]) -> FxHashMap<u64, Option<usize>> {
    let mut places = FxHashMap::default();
    for (place, item) in items.iter().enumerate() {
        let is_new = !places.contains_key(item);
        places.insert(*item, is_new.then_some(place));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The runs cover both sides in order, and so many items are in runs that are equal.
    #[track_caller]
    fn check(old: &[u64], new: &[u64], want: usize) {
        let (mut i, mut j, mut equal) = (0, 0, 0);
        for (left, right) in runs(old, new) {
            assert_eq!((left.start, right.start), (i, j));
            (i, j) = (left.end, right.end);
            if old[left.clone()] == new[right] {
                equal += left.len();
            }
        }
        assert_eq!((i, j, equal), (old.len(), new.len(), want));
    }

    #[test]
    fn short_sequences_are_aligned() {
        check(&[1, 2, 3], &[1, 9, 2, 3], 3);
        check(&[], &[1], 0);
        check(&[1, 1, 2], &[1, 2], 2);
    }

    #[test]
    fn long_sequences_are_aligned_by_what_is_there_once() {
        let old: Vec<u64> = (0..5_000).collect();
        let mut new = old.clone();
        new.remove(4_000);
        new.insert(10, 9_999);
        check(&old, &new, 4_999);
        check(&old, &old, 5_000);
        let strange: Vec<u64> = (10_000..15_000).collect();
        check(&old, &strange, 0);
        let (same, less) = (vec![7; 5_000], vec![7; 4_000]);
        check(&same, &less, 4_000);
        new.swap(100, 4_500);
        check(&old, &new, 4_997);
    }
}
