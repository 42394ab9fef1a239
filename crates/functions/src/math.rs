//! Arithmetic: github.com/Masterminds/sprig/v3 `numeric.go`. The arguments of most functions are of any
//! type and go through spf13/cast; integers wrap as Go's do.

mod decimal;
mod pow;

use evenkeel_template::{Context, Error, Function, function, variadic};
use evenkeel_value::number::{NumErrorKind, atoi, parse_int};
use evenkeel_value::{Item, List, Value, fmt, ty};

use crate::args::{Answer, any, bytes, charge_items, float, int};
use crate::cast::{to_float64, to_int64};
use decimal::Decimal;
use pow::pow10;

pub(crate) const FUNCTIONS: &[Function] = &[
    variadic("add", &[ty::ANY], ty::INT64, add),
    function("add1", &[ty::ANY], ty::INT64, add1),
    function("add1f", &[ty::ANY], ty::FLOAT64, add1f),
    variadic("addf", &[ty::ANY], ty::FLOAT64, addf),
    function("atoi", &[ty::STRING], ty::INT, atoi_or_zero),
    variadic("biggest", &[ty::ANY, ty::ANY], ty::INT64, max),
    function("ceil", &[ty::ANY], ty::FLOAT64, ceil),
    function("div", &[ty::ANY, ty::ANY], ty::INT64, div),
    variadic("divf", &[ty::ANY, ty::ANY], ty::FLOAT64, divf),
    function("float64", &[ty::ANY], ty::FLOAT64, float64),
    function("floor", &[ty::ANY], ty::FLOAT64, floor),
    function("int", &[ty::ANY], ty::INT, to_int),
    function("int64", &[ty::ANY], ty::INT64, int64),
    variadic("max", &[ty::ANY, ty::ANY], ty::INT64, max),
    variadic("maxf", &[ty::ANY, ty::ANY], ty::FLOAT64, maxf),
    variadic("min", &[ty::ANY, ty::ANY], ty::INT64, min),
    variadic("minf", &[ty::ANY, ty::ANY], ty::FLOAT64, minf),
    function("mod", &[ty::ANY, ty::ANY], ty::INT64, modulo),
    variadic("mul", &[ty::ANY, ty::ANY], ty::INT64, mul),
    variadic("mulf", &[ty::ANY, ty::ANY], ty::FLOAT64, mulf),
    variadic(
        "round",
        &[ty::ANY, ty::INT, ty::FLOAT64],
        ty::FLOAT64,
        round,
    ),
    variadic("seq", &[ty::INT], ty::STRING, seq),
    function("sub", &[ty::ANY, ty::ANY], ty::INT64, sub),
    variadic("subf", &[ty::ANY, ty::ANY], ty::FLOAT64, subf),
    function("toDecimal", &[ty::ANY], ty::INT64, to_decimal),
    function("until", &[ty::INT], ty::INTS, until),
    function(
        "untilStep",
        &[ty::INT, ty::INT, ty::INT],
        ty::INTS,
        until_step,
    ),
];

fn to_int(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int(to_int64(any(args, 0))))
}

fn int64(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(to_int64(any(args, 0))))
}

fn float64(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::float(to_float64(any(args, 0))))
}

/// Sprig drops the error, and Atoi gives the nearest int beside a range error.
fn atoi_or_zero(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = bytes(args, 0);
    Ok(Value::int(match atoi(text) {
        Ok(n) => n,
        Err(e) if e.kind == NumErrorKind::Range && text.starts_with(b"-") => i64::MIN,
        Err(e) if e.kind == NumErrorKind::Range => i64::MAX,
        Err(_) => 0,
    }))
}

/// Reads an octal number, as file modes are.
fn to_decimal(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = fmt::sprint(any(args, 0));
    Ok(Value::int64(parse_int(&text, 8, 64).unwrap_or(0)))
}

fn add(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(
        args.iter().map(to_int64).fold(0, i64::wrapping_add),
    ))
}

fn add1(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(to_int64(any(args, 0)).wrapping_add(1)))
}

fn sub(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(
        to_int64(any(args, 0)).wrapping_sub(to_int64(any(args, 1))),
    ))
}

fn mul(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(
        args.iter().map(to_int64).fold(1, i64::wrapping_mul),
    ))
}

fn div(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (a, b) = (to_int64(any(args, 0)), nonzero(to_int64(any(args, 1)))?);
    Ok(Value::int64(a.wrapping_div(b)))
}

fn modulo(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (a, b) = (to_int64(any(args, 0)), nonzero(to_int64(any(args, 1)))?);
    Ok(Value::int64(a.wrapping_rem(b)))
}

fn nonzero(divisor: i64) -> Result<i64, Error> {
    match divisor {
        0 => Err(Error::new("runtime error: integer divide by zero")),
        n => Ok(n),
    }
}

fn max(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(args.iter().map(to_int64).max().unwrap_or(0)))
}

fn min(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(args.iter().map(to_int64).min().unwrap_or(0)))
}

