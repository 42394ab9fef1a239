//! Upper and lower case, and words: Go's `strings`, github.com/Masterminds/goutils (`swapcase`, `initials`,
//! `nospace`, `untitle`) and github.com/huandu/xstrings (`camelcase`, `shuffle`).

use evenkeel_template::{Context, Function, Host, function};
use evenkeel_value::{Value, ty};

use crate::args::{Answer, bytes, charge_bytes, string};
use crate::snake;
use crate::unicode::{
    is_digit, is_letter, is_lower, is_space, is_title, is_upper, map_text, push, to_lower,
    to_runes, to_title, to_upper,
};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("camelcase", &[ty::STRING], ty::STRING, camelcase),
    function("initials", &[ty::STRING], ty::STRING, initials),
    function("kebabcase", &[ty::STRING], ty::STRING, kebabcase),
    function("lower", &[ty::STRING], ty::STRING, lower),
    function("nospace", &[ty::STRING], ty::STRING, nospace),
    function("shuffle", &[ty::STRING], ty::STRING, shuffle),
    function("snakecase", &[ty::STRING], ty::STRING, snakecase),
    function("swapcase", &[ty::STRING], ty::STRING, swapcase),
    function("title", &[ty::STRING], ty::STRING, title),
    function("untitle", &[ty::STRING], ty::STRING, untitle),
    function("upper", &[ty::STRING], ty::STRING, upper),
];

fn upper(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::str(map_text(bytes(args, 0), to_upper)))
}

fn lower(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::str(map_text(bytes(args, 0), to_lower)))
}

/// `strings.Title`.
fn title(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut before = ' ';
    Ok(Value::str(map_text(bytes(args, 0), |c| {
        let starts = separates(before);
        before = c;
        if starts { to_title(c) } else { c }
    })))
}

/// Whether `strings.Title` takes the character for the end of a word.
fn separates(c: char) -> bool {
    match c {
        _ if c.is_ascii() => !(c.is_ascii_alphanumeric() || c == '_'),
        _ => !is_letter(c) && !is_digit(c) && is_space(c),
    }
}

/// `goutils.Uncapitalize`: the first letter of each word.
fn untitle(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut starts = true;
    Ok(Value::str(map_text(bytes(args, 0), |c| {
        let was_start = std::mem::replace(&mut starts, is_space(c));
        if is_space(c) || !was_start {
            c
        } else {
            to_lower(c)
        }
    })))
}

/// `goutils.SwapCase`: a lower case letter that starts a word becomes title case.
fn swapcase(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut starts = true;
    Ok(Value::str(map_text(bytes(args, 0), |c| {
        if is_upper(c) || is_title(c) {
            starts = false;
            to_lower(c)
        } else if is_lower(c) {
            if std::mem::replace(&mut starts, false) {
                to_title(c)
            } else {
                to_upper(c)
            }
        } else {
            starts = is_space(c);
            c
        }
    })))
}

/// `goutils.Initials`, which takes each byte for a character.
fn initials(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut out = Vec::new();
    let mut starts = true;
    for c in bytes(args, 0).iter().map(|byte| char::from(*byte)) {
        if is_space(c) {
            starts = true;
        } else if std::mem::replace(&mut starts, false) {
            push(&mut out, c);
        }
    }
    Ok(Value::str(out))
}

/// `goutils.DeleteWhiteSpace`, which takes each byte for a character once there is a space among them.
fn nospace(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = bytes(args, 0);
    let mut out = Vec::with_capacity(text.len());
    let mut kept = 0;
    for c in text
        .iter()
        .map(|byte| char::from(*byte))
        .filter(|c| !is_space(*c))
    {
        push(&mut out, c);
        kept += 1;
    }
    Ok(if kept == text.len() {
        string(args, 0).into()
    } else {
        Value::str(out)
    })
}

fn snakecase(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::str(snake::lower_words(bytes(args, 0), '_')))
}

fn kebabcase(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::str(snake::lower_words(bytes(args, 0), '-')))
}

/// `xstrings.ToPascalCase`: connectors go and the letter after one becomes a capital; a run of capitals
/// at the start of a word becomes lower case after its first. Connectors at the start stay.
fn camelcase(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = to_runes(bytes(args, 0));
    let mut out = Vec::with_capacity(text.len());
    let lead = text.iter().take_while(|c| snake::is_connector(**c)).count();
    text.iter().take(lead).for_each(|c| push(&mut out, *c));
    let Some((&first, rest)) = text.get(lead..).and_then(<[char]>::split_first) else {
        // A text of connectors only gets its last one twice.
        return Ok(Value::str(twice_last(out, &text)));
    };
    let mut in_capitals = is_upper(first);
    let mut current = to_upper(first);
    for &c in rest {
        let before = std::mem::replace(&mut current, c);
        if snake::is_connector(c) && snake::is_connector(before) {
            push(&mut out, before);
        } else if snake::is_connector(before) {
            in_capitals = is_upper(c);
            current = to_upper(c);
        } else {
            if in_capitals && is_upper(c) {
                current = to_lower(c);
            } else {
                in_capitals = false;
            }
            push(&mut out, before);
        }
    }
    push(&mut out, current);
    Ok(Value::str(out))
}

fn twice_last(mut out: Vec<u8>, text: &[char]) -> Vec<u8> {
    if let Some(&last) = text.last() {
        push(&mut out, last);
    }
    out
}

/// `xstrings.Shuffle`, with the host's randomness.
fn shuffle(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let mut text = to_runes(bytes(args, 0));
    charge_bytes(ctx, text.len().saturating_mul(8))?;
    for end in (1..text.len()).rev() {
        text.swap(end, random_index(ctx.host(), end + 1));
    }
    let mut out = Vec::with_capacity(text.len());
    text.into_iter().for_each(|c| push(&mut out, c));
    Ok(Value::str(out))
}

fn random_index(host: &dyn Host, limit: usize) -> usize {
    let mut draw = [0; 16];
    host.random(&mut draw);
    // The bias of a 128 bit number over any text that fits into memory is beyond notice.
    (u128::from_le_bytes(draw) % limit as u128) as usize
}
