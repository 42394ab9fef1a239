//! What the end-to-end tests, the benches and `xtask` share.

mod charts;
pub mod conformance;
pub mod edits;
pub mod platform;
mod reviewed;
mod sums;

pub use charts::charts_in;
pub use reviewed::reviewed;
pub use sums::Sums;

/// The example of docs/library.md, as a test.
#[cfg(doctest)]
#[doc = include_str!("../../docs/library.md")]
pub struct LibraryManual;
