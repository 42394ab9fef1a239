//! Which items of two lists belong together.

use std::collections::BTreeMap;
use std::ops::Range;

use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::{Data, DataItem};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::canonical::{after as hash_after, hash};
use crate::change::Sides;
use crate::keys::{Shape, is_ordered, values};
use crate::sequence;
use crate::similarity::Features;
use crate::tokens::{Side, Tokens};

/// How many pairs of items are held against each other to find those that are most alike; of more, the first are
/// paired with the first.
const MAX_PAIRS: usize = 20_000;

/// Two items that belong together, or one that has no partner.
pub(crate) struct Pair<'d> {
    /// What the item is called: by its key, or by its place.
    pub(crate) step: Step,
    /// Its places; of no meaning on a side that does not have it.
    pub(crate) places: Sides<usize>,
    pub(crate) before: Option<&'d Data>,
    pub(crate) after: Option<&'d Data>,
}

/// Two lists, item by item.
pub(crate) struct Aligned<'d> {
    pub(crate) pairs: Vec<Pair<'d>>,
    /// Whether the items that both have stand in another order, and that means something.
    pub(crate) is_moved: bool,
}

/// Two lists of one field.
pub(crate) struct Lists<'d, 't> {
    pub(crate) before: &'d [DataItem],
    pub(crate) after: &'d [DataItem],
    pub(crate) tokens: &'t Tokens,
}

