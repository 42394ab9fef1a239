//! Helm's own wording of template errors.
//!
//! Helm looks into the texts of Go's errors and lays them out anew. The texts come from
//! `evenkeel-template`, which builds them as Go does; here is what Helm makes of them.

use evenkeel_template::{Error, ErrorKind};

/// How a Helm version words an error of the executor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Go's text on one line (Helm 3's `cleanupExecError`).
    OneLine,
    /// A line for each place on the way to the error, where every error on that way is one of Go's
    /// template errors (Helm 4's `reformatExecErrorMsg`).
    Traced,
}

/// What surrounds the message of `fail` and `required` in Go's text.
const FAIL_START: &str = "HELM_ERR_START";
const FAIL_END: &str = "HELM_ERR_END";

/// Helm's text for an error that ended the execution of `file`.
pub(crate) fn exec_error(error: &Error, file: &str, layout: Layout) -> String {
    let is_exec = match layout {
        Layout::OneLine => error.kind() == ErrorKind::Exec,
        Layout::Traced => error.chain().any(|e| e.kind() == ErrorKind::Exec),
    };
    let text = error.text();
    if !is_exec {
        return text.to_owned();
    }
    let mut tokens = text.splitn(3, ": ");
    let (Some(_), Some(location), Some(rest)) = (tokens.next(), tokens.next(), tokens.next())
    else {
        return format!("execution error in ({file}): {text}");
    };
    if let Some(message) = author_message(error, rest) {
        return format!("execution error at ({location}): {message}");
    }
    match layout {
        Layout::OneLine => text.to_owned(),
        Layout::Traced => traced(error).unwrap_or_else(|| text.to_owned()),
    }
}

/// Helm's text for a template that does not parse; `text` is Go's.
pub(crate) fn parse_error(text: &str, file: &str) -> String {
    let tokens: Vec<&str> = text.split(": ").collect();
    match &tokens[..] {
        [_, location, .., message] => format!("parse error at ({location}): {message}"),
        [_, location] => format!("parse error at ({location}): {location}"),
        _ => format!("parse error in ({file}): {text}"),
    }
}

/// What went wrong, without places: for people.
pub(crate) fn message(error: &Error) -> String {
    if let Some(message) = author_message(error, error.text()) {
        return message.to_owned();
    }
    let root = error.root();
    match parse_place(root.text()) {
        Some(place) => place.message.to_owned(),
        None => root.text().to_owned(),
    }
}

/// The text with the author's message standing plain in it.
pub(crate) fn without_marks(text: &str) -> String {
    text.replace(FAIL_START, "").replace(FAIL_END, "")
}

/// What the chart's author said with `fail` or `required`.
fn author_message<'a>(error: &'a Error, rest: &'a str) -> Option<&'a str> {
    if let Some(start) = rest.find(FAIL_START) {
        let inner = &rest[start + FAIL_START.len()..];
        return inner.rfind(FAIL_END).map(|end| &inner[..end]);
    }
    let fail = error.chain().find(|e| e.kind() == ErrorKind::Fail)?;
    Some(fail.text())
}

/// One place of Helm 4's layout.
#[derive(Debug, PartialEq, Eq)]
struct Place<'a> {
    location: &'a str,
    message: &'a str,
    executed: Option<String>,
}

fn traced(error: &Error) -> Option<String> {
    let mut places: Vec<Place<'_>> = Vec::new();
    for error in error.chain() {
        let place = parse_place(error.text())?;
        if places.last() != Some(&place) {
            places.push(place);
        }
    }
    let mut out = String::new();
    for place in &places {
        if !place.location.is_empty() {
            out.push_str(&format!("{}\n  ", place.location));
        }
        if let Some(executed) = &place.executed {
            out.push_str(&format!("{executed}\n    "));
        }
        if !place.message.is_empty() {
            out.push_str(&format!("{}\n", place.message));
        }
    }
    Some(out.trim().to_owned())
}

/// `parseTemplateExecErrorString`: the three forms of Go's texts that Helm knows.
fn parse_place(text: &str) -> Option<Place<'_>> {
    let rest = text.strip_prefix("template: ")?;
    if rest.starts_with("no template ") {
        return Some(Place {
            location: "",
            message: text,
            executed: None,
        });
    }
    executing_at(rest).or_else(|| {
        let (location, message) = rest.rsplit_once(": ")?;
        Some(Place {
            location,
            message: before_next(message),
            executed: None,
        })
    })
}

/// `NAME:1:2: executing "FUNC" at <EXPR>: MESSAGE`.
fn executing_at(rest: &str) -> Option<Place<'_>> {
    let (location, after) = rest.split_once(": executing ")?;
    let (function, after) = after.strip_prefix('"')?.split_once('"')?;
    let (expression, message) = after.strip_prefix(" at <")?.split_once(">: ")?;
    let executed = format!("executing \"{function}\" at <{expression}>:");
    Some(Place {
        location,
        message: before_next(message),
        executed: Some(executed),
    })
}

/// The message without the error that it repeats.
fn before_next(message: &str) -> &str {
    message
        .split_once(" template:")
        .map_or(message, |(before, _)| before)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INNER: &str =
        "template: a/t.yaml:3:4: executing \"x\" at <.a.b>: nil pointer evaluating interface {}.b";

    fn nested() -> Error {
        let inner = Error::of(ErrorKind::Exec, INNER);
        let text = format!(
            "template: a/t.yaml:1:2: executing \"a/t.yaml\" at <include \"x\" .>: error calling include: {INNER}"
        );
        Error::wrap(ErrorKind::Exec, text, inner)
    }

    #[test]
    fn helm_4_traces_and_helm_3_does_not() {
        assert_eq!(
            exec_error(&nested(), "a/t.yaml", Layout::Traced),
            "a/t.yaml:1:2\n  executing \"a/t.yaml\" at <include \"x\" .>:\n    error calling include:\n\
             a/t.yaml:3:4\n  executing \"x\" at <.a.b>:\n    nil pointer evaluating interface {}.b"
        );
        assert_eq!(
            exec_error(&nested(), "a/t.yaml", Layout::OneLine),
            nested().text()
        );
    }

    #[test]
    fn a_foreign_error_keeps_the_text_on_one_line() {
        let text = "template: a:1:2: executing \"a\" at <atoi 1>: error calling atoi: boom";
        let error = Error::wrap(ErrorKind::Exec, text, Error::new("boom"));
        assert_eq!(exec_error(&error, "a", Layout::Traced), text);
    }

    #[test]
    fn the_author_s_message_stands_alone() {
        let text = "template: a:1:2: executing \"a\" at <fail \"no: way\">: error calling fail: \
                    HELM_ERR_STARTno: wayHELM_ERR_END";
        let error = Error::of(ErrorKind::Exec, text);
        for layout in [Layout::OneLine, Layout::Traced] {
            assert_eq!(
                exec_error(&error, "a", layout),
                "execution error at (a:1:2): no: way"
            );
        }
    }

    #[test]
    fn parse_errors_lose_their_middle() {
        assert_eq!(
            parse_error(
                "template: a/t.yaml:1: function \"nope\" not defined",
                "a/t.yaml"
            ),
            "parse error at (a/t.yaml:1): function \"nope\" not defined"
        );
        assert_eq!(
            parse_error("odd", "a/t.yaml"),
            "parse error in (a/t.yaml): odd"
        );
    }
}
