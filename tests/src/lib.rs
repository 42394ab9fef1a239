//! What the end-to-end tests, the benches and `xtask` share.

mod charts;
pub mod conformance;
mod reviewed;

pub use charts::charts_in;
pub use reviewed::reviewed;

/// The example of docs/library.md, as a test.
#[cfg(doctest)]
#[doc = include_str!("../../docs/library.md")]
pub struct LibraryManual;
