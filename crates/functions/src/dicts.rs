//! Dictionaries: github.com/Masterminds/sprig/v3 `dict.go`. A dictionary is shared: `set` and `merge` change
//! what every holder sees. Go's order of keys is random; here it is the keys' order.

mod copy;
mod merge;

use evenkeel_diagnostics::Origin;
use evenkeel_template::{Context, Error, Function, function, variadic};
use evenkeel_value::{Entry, Item, List, Map, Str, Value, ty};

use crate::args::{Answer, any, bytes, charge_items, map, string};
use crate::cast::strval;
use crate::reflect::asserted_name;

pub(crate) const FUNCTIONS: &[Function] = &[
    function("deepCopy", &[ty::ANY], ty::ANY, copy::deep_copy),
    variadic("dict", &[ty::ANY], ty::MAP, dict),
    variadic("dig", &[ty::ANY], ty::ANY, dig),
    function("get", &[ty::MAP, ty::STRING], ty::ANY, get),
    function("hasKey", &[ty::MAP, ty::STRING], ty::BOOL, has_key),
    variadic("keys", &[ty::MAP], ty::STRINGS, keys),
    variadic("merge", &[ty::MAP, ty::MAP], ty::ANY, merge::merge),
    variadic(
        "mergeOverwrite",
        &[ty::MAP, ty::MAP],
        ty::ANY,
        merge::merge_overwrite,
    ),
    function("mustDeepCopy", &[ty::ANY], ty::ANY, copy::deep_copy),
    variadic("mustMerge", &[ty::MAP, ty::MAP], ty::ANY, merge::must_merge),
    variadic(
        "mustMergeOverwrite",
        &[ty::MAP, ty::MAP],
        ty::ANY,
        merge::must_merge_overwrite,
    ),
    variadic("omit", &[ty::MAP, ty::STRING], ty::MAP, omit),
    variadic("pick", &[ty::MAP, ty::STRING], ty::MAP, pick),
    variadic("pluck", &[ty::STRING, ty::MAP], ty::LIST, pluck),
    function("set", &[ty::MAP, ty::STRING, ty::ANY], ty::MAP, set),
    function("unset", &[ty::MAP, ty::STRING], ty::MAP, unset),
    function("values", &[ty::MAP], ty::LIST, values),
];

/// Keys and values in turn; a key without a value gets the empty string.
fn dict(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let dict = Map::new(ty::MAP);
    for (i, pair) in args.chunks(2).enumerate() {
        let value = pair.get(1).cloned().unwrap_or_else(|| "".into());
        dict.insert_from(strval(any(pair, 0)), value, ctx.argument_origin(2 * i + 1));
    }
    Ok(dict.into())
}

/// The value of a key, and the empty string where there is none.
fn get(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let value = look_up(ctx, &map(args, 0), bytes(args, 1));
    Ok(value.unwrap_or_else(|| "".into()))
}

fn has_key(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(
        look_up(ctx, &map(args, 0), bytes(args, 1)).is_some(),
    ))
}

fn look_up(ctx: &mut dyn Context, map: &Map, key: &[u8]) -> Option<Value> {
    ctx.log_entry(map, key);
    map.get(key)
}

fn set(_: &mut dyn Context, args: &[Value]) -> Answer {
    let dict = map(args, 0);
    if dict.is_nil() {
        return Err(Error::new("assignment to entry in nil map"));
    }
    dict.insert(string(args, 1), any(args, 2).clone());
    Ok(dict.share_as(ty::MAP).into())
}

fn unset(_: &mut dyn Context, args: &[Value]) -> Answer {
    let dict = map(args, 0);
    dict.remove(bytes(args, 1));
    Ok(dict.share_as(ty::MAP).into())
}

/// The values that a key has in several dictionaries.
fn pluck(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let key = bytes(args, 0);
    let mut found = Vec::new();
    for dict in args.iter().skip(1).filter_map(Value::as_map) {
        if let Some(value) = look_up(ctx, dict, key) {
            found.push(Item {
                value,
                origin: dict.origin(key).unwrap_or(Origin::NONE),
            });
        }
    }
    Ok(List::new(ty::LIST, found).into())
}

fn keys(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let mut keys: Vec<Str> = Vec::new();
    for dict in args.iter().filter_map(Value::as_map) {
        charge_items(ctx, dict.len() as u64 / 4)?;
        keys.extend(dict.keys());
    }
    Ok(List::strings(keys).into())
}

fn values(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let entries = map(args, 0).snapshot();
    charge_items(ctx, entries.len() as u64 / 4)?;
    let items = entries.into_iter().map(|e| Item {
        value: e.value,
        origin: e.origin,
    });
    Ok(List::new(ty::LIST, items.collect()).into())
}

fn pick(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let wanted: Vec<&Str> = args.iter().skip(1).filter_map(Value::as_str).collect();
    filtered(ctx, &map(args, 0), |key| wanted.contains(&key))
}

fn omit(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let unwanted: Vec<&Str> = args.iter().skip(1).filter_map(Value::as_str).collect();
    filtered(ctx, &map(args, 0), |key| !unwanted.contains(&key))
}

/// A new dictionary of the entries whose keys pass.
fn filtered(ctx: &mut dyn Context, dict: &Map, keep: impl Fn(&Str) -> bool) -> Answer {
    let mut entries: Vec<Entry> = dict.snapshot();
    charge_items(ctx, entries.len() as u64 / 4)?;
    entries.retain(|entry| keep(&entry.key));
    Ok(Map::from_entries(ty::MAP, entries).into())
}

/// `dig "a" "b" default $dict`: what stands at a path of keys, and the default where a key is missing.
fn dig(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let [path @ .., default, dict] = args else {
        return Err(too_few());
    };
    if path.is_empty() {
        return Err(too_few());
    }
    let mut here = exactly_map(dict)?;
    let keys = path
        .iter()
        .map(exactly_string)
        .collect::<Result<Vec<_>, _>>()?;
    let mut keys = keys.into_iter().peekable();
    while let Some(key) = keys.next() {
        let Some(step) = look_up(ctx, &here, &key) else {
            return Ok(default.clone());
        };
        if keys.peek().is_none() {
            return Ok(step);
        }
        here = exactly_map(&step)?;
    }
    Ok(default.clone())
}

fn too_few() -> Error {
    Error::new("dig needs at least three arguments")
}

/// A type assertion, which no other map type passes, `common.Values` included.
fn exactly_map(value: &Value) -> Result<Map, Error> {
    match value {
        Value::Map(map) if map.ty() == ty::MAP => Ok(map.clone()),
        other => Err(not_a(other, "map[string]interface {}")),
    }
}

fn exactly_string(value: &Value) -> Result<Str, Error> {
    value
        .as_str()
        .cloned()
        .ok_or_else(|| not_a(value, "string"))
}

fn not_a(value: &Value, wanted: &str) -> Error {
    let found = asserted_name(value);
    Error::new(format!(
        "interface conversion: interface {{}} is {found}, not {wanted}"
    ))
}
