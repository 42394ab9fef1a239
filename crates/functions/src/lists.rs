//! Lists: github.com/Masterminds/sprig/v3 `list.go`. The functions take slices of any element type and give
//! `[]interface {}`; a `must…` twin behaves the same, since Go's executor turns panics into errors.

use evenkeel_template::{Context, Error, Function, function, variadic};
use evenkeel_value::{Item, Kind, List, Str, Type, TypeDesc, Value, ty};

use crate::args::{Answer, any, charge_items, int};
use crate::cast::{float_to_int, strval, to_int64};
use crate::flow::empty;
use crate::reflect::{deep_equal, elements, kind_of_type};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("append", &[ty::ANY, ty::ANY], ty::LIST, append),
    function("chunk", &[ty::INT, ty::ANY], LISTS, chunk),
    function("compact", &[ty::ANY], ty::LIST, compact),
    variadic("concat", &[ty::ANY], ty::ANY, concat),
    function("first", &[ty::ANY], ty::ANY, first),
    function("has", &[ty::ANY, ty::ANY], ty::BOOL, has),
    function("initial", &[ty::ANY], ty::LIST, initial),
    function("last", &[ty::ANY], ty::ANY, last),
    variadic("list", &[ty::ANY], ty::LIST, list),
    function("mustAppend", &[ty::ANY, ty::ANY], ty::LIST, append),
    function("mustChunk", &[ty::INT, ty::ANY], LISTS, chunk),
    function("mustCompact", &[ty::ANY], ty::LIST, compact),
    function("mustFirst", &[ty::ANY], ty::ANY, first),
    function("mustHas", &[ty::ANY, ty::ANY], ty::BOOL, has),
    function("mustInitial", &[ty::ANY], ty::LIST, initial),
    function("mustLast", &[ty::ANY], ty::ANY, last),
    function("mustPrepend", &[ty::ANY, ty::ANY], ty::LIST, prepend),
    function("mustPush", &[ty::ANY, ty::ANY], ty::LIST, append),
    function("mustRest", &[ty::ANY], ty::LIST, rest),
    function("mustReverse", &[ty::ANY], ty::LIST, reverse),
    variadic("mustSlice", &[ty::ANY, ty::ANY], ty::ANY, slice),
    function("mustUniq", &[ty::ANY], ty::LIST, uniq),
    variadic("mustWithout", &[ty::ANY, ty::ANY], ty::LIST, without),
    function("prepend", &[ty::ANY, ty::ANY], ty::LIST, prepend),
    function("push", &[ty::ANY, ty::ANY], ty::LIST, append),
    function("rest", &[ty::ANY], ty::LIST, rest),
    function("reverse", &[ty::ANY], ty::LIST, reverse),
    variadic("slice", &[ty::ANY, ty::ANY], ty::ANY, slice),
    function("sortAlpha", &[ty::ANY], ty::STRINGS, sort_alpha),
    function("toStrings", &[ty::ANY], ty::STRINGS, to_strings),
    variadic("tuple", &[ty::ANY], ty::LIST, list),
    function("uniq", &[ty::ANY], ty::LIST, uniq),
    variadic("without", &[ty::ANY, ty::ANY], ty::LIST, without),
];

static LISTS_DESC: TypeDesc = TypeDesc {
    name: "[][]interface {}",
    kind: Kind::Slice,
    elem: Some(ty::LIST),
    named: false,
};
const LISTS: Type = Type(&LISTS_DESC);

fn list(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(List::of(args.iter().cloned()).into())
}

fn append(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let mut items = items(ctx, any(args, 0), "Cannot push on type")?;
    items.push(any(args, 1).clone().into());
    Ok(of(items))
}

fn prepend(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let mut items = items(ctx, any(args, 0), "Cannot prepend on type")?;
    items.insert(0, any(args, 1).clone().into());
    Ok(of(items))
}

fn first(_: &mut dyn Context, args: &[Value]) -> Answer {
    end(any(args, 0), "Cannot find first on type", |_| 0)
}

fn last(_: &mut dyn Context, args: &[Value]) -> Answer {
    end(any(args, 0), "Cannot find last on type", |len| {
        len.wrapping_sub(1)
    })
}

