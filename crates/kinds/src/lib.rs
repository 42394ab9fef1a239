//! Which kinds clusters serve, and whether their objects live in a namespace.
//!
//! One table (`data/*.txt`) answers two questions: the [`scope`] of a kind, and the API versions that a
//! [`Release`] of Kubernetes or OpenShift tells its clients of.
//!
//! Architecture Invariant: this crate does no I/O and depends on nothing.

mod release;
mod table;

pub use release::{Platform, Release, UnknownRelease};
pub use table::{Scope, group_of, kinds, scope};
