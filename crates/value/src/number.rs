//! Numbers and quoted text as Go's `strconv` reads and writes them.

mod format;
mod parse;
mod quote;

pub use crate::unicode::is_printable;
pub use format::{FloatSize, append_float, append_int, append_uint, format_float, format_int};
pub use parse::{NumError, NumErrorKind, atoi, parse_bool, parse_float, parse_int, parse_uint};
pub(crate) use quote::push_rune;
pub use quote::{
    can_backquote, decode_rune, quote, quote_rune, quote_rune_to_ascii, quote_to_ascii, unquote,
};
