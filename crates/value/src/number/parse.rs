//! `strconv.ParseInt`, `ParseUint`, `ParseFloat`, `ParseBool` and `Atoi`, with their errors.

use std::fmt;

use super::{FloatSize, quote};

/// Why a text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumErrorKind {
    /// `strconv.ErrSyntax`.
    Syntax,
    /// `strconv.ErrRange`.
    Range,
    /// A base other than 0 and 2 to 36.
    Base(u32),
    /// A size over 64 bits.
    BitSize(u32),
}

/// `*strconv.NumError`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumError {
    /// The function that failed, such as `ParseInt`.
    pub function: &'static str,
    /// Its input.
    pub input: Vec<u8>,
    /// What is wrong with it.
    pub kind: NumErrorKind,
}

impl fmt::Display for NumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "strconv.{}: parsing {}: ",
            self.function,
            quote(&self.input)
        )?;
        match self.kind {
            NumErrorKind::Syntax => f.write_str("invalid syntax"),
            NumErrorKind::Range => f.write_str("value out of range"),
            NumErrorKind::Base(base) => write!(f, "invalid base {base}"),
            NumErrorKind::BitSize(bits) => write!(f, "invalid bit size {bits}"),
        }
    }
}

impl std::error::Error for NumError {}

fn error(function: &'static str, input: &[u8], kind: NumErrorKind) -> NumError {
    NumError {
        function,
        input: input.to_vec(),
        kind,
    }
}

/// `strconv.ParseBool`.
///
/// # Errors
/// Syntax, for all but `1 t T TRUE true True 0 f F FALSE false False`.
pub fn parse_bool(text: &[u8]) -> Result<bool, NumError> {
    match text {
        b"1" | b"t" | b"T" | b"true" | b"TRUE" | b"True" => Ok(true),
        b"0" | b"f" | b"F" | b"false" | b"FALSE" | b"False" => Ok(false),
        _ => Err(error("ParseBool", text, NumErrorKind::Syntax)),
    }
}

/// `strconv.Atoi`.
///
/// # Errors
/// Syntax and range.
pub fn atoi(text: &[u8]) -> Result<i64, NumError> {
    signed(text, 10, 64).map_err(|kind| error("Atoi", text, kind))
}

/// `strconv.ParseInt`: base 0 takes the base from the prefix and allows underscores; 0 bits are 64.
///
/// # Errors
/// Syntax, range, and a base or size that there is not.
pub fn parse_int(text: &[u8], base: u32, bits: u32) -> Result<i64, NumError> {
    signed(text, base, bits).map_err(|kind| error("ParseInt", text, kind))
}

/// `strconv.ParseUint`: as [`parse_int`], without a sign.
///
/// # Errors
/// As [`parse_int`].
pub fn parse_uint(text: &[u8], base: u32, bits: u32) -> Result<u64, NumError> {
    unsigned(text, base, bits).map_err(|kind| error("ParseUint", text, kind))
}

fn signed(text: &[u8], base: u32, bits: u32) -> Result<i64, NumErrorKind> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let magnitude = unsigned(digits, base, bits)?;
    let bits = if bits == 0 { 64 } else { bits };
    let limit = 1u64 << (bits - 1);
    match negative {
        false if magnitude < limit => Ok(magnitude.cast_signed()),
        true if magnitude <= limit => Ok(magnitude.wrapping_neg().cast_signed()),
        _ => Err(NumErrorKind::Range),
    }
}

/// The base that a prefix says, and the digits after it.
fn split_base(text: &[u8]) -> (u32, &[u8]) {
    match text {
        [b'0', b'b' | b'B', digits @ ..] if !digits.is_empty() => (2, digits),
        [b'0', b'o' | b'O', digits @ ..] if !digits.is_empty() => (8, digits),
        [b'0', b'x' | b'X', digits @ ..] if !digits.is_empty() => (16, digits),
        [b'0', digits @ ..] => (8, digits),
        _ => (10, text),
    }
}

