//! Errors of the engine as diagnostics.

use std::error::Error as _;

use evenkeel_diagnostics::{Code, Diagnostic, FrameKind, Span, TraceEntry};
use evenkeel_template::{Error as GoError, ErrorKind as GoKind};
use evenkeel_value::{Map, Value};
use minijinja::{Error, ErrorKind};

use super::call::over_fuel;
use super::run::{DRIVER, Run};
use crate::failure::{first_line, suggest_key};
use crate::request::Failure;
use crate::similar::closest;

/// An error of a Jinja file. Helm has no text for it: it does not look at these files.
pub(super) fn failure(error: &Error, run: &Run, scope: &Map) -> Failure {
    let chain: Vec<&Error> = chain(error).collect();
    let cause = chain.last().copied().unwrap_or(error);
    let mut diagnostic = Diagnostic::error(code(cause), message(cause, run));
    // Innermost first; the driver is none of the author's business.
    let mut places = chain
        .iter()
        .rev()
        .filter_map(|error| Some((place(error, run)?, error.name()?)));
    if let Some((span, mut inner)) = places.next() {
        diagnostic.primary.span = span;
        for (call, outer) in places {
            if inner != outer {
                diagnostic.trace.push(TraceEntry {
                    call,
                    name: run.below(inner),
                    kind: FrameKind::Include,
                });
            }
            inner = outer;
        }
    }
    help(&mut diagnostic, cause, run, scope);
    Failure::rendering(diagnostic)
}

/// An error of the engine and those that it wraps, outermost first.
fn chain(error: &Error) -> impl Iterator<Item = &Error> {
    std::iter::successors(Some(error), |&error| {
        error.source()?.downcast_ref::<Error>()
    })
}

fn place(error: &Error, run: &Run) -> Option<Span> {
    let name = error.name().filter(|name| *name != DRIVER)?;
    let text = run.text(name)?;
    if let Some(range) = error.range() {
        return Some(text.span(range));
    }
    let before = text
        .text
        .split_inclusive('\n')
        .take(error.line()?.saturating_sub(1));
    let start = before.map(str::len).sum();
    Some(text.span(start..start))
}

fn go_kind(error: &Error) -> Option<GoKind> {
    let inner = error.source()?.downcast_ref::<GoError>()?;
    Some(inner.root().kind())
}

fn code(cause: &Error) -> Code {
    Code::new(match (cause.kind(), go_kind(cause)) {
        (ErrorKind::OutOfFuel, _) => "budget/render",
        (_, Some(GoKind::Fail)) => "template/fail",
        (ErrorKind::SyntaxError | ErrorKind::BadEscape, _) => "jinja/parse",
        (ErrorKind::UndefinedError, _) => "jinja/undefined",
        _ => "jinja/exec",
    })
}

fn message(cause: &Error, run: &Run) -> String {
    let text = match (cause.kind(), cause.detail()) {
        (ErrorKind::OutOfFuel, None) => over_fuel(run),
        (
            ErrorKind::InvalidOperation | ErrorKind::UndefinedError | ErrorKind::SyntaxError,
            Some(detail),
        ) => detail.to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    first_line(&text)
}

fn help(diagnostic: &mut Diagnostic, cause: &Error, run: &Run, scope: &Map) {
    let detail = cause.detail().unwrap_or_default();
    match cause.kind() {
        ErrorKind::OutOfFuel => diagnostic.help.push(
            "look for a loop or a recursion without end, or raise the budget of steps".to_owned(),
        ),
        ErrorKind::UndefinedError => {
            let mut quoted = detail.split('`');
            if let Some(path) = quoted.nth(1) {
                missing(diagnostic, scope, path);
            }
        }
        ErrorKind::UnknownFilter | ErrorKind::UnknownFunction => {
            let named = |name: &&str| detail.contains(*name);
            let word = detail
                .split(' ')
                .find(|word| *word != "filter" && *word != "function");
            let known = run.world.functions.names();
            let word = word.unwrap_or_default().trim_matches(['"', '\'', '`']);
            if let Some(similar) = closest(word, known.into_iter().filter(|name| !named(name))) {
                diagnostic.help.push(format!("did you mean `{similar}`?"));
            }
        }
        _ => {}
    }
}

/// Names a key like the missing one.
fn missing(diagnostic: &mut Diagnostic, scope: &Map, path: &str) {
    let mut container = scope.clone();
    for key in path.split('.') {
        match container.get(key.as_bytes()) {
            Some(Value::Map(inner)) => container = inner,
            Some(_) => return,
            None => return suggest_key(diagnostic, &container, key),
        }
    }
}
