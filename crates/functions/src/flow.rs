//! Choosing between values: github.com/Masterminds/sprig/v3 `defaults.go`.

use evenkeel_template::{Context, Function, function, variadic};
use evenkeel_value::{Value, ty};

use crate::args::{Answer, any, bool};

pub(crate) const FUNCTIONS: &[Function] = &[
    variadic("all", &[ty::ANY], ty::BOOL, all),
    variadic("any", &[ty::ANY], ty::BOOL, any_of),
    variadic("coalesce", &[ty::ANY], ty::ANY, coalesce),
    variadic("default", &[ty::ANY, ty::ANY], ty::ANY, default),
    function("empty", &[ty::ANY], ty::BOOL, empty_call),
    function("hello", &[], ty::STRING, hello),
    function("ternary", &[ty::ANY, ty::ANY, ty::BOOL], ty::ANY, ternary),
];

fn hello(_: &mut dyn Context, _: &[Value]) -> Answer {
    Ok("Hello!".into())
}

/// Only the first of the given values counts.
fn default(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args
        .get(1)
        .filter(|given| !empty(given))
        .unwrap_or(any(args, 0))
        .clone())
}

fn empty_call(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(empty(any(args, 0))))
}

fn coalesce(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(args
        .iter()
        .find(|value| !empty(value))
        .cloned()
        .unwrap_or_default())
}

fn all(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(!args.iter().any(empty)))
}

fn any_of(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(!args.iter().all(empty)))
}

fn ternary(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(any(args, if bool(args, 2) { 0 } else { 1 }).clone())
}

/// Sprig's `empty`: nil, false, zero and what has no elements; a struct never is.
pub(crate) fn empty(value: &Value) -> bool {
    !value.is_true()
}
