//! Go's text/template: lexer, parser, executor.
//!
//! Architecture Invariant: this crate knows nothing of charts, Helm or YAML, and does no I/O. What a
//! template can call comes in a [`FunctionTable`]; what it needs of the world (clock, randomness, read
//! log) comes from a [`Host`].

mod error;
mod function;
mod host;

pub use error::{Error, ErrorKind};
pub use function::{Context, Function, FunctionTable, function, variadic};
pub use host::{Budget, Host};
