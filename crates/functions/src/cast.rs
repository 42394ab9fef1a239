//! Conversions that Sprig applies to arguments of any type: github.com/spf13/cast 1.7 and Sprig's `strval`.

use evenkeel_value::number::{FloatSize, parse_float, parse_int};
use evenkeel_value::{Str, Type, Value, fmt, ty};

/// Sprig's `strval`: strings and bytes as they are, errors and Stringers by their text, the rest as `%v`.
pub(crate) fn strval(value: &Value) -> Str {
    match value {
        Value::Str(s) => s.clone(),
        Value::Bytes(b) => Str::from_arc(b.to_arc()),
        other => Str::from(fmt::sprint(other)),
    }
}

/// `cast.ToInt64`, and `cast.ToInt` where an int has 64 bits: what cannot be cast is 0.
pub(crate) fn to_int64(value: &Value) -> i64 {
    match value {
        Value::Int(n, ty) if is_castable(*ty) => *n,
        Value::Uint(n, ty) if is_castable(*ty) => n.cast_signed(),
        Value::Float(n, _) => float_to_int(*n),
        Value::Bool(b) => i64::from(*b),
        Value::Str(s) => parse_int(trim_zero_decimal(s), 0, 64).unwrap_or(0),
        _ => 0,
    }
}

/// `cast.ToFloat64`: what cannot be cast is 0.
pub(crate) fn to_float64(value: &Value) -> f64 {
    match value {
        Value::Int(n, ty) if is_castable(*ty) => *n as f64,
        Value::Uint(n, ty) if is_castable(*ty) => *n as f64,
        Value::Float(n, _) => *n,
        Value::Bool(b) => f64::from(u8::from(*b)),
        Value::Str(s) => parse_float(s, FloatSize::F64).unwrap_or(0.0),
        _ => 0.0,
    }
}

/// cast looks at concrete types, so a named integer such as `time.Duration` is none, except for the two
/// that it knows.
fn is_castable(ty: Type) -> bool {
    const PLAIN: [Type; 10] = [
        ty::INT,
        ty::INT64,
        ty::INT8,
        ty::INT16,
        ty::INT32,
        ty::UINT,
        ty::UINT8,
        ty::UINT16,
        ty::UINT32,
        ty::UINT64,
    ];
    PLAIN.contains(&ty) || matches!(ty.name, "time.Month" | "time.Weekday")
}

/// Go's `int64(f)` on amd64: what does not fit is the smallest integer.
pub(crate) fn float_to_int(n: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&n) {
        n as i64
    } else {
        i64::MIN
    }
}

/// cast's `trimZeroDecimal`: cuts a `.` followed by zeros only (one at least) off the end.
fn trim_zero_decimal(text: &[u8]) -> &[u8] {
    let mut zero = false;
    for (at, byte) in text.iter().enumerate().rev() {
        match byte {
            b'.' if zero => return &text[..at],
            b'.' => {}
            b'0' => zero = true,
            _ => return text,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_to_int64_as_go_does() {
        for (text, want) in [
            ("12", 12),
            ("-12", -12),
            ("+7", 7),
            ("010", 8),
            ("08", 0),
            ("0o17", 15),
            ("0x_1F", 31),
            ("0x", 0),
            ("0b101", 5),
            ("1_000", 1000),
            ("1__000", 0),
            ("_1", 0),
            ("1_", 0),
            ("1.50", 0),
            ("1.0", 1),
            ("1.", 0),
            (".0", 0),
            ("9223372036854775807", i64::MAX),
            ("9223372036854775808", 0),
            ("-9223372036854775808", i64::MIN),
            ("", 0),
            ("-", 0),
            ("0_7", 7),
            ("0", 0),
        ] {
            assert_eq!(to_int64(&Value::str(text)), want, "{text}");
        }
    }

    #[test]
    fn floats_that_do_not_fit_are_the_smallest_integer() {
        assert_eq!(float_to_int(f64::NAN), i64::MIN);
        assert_eq!(float_to_int(1e19), i64::MIN);
        assert_eq!(float_to_int(-1.9), -1);
        assert_eq!(to_int64(&Value::Int(5, ty::DURATION)), 0);
    }
}
