//! The lexer of `lex.go`: a machine of states with a stack of those to go back to, which the parser pulls
//! items out of. Messages and line numbers are the library's.

mod numbers;
mod strings;
mod structure;

use std::collections::VecDeque;

use evenkeel_value::number::{decode_rune, quote_rune};

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
            state: State(structure::top),
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
            self.line = self.line.saturating_sub(1);
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
        self.fail_on(self.line.saturating_sub(back), message.into())
    }

    /// `errorPrevLine`.
    fn fail_before(&mut self, message: impl Into<String>) -> State {
        self.fail_on(self.line.saturating_sub(1), message.into())
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
