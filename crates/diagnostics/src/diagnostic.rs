//! One problem, told to the person who hits it.

use std::borrow::Cow;

use crate::{FrameKind, Span};

/// A stable name of a kind of problem, such as `template/nil-pointer` or `VLT-01`; never reused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub Cow<'static, str>);

impl Code {
    /// A code that the program knows at compile time.
    pub const fn new(code: &'static str) -> Code {
        Code(Cow::Borrowed(code))
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; never changes the exit code.
    Note,
    /// Probably wrong.
    Warning,
    /// Wrong: Helm fails, or the cluster will.
    Error,
}

/// A place, with optional text beside it.
#[derive(Debug, Clone)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What there is to say of it; may be empty.
    pub text: String,
}

/// One caller on the way to the problem.
#[derive(Debug, Clone)]
pub struct TraceEntry {
    /// Where the call stands.
    pub call: Span,
    /// What was called, such as `app.labels`.
    pub name: String,
    /// How it was called.
    pub kind: FrameKind,
}

/// Whether a fix may be applied without a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// Keeps the meaning.
    Safe,
    /// May change the meaning.
    Unsafe,
    /// An idea only.
    DisplayOnly,
}

/// Replaces one range by other text.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The range.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

/// Edits that mend the problem.
#[derive(Debug, Clone)]
pub struct Fix {
    /// The edits; their ranges do not overlap.
    pub edits: Vec<Edit>,
    /// Whether they are safe.
    pub applicability: Applicability,
}

/// One problem: what, where, how it came about, and what to do.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One line, no final dot.
    pub message: String,
    /// The place to look at first ([`Span::NONE`] where there is none).
    pub primary: Label,
    /// Other places that matter, such as the values line.
    pub secondary: Vec<Label>,
    /// Callers, innermost first.
    pub trace: Vec<TraceEntry>,
    /// What to do about it, a line each.
    pub help: Vec<String>,
    /// Edits that mend it.
    pub fix: Option<Fix>,
    /// Helm's own text for this failure, without `Error: `, where Helm has one.
    pub native: Option<String>,
}

impl Diagnostic {
    /// An error with a code and a message and no place yet.
    pub fn error(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: Label {
                span: Span::NONE,
                text: String::new(),
            },
            secondary: Vec::new(),
            trace: Vec::new(),
            help: Vec::new(),
            fix: None,
            native: None,
        }
    }

    /// A warning with a code and a message and no place yet.
    pub fn warning(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(code, message)
        }
    }

    /// The same, located at `span` (unless it has a place already).
    #[must_use]
    pub fn at(mut self, span: Span) -> Diagnostic {
        if !self.primary.span.file.is_some() {
            self.primary.span = span;
        }
        self
    }

    /// The same with one more line of help.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// The same with Helm's own text.
    #[must_use]
    pub fn with_native(mut self, native: impl Into<String>) -> Diagnostic {
        self.native = Some(native.into());
        self
    }

    /// The same with one more place that matters.
    #[must_use]
    pub fn with_secondary(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }
}
