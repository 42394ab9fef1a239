//! States of numbers, dates and bools.

use evenkeel_value::number::quote;

use super::super::number::is_float_rune;
use super::{Kind, Lexer, State, shown};
use crate::unicode::is_letter;

/// A value that starts with a digit.
pub(super) fn number_or_date(lx: &mut Lexer<'_>) -> State {
    if lx.next() == '0' {
        match lx.next() {
            '0'..='9' => {}
            '_' => return State(decimal),
            '.' | 'e' | 'E' => return State(float),
            'b' => return prefixed(lx, "a binary", |rune| matches!(rune, '0' | '1')),
            'o' => return prefixed(lx, "an octal", |rune| matches!(rune, '0'..='7')),
            'x' => return prefixed(lx, "a hexadecimal", |rune| rune.is_ascii_hexdigit()),
            _ => {
                lx.backup();
                return lx.emit_and_pop(Kind::Integer);
            }
        }
    }
    lx.skip_while(|rune| rune.is_ascii_digit());
    match lx.next() {
        '-' | ':' => State(datetime),
        '_' => State(decimal),
        '.' | 'e' | 'E' => State(float),
        _ => {
            lx.backup();
            lx.emit_and_pop(Kind::Integer)
        }
    }
}

fn prefixed(lx: &mut Lexer<'_>, what: &str, is_digit: fn(char) -> bool) -> State {
    let rune = lx.peek();
    if !is_digit(rune) {
        let before = String::from_utf8_lossy(lx.current()).into_owned();
        return lx.fail(format!("not {what} number: '{before}{rune}'"));
    }
    lx.skip_while(|rune| is_digit(rune) || rune == '_');
    lx.emit_and_pop(Kind::Integer)
}

/// Anything that looks like a date or time; the parser checks it.
fn datetime(lx: &mut Lexer<'_>) -> State {
    lx.skip_while(|rune| {
        rune.is_ascii_digit() || matches!(rune, '-' | ':' | 'T' | 't' | ' ' | '.' | 'Z' | 'z' | '+')
    });
    lx.emit_and_pop(Kind::Datetime)
}

fn decimal(lx: &mut Lexer<'_>) -> State {
    lx.skip_while(|rune| rune.is_ascii_digit() || rune == '_');
    match lx.next() {
        '.' | 'e' | 'E' => State(float),
        _ => {
            lx.backup();
            lx.emit_and_pop(Kind::Integer)
        }
    }
}

/// A number after its sign.
pub(super) fn signed_number(lx: &mut Lexer<'_>) -> State {
    let rune = lx.next();
    match rune {
        'i' if lx.accept('n') && lx.accept('f') => return lx.emit_and_pop(Kind::Float),
        'n' if lx.accept('a') && lx.accept('n') => return lx.emit_and_pop(Kind::Float),
        'i' | 'n' => {
            let text = String::from_utf8_lossy(lx.current()).into_owned();
            return lx.fail(format!("invalid float: '{text}'"));
        }
        '0' => {
            let prefix = lx.peek();
            if matches!(prefix, 'b' | 'o' | 'x') {
                let text = String::from_utf8_lossy(lx.current()).into_owned();
                return lx.fail(format!(
                    "cannot use sign with non-decimal numbers: '{text}{prefix}'"
                ));
            }
        }
        '.' => return lx.fail("floats must start with a digit, not '.'"),
        _ => {}
    }
    if rune.is_ascii_digit() {
        return State(decimal);
    }
    let shown = shown(rune);
    lx.fail(format!("expected a digit but got {shown}"))
}

/// Anything made of what floats are made of; the parser checks it.
fn float(lx: &mut Lexer<'_>) -> State {
    lx.skip_while(is_float_rune);
    lx.emit_and_pop(Kind::Float)
}

pub(super) fn bool_value(lx: &mut Lexer<'_>) -> State {
    // Not the start of the item: letters that were tried for `inf` or `nan` are not shown.
    let start = lx.pos;
    lx.skip_while(is_letter);
    match lx.input.get(start..lx.pos).unwrap_or_default() {
        b"true" | b"false" => lx.emit_and_pop(Kind::Bool),
        other => {
            let shown = quote(other);
            lx.fail(format!("expected value but found {shown} instead"))
        }
    }
}
