//! Go errors: a text, what it wraps, and where it happened.

use std::fmt;

use evenkeel_diagnostics::{FrameId, Span};

/// What an error is, so that nobody has to look into its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// An `error` that a function returned.
    Plain,
    /// `template.ExecError`: the executor located it.
    Exec,
    /// The parser's.
    Parse,
    /// `fail` and `required`: the text is the chart author's own message.
    Fail,
    /// A budget of ours ran out (Helm would have gone on); exit code 2.
    Budget,
}

#[derive(Debug, Clone)]
struct Inner {
    text: String,
    kind: ErrorKind,
    source: Option<Error>,
    place: Option<(Span, Option<FrameId>)>,
    help: Option<String>,
}

/// An error as Go has it: `Error()` is [`Error::text`], `Unwrap()` is [`Error::source`]. Functions make
/// one without a place; the executor adds place and frames.
#[derive(Debug, Clone)]
pub struct Error(Box<Inner>);

impl Error {
    /// A plain error, as `errors.New(text)`.
    pub fn new(text: impl Into<String>) -> Error {
        Error::of(ErrorKind::Plain, text)
    }

    /// An error of a kind.
    pub fn of(kind: ErrorKind, text: impl Into<String>) -> Error {
        Error(Box::new(Inner { text: text.into(), kind, source: None, place: None, help: None }))
    }

    /// An error that wraps another; `text` is the whole text, the wrapped one's included, as
    /// `fmt.Errorf("…: %w", source)` builds it.
    pub fn wrap(kind: ErrorKind, text: impl Into<String>, source: Error) -> Error {
        let mut error = Error::of(kind, text);
        error.0.source = Some(source);
        error
    }

    /// The same error, located (the innermost place wins: an error that has one keeps it).
    #[must_use]
    pub fn at(mut self, span: Span, frame: Option<FrameId>) -> Error {
        self.0.place.get_or_insert((span, frame));
        self
    }

    /// The same error with advice for the person who reads it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Error {
        self.0.help = Some(help.into());
        self
    }

    /// Go's text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Its kind.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What it wraps.
    pub fn source(&self) -> Option<&Error> {
        self.0.source.as_ref()
    }

    /// Where it happened, and in which frame.
    pub fn place(&self) -> Option<(Span, Option<FrameId>)> {
        self.0.place
    }

    /// Advice.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The error and what it wraps, outermost first.
    pub fn chain(&self) -> impl Iterator<Item = &Error> {
        std::iter::successors(Some(self), |e| e.source())
    }

    /// The innermost error: the cause.
    pub fn root(&self) -> &Error {
        self.chain().last().unwrap_or(self)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for Error {}
