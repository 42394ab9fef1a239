//! What the end-to-end tests, the benches and `xtask` share.

mod charts;
pub mod conformance;
mod reviewed;

pub use charts::charts_in;
pub use reviewed::reviewed;
