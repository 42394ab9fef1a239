//! How loading fails.

use evenkeel_diagnostics::{Code, Diagnostic};

/// Not there, or not readable.
pub(crate) const UNREADABLE: Code = Code::new("chart/unreadable");
/// `Chart.yaml` or another file of the chart's own does not say what it should.
pub(crate) const INVALID: Code = Code::new("chart/invalid");
/// `values.yaml` cannot be decoded.
pub(crate) const VALUES: Code = Code::new("chart/values");
/// `.helmignore` cannot be used.
pub(crate) const IGNORE: Code = Code::new("chart/helmignore");
/// Not a chart archive, or a broken one.
pub(crate) const ARCHIVE: Code = Code::new("chart/archive");
/// A symbolic link that is not followed.
pub(crate) const SYMLINK: Code = Code::new("chart/symlink");
/// A dependency that is not there.
pub(crate) const DEPENDENCY: Code = Code::new("chart/missing-dependency");
/// More than a chart may use.
pub(crate) const LIMIT: Code = Code::new("chart/limit");

/// A failure that Helm has too, in Helm's words.
pub(crate) fn helm(code: Code, text: impl Into<String>) -> Diagnostic {
    let text = text.into();
    Diagnostic::error(code, one_line(&text)).with_native(text)
}

/// What Helm says on stderr and goes on.
pub(crate) fn warning(text: &str) -> Diagnostic {
    Diagnostic::warning(INVALID, text).with_native(text)
}

/// The same failure, seen from outside: Helm's text gets a prefix.
pub(crate) fn within(mut diagnostic: Diagnostic, prefix: &str) -> Diagnostic {
    if let Some(native) = &mut diagnostic.native {
        native.insert_str(0, prefix);
    }
    diagnostic.message.insert_str(0, prefix);
    diagnostic
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
