//! html, js, urlquery.

use evenkeel_value::{Value, number};

use super::joined;
use crate::{Context, Error};

/// `HTMLEscaper`
pub(super) fn html(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let text = joined(args)?;
    let mut out = Vec::with_capacity(text.len());
    for &byte in text.as_bytes() {
        match byte {
            b'\0' => out.extend_from_slice("\u{fffd}".as_bytes()),
            b'"' => out.extend_from_slice(b"&#34;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            other => out.push(other),
        }
    }
    Ok(Value::str(out))
}

/// `JSEscaper`
pub(super) fn js(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let text = joined(args)?;
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some(&byte) = rest.first() {
        let (c, width) = number::decode_rune(rest);
        let (here, after) = rest.split_at(width);
        match byte {
            b'\\' => out.extend_from_slice(br"\\"),
            b'\'' => out.extend_from_slice(br"\'"),
            b'"' => out.extend_from_slice(br#"\""#),
            b'<' | b'>' | b'&' | b'=' | 0..b' ' => {
                out.extend_from_slice(format!("\\u{byte:04X}").as_bytes());
            }
            _ => match c.map(u32::from) {
                Some(code) if !byte.is_ascii() && !number::is_printable(code) => {
                    out.extend_from_slice(format!("\\u{code:04X}").as_bytes());
                }
                _ => out.extend_from_slice(here),
            },
        }
        rest = after;
    }
    Ok(Value::str(out))
}

/// `URLQueryEscaper`
pub(super) fn urlquery(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let text = joined(args)?;
    let mut out = Vec::with_capacity(text.len());
    for &byte in text.as_bytes() {
        match byte {
            b' ' => out.push(b'+'),
            b'-' | b'_' | b'.' | b'~' => out.push(byte),
            byte if byte.is_ascii_alphanumeric() => out.push(byte),
            byte => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    Ok(Value::str(out))
}
