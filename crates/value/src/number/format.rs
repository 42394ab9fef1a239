//! `strconv.FormatFloat` and `strconv.FormatInt`.

use std::io::Write as _;

/// Which float type a number is of: it decides what "shortest" means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FloatSize {
    /// `float32`.
    F32,
    /// `float64`.
    F64,
}

/// Where mantissa and exponent lie in the bits of a float.
struct Layout {
    mantissa_bits: u32,
    exponent_bits: u32,
    bias: i32,
}

impl FloatSize {
    fn layout(self) -> Layout {
        match self {
            FloatSize::F32 => Layout {
                mantissa_bits: 23,
                exponent_bits: 8,
                bias: -127,
            },
            FloatSize::F64 => Layout {
                mantissa_bits: 52,
                exponent_bits: 11,
                bias: -1023,
            },
        }
    }

    fn bits(self, value: f64) -> u64 {
        match self {
            FloatSize::F32 => u64::from((value as f32).to_bits()),
            FloatSize::F64 => value.to_bits(),
        }
    }
}

/// No float has more significant decimal digits than this, so more precision means more zeros.
const MAX_DIGITS: usize = 1100;

/// Decimal digits `0.d1d2d3… × 10^point`; zero has none.
struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

/// `strconv.FormatFloat`: see [`append_float`].
pub fn format_float(value: f64, verb: u8, precision: Option<usize>, size: FloatSize) -> String {
    let mut out = Vec::with_capacity(24);
    append_float(&mut out, value, verb, precision, size);
    String::from_utf8_lossy(&out).into_owned()
}

/// `strconv.AppendFloat`: appends `value` in the form `verb` (`b e E f g G x X`); without a precision
/// with as many digits as it takes to read the same number back. An unknown verb gives `%` and itself.
pub fn append_float(
    out: &mut Vec<u8>,
    value: f64,
    verb: u8,
    precision: Option<usize>,
    size: FloatSize,
) {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
        return;
    }
    let value = if size == FloatSize::F32 {
        f64::from(value as f32)
    } else {
        value
    };
    if value.is_infinite() {
        out.extend_from_slice(if value < 0.0 { b"-Inf" } else { b"+Inf" });
        return;
    }
    match verb {
        b'b' => append_binary(out, value, size),
        b'x' | b'X' => append_hex(out, value, verb, precision, size),
        b'e' | b'E' | b'f' | b'g' | b'G' => append_decimal(out, value, verb, precision, size),
        _ => out.extend_from_slice(&[b'%', verb]),
    }
}

fn append_decimal(
    out: &mut Vec<u8>,
    value: f64,
    verb: u8,
    precision: Option<usize>,
    size: FloatSize,
) {
    let negative = value.is_sign_negative();
    let magnitude = value.abs();
    let decimal = match precision {
        _ if magnitude == 0.0 => Decimal {
            digits: Vec::new(),
            point: 0,
        },
        None => shortest(magnitude, size),
        Some(precision) => rounded(magnitude, verb, precision),
    };
    let count = decimal.digits.len() as i32;
    match verb {
        b'f' => {
            let shortest = usize::try_from(count - decimal.point).unwrap_or(0);
            append_plain(out, negative, &decimal, precision.unwrap_or(shortest));
        }
        b'e' | b'E' => {
            let shortest = usize::try_from(count - 1).unwrap_or(0);
            append_scientific(out, negative, &decimal, precision.unwrap_or(shortest), verb);
        }
        _ => append_general(out, negative, &decimal, precision, verb),
    }
}

/// `%g`: scientific where the exponent is below -4 or too large for the precision.
fn append_general(
    out: &mut Vec<u8>,
    negative: bool,
    decimal: &Decimal,
    precision: Option<usize>,
    verb: u8,
) {
    let count = decimal.digits.len() as i32;
    let wanted = match precision {
        None => count,
        Some(precision) => i32::try_from(precision.max(1)).unwrap_or(i32::MAX),
    };
    let limit = match precision {
        None => SHORTEST_LIMIT,
        Some(_) if wanted > count && count >= decimal.point => count,
        Some(_) => wanted,
    };
    let exponent = decimal.point - 1;
    if exponent < -4 || exponent >= limit {
        let digits = usize::try_from(wanted.min(count) - 1).unwrap_or(0);
        let letter = if verb == b'G' { b'E' } else { b'e' };
        append_scientific(out, negative, decimal, digits, letter);
        return;
    }
    let digits = if wanted > decimal.point {
        count
    } else {
        wanted
    };
    append_plain(
        out,
        negative,
        decimal,
        usize::try_from(digits - decimal.point).unwrap_or(0),
    );
}

