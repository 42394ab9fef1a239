//! The scanner's state: position, indentation, flow level, possible simple keys and the token queue.
//!
//! Follows go-yaml's `scannerc.go` step by step, look-ahead included, because what it looks at first
//! decides which of two errors is reported. The scanning of single tokens is in the modules below.

mod block;
mod directive;
mod indicator;
mod key;
mod plain;
mod queue;
mod quoted;
mod tag;

use super::fault::Fault;
use super::input::Input;
use super::token::{Mark, ScalarStyle, Scan, Text, Token, TokenKind, offset};
use queue::{KeyTable, TokenQueue};

/// `max_flow_level` and `max_indents` of go-yaml.
const MAX_DEPTH: usize = 10_000;

/// How far behind the start of a simple key its `:` may be.
const MAX_KEY: usize = 1024;

/// A token that turns out to be a key if a `:` follows it.
#[derive(Debug, Clone, Copy)]
struct SimpleKey {
    possible: bool,
    required: bool,
    token: usize,
    column: u32,
    mark: Mark,
}

/// A tag or a tag directive: handle, and suffix or prefix.
#[derive(Debug, Clone, Default)]
pub(crate) struct TagParts {
    pub(crate) handle: Vec<u8>,
    pub(crate) rest: Vec<u8>,
}

pub(crate) struct Scanner<'a> {
    text: &'a [u8],
    input: &'a Input<'a>,
    pos: usize,
    line: u32,
    line_start: usize,
    /// A place of the current line and its column, to count columns from in text with wide characters.
    column_base: (usize, u32),
    /// Whether all of the text may be looked at without asking.
    free: bool,
    indent: i32,
    indents: Vec<i32>,
    flow_level: usize,
    simple_key_allowed: bool,
    simple_keys: Vec<SimpleKey>,
    keys_by_token: KeyTable,
    queue: TokenQueue,
    token_available: bool,
    stream_started: bool,
    marks: Marks,
    /// Line breaks behind the first of those that are being folded.
    breaks: Vec<u8>,
    /// Text of scalars that stands nowhere in the input as it is.
    pub(crate) arena: Vec<u8>,
    pub(crate) tags: Vec<TagParts>,
}

