//! What the end-to-end tests and `xtask` share.

pub mod conformance;
