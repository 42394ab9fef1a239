//! Tokens: what the scanner hands to the parser.

use super::fault::Fault;

/// A byte range of the input, or of the scanner's arena for text that had to be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Text {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) owned: bool,
}

impl Text {
    pub(crate) fn source(start: usize, end: usize) -> Text {
        Text { start: offset(start), end: offset(end), owned: false }
    }
}

/// An offset as nodes and tokens keep it; inputs of 4 GiB and more are refused before.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
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
    VersionDirective { major: u8, minor: u8 },
    /// The index of the directive in `Scanner::tags`: handle and prefix.
    TagDirective(u32),
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
    Alias(Text),
    Anchor(Text),
    /// The index of the tag in `Scanner::tags`: handle and suffix.
    Tag(u32),
    Scalar(Text, ScalarStyle),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: Mark,
    pub(crate) end: u32,
}

/// A place with its line, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Mark {
    pub(crate) offset: u32,
    pub(crate) line: u32,
}

pub(crate) type Scan<T> = Result<T, Box<Fault>>;
