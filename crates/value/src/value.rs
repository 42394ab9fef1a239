//! The value itself.

use std::rc::Rc;

use crate::{Bytes, Kind, List, Map, Object, Str, Type, ty};

/// A Go value as held by an `interface {}`.
///
/// Numbers carry their type, so that `time.Duration` and `int64` differ; use the constructors for the
/// usual ones.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// The nil interface.
    #[default]
    Nil,
    /// `bool`.
    Bool(bool),
    /// A signed integer of the given type (kind int…int64).
    Int(i64, Type),
    /// An unsigned integer of the given type (kind uint…uint64).
    Uint(u64, Type),
    /// A float of the given type (kind float32 or float64).
    Float(f64, Type),
    /// `complex128` (real, imaginary): only number constants such as `1i` make one.
    Complex(f64, f64),
    /// `string`.
    Str(Str),
    /// `[]uint8`.
    Bytes(Bytes),
    /// A slice.
    List(List),
    /// A map with string keys.
    Map(Map),
    /// A struct or a pointer.
    Object(Rc<dyn Object>),
}

impl Value {
    /// Go's `int`.
    pub fn int(n: i64) -> Value {
        Value::Int(n, ty::INT)
    }

    /// Go's `int64`.
    pub fn int64(n: i64) -> Value {
        Value::Int(n, ty::INT64)
    }

    /// Go's `float64`.
    pub fn float(n: f64) -> Value {
        Value::Float(n, ty::FLOAT64)
    }

    /// Go's `string`.
    pub fn str(text: impl Into<Str>) -> Value {
        Value::Str(text.into())
    }

    /// The dynamic type, or `None` for nil.
    pub fn ty(&self) -> Option<Type> {
        Some(match self {
            Value::Nil => return None,
            Value::Bool(_) => ty::BOOL,
            Value::Int(_, ty) | Value::Uint(_, ty) | Value::Float(_, ty) => *ty,
            Value::Complex(..) => ty::COMPLEX128,
            Value::Str(_) => ty::STRING,
            Value::Bytes(_) => ty::BYTES,
            Value::List(list) => list.ty(),
            Value::Map(map) => map.ty(),
            Value::Object(object) => object.ty(),
        })
    }

    /// `reflect.ValueOf(v).Kind()`.
    pub fn kind(&self) -> Kind {
        self.ty().map_or(Kind::Invalid, |ty| ty.kind)
    }

    /// Whether this is the nil interface (typed nils are not).
    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Nil)
    }

    /// The integer, if it is a signed one of any type.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(n, _) => Some(*n),
            _ => None,
        }
    }

    /// The float, if it is one.
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Value::Float(n, _) => Some(*n),
            _ => None,
        }
    }

    /// The bool, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&Str> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The map, if it is one of any map type.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The slice, if it is one of any slice type but `[]uint8`.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// Go's truth, as `text/template` has it (`IsTrue`): false for nil, false, zero numbers and empty
    /// strings, slices and maps; structs and non-nil pointers are true.
    pub fn is_true(&self) -> bool {
        match self {
            Value::Nil => false,
            Value::Bool(b) => *b,
            Value::Int(n, _) => *n != 0,
            Value::Uint(n, _) => *n != 0,
            Value::Float(n, _) => *n != 0.0,
            Value::Complex(re, im) => *re != 0.0 || *im != 0.0,
            Value::Str(s) => !s.is_empty(),
            Value::Bytes(b) => !b.is_empty(),
            Value::List(list) => !list.is_empty(),
            Value::Map(map) => !map.is_empty(),
            Value::Object(_) => true,
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

impl From<Str> for Value {
    fn from(s: Str) -> Value {
        Value::Str(s)
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Value::Str(s.into())
    }
}

impl From<String> for Value {
    fn from(s: String) -> Value {
        Value::Str(s.into())
    }
}

impl From<List> for Value {
    fn from(list: List) -> Value {
        Value::List(list)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Value {
        Value::Map(map)
    }
}
