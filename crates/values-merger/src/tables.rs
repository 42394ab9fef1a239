//! Merging maps in place, as Helm's coalescing does: values are shared, and so are changes to them.

use evenkeel_diagnostics::Origin;
use evenkeel_value::{Entry, Item, List, Map, Str, Value, ty};

use crate::coalesce::Rules;

/// What Helm calls a table: a `map[string]interface {}`.
pub(crate) fn table(value: &Value) -> Option<&Map> {
    value.as_map().filter(|map| map.ty() == ty::MAP)
}

/// A copy that shares nothing with the original.
pub(crate) fn deep_copy(value: &Value) -> Value {
    match value {
        Value::Map(map) => Value::Map(deep_copy_map(map)),
        Value::List(list) if !list.is_nil() => {
            let copy = |item: &Item| Item {
                value: deep_copy(&item.value),
                origin: item.origin,
            };
            let items = list.borrow().iter().map(copy).collect();
            Value::List(List::new(list.ty(), items))
        }
        other => other.clone(),
    }
}

/// [`deep_copy`] of a map.
pub(crate) fn deep_copy_map(map: &Map) -> Map {
    let copy = |entry: &Entry| Entry {
        value: deep_copy(&entry.value),
        ..entry.clone()
    };
    let entries = map.borrow().iter().map(copy).collect();
    Map::from_entries(map.ty(), entries)
}

/// Puts `src` under `dst`, which wins (`coalesceTablesFullKey`).
///
/// With `rules.merge`, nulls stay; without, a null of `dst` over something in `src` removes the key. Nulls of
/// `dst` are written into `src` first: that is Helm's way, and other maps may share `src`.
pub(crate) fn coalesce_tables(dst: &Map, src: &Map, rules: Rules) {
    let merge = rules.merge;
    if !rules.helm.keeps_nulls_over_null_defaults() {
        return old_coalesce_tables(dst, src, merge);
    }
    let (missing, common) = compare(dst, src);
    for (key, origin) in nulls(dst) {
        // Only what `src` itself has set can be removed by a null.
        let removes = !merge && src.get(&key).is_some_and(|value| !value.is_nil());
        if removes {
            dst.remove(&key);
        }
        src.insert_from(key, Value::Nil, origin);
    }
    for entry in missing {
        dst.insert_from(entry.key, entry.value, entry.origin);
    }
    for (dst, src) in common {
        coalesce_tables(&dst, &src, rules);
    }
}

fn nulls(map: &Map) -> Vec<(Str, Origin)> {
    let null = |entry: &&Entry| entry.value.is_nil();
    map.borrow()
        .iter()
        .filter(null)
        .map(|entry| (entry.key.clone(), entry.origin))
        .collect()
}

/// What `src` has and `dst` has not, and the tables that both have.
fn compare(dst: &Map, src: &Map) -> (Vec<Entry>, Vec<(Map, Map)>) {
    let (mut missing, mut common) = (Vec::new(), Vec::new());
    let existing = dst.borrow();
    let mut existing = existing.iter().peekable();
    for entry in src.borrow().iter() {
        while existing.next_if(|other| other.key < entry.key).is_some() {}
        match existing.peek().filter(|other| other.key == entry.key) {
            None => missing.push(entry.clone()),
            Some(other) => {
                if let (Some(dst), Some(src)) = (table(&other.value), table(&entry.value)) {
                    common.push((dst.clone(), src.clone()));
                }
            }
        }
    }
    (missing, common)
}

/// [`coalesce_tables`] as it was: any null of `dst` over a key of `src` removes it.
fn old_coalesce_tables(dst: &Map, src: &Map, merge: bool) {
    for Entry { key, value, origin } in src.snapshot() {
        match dst.get(&key) {
            Some(Value::Nil) if !merge => {
                dst.remove(&key);
            }
            None => {
                dst.insert_from(key, value, origin);
            }
            Some(existing) => {
                if let (Some(dst), Some(src)) = (table(&existing), table(&value)) {
                    old_coalesce_tables(dst, src, merge);
                }
            }
        }
    }
}

/// Removes nulls at any depth of maps (`cleanNilValues`). The map must be a tree of one's own.
pub(crate) fn clean_nulls(map: &Map) {
    map.retain(|entry| {
        if let Some(inner) = table(&entry.value) {
            clean_nulls(inner);
        }
        !entry.value.is_nil()
    });
}

/// The table at a dotted path (`Values.Table`).
pub(crate) fn lookup_table(root: &Map, path: &str) -> Option<Map> {
    let mut found = root.clone();
    for part in path.split('.') {
        let inner = found.get(part.as_bytes())?;
        found = inner.as_map()?.clone();
    }
    Some(found)
}

/// The value at a dotted path, which is no table (`Values.PathValue`).
pub(crate) fn lookup_value(root: &Map, path: &str) -> Option<Value> {
    let (holder, key) = match path.rsplit_once('.') {
        Some((tables, key)) => (lookup_table(root, tables)?, key),
        None => (root.clone(), path),
    };
    holder
        .get(key.as_bytes())
        .filter(|value| table(value).is_none())
}

/// A map that holds `value` at a path, or `value` itself for the path `.` (`pathToMap`).
pub(crate) fn at_path(path: &str, value: Map) -> Map {
    if path == "." {
        return value;
    }
    path.split('.').rev().fold(value, |inner, part| {
        let outer = Map::default();
        outer.insert_from(part, inner, Origin::NONE);
        outer
    })
}
