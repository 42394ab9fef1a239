//! The predefined functions of text/template (`funcs.go`).

mod compare;
mod escape;
mod index;

use evenkeel_value::{Kind, Str, Type, TypeDesc, Value, fmt, ty};

use crate::ast::Callee;
use crate::exec::without_pointer;
use crate::operand::Operand;
use crate::{Context, Error, ErrorKind, Function, function, variadic};

static REFLECT_DESC: TypeDesc = TypeDesc {
    name: "reflect.Value",
    kind: Kind::Struct,
    elem: None,
    named: true,
};

/// The parameter type of builtins that take whatever there is, the nil of a missing field included.
pub(crate) const REFLECT: Type = Type(&REFLECT_DESC);

/// The predefined functions; part of every table.
pub const BUILTINS: &[Function] = &[
    variadic("and", &[REFLECT, REFLECT], REFLECT, in_executor),
    variadic("call", &[REFLECT, REFLECT], REFLECT, in_executor),
    variadic("eq", &[REFLECT, REFLECT], ty::BOOL, compare::eq),
    function("ge", &[REFLECT, REFLECT], ty::BOOL, compare::ge),
    function("gt", &[REFLECT, REFLECT], ty::BOOL, compare::gt),
    variadic("html", &[ty::ANY], ty::STRING, escape::html),
    variadic("index", &[REFLECT, REFLECT], REFLECT, index::index),
    variadic("js", &[ty::ANY], ty::STRING, escape::js),
    function("le", &[REFLECT, REFLECT], ty::BOOL, compare::le),
    function("len", &[REFLECT], ty::INT, in_executor),
    function("lt", &[REFLECT, REFLECT], ty::BOOL, compare::lt),
    function("ne", &[REFLECT, REFLECT], ty::BOOL, compare::ne),
    function("not", &[REFLECT], ty::BOOL, not),
    variadic("or", &[REFLECT, REFLECT], REFLECT, in_executor),
    variadic("print", &[ty::ANY], ty::STRING, print),
    variadic("printf", &[ty::STRING, ty::ANY], ty::STRING, printf),
    variadic("println", &[ty::ANY], ty::STRING, println),
    variadic("slice", &[REFLECT, REFLECT], REFLECT, in_executor),
    variadic("urlquery", &[ty::ANY], ty::STRING, escape::urlquery),
];

/// How the executor has to call a function: a table may override a builtin, so the name alone does
/// not say.
pub(crate) fn callee(function: &'static Function) -> Callee {
    if function.params.first() != Some(&REFLECT) {
        return Callee::Plain(function);
    }
    match function.name {
        "and" => Callee::And(function),
        "or" => Callee::Or(function),
        "len" => Callee::Reflecting(function, len),
        "slice" => Callee::Reflecting(function, index::slice),
        "call" => Callee::Call(function),
        _ => Callee::Plain(function),
    }
}

/// The executor evaluates the arguments of these itself, so the row only describes them.
fn in_executor(_: &mut dyn Context, _: &[Value]) -> Result<Value, Error> {
    Ok(Value::Nil)
}

/// `length`: it tells a nil that a map holds from no value at all.
fn len(args: &[Operand]) -> Result<Value, Error> {
    let Some(item) = args.first() else {
        return Ok(Value::Nil);
    };
    let len = match &item.value {
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::Nil if item.interface => return Err(Error::new("len of nil pointer")),
        Value::Nil => {
            return Err(Error::new(
                "reflect: call of reflect.Value.Type on zero Value",
            ));
        }
        other => return Err(Error::new(format!("len of type {}", pointed_type(other)))),
    };
    Ok(Value::int(i64::try_from(len).unwrap_or(i64::MAX)))
}

fn not(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    Ok(Value::Bool(!args.iter().any(Value::is_true)))
}

fn print(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    text(fmt::try_sprint_all(args))
}

fn printf(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let (format, args) = args.split_first().unwrap_or((&Value::Nil, &[]));
    text(fmt::try_sprintf(
        format.as_str().map_or(&[], |s| s.as_bytes()),
        args,
    ))
}

fn println(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    text(fmt::try_sprintln(args))
}

fn text(printed: Result<Vec<u8>, fmt::TooDeep>) -> Result<Value, Error> {
    printed
        .map(Value::str)
        .map_err(|error| Error::of(ErrorKind::Budget, error.to_string()))
}

/// `evalArgs`: all arguments as one text.
fn joined(args: &[Value]) -> Result<Str, Error> {
    if let [Value::Str(text)] = args {
        return Ok(text.clone());
    }
    let printable: Vec<Value> = args.iter().map(printable).collect();
    match fmt::try_sprint_all(&printable) {
        Ok(text) => Ok(text.into()),
        Err(error) => Err(Error::of(ErrorKind::Budget, error.to_string())),
    }
}

/// `printableValue`
fn printable(value: &Value) -> Value {
    match value {
        Value::Nil => Value::str("<no value>"),
        Value::Object(object) if object.ty().kind == Kind::Pointer && object.text().is_none() => {
            let text = fmt::sprint(value);
            Value::str(without_pointer(value, &text))
        }
        other => other.clone(),
    }
}

/// The name of a value's type, seen through a pointer.
fn pointed_type(value: &Value) -> &'static str {
    let Some(ty) = value.ty() else { return "<nil>" };
    if ty.kind == Kind::Pointer {
        ty.name.strip_prefix('*').unwrap_or(ty.name)
    } else {
        ty.name
    }
}
