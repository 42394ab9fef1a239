//! Wrapping and abbreviating text: github.com/Masterminds/goutils, which counts bytes and so may cut a
//! character in two.

use evenkeel_template::{Context, Function, function};
use evenkeel_value::{Value, ty};
use memchr::{memchr, memrchr};

use crate::args::{Answer, bytes, charge_bytes, int, string};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("abbrev", &[ty::INT, ty::STRING], ty::STRING, abbrev),
    function(
        "abbrevboth",
        &[ty::INT, ty::INT, ty::STRING],
        ty::STRING,
        abbrevboth,
    ),
    function("wrap", &[ty::INT, ty::STRING], ty::STRING, wrap),
    function(
        "wrapWith",
        &[ty::INT, ty::STRING, ty::STRING],
        ty::STRING,
        wrap_with,
    ),
];

const ELLIPSIS: &[u8] = b"...";

fn abbrev(_: &mut dyn Context, args: &[Value]) -> Answer {
    let width = int(args, 0);
    if width < 4 {
        return Ok(string(args, 1).into());
    }
    Ok(Value::str(abbreviate(bytes(args, 1), 0, width)))
}

fn abbrevboth(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (left, right) = (int(args, 0), int(args, 1));
    if right < 4 || left > 0 && right < 7 {
        return Ok(string(args, 2).into());
    }
    Ok(Value::str(abbreviate(bytes(args, 2), left, right)))
}

/// `goutils.AbbreviateFull` for a `width` of 4 at least: `offset` is the place that must stay visible.
/// Where that does not fit (a width under 7 with an offset), goutils gives an error, which Sprig drops.
fn abbreviate(text: &[u8], offset: i64, width: i64) -> Vec<u8> {
    let len = text.len() as i64;
    if len <= width {
        return text.to_vec();
    }
    let kept = width - 3;
    let mut offset = offset.min(len);
    if len.wrapping_sub(offset) < kept {
        offset = len - kept;
    }
    let part = |from: i64, to: i64| text.get(from as usize..to as usize).unwrap_or_default();
    if offset <= 4 {
        return [part(0, kept), ELLIPSIS].concat();
    }
    if width < 7 {
        return Vec::new();
    }
    if offset + kept < len {
        return [ELLIPSIS, &abbreviate(part(offset, len), 0, kept)].concat();
    }
    [ELLIPSIS, part(len - kept, len)].concat()
}

fn wrap(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    wrapped(ctx, bytes(args, 1), int(args, 0), b"\n", false)
}

fn wrap_with(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let separator = bytes(args, 1);
    let separator = if separator.is_empty() {
        b"\n"
    } else {
        separator
    };
    wrapped(ctx, bytes(args, 2), int(args, 0), separator, true)
}

/// `goutils.WrapCustom`: breaks at spaces; a word longer than `width` is cut where `cut` says so.
fn wrapped(ctx: &mut dyn Context, text: &[u8], width: i64, separator: &[u8], cut: bool) -> Answer {
    let width = usize::try_from(width).unwrap_or(0).max(1);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while rest.len() > width {
        charge_bytes(ctx, width + separator.len())?;
        let (head, tail) = rest.split_at(width);
        let space = match (rest, tail) {
            ([b' ', after @ ..], _) => {
                rest = after;
                continue;
            }
            (_, [b' ', ..]) => Some(width),
            _ => memrchr(b' ', head),
        };
        let long_word = || memchr(b' ', tail).map(|at| width + at);
        let (line, next) = match space {
            Some(at) => (at, at + 1),
            None if cut => (width, width),
            None => match long_word() {
                Some(at) => (at, at + 1),
                None => break,
            },
        };
        out.extend_from_slice(rest.get(..line).unwrap_or_default());
        out.extend_from_slice(separator);
        rest = rest.get(next..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Ok(Value::str(out))
}
