//! What the end-to-end tests and `xtask` share.

pub mod conformance;
mod reviewed;

pub use reviewed::reviewed;
