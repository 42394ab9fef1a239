//! Loads Helm charts, from a directory or a `.tgz`, into memory.
//!
//! [`load`] follows Helm's `pkg/chart/loader`: what lands in which list, in which order, and with which
//! error text. A [`Chart`] is immutable and shared by threads and renders; what a render changes of it
//! (aliases, disabled dependencies, imported values) lives in `evenkeel-values-merger`.
//!
//! Architecture Invariant: this is the only crate below `evenkeel-cli` that touches files. It never
//! writes, follows no symbolic link out of the work tree, and reads nothing but the chart.

mod chart;
mod load;
mod metadata;
mod profile;

pub use chart::{Chart, ChartFile};
pub use load::{Limits, LoadOptions, load};
pub use metadata::{Dependency, Lock, Maintainer, Metadata};
pub use profile::HelmVersion;
