//! Indenting, trimming and quoting: the functions that keep the segments of a text which came out of a
//! template, so that its lines still know what wrote them.

use evenkeel_diagnostics::Segment;
use evenkeel_template::{Context, Function, function, variadic};
use evenkeel_value::number;
use evenkeel_value::{Rope, Str, Value, fmt, ty};
use memchr::memchr_iter;

use crate::args::{Answer, bytes, charge_bytes, int, string};
use crate::cast::strval;
use crate::strings::checked_repeat;
use crate::unicode::{is_space, runes};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("indent", &[ty::INT, ty::STRING], ty::STRING, indent),
    function("nindent", &[ty::INT, ty::STRING], ty::STRING, nindent),
    variadic("quote", &[ty::ANY], ty::STRING, quote),
    variadic("squote", &[ty::ANY], ty::STRING, squote),
    function("trim", &[ty::STRING], ty::STRING, trim),
    function("trimAll", &[ty::STRING, ty::STRING], ty::STRING, trim_all),
    function(
        "trimPrefix",
        &[ty::STRING, ty::STRING],
        ty::STRING,
        trim_prefix,
    ),
    function(
        "trimSuffix",
        &[ty::STRING, ty::STRING],
        ty::STRING,
        trim_suffix,
    ),
    function("trimall", &[ty::STRING, ty::STRING], ty::STRING, trim_all),
];

fn indent(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    indented(ctx, b"", int(args, 0), &string(args, 1))
}

fn nindent(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    indented(ctx, b"\n", int(args, 0), &string(args, 1))
}

fn indented(ctx: &mut dyn Context, lead: &[u8], spaces: i64, text: &Str) -> Answer {
    let breaks = memchr_iter(b'\n', text).count();
    let width = checked_repeat(1, spaces)?;
    let added = width.saturating_mul(breaks.saturating_add(1));
    charge_bytes(ctx, added.saturating_add(text.len()))?;
    let pad = vec![b' '; width];
    let mut out = Rope::with_capacity(lead.len() + added + text.len());
    out.push_bytes(lead);
    let mut start = 0;
    for at in memchr_iter(b'\n', text) {
        out.push_bytes(&pad);
        out.push_range(text, start, at + 1);
        start = at + 1;
    }
    out.push_bytes(&pad);
    out.push_range(text, start, text.len());
    Ok(out.into_str().into())
}

fn trim(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(trimmed(&string(args, 0), is_space))
}

/// Sprig calls `strings.Trim` with the cut set first.
fn trim_all(_: &mut dyn Context, args: &[Value]) -> Answer {
    let set: Vec<char> = runes(bytes(args, 0)).map(|(c, _)| c).collect();
    Ok(trimmed(&string(args, 1), |c| set.contains(&c)))
}

/// `strings.TrimFunc`.
fn trimmed(text: &Str, unwanted: impl Fn(char) -> bool) -> Value {
    let start: usize = runes(text)
        .take_while(|(c, _)| unwanted(*c))
        .map(|(_, bytes)| bytes.len())
        .sum();
    let mut end = text.len();
    while end > start {
        let last = last_rune(text.get(start..end).unwrap_or_default());
        if !unwanted(last.0) {
            break;
        }
        end -= last.1;
    }
    part(text, start, end)
}

/// `utf8.DecodeLastRune` of a text that is not empty.
fn last_rune(text: &[u8]) -> (char, usize) {
    for len in 1..=text.len().min(4) {
        let tail = text.get(text.len() - len..).unwrap_or_default();
        if let (Some(c), size) = number::decode_rune(tail)
            && size == len
        {
            return (c, len);
        }
    }
    (crate::unicode::RUNE_ERROR, 1)
}

fn trim_prefix(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (prefix, text) = (bytes(args, 0), string(args, 1));
    let start = if text.starts_with(prefix) {
        prefix.len()
    } else {
        0
    };
    Ok(part(&text, start, text.len()))
}

fn trim_suffix(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (suffix, text) = (bytes(args, 0), string(args, 1));
    let end = if text.ends_with(suffix) {
        text.len() - suffix.len()
    } else {
        text.len()
    };
    Ok(part(&text, 0, end))
}

/// The bytes `start..end` with their segments; the whole text is not copied.
fn part(text: &Str, start: usize, end: usize) -> Value {
    if (start, end) == (0, text.len()) {
        return text.clone().into();
    }
    let mut out = Rope::with_capacity(end - start);
    out.push_range(text, start, end);
    out.into_str().into()
}

