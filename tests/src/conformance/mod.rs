//! The conformance suite: small charts, each with what Helm 4 and Helm 3 print for it.
//!
//! The cases live in `fixtures/conformance`; its README describes the format. `tests/conformance.rs`
//! replays them on evenkeel, `cargo xtask oracle --record` fills in what Helm prints.

mod calls;
mod case;
mod escape;
mod format;
mod message;
mod workdir;

pub use calls::{Call, Outcome, parse_calls, write_calls};
pub use case::{Args, Body, Case, Expectation, File, Profile};
pub use format::{FormatError, Topic, load_all, parse, write};
pub use message::{agrees, essential, shorten};
pub use workdir::{CHART, call_template, materialise};
