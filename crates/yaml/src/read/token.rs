//! Tokens: what the scanner hands to the parser.

use super::fault::Fault;

/// Set in offsets of the arena.
const ARENA: u32 = 1 << 31;

/// Inputs from this length on are refused, so that offsets fit; those of the arena do too, because text
/// grows by half at most where escapes are undone.
pub(crate) const MAX_INPUT: usize = 1 << 30;

/// A byte range of the input, or of the scanner's arena for text that had to be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Text {
    start: u32,
    end: u32,
}

impl Text {
    pub(crate) fn source(start: usize, end: usize) -> Text {
        Text {
            start: offset(start),
            end: offset(end),
        }
    }

    pub(crate) fn arena(start: usize, end: usize) -> Text {
        Text {
            start: offset(start) | ARENA,
            end: offset(end) | ARENA,
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub(crate) fn bytes<'t>(self, source: &'t [u8], arena: &'t [u8]) -> &'t [u8] {
        let from = if self.start & ARENA == 0 {
            source
        } else {
            arena
        };
        let range = (self.start & !ARENA) as usize..(self.end & !ARENA) as usize;
        from.get(range).unwrap_or_default()
    }
}

/// An offset as nodes and tokens keep it.
pub(crate) fn offset(at: usize) -> u32 {
    debug_assert!(at < ARENA as usize, "longer inputs are refused");
    at as u32
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    StreamStart,
    StreamEnd,
    VersionDirective,
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Of a scalar.
    pub(crate) style: ScalarStyle,
    /// Of a scalar; the name of an anchor or alias.
    pub(crate) text: Text,
    /// Of a tag or a tag directive: the index of its parts in `Scanner::tags`. Of a version directive:
    /// 1 if it is one that go-yaml takes.
    pub(crate) detail: u32,
    pub(crate) start: Mark,
    pub(crate) end: u32,
}

impl Token {
    pub(crate) fn new(kind: TokenKind, start: Mark, end: u32) -> Token {
        let (style, text) = (ScalarStyle::Plain, Text::default());
        Token {
            kind,
            style,
            text,
            detail: 0,
            start,
            end,
        }
    }
}

/// A place with its line, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Mark {
    pub(crate) offset: u32,
    pub(crate) line: u32,
}

pub(crate) type Scan<T> = Result<T, Box<Fault>>;