/// The exponent at which the shortest `%g` turns scientific, however many digits it has.
const SHORTEST_LIMIT: i32 = 6;

fn shortest(magnitude: f64, size: FloatSize) -> Decimal {
    let mut buffer = zmij::Buffer::new();
    let text = match size {
        FloatSize::F32 => buffer.format_finite(magnitude as f32),
        FloatSize::F64 => buffer.format_finite(magnitude),
    };
    parse_digits(text.as_bytes())
}

/// The exact value rounded half to even at the place that verb and precision ask for.
fn rounded(magnitude: f64, verb: u8, precision: usize) -> Decimal {
    let capped = precision.min(MAX_DIGITS);
    let mut text = Vec::with_capacity(32);
    let written = match verb {
        b'f' => write!(text, "{magnitude:.capped$}"),
        b'e' | b'E' => write!(text, "{magnitude:.capped$e}"),
        _ => write!(text, "{:.*e}", capped.max(1) - 1, magnitude),
    };
    debug_assert!(written.is_ok(), "a Vec takes all writes");
    parse_digits(&text)
}

/// Reads `12.5`, `0.00125` or `1.25e1`, without a sign; zeros at both ends do not count as digits.
fn parse_digits(text: &[u8]) -> Decimal {
    let (mantissa, exponent) = match text.iter().position(|&c| c == b'e') {
        Some(at) => (&text[..at], read_exponent(&text[at + 1..])),
        None => (text, 0),
    };
    let mut digits = Vec::with_capacity(mantissa.len());
    let mut point = None;
    let mut leading_zeros = 0;
    for &c in mantissa {
        match c {
            b'.' => point = Some(digits.len() as i32 - leading_zeros),
            b'0' if digits.is_empty() && point.is_some() => leading_zeros += 1,
            b'0' if digits.is_empty() => {}
            _ => digits.push(c),
        }
    }
    let point = match point {
        None => digits.len() as i32,
        Some(point) => point - leading_zeros,
    };
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    if digits.is_empty() {
        return Decimal { digits, point: 0 };
    }
    Decimal {
        digits,
        point: point + exponent,
    }
}

fn read_exponent(text: &[u8]) -> i32 {
    std::str::from_utf8(text)
        .ok()
        .and_then(|t| t.parse().ok())
        .unwrap_or(0)
}

fn append_scientific(
    out: &mut Vec<u8>,
    negative: bool,
    decimal: &Decimal,
    precision: usize,
    letter: u8,
) {
    if negative {
        out.push(b'-');
    }
    let digits = &decimal.digits;
    out.push(digits.first().copied().unwrap_or(b'0'));
    if precision > 0 {
        out.push(b'.');
        let end = digits.len().min(precision + 1);
        let rest = digits.get(1..end).unwrap_or_default();
        out.extend_from_slice(rest);
        out.resize(out.len() + precision - rest.len(), b'0');
    }
    out.push(letter);
    let exponent = if digits.is_empty() {
        0
    } else {
        decimal.point - 1
    };
    out.push(if exponent < 0 { b'-' } else { b'+' });
    if exponent.abs() < 10 {
        out.push(b'0');
    }
    append_uint(out, u64::from(exponent.unsigned_abs()), 10);
}

fn append_plain(out: &mut Vec<u8>, negative: bool, decimal: &Decimal, precision: usize) {
    if negative {
        out.push(b'-');
    }
    let digits = &decimal.digits;
    let point = usize::try_from(decimal.point).unwrap_or(0);
    let whole = point.min(digits.len());
    if point == 0 {
        out.push(b'0');
    }
    out.extend_from_slice(&digits[..whole]);
    out.resize(out.len() + point - whole, b'0');
    if precision == 0 {
        return;
    }
    out.push(b'.');
    let end = out.len() + precision;
    let zeros = usize::try_from(-decimal.point).unwrap_or(0).min(precision);
    out.resize(out.len() + zeros, b'0');
    let fraction = digits.get(whole..).unwrap_or_default();
    let fits = fraction.len().min(precision - zeros);
    out.extend_from_slice(&fraction[..fits]);
    out.resize(end, b'0');
}

