//! JSON as `encoding/json` reads and writes it.

mod decode;
pub(crate) mod encode;
mod string;

pub use decode::{Partial, decode, decode_list, decode_map};
pub use encode::{to_json, to_json_pretty, to_json_raw};
