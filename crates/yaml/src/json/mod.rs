//! JSON as `encoding/json` reads and writes it.

pub(crate) mod encode;

pub use encode::{to_json, to_json_pretty, to_json_raw};
