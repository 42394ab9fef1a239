//! What differs, as people and programs read it: one file per format, all over the same [`Compared`].

mod cause;
mod effect;
#[cfg(test)]
mod fixture;
mod html;
mod ids;
mod json;
mod markdown;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod values;

use evenkeel_diagnostics::{SourceMap, Span};
use evenkeel_diff::Differences;

pub use html::html;
pub use json::{json, presence};
pub use markdown::markdown;
pub use template::template;
pub use text::{Layout, text};

/// What was compared, and what is needed to show it.
#[derive(Clone, Copy)]
pub struct Compared<'a> {
    /// What differs, and why.
    pub differences: &'a Differences,
    /// The files that the reasons of the configuration stand in.
    pub sources: &'a SourceMap,
}

impl Compared<'_> {
    /// `file:line:column` of a place in the configuration.
    fn locate(&self, span: Span) -> Option<String> {
        self.sources.locate(span.file, span.start)
    }
}
