//! Values: the `-f` and `--set` layers, sub-charts switched and imported, defaults coalesced.
//!
//! In the order of a render:
//! 1. [`user_values`] merges the layers of the command line (Helm's `pkg/cli/values`);
//! 2. [`process_dependencies`] turns the loaded chart into an [`Instance`]: aliases, conditions, tags,
//!    import-values (Helm's `ProcessDependencies`);
//! 3. [`coalesce_values`] gives the root's `.Values` (Helm's `CoalesceValues`), and
//!    [`subchart_values`] hands a sub-chart its part of them.
//!
//! Architecture Invariant: this crate opens no file; whoever calls it gives a reader.

mod coalesce;
mod explain;
mod graph;
mod instance;
mod json_value;
mod process;
mod strvals;
mod tables;
mod tree;
mod user;

pub use coalesce::{coalesce_values, subchart_values};
pub use evenkeel_chart::HelmVersion;
pub use explain::{Opinion, Speaker, explain};
pub use instance::{Instance, process_dependencies};
pub use user::{Layer, LayerKind, UserValues, ValueOptions, ValueReader, user_values};
