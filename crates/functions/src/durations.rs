//! Helm 4's duration functions (helm.sh/helm/v4 `pkg/engine/funcs.go`), and Go's time.Duration: parsing,
//! rounding and methods.

mod parse;

use evenkeel_template::{Context, Error, Function, function};
use evenkeel_value::fmt::sprint;
use evenkeel_value::number::{FloatSize, parse_float, quote};
use evenkeel_value::{Value, ty};

use crate::args::{Answer, any, int};
use crate::cast::float_to_int;

pub(crate) use parse::{parse_duration, quote_plain};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("durationDays", &[ty::ANY], ty::FLOAT64, duration_days),
    function("durationHours", &[ty::ANY], ty::FLOAT64, duration_hours),
    function(
        "durationMicroseconds",
        &[ty::ANY],
        ty::INT64,
        duration_microseconds,
    ),
    function(
        "durationMilliseconds",
        &[ty::ANY],
        ty::INT64,
        duration_milliseconds,
    ),
    function("durationMinutes", &[ty::ANY], ty::FLOAT64, duration_minutes),
    function(
        "durationNanoseconds",
        &[ty::ANY],
        ty::INT64,
        duration_nanoseconds,
    ),
    function(
        "durationRoundTo",
        &[ty::ANY, ty::ANY],
        ty::DURATION,
        duration_round_to,
    ),
    function("durationSeconds", &[ty::ANY], ty::FLOAT64, duration_seconds),
    function(
        "durationTruncateTo",
        &[ty::ANY, ty::ANY],
        ty::DURATION,
        duration_truncate_to,
    ),
    function("durationWeeks", &[ty::ANY], ty::FLOAT64, duration_weeks),
    function("mustToDuration", &[ty::ANY], ty::DURATION, must_to_duration),
];

/// The methods of `time.Duration`; each gets its receiver first.
pub(crate) const METHODS: &[Function] = &[
    function("Abs", &[], ty::DURATION, |_, args| {
        Ok(duration(int(args, 0).saturating_abs()))
    }),
    function("Hours", &[], ty::FLOAT64, duration_hours),
    function("Microseconds", &[], ty::INT64, duration_microseconds),
    function("Milliseconds", &[], ty::INT64, duration_milliseconds),
    function("Minutes", &[], ty::FLOAT64, duration_minutes),
    function("Nanoseconds", &[], ty::INT64, duration_nanoseconds),
    function("Round", &[ty::DURATION], ty::DURATION, duration_round_to),
    function("Seconds", &[], ty::FLOAT64, duration_seconds),
    function("String", &[], ty::STRING, |_, args| {
        Ok(evenkeel_value::duration_text(int(args, 0)).into())
    }),
    function(
        "Truncate",
        &[ty::DURATION],
        ty::DURATION,
        duration_truncate_to,
    ),
];

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// A `time.Duration` of so many nanoseconds.
pub(crate) fn duration(nanos: i64) -> Value {
    Value::Int(nanos, ty::DURATION)
}

fn duration_nanoseconds(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(nanos_or_zero(args)))
}

fn duration_microseconds(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(nanos_or_zero(args) / 1_000))
}

fn duration_milliseconds(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(nanos_or_zero(args) / 1_000_000))
}

fn duration_seconds(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::float(in_units(nanos_or_zero(args), SECOND)))
}

fn duration_minutes(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::float(in_units(nanos_or_zero(args), MINUTE)))
}

fn duration_hours(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::float(in_units(nanos_or_zero(args), HOUR)))
}

fn duration_days(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::float(in_units(nanos_or_zero(args), HOUR) / 24.0))
}

fn duration_weeks(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::float(
        in_units(nanos_or_zero(args), HOUR) / 24.0 / 7.0,
    ))
}

/// Helm panics with the error, which text/template turns into `error calling mustToDuration: …`.
fn must_to_duration(_: &mut dyn Context, args: &[Value]) -> Answer {
    as_duration(any(args, 0)).map(duration).map_err(Error::new)
}

