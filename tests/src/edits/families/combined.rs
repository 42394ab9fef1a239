//! Several edits at once, and another style.

use super::{Pair, ROWS, Row, noise};
use crate::edits::{Draft, Layout, Style};

/// How many pairs.
const PAIRS: usize = 60;

/// Three to six edits of families that a fixed seed chooses, none where another is.
pub(super) fn pairs() -> Vec<Pair> {
    let rows: Vec<&Row> = ROWS.iter().flat_map(|(_, rows)| rows.iter()).collect();
    let styles = noise::styles();
    let mut random = Random(0x5eed);
    let mut pairs = Vec::new();
    while pairs.len() < PAIRS {
        let base = rows[random.below(rows.len())].base();
        let same: Vec<&&Row> = rows.iter().filter(|row| row.base() == base).collect();
        let mut draft = Draft::of(base);
        let wanted = 3 + random.below(4);
        let mut edits = 0;
        for _ in 0..40 {
            let row = same[random.below(same.len())];
            if edits < wanted && fits(&draft, row) {
                row.apply(&mut draft);
                edits += 1;
            }
        }
        draft.styles[1] = styles[random.below(styles.len())].1;
        pairs.push(Pair::of(
            "combined",
            &format!("{base}, {edits} edits, number {}", pairs.len()),
            &draft,
        ));
    }
    pairs
}

/// Whether an edit can be made where others have been made: neither lies within the other, nor in the same list
/// without a key, whose places they would change for one another; and all files stay as they are.
fn fits(draft: &Draft, row: &Row) -> bool {
    let mut alone = Draft::of(row.base());
    row.apply(&mut alone);
    if alone.styles != [Style::default(); 2]
        || alone.layouts != [Layout::default(); 2]
        || alone.has_new_objects()
    {
        return false;
    }
    alone.touched.iter().all(|(object, path)| {
        draft.touched.iter().all(|(other, there)| {
            let (path, there) = (scope(path), scope(there));
            object != other || !(path.starts_with(there) || there.starts_with(path))
        })
    })
}

/// The path of the outermost list whose items are told by their places, else the path.
fn scope(path: &str) -> &str {
    let of_place = path.match_indices('[').find(|(at, _)| {
        let inner = path[at + 1..].split(']').next().unwrap_or_default();
        inner.len() < 3 && inner.parse::<usize>().is_ok()
    });
    of_place.map_or(path, |(at, _)| &path[..at])
}

/// Knuth's MMIX generator: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}
