//! Number and character constants: one text, every Go type that can hold it.

use evenkeel_value::number::{self, FloatSize};

use crate::token::Tok;

/// A constant with all its readings (`parse.NumberNode`).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Number {
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    pub(crate) complex: Option<(f64, f64)>,
    /// Whether the text makes it a float where nothing else decides (`state.idealConstant`).
    pub(crate) float_text: bool,
}

impl Number {
    /// Reads the constant that a token of kind number, complex or character holds.
    ///
    /// # Errors
    /// Go's message.
    pub(crate) fn parse(text: &[u8], tok: Tok) -> Result<Number, String> {
        let mut n = match tok {
            Tok::CharConstant => character(text)?,
            Tok::Complex => from_complex(scan_complex(text)?),
            _ => real_or_imaginary(text)?,
        };
        let hex_int = matches!(text, [b'0', b'x' | b'X', _, ..]) && !has_any(text, b"pP");
        n.float_text = !hex_int && text.first() != Some(&b'\'') && has_any(text, b".eEpP");
        Ok(n)
    }
}

fn has_any(text: &[u8], set: &[u8]) -> bool {
    text.iter().any(|b| set.contains(b))
}

fn character(text: &[u8]) -> Result<Number, String> {
    let invalid = || "invalid syntax".to_owned();
    let len = match text {
        [b'\'', b'\\', b'x' | b'0'..=b'7', ..] => 4,
        [b'\'', b'\\', b'u', ..] => 6,
        [b'\'', b'\\', b'U', ..] => 10,
        [b'\'', b'\\', ..] => 2,
        _ => number::decode_rune(text.get(1..).unwrap_or_default()).1,
    };
    let first = text.get(1..=len).ok_or_else(invalid)?;
    let bytes = number::unquote(&[b"'", first, b"'"].concat()).map_err(|()| invalid())?;
    let code = match (text, bytes.as_slice()) {
        (_, []) => return Err(invalid()),
        ([_, b'\\', b'x' | b'0'..=b'7', ..], [byte, ..]) => u32::from(*byte),
        (_, bytes) => number::decode_rune(bytes).0.unwrap_or('\u{fffd}').into(),
    };
    if text.get(1 + len..) != Some(b"'") {
        return Err(format!(
            "malformed character constant: {}",
            String::from_utf8_lossy(text)
        ));
    }
    Ok(Number {
        int: Some(i64::from(code)),
        uint: Some(u64::from(code)),
        float: Some(f64::from(code)),
        ..Number::default()
    })
}

fn real_or_imaginary(text: &[u8]) -> Result<Number, String> {
    if let [digits @ .., b'i'] = text
        && let Ok(imaginary) = number::parse_float(digits, FloatSize::F64)
    {
        return Ok(from_complex((0.0, imaginary)));
    }
    let mut n = Number {
        uint: number::parse_uint(text, 0, 64).ok(),
        int: number::parse_int(text, 0, 64).ok(),
        ..Number::default()
    };
    if n.int == Some(0) {
        n.uint = n.uint.or(Some(0)); // -0
    }
    if let Some(int) = n.int {
        n.float = Some(int as f64);
    } else if let Some(uint) = n.uint {
        n.float = Some(uint as f64);
    } else if let Ok(float) = number::parse_float(text, FloatSize::F64) {
        if !has_any(text, b".eEpP") {
            return Err(format!("integer overflow: {}", number::quote(text)));
        }
        n.float = Some(float);
        n.int = exact_int(float);
        n.uint = exact_uint(float);
    }
    if n.int.is_none() && n.uint.is_none() && n.float.is_none() {
        return Err(format!("illegal number syntax: {}", number::quote(text)));
    }
    Ok(n)
}

fn from_complex(complex: (f64, f64)) -> Number {
    let mut n = Number {
        complex: Some(complex),
        ..Number::default()
    };
    if complex.1 == 0.0 {
        n.float = Some(complex.0);
        n.int = exact_int(complex.0);
        n.uint = exact_uint(complex.0);
    }
    n
}

fn exact_int(float: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let fits = (-LIMIT..LIMIT).contains(&float) && float.trunc() == float;
    fits.then_some(float as i64)
}

fn exact_uint(float: f64) -> Option<u64> {
    const LIMIT: f64 = 18_446_744_073_709_551_616.0;
    let fits = (0.0..LIMIT).contains(&float) && float.trunc() == float;
    fits.then_some(float as u64)
}

/// `fmt.Sscan` into a complex number: two floats, the second with a sign and an `i`; what follows is
/// not looked at.
fn scan_complex(text: &[u8]) -> Result<(f64, f64), String> {
    const SYNTAX: &str = "syntax error scanning complex number";
    let (real, rest) = text.split_at(float_token(text));
    if !matches!(rest.first(), Some(b'+' | b'-')) {
        return Err(SYNTAX.to_owned());
    }
    let imaginary_len = 1 + float_token(&rest[1..]);
    let (imaginary, rest) = rest.split_at(imaginary_len);
    if rest.first() != Some(&b'i') {
        return Err(SYNTAX.to_owned());
    }
    Ok((scan_float(real)?, scan_float(imaginary)?))
}

/// How many bytes `fmt`'s scanner takes for a float.
fn float_token(text: &[u8]) -> usize {
    let mut at = 0;
    let accept = |at: &mut usize, set: &[u8]| {
        let hit = text.get(*at).is_some_and(|b| set.contains(b));
        *at += usize::from(hit);
        hit
    };
    accept(&mut at, b"+-");
    let (mut digits, mut exponent): (&[u8], &[u8]) = (b"0123456789_", b"eEpP");
    if accept(&mut at, b"0") && accept(&mut at, b"xX") {
        (digits, exponent) = (b"0123456789aAbBcCdDeEfF_", b"pP");
    }
    while accept(&mut at, digits) {}
    if accept(&mut at, b".") {
        while accept(&mut at, digits) {}
    }
    if accept(&mut at, exponent) {
        accept(&mut at, b"+-");
        while accept(&mut at, b"0123456789_") {}
    }
    at
}

/// `fmt`'s own reading of a float: a decimal mantissa may have a binary exponent (`1.2p4`).
fn scan_float(text: &[u8]) -> Result<f64, String> {
    let fail = |error: number::NumError| {
        number::NumError {
            input: text.to_vec(),
            ..error
        }
        .to_string()
    };
    let binary = text
        .iter()
        .position(|&b| b == b'p')
        .filter(|_| !has_any(text, b"xX"));
    let Some(at) = binary else {
        return number::parse_float(text, FloatSize::F64).map_err(fail);
    };
    let mantissa = number::parse_float(&text[..at], FloatSize::F64).map_err(fail)?;
    let exponent = number::atoi(&text[at + 1..]).map_err(fail)?;
    Ok(scale(mantissa, exponent))
}

/// `math.Ldexp`: in two steps, for one power of two does not reach from the largest to the smallest.
fn scale(mantissa: f64, exponent: i64) -> f64 {
    let exponent = exponent.clamp(-2_200, 2_200) as i32;
    let half = exponent / 2;
    mantissa * 2f64.powi(half) * 2f64.powi(exponent - half)
}
