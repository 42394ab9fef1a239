//! Which objects of two sides are the same.

use std::collections::VecDeque;
use std::hash::Hash;

use evenkeel_manifest::Identity;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::canonical::hash;
use crate::change::Object;
use crate::renames;
use crate::tokens::{Side, Tokens};

/// Groups that kinds have left for others (the removed APIs of Kubernetes 1.16 and 1.22): an object that moves with
/// its kind is the same.
const MOVED: &[(&str, &str, &str)] = &[
    ("extensions", "DaemonSet", "apps"),
    ("extensions", "Deployment", "apps"),
    ("extensions", "Ingress", "networking.k8s.io"),
    ("extensions", "NetworkPolicy", "networking.k8s.io"),
    ("extensions", "PodSecurityPolicy", "policy"),
    ("extensions", "ReplicaSet", "apps"),
    ("", "Event", "events.k8s.io"),
];

/// Pairs that are being found: each item is in one at most.
pub(crate) struct Pairing {
    partners: Vec<Option<usize>>,
    is_taken: Vec<bool>,
}

/// Two items that belong together, or one that has no partner.
type Paired<'a, T> = (Option<&'a T>, Option<&'a T>);

impl Pairing {
    /// Nothing of this many items is paired yet.
    pub(crate) fn new(before: usize, after: usize) -> Pairing {
        Pairing {
            partners: vec![None; before],
            is_taken: vec![false; after],
        }
    }

    /// Pairs what has the same key, in order, of what has no partner yet.
    pub(crate) fn by_key<K: Hash + Eq>(
        &mut self,
        old: impl Fn(usize) -> Option<K>,
        new: impl Fn(usize) -> Option<K>,
    ) {
        let mut waiting: FxHashMap<K, VecDeque<usize>> = FxHashMap::default();
        for j in (0..self.is_taken.len()).filter(|j| !self.is_taken[*j]) {
            if let Some(key) = new(j) {
                waiting.entry(key).or_default().push_back(j);
            }
        }
        for i in 0..self.partners.len() {
            if self.partners[i].is_none()
                && let Some(key) = old(i)
                && let Some(j) = waiting.get_mut(&key).and_then(VecDeque::pop_front)
            {
                self.put(i, j);
            }
        }
    }

    fn put(&mut self, i: usize, j: usize) {
        self.partners[i] = Some(j);
        self.is_taken[j] = true;
    }

    /// The items before that have no partner, with their places.
    fn left<'a, T>(&self, before: &'a [T]) -> Vec<(usize, &'a T)> {
        let items = before.iter().enumerate().zip(&self.partners);
        items
            .filter(|(_, partner)| partner.is_none())
            .map(|(item, _)| item)
            .collect()
    }

    /// The items after that have no partner, with their places.
    fn right<'a, T>(&self, after: &'a [T]) -> Vec<(usize, &'a T)> {
        let items = after.iter().enumerate().zip(&self.is_taken);
        items
            .filter(|(_, taken)| !**taken)
            .map(|(item, _)| item)
            .collect()
    }

    /// The pairs, in the order of `before`, with what only `after` has at the end.
    pub(crate) fn finish<'a, T>(self, before: &'a [T], after: &'a [T]) -> Vec<Paired<'a, T>> {
        let old = before.iter().zip(self.partners);
        let old = old.map(|(item, partner)| (Some(item), partner.map(|j| &after[j])));
        let new = after.iter().zip(self.is_taken).filter(|(_, taken)| !taken);
        old.chain(new.map(|(item, _)| (None, Some(item)))).collect()
    }
}

/// Pairs objects by what they are called, then by what they are.
pub(crate) fn pair_objects<'a>(
    before: &'a [Object],
    after: &'a [Object],
    tokens: &Tokens,
) -> Vec<Paired<'a, Object>> {
    let mut pairing = Pairing::new(before.len(), after.len());
    // Of several with one name those that are the same come first.
    let (twins, others) = (twins(before), twins(after));
    let content = |objects: &[Object], twins: &FxHashSet<&Identity>, i: usize, side| {
        let object = &objects[i];
        let is_twin = twins.contains(&object.identity);
        is_twin.then(|| (object.identity.clone(), hash(&object.data, tokens, side)))
    };
    if !twins.is_empty() || !others.is_empty() {
        let all: FxHashSet<&Identity> = twins.union(&others).copied().collect();
        pairing.by_key(
            |i| content(before, &all, i, Side::Before),
            |j| content(after, &all, j, Side::After),
        );
    }
    pairing.by_key(|i| Some(&before[i].identity), |j| Some(&after[j].identity));
    let normal = |identity: &Identity, side| {
        let part = |text: &str| tokens.normal(text.as_bytes(), side).into_owned();
        let group = group(identity).to_owned();
        Some((
            group,
            identity.kind.clone(),
            part(&identity.namespace),
            part(&identity.name),
        ))
    };
    pairing.by_key(
        |i| normal(&before[i].identity, Side::Before),
        |j| normal(&after[j].identity, Side::After),
    );
    for (i, j) in renames::find(&pairing.left(before), &pairing.right(after), tokens) {
        pairing.put(i, j);
    }
    pairing.finish(before, after)
}

fn twins(objects: &[Object]) -> FxHashSet<&Identity> {
    let mut seen = FxHashSet::default();
    let identities = objects.iter().map(|object| &object.identity);
    identities
        .filter(|identity| !seen.insert(*identity))
        .collect()
}

/// The group that a kind is in now.
pub(crate) fn group(identity: &Identity) -> &str {
    let mut moved = MOVED.iter();
    let row = moved.find(|(old, kind, _)| *old == identity.group && *kind == identity.kind);
    row.map_or(&identity.group, |(.., new)| new)
}
