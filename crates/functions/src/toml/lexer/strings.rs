//! States of strings.

use evenkeel_value::number::quote;

use super::{EOF, Kind, Lexer, State, is_newline, stopped};

pub(super) fn string_start(lx: &mut Lexer<'_>, quote: char) -> State {
    if lx.accept(quote) {
        if lx.accept(quote) {
            lx.ignore();
            return State(if quote == '"' {
                multiline_string
            } else {
                raw_multiline_string
            });
        }
        lx.backup();
    }
    lx.ignore();
    State(if quote == '"' { string } else { raw_string })
}

pub(super) fn string(lx: &mut Lexer<'_>) -> State {
    loop {
        match lx.next() {
            EOF => return lx.fail("unexpected EOF; expected '\"'"),
            rune if is_newline(rune) => {
                return lx.fail_before("strings cannot contain newlines");
            }
            '\\' => escape(lx),
            '"' => {
                lx.backup();
                let escapes = std::mem::take(&mut lx.escapes);
                lx.emit(if escapes {
                    Kind::EscapedString
                } else {
                    Kind::String
                });
                lx.next();
                lx.ignore();
                return lx.pop();
            }
            _ => {}
        }
        if lx.error.is_some() {
            return State(stopped);
        }
    }
}

pub(super) fn raw_string(lx: &mut Lexer<'_>) -> State {
    loop {
        match lx.next() {
            EOF => return lx.fail("unexpected EOF; expected \"'\""),
            rune if is_newline(rune) => {
                return lx.fail_before("strings cannot contain newlines");
            }
            '\'' => {
                lx.backup();
                lx.emit(Kind::RawString);
                lx.next();
                lx.ignore();
                return lx.pop();
            }
            _ if lx.error.is_some() => return State(stopped),
            _ => {}
        }
    }
}

fn multiline_string(lx: &mut Lexer<'_>) -> State {
    loop {
        match lx.next() {
            EOF => return lx.fail("unexpected EOF; expected '\"\"\"'"),
            '\\' => multiline_escape(lx),
            '"' if closes(lx, '"') => {
                lx.escapes = false;
                return end_multiline(lx, Kind::MultilineString);
            }
            _ => {}
        }
        if lx.error.is_some() {
            return State(stopped);
        }
    }
}

fn raw_multiline_string(lx: &mut Lexer<'_>) -> State {
    loop {
        match lx.next() {
            EOF => return lx.fail("unexpected EOF; expected \"'''\""),
            '\'' if closes(lx, '\'') => return end_multiline(lx, Kind::RawMultilineString),
            _ if lx.error.is_some() => return State(stopped),
            _ => {}
        }
    }
}

/// Whether the quote that was just read begins the last three of a string: up to two may stand before them,
/// six in a row are an error.
fn closes(lx: &mut Lexer<'_>, quote: char) -> bool {
    if !lx.accept(quote) {
        return false;
    }
    if !lx.accept(quote) {
        lx.backup();
        return false;
    }
    if lx.peek() != quote {
        return true;
    }
    let five = [quote as u8; 5];
    let escaped = quote == '"' && lx.current().ends_with(b"\\\"\"\"\"\"");
    if lx.current().ends_with(&five) && !escaped {
        lx.fail(if quote == '"' {
            "unexpected '\"\"\"\"\"\"'"
        } else {
            "unexpected \"''''''\""
        });
        return false;
    }
    lx.backup();
    lx.backup();
    false
}

fn end_multiline(lx: &mut Lexer<'_>, kind: Kind) -> State {
    for _ in 0..3 {
        lx.backup();
    }
    lx.emit(kind);
    for _ in 0..3 {
        lx.next();
    }
    lx.ignore();
    lx.pop()
}

/// As [`escape`], but a backslash may end a line.
fn multiline_escape(lx: &mut Lexer<'_>) {
    if !is_newline(lx.next()) {
        lx.backup();
        escape(lx);
    }
}

/// An escape after its backslash.
fn escape(lx: &mut Lexer<'_>) {
    lx.escapes = true;
    let (digits, name, letter) = match lx.next() {
        'e' | 'b' | 't' | 'n' | 'f' | 'r' | '"' | ' ' | '\t' | '\\' => return,
        'x' => (2, "two", 'x'),
        'u' => (4, "four", 'u'),
        'U' => (8, "eight", 'U'),
        rune if lx.at_eof => {
            // The library's error is not a formatted one, and so always goes one line back.
            lx.fail_before(format!("invalid escape in string '\\{rune}'"));
            return;
        }
        rune => {
            lx.fail(format!("invalid escape in string '\\{rune}'"));
            return;
        }
    };
    for _ in 0..digits {
        if !lx.next().is_ascii_hexdigit() {
            let shown = quote(lx.current());
            lx.fail(format!(
                "expected {name} hexadecimal digits after '\\{letter}', but got {shown} instead"
            ));
            return;
        }
    }
}
