//! Why a generator or an element gives no Application.

use evenkeel_diagnostics::{Code, Diagnostic, Origin, Span};
use evenkeel_template::{Error, ErrorKind};
use evenkeel_yaml as yaml;

use super::Opaque;
use super::plan::LeafError;

/// A generator or one of its parameters is wrong.
pub(super) const GENERATOR: Code = Code::new("applicationset/generator");
/// A template string fails for an element.
pub(super) const TEMPLATE: Code = Code::new("applicationset/template");
/// `templatePatch` cannot be applied.
pub(super) const PATCH: Code = Code::new("applicationset/template-patch");
/// Two elements give Applications of one name, or a name is none.
pub(super) const NAME: Code = Code::new("applicationset/name");
/// An ApplicationSet that gives more than we want to handle.
pub(super) const LIMIT: Code = Code::new("applicationset/limit");

/// An error of Argo CD's.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    code: Code,
    /// The cause in its own words.
    cause: String,
    /// Argo CD's text, with all that wraps the cause.
    native: String,
    span: Span,
    help: Vec<String>,
}

impl Failure {
    /// An error of a generator.
    pub(super) fn new(text: impl Into<String>, origin: Origin) -> Failure {
        Failure::of(GENERATOR, text, origin)
    }

    /// An error of another kind.
    pub(super) fn of(code: Code, text: impl Into<String>, origin: Origin) -> Failure {
        let cause = text.into();
        Failure {
            code,
            native: cause.clone(),
            cause,
            span: span(origin),
            help: Vec::new(),
        }
    }

    /// An error of a template string.
    pub(super) fn leaf(error: &LeafError) -> Failure {
        let code = if error.error.kind() == ErrorKind::Budget {
            LIMIT
        } else {
            TEMPLATE
        };
        Failure {
            code,
            cause: cause(&error.error),
            native: error.error.text().to_owned(),
            span: span(error.origin),
            help: error.error.help().map(str::to_owned).into_iter().collect(),
        }
    }

    /// An error in YAML text that stands at `origin`, or has a place of its own.
    pub(super) fn yaml(error: &yaml::Error, origin: Origin) -> Failure {
        let mut failure = Failure::new(error.text(), origin);
        if error.span().file.is_some() {
            failure.span = error.span();
        }
        failure
    }

    /// The same within another error, as `fmt.Errorf(words + "%w")`.
    pub(super) fn within(mut self, words: &str) -> Failure {
        self.native.insert_str(0, words);
        self
    }

    /// The same with Argo CD's text, where ours differs.
    pub(super) fn with_native(mut self, native: impl Into<String>) -> Failure {
        self.native = native.into();
        self
    }

    /// The same under another code.
    pub(super) fn coded(mut self, code: Code) -> Failure {
        self.code = code;
        self
    }

    /// The same with one more line of help.
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Failure {
        self.help.push(help.into());
        self
    }

    pub(super) fn span(&self) -> Span {
        self.span
    }

    pub(super) fn native(&self) -> &str {
        &self.native
    }

    /// For people; `who` is the ApplicationSet.
    pub(super) fn into_diagnostic(self, who: &str) -> Diagnostic {
        let message = format!("ApplicationSet {who}: {}", self.cause);
        let mut diagnostic = Diagnostic::error(self.code, message)
            .at(self.span)
            .with_native(self.native);
        diagnostic.help = self.help;
        diagnostic
    }
}

/// Go's words without the text of the template, and without the name that it does not have.
fn cause(error: &Error) -> String {
    let of_go = |error: &Error| error.text().strip_prefix("template: :").map(str::to_owned);
    let Some(text) = error.chain().find_map(of_go) else {
        return error.text().to_owned();
    };
    let Some((line, text)) = text.split_once(':') else {
        return text;
    };
    let text = match text.split_once("executing \"\" at ") {
        Some((_, text)) => text,
        None => text.trim_start(),
    };
    match line {
        "1" => text.to_owned(),
        line => format!("{text} (line {line} of the template)"),
    }
}

/// Why a generator gives no parameters.
pub(super) enum Stop {
    /// It is wrong.
    Failed(Failure),
    /// It asks for what only a cluster or a service knows.
    Opaque(Opaque),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failed(failure)
    }
}

impl Stop {
    /// The same within another error.
    pub(super) fn within(self, words: &str) -> Stop {
        match self {
            Stop::Failed(failure) => Stop::Failed(failure.within(words)),
            opaque @ Stop::Opaque(_) => opaque,
        }
    }
}

pub(super) fn span(origin: Origin) -> Span {
    Span::new(origin.file, origin.offset, origin.offset)
}
