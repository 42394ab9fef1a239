//! Whether a text stays a string when it is written plain: `resolve` of go-yaml (resolve.go), and the
//! notations of YAML 1.1 that the encoders quote besides.

use evenkeel_value::number::{FloatSize, parse_float, parse_int, parse_uint};

use super::scalar::Version;

/// Whether `stringv` of go-yaml's encoder writes the text plain (if its characters allow).
pub(super) fn can_be_plain(text: &[u8], version: Version) -> bool {
    let Some(&first) = text.first() else {
        return false;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            !is_word(text)
        }
        b'.' => !is_special_float(text) && parse_float(text, FloatSize::F64).is_err(),
        b'+' | b'-' | b'0'..=b'9' => {
            !(is_special_float(text)
                || is_timestamp(text)
                || is_number(text, version)
                || is_base60(text))
        }
        _ => true,
    }
}

/// The words for true, false and null. v3 does not read YAML 1.1's `yes`, `on` and so on as bools, but its
/// encoder quotes them all the same.
fn is_word(text: &[u8]) -> bool {
    matches!(
        text,
        b"y" | b"Y"
            | b"yes"
            | b"Yes"
            | b"YES"
            | b"on"
            | b"On"
            | b"ON"
            | b"n"
            | b"N"
            | b"no"
            | b"No"
            | b"NO"
            | b"off"
            | b"Off"
            | b"OFF"
            | b"true"
            | b"True"
            | b"TRUE"
            | b"false"
            | b"False"
            | b"FALSE"
            | b"~"
            | b"null"
            | b"Null"
            | b"NULL"
    )
}

fn is_special_float(text: &[u8]) -> bool {
    let (signed, body) = match text {
        [b'+' | b'-', body @ ..] => (true, body),
        _ => (false, text),
    };
    match body {
        b".inf" | b".Inf" | b".INF" => true,
        b".nan" | b".NaN" | b".NAN" => !signed,
        _ => false,
    }
}

/// An integer or float, underscores left out.
fn is_number(text: &[u8], version: Version) -> bool {
    let in_numbers = |c: &u8| {
        c.is_ascii_hexdigit() || matches!(c, b'x' | b'X' | b'o' | b'O' | b'_' | b'.' | b'+' | b'-')
    };
    if !text.iter().all(in_numbers) {
        return false;
    }
    let clean: Vec<u8>;
    let text = if text.contains(&b'_') {
        clean = text.iter().copied().filter(|&c| c != b'_').collect();
        &clean
    } else {
        text
    };
    is_integer(text, 0)
        || is_decimal_float(text) && parse_float(text, FloatSize::F64).is_ok()
        || has_signed_digits(text, b"0b", 2)
        || version == Version::V3 && has_signed_digits(text, b"0o", 8)
}

fn is_integer(text: &[u8], base: u32) -> bool {
    parse_int(text, base, 64).is_ok() || parse_uint(text, base, 64).is_ok()
}

/// go-yaml reads `0b-1` too, as the sign comes after a prefix that it has cut off by itself.
fn has_signed_digits(text: &[u8], prefix: &[u8], base: u32) -> bool {
    let (sign, body) = match text {
        [b'-', body @ ..] => (true, body),
        _ => (false, text),
    };
    let Some(digits) = body.strip_prefix(prefix) else {
        return false;
    };
    if sign {
        // One sign before the prefix, none behind it.
        return parse_uint(digits, base, 64).is_ok_and(|n| n <= 1 << 63);
    }
    is_integer(digits, base)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_decimal_float(text: &[u8]) -> bool {
    let text = without_sign(text);
    let (whole, text) = split_digits(text);
    let text = match text {
        [b'.', rest @ ..] => {
            let (fraction, rest) = split_digits(rest);
            if whole + fraction == 0 {
                return false;
            }
            rest
        }
        _ if whole == 0 => return false,
        _ => text,
    };
    match text {
        [] => true,
        [b'e' | b'E', exponent @ ..] => {
            let (digits, rest) = split_digits(without_sign(exponent));
            digits > 0 && rest.is_empty()
        }
        _ => false,
    }
}

fn without_sign(text: &[u8]) -> &[u8] {
    match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    }
}