/// Go's reader keeps decoded characters in a buffer; where that buffer begins matters to one check
/// only, and only if the text has a byte order mark inside.
#[derive(Default)]
struct Marks {
    base: usize,
    next_chunk: usize,
    decoded: usize,
    nuls: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(input: &'a Input<'a>) -> Scanner<'a> {
        Scanner {
            text: input.bytes().get(..input.end).unwrap_or_default(),
            input,
            pos: input.start,
            line: 0,
            line_start: input.start,
            column_base: (input.start, 0),
            free: !input.is_tricky(),
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            simple_key_allowed: true,
            simple_keys: Vec::new(),
            keys_by_token: KeyTable::default(),
            queue: TokenQueue::default(),
            token_available: false,
            stream_started: false,
            marks: Marks {
                base: input.start,
                decoded: input.start,
                ..Marks::default()
            },
            breaks: Vec::new(),
            arena: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// The next token, which stays in the queue.
    #[inline]
    pub(crate) fn peek(&mut self) -> Scan<Token> {
        // Without a possible key, a token that is there needs no look at what follows it.
        if !self.token_available && (self.queue.is_empty() || !self.keys_by_token.is_empty()) {
            self.fetch_more_tokens()?;
        }
        Ok(self.queue.front())
    }

    /// Removes the token that `peek` returned.
    pub(crate) fn skip_token(&mut self) {
        self.token_available = false;
        self.queue.pop();
    }

    /// The bytes of a token's text.
    pub(crate) fn text_of(&self, text: Text) -> &[u8] {
        text.bytes(self.text, &self.arena)
    }

    // ---- characters ----

    /// The byte `ahead` of the position; NUL at and behind the end.
    #[inline]
    fn at(&self, ahead: usize) -> u8 {
        self.text.get(self.pos + ahead).copied().unwrap_or(0)
    }

    fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.at(ahead), b' ' | b'\t')
    }

    fn is_break(&self, ahead: usize) -> bool {
        break_width(self.text, self.pos + ahead) != 0
    }

    fn is_breakz(&self, ahead: usize) -> bool {
        self.at(ahead) == 0 || self.is_break(ahead)
    }

    fn is_blankz(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_breakz(ahead)
    }

    /// Demands that go-yaml's reader has decoded `count` characters ahead, which fails if a bad one is
    /// among those that it decodes for that.
    #[inline]
    fn ensure(&mut self, count: usize) -> Scan<()> {
        if self.free {
            Ok(())
        } else {
            self.ensure_slowly(count)
        }
    }

    #[cold]
    fn ensure_slowly(&mut self, count: usize) -> Scan<()> {
        if !self.input.chunks.is_empty() {
            self.load_chunks(count);
        }
        let Some(fault) = self.input.fault else {
            return Ok(());
        };
        let ahead = self.text.get(self.pos..).unwrap_or_default();
        if ahead.len() < 4 * count && count_chars(ahead) < count {
            return Err(Fault::reader(fault, offset(self.input.end)));
        }
        Ok(())
    }

    fn load_chunks(&mut self, count: usize) {
        let mut unread = self.chars_between(self.pos, self.marks.decoded) + self.marks.nuls;
        if unread >= count {
            return;
        }
        self.marks.base = self.pos;
        while unread < count {
            let Some(&end) = self.input.chunks.get(self.marks.next_chunk) else {
                self.marks.nuls += 1;
                return;
            };
            self.marks.next_chunk += 1;
            unread += self.chars_between(self.marks.decoded, end);
            self.marks.decoded = end;
        }
    }

    fn chars_between(&self, from: usize, to: usize) -> usize {
        count_chars(self.text.get(from..to).unwrap_or_default())
    }

    /// Whether go-yaml sees a byte order mark here. It looks at the start of its buffer (`is_bom`
    /// ignores its index), not at the position.
    fn at_mark(&self) -> bool {
        !self.input.chunks.is_empty()
            && self
                .text
                .get(self.marks.base..)
                .is_some_and(|t| t.starts_with(b"\xEF\xBB\xBF"))
    }

    /// How far a run of characters may be consumed without asking for more after each of them.
    fn run_limit(&self) -> usize {
        if self.free || self.input.chunks.is_empty() {
            self.text.len()
        } else {
            self.pos + width(self.at(0))
        }
    }

    // ---- position ----

    fn mark(&self) -> Mark {
        Mark {
            offset: offset(self.pos),
            line: self.line,
        }
    }

    /// How many characters of the line are behind the position.
    #[inline]
    fn column(&mut self) -> u32 {
        if self.input.ascii {
            offset(self.pos - self.line_start)
        } else {
            self.count_column()
        }
    }

    fn count_column(&mut self) -> u32 {
        let (at, column) = self.column_base;
        if at != self.pos {
            let passed = self.chars_between(at, self.pos);
            self.column_base = (self.pos, column + offset(passed));
        }
        self.column_base.1
    }

    /// Passes one character that is no line break.
    fn skip(&mut self) {
        self.pos += width(self.at(0));
    }

    /// Passes a line break, if there is one.
    fn skip_line(&mut self) {
        let width = break_width(self.text, self.pos);
        if width != 0 {
            self.pos += width;
            self.new_line();
        }
    }

    fn new_line(&mut self) {
        self.line += 1;
        self.line_start = self.pos;
        self.column_base = (self.pos, 0);
    }

    /// Passes a line break and says what it stands for in a scalar.
    fn read_line(&mut self) -> LineBreak {
        let is_wide = self.at(0) == 0xE2;
        let last = self.at(2);
        self.skip_line();
        match (is_wide, last) {
            (true, 0xA8) => LineBreak::LineSeparator,
            (true, _) => LineBreak::ParagraphSeparator,
            _ => LineBreak::Feed,
        }
    }

    fn fail<T>(&self, problem: &'static str) -> Scan<T> {
        Err(Fault::scanner(problem, self.mark()))
    }

    // ---- tokens ----

    /// Kept out of `peek`, which mostly finds a token in the queue.
    #[inline(never)]
    fn fetch_more_tokens(&mut self) -> Scan<()> {
        loop {
            if !self.queue.is_empty() {
                let Some(level) = self.keys_by_token.get(self.queue.parsed()) else {
                    break;
                };
                if !self.is_key_valid(level)? {
                    break;
                }
            }
            self.fetch_next_token()?;
        }
        self.token_available = true;
        Ok(())
    }

    fn fetch_next_token(&mut self) -> Scan<()> {
        self.ensure(1)?;
        if !self.stream_started {
            return self.fetch_stream_start();
        }
        self.scan_to_next_token()?;
        let column = self.column();
        self.unroll_indent(i64::from(column));
        self.ensure(4)?;
        let first = self.at(0);
        if column == 0 && matches!(first, b'%' | b'-' | b'.') {
            if first == b'%' {
                return self.fetch_directive();
            }
            if let Some(kind) = self.document_indicator() {
                return self.fetch_document_indicator(kind);
            }
        }
        let in_block = self.flow_level == 0;
        match first {
            0 => self.fetch_stream_end(),
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.is_blankz(1) => self.fetch_block_entry(),
            b'?' if !in_block || self.is_blankz(1) => self.fetch_key(),
            b':' if !in_block || self.is_blankz(1) => self.fetch_value(),
            b'*' => self.fetch_anchor(true),
            b'&' => self.fetch_anchor(false),
            b'!' => self.fetch_tag(),
            b'|' if in_block => self.fetch_block_scalar(true),
            b'>' if in_block => self.fetch_block_scalar(false),
            b'\'' => self.fetch_flow_scalar(true),
            b'"' => self.fetch_flow_scalar(false),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b' ' | b'\t' => {
                self.fail("found character that cannot start any token")
            }
            _ => self.fetch_plain_scalar(),
        }
    }

    /// `---` or `...` followed by a blank; the caller has checked that it stands in column 0.
    fn document_indicator(&self) -> Option<TokenKind> {
        let kind = match self.text.get(self.pos..self.pos + 3)? {
            b"---" => TokenKind::DocumentStart,
            b"..." => TokenKind::DocumentEnd,
            _ => return None,
        };
        self.is_blankz(3).then_some(kind)
    }

    /// Whether a scalar meets a document indicator here.
    fn at_document_indicator(&mut self) -> bool {
        matches!(self.at(0), b'-' | b'.')
            && self.column() == 0
            && self.document_indicator().is_some()
    }

    fn scan_to_next_token(&mut self) -> Scan<()> {
        loop {
            self.ensure(1)?;
            if !self.free && self.at_mark() && self.column() == 0 {
                self.skip();
                self.ensure(1)?;
            }
            let tabs = self.flow_level > 0 || !self.simple_key_allowed;
            if self.free {
                self.pass_spaces();
            }
            while self.at(0) == b' ' || (tabs && self.at(0) == b'\t') {
                self.pos += 1;
                self.ensure(1)?;
            }
            if self.at(0) == b'#' {
                self.skip_to_break()?;
            }
            let width = break_width(self.text, self.pos);
            if width == 0 {
                return Ok(());
            }
            self.ensure(2)?;
            self.pos += break_width(self.text, self.pos);
            self.new_line();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    /// Passes the spaces at the position, in text that may be looked at without asking.
    #[inline]
    fn pass_spaces(&mut self) {
        self.pos += count_spaces(self.text.get(self.pos..).unwrap_or_default());
    }

    /// Passes the rest of a comment's line.
    fn skip_to_break(&mut self) -> Scan<()> {
        while !self.is_breakz(0) {
            self.pos = self.line_end(self.run_limit());
            self.ensure(1)?;
        }
        Ok(())
    }

    /// The first line break from the position on, at most `limit`.
    fn line_end(&self, limit: usize) -> usize {
        let rest = self.text.get(self.pos..limit).unwrap_or_default();
        if self.input.plain_breaks {
            return memchr::memchr(b'\n', rest).map_or(limit, |at| self.pos + at);
        }
        let stop = |&b: &u8| matches!(b, b'\n' | b'\r' | 0xC2 | 0xE2);
        let mut from = self.pos;
        while let Some(at) = self
            .text
            .get(from..limit)
            .and_then(|rest| rest.iter().position(stop))
        {
            if break_width(self.text, from + at) != 0 {
                return from + at;
            }
            from += at + 1;
        }
        limit
    }
}

/// A line break inside of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineBreak {
    /// LF, CR, CR LF or NEL: a line feed.
    Feed,
    LineSeparator,
    ParagraphSeparator,
}

