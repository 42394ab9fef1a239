//! CIP: pipelines.

mod graph;
mod interface;
mod runs;
mod triggers;
mod variables;

pub(crate) mod credentials;
pub(crate) mod fs_group;
pub(crate) mod privileges;
pub(crate) mod resolves;