impl<'d> Lists<'d, '_> {
    /// Pairs the items: by a key where one tells all items of both lists apart, else by content. What is left of a
    /// list whose order means something is paired by the longest common subsequence, of another by likeness.
    pub(crate) fn align(&self, shape: Shape<'_>, path: &FieldPath) -> Aligned<'d> {
        for key in shape.keys(path) {
            let old = keyed(self.before, key, self.tokens, Side::Before);
            let new = keyed(self.after, key, self.tokens, Side::After);
            if let (Some(old), Some(new)) = (old, new) {
                return self.by_key(&old, &new, is_ordered(path));
            }
        }
        let (old, new) = (self.ids(Side::Before), self.ids(Side::After));
        let is_reordered = || old != new && sorted(&old) == sorted(&new);
        if shape.is_set(path) || is_reordered() {
            return Aligned {
                pairs: self.by_content(&old, &new),
                is_moved: !shape.is_set(path),
            };
        }
        Aligned {
            pairs: self.by_order(&old, &new),
            is_moved: false,
        }
    }

    fn ids(&self, side: Side) -> Vec<u64> {
        let items = match side {
            Side::Before => self.before,
            Side::After => self.after,
        };
        items
            .iter()
            .map(|item| hash(&item.value, self.tokens, side))
            .collect()
    }

    fn by_key(&self, old: &[Key], new: &[Key], is_ordered: bool) -> Aligned<'d> {
        let places: FxHashMap<u64, usize> = new
            .iter()
            .enumerate()
            .map(|(index, key)| (key.id, index))
            .collect();
        let mut pairs = Vec::with_capacity(old.len());
        let mut taken = vec![false; new.len()];
        let mut order = Vec::new();
        for (i, key) in old.iter().enumerate() {
            let partner = places.get(&key.id).copied();
            if let Some(j) = partner {
                taken[j] = true;
                order.push(j);
            }
            pairs.push(self.pair(Some(i), partner, key.step()));
        }
        let rest = new.iter().enumerate().filter(|(j, _)| !taken[*j]);
        pairs.extend(rest.map(|(j, key)| self.pair(None, Some(j), key.step())));
        Aligned {
            pairs,
            is_moved: is_ordered && !order.is_sorted(),
        }
    }

    /// Pairs what is the same wherever it stands, then what is left by likeness.
    fn by_content(&self, old: &[u64], new: &[u64]) -> Vec<Pair<'d>> {
        let mut waiting: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        for (j, id) in new.iter().enumerate().rev() {
            waiting.entry(*id).or_default().push(j);
        }
        let mut partners: Vec<Option<usize>> = old
            .iter()
            .map(|id| waiting.get_mut(id).and_then(Vec::pop))
            .collect();
        let mut taken: FxHashSet<usize> = partners.iter().flatten().copied().collect();
        let left: Vec<usize> = (0..old.len()).filter(|i| partners[*i].is_none()).collect();
        let right: Vec<usize> = (0..new.len()).filter(|j| !taken.contains(j)).collect();
        for (i, j) in self.most_alike(&left, &right) {
            partners[i] = Some(j);
            taken.insert(j);
        }
        let both = partners.iter().enumerate();
        let mut pairs: Vec<_> = both.map(|(i, j)| self.at_place(Some(i), *j)).collect();
        let rest = (0..new.len()).filter(|j| !taken.contains(j));
        pairs.extend(rest.map(|j| self.at_place(None, Some(j))));
        pairs
    }

    /// Of two runs of items those that have most in common, each once.
    fn most_alike(&self, left: &[usize], right: &[usize]) -> Vec<(usize, usize)> {
        let in_order = || left.iter().copied().zip(right.iter().copied()).collect();
        let has_parts = |items: &[DataItem], places: &[usize]| {
            places
                .iter()
                .any(|place| matches!(items[*place].value, Data::Map(_) | Data::List(_)))
        };
        let is_small = left.len() * right.len() <= MAX_PAIRS;
        if !is_small || !has_parts(self.before, left) || !has_parts(self.after, right) {
            return in_order();
        }
        let mut scores = self.scores(left, right);
        // The most alike first; of those that are equally alike, the first.
        scores.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
        let (mut lost, mut found) = (FxHashSet::default(), FxHashSet::default());
        let mut pairs = Vec::new();
        for (i, j, score) in scores {
            if score > 0.0 && !lost.contains(&i) && !found.contains(&j) {
                lost.insert(i);
                found.insert(j);
                pairs.push((i, j));
            }
        }
        pairs
    }

    fn scores(&self, left: &[usize], right: &[usize]) -> Vec<(usize, usize, f64)> {
        let features = |items: &[DataItem], places: &[usize], side| -> Vec<Features> {
            let of = |place: &usize| Features::of(&items[*place].value, self.tokens, side);
            places.iter().map(of).collect()
        };
        let old = features(self.before, left, Side::Before);
        let new = features(self.after, right, Side::After);
        let mut scores = Vec::with_capacity(old.len() * new.len());
        for (i, before) in left.iter().zip(&old) {
            for (j, after) in right.iter().zip(&new) {
                scores.push((*i, *j, before.likeness(after)));
            }
        }
        scores
    }

    /// Pairs what is the same in the same order. What is left between is paired in order, too; where one side has
    /// less, with what it is most like.
    fn by_order(&self, old: &[u64], new: &[u64]) -> Vec<Pair<'d>> {
        let mut pairs = Vec::new();
        for (old, new) in sequence::runs(old, new) {
            self.run(old, new, &mut pairs);
        }
        pairs
    }

    fn run(&self, old: Range<usize>, new: Range<usize>, pairs: &mut Vec<Pair<'d>>) {
        let (left, right): (Vec<_>, Vec<_>) = (old.collect(), new.collect());
        let mut partners: BTreeMap<usize, usize> = BTreeMap::new();
        if left.len() == right.len() {
            partners.extend(left.iter().copied().zip(right.iter().copied()));
        } else {
            // Pairs that would cross another are left out: the order means something.
            for (i, j) in self.most_alike(&left, &right) {
                let follows = partners
                    .range(..i)
                    .next_back()
                    .is_none_or(|(_, last)| *last < j);
                let precedes = partners.range(i..).next().is_none_or(|(_, next)| j < *next);
                if follows && precedes {
                    partners.insert(i, j);
                }
            }
        }
        let taken: FxHashSet<usize> = partners.values().copied().collect();
        let old = left.into_iter();
        pairs.extend(old.map(|i| self.at_place(Some(i), partners.get(&i).copied())));
        let rest = right.into_iter().filter(|j| !taken.contains(j));
        pairs.extend(rest.map(|j| self.at_place(None, Some(j))));
    }

    /// Items that are called by their place: the one after, or before where it is gone.
    fn at_place(&self, i: Option<usize>, j: Option<usize>) -> Pair<'d> {
        self.pair(i, j, Step::Index(j.or(i).unwrap_or_default()))
    }

    fn pair(&self, i: Option<usize>, j: Option<usize>, step: Step) -> Pair<'d> {
        Pair {
            step,
            places: Sides {
                before: i.unwrap_or_default(),
                after: j.unwrap_or_default(),
            },
            before: i.map(|i| &self.before[i].value),
            after: j.map(|j| &self.after[j].value),
        }
    }
}

/// What an item says for a key.
struct Key {
    id: u64,
    text: String,
}

impl Key {
    fn step(&self) -> Step {
        Step::Named(self.text.clone())
    }
}

/// The keys of all items, if they all have one and no two have the same.
fn keyed(items: &[DataItem], key: &[&str], tokens: &Tokens, side: Side) -> Option<Vec<Key>> {
    let values = values(items, key)?;
    let mut seen = FxHashSet::default();
    let keys: Option<Vec<Key>> = values
        .into_iter()
        .map(|parts| {
            let id = parts.iter().fold(0, |id, part| {
                hash_after(id, &hash(part, tokens, side).to_le_bytes())
            });
            let texts: Vec<String> = parts.into_iter().map(text).collect();
            let text = texts.join("/");
            seen.insert(id).then_some(Key { id, text })
        })
        .collect();
    keys
}

fn text(data: &Data) -> String {
    match data {
        Data::Str(text) => String::from_utf8_lossy(text).into_owned(),
        Data::Int(n) => n.to_string(),
        Data::Uint(n) => n.to_string(),
        Data::Float(n) => n.to_string(),
        _ => String::new(),
    }
}

fn sorted(ids: &[u64]) -> Vec<u64> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}
