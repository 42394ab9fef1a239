//! eq, ne, lt, le, gt, ge.

use evenkeel_value::{Value, fmt};

use crate::{Context, Error};

type Outcome = Result<bool, Error>;

/// What can be ordered or compared without reflection (`basicKind`).
enum Basic<'a> {
    Bool(bool),
    /// Integers compare by their number, whatever their type and its sign.
    Integer(i128),
    Float(f64),
    Complex(f64, f64),
    Str(&'a [u8]),
}

fn basic(value: &Value) -> Option<Basic<'_>> {
    Some(match value {
        Value::Bool(b) => Basic::Bool(*b),
        Value::Int(n, _) => Basic::Integer(i128::from(*n)),
        Value::Uint(n, _) => Basic::Integer(i128::from(*n)),
        Value::Float(n, _) => Basic::Float(*n),
        Value::Complex(re, im) => Basic::Complex(*re, *im),
        Value::Str(text) => Basic::Str(text),
        Value::Nil | Value::Bytes(_) | Value::List(_) | Value::Map(_) | Value::Object(_) => {
            return None;
        }
    })
}

pub(super) fn eq(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let (first, others) = args.split_first().unwrap_or((&Value::Nil, &[]));
    if others.is_empty() {
        return Err(Error::new("missing argument for comparison"));
    }
    for other in others {
        if equal(first, other)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

pub(super) fn ne(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let [a, b] = pair(args);
    Ok(Value::Bool(!equal(a, b)?))
}

pub(super) fn lt(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let [a, b] = pair(args);
    Ok(Value::Bool(less(a, b)?))
}

pub(super) fn le(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    Ok(Value::Bool(less_or_equal(args)?))
}

pub(super) fn gt(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    Ok(Value::Bool(!less_or_equal(args)?))
}

pub(super) fn ge(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let [a, b] = pair(args);
    Ok(Value::Bool(!less(a, b)?))
}

fn pair(args: &[Value]) -> [&Value; 2] {
    [
        args.first().unwrap_or(&Value::Nil),
        args.get(1).unwrap_or(&Value::Nil),
    ]
}

fn less_or_equal(args: &[Value]) -> Outcome {
    let [a, b] = pair(args);
    Ok(less(a, b)? || equal(a, b)?)
}

/// One comparison of `eq`.
fn equal(a: &Value, b: &Value) -> Outcome {
    match (basic(a), basic(b)) {
        (Some(Basic::Bool(a)), Some(Basic::Bool(b))) => Ok(a == b),
        (Some(Basic::Float(a)), Some(Basic::Float(b))) => Ok(a == b),
        (Some(Basic::Complex(re, im)), Some(Basic::Complex(other_re, other_im))) => {
            Ok(re == other_re && im == other_im)
        }
        (Some(Basic::Str(a)), Some(Basic::Str(b))) => Ok(a == b),
        (Some(Basic::Integer(a)), Some(Basic::Integer(b))) => Ok(a == b),
        (None, None) => equal_composite(a, b),
        // One has a basic kind and the other has not, or another.
        _ if a.is_nil() || b.is_nil() => Ok(false),
        _ => Err(incompatible(a, b)),
    }
}

/// Maps, lists, structs, pointers and nil.
fn equal_composite(a: &Value, b: &Value) -> Outcome {
    let same_kind = a.kind() == b.kind();
    if !same_kind && !a.is_nil() && !b.is_nil() {
        return Err(Error::new(format!(
            "non-comparable types {}: {}, {}: {}",
            as_string(a),
            type_name(a),
            type_name(b),
            lossy(fmt::sprint(b)),
        )));
    }
    if is_nil(a) || is_nil(b) {
        return Ok(is_nil(a) == is_nil(b));
    }
    if let (Value::Object(a), Value::Object(b)) = (a, b)
        && let Some(equal) = a.equals(&**b)
    {
        return Ok(equal);
    }
    Err(Error::new(format!(
        "non-comparable type {}: {}",
        as_string(b),
        type_name(b)
    )))
}

/// `isNil`: nil, or the nil of a map or slice type.
fn is_nil(value: &Value) -> bool {
    match value {
        Value::Nil => true,
        Value::Map(map) => map.is_nil(),
        Value::List(list) => list.is_nil(),
        _ => false,
    }
}

fn less(a: &Value, b: &Value) -> Outcome {
    let bad = || Error::new("invalid type for comparison");
    let (Some(first), Some(second)) = (basic(a), basic(b)) else {
        return Err(bad());
    };
    match (first, second) {
        (Basic::Bool(_), Basic::Bool(_)) | (Basic::Complex(..), Basic::Complex(..)) => Err(bad()),
        (Basic::Float(a), Basic::Float(b)) => Ok(a < b),
        (Basic::Str(a), Basic::Str(b)) => Ok(a < b),
        (Basic::Integer(a), Basic::Integer(b)) => Ok(a < b),
        _ => Err(incompatible(a, b)),
    }
}

fn incompatible(a: &Value, b: &Value) -> Error {
    let (a, b) = (type_name(a), type_name(b));
    Error::new(format!("incompatible types for comparison: {a} and {b}"))
}

fn type_name(value: &Value) -> &'static str {
    value.ty().map_or("<nil>", |ty| ty.name)
}

fn as_string(value: &Value) -> String {
    lossy(fmt::sprintf(b"%s", std::slice::from_ref(value)))
}

fn lossy(text: Vec<u8>) -> String {
    String::from_utf8_lossy(&text).into_owned()
}
