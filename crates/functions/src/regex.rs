//! Regular expressions: github.com/Masterminds/sprig/v3 `regex.go` over Go's `regexp`, on the engine of
//! regex-automata with a parser of Go's syntax.

mod class;
mod engine;
mod expand;
mod parse;

use evenkeel_template::{Context, Error, Function, function};
use evenkeel_value::number::{can_backquote, quote};
use evenkeel_value::{List, Value, ty};

use crate::args::{Answer, bytes, charge_bytes, charge_items, int};
use engine::{Failure, Regex};

pub(crate) const FUNCTIONS: &[Function] = &[
    function(
        "mustRegexFind",
        &[ty::STRING, ty::STRING],
        ty::STRING,
        must_find,
    ),
    function(
        "mustRegexFindAll",
        &[ty::STRING, ty::STRING, ty::INT],
        ty::STRINGS,
        must_find_all,
    ),
    function(
        "mustRegexMatch",
        &[ty::STRING, ty::STRING],
        ty::BOOL,
        must_match,
    ),
    function("mustRegexReplaceAll", &REPLACE, ty::STRING, must_replace),
    function(
        "mustRegexReplaceAllLiteral",
        &REPLACE,
        ty::STRING,
        must_replace_literal,
    ),
    function(
        "mustRegexSplit",
        &[ty::STRING, ty::STRING, ty::INT],
        ty::STRINGS,
        must_split,
    ),
    function("regexFind", &[ty::STRING, ty::STRING], ty::STRING, find),
    function(
        "regexFindAll",
        &[ty::STRING, ty::STRING, ty::INT],
        ty::STRINGS,
        find_all,
    ),
    function("regexMatch", &[ty::STRING, ty::STRING], ty::BOOL, matches),
    function("regexQuoteMeta", &[ty::STRING], ty::STRING, quote_meta),
    function("regexReplaceAll", &REPLACE, ty::STRING, replace),
    function(
        "regexReplaceAllLiteral",
        &REPLACE,
        ty::STRING,
        replace_literal,
    ),
    function(
        "regexSplit",
        &[ty::STRING, ty::STRING, ty::INT],
        ty::STRINGS,
        split,
    ),
];

const REPLACE: [evenkeel_value::Type; 3] = [ty::STRING; 3];

/// An expression that does not compile matches nothing.
fn matches(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    pay(ctx, args)?;
    match Regex::cached(bytes(args, 0)) {
        Ok(regex) => Ok(Value::Bool(regex.is_match(bytes(args, 1)))),
        Err(Failure::Syntax(_)) => Ok(Value::Bool(false)),
        Err(Failure::Budget(error)) => Err(error),
    }
}

fn must_match(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    with(ctx, args, returned, |_, regex| {
        Ok(Value::Bool(regex.is_match(bytes(args, 1))))
    })
}

fn find(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    with(ctx, args, panicked, |_, regex| Ok(first(regex, args)))
}

fn must_find(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    with(ctx, args, returned, |_, regex| Ok(first(regex, args)))
}

fn first(regex: &Regex, args: &[Value]) -> Value {
    Value::str(regex.find(bytes(args, 1)).unwrap_or_default())
}

fn find_all(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    with(ctx, args, panicked, |ctx, regex| all(ctx, regex, args))
}

fn must_find_all(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    with(ctx, args, returned, |ctx, regex| all(ctx, regex, args))
}

/// No match gives the nil slice.
fn all(ctx: &mut dyn Context, regex: &Regex, args: &[Value]) -> Answer {
    let text = bytes(args, 1);
    let found = regex.find_all(text, int(args, 2));
    charge_items(ctx, found.len() as u64)?;
    Ok(match found.as_slice() {
        [] => List::nil(ty::STRINGS).into(),
        found => List::strings(found.iter().map(|m| m.of(text))).into(),
    })
}

fn split(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    with(ctx, args, panicked, |ctx, regex| parts(ctx, regex, args))
}

fn must_split(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    with(ctx, args, returned, |ctx, regex| parts(ctx, regex, args))
}

