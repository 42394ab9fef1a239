//! States of what holds values: tables, keys, arrays, inline tables and comments.

use super::numbers::{bool_value, number_or_date, signed_number};
use super::strings::{raw_string, string, string_start};
use super::{EOF, Kind, Lexer, State, is_blank, is_newline, shown, shown_or_eof, stopped};
use crate::unicode::is_letter;

pub(super) fn top(lx: &mut Lexer<'_>) -> State {
    match lx.next() {
        rune if is_blank(rune) || is_newline(rune) => {
            lx.ignore();
            State(top)
        }
        '#' => {
            lx.push(top);
            comment(lx)
        }
        '[' => table_start(lx),
        EOF => {
            lx.emit(Kind::Eof);
            State(stopped)
        }
        _ => {
            lx.backup();
            lx.push(top_end);
            State(key_start)
        }
    }
}

/// After a value or a table: only blanks and a comment may follow on the line.
fn top_end(lx: &mut Lexer<'_>) -> State {
    match lx.next() {
        '#' => {
            lx.push(top);
            comment(lx)
        }
        rune if is_blank(rune) => State(top_end),
        rune if is_newline(rune) => {
            lx.ignore();
            State(top)
        }
        EOF => {
            lx.emit(Kind::Eof);
            State(stopped)
        }
        rune => lx.fail(format!(
            "expected a top-level item to end with a newline, comment, or EOF, but got {} instead",
            shown(rune)
        )),
    }
}

fn comment(lx: &mut Lexer<'_>) -> State {
    lx.ignore();
    lx.emit(Kind::CommentStart);
    lx.skip_while(|rune| !is_newline(rune) && rune != EOF);
    lx.emit_and_pop(Kind::Text)
}

fn table_start(lx: &mut Lexer<'_>) -> State {
    if lx.peek() == '[' {
        lx.next();
        lx.emit(Kind::ArrayTableStart);
        lx.push(array_table_end);
    } else {
        lx.emit(Kind::TableStart);
        lx.push(table_end);
    }
    State(table_name_start)
}

fn table_end(lx: &mut Lexer<'_>) -> State {
    lx.emit(Kind::TableEnd);
    State(top_end)
}

fn array_table_end(lx: &mut Lexer<'_>) -> State {
    let rune = lx.next();
    if rune != ']' {
        let shown = shown(rune);
        return lx.fail(format!(
            "expected end of table array name delimiter ']', but got {shown} instead"
        ));
    }
    lx.emit(Kind::ArrayTableEnd);
    State(top_end)
}

fn table_name_start(lx: &mut Lexer<'_>) -> State {
    lx.skip_blanks();
    match lx.peek() {
        ']' | EOF => lx.fail("unexpected end of table name (table names cannot be empty)"),
        '.' => lx.fail("unexpected table separator (table names cannot be empty)"),
        '"' | '\'' => {
            lx.ignore();
            lx.push(table_name_end);
            State(quoted_name)
        }
        _ => {
            lx.push(table_name_end);
            State(bare_name)
        }
    }
}

fn table_name_end(lx: &mut Lexer<'_>) -> State {
    lx.skip_blanks();
    match lx.next() {
        '.' => {
            lx.ignore();
            State(table_name_start)
        }
        ']' => lx.pop(),
        rune => {
            let shown = shown(rune);
            lx.fail(format!(
                "expected '.' or ']' to end table name, but got {shown} instead"
            ))
        }
    }
}

fn bare_name(lx: &mut Lexer<'_>) -> State {
    lx.skip_while(|rune| rune.is_ascii_alphanumeric() || matches!(rune, '_' | '-'));
    lx.emit_and_pop(Kind::Text)
}

/// The quote itself is still to be read.
fn quoted_name(lx: &mut Lexer<'_>) -> State {
    let quote = lx.next();
    lx.ignore();
    State(if quote == '"' { string } else { raw_string })
}

fn key_start(lx: &mut Lexer<'_>) -> State {
    lx.skip_blanks();
    match lx.peek() {
        '=' | EOF => lx.fail("unexpected '=': key name appears blank"),
        '.' => lx.fail("unexpected '.': keys cannot start with a '.'"),
        _ => {
            lx.emit(Kind::KeyStart);
            State(key_name_start)
        }
    }
}

fn key_name_start(lx: &mut Lexer<'_>) -> State {
    lx.skip_blanks();
    match lx.peek() {
        '=' | EOF => lx.fail("unexpected '='"),
        '.' => lx.fail("unexpected '.'"),
        '"' | '\'' => {
            lx.ignore();
            lx.push(key_end);
            State(quoted_name)
        }
        _ => {
            lx.push(key_end);
            State(bare_name)
        }
    }
}

