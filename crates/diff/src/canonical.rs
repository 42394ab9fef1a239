//! Hashes of values: the same for two values that do not differ.
//!
//! They find what may belong together. Whether it differs is always found out by looking, so nothing hangs on a hash
//! that two values share by chance.

use std::hash::Hasher;

use evenkeel_value::Data;
use rustc_hash::FxHasher;

use crate::quantity::number;
use crate::tokens::{Side, Tokens};

/// The hash of a value, tokens replaced by what both sides share. A null in a map is as good as nothing.
pub(crate) fn hash(data: &Data, tokens: &Tokens, side: Side) -> u64 {
    let mut hasher = FxHasher::default();
    write(data, tokens, side, &mut hasher);
    hasher.finish()
}

/// The hash of a text after another hash, such as that of the path to it.
pub(crate) fn after(hash: u64, text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(hash);
    write_text(text, &mut hasher);
    hasher.finish()
}

fn write(data: &Data, tokens: &Tokens, side: Side, hasher: &mut FxHasher) {
    match data {
        Data::Null => hasher.write_u8(b'n'),
        Data::Bool(value) => hasher.write(&[b'b', u8::from(*value)]),
        Data::Int(_) | Data::Uint(_) | Data::Float(_) => {
            hasher.write_u8(b'f');
            // 0 and -0 are one number.
            let number = number(data).unwrap_or_default() + 0.0;
            hasher.write_u64(number.to_bits());
        }
        Data::Str(text) => {
            hasher.write_u8(b's');
            write_text(&tokens.normal(text, side), hasher);
        }
        Data::List(items) => {
            hasher.write_u8(b'l');
            for item in items.iter() {
                write(&item.value, tokens, side, hasher);
            }
            hasher.write_u8(b'e');
        }
        Data::Map(entries) => {
            hasher.write_u8(b'm');
            for entry in entries.iter().filter(|entry| entry.value != Data::Null) {
                write_text(&tokens.normal(&entry.key, side), hasher);
                write(&entry.value, tokens, side, hasher);
            }
            hasher.write_u8(b'e');
        }
    }
}

fn write_text(text: &[u8], hasher: &mut FxHasher) {
    hasher.write_usize(text.len());
    hasher.write(text);
}
