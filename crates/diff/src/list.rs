//! Which items of two lists belong together.

use std::ops::Range;

use evenkeel_manifest::Step;
use evenkeel_value::{Data, DataItem};
use rustc_hash::{FxHashMap, FxHashSet};
use similar::{Algorithm, capture_diff_slices};

use crate::change::Sides;
use crate::tokens::{Side, Tokens};

/// Keys that tell the items of a list apart, by the list's name: Kubernetes' merge keys
/// (`x-kubernetes-patch-merge-key` of its OpenAPI document). `name` is tried for every list.
const MERGE_KEYS: &[(&str, &str)] = &[
    ("volumeMounts", "mountPath"),
    ("volumeDevices", "devicePath"),
    ("ports", "containerPort"),
    ("ports", "port"),
    ("hostAliases", "ip"),
    ("conditions", "type"),
    ("topologySpreadConstraints", "topologyKey"),
    ("imagePullSecrets", "name"),
];

/// Two items that belong together, or one that has no partner.
pub(crate) struct Pair<'d> {
    /// What the item is called: by its name, or by its place.
    pub(crate) step: Step,
    /// Its places; of no meaning on a side that does not have it.
    pub(crate) places: Sides<usize>,
    pub(crate) before: Option<&'d Data>,
    pub(crate) after: Option<&'d Data>,
}

/// Pairs the items of two lists: by a key where one tells all items of both lists apart, else by the longest
/// common subsequence, and in the gaps between by their order.
pub(crate) fn align<'d>(
    field: &str,
    before: &'d [DataItem],
    after: &'d [DataItem],
    tokens: &Tokens,
) -> Vec<Pair<'d>> {
    let others = MERGE_KEYS.iter().filter(|(list, _)| *list == field);
    let keys = std::iter::once("name").chain(others.map(|(_, key)| *key));
    for key in keys {
        let sides =
            keyed(before, key, tokens, Side::Before).zip(keyed(after, key, tokens, Side::After));
        if let Some((old, new)) = sides {
            return by_key(key, before, after, &old, &new);
        }
    }
    by_order(before, after, tokens)
}

/// The texts of a key of all items, if they all have it and no two have the same.
fn keyed(items: &[DataItem], key: &str, tokens: &Tokens, side: Side) -> Option<Vec<Vec<u8>>> {
    let texts: Option<Vec<Vec<u8>>> = items
        .iter()
        .map(|item| match item.value.get(key)? {
            value @ (Data::Str(_) | Data::Int(_) | Data::Uint(_) | Data::Float(_)) => {
                Some(canonical(value, tokens, side))
            }
            _ => None,
        })
        .collect();
    let mut seen = FxHashSet::default();
    texts.filter(|texts| texts.iter().all(|text| seen.insert(text.clone())))
}

fn by_key<'d>(
    key: &str,
    before: &'d [DataItem],
    after: &'d [DataItem],
    old: &[Vec<u8>],
    new: &[Vec<u8>],
) -> Vec<Pair<'d>> {
    let step = |item: &Data, index: usize| match item.get("name").and_then(Data::as_str) {
        Some(name) if key == "name" => Step::Named(name.to_owned()),
        _ => Step::Index(index),
    };
    let places: FxHashMap<&[u8], usize> = new
        .iter()
        .enumerate()
        .map(|(index, text)| (text.as_slice(), index))
        .collect();
    let mut pairs: Vec<Pair<'d>> = before
        .iter()
        .zip(old)
        .enumerate()
        .map(|(index, (item, text))| {
            let partner = places.get(text.as_slice()).copied();
            Pair {
                step: step(&item.value, partner.unwrap_or(index)),
                places: Sides {
                    before: index,
                    after: partner.unwrap_or_default(),
                },
                before: Some(&item.value),
                after: partner.map(|index| &after[index].value),
            }
        })
        .collect();
    let old: FxHashSet<&[u8]> = old.iter().map(Vec::as_slice).collect();
    for (index, (item, text)) in after.iter().zip(new).enumerate() {
        if !old.contains(text.as_slice()) {
            pairs.push(Pair {
                step: step(&item.value, index),
                places: Sides {
                    before: 0,
                    after: index,
                },
                before: None,
                after: Some(&item.value),
            });
        }
    }
    pairs
}

fn by_order<'d>(before: &'d [DataItem], after: &'d [DataItem], tokens: &Tokens) -> Vec<Pair<'d>> {
    let mut known = FxHashMap::default();
    let mut ids = |items: &[DataItem], side| -> Vec<usize> {
        let items = items.iter();
        items
            .map(|item| {
                let next = known.len();
                *known
                    .entry(canonical(&item.value, tokens, side))
                    .or_insert(next)
            })
            .collect()
    };
    let (old, new) = (ids(before, Side::Before), ids(after, Side::After));
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        matched(before, after, op.old_range(), op.new_range(), &mut pairs);
    }
    pairs
}

/// Pairs two runs of items in their order; what is left of the longer one has no partner.
fn matched<'d>(
    before: &'d [DataItem],
    after: &'d [DataItem],
    old: Range<usize>,
    new: Range<usize>,
    pairs: &mut Vec<Pair<'d>>,
) {
    let pair = |i: Option<usize>, j: Option<usize>| Pair {
        step: Step::Index(j.or(i).unwrap_or_default()),
        places: Sides {
            before: i.unwrap_or_default(),
            after: j.unwrap_or_default(),
        },
        before: i.map(|i| &before[i].value),
        after: j.map(|j| &after[j].value),
    };
    let common = old.len().min(new.len());
    let both = (0..common).map(|offset| (Some(old.start + offset), Some(new.start + offset)));
    let left = (old.start + common..old.end).map(|i| (Some(i), None));
    let right = (new.start + common..new.end).map(|j| (None, Some(j)));
    pairs.extend(both.chain(left).chain(right).map(|(i, j)| pair(i, j)));
}

/// A text that two values share if they are the same but for tokens.
fn canonical(data: &Data, tokens: &Tokens, side: Side) -> Vec<u8> {
    let mut out = Vec::new();
    write(data, tokens, side, &mut out);
    out
}

fn write(data: &Data, tokens: &Tokens, side: Side, out: &mut Vec<u8>) {
    let mut text = |mark: u8, text: &[u8]| {
        out.push(mark);
        out.extend_from_slice(&(text.len() as u64).to_le_bytes());
        out.extend_from_slice(text);
    };
    match data {
        Data::Null => text(b'n', b""),
        Data::Bool(b) => text(b'b', &[u8::from(*b)]),
        Data::Int(n) => text(b'f', &(*n as f64).to_le_bytes()),
        Data::Uint(n) => text(b'f', &(*n as f64).to_le_bytes()),
        Data::Float(n) => text(b'f', &n.to_le_bytes()),
        Data::Str(bytes) => text(b's', &tokens.normal(bytes, side)),
        Data::List(items) => {
            text(b'l', &(items.len() as u64).to_le_bytes());
            for item in items.iter() {
                write(&item.value, tokens, side, out);
            }
        }
        Data::Map(entries) => {
            text(b'm', &(entries.len() as u64).to_le_bytes());
            for entry in entries.iter() {
                write(&Data::Str(entry.key.clone()), tokens, side, out);
                write(&entry.value, tokens, side, out);
            }
        }
    }
}
