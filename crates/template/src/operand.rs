//! A `reflect.Value`: a value together with whether Go sees it through an interface.

use evenkeel_value::{Kind, List, Map, Str, Type, Value, ty};

/// What evaluation works with. Go's reflection knows more than the value: an element of a
/// `map[string]interface {}` is an `interface {}` that holds something or nil, while a function's
/// result or a pipeline's is the thing itself, or nothing at all. Error texts and nil rules differ.
#[derive(Debug, Clone, Default)]
pub(crate) struct Operand {
    pub(crate) value: Value,
    /// Whether the static type is `interface {}`.
    pub(crate) interface: bool,
}

impl Operand {
    /// `reflect.ValueOf(value)`: of nil, the invalid value.
    pub(crate) fn concrete(value: Value) -> Operand {
        Operand {
            value,
            interface: false,
        }
    }

    /// A value of static type `ty`.
    pub(crate) fn typed(value: Value, ty: Type) -> Operand {
        if ty.kind == Kind::Interface {
            return Operand {
                value,
                interface: true,
            };
        }
        // A nil that Go would know as the nil of its type.
        Operand::concrete(if value.is_nil() { zero(ty) } else { value })
    }

    /// What `Type()` prints as.
    pub(crate) fn type_name(&self) -> &'static str {
        match self.value.ty() {
            Some(ty) if !self.interface => ty.name,
            _ => ty::ANY.name,
        }
    }
}

/// `reflect.Zero(ty)`
pub(crate) fn zero(ty: Type) -> Value {
    match ty.kind {
        Kind::Bool => Value::Bool(false),
        Kind::String => Value::Str(Str::default()),
        Kind::Map => Value::Map(Map::nil(ty)),
        Kind::Slice if ty == ty::BYTES => Value::Bytes([].into()),
        Kind::Slice => Value::List(List::nil(ty)),
        Kind::Complex64 | Kind::Complex128 => Value::Complex(0.0, 0.0),
        kind if kind.is_int() => Value::Int(0, ty),
        kind if kind.is_uint() => Value::Uint(0, ty),
        kind if kind.is_float() => Value::Float(0.0, ty),
        _ => Value::Nil,
    }
}
