//! Writing YAML: yaml.v2 and yaml.v3 styles.

mod order;
mod resolve;
mod scalar;
mod v2;
mod v3;
mod writer;

pub use v2::to_yaml;
pub use v3::to_yaml_pretty;
