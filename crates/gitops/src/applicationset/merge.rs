//! The merge generator: `applicationset/generators/merge.go`.

use evenkeel_diagnostics::Origin;
use evenkeel_value::{Data, DataEntry, Entry, Map, Str, Value, ty};
use evenkeel_yaml as yaml;
use rustc_hash::FxHashMap;

use super::failure::{Failure, Stop};
use super::generator::{Element, Generators, children};
use super::leaf::lossy;

const BY_KEY: &str = "error getting param sets by merge key: ";

/// The elements of the first generator, each with what the others know of it. Argo CD gives them in no order;
/// here it is the first generator's.
pub(super) fn elements(
    generators: &Generators<'_>,
    entry: &DataEntry,
    depth: u32,
) -> Result<Vec<Element>, Stop> {
    let children = children(&entry.value);
    let count = children.len();
    if count < 2 {
        let text = "found less than two generators, Merge requires two or more";
        return Err(Failure::new(text, entry.origin).into());
    }
    let mut sets = Vec::with_capacity(count);
    for (index, (child, at)) in children.into_iter().enumerate() {
        let set = generators.nested(child, at, None, depth).map_err(|stop| {
            let number = index + 1;
            stop.within(&format!(
                "error getting param sets from generators: error getting params from generator \
                     {number} of {count}: "
            ))
        })?;
        sets.push(set);
    }
    let keys = merge_keys(entry).map_err(|failure| failure.within(BY_KEY))?;
    let mut sets = sets.into_iter();
    let mut base = sets.next().unwrap_or_default();
    let identities = identities(&base, &keys)?;
    for others in sets {
        let found = by_key(&others, &keys)?;
        for (element, identity) in base.iter_mut().zip(&identities) {
            if let Some(&index) = found.get(identity) {
                lay_over(element, &others[index], generators.leaves.is_go());
            }
        }
    }
    Ok(base)
}

fn lay_over(base: &mut Element, with: &Element, go: bool) {
    if go {
        base.params.override_with(&with.params);
    } else {
        for param in &with.params.0 {
            base.params.set(param.clone());
        }
    }
    base.origins.extend(&with.origins);
}

fn merge_keys(entry: &DataEntry) -> Result<Vec<Str>, Failure> {
    let keys: Vec<_> = match entry.value.get("mergeKeys") {
        Some(Data::List(items)) => items
            .iter()
            .filter_map(|item| match &item.value {
                Data::Str(key) => Some(Str::from_arc(key.clone())),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    if keys.is_empty() {
        let text = "no merge keys were specified, Merge requires at least one";
        return Err(Failure::new(text, entry.origin));
    }
    Ok(keys)
}

/// What makes each element: its parameters of the merge keys, as JSON; no two may be equal.
fn identities(elements: &[Element], keys: &[Str]) -> Result<Vec<Vec<u8>>, Failure> {
    by_key(elements, keys)?;
    elements.iter().map(|one| identity(one, keys)).collect()
}

fn by_key(elements: &[Element], keys: &[Str]) -> Result<FxHashMap<Vec<u8>, usize>, Failure> {
    let mut found = FxHashMap::default();
    for (index, element) in elements.iter().enumerate() {
        let identity = identity(element, keys)?;
        let text = lossy(&identity).into_owned();
        if found.insert(identity, index).is_some() {
            let at = element.origins.first().copied().unwrap_or(Origin::NONE);
            let text = format!(
                "the parameters from a generator were not unique by the given mergeKeys, Merge requires all \
                 param sets to be unique. Duplicate key was {text}"
            );
            return Err(Failure::new(text, at).within(BY_KEY));
        }
    }
    Ok(found)
}

fn identity(element: &Element, keys: &[Str]) -> Result<Vec<u8>, Failure> {
    let entries = keys.iter().map(|key| {
        let param = element.params.get(key);
        Entry {
            key: key.clone(),
            value: param.map_or(Value::Nil, |param| param.value.to_value()),
            origin: Origin::NONE,
        }
    });
    let map = Map::from_entries(ty::MAP, entries.collect());
    yaml::to_json(&Value::Map(map)).map_err(|error| {
        let at = element.origins.first().copied().unwrap_or(Origin::NONE);
        let text = format!("error marshalling param set key json: {}", error.text());
        Failure::new(text, at).within(BY_KEY)
    })
}
