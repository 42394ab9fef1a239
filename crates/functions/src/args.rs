//! Reading arguments that the executor has checked against a function's signature. Each reader gives a
//! zero value where the signature promised otherwise, so that no table row can make a call panic.

use evenkeel_template::{Context, Error, ErrorKind};
use evenkeel_value::{Map, Str, Value};

/// What a call gives.
pub(crate) type Answer = Result<Value, Error>;

/// The argument of a parameter of type `interface {}`.
pub(crate) fn any(args: &[Value], at: usize) -> &Value {
    args.get(at).unwrap_or(const { &Value::Nil })
}

/// The argument of a parameter of type `string`.
pub(crate) fn string(args: &[Value], at: usize) -> Str {
    args.get(at)
        .and_then(Value::as_str)
        .cloned()
        .unwrap_or_default()
}

/// The bytes of the argument of a parameter of type `string`.
pub(crate) fn bytes(args: &[Value], at: usize) -> &[u8] {
    args.get(at)
        .and_then(Value::as_str)
        .map_or(&[], Str::as_bytes)
}

/// The argument of a parameter of type `int` (or any other signed integer).
pub(crate) fn int(args: &[Value], at: usize) -> i64 {
    args.get(at).and_then(Value::as_int).unwrap_or(0)
}

/// The argument of a parameter of type `float64`.
pub(crate) fn float(args: &[Value], at: usize) -> f64 {
    args.get(at).and_then(Value::as_float).unwrap_or(0.0)
}

/// The argument of a parameter of type `bool`.
pub(crate) fn bool(args: &[Value], at: usize) -> bool {
    args.get(at).and_then(Value::as_bool).unwrap_or(false)
}

/// The argument of a parameter of type `map[string]interface {}`.
pub(crate) fn map(args: &[Value], at: usize) -> Map {
    args.get(at)
        .and_then(Value::as_map)
        .cloned()
        .unwrap_or_else(|| Map::nil(evenkeel_value::ty::MAP))
}

/// Pays for `count` new list items. An item weighs more than a step, so that what the step budget allows
/// fits into memory.
pub(crate) fn charge_items(ctx: &mut dyn Context, count: u64) -> Result<(), Error> {
    ctx.charge(count.saturating_mul(8))
}

/// Pays for `count` new bytes of text, before they are made.
///
/// # Errors
/// Kind `Budget`, also for a single text that is larger than any that a chart could want.
pub(crate) fn charge_bytes(ctx: &mut dyn Context, count: usize) -> Result<(), Error> {
    const MAX_TEXT: usize = 64 << 20;
    if count > MAX_TEXT {
        let text = format!("a function makes a text of more than {MAX_TEXT} bytes");
        return Err(Error::of(ErrorKind::Budget, text));
    }
    ctx.charge(count as u64 / 8)
}
