//! YAML and JSON exactly as Go reads and writes them.
//!
//! Reading follows `go.yaml.in/yaml/v2` under `sigs.k8s.io/yaml`, which is what Helm reads every file
//! with; writing follows yaml.v2, yaml.v3 and `encoding/json`.
//!
//! Architecture Invariant: this crate does no I/O and knows nothing of Helm or charts.

mod emit;
mod error;
pub mod json;

pub use error::{Error, ErrorKind};
