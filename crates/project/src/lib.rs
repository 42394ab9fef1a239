//! A repository and its environments: every pipeline and every side effect of the program.
//!
//! [`Project::open`] finds the repository and reads its `evenkeel.yaml`; [`Project::render`] gives its
//! environments.
//!
//! Architecture Invariant: what touches files, `git` and `kustomize` is here (and in `chart` and `cli`);
//! what decides anything about charts, Applications and rules is not.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the crate that reads and writes repositories and starts git and kustomize"
)]

mod affected;
mod api_versions;
mod baseline;
mod batch;
mod check;
mod discover;
mod fix;
mod goldens;
mod output;
mod project;
mod revision;
mod specs;
mod tree;

pub use affected::{AffectedApp, AffectedEnv, affected};
pub use baseline::Baseline;
pub use check::{CheckOptions, check, custom_rules};
pub use discover::{Starter, starter};
pub use fix::{Fixed, fix};
pub use goldens::{Golden, GoldenFiles, Stale, Variations, golden_causes, goldens};
pub use output::{Written, outputs, replace, write_outputs};
pub use project::{CONFIG, Project, RenderOptions};
pub use revision::Revision;
pub use tree::DiskTree;