/// One element, or nil where there is none.
fn end(value: &Value, refusal: &str, place: fn(usize) -> usize) -> Answer {
    let found = match value {
        Value::List(list) => list.get(place(list.len())),
        Value::Bytes(bytes) => bytes
            .get(place(bytes.len()))
            .map(|byte| Value::Uint((*byte).into(), ty::UINT8)),
        other => return Err(refused(other, refusal)),
    };
    Ok(found.unwrap_or_default())
}

fn rest(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let mut items = items(ctx, any(args, 0), "Cannot find rest on type")?;
    if items.is_empty() {
        return Ok(List::nil(ty::LIST).into());
    }
    items.remove(0);
    Ok(of(items))
}

fn initial(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let mut items = items(ctx, any(args, 0), "Cannot find initial on type")?;
    match items.pop() {
        Some(_) => Ok(of(items)),
        None => Ok(List::nil(ty::LIST).into()),
    }
}

fn reverse(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let mut items = items(ctx, any(args, 0), "Cannot find reverse on type")?;
    items.reverse();
    Ok(of(items))
}

fn compact(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let mut items = items(ctx, any(args, 0), "Cannot compact on type")?;
    items.retain(|item| !empty(&item.value));
    Ok(of(items))
}

fn uniq(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let items = items(ctx, any(args, 0), "Cannot find uniq on type")?;
    let mut kept: Vec<Item> = Vec::new();
    for item in items {
        ctx.charge(kept.len() as u64 / 4)?;
        if !kept
            .iter()
            .any(|other| deep_equal(&item.value, &other.value))
        {
            kept.push(item);
        }
    }
    Ok(of(kept))
}

fn without(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let mut items = items(ctx, any(args, 0), "Cannot find without on type")?;
    let unwanted = args.get(1..).unwrap_or_default();
    ctx.charge((items.len() * unwanted.len()) as u64 / 4)?;
    items.retain(|item| !unwanted.iter().any(|other| deep_equal(&item.value, other)));
    Ok(of(items))
}

fn has(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let (needle, haystack) = (any(args, 0), any(args, 1));
    let found = match haystack {
        Value::Nil => false,
        Value::List(list) => {
            ctx.charge(list.len() as u64 / 4)?;
            list.borrow()
                .iter()
                .any(|item| deep_equal(needle, &item.value))
        }
        other => match elements(other) {
            Some(values) => values.iter().any(|value| deep_equal(needle, value)),
            None => return Err(refused(other, "Cannot find has on type")),
        },
    };
    Ok(Value::Bool(found))
}

fn concat(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let mut all = Vec::new();
    for list in args {
        let Some(part) = items_of(list) else {
            let kind = kind_of_type(list)?.name();
            return Err(Error::new(format!("Cannot concat type {kind} as list")));
        };
        charge_items(ctx, part.len() as u64 / 4)?;
        all.extend(part);
    }
    Ok(if all.is_empty() {
        List::nil(ty::LIST).into()
    } else {
        of(all)
    })
}

/// Cuts a slice: `slice $list 1 3` is `$list[1:3]`. The bounds go through spf13/cast.
fn slice(_: &mut dyn Context, args: &[Value]) -> Answer {
    let value = any(args, 0);
    let bounds = |len: usize| {
        let start = args.get(1).map_or(0, to_int64);
        let end = args.get(2).map_or(len as i64, to_int64);
        match (usize::try_from(start), usize::try_from(end)) {
            (Ok(start), Ok(end)) if start <= end && end <= len => Ok(start..end),
            _ => Err(Error::new("reflect.Value.Slice: slice index out of bounds")),
        }
    };
    match value {
        Value::List(list) if list.is_empty() => Ok(Value::Nil),
        Value::List(list) => {
            let items = list.items();
            let range = bounds(items.len())?;
            let part = items.get(range).unwrap_or_default().to_vec();
            Ok(List::new(list.ty(), part).into())
        }
        Value::Bytes(bytes) if bytes.is_empty() => Ok(Value::Nil),
        Value::Bytes(bytes) => {
            let part = bytes.get(bounds(bytes.len())?).unwrap_or_default();
            Ok(Value::Bytes(part.into()))
        }
        other => Err(refused(other, "list should be type of slice or array but")),
    }
}

