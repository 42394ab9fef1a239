//! Template errors as diagnostics.

use evenkeel_chart::HelmVersion;
use evenkeel_diagnostics::{Code, Diagnostic, FrameArena, TraceEntry};
use evenkeel_template::{Error, ErrorKind, FunctionTable};

use crate::native::{self, Layout};
use crate::request::Failure;
use crate::similar::closest;

/// An error of the executor in `file`.
pub(crate) fn exec_failure(
    error: &Error,
    file: &str,
    frames: &FrameArena,
    helm: HelmVersion,
) -> Failure {
    let root = error.root();
    let budget = error.chain().any(|e| e.kind() == ErrorKind::Budget);
    let layout = if helm.is_helm4() {
        Layout::Traced
    } else {
        Layout::OneLine
    };
    let message = first_line(&native::message(error));
    let mut diagnostic = Diagnostic::error(code(error, budget), message);
    if !budget {
        diagnostic.native = Some(native::exec_error(error, file, layout));
    }
    locate(&mut diagnostic, error, frames);
    diagnostic
        .help
        .extend(error.chain().filter_map(Error::help).map(str::to_owned));
    if root.kind() == ErrorKind::Parse && diagnostic.help.is_empty() {
        diagnostic
            .help
            .push("the text given to `tpl` does not parse".to_owned());
    }
    Failure::rendering(diagnostic)
}

/// An error of the parser in `file`.
pub(crate) fn parse_failure(error: &Error, file: &str, functions: &FunctionTable) -> Failure {
    let budget = error.kind() == ErrorKind::Budget;
    let code = if budget {
        "budget/template-nesting"
    } else {
        "template/parse"
    };
    let native = native::parse_error(error.text(), file);
    let message = native
        .split_once("): ")
        .map_or(&*native, |(_, message)| message);
    let mut diagnostic = Diagnostic::error(Code::new(code), first_line(message));
    if !budget {
        diagnostic.native = Some(native.clone());
    }
    if let Some((span, _)) = error.place() {
        diagnostic = diagnostic.at(span);
    }
    let unknown = message
        .strip_prefix("function \"")
        .and_then(|rest| rest.split('"').next());
    if let Some(name) = unknown
        && let Some(similar) = closest(name, functions.names().into_iter())
    {
        diagnostic.help.push(format!("did you mean `{similar}`?"));
    }
    Failure::rendering(diagnostic)
}

/// An error whose text nobody rewords.
pub(crate) fn plain_failure(error: &Error) -> Diagnostic {
    let budget = error.chain().any(|e| e.kind() == ErrorKind::Budget);
    let diagnostic = Diagnostic::error(code(error, budget), first_line(error.text()));
    let diagnostic = match error.chain().filter_map(Error::place).last() {
        Some((span, _)) => diagnostic.at(span),
        None => diagnostic,
    };
    if budget {
        diagnostic
    } else {
        diagnostic.with_native(error.text())
    }
}

fn code(error: &Error, budget: bool) -> Code {
    if budget {
        return Code::new("budget/render");
    }
    let kind = |kind| error.chain().any(|e| e.kind() == kind);
    Code::new(if kind(ErrorKind::Fail) {
        "template/fail"
    } else if kind(ErrorKind::Parse) {
        "template/parse"
    } else {
        "template/exec"
    })
}

/// The innermost place that the error knows, and the calls that led there.
fn locate(diagnostic: &mut Diagnostic, error: &Error, frames: &FrameArena) {
    let Some((span, frame)) = error.chain().filter_map(Error::place).last() else {
        return;
    };
    diagnostic.primary.span = span;
    let Some(frame) = frame else { return };
    let called = frames.chain(frame).filter(|frame| frame.parent.is_some());
    diagnostic.trace = called
        .map(|frame| TraceEntry {
            call: frame.call,
            name: frame.name.to_string(),
            kind: frame.kind,
        })
        .collect();
}

fn first_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    line.trim_end_matches('.').to_owned()
}
