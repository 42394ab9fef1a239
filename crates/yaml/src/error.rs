//! What can go wrong when text is read or written.

use std::fmt;

use evenkeel_diagnostics::{FileId, Span};

/// What kind of failure it is, for callers that react to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is not YAML (go-yaml's reader, scanner, parser or composer refuses it).
    Syntax,
    /// The text is YAML, but a value cannot be decoded into what was asked for.
    Decode,
    /// A value cannot be written.
    Encode,
    /// A limit of the program, not of Go: the text is too big.
    Budget,
}

/// A failure to read or write YAML or JSON, with Go's own text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    text: String,
    kind: ErrorKind,
    span: Span,
}

impl Error {
    /// A failure with Go's text and no place.
    pub fn new(kind: ErrorKind, text: impl Into<String>) -> Error {
        Error {
            text: text.into(),
            kind,
            span: Span::NONE,
        }
    }

    /// The same, located at `span` (unless it has a place already).
    #[must_use]
    pub fn at(mut self, span: Span) -> Error {
        if !self.has_place() {
            self.span = span;
        }
        self
    }

    /// The same with `prefix` before the text, as Go's `fmt.Errorf("prefix%w")` wraps.
    #[must_use]
    pub fn prefixed(mut self, prefix: &str) -> Error {
        self.text.insert_str(0, prefix);
        self
    }

    /// What Go's `err.Error()` gives.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The place of the problem, or [`Span::NONE`].
    pub fn span(&self) -> Span {
        self.span
    }

    fn has_place(&self) -> bool {
        self.span.file != FileId::NONE || self.span.end != 0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}
