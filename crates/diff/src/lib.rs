//! What differs between two renders, by Application, object and field, and which differences have a reason.
//!
//! [`compare_environments`] does it for environments, in these steps:
//!
//! [`compare`] pairs the objects of two sides and lists the changes of their fields; what follows from the
//! names of the two environments alone is [`Class::Derived`]. [`Policy::apply`] then gives the changes that
//! `evenkeel.yaml` explains their reasons; what remains is [`Class::Unexplained`].
//!
//! Architecture Invariant: no I/O, and nothing is rendered. Outside of `environments`, there is no idea of how objects
//! came to be: both sides are plain data.

mod change;
mod compare;
mod environments;
mod fields;
mod list;
mod pattern;
mod policy;
#[cfg(test)]
mod tests;
mod tokens;

pub use change::{App, AppDiff, Change, ChangeKind, Class, Counts, Object, ObjectDiff, Presence};
pub use compare::compare;
pub use environments::{Comparison, Read, apps_of, compare_environments, compare_with};
pub use policy::{Policy, Unused};
pub use tokens::Tokens;
