//! How much two values have in common.

use evenkeel_value::Data;

use crate::canonical::{after, hash};
use crate::tokens::{Side, Tokens};

/// What a value consists of: a hash for each leaf with its path, and one for each path, sorted. Places in lists are no
/// part of a path, and a text of several lines is as many leaves.
#[derive(Debug, Default)]
pub(crate) struct Features {
    leaves: Vec<u64>,
    paths: Vec<u64>,
}

/// How much it counts that two values have the same leaf, where having the same field counts one.
const LEAF: usize = 4;

impl Features {
    /// The features of a value.
    pub(crate) fn of(data: &Data, tokens: &Tokens, side: Side) -> Features {
        let mut features = Features::default();
        features.add(data, 0, tokens, side);
        features.leaves.sort_unstable();
        features.paths.sort_unstable();
        features
    }

    /// The leaves.
    pub(crate) fn leaves(&self) -> &[u64] {
        &self.leaves
    }

    /// The share of what both have, from 0 to 1 (the coefficient of Sørensen and Dice). The same fields with other
    /// values are little, and more than nothing.
    pub(crate) fn likeness(&self, other: &Features) -> f64 {
        let common = LEAF * common(&self.leaves, &other.leaves) + common(&self.paths, &other.paths);
        let all = self.weight() + other.weight();
        if all == 0 {
            return 1.0;
        }
        2.0 * common as f64 / all as f64
    }

    /// The share of the leaves that both have.
    pub(crate) fn common_leaves(&self, other: &Features) -> f64 {
        let all = self.leaves.len() + other.leaves.len();
        if all == 0 {
            return 0.0;
        }
        2.0 * common(&self.leaves, &other.leaves) as f64 / all as f64
    }

    fn weight(&self) -> usize {
        LEAF * self.leaves.len() + self.paths.len()
    }

    fn add(&mut self, data: &Data, path: u64, tokens: &Tokens, side: Side) {
        match data {
            Data::Null => {}
            Data::Map(entries) if !entries.is_empty() => {
                for entry in entries.iter() {
                    let path = after(path, &tokens.normal(&entry.key, side));
                    self.add(&entry.value, path, tokens, side);
                }
            }
            Data::List(items) if !items.is_empty() => {
                for item in items.iter() {
                    self.add(&item.value, after(path, b"[]"), tokens, side);
                }
            }
            Data::Str(text) if text.contains(&b'\n') => {
                self.paths.push(path);
                let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
                for line in lines.filter(|line| !line.is_empty()) {
                    self.leaves.push(after(path, &tokens.normal(line, side)));
                }
            }
            leaf => {
                self.paths.push(path);
                let value = hash(leaf, tokens, side);
                self.leaves.push(after(path, &value.to_le_bytes()));
            }
        }
    }
}

/// How many hashes two sorted lists share.
fn common(old: &[u64], new: &[u64]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while let (Some(left), Some(right)) = (old.get(i), new.get(j)) {
        count += usize::from(left == right);
        i += usize::from(left <= right);
        j += usize::from(right <= left);
    }
    count
}