/// How many digits the text starts with, and what follows them.
fn split_digits(text: &[u8]) -> (usize, &[u8]) {
    let count = text.iter().take_while(|c| c.is_ascii_digit()).count();
    (count, &text[count..])
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
fn is_base60(text: &[u8]) -> bool {
    let text = without_sign(text);
    if !text.first().is_some_and(u8::is_ascii_digit) {
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

/// Whether go-yaml's `parseTimestamp` takes the text: a date, alone or with a time.
fn is_timestamp(text: &[u8]) -> bool {
    date_and_rest(text).is_some_and(|rest| match rest {
        [] => true,
        [b'T' | b't', time @ ..] => clock(time).is_some_and(is_zone),
        // A space in a layout of Go's stands for any number of them.
        [b' ', time @ ..] => clock(skip_spaces(time)).is_some_and(<[u8]>::is_empty),
        _ => false,
    })
}

fn skip_spaces(text: &[u8]) -> &[u8] {
    let count = text.iter().take_while(|&&c| c == b' ').count();
    &text[count..]
}

/// Reads `2006-1-2`, each with a month and a day that the calendar has.
fn date_and_rest(text: &[u8]) -> Option<&[u8]> {
    let (year, rest) = text.split_at_checked(4)?;
    if !year.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let year = year.iter().fold(0, |n, c| n * 10 + u32::from(c - b'0'));
    let (month, rest) = one_or_two_digits(rest.strip_prefix(b"-")?)?;
    let (day, rest) = one_or_two_digits(rest.strip_prefix(b"-")?)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

/// Reads `15:4:5.999999999`; the fraction may be missing, be of any length, and follow a comma.
fn clock(text: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = one_or_two_digits(text)?;
    let (minute, rest) = one_or_two_digits(rest.strip_prefix(b":")?)?;
    let (second, rest) = one_or_two_digits(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    match rest {
        [b'.' | b',', digit, ..] if digit.is_ascii_digit() => Some(split_digits(&rest[1..]).1),
        _ => Some(rest),
    }
}

/// `Z07:00`, to the end.
fn is_zone(text: &[u8]) -> bool {
    let digit = |c: &u8| u32::from(c.wrapping_sub(b'0'));
    match text {
        b"Z" => true,
        [b'+' | b'-', a, b, b':', c, d] => {
            let all_digits = [a, b, c, d].iter().all(|c| c.is_ascii_digit());
            all_digits && digit(a) * 10 + digit(b) <= 24 && digit(c) * 10 + digit(d) <= 60
        }
        _ => false,
    }
}

fn one_or_two_digits(text: &[u8]) -> Option<(u32, &[u8])> {
    let count = split_digits(text).0.min(2);
    let (digits, rest) = text.split_at(count);
    let number = digits.iter().fold(0, |n, c| n * 10 + u32::from(c - b'0'));
    (count > 0).then_some((number, rest))
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
            "null",
            ".5",
            ".inf",
            "-.INF",
            "1",
            "-1",
            "0x1f",
            "017",
            "0b11",
            "0b-1",
            "1_000",
            "1e3",
            "1.",
            "12:30",
            "-1:2:3.4_5",
            "2001-1-1",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14 21:59:43",
            "18446744073709551615",
        ] {
            assert!(!can_be_plain(text.as_bytes(), Version::V2), "{text:?}");
            assert!(!can_be_plain(text.as_bytes(), Version::V3), "{text:?}");
        }
    }

    #[test]
    fn texts_that_stay_strings() {
        for text in [
            "a",
            "yess",
            "<<",
            ".",
            "..",
            "+.nan",
            "1a",
            "08",
            "0o8",
            "1e400",
            "1:60",
            "2001-13-1",
            "2001-02-29",
            "2001-1-1T25:00:00Z",
            "1.2.3",
            "0x",
            "-",
            "--1",
            "10Gi",
            "=",
            "1 2",
        ] {
            let plain = text != "08";
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
