//! Numbers and quoted text as Go's `strconv` reads and writes them.

mod format;
mod parse;
mod printable;
mod quote;

pub use format::{FloatSize, append_float, append_int, append_uint, format_float, format_int};
pub use parse::{NumError, NumErrorKind, atoi, parse_bool, parse_float, parse_int, parse_uint};
pub use printable::is_printable;
pub(crate) use quote::push_rune;
pub use quote::{
    can_backquote, decode_rune, quote, quote_rune, quote_rune_to_ascii, quote_to_ascii, unquote,
};