/// Cuts into lists of `size` elements; the last has what is left.
fn chunk(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let size = int(args, 0);
    let items = items(ctx, any(args, 1), "Cannot chunk type")?;
    let count = chunk_count(items.len(), size)?;
    let mut chunks = Vec::new();
    for turn in 0..count {
        chunks.push(Item::from(of(one_chunk(
            &items,
            size,
            turn,
            turn + 1 == count,
        )?)));
    }
    Ok(List::new(LISTS, chunks).into())
}

/// Go computes in floats, so a size of 0 or less asks `make` for a strange number of chunks.
fn chunk_count(len: usize, size: i64) -> Result<i64, Error> {
    let chunks = ((len as f64 - 1.0) / size as f64).floor() + 1.0;
    let count = float_to_int(chunks);
    if (0..1 << 40).contains(&count) {
        return Ok(count);
    }
    Err(Error::new("runtime error: makeslice: len out of range"))
}

fn one_chunk(items: &[Item], size: i64, turn: i64, last: bool) -> Result<Vec<Item>, Error> {
    let left = float_to_int((items.len() as f64 % size as f64).floor());
    let len = if last && left != 0 { left } else { size };
    let Ok(len) = usize::try_from(len) else {
        return Err(Error::new("runtime error: makeslice: len out of range"));
    };
    let start = usize::try_from(turn.wrapping_mul(size)).unwrap_or(usize::MAX);
    let chunk = items.get(start..).and_then(|tail| tail.get(..len));
    chunk
        .map(<[Item]>::to_vec)
        .ok_or_else(|| Error::new("reflect: slice index out of range"))
}

/// Sprig's `strslice`: the texts of a list without its nils, or of a single value.
pub(crate) fn strslice(value: &Value) -> Vec<Str> {
    match value {
        Value::Nil => Vec::new(),
        Value::List(list) => list
            .borrow()
            .iter()
            .filter(|i| !i.value.is_nil())
            .map(|i| strval(&i.value))
            .collect(),
        other => match elements(other) {
            Some(values) => values.iter().map(strval).collect(),
            None => vec![strval(other)],
        },
    }
}

fn to_strings(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    match any(args, 0) {
        Value::List(list) if list.ty() == ty::STRINGS => Ok(list.clone().into()),
        other => {
            let texts = strslice(other);
            charge_items(ctx, texts.len() as u64)?;
            Ok(List::strings(texts).into())
        }
    }
}

/// Sorts by bytes. A `[]string` is sorted in place: whoever holds it sees it sorted.
fn sort_alpha(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    match any(args, 0) {
        Value::List(list) if list.ty() == ty::STRINGS => {
            ctx.charge(list.len() as u64)?;
            list.mutate(|items| items.sort_by_cached_key(|item| strval(&item.value)));
            Ok(list.clone().into())
        }
        value @ (Value::List(_) | Value::Bytes(_)) => {
            let mut texts = strslice(value);
            charge_items(ctx, texts.len() as u64)?;
            texts.sort();
            Ok(List::strings(texts).into())
        }
        other => Ok(List::strings([strval(other)]).into()),
    }
}

/// A copy of a slice's items with their origins, paid for.
fn items(ctx: &mut dyn Context, value: &Value, refusal: &str) -> Result<Vec<Item>, Error> {
    let items = items_of(value).ok_or_else(|| refused(value, refusal))?;
    charge_items(ctx, items.len() as u64 / 4)?;
    Ok(items)
}

fn items_of(value: &Value) -> Option<Vec<Item>> {
    match value {
        Value::List(list) => Some(list.items()),
        other => elements(other).map(|values| values.into_iter().map(Item::from).collect()),
    }
}

fn of(items: Vec<Item>) -> Value {
    List::new(ty::LIST, items).into()
}

/// The error for what is no slice: Go's code asks the type for its kind first.
fn refused(value: &Value, refusal: &str) -> Error {
    match kind_of_type(value) {
        Ok(kind) => Error::new(format!("{refusal} {}", kind.name())),
        Err(error) => error,
    }
}
