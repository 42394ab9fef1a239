//! The scanner: template text to tokens, as `text/template/parse/lex.go` cuts it.

use std::sync::LazyLock;

use evenkeel_value::number;
use memchr::memmem::Finder;

use crate::token::{Item, Tok};
use crate::unicode::{is_alphanumeric, is_ascii_word};

const LEFT: &[u8] = b"{{";
const RIGHT: &[u8] = b"}}";
const LEFT_COMMENT: &[u8] = b"/*";
const RIGHT_COMMENT: &[u8] = b"*/";

/// Made once: preparing a search costs more than most of them take.
static LEFT_FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(LEFT));

/// A trim marker: a dash and the space that goes with it.
const MARKER: usize = 2;

/// One character of the input; `None` stands for a byte that is no UTF-8, which Go reads as U+FFFD.
type Rune = Option<char>;

/// Scans one template text.
pub(crate) struct Lexer<'t> {
    input: &'t [u8],
    pos: usize,
    start: usize,
    paren_depth: u32,
    inside_action: bool,
    error: String,
    /// Whether `break` is a keyword: not where a function has that name.
    pub(crate) break_ok: bool,
    /// Whether `continue` is a keyword.
    pub(crate) continue_ok: bool,
}

impl<'t> Lexer<'t> {
    /// A scanner at the beginning of `input`.
    pub(crate) fn new(input: &'t [u8]) -> Lexer<'t> {
        Lexer {
            input,
            pos: 0,
            start: 0,
            paren_depth: 0,
            inside_action: false,
            error: String::new(),
            break_ok: true,
            continue_ok: true,
        }
    }

    /// The message of the [`Tok::Error`] token that ended the scan.
    pub(crate) fn error(&self) -> &str {
        &self.error
    }

    /// The next token. After an error there is nothing but the end.
    pub(crate) fn next_item(&mut self) -> Item {
        if self.inside_action {
            self.lex_inside_action()
        } else {
            self.lex_text()
        }
    }

    fn rest(&self) -> &'t [u8] {
        self.input.get(self.pos..).unwrap_or_default()
    }

    /// The character at the current place and its length, or `None` at the end.
    fn peek(&self) -> Option<(Rune, usize)> {
        match self.rest() {
            [] => None,
            [b, ..] if b.is_ascii() => Some((Some(char::from(*b)), 1)),
            rest => Some(number::decode_rune(rest)),
        }
    }

    fn item(&mut self, tok: Tok) -> Item {
        let item = Item {
            tok,
            start: self.start as u32,
            end: self.pos as u32,
        };
        self.start = self.pos;
        item
    }

    fn skip(&mut self) {
        self.start = self.pos;
    }

    #[cold]
    fn fail(&mut self, message: impl Into<String>) -> Item {
        let item = Item {
            tok: Tok::Error,
            start: self.start as u32,
            end: self.pos as u32,
        };
        self.error = message.into();
        self.input = &[];
        self.start = 0;
        self.pos = 0;
        item
    }

    fn accept(&mut self, valid: &[u8]) -> bool {
        let hit = self.rest().first().is_some_and(|b| valid.contains(b));
        if hit {
            self.pos += 1;
        }
        hit
    }

    fn accept_run(&mut self, valid: &[u8]) {
        while self.accept(valid) {}
    }

    /// Passes letters and digits; most words are ASCII all through.
    fn accept_word(&mut self) {
        loop {
            let rest = self.rest();
            let ascii = rest.iter().position(|&b| !is_ascii_word(b));
            self.pos += ascii.unwrap_or(rest.len());
            match self.peek() {
                Some((Some(c), width)) if !c.is_ascii() && is_alphanumeric(c) => self.pos += width,
                _ => return,
            }
        }
    }

    fn lex_text(&mut self) -> Item {
        loop {
            let Some(at) = LEFT_FINDER.find(self.rest()) else {
                self.pos = self.input.len();
                if self.pos > self.start {
                    return self.item(Tok::Text);
                }
                return self.item(Tok::Eof);
            };
            if at > 0 {
                self.pos += at;
                let after = self.input.get(self.pos + LEFT.len()..).unwrap_or_default();
                let text = self.input.get(self.start..self.pos).unwrap_or_default();
                let trim = if has_left_marker(after) {
                    spaces_at_end(text)
                } else {
                    0
                };
                self.pos -= trim;
                let item = self.item(Tok::Text);
                self.pos += trim;
                self.skip();
                if item.end > item.start {
                    return item;
                }
            }
            if let Some(item) = self.lex_left_delim() {
                return item;
            }
        }
    }

    /// The delimiter, or `None` after a comment, or a comment's error.
    fn lex_left_delim(&mut self) -> Option<Item> {
        self.pos += LEFT.len();
        let marker = if has_left_marker(self.rest()) {
            MARKER
        } else {
            0
        };
        if self
            .rest()
            .get(marker..)
            .unwrap_or_default()
            .starts_with(LEFT_COMMENT)
        {
            self.pos += marker;
            self.skip();
            return self.lex_comment();
        }
        let item = self.item(Tok::LeftDelim);
        self.inside_action = true;
        self.pos += marker;
        self.skip();
        self.paren_depth = 0;
        Some(item)
    }