fn unsigned(text: &[u8], base: u32, bits: u32) -> Result<u64, NumErrorKind> {
    if text.is_empty() {
        return Err(NumErrorKind::Syntax);
    }
    let (radix, digits) = match base {
        0 => split_base(text),
        2..=36 => (base, text),
        _ => return Err(NumErrorKind::Base(base)),
    };
    let largest = match bits {
        0 | 64 => u64::MAX,
        1..64 => (1 << bits) - 1,
        _ => return Err(NumErrorKind::BitSize(bits)),
    };
    let mut n = 0u64;
    let mut underscores = false;
    for &c in digits {
        if c == b'_' && base == 0 {
            underscores = true;
            continue;
        }
        let digit = char::from(c).to_digit(radix).ok_or(NumErrorKind::Syntax)?;
        n = n
            .checked_mul(u64::from(radix))
            .and_then(|n| n.checked_add(u64::from(digit)))
            .filter(|&n| n <= largest)
            .ok_or(NumErrorKind::Range)?;
    }
    if underscores && !underscores_are_between_digits(text) {
        return Err(NumErrorKind::Syntax);
    }
    Ok(n)
}

/// Go's rule for `_` in numbers: it stands between digits, or between the base prefix and a digit.
fn underscores_are_between_digits(text: &[u8]) -> bool {
    let text = match text {
        [b'-' | b'+', rest @ ..] => rest,
        _ => text,
    };
    let (prefixed, hex) = match text {
        [b'0', b'x' | b'X', ..] => (true, true),
        [b'0', b'b' | b'B' | b'o' | b'O', ..] => (true, false),
        _ => (false, false),
    };
    let body = if prefixed { &text[2..] } else { text };
    let is_digit = |c: u8| c.is_ascii_digit() || hex && c.is_ascii_hexdigit();
    body.iter()
        .enumerate()
        .filter(|&(_, &c)| c == b'_')
        .all(|(at, _)| {
            let before = if at == 0 {
                prefixed
            } else {
                is_digit(body[at - 1])
            };
            before && body.get(at + 1).is_some_and(|&c| is_digit(c))
        })
}

/// `strconv.ParseFloat`, decimal and hexadecimal, with `inf`, `infinity` and `nan` in any case. The
/// result of size F32 is rounded to a `float32`.
///
/// # Errors
/// Syntax, and range where the number is too large to be finite.
pub fn parse_float(text: &[u8], size: FloatSize) -> Result<f64, NumError> {
    float(text, size).map_err(|kind| error("ParseFloat", text, kind))
}

fn float(text: &[u8], size: FloatSize) -> Result<f64, NumErrorKind> {
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let magnitude = if body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity") {
        f64::INFINITY
    } else if text.eq_ignore_ascii_case(b"nan") {
        return Ok(f64::NAN);
    } else {
        let n = match body {
            [b'0', b'x' | b'X', _, ..] => hex_float(&body[2..], size)?,
            _ => decimal_float(body, size)?,
        };
        if body.contains(&b'_') && !underscores_are_between_digits(body) {
            return Err(NumErrorKind::Syntax);
        }
        if n.is_infinite() {
            return Err(NumErrorKind::Range);
        }
        n
    };
    Ok(if negative { -magnitude } else { magnitude })
}

fn decimal_float(body: &[u8], size: FloatSize) -> Result<f64, NumErrorKind> {
    let mut clean = String::with_capacity(body.len());
    for &c in body {
        match c {
            b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-' => clean.push(char::from(c)),
            b'_' => {}
            _ => return Err(NumErrorKind::Syntax),
        }
    }
    if !is_decimal_float(clean.as_bytes()) {
        return Err(NumErrorKind::Syntax);
    }
    let parsed = match size {
        FloatSize::F32 => clean.parse::<f32>().map(f64::from),
        FloatSize::F64 => clean.parse::<f64>(),
    };
    parsed.map_err(|_| NumErrorKind::Syntax)
}

