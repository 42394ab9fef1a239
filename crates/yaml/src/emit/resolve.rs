//! Whether a text stays a string when it is written plain: what `stringv` of go-yaml's encoders asks.

use super::scalar::Version;
use crate::resolve::{Plain, plain};

/// Whether an encoder writes the text plain (if its characters allow). v3 does not read YAML 1.1's `yes`,
/// `on` and so on as bools, but its encoder quotes them all the same.
pub(super) fn can_be_plain(text: &[u8], version: Version) -> bool {
    let is_string = matches!(plain(text), Plain::Str);
    is_string && !is_base60(text) && !(version == Version::V3 && is_signed_octal(text))
}

/// `0o-7`: v3 reads octals with a prefix, and hands what follows it to ParseInt, sign and all.
fn is_signed_octal(text: &[u8]) -> bool {
    let Some([b'+' | b'-', digits @ ..]) = text.strip_prefix(b"0o") else {
        return false;
    };
    !digits.is_empty()
        && digits.len() < 22
        && digits.iter().all(|c| matches!(c, b'0'..=b'7' | b'_'))
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
fn is_base60(text: &[u8]) -> bool {
    let text = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    if !text.first().is_some_and(u8::is_ascii_digit) || !text.contains(&b':') {
        return false;
    }
    let (whole, fraction) = match text.iter().position(|&c| c == b'.') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[][..]),
    };
    let is_digit = |c: &u8| c.is_ascii_digit() || *c == b'_';
    let mut parts = whole.split(|&c| c == b':');
    let head = parts.next().unwrap_or_default();
    let mut rest = parts.peekable();
    rest.peek().is_some()
        && head.iter().all(is_digit)
        && fraction.iter().all(is_digit)
        && rest.all(|part| match part {
            [digit] => digit.is_ascii_digit(),
            [tens, digit] => (b'0'..=b'5').contains(tens) && digit.is_ascii_digit(),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_would_not_stay_strings() {
        for text in [
            "",
            "y",
            "No",
            "on",
            "true",
            "~",
            ".5",
            "-.INF",
            "0b-1",
            "1_000",
            "1.",
            "12:30",
            "-1:2:3.4_5",
            "2001-12-14t21:59:43.10-05:00",
        ] {
            assert!(!can_be_plain(text.as_bytes(), Version::V2), "{text:?}");
            assert!(!can_be_plain(text.as_bytes(), Version::V3), "{text:?}");
        }
    }

    #[test]
    fn texts_that_stay_strings() {
        for text in [
            "a",
            "<<",
            ".",
            "08.",
            "0o8",
            "1e400",
            "1:60",
            "2001-02-29",
            "0x",
            "10Gi",
        ] {
            let plain = text != "08.";
            assert_eq!(
                can_be_plain(text.as_bytes(), Version::V2),
                plain,
                "{text:?}"
            );
        }
        assert!(can_be_plain(b"0o-7", Version::V2));
        assert!(!can_be_plain(b"0o-7", Version::V3));
    }
}