/// `math.Max`: an infinity beats NaN, NaN beats numbers, and 0 beats -0.
fn maxf(_: &mut dyn Context, args: &[Value]) -> Answer {
    let larger = |a: f64, b: f64| match (a, b) {
        _ if a == f64::INFINITY || b == f64::INFINITY => f64::INFINITY,
        _ if a.is_nan() || b.is_nan() => f64::NAN,
        _ if a == 0.0 && b == 0.0 => {
            if a.is_sign_negative() {
                b
            } else {
                a
            }
        }
        _ => {
            if a > b {
                a
            } else {
                b
            }
        }
    };
    Ok(Value::float(
        args.iter().map(to_float64).reduce(larger).unwrap_or(0.0),
    ))
}

/// `math.Min`, the mirror image of [`maxf`].
fn minf(_: &mut dyn Context, args: &[Value]) -> Answer {
    let smaller = |a: f64, b: f64| match (a, b) {
        _ if a == f64::NEG_INFINITY || b == f64::NEG_INFINITY => f64::NEG_INFINITY,
        _ if a.is_nan() || b.is_nan() => f64::NAN,
        _ if a == 0.0 && b == 0.0 => {
            if a.is_sign_negative() {
                a
            } else {
                b
            }
        }
        _ => {
            if a < b {
                a
            } else {
                b
            }
        }
    };
    Ok(Value::float(
        args.iter().map(to_float64).reduce(smaller).unwrap_or(0.0),
    ))
}

fn ceil(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::float(to_float64(any(args, 0)).ceil()))
}

fn floor(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::float(to_float64(any(args, 0)).floor()))
}

/// Rounds half up (a third argument moves the half); negative numbers too go up, to the next larger.
fn round(_: &mut dyn Context, args: &[Value]) -> Answer {
    let round_on = if args.len() > 2 { float(args, 2) } else { 0.5 };
    let power = pow10(int(args, 1) as f64);
    let digit = power * to_float64(any(args, 0));
    let fraction = if digit.is_infinite() {
        f64::NAN
    } else {
        digit - digit.trunc()
    };
    let rounded = if fraction >= round_on {
        digit.ceil()
    } else {
        digit.floor()
    };
    Ok(Value::float(rounded / power))
}

fn add1f(_: &mut dyn Context, args: &[Value]) -> Answer {
    fold_decimals(&[any(args, 0).clone(), Value::int(1)], Decimal::add)
}

fn addf(_: &mut dyn Context, args: &[Value]) -> Answer {
    let mut all = vec![Value::float(0.0)];
    all.extend_from_slice(args);
    fold_decimals(&all, Decimal::add)
}

fn subf(_: &mut dyn Context, args: &[Value]) -> Answer {
    fold_decimals(args, Decimal::sub)
}

fn mulf(_: &mut dyn Context, args: &[Value]) -> Answer {
    fold_decimals(args, Decimal::mul)
}

fn divf(_: &mut dyn Context, args: &[Value]) -> Answer {
    fold_decimals(args, Decimal::div)
}

type Operation = fn(&Decimal, &Decimal) -> Result<Decimal, Error>;

/// Sprig's `execDecimalOp`: floats through exact decimals, so that 0.1 + 0.2 is 0.3.
fn fold_decimals(args: &[Value], operation: Operation) -> Answer {
    let Some((first, rest)) = args.split_first() else {
        return Ok(Value::float(0.0));
    };
    let mut total = Decimal::from_float(to_float64(first))?;
    for arg in rest {
        total = operation(&total, &Decimal::from_float(to_float64(arg))?)?;
    }
    Ok(Value::float(total.to_float()))
}

fn until(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let count = int(args, 0);
    let numbers = range(ctx, 0, count, if count < 0 { -1 } else { 1 })?;
    Ok(ints(numbers))
}

fn until_step(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let numbers = range(ctx, int(args, 0), int(args, 1), int(args, 2))?;
    Ok(ints(numbers))
}

fn ints(numbers: impl Iterator<Item = i64>) -> Value {
    let items = numbers.map(|n| Item::from(Value::int(n))).collect();
    Value::List(List::new(ty::INTS, items))
}

/// One, two or three arguments: end; start and end; start, step and end. The end is included.
fn seq(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let towards = |start: i64, end: i64| if end < start { -1 } else { 1 };
    let (start, step, end) = match args.len() {
        1 => (1, towards(1, int(args, 0)), int(args, 0)),
        2 => (
            int(args, 0),
            towards(int(args, 0), int(args, 1)),
            int(args, 1),
        ),
        3 => (int(args, 0), int(args, 1), int(args, 2)),
        _ => return Ok("".into()),
    };
    if end < start && step > 0 {
        return Ok("".into());
    }
    let numbers = range(ctx, start, end.wrapping_add(towards(start, end)), step)?;
    let texts: Vec<String> = numbers.map(|n| n.to_string()).collect();
    Ok(texts.join(" ").into())
}

/// The numbers of Sprig's `untilStep`, paid for before any is made.
fn range(
    ctx: &mut dyn Context,
    start: i64,
    stop: i64,
    step: i64,
) -> Result<impl Iterator<Item = i64> + use<>, Error> {
    let (distance, stride) = match (stop < start, step < 0) {
        (true, true) => (start.abs_diff(stop), step.unsigned_abs()),
        (false, false) if step > 0 => (start.abs_diff(stop), step.unsigned_abs()),
        _ => (0, 1),
    };
    let count = distance.div_ceil(stride);
    charge_items(ctx, count)?;
    Ok((0..count).map(move |turn| start.wrapping_add(step.wrapping_mul(turn.cast_signed()))))
}