impl LineBreak {
    fn bytes(self) -> &'static [u8] {
        match self {
            LineBreak::Feed => b"\n",
            LineBreak::LineSeparator => b"\xE2\x80\xA8",
            LineBreak::ParagraphSeparator => b"\xE2\x80\xA9",
        }
    }
}

/// How many bytes the line break at `pos` has; 0 if there is none.
#[inline]
pub(crate) fn break_width(text: &[u8], pos: usize) -> usize {
    let next = |ahead: usize| text.get(pos + ahead).copied().unwrap_or(0);
    match next(0) {
        b'\n' => 1,
        b'\r' => 1 + usize::from(next(1) == b'\n'),
        0xC2 if next(1) == 0x85 => 2,
        0xE2 if next(1) == 0x80 && matches!(next(2), 0xA8 | 0xA9) => 3,
        _ => 0,
    }
}

/// How many bytes the character with this first byte has.
fn width(lead: u8) -> usize {
    match lead {
        0x00..=0x7F => 1,
        0x80..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xFF => 4,
    }
}

/// How many spaces there are in front. Indentation is long, so eight bytes are looked at together.
#[inline]
fn count_spaces(text: &[u8]) -> usize {
    let mut count = 0;
    while let Some(chunk) = text.get(count..).and_then(<[u8]>::first_chunk::<8>) {
        let others = u64::from_le_bytes(*chunk) ^ u64::from_le_bytes([b' '; 8]);
        if others != 0 {
            return count + (others.trailing_zeros() / 8) as usize;
        }
        count += 8;
    }
    let rest = text.get(count..).unwrap_or_default();
    count + rest.iter().take_while(|&&b| b == b' ').count()
}

fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count()
}

/// A letter or digit of ASCII, `_` or `-`.
fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'-'
}
