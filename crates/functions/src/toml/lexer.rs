//! The lexer of `lex.go`: a machine of states with a stack of those to go back to, which the parser pulls
//! items out of. Messages and line numbers are the library's.

use std::collections::VecDeque;

use evenkeel_value::number::{decode_rune, quote, quote_rune};

use super::number;
use crate::unicode::is_letter;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Eof,
    Text,
    String,
    EscapedString,
    RawString,
    MultilineString,
    RawMultilineString,
    Bool,
    Integer,
    Float,
    Datetime,
    Array,
    ArrayEnd,
    TableStart,
    TableEnd,
    ArrayTableStart,
    ArrayTableEnd,
    KeyStart,
    KeyEnd,
    CommentStart,
    InlineTableStart,
    InlineTableEnd,
}

/// One item with its text and the line that it ends on.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a [u8],
    pub(super) line: usize,
}

/// A message and its line.
#[derive(Debug, Clone)]
pub(super) struct LexError {
    pub(super) message: String,
    pub(super) line: usize,
}

/// The end of the text; NUL itself is a control character, and refused.
const EOF: char = '\0';

pub(super) struct Lexer<'a> {
    input: &'a [u8],
    start: usize,
    pos: usize,
    line: usize,
    state: State,
    stack: Vec<State>,
    items: VecDeque<Item<'a>>,
    /// The first error; nothing is emitted after it.
    error: Option<LexError>,
    /// Whether the string at hand has escapes.
    escapes: bool,
    /// Widths of the runes before `pos`, the nearest first: so many can be backed up.
    widths: [usize; 4],
    at_eof: bool,
}

#[derive(Clone, Copy)]
struct State(for<'l, 'a> fn(&'l mut Lexer<'a>) -> State);

impl<'a> Lexer<'a> {
    pub(super) fn new(input: &'a [u8]) -> Lexer<'a> {
        Lexer {
            input,
            start: 0,
            pos: 0,
            line: 1,
            state: State(top),
            stack: Vec::new(),
            items: VecDeque::new(),
            error: None,
            escapes: false,
            widths: [0; 4],
            at_eof: false,
        }
    }

    /// The next item.
    pub(super) fn next_item(&mut self) -> Result<Item<'a>, LexError> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Ok(item);
            }
            if let Some(error) = &self.error {
                return Err(error.clone());
            }
            self.state = self.state.0(self);
        }
    }

    fn current(&self) -> &'a [u8] {
        self.input.get(self.start..self.pos).unwrap_or_default()
    }

    fn emit(&mut self, kind: Kind) {
        if self.error.is_none() {
            self.items.push_back(Item {
                kind,
                text: self.current(),
                line: self.line,
            });
        }
        self.start = self.pos;
    }

    fn next(&mut self) -> char {
        let Some(&byte) = self.input.get(self.pos) else {
            self.at_eof = true;
            return EOF;
        };
        let (rune, width) = decode_rune(&self.input[self.pos..]);
        let Some(rune) = rune else {
            self.fail(format!("invalid UTF-8 byte: 0x{byte:02x}"));
            return char::REPLACEMENT_CHARACTER;
        };
        let lone_return = rune == '\r' && self.input.get(self.pos + 1) != Some(&b'\n');
        let control = rune < ' ' && !matches!(rune, '\t' | '\r' | '\n') || rune == '\x7f';
        if byte == b'\n' {
            self.line += 1;
        }
        if control || lone_return {
            let code = u32::from(rune);
            self.fail(format!(
                "TOML files cannot contain control characters: '0x{code:02x}'"
            ));
            return char::REPLACEMENT_CHARACTER;
        }
        self.widths.rotate_right(1);
        self.widths[0] = width;
        self.pos += width;
        rune
    }

    fn backup(&mut self) {
        if self.at_eof {
            self.at_eof = false;
            return;
        }
        // After an error there may be nothing to go back to; no one will look at it.
        self.pos = self.pos.saturating_sub(self.widths[0]);
        self.widths.rotate_left(1);
        self.widths[3] = 0;
        if self.input.get(self.pos) == Some(&b'\n') {
            self.line -= 1;
        }
    }

    fn peek(&mut self) -> char {
        let rune = self.next();
        self.backup();
        rune
    }

    fn accept(&mut self, wanted: char) -> bool {
        let accepted = self.next() == wanted;
        if !accepted {
            self.backup();
        }
        accepted
    }

    fn ignore(&mut self) {
        self.start = self.pos;
    }

    fn skip_blanks(&mut self) {
        while is_blank(self.next()) {}
        self.backup();
        self.ignore();
    }

    /// Skips while runes are of a kind, and leaves the next one.
    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        while wanted(self.next()) {
            if self.error.is_some() {
                return;
            }
        }
        self.backup();
    }

    fn pop(&mut self) -> State {
        self.stack.pop().unwrap_or(State(stopped))
    }

    fn push(&mut self, state: fn(&mut Lexer<'_>) -> State) {
        self.stack.push(State(state));
    }

    fn emit_and_pop(&mut self, kind: Kind) -> State {
        self.emit(kind);
        self.pop()
    }

    /// `errorf`: at the end of the text, an error on a line that nothing stands on counts to the one before.
    fn fail(&mut self, message: impl Into<String>) -> State {
        let after_newline = self.pos > 0 && self.input.get(self.pos - 1) == Some(&b'\n');
        let back = usize::from(self.at_eof && after_newline);
        self.fail_on(self.line - back, message.into())
    }

    /// `errorPrevLine`.
    fn fail_before(&mut self, message: impl Into<String>) -> State {
        self.fail_on(self.line - 1, message.into())
    }

    fn fail_on(&mut self, line: usize, message: String) -> State {
        self.error.get_or_insert(LexError { message, line });
        State(stopped)
    }
}

fn stopped(_: &mut Lexer<'_>) -> State {
    State(stopped)
}

fn is_blank(rune: char) -> bool {
    matches!(rune, '\t' | ' ')
}

fn is_newline(rune: char) -> bool {
    matches!(rune, '\n' | '\r')
}

fn shown(rune: char) -> String {
    quote_rune(u32::from(rune))
}

fn shown_or_eof(rune: char) -> String {
    if rune == EOF {
        "end of file".to_owned()
    } else {
        format!("'{rune}'")
    }
}

fn top(lx: &mut Lexer<'_>) -> State {
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

fn string_start(lx: &mut Lexer<'_>, quote: char) -> State {
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

fn string(lx: &mut Lexer<'_>) -> State {
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

fn raw_string(lx: &mut Lexer<'_>) -> State {
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
            '\\' => {
                if !is_newline(lx.next()) {
                    lx.backup();
                    escape(lx);
                }
            }
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

/// A value that starts with a digit.
fn number_or_date(lx: &mut Lexer<'_>) -> State {
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
fn signed_number(lx: &mut Lexer<'_>) -> State {
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
    lx.skip_while(|rune| number::is_float_rune(rune));
    lx.emit_and_pop(Kind::Float)
}

fn bool_value(lx: &mut Lexer<'_>) -> State {
    lx.skip_while(is_letter);
    // What stood before the first letter belongs to no other item.
    match lx.current() {
        b"true" | b"false" => lx.emit_and_pop(Kind::Bool),
        other => {
            let shown = quote(other);
            lx.fail(format!("expected value but found {shown} instead"))
        }
    }
}
