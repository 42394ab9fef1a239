//! `time.ParseDuration`.

use std::fmt::Write as _;

/// The largest magnitude: that of the smallest duration.
const LIMIT: u64 = 1 << 63;

/// Nanoseconds of a text such as `-1.5h` or `300ms`.
///
/// # Errors
/// Go's text: `time: invalid duration "…"`, `time: missing unit in duration "…"` or
/// `time: unknown unit "…" in duration "…"`.
pub(crate) fn parse_duration(text: &[u8]) -> Result<i64, String> {
    magnitude(text).map_err(|problem| format!("time: {problem} {}", quote_plain(text)))
}

/// The error is the part of Go's text between `time: ` and the quoted input.
fn magnitude(text: &[u8]) -> Result<i64, String> {
    let invalid = || "invalid duration".to_owned();
    let (negative, mut rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    if rest == b"0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let nanos;
        (nanos, rest) = term(rest)?;
        total = total
            .checked_add(nanos)
            .filter(|sum| *sum <= LIMIT)
            .ok_or_else(invalid)?;
    }
    if negative {
        Ok(0_i64.wrapping_sub_unsigned(total))
    } else {
        i64::try_from(total).map_err(|_| invalid())
    }
}

/// One number with its unit, in nanoseconds, and what follows it.
fn term(text: &[u8]) -> Result<(u64, &[u8]), String> {
    let invalid = || "invalid duration".to_owned();
    let (whole, after_whole) = leading_int(text).ok_or_else(invalid)?;
    let mut rest = after_whole;
    let mut digits = rest.len() != text.len();
    let (mut fraction, mut scale) = (0, 1.0);
    if let [b'.', after @ ..] = rest {
        (fraction, scale, rest) = leading_fraction(after);
        digits |= rest.len() != after.len();
    }
    if !digits {
        return Err(invalid());
    }
    let end = rest
        .iter()
        .position(|b| matches!(b, b'.' | b'0'..=b'9'))
        .unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    if name.is_empty() {
        return Err("missing unit in duration".to_owned());
    }
    let Some(unit) = unit(name) else {
        return Err(format!("unknown unit {} in duration", quote_plain(name)));
    };
    if whole > LIMIT / unit {
        return Err(invalid());
    }
    let mut nanos = whole * unit;
    if fraction > 0 {
        nanos += (fraction as f64 * (unit as f64 / scale)) as u64;
        if nanos > LIMIT {
            return Err(invalid());
        }
    }
    Ok((nanos, rest))
}

fn unit(name: &[u8]) -> Option<u64> {
    Some(match name {
        b"ns" => 1,
        // U+00B5 (micro sign) and U+03BC (Greek mu).
        b"us" | b"\xc2\xb5s" | b"\xce\xbcs" => 1_000,
        b"ms" => 1_000_000,
        b"s" => 1_000_000_000,
        b"m" => 60_000_000_000,
        b"h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// `time.leadingInt`: the number and the rest, or `None` for more than 2^63.
fn leading_int(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = text
        .iter()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let mut number: u64 = 0;
    for digit in digits {
        if number > LIMIT / 10 {
            return None;
        }
        number = number * 10 + u64::from(digit - b'0');
        if number > LIMIT {
            return None;
        }
    }
    Some((number, rest))
}

/// `time.leadingFraction`: digits beyond the precision of 63 bits are skipped.
fn leading_fraction(text: &[u8]) -> (u64, f64, &[u8]) {
    let end = text
        .iter()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let (mut number, mut scale): (u64, f64) = (0, 1.0);
    for digit in digits {
        if number > (LIMIT - 1) / 10 {
            break;
        }
        let next = number * 10 + u64::from(digit - b'0');
        if next > LIMIT {
            break;
        }
        (number, scale) = (next, scale * 10.0);
    }
    (number, scale, rest)
}

/// package time's own `quote`: unlike `strconv.Quote`, everything but printable ASCII becomes `\x..`.
pub(crate) fn quote_plain(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            // DEL is below utf8.RuneSelf, and so goes as it is.
            b' '..=0x7f => out.push(char::from(byte)),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_go_reads_them() {
        for (text, want) in [
            ("0", Ok(0)),
            ("-0", Ok(0)),
            ("5s", Ok(5_000_000_000)),
            ("-1.5h", Ok(-5_400_000_000_000)),
            ("+.5m", Ok(30_000_000_000)),
            ("1.s", Ok(1_000_000_000)),
            ("1h2m3.004s", Ok(3_723_004_000_000)),
            ("12µs", Ok(12_000)),
            ("12μs", Ok(12_000)),
            ("9223372036854775807ns", Ok(i64::MAX)),
            ("-9223372036854775808ns", Ok(i64::MIN)),
            ("0.100000000000000000000h", Ok(360_000_000_000)),
            (
                "9223372036854775808ns",
                Err("time: invalid duration \"9223372036854775808ns\""),
            ),
            ("", Err("time: invalid duration \"\"")),
            ("3", Err("time: missing unit in duration \"3\"")),
            ("1d", Err("time: unknown unit \"d\" in duration \"1d\"")),
            (
                "1é",
                Err("time: unknown unit \"\\xc3\\xa9\" in duration \"1\\xc3\\xa9\""),
            ),
            (".s", Err("time: invalid duration \".s\"")),
            ("-", Err("time: invalid duration \"-\"")),
            ("1h ", Err("time: unknown unit \"h \" in duration \"1h \"")),
        ] {
            assert_eq!(
                parse_duration(text.as_bytes()),
                want.map_err(str::to_owned),
                "{text}"
            );
        }
    }
}
