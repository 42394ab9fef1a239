//! Numbers of TOML: what the library checks before Go reads them.

use evenkeel_value::number::{FloatSize, NumErrorKind, parse_float, parse_int, quote};

/// Whether a float may contain the rune.
pub(super) fn is_float_rune(rune: char) -> bool {
    rune.is_ascii_digit() || matches!(rune, '_' | '.' | '-' | '+' | 'e' | 'E')
}

/// An integer in any base, with underscores.
pub(super) fn integer(text: &[u8]) -> Result<i64, String> {
    let invalid = |why: &str| format!("Invalid integer {}: {why}", quote(text));
    if !underscores_fine(text) {
        return Err(invalid("underscores must be surrounded by digits"));
    }
    if has_leading_zero(text) {
        return Err(invalid("cannot have leading zeroes"));
    }
    parse_int(text, 0, 64).map_err(|_| {
        format!(
            "{} is out of range for int64",
            String::from_utf8_lossy(text)
        )
    })
}

/// A float, `inf` and `nan` included.
pub(super) fn float(text: &[u8]) -> Result<f64, String> {
    let invalid = |why: &str| format!("Invalid float {}: {why}", quote(text));
    let is_separator = |byte: &u8| matches!(byte, b'.' | b'e' | b'E');
    let parts: Vec<&[u8]> = text
        .split(is_separator)
        .filter(|part| !part.is_empty())
        .collect();
    if !parts.iter().all(|part| underscores_fine(part)) {
        return Err(invalid("underscores must be surrounded by digits"));
    }
    if parts.first().is_some_and(|part| has_leading_zero(part)) {
        return Err(invalid("cannot have leading zeroes"));
    }
    let bare_period = |pair: &[u8]| pair[0] == b'.' && !pair[1].is_ascii_digit();
    if text.last() == Some(&b'.') || text.windows(2).any(bare_period) {
        return Err(invalid("'.' must be followed by one or more digits"));
    }
    let plain: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'_').collect();
    match &plain[..] {
        b"+nan" => Ok(f64::NAN),
        b"-nan" => Ok(f64::NAN.copysign(-1.0)),
        plain => parse_float(plain, FloatSize::F64).map_err(|error| {
            if error.kind == NumErrorKind::Range {
                format!(
                    "{} is out of range for float64",
                    String::from_utf8_lossy(text)
                )
            } else {
                format!("Invalid float value: {}", quote(text))
            }
        }),
    }
}

/// `numUnderscoresOK`: digits (of any base) around every underscore, and one at the end.
fn underscores_fine(text: &[u8]) -> bool {
    if matches!(
        text,
        b"nan" | b"+nan" | b"-nan" | b"inf" | b"-inf" | b"+inf"
    ) {
        return true;
    }
    let mut after_digit = false;
    for byte in text {
        if *byte == b'_' && !after_digit {
            return false;
        }
        after_digit = byte.is_ascii_hexdigit();
    }
    after_digit
}

fn has_leading_zero(text: &[u8]) -> bool {
    match text {
        [b'0', second, ..] => !matches!(second, b'b' | b'o' | b'x'),
        [b'-' | b'+', b'0', _, ..] => true,
        _ => false,
    }
}
