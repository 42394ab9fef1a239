//! Diagnostics as text: with snippets for people, or in Helm's words.

use evenkeel_diagnostics::{Diagnostic, SourceMap};

/// How diagnostics are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Format {
    /// Snippets, callers, help.
    #[default]
    Human,
    /// Exactly Helm's text.
    Helm,
}

/// One diagnostic. `suffix` is what Helm adds to its own text.
pub(crate) fn diagnostic(
    diagnostic: &Diagnostic,
    suffix: &str,
    format: Format,
    sources: &SourceMap,
) -> String {
    match (format, &diagnostic.native) {
        (Format::Helm, Some(native)) => format!("Error: {native}{suffix}\n"),
        (Format::Helm, None) => format!("Error: {}\n", diagnostic.message),
        (Format::Human, _) => evenkeel_report::diagnostic(diagnostic, sources),
    }
}
