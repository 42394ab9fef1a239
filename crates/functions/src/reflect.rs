//! What Sprig asks of Go's `reflect`: kinds, elements of any slice, `DeepEqual`.

use evenkeel_template::{Context, Error, Function, function};
use evenkeel_value::{Kind, List, Map, Value, ty};
use rustc_hash::FxHashSet;

use crate::args::{Answer, any, bytes};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("deepEqual", &[ty::ANY, ty::ANY], ty::BOOL, deep_equal_call),
    function("kindIs", &[ty::STRING, ty::ANY], ty::BOOL, kind_is),
    function("kindOf", &[ty::ANY], ty::STRING, kind_of),
    function("typeIs", &[ty::STRING, ty::ANY], ty::BOOL, type_is),
    function("typeIsLike", &[ty::STRING, ty::ANY], ty::BOOL, type_is_like),
    function("typeOf", &[ty::ANY], ty::STRING, type_of),
];

fn kind_of(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(any(args, 0).kind().name().into())
}

fn kind_is(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(
        bytes(args, 0) == any(args, 1).kind().name().as_bytes(),
    ))
}

fn type_of(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(type_name(any(args, 0)).into())
}

fn type_is(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(
        bytes(args, 0) == type_name(any(args, 1)).as_bytes(),
    ))
}

/// As `typeIs`, but a pointer to the type will do.
fn type_is_like(_: &mut dyn Context, args: &[Value]) -> Answer {
    let (target, name) = (bytes(args, 0), type_name(any(args, 1)));
    let pointee = name.strip_prefix('*').map(str::as_bytes);
    Ok(Value::Bool(
        target == name.as_bytes() || Some(target) == pointee,
    ))
}

/// `%T`.
fn type_name(value: &Value) -> &'static str {
    value.ty().map_or("<nil>", |ty| ty.0.name)
}

/// The name of the value's type in the text of a failed type assertion.
pub(crate) fn asserted_name(value: &Value) -> &'static str {
    value.ty().map_or("nil", |ty| ty.0.name)
}

/// What Go's runtime says where code calls a method of the type of nil.
pub(crate) fn nil_dereference() -> Error {
    Error::new("runtime error: invalid memory address or nil pointer dereference")
}

/// `reflect.TypeOf(value).Kind()`.
///
/// # Errors
/// For nil, whose type has no kind.
pub(crate) fn kind_of_type(value: &Value) -> Result<Kind, Error> {
    value.ty().map(|ty| ty.0.kind).ok_or_else(nil_dereference)
}

/// The elements of a slice of any type, as interfaces; `None` for what is no slice.
pub(crate) fn elements(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::List(list) => Some(list.snapshot()),
        Value::Bytes(bytes) => Some(
            bytes
                .iter()
                .map(|byte| Value::Uint((*byte).into(), ty::UINT8))
                .collect(),
        ),
        _ => None,
    }
}

fn deep_equal_call(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(deep_equal(any(args, 0), any(args, 1))))
}

/// `reflect.DeepEqual`.
pub(crate) fn deep_equal(a: &Value, b: &Value) -> bool {
    Comparison::default().equal(a, b)
}

/// A comparison in progress. Like Go's it takes a pair of containers that it meets again for equal, so
/// that cyclic values come to an end.
#[derive(Default)]
struct Comparison {
    seen: FxHashSet<(usize, usize)>,
}

impl Comparison {
    fn equal(&mut self, a: &Value, b: &Value) -> bool {
        if a.ty() != b.ty() {
            return false;
        }
        match (a, b) {
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a, _), Value::Int(b, _)) => a == b,
            (Value::Uint(a, _), Value::Uint(b, _)) => a == b,
            (Value::Float(a, _), Value::Float(b, _)) => a == b,
            (Value::Complex(re, im), Value::Complex(re2, im2)) => re == re2 && im == im2,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::List(a), Value::List(b)) => self.equal_lists(a, b),
            (Value::Map(a), Value::Map(b)) => self.equal_maps(a, b),
            (Value::Object(a), Value::Object(b)) => crate::semver::deep_equal(&**a, &**b)
                .unwrap_or_else(|| a.equals(&**b).unwrap_or(false)),
            _ => false,
        }
    }

    fn equal_lists(&mut self, a: &List, b: &List) -> bool {
        if a.is_nil() != b.is_nil() || a.len() != b.len() {
            return false;
        }
        if a.same(b) || !self.seen.insert((a.id(), b.id())) {
            return true;
        }
        let (a, b) = (a.borrow(), b.borrow());
        a.iter()
            .zip(b.iter())
            .all(|(a, b)| self.equal(&a.value, &b.value))
    }

    fn equal_maps(&mut self, a: &Map, b: &Map) -> bool {
        if a.is_nil() != b.is_nil() || a.len() != b.len() {
            return false;
        }
        if a.same(b) || !self.seen.insert((a.id(), b.id())) {
            return true;
        }
        let (a, b) = (a.borrow(), b.borrow());
        a.iter()
            .zip(b.iter())
            .all(|(a, b)| a.key == b.key && self.equal(&a.value, &b.value))
    }
}
