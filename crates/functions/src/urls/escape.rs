//! Percent-encoding: net/url's `escape` and `unescape`.

use evenkeel_value::number::quote;

/// The part of a URL that is written; each lets other characters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Path,
    Host,
    /// The zone of an IPv6 address.
    Zone,
    User,
    Fragment,
}

/// net/url's `shouldEscape`.
fn must_escape(byte: u8, mode: Mode) -> bool {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => false,
        b'!' | b'(' | b')' | b'*' => !matches!(mode, Mode::Host | Mode::Zone | Mode::Fragment),
        b'\'' | b'[' | b']' | b'<' | b'>' | b'"' => !matches!(mode, Mode::Host | Mode::Zone),
        b'$' | b'&' | b'+' | b',' | b';' | b'=' => false,
        b':' => mode == Mode::User,
        b'/' | b'@' => !matches!(mode, Mode::Path | Mode::Fragment),
        b'?' => mode != Mode::Fragment,
        _ => true,
    }
}

/// The text with what may not stand in `mode` as `%XX`.
pub(super) fn escape(text: &[u8], mode: Mode) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        if must_escape(byte, mode) {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            out.push(byte);
        }
    }
    out
}

/// The text with each `%XX` as the byte it stands for.
///
/// # Errors
/// For a `%` without two digits, and in hosts and zones for what may not stand or be encoded there.
pub(super) fn unescape(text: &[u8], mode: Mode) -> Result<Vec<u8>, String> {
    let host = matches!(mode, Mode::Host | Mode::Zone);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        rest = match rest {
            [] => return Ok(out),
            [b'%', after @ ..] => {
                let byte = hex_pair(after).filter(|byte| allowed(*byte, after, mode));
                let Some(byte) = byte else {
                    let shown = quote(rest.get(..3).unwrap_or(rest));
                    return Err(format!("invalid URL escape {shown}"));
                };
                out.push(byte);
                after.get(2..).unwrap_or_default()
            }
            [byte, ..] if host && byte.is_ascii() && must_escape(*byte, mode) => {
                return Err(format!(
                    "invalid character {} in host name",
                    quote(&[*byte])
                ));
            }
            [byte, after @ ..] => {
                out.push(*byte);
                after
            }
        };
    }
}

/// Whether a byte may be encoded: in hosts only `%25` and what is no ASCII, in zones what could stand there
/// unencoded, and spaces.
fn allowed(byte: u8, digits: &[u8], mode: Mode) -> bool {
    let percent = digits.starts_with(b"25");
    match mode {
        Mode::Host => byte >= 0x80 || percent,
        Mode::Zone => percent || byte == b' ' || !must_escape(byte, Mode::Host),
        _ => true,
    }
}

fn hex_pair(text: &[u8]) -> Option<u8> {
    let [high, low, ..] = text else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}