fn duration_round_to(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(duration(to_multiple(args, round)))
}

fn duration_truncate_to(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(duration(to_multiple(args, truncate)))
}

/// A value that is no duration counts as 0; with a multiple that is none, the value stays as it is.
fn to_multiple(args: &[Value], apply: fn(i64, i64) -> i64) -> i64 {
    let value = nanos_or_zero(args);
    as_duration(any(args, 1)).map_or(value, |multiple| apply(value, multiple))
}

fn nanos_or_zero(args: &[Value]) -> i64 {
    as_duration(any(args, 0)).unwrap_or(0)
}

/// `time.Duration.Seconds`, `Minutes` and `Hours`: whole units and the rest apart, for precision.
fn in_units(nanos: i64, unit: i64) -> f64 {
    (nanos / unit) as f64 + (nanos % unit) as f64 / unit as f64
}

/// `time.Duration.Truncate`.
pub(crate) fn truncate(nanos: i64, multiple: i64) -> i64 {
    if multiple <= 0 {
        nanos
    } else {
        nanos - nanos % multiple
    }
}

/// `time.Duration.Round`: halves go away from zero, overflow stops at the limits.
pub(crate) fn round(nanos: i64, multiple: i64) -> i64 {
    if multiple <= 0 {
        return nanos;
    }
    let rest = nanos % multiple;
    let down = nanos - rest;
    if rest.unsigned_abs() * 2 < multiple.unsigned_abs() {
        down
    } else if nanos < 0 {
        down.saturating_sub(multiple)
    } else {
        down.saturating_add(multiple)
    }
}

/// Helm's `asDuration`: a duration, a text such as `1h2m` or `2.5`, or a number of seconds.
fn as_duration(value: &Value) -> Result<i64, String> {
    match value {
        Value::Nil => Err("invalid duration".to_owned()),
        Value::Int(nanos, of) if *of == ty::DURATION => Ok(*nanos),
        Value::Int(seconds, _) => seconds
            .checked_mul(SECOND)
            .ok_or_else(|| format!("duration seconds overflow: {seconds}")),
        Value::Uint(seconds, _) => i64::try_from(*seconds)
            .ok()
            .and_then(|seconds| seconds.checked_mul(SECOND))
            .ok_or_else(|| format!("duration seconds overflow: {seconds}")),
        Value::Float(seconds, _) => from_float_seconds(*seconds),
        Value::Str(text) => from_text(text),
        other => {
            let name = other.ty().map_or("<nil>", |of| of.name);
            Err(format!("unsupported duration type {name}"))
        }
    }
}

/// Helm's `durationFromSecondsFloat`.
fn from_float_seconds(seconds: f64) -> Result<i64, String> {
    const LIMIT: f64 = i64::MAX as f64;
    let shown = |n: f64| String::from_utf8_lossy(&sprint(&Value::float(n))).into_owned();
    if !seconds.is_finite() {
        return Err(format!("invalid duration seconds: {}", shown(seconds)));
    }
    if seconds.abs() > LIMIT / SECOND as f64 {
        return Err(format!("duration seconds overflow: {}", shown(seconds)));
    }
    let nanos = seconds * SECOND as f64;
    if nanos.abs() > LIMIT {
        return Err(format!("duration nanoseconds overflow: {}", shown(nanos)));
    }
    Ok(float_to_int(nanos))
}

fn from_text(text: &[u8]) -> Result<i64, String> {
    let trimmed = std::str::from_utf8(text).map_or(text, |text| text.trim().as_bytes());
    if trimmed.is_empty() {
        return Err("empty duration".to_owned());
    }
    if let Ok(nanos) = parse_duration(trimmed) {
        return Ok(nanos);
    }
    match parse_float(trimmed, FloatSize::F64) {
        Ok(seconds) => from_float_seconds(seconds),
        Err(_) => Err(format!("could not parse duration {}", quote(text))),
    }
}
