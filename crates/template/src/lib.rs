//! Go's text/template: lexer, parser, executor.
//!
//! A text is parsed into an [`Ast`], which knows no name and is shared by threads. A [`TemplateSet`]
//! says which name means which part of which text; an [`Executor`] runs templates of a set over data.
//!
//! ```
//! use std::sync::{Arc, LazyLock};
//!
//! use evenkeel_diagnostics::{FileId, SourceMap};
//! use evenkeel_template::{
//!     Ast, BUILTINS, Executor, Function, FunctionTable, Host, Options, TemplateSet,
//! };
//! use evenkeel_value::{Map, Str, Type, Value};
//!
//! static FUNCTIONS: LazyLock<FunctionTable> = LazyLock::new(|| FunctionTable::new(&[BUILTINS]));
//!
//! struct Nowhere;
//!
//! impl Host for Nowhere {
//!     fn methods(&self, _: Type) -> &'static [Function] {
//!         &[]
//!     }
//!     fn now(&self) -> (i64, u32) {
//!         (0, 0)
//!     }
//!     fn random(&self, _: &mut [u8]) {}
//!     fn lookup(&self, _: &Str, _: &Str, _: &Str, _: &Str) -> Value {
//!         Value::Nil
//!     }
//! }
//!
//! let text: &[u8] = b"{{ range $i, $c := .cities }}{{ if $i }}, {{ end }}{{ $c }}{{ end }}";
//! let ast = Ast::parse(Arc::from(text), &FUNCTIONS).expect("the text is a template");
//! let mut set = TemplateSet::new("root", &FUNCTIONS);
//! set.add("cities.txt", FileId::NONE, &Arc::new(ast)).expect("no name is defined twice");
//!
//! let data = Map::default();
//! data.insert("cities", evenkeel_value::List::strings(["Bern", "Oslo"]));
//! let sources = SourceMap::new();
//! let mut executor = Executor::new(&set, &Nowhere, &sources, Options::default());
//! let out = executor.execute("cities.txt", Value::Map(data)).expect("nothing fails");
//! assert_eq!(out.as_bytes(), b"Bern, Oslo");
//! ```
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
mod reads;
mod set;
mod stack;
mod token;
mod unicode;

pub use ast::{Ast, Mention};
pub use builtins::BUILTINS;
pub use error::{Error, ErrorKind};
pub use exec::{Executor, MissingKey, Options};
pub use function::{Context, Function, FunctionTable, function, variadic};
pub use host::{Budget, Host};
pub use parser::ParseError;
pub use reads::{Read, ReadLog};
pub use set::TemplateSet;
pub use stack::RENDER_STACK;