/// Mantissa and unbiased exponent of a finite float, with the implicit bit set where there is one.
fn decompose(value: f64, size: FloatSize) -> (u64, i32) {
    let layout = size.layout();
    let bits = size.bits(value);
    let mantissa = bits & ((1 << layout.mantissa_bits) - 1);
    let exponent = (bits >> layout.mantissa_bits) & ((1 << layout.exponent_bits) - 1);
    match exponent {
        0 => (mantissa, 1 + layout.bias),
        _ => (
            mantissa | 1 << layout.mantissa_bits,
            exponent as i32 + layout.bias,
        ),
    }
}

fn append_binary(out: &mut Vec<u8>, value: f64, size: FloatSize) {
    let (mantissa, exponent) = decompose(value, size);
    if value.is_sign_negative() {
        out.push(b'-');
    }
    append_uint(out, mantissa, 10);
    let exponent = exponent - size.layout().mantissa_bits as i32;
    out.extend_from_slice(if exponent >= 0 { b"p+" } else { b"p" });
    append_int(out, i64::from(exponent), 10);
}

fn append_hex(
    out: &mut Vec<u8>,
    value: f64,
    letter: u8,
    precision: Option<usize>,
    size: FloatSize,
) {
    const TOP: u64 = 1 << 60;
    let (mantissa, mut exponent) = decompose(value, size);
    let mut mantissa = mantissa << (60 - size.layout().mantissa_bits);
    if mantissa == 0 {
        exponent = 0;
    } else {
        let shift = mantissa.leading_zeros() as i32 - 3;
        mantissa <<= shift;
        exponent -= shift;
    }
    if let Some(precision @ 0..15) = precision {
        let kept = 4 * precision as u32;
        let extra = (mantissa << kept) & (TOP - 1);
        mantissa >>= 60 - kept;
        if extra | (mantissa & 1) > 1 << 59 {
            mantissa += 1;
        }
        mantissa <<= 60 - kept;
        if mantissa & (TOP << 1) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    out.extend_from_slice(&[b'0', letter, b'0' + (mantissa >> 60 & 1) as u8]);
    append_hex_fraction(out, mantissa << 4, letter == b'X', precision);
    out.push(if letter == b'X' { b'P' } else { b'p' });
    out.push(if exponent < 0 { b'-' } else { b'+' });
    if exponent.abs() < 10 {
        out.push(b'0');
    }
    append_uint(out, u64::from(exponent.unsigned_abs()), 10);
}

/// The nibbles of `fraction` from the top: `precision` of them, or all until the rest is zero.
fn append_hex_fraction(out: &mut Vec<u8>, fraction: u64, upper: bool, precision: Option<usize>) {
    let digits = if upper {
        b"0123456789ABCDEF"
    } else {
        b"0123456789abcdef"
    };
    let significant = (64 - fraction.trailing_zeros()).div_ceil(4) as usize;
    let count = precision.unwrap_or(if fraction == 0 { 0 } else { significant });
    if count == 0 {
        return;
    }
    out.push(b'.');
    for i in 0..count {
        let nibble = if i < 16 { fraction << (4 * i) >> 60 } else { 0 };
        out.push(digits[nibble as usize]);
    }
}

/// `strconv.FormatInt`.
pub fn format_int(n: i64, base: u32) -> String {
    let mut out = Vec::new();
    append_int(&mut out, n, base);
    String::from_utf8_lossy(&out).into_owned()
}

/// `strconv.AppendInt`, for bases from 2 to 36 (others are taken as 10).
pub fn append_int(out: &mut Vec<u8>, n: i64, base: u32) {
    if n < 0 {
        out.push(b'-');
    }
    append_uint(out, n.unsigned_abs(), base);
}

/// `strconv.AppendUint`, for bases from 2 to 36 (others are taken as 10).
pub fn append_uint(out: &mut Vec<u8>, mut n: u64, base: u32) {
    let base = if (2..=36).contains(&base) {
        u64::from(base)
    } else {
        10
    };
    let mut buffer = [0; 64];
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b"0123456789abcdefghijklmnopqrstuvwxyz"[(n % base) as usize];
        n /= base;
        if n == 0 {
            break;
        }
    }
    out.extend_from_slice(&buffer[at..]);
}