/// Digits with at most one point, at least one digit, and an optional exponent that has digits.
fn is_decimal_float(text: &[u8]) -> bool {
    let exponent_at = text.iter().position(|c| matches!(c, b'e' | b'E'));
    let (mantissa, exponent) = match exponent_at {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let points = mantissa.iter().filter(|&&c| c == b'.').count();
    let digits = mantissa.iter().filter(|c| c.is_ascii_digit()).count();
    let exponent_ok = exponent.is_none_or(|e| {
        let digits = e
            .strip_prefix(b"+")
            .or_else(|| e.strip_prefix(b"-"))
            .unwrap_or(e);
        !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
    });
    digits > 0 && points <= 1 && points + digits == mantissa.len() && exponent_ok
}

/// The number after `0x`: hex digits with at most one point, and a binary exponent that must be there.
fn hex_float(body: &[u8], size: FloatSize) -> Result<f64, NumErrorKind> {
    let at = body
        .iter()
        .position(|c| matches!(c, b'p' | b'P'))
        .ok_or(NumErrorKind::Syntax)?;
    let (mut mantissa, mut sticky, mut exponent) = (0u64, false, 0i64);
    let (mut seen_point, mut seen_digit) = (false, false);
    for &c in &body[..at] {
        if c == b'_' {
            continue;
        }
        if c == b'.' && !seen_point {
            seen_point = true;
            continue;
        }
        let digit = char::from(c).to_digit(16).ok_or(NumErrorKind::Syntax)?;
        seen_digit = true;
        if mantissa >> 60 == 0 {
            mantissa = mantissa << 4 | u64::from(digit);
            exponent -= if seen_point { 4 } else { 0 };
        } else {
            sticky |= digit != 0;
            exponent += if seen_point { 0 } else { 4 };
        }
    }
    if !seen_digit {
        return Err(NumErrorKind::Syntax);
    }
    exponent += hex_exponent(&body[at + 1..])?;
    Ok(scale(mantissa, sticky, exponent, size))
}

fn hex_exponent(text: &[u8]) -> Result<i64, NumErrorKind> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if !digits.first().is_some_and(u8::is_ascii_digit) {
        return Err(NumErrorKind::Syntax);
    }
    let mut n = 0i64;
    for &c in digits {
        match c {
            b'0'..=b'9' => n = (n * 10 + i64::from(c - b'0')).min(100_000),
            b'_' => {}
            _ => return Err(NumErrorKind::Syntax),
        }
    }
    Ok(if negative { -n } else { n })
}

/// `mantissa × 2^exponent` (and a bit more, if `sticky`), rounded half to even; infinite if too large.
fn scale(mantissa: u64, sticky: bool, exponent: i64, size: FloatSize) -> f64 {
    let (precision, least, largest) = match size {
        FloatSize::F32 => (24, -149, 127),
        FloatSize::F64 => (53, -1074, 1023),
    };
    if mantissa == 0 {
        return 0.0;
    }
    let bits = 64 - i64::from(mantissa.leading_zeros());
    let drop = (bits - precision).max(least - exponent);
    if drop > 64 {
        return 0.0;
    }
    let wide = u128::from(mantissa) << 1 | u128::from(sticky);
    let (kept, place) = if drop <= 0 {
        (u128::from(mantissa), exponent)
    } else {
        let rest = wide & ((1 << (drop + 1)) - 1);
        let half = 1u128 << drop;
        let kept = wide >> (drop + 1);
        let up = rest > half || rest == half && kept & 1 == 1;
        (kept + u128::from(up), exponent + drop)
    };
    if kept == 0 {
        return 0.0;
    }
    if place + 127 - i64::from(kept.leading_zeros()) > largest {
        return f64::INFINITY;
    }
    // Two steps, for 2^-1074 is no quotient of normal powers: both factors stay exact.
    let half = place / 2;
    kept as f64 * power_of_two(half) * power_of_two(place - half)
}

fn power_of_two(exponent: i64) -> f64 {
    2f64.powi(i32::try_from(exponent).unwrap_or(0))
}
