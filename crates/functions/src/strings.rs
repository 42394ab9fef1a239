//! Searching, cutting, splitting and joining text: github.com/Masterminds/sprig/v3 `strings.go` over Go's
//! `strings`. Positions and lengths count bytes, as in Go.

use evenkeel_diagnostics::Origin;
use evenkeel_template::{Context, Error, Function, function, variadic};
use evenkeel_value::{Entry, List, Map, Value, fmt, ty};
use memchr::memmem;

use crate::args::{Answer, any, bytes, charge_bytes, charge_items, int, string};
use crate::cast::strval;
use crate::lists::strslice;
use crate::unicode::runes;

pub(crate) const FUNCTIONS: &[Function] = &[
    variadic("cat", &[ty::ANY], ty::STRING, cat),
    function("contains", &[ty::STRING, ty::STRING], ty::BOOL, contains),
    function("hasPrefix", &[ty::STRING, ty::STRING], ty::BOOL, has_prefix),
    function("hasSuffix", &[ty::STRING, ty::STRING], ty::BOOL, has_suffix),
    function("join", &[ty::STRING, ty::ANY], ty::STRING, join),
    function(
        "plural",
        &[ty::STRING, ty::STRING, ty::INT],
        ty::STRING,
        plural,
    ),
    function("repeat", &[ty::INT, ty::STRING], ty::STRING, repeat),
    function(
        "replace",
        &[ty::STRING, ty::STRING, ty::STRING],
        ty::STRING,
        replace,
    ),
    function("split", &[ty::STRING, ty::STRING], ty::STRING_MAP, split),
    function(
        "splitList",
        &[ty::STRING, ty::STRING],
        ty::STRINGS,
        split_list,
    ),
    function(
        "splitn",
        &[ty::STRING, ty::INT, ty::STRING],
        ty::STRING_MAP,
        splitn,
    ),
    function(
        "substr",
        &[ty::INT, ty::INT, ty::STRING],
        ty::STRING,
        substr,
    ),
    function("toString", &[ty::ANY], ty::STRING, to_string),
    function("trunc", &[ty::INT, ty::STRING], ty::STRING, trunc),
];

fn to_string(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(strval(any(args, 0)).into())
}

fn contains(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(
        memmem::find(bytes(args, 1), bytes(args, 0)).is_some(),
    ))
}

fn has_prefix(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(bytes(args, 1).starts_with(bytes(args, 0))))
}

fn has_suffix(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(bytes(args, 1).ends_with(bytes(args, 0))))
}

fn plural(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(string(args, if int(args, 2) == 1 { 0 } else { 1 }).into())
}

/// The values other than nil as `%v`, with spaces between them; space around the whole is trimmed off the
/// format, not off the result.
fn cat(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let texts: Vec<_> = args
        .iter()
        .filter(|v| !v.is_nil())
        .map(fmt::sprint)
        .collect();
    let joined = texts.join(&b' ');
    charge_bytes(ctx, joined.len())?;
    Ok(Value::str(joined))
}

fn join(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let (separator, texts) = (bytes(args, 0), strslice(any(args, 1)));
    let len = texts.iter().map(|text| text.len() + separator.len()).sum();
    charge_bytes(ctx, len)?;
    let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    Ok(Value::str(texts.join(separator)))
}

fn repeat(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let text = bytes(args, 1);
    let len = checked_repeat(text.len(), int(args, 0))?;
    charge_bytes(ctx, len)?;
    Ok(Value::str(
        text.repeat(len.checked_div(text.len()).unwrap_or(0)),
    ))
}

/// The length of `strings.Repeat`'s result.
///
/// # Errors
/// Go's panics, for a negative count and for a length that no int, or no memory of Go's, holds.
pub(crate) fn checked_repeat(len: usize, count: i64) -> Result<usize, Error> {
    const MAX_ALLOCATION: usize = 1 << 48;
    let Ok(count) = usize::try_from(count) else {
        return Err(Error::new("strings: negative Repeat count"));
    };
    match len
        .checked_mul(count)
        .filter(|total| i64::try_from(*total).is_ok())
    {
        None => Err(Error::new("strings: Repeat output length overflow")),
        Some(total) if total > MAX_ALLOCATION => {
            Err(Error::new("runtime error: makeslice: len out of range"))
        }
        Some(total) => Ok(total),
    }
}

