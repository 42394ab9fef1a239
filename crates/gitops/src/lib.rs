//! What Argo CD makes of a repository: ApplicationSets to Applications, Applications to objects, for a whole
//! environment.
//!
//! [`Environment::render`] goes from the root of an environment (a chart, a folder of Applications, or
//! charts on their own) down to the last object, and keeps for each what led to it, so that [`explain`] can
//! tell where any field came from.
//!
//! Architecture Invariant: no I/O, no clock and no randomness: the work tree comes through [`WorkTree`].

pub mod application;
pub mod applicationset;
mod environment;
pub mod explain;

mod object;
pub mod paths;
mod source;
mod work_tree;

pub use application::{Application, ApplicationSource, Destination, HelmParameter, HelmSource};
pub use environment::{App, Declaration, Environment, Root, RootChart, Spec};
pub use evenkeel_manifest::{FieldPath, Step, path_to};
pub use object::Object;
pub use source::{HelmRender, SourceRender};
pub use work_tree::WorkTree;
