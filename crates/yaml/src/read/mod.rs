//! Reading YAML: bytes → characters → tokens → events → nodes.

mod fault;
mod input;
mod node;
mod parser;
mod scanner;
mod token;

pub use input::Input;
pub use node::{Document, Limits, NodeKind, NodeRef};
pub(crate) use node::{Node, over_budget};
pub use token::ScalarStyle;
