//! Objects that have another name, or another namespace, and are the same nevertheless.

use evenkeel_manifest::Identity;
use evenkeel_value::Data;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::change::Object;
use crate::pairing::group;
use crate::similarity::Features;
use crate::tokens::{Side, Tokens};

/// How alike two objects of different names are that are one: the share of the leaves that both have, but for those of
/// `metadata`, which all objects of a release share.
const RENAMED: f64 = 0.6;

/// The same where the names say it, too: they differ in a hash or a version at the end, or only the namespaces differ.
const RENAMED_BY_NAME: f64 = 0.3;

/// How long the hash at the end of a name is at least, as kustomize and others append it.
const HASH: usize = 7;

/// How many objects of a side may have a leaf that tells which of them are alike.
const RARE: usize = 16;

/// What says nothing about what an object is.
const NO_BODY: &[&str] = &["apiVersion", "kind", "metadata", "status"];

/// An object that has no partner.
struct Single<'o> {
    index: usize,
    identity: &'o Identity,
    features: Features,
}

/// The pairs among objects without partners, by their places, those that are most alike first.
///
/// An object is held against those only that it shares an uncommon leaf or the beginning of its name with, so that a
/// thousand objects that come and go are no million comparisons.
pub(crate) fn find(
    before: &[(usize, &Object)],
    after: &[(usize, &Object)],
    tokens: &Tokens,
) -> Vec<(usize, usize)> {
    let kinds = |objects: &[(usize, &Object)]| -> FxHashSet<String> {
        objects
            .iter()
            .map(|(_, object)| object.identity.kind.clone())
            .collect()
    };
    let (old, new) = (kinds(before), kinds(after));
    let both: FxHashSet<&str> = old.intersection(&new).map(String::as_str).collect();
    if both.is_empty() {
        return Vec::new();
    }
    let old = singles(before, &both, tokens, Side::Before);
    let new = singles(after, &both, tokens, Side::After);
    let mut scores: Vec<(usize, usize, f64)> = Vec::new();
    let index = Index::new(&new);
    for single in &old {
        for other in index.candidates(single) {
            if let Some(score) = score(single, &new[other]) {
                scores.push((single.index, new[other].index, score));
            }
        }
    }
    scores.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let (mut lost, mut found) = (FxHashSet::default(), FxHashSet::default());
    scores.retain(|(i, j, _)| {
        let is_free = !lost.contains(i) && !found.contains(j);
        is_free && lost.insert(*i) && found.insert(*j)
    });
    scores.into_iter().map(|(i, j, _)| (i, j)).collect()
}

fn singles<'o>(
    objects: &[(usize, &'o Object)],
    kinds: &FxHashSet<&str>,
    tokens: &Tokens,
    side: Side,
) -> Vec<Single<'o>> {
    let of_kinds = objects
        .iter()
        .filter(|(_, object)| kinds.contains(object.identity.kind.as_str()));
    of_kinds
        .map(|(index, object)| Single {
            index: *index,
            identity: &object.identity,
            features: Features::of(&body(&object.data), tokens, side),
        })
        .collect()
}

fn body(data: &Data) -> Data {
    let Data::Map(entries) = data else {
        return data.clone();
    };
    let is_body = |key: &[u8]| !NO_BODY.iter().any(|name| name.as_bytes() == key);
    Data::Map(
        entries
            .iter()
            .filter(|entry| is_body(&entry.key))
            .cloned()
            .collect(),
    )
}

/// Which objects have a leaf, or a beginning of a name.
struct Index<'s> {
    leaves: FxHashMap<(&'s str, u64), Vec<usize>>,
    names: FxHashMap<(&'s str, &'s str), Vec<usize>>,
}

impl<'s> Index<'s> {
    fn new(singles: &'s [Single<'_>]) -> Index<'s> {
        let mut index = Index {
            leaves: FxHashMap::default(),
            names: FxHashMap::default(),
        };
        for (place, single) in singles.iter().enumerate() {
            let identity = single.identity;
            for leaf in single.distinct_leaves() {
                index
                    .leaves
                    .entry((&identity.kind, leaf))
                    .or_default()
                    .push(place);
            }
            let names = index.names.entry((&identity.kind, stem(&identity.name)));
            names.or_default().push(place);
        }
        index
    }

    fn candidates(&self, single: &Single<'_>) -> Vec<usize> {
        let identity = single.identity;
        let leaves = single.distinct_leaves();
        let by_leaf = leaves.filter_map(|leaf| self.leaves.get(&(identity.kind.as_str(), leaf)));
        let by_name = self
            .names
            .get(&(identity.kind.as_str(), stem(&identity.name)));
        let few = by_leaf.chain(by_name).filter(|places| places.len() <= RARE);
        let mut candidates: Vec<usize> = few.flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}

impl Single<'_> {
    fn distinct_leaves(&self) -> impl Iterator<Item = u64> {
        let leaves = self.features.leaves();
        let is_first = |(at, leaf): &(usize, &u64)| *at == 0 || leaves[*at - 1] != **leaf;
        leaves
            .iter()
            .enumerate()
            .filter(is_first)
            .map(|(_, leaf)| *leaf)
    }
}

/// How alike two objects of a kind are, if enough to be one.
fn score(old: &Single<'_>, new: &Single<'_>) -> Option<f64> {
    let (before, after) = (old.identity, new.identity);
    let share = old.features.common_leaves(&new.features);
    // A kind of that name in another group is most often another kind.
    if group(before) != group(after) {
        return (before.name == after.name && share >= RENAMED).then_some(share);
    }
    let by_name = stem(&before.name) == stem(&after.name);
    let ends = [before, after].map(|identity| identity.name.len() - stem(&identity.name).len());
    let least = match by_name {
        // Whoever appends a hash of the content means one object by all of them.
        true if ends.into_iter().all(|end| end > HASH) => 0.0,
        true => RENAMED_BY_NAME,
        false => RENAMED,
    };
    let bonus = if by_name { 1.0 } else { 0.0 };
    (share >= least).then_some(share + bonus)
}

/// A name without the hash or the version that it ends in: `tools-env` of `tools-env-8d4f7b6c9k`.
fn stem(name: &str) -> &str {
    let is_hash = |end: &str| {
        let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.';
        end.bytes().all(is_sign) && end.bytes().any(|byte| byte.is_ascii_digit())
    };
    match name.rsplit_once('-') {
        Some((stem, end)) if is_hash(end) && !stem.is_empty() => stem,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn hashes_and_versions_are_no_part_of_a_stem() {
        assert_eq!(stem("tools-env-8d4f7b6c9k"), "tools-env");
        assert_eq!(stem("db-migrate-v12"), "db-migrate");
        assert_eq!(stem("web-1.2.3"), "web");
        assert_eq!(stem("web-eu"), "web-eu");
        assert_eq!(stem("v12"), "v12");
    }
}
