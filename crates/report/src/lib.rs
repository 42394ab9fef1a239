//! What was found, as people and programs read it: one file per format, all over the same [`Results`].
//!
//! Architecture Invariant: no I/O, and no decision about what is wrong. What is shown is what the rules found.

mod data;
mod describe;
pub mod diff;
#[cfg(test)]
mod fixture;
mod github;
mod html;
mod json;
mod junit;
pub mod paint;
pub mod parity;
mod place;
mod rule_page;
mod sarif;
mod snippet;
mod summary;
mod terminal;
#[cfg(test)]
mod tests;
mod wrap;

use evenkeel_diagnostics::{Diagnostic, SourceMap};
use evenkeel_rules::{CustomRules, Report};

pub use data::data;
pub use describe::counted;
pub use github::github;
pub use json::json;
pub use junit::junit;
pub use rule_page::{custom_page, index, list, page};
pub use sarif::sarif;
pub use snippet::diagnostic;
pub use summary::summary;
pub use terminal::{Layout, text};

/// What a check found, and what is needed to show it.
#[derive(Clone, Copy)]
pub struct Results<'a> {
    /// What the rules say.
    pub report: &'a Report,
    /// The rules that the repository brings itself.
    pub custom: &'a CustomRules,
    /// What could not be rendered, and so was not checked.
    pub failures: &'a [Failure<'a>],
    /// The files that places name.
    pub sources: &'a SourceMap,
    /// The repository's root as the names of `sources` begin, `.` where it is the current directory. Formats for
    /// programs name files from there.
    pub root: &'a str,
    /// Whether the rules ran that render again.
    pub is_deep: bool,
}

/// Something that kept an Application or an environment from being rendered as it should.
#[derive(Debug, Clone, Copy)]
pub struct Failure<'a> {
    /// The environment.
    pub env: &'a str,
    /// The Application; empty for the root.
    pub app: &'a str,
    /// What happened.
    pub diagnostic: &'a Diagnostic,
}