fn replace(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let (old, new, text) = (bytes(args, 0), bytes(args, 1), string(args, 2));
    let places: Vec<usize> = if old.is_empty() {
        let starts = runes(&text).scan(0, |at, (_, bytes)| {
            Some(std::mem::replace(at, *at + bytes.len()))
        });
        starts.chain([text.len()]).collect()
    } else {
        memmem::find_iter(&text, old).collect()
    };
    if places.is_empty() || old == new {
        return Ok(text.into());
    }
    let len = text
        .len()
        .saturating_add(places.len().saturating_mul(new.len()));
    charge_bytes(ctx, len)?;
    let mut out = Vec::with_capacity(len - (places.len() * old.len()).min(text.len()));
    let mut start = 0;
    for at in places {
        out.extend_from_slice(text.get(start..at).unwrap_or_default());
        out.extend_from_slice(new);
        start = at + old.len();
    }
    out.extend_from_slice(text.get(start..).unwrap_or_default());
    Ok(Value::str(out))
}

fn trunc(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (count, text) = (int(args, 0), bytes(args, 1));
    let len = text.len() as i64;
    Ok(match count {
        // The sum wraps in Go, but it cannot for the length of a text.
        ..0 if len + count > 0 => text
            .get((len + count) as usize..)
            .unwrap_or_default()
            .into(),
        0.. if len > count => text.get(..count as usize).unwrap_or_default().into(),
        _ => string(args, 1),
    }
    .into())
}

/// Sprig's `substring`: a negative start is the beginning, a negative or too large end is the end. Where
/// that is not enough, Go panics.
fn substr(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (start, end, text) = (int(args, 0), int(args, 1), bytes(args, 2));
    let len = text.len() as i64;
    let (from, to) = match (start, end) {
        (..0, _) => (0, end),
        (_, ..0) => (start, len),
        (_, end) if end > len => (start, len),
        _ => (start, end),
    };
    if to < 0 {
        return Err(Error::new(format!(
            "runtime error: slice bounds out of range [:{to}]"
        )));
    }
    if to > len {
        let text = format!("runtime error: slice bounds out of range [:{to}] with length {len}");
        return Err(Error::new(text));
    }
    match text.get(from as usize..to as usize) {
        Some(part) => Ok(Value::str(part)),
        None => Err(Error::new(format!(
            "runtime error: slice bounds out of range [{from}:{to}]"
        ))),
    }
}

fn split_list(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let parts = pieces(bytes(args, 1), bytes(args, 0), -1);
    charge_items(ctx, parts.len() as u64)?;
    Ok(List::strings(parts).into())
}

fn split(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    numbered(ctx, pieces(bytes(args, 1), bytes(args, 0), -1))
}

fn splitn(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    numbered(ctx, pieces(bytes(args, 2), bytes(args, 0), int(args, 1)))
}

/// The map `_0`, `_1` … of the parts.
fn numbered(ctx: &mut dyn Context, parts: Vec<&[u8]>) -> Answer {
    charge_items(ctx, parts.len() as u64)?;
    let entries = parts.into_iter().enumerate().map(|(at, part)| Entry {
        key: format!("_{at}").into(),
        value: Value::str(part),
        origin: Origin::NONE,
    });
    Ok(Map::from_entries(ty::STRING_MAP, entries.collect()).into())
}

/// `strings.SplitN`: at most `limit` parts, all of them for a negative limit; an empty separator splits
/// after each character.
fn pieces<'t>(text: &'t [u8], separator: &[u8], limit: i64) -> Vec<&'t [u8]> {
    let cuts = match usize::try_from(limit) {
        Ok(0) => return Vec::new(),
        Ok(limit) => limit - 1,
        Err(_) => usize::MAX,
    };
    if separator.is_empty() {
        return characters(text, cuts);
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for at in memmem::find_iter(text, separator).take(cuts) {
        parts.push(text.get(start..at).unwrap_or_default());
        start = at + separator.len();
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// The characters of a text, what is left after `cuts` of them in one piece.
fn characters(text: &[u8], cuts: usize) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = text;
    for (_, bytes) in runes(text).take(cuts) {
        parts.push(bytes);
        rest = rest.get(bytes.len()..).unwrap_or_default();
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}
