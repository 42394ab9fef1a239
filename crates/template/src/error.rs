//! Go errors: a text, what it wraps, and where it happened.

use std::fmt;
use std::sync::{Arc, OnceLock};

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
    /// A budget of ours ran out (Helm would have gone on); exit code 2. The executor hands it up as it
    /// is, without the words that wrap other errors at every level.
    Budget,
}

#[derive(Debug, Clone)]
struct Inner {
    /// The error's own words: the whole text, or what stands before the wrapped error's.
    words: String,
    /// Whether the source's text follows the words.
    continues: bool,
    /// The whole text, built when asked for: a thousand includes within one another would otherwise
    /// hold a thousand copies of it.
    full: OnceLock<String>,
    kind: ErrorKind,
    source: Option<Error>,
    place: Option<(Span, Option<FrameId>)>,
    help: Option<String>,
}

impl Drop for Inner {
    /// Chains can be thousands long, so they are not dropped by recursion.
    fn drop(&mut self) {
        let mut next = self.source.take();
        while let Some(error) = next {
            next = Arc::into_inner(error.0).and_then(|mut inner| inner.source.take());
        }
    }
}

/// An error as Go has it: `Error()` is [`Error::text`], `Unwrap()` is [`Error::source`]. Functions make
/// one without a place; the executor adds place and frames.
#[derive(Debug, Clone)]
pub struct Error(Arc<Inner>);

impl Error {
    /// A plain error, as `errors.New(text)`.
    pub fn new(text: impl Into<String>) -> Error {
        Error::of(ErrorKind::Plain, text)
    }

    /// An error of a kind.
    pub fn of(kind: ErrorKind, text: impl Into<String>) -> Error {
        Error::build(kind, text.into(), None)
    }

    /// An error that wraps another; `text` is the whole text, the wrapped one's included, as
    /// `fmt.Errorf("…: %w", source)` builds it.
    pub fn wrap(kind: ErrorKind, text: impl Into<String>, mut source: Error) -> Error {
        let mut text = text.into();
        let Some(len) = text.strip_suffix(source.text()).map(str::len) else {
            let mut error = Error::build(kind, text, Some(source));
            Arc::make_mut(&mut error.0).continues = false;
            return error;
        };
        text.truncate(len);
        if let Some(inner) = Arc::get_mut(&mut source.0) {
            inner.full.take();
        }
        Error::build(kind, text, Some(source))
    }

    /// An error that wraps another with words before its text: `fmt.Errorf(words + "%w", source)`.
    pub fn prefix(kind: ErrorKind, words: impl Into<String>, source: Error) -> Error {
        Error::build(kind, words.into(), Some(source))
    }

    fn build(kind: ErrorKind, words: String, source: Option<Error>) -> Error {
        Error(Arc::new(Inner {
            words,
            continues: source.is_some(),
            full: OnceLock::new(),
            kind,
            source,
            place: None,
            help: None,
        }))
    }

    /// The same error, located (the innermost place wins: an error that has one keeps it).
    #[must_use]
    pub fn at(mut self, span: Span, frame: Option<FrameId>) -> Error {
        if self.0.place.is_none() {
            Arc::make_mut(&mut self.0).place = Some((span, frame));
        }
        self
    }

    /// The same error with advice for the person who reads it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Error {
        Arc::make_mut(&mut self.0).help = Some(help.into());
        self
    }

    /// Go's text.
    pub fn text(&self) -> &str {
        if !self.0.continues {
            return &self.0.words;
        }
        self.0.full.get_or_init(|| {
            let mut text = String::new();
            for error in self.chain() {
                text.push_str(&error.0.words);
                if !error.0.continues {
                    break;
                }
            }
            text
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_wrapped_errors_are_built_on_demand() {
        let cause = Error::new("boom");
        let middle = Error::wrap(ErrorKind::Exec, "calling f: boom", cause.clone());
        let outer = Error::prefix(ErrorKind::Exec, "in t: ", middle);
        assert_eq!(outer.text(), "in t: calling f: boom");
        assert_eq!(outer.source().map(Error::text), Some("calling f: boom"));
        assert_eq!(outer.root().text(), "boom");
        let other = Error::wrap(ErrorKind::Plain, "something else", cause);
        assert_eq!(other.text(), "something else");
        assert_eq!(other.root().text(), "boom");
    }

    #[test]
    fn long_chains_are_dropped_without_recursion() {
        let mut error = Error::new("x");
        for _ in 0..200_000 {
            error = Error::prefix(ErrorKind::Exec, "y", error);
        }
        assert_eq!(error.text().len(), 200_001);
    }

    #[test]
    fn the_innermost_place_wins() {
        let error = Error::new("x")
            .at(Span::NONE, Some(FrameId(1)))
            .at(Span::NONE, None);
        assert_eq!(error.place(), Some((Span::NONE, Some(FrameId(1)))));
    }
}
