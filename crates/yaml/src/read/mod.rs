//! Reading YAML: bytes → characters → tokens → events → nodes.

mod fault;
mod input;
mod node;
mod parser;
mod scanner;
mod token;

pub use input::Input;
pub use node::{Document, Limits, NodeKind, NodeRef};
pub use token::ScalarStyle;
pub(crate) use node::{Node, over_budget};
pub(crate) use parser::{Event, EventKind, Parser};
