//! Loads Helm charts, from a directory or a `.tgz`, into memory.
//!
//! [`load`] follows Helm's `pkg/chart/loader`: what lands in which list, in which order, and with which
//! error text. A [`Chart`] is immutable and shared by threads and renders; what a render changes of it
//! (aliases, disabled dependencies, imported values) lives in `evenkeel-values-merger`.
//!
//! Architecture Invariant: this is the only crate below `evenkeel-cli` that touches files. It never
//! writes, follows no symbolic link out of the work tree, and reads nothing but the chart.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the crate that reads charts"
)]

mod archive;
mod assemble;
mod chart;
mod check;
mod content;
mod decode;
mod directory;
mod fail;
pub mod glob;
mod ignore;
mod load;
mod metadata;
mod paths;
mod profile;
mod sniff;
mod tar;
mod timestamp;
mod unvendored;
mod validate;
mod values;

pub use chart::{Chart, ChartFile, OtherFile};
pub use check::{check_dependencies, check_installable};
pub use load::{Limits, LoadOptions, load};
pub use metadata::{Dependency, Lock, Maintainer, Metadata};
pub use paths::os_error_text;
pub use profile::HelmVersion;
pub use values::{merge_maps, read_values};

/// A byte order mark, which Helm takes off every file.
const BOM: &[u8] = b"\xEF\xBB\xBF";
