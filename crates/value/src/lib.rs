//! Go-shaped values: what a template sees.
//!
//! Strings are bytes, numbers keep Go's kinds, lists and maps are shared, mutable and know their Go
//! element type, so that `%T`, `typeOf`, `kindOf` and argument conversion answer as Go would.
//!
//! Architecture Invariant: this crate knows nothing of templates, YAML or charts, and calls no function
//! on behalf of a template (methods are looked up by a `Host` of `evenkeel-template`).

mod bytes;
mod data;
pub mod fmt;
mod list;
mod map;
mod named;
pub mod number;
mod object;
mod rope;
mod string;
mod types;
pub mod unicode;
mod value;

pub use bytes::Bytes;
pub use data::{Data, DataEntry, DataItem};
pub use list::{Item, List};
pub use map::{Entry, Map};
pub use named::{MONTHS, WEEKDAYS, duration_text, named_text};
pub use object::{Marshal, Object};
pub use rope::Rope;
pub use string::Str;
pub use types::{Kind, Type, TypeDesc, ty};
pub use value::Value;
