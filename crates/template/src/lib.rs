//! Go's text/template: lexer, parser, executor.
//!
//! A text is parsed into an [`Ast`], which knows no name and is shared by threads. A [`TemplateSet`]
//! says which name means which part of which text; an [`Executor`] runs templates of a set over data.
//!
//! Architecture Invariant: this crate knows nothing of charts, Helm or YAML, and does no I/O. What a
//! template can call comes in a [`FunctionTable`]; what it needs of the world (clock, randomness, read
//! log) comes from a [`Host`].

mod ast;
mod builtins;
mod error;
mod exec;
mod function;
mod host;
mod lexer;
mod number;
mod operand;
mod parser;
mod print;
mod set;
mod stack;
mod token;
mod unicode;

pub use ast::Ast;
pub use builtins::BUILTINS;
pub use error::{Error, ErrorKind};
pub use exec::{Executor, MissingKey, Options};
pub use function::{Context, Function, FunctionTable, function, variadic};
pub use host::{Budget, Host};
pub use parser::ParseError;
pub use set::TemplateSet;
pub use stack::RENDER_STACK;