fn key_end(lx: &mut Lexer<'_>) -> State {
    lx.skip_blanks();
    match lx.next() {
        EOF => lx.fail("unexpected EOF; expected key separator '='"),
        '.' => {
            lx.ignore();
            State(key_name_start)
        }
        '=' => {
            lx.emit(Kind::KeyEnd);
            lx.ignore();
            State(value)
        }
        '\n' => lx.fail_before("expected '.' or '=', but got '\\n' instead"),
        rune => {
            let shown = shown(rune);
            lx.fail(format!("expected '.' or '=', but got {shown} instead"))
        }
    }
}

/// Blanks may precede a value, newlines may not.
fn value(lx: &mut Lexer<'_>) -> State {
    let rune = lx.next();
    match rune {
        '\t' | ' ' => {
            lx.ignore();
            return State(value);
        }
        '0'..='9' => {
            lx.backup();
            return State(number_or_date);
        }
        '[' => {
            lx.ignore();
            lx.emit(Kind::Array);
            return State(array_value);
        }
        '{' => {
            lx.ignore();
            lx.emit(Kind::InlineTableStart);
            return State(inline_table_value);
        }
        '"' | '\'' => return string_start(lx, rune),
        '.' => return lx.fail("floats must start with a digit, not '.'"),
        'i' | 'n' => {
            // As in the library, `iaf` and `nnf` have no way through either.
            let inf = lx.accept('n') && lx.accept('f');
            if inf || lx.accept('a') && lx.accept('n') {
                return lx.emit_and_pop(Kind::Float);
            }
        }
        '-' | '+' => return State(signed_number),
        _ => {}
    }
    if is_letter(rune) {
        lx.backup();
        return State(bool_value);
    }
    match rune {
        EOF => lx.fail("unexpected EOF; expected value"),
        '\n' => lx.fail_before("expected value but found '\\n' instead"),
        _ => {
            let shown = shown(rune);
            lx.fail(format!("expected value but found {shown} instead"))
        }
    }
}

fn array_value(lx: &mut Lexer<'_>) -> State {
    match lx.next() {
        rune if is_blank(rune) || is_newline(rune) => {
            lx.ignore();
            State(array_value)
        }
        '#' => {
            lx.push(array_value);
            comment(lx)
        }
        ',' => lx.fail("unexpected comma"),
        ']' => array_end(lx),
        _ => {
            lx.backup();
            lx.push(array_value_end);
            State(value)
        }
    }
}

fn array_value_end(lx: &mut Lexer<'_>) -> State {
    match lx.next() {
        rune if is_blank(rune) || is_newline(rune) => {
            lx.ignore();
            State(array_value_end)
        }
        '#' => {
            lx.push(array_value_end);
            comment(lx)
        }
        ',' => {
            lx.ignore();
            State(array_value)
        }
        ']' => array_end(lx),
        rune => {
            let shown = shown_or_eof(rune);
            lx.fail(format!(
                "expected a comma (',') or array terminator (']'), but got {shown}"
            ))
        }
    }
}

fn array_end(lx: &mut Lexer<'_>) -> State {
    lx.ignore();
    lx.emit_and_pop(Kind::ArrayEnd)
}

fn inline_table_value(lx: &mut Lexer<'_>) -> State {
    match lx.next() {
        rune if is_blank(rune) || is_newline(rune) => {
            lx.ignore();
            State(inline_table_value)
        }
        '#' => {
            lx.push(inline_table_value);
            comment(lx)
        }
        ',' => lx.fail("unexpected comma"),
        '}' => inline_table_end(lx),
        _ => {
            lx.backup();
            lx.push(inline_table_value_end);
            State(key_start)
        }
    }
}

fn inline_table_value_end(lx: &mut Lexer<'_>) -> State {
    match lx.next() {
        rune if is_blank(rune) || is_newline(rune) => {
            lx.ignore();
            State(inline_table_value_end)
        }
        '#' => {
            lx.push(inline_table_value_end);
            comment(lx)
        }
        ',' => {
            lx.ignore();
            lx.skip_blanks();
            State(if lx.peek() == '}' {
                inline_table_value_end
            } else {
                inline_table_value
            })
        }
        '}' => inline_table_end(lx),
        rune => {
            let shown = shown_or_eof(rune);
            lx.fail(format!(
                "expected a comma or an inline table terminator '}}', but got {shown} instead"
            ))
        }
    }
}

fn inline_table_end(lx: &mut Lexer<'_>) -> State {
    lx.ignore();
    lx.emit_and_pop(Kind::InlineTableEnd)
}