/// Each value as a Go string literal, nils left out.
fn quote(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    joined(ctx, args, |out, value| {
        let text = strval(value);
        let whole = number::quote(&text);
        match quoted_by_segment(&text).filter(|rope| rope.as_bytes() == whole.as_bytes()) {
            Some(rope) => out.push_rope(&rope, 0, rope.len()),
            None => out.push_bytes(whole.as_bytes()),
        }
    })
}

/// The literal with each part owned by its writer. A character that two writers share would be quoted as
/// broken bytes here: the caller compares.
fn quoted_by_segment(text: &Str) -> Option<Rope> {
    let segments = text.segments()?.as_slice();
    let mut out = Rope::with_capacity(text.len() + 2);
    out.push_bytes(b"\"");
    let mut push = |from: u32, to: u32, writer: Option<Segment>| {
        let literal = number::quote(text.get(from as usize..to as usize).unwrap_or_default());
        if let Some(writer) = writer {
            out.set_writer(writer);
        }
        let inner = literal.as_bytes();
        out.push_bytes(inner.get(1..inner.len() - 1).unwrap_or_default());
    };
    let len = u32::try_from(text.len()).ok()?;
    push(0, segments.first()?.start, None);
    for (at, segment) in segments.iter().enumerate() {
        let end = segments.get(at + 1).map_or(len, |next| next.start);
        push(segment.start, end, Some(*segment));
    }
    out.push_bytes(b"\"");
    Some(out)
}

/// Each value between single quotes, whatever it holds; nils left out.
fn squote(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    joined(ctx, args, |out, value| {
        out.push_bytes(b"'");
        match value {
            Value::Str(text) => out.push_str(text),
            other => out.push_bytes(&fmt::sprint(other)),
        }
        out.push_bytes(b"'");
    })
}

/// The values other than nil, each written by `write`, with spaces between them.
fn joined(ctx: &mut dyn Context, args: &[Value], write: impl Fn(&mut Rope, &Value)) -> Answer {
    let mut out = Rope::new();
    for (at, value) in args.iter().filter(|value| !value.is_nil()).enumerate() {
        if at > 0 {
            out.push_bytes(b" ");
        }
        let before = out.len();
        write(&mut out, value);
        charge_bytes(ctx, out.len() - before)?;
    }
    Ok(out.into_str().into())
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FrameId;

    use super::*;

    /// A text of parts that each have a writer of their own: the part's place.
    fn written(parts: &[&str]) -> Str {
        let mut rope = Rope::new();
        for (from, part) in (0..).zip(parts) {
            rope.set_writer(Segment {
                start: 0,
                from,
                to: from + 1,
                frame: FrameId(0),
            });
            rope.push_bytes(part.as_bytes());
        }
        rope.into_str()
    }

    /// The text, each stretch after its writer's number in braces.
    fn shown(text: &Str) -> String {
        let segments = text.segments().map(|s| s.as_slice()).unwrap_or_default();
        let mut out = String::new();
        for (at, byte) in (0..).zip(text.iter()) {
            if let Some(segment) = segments.iter().find(|segment| segment.start == at) {
                out.push_str(&format!("{{{}}}", segment.from));
            }
            out.push(char::from(*byte));
        }
        out
    }

    #[test]
    fn trimming_keeps_writers() {
        let text = written(&["  ", " a", "b  ", " "]);
        let Value::Str(trimmed) = trimmed(&text, is_space) else {
            panic!("a string")
        };
        assert_eq!(shown(&trimmed), "{1}a{2}b");
        let Value::Str(same) = part(&text, 0, text.len()) else {
            panic!("a string")
        };
        assert_eq!(shown(&same), shown(&text));
    }

    #[test]
    fn quoting_keeps_writers() {
        let text = written(&["a\"", "b\n", "c"]);
        let quoted = quoted_by_segment(&text).map(|rope| shown(&rope.into_str()));
        assert_eq!(quoted.as_deref(), Some(r#""{0}a\"{1}b\n{2}c""#));
    }

    #[test]
    fn a_character_of_two_writers_is_not_quoted_by_writer() {
        let bytes = "é".as_bytes();
        let mut rope = Rope::new();
        for (from, byte) in (0..).zip(bytes) {
            rope.set_writer(Segment {
                start: 0,
                from,
                to: from + 1,
                frame: FrameId(0),
            });
            rope.push_bytes(&[*byte]);
        }
        let by_segment = quoted_by_segment(&rope.into_str()).map(|rope| rope.as_bytes().to_vec());
        assert_ne!(by_segment.as_deref(), Some("\"é\"".as_bytes()));
    }
}