/// `Regexp.Split`.
fn parts(ctx: &mut dyn Context, regex: &Regex, args: &[Value]) -> Answer {
    let (text, limit) = (bytes(args, 1), int(args, 2));
    if limit == 0 {
        return Ok(List::nil(ty::STRINGS).into());
    }
    if text.is_empty() && !bytes(args, 0).is_empty() {
        return Ok(List::strings([""]).into());
    }
    let piece = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let mut parts: Vec<&[u8]> = Vec::new();
    let (mut start, mut end) = (0, 0);
    for found in regex.find_all(text, limit) {
        if limit > 0 && parts.len() as i64 >= limit - 1 {
            break;
        }
        end = found.start;
        if found.end != 0 {
            parts.push(piece(start, end));
        }
        start = found.end;
    }
    if end != text.len() {
        parts.push(piece(start, text.len()));
    }
    charge_items(ctx, parts.len() as u64)?;
    Ok(List::strings(parts).into())
}

fn replace(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    with(ctx, args, panicked, |ctx, regex| expanded(ctx, regex, args))
}

fn must_replace(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    with(ctx, args, returned, |ctx, regex| expanded(ctx, regex, args))
}

fn expanded(ctx: &mut dyn Context, regex: &Regex, args: &[Value]) -> Answer {
    let (text, template) = (bytes(args, 1), bytes(args, 2));
    replaced(ctx, regex, text, |out, groups| {
        expand::expand(out, template, regex.names(), |group| {
            groups.get(group)?.map(|m| m.of(text))
        });
    })
}

fn replace_literal(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    with(ctx, args, panicked, |ctx, regex| literal(ctx, regex, args))
}

fn must_replace_literal(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    with(ctx, args, returned, |ctx, regex| literal(ctx, regex, args))
}

fn literal(ctx: &mut dyn Context, regex: &Regex, args: &[Value]) -> Answer {
    let text = bytes(args, 2);
    replaced(ctx, regex, bytes(args, 1), |out, _| {
        out.extend_from_slice(text)
    })
}

/// `Regexp.replaceAll`: no replacement for an empty match right after another match.
fn replaced(
    ctx: &mut dyn Context,
    regex: &Regex,
    text: &[u8],
    mut write: impl FnMut(&mut Vec<u8>, &[Option<engine::Match>]),
) -> Answer {
    let mut out = Vec::with_capacity(text.len());
    let mut copied = 0;
    for groups in regex.replaceable(text) {
        let Some(Some(whole)) = groups.first().copied() else {
            break;
        };
        out.extend_from_slice(text.get(copied..whole.start).unwrap_or_default());
        if whole.end > copied || whole.start == 0 {
            let before = out.len();
            write(&mut out, &groups);
            charge_bytes(ctx, out.len() - before)?;
        }
        copied = whole.end;
    }
    out.extend_from_slice(text.get(copied..).unwrap_or_default());
    Ok(Value::str(out))
}

fn quote_meta(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut out = Vec::with_capacity(bytes(args, 0).len());
    for &byte in bytes(args, 0) {
        if br"\.+*?()|[]{}^$".contains(&byte) {
            out.push(b'\\');
        }
        out.push(byte);
    }
    Ok(Value::str(out))
}

/// Calls `body` with the compiled expression; `refuse` makes the error of one that does not compile.
fn with(
    ctx: &mut dyn Context,
    args: &[Value],
    refuse: fn(&[u8], String) -> Error,
    body: impl FnOnce(&mut dyn Context, &Regex) -> Answer,
) -> Answer {
    pay(ctx, args)?;
    match Regex::cached(bytes(args, 0)) {
        Ok(regex) => body(ctx, &regex),
        Err(Failure::Syntax(text)) => Err(refuse(bytes(args, 0), text)),
        Err(Failure::Budget(error)) => Err(error),
    }
}

/// A search takes time for the text times the expression.
fn pay(ctx: &mut dyn Context, args: &[Value]) -> Result<(), Error> {
    let (pattern, text) = (bytes(args, 0).len() as u64, bytes(args, 1).len() as u64);
    ctx.charge(text.saturating_mul(pattern.clamp(1, 64)) / 64)
}

/// The error of `regexp.Compile`.
fn returned(_: &[u8], text: String) -> Error {
    Error::new(text)
}

/// The panic of `regexp.MustCompile`.
fn panicked(pattern: &[u8], text: String) -> Error {
    let shown = if can_backquote(pattern) {
        format!("`{}`", String::from_utf8_lossy(pattern))
    } else {
        quote(pattern)
    };
    Error::new(format!("regexp: Compile({shown}): {text}"))
}
