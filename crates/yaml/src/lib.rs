//! YAML and JSON exactly as Go reads and writes them.
//!
//! Reading follows `go.yaml.in/yaml/v2` under `sigs.k8s.io/yaml`, which is what Helm reads every file
//! with; writing follows yaml.v2, yaml.v3 and `encoding/json`.
//!
//! Architecture Invariant: this crate does no I/O and knows nothing of Helm or charts.

mod data;
mod de;
mod decode;
mod documents;
mod emit;
mod error;
mod gosyntax;
pub mod json;
mod kinds;
mod nesting;
mod outline;
mod read;
mod resolve;
mod sigs;
mod tree;

pub use de::{Spanned, from_slice};
pub use documents::{DocumentText, Documents, decode_documents, documents};
pub use emit::{to_yaml, to_yaml_pretty};
pub use error::{Error, ErrorKind};
pub use json::{to_json, to_json_pretty, to_json_raw};
pub use kinds::{decode_kinds, decode_part, decode_single};
pub use read::{Document, Input, Limits, NodeKind, NodeRef, ScalarStyle};
pub use sigs::{ReadOptions, decode, decode_list, decode_map, decode_map_as, decode_with};
