//! The rules: invariants that a whole rendered environment keeps.
//!
//! [`RULES`] is the registry; [`check`] runs it over the environments of a repository and gives a [`Report`]. A rule is one file:
//! what it demands, its manual, its examples (which run as tests) and the check itself. [`ParityTable`] shows what the
//! rules see of the environments side by side.
//!
//! Architecture Invariant: no I/O, and nothing that belongs to one repository: names, domains and exceptions come
//! from the configuration. Rules read data, never the text of files, so comments, quotes and the order of keys make
//! no difference.

mod apps;
mod check;
mod claims;
mod context;
mod custom;
mod example;
mod fields;
mod files;
mod finding;
mod fold;
mod hosts;
mod parity_table;
mod pods;
mod presence;
mod quantity;
mod references;
pub mod release;
mod removal;
mod rerender;
mod rule;
mod scaling;
mod services;
mod suppress;
#[cfg(test)]
mod testing;
mod usage;
mod variation;
mod workloads;

mod hygiene;
mod images;
mod operators;
mod parity;
mod pipelines;
mod routes;
mod vault;
mod wiring;

pub use check::{Checked, NotEvaluated, Options, Report, Waived, check};
pub use custom::{CustomRule, CustomRules, RuleTestRun};
pub use example::{Example, Outcome};
pub use finding::{Finding, ValueHop};
pub use fold::Folded;
pub use parity_table::{
    Aspect, Fact, Facts, OffReason, ParityCell, ParityRow, ParityTable, State, Untrue, UnusedChart,
};
pub use rerender::Rerender;
pub use rule::{Input, RULES, Rule, Scope, rule};

pub(crate) use rule::Run;