    fn lex_comment(&mut self) -> Option<Item> {
        self.pos += LEFT_COMMENT.len();
        let Some(at) = memchr::memmem::find(self.rest(), RIGHT_COMMENT) else {
            return Some(self.fail("unclosed comment"));
        };
        self.pos += at + RIGHT_COMMENT.len();
        let Some(trims) = self.at_right_delim() else {
            return Some(self.fail("comment ends before closing delimiter"));
        };
        if trims {
            self.pos += MARKER;
        }
        self.pos += RIGHT.len();
        if trims {
            self.pos += spaces_at_start(self.rest());
        }
        self.skip();
        None
    }

    /// Whether a right delimiter stands here, and if so, whether with a trim marker.
    fn at_right_delim(&self) -> Option<bool> {
        let rest = self.rest();
        if has_right_marker(rest) && rest.get(MARKER..).is_some_and(|r| r.starts_with(RIGHT)) {
            return Some(true);
        }
        rest.starts_with(RIGHT).then_some(false)
    }

    fn lex_right_delim(&mut self) -> Item {
        let trims = self.at_right_delim() == Some(true);
        if trims {
            self.pos += MARKER;
            self.skip();
        }
        self.pos += RIGHT.len();
        let item = self.item(Tok::RightDelim);
        if trims {
            self.pos += spaces_at_start(self.rest());
            self.skip();
        }
        self.inside_action = false;
        item
    }

    fn lex_inside_action(&mut self) -> Item {
        let rest = self.rest();
        let Some(&first) = rest.first() else {
            return self.fail("unclosed action");
        };
        match first {
            // As nearly always: one space between two words.
            b' ' if matches!(rest, [_, next, ..] if !is_space(*next) && *next != b'-') => {
                self.pos += 1;
                self.item(Tok::Space)
            }
            b'}' | b' ' | b'\t' | b'\r' | b'\n' if self.at_right_delim().is_some() => {
                if self.paren_depth == 0 {
                    return self.lex_right_delim();
                }
                self.fail("unclosed left paren")
            }
            b' ' | b'\t' | b'\r' | b'\n' => self.lex_space(),
            b'+' | b'-' | b'0'..=b'9' => self.lex_number(),
            b'.' if self.rest().get(1).is_some_and(|b| !b.is_ascii_digit()) => {
                self.pos += 1;
                self.lex_field_or_variable(Tok::Field)
            }
            b'.' => self.lex_number(),
            b if is_ascii_word(b) => self.lex_identifier(),
            b if b.is_ascii() => {
                self.pos += 1;
                self.lex_mark(b)
            }
            _ => self.lex_beyond_ascii(),
        }
    }

    /// A token that begins with a character outside ASCII: a name, or nothing that may stand here.
    fn lex_beyond_ascii(&mut self) -> Item {
        let c = self.peek().and_then(|(rune, _)| rune);
        match c {
            Some(c) if is_alphanumeric(c) => self.lex_identifier(),
            c => self.fail(unrecognized(c.unwrap_or('\u{fffd}'))),
        }
    }

    /// A token that begins with a character of its own, which has been read.
    fn lex_mark(&mut self, b: u8) -> Item {
        match b {
            b'=' => self.item(Tok::Assign),
            b':' => {
                if self.accept(b"=") {
                    self.item(Tok::Declare)
                } else {
                    self.fail("expected :=")
                }
            }
            b'|' => self.item(Tok::Pipe),
            b'"' => self.lex_quoted(b'"', Tok::String, "unterminated quoted string"),
            b'\'' => self.lex_quoted(b'\'', Tok::CharConstant, "unterminated character constant"),
            b'`' => self.lex_raw_quoted(),
            b'$' => self.lex_variable(),
            b'(' => {
                self.paren_depth += 1;
                self.item(Tok::LeftParen)
            }
            b')' if self.paren_depth == 0 => self.fail("unexpected right paren"),
            b')' => {
                self.paren_depth -= 1;
                self.item(Tok::RightParen)
            }
            b if b.is_ascii_graphic() => self.item(Tok::Char),
            b => self.fail(unrecognized(char::from(b))),
        }
    }

    fn lex_space(&mut self) -> Item {
        let first = self.pos;
        self.pos += spaces_at_start(self.rest());
        // The last space may belong to a trim marker before the right delimiter.
        let last = self.pos - 1;
        let tail = self.input.get(last..).unwrap_or_default();
        if has_right_marker(tail) && tail.get(MARKER..).is_some_and(|t| t.starts_with(RIGHT)) {
            self.pos = last;
            if last == first {
                return self.lex_right_delim();
            }
        }
        self.item(Tok::Space)
    }

    fn lex_identifier(&mut self) -> Item {
        self.accept_word();
        if !self.at_terminator() {
            return self.bad_character();
        }
        let word = self.input.get(self.start..self.pos).unwrap_or_default();
        let tok = match Tok::keyword(word) {
            Some(Tok::Break) if !self.break_ok => Tok::Identifier,
            Some(Tok::Continue) if !self.continue_ok => Tok::Identifier,
            Some(keyword) => keyword,
            None if matches!(word, b"true" | b"false") => Tok::Bool,
            None => Tok::Identifier,
        };
        self.item(tok)
    }

    fn lex_variable(&mut self) -> Item {
        if self.at_terminator() {
            return self.item(Tok::Variable);
        }
        self.lex_field_or_variable(Tok::Variable)
    }

    fn lex_field_or_variable(&mut self, tok: Tok) -> Item {
        if self.at_terminator() {
            return self.item(if tok == Tok::Variable { tok } else { Tok::Dot });
        }
        self.accept_word();
        if !self.at_terminator() {
            return self.bad_character();
        }
        self.item(tok)
    }

    /// The error of what ends a word and must not.
    fn bad_character(&mut self) -> Item {
        let c = self.peek().and_then(|(rune, _)| rune);
        let c = code_point(c.unwrap_or('\u{fffd}'));
        self.fail(format!("bad character {c}"))
    }

    /// Whether what comes next may follow an identifier.
    fn at_terminator(&self) -> bool {
        let rest = self.rest();
        match rest.first() {
            None | Some(b'.' | b',' | b'|' | b':' | b')' | b'(') => true,
            Some(&b) => is_space(b) || rest.starts_with(RIGHT),
        }
    }

    fn lex_quoted(&mut self, quote: u8, tok: Tok, unterminated: &str) -> Item {
        loop {
            let rest = self.rest();
            let Some(at) = memchr::memchr3(quote, b'\\', b'\n', rest) else {
                return self.fail(unterminated);
            };
            self.pos += at + 1;
            match rest.get(at..) {
                Some([b, ..]) if *b == quote => return self.item(tok),
                Some([b'\\', escaped, ..]) if *escaped != b'\n' => self.pos += 1,
                _ => return self.fail(unterminated),
            }
        }
    }

    fn lex_raw_quoted(&mut self) -> Item {
        let Some(at) = memchr::memchr(b'`', self.rest()) else {
            return self.fail("unterminated raw quoted string");
        };
        self.pos += at + 1;
        self.item(Tok::RawString)
    }

    fn lex_number(&mut self) -> Item {
        if !self.scan_number() {
            return self.bad_number();
        }
        if matches!(self.rest().first(), Some(b'+' | b'-')) {
            // A complex number: the second half must be imaginary.
            if !self.scan_number() || self.input.get(self.pos - 1) != Some(&b'i') {
                return self.bad_number();
            }
            return self.item(Tok::Complex);
        }
        self.item(Tok::Number)
    }

    fn bad_number(&mut self) -> Item {
        let text = self.input.get(self.start..self.pos).unwrap_or_default();
        self.fail(format!("bad number syntax: {}", number::quote(text)))
    }

    /// Reads what looks like a number; whether it is one, the parser finds out.
    fn scan_number(&mut self) -> bool {
        const DECIMAL: &[u8] = b"0123456789_";
        self.accept(b"+-");
        let (mut digits, mut exponent): (&[u8], &[u8]) = (DECIMAL, b"eE");
        if self.accept(b"0") {
            if self.accept(b"xX") {
                (digits, exponent) = (b"0123456789abcdefABCDEF_", b"pP");
            } else if self.accept(b"oO") {
                (digits, exponent) = (b"01234567_", b"");
            } else if self.accept(b"bB") {
                (digits, exponent) = (b"01_", b"");
            }
        }
        self.accept_run(digits);
        if self.accept(b".") {
            self.accept_run(digits);
        }
        if self.accept(exponent) {
            self.accept(b"+-");
            self.accept_run(DECIMAL);
        }
        self.accept(b"i");
        match self.peek() {
            Some((Some(c), width)) if is_alphanumeric(c) => {
                self.pos += width;
                false
            }
            _ => true,
        }
    }
}

fn unrecognized(c: char) -> String {
    format!("unrecognized character in action: {}", code_point(c))
}

/// A character as the verb `%#U` prints it.
fn code_point(c: char) -> String {
    let code = u32::from(c);
    if number::is_printable(code) {
        format!("U+{code:04X} '{c}'")
    } else {
        format!("U+{code:04X}")
    }
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

fn has_left_marker(text: &[u8]) -> bool {
    matches!(text, [b'-', b, ..] if is_space(*b))
}

fn has_right_marker(text: &[u8]) -> bool {
    matches!(text, [b, b'-', ..] if is_space(*b))
}

fn spaces_at_end(text: &[u8]) -> usize {
    text.iter().rev().take_while(|&&b| is_space(b)).count()
}

fn spaces_at_start(text: &[u8]) -> usize {
    text.iter().take_while(|&&b| is_space(b)).count()
}
