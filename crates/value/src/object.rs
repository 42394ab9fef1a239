//! Go structs and pointers to them: values with fields, a text form and a JSON form.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use crate::{Str, Type, Value};

/// How `encoding/json` sees an object.
#[derive(Debug, Clone)]
pub enum Marshal {
    /// As this value (a type with a `MarshalJSON` of its own, such as a time).
    Value(Value),
    /// As an object with these keys, in this order (a struct).
    Struct(Vec<(&'static str, Value)>),
}

/// A Go struct, pointer or other opaque value. Methods that templates call on it are looked up by type
/// in the `Host`; this trait is what formatting, comparing and marshalling need.
pub trait Object: fmt::Debug {
    /// Its type, such as `*common.Capabilities` or `time.Time`.
    fn ty(&self) -> Type;

    /// An exported field, seen through a pointer as Go does.
    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    /// All fields in declaration order, for `%v` and `%+v`.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// What its `String` (or `Error`) method gives, if it has one: used by `%v`, `%s` and printing.
    fn text(&self) -> Option<Str> {
        None
    }

    /// What the `String` method of a pointer to it gives, where only the pointer has one. A template that
    /// prints the value at the place where it is stored (`{{ .Capabilities.KubeVersion }}`) finds the
    /// method; `%v` and whoever gets a copy do not.
    fn addressed_text(&self) -> Option<Str> {
        None
    }

    /// The copy that an `interface {}` gets, where that differs: it has no methods of its pointer.
    fn boxed(&self) -> Option<Rc<dyn Object>> {
        None
    }

    /// What its `GoString` method gives, if it has one: used by `%#v`.
    fn go_syntax(&self) -> Option<Str> {
        None
    }

    /// How `encoding/json` writes it.
    fn marshal(&self) -> Marshal {
        Marshal::Struct(self.fields())
    }

    /// `==` on two values of this type, or `None` where Go cannot compare them.
    fn equals(&self, other: &dyn Object) -> Option<bool>;

    /// For functions that need the concrete type back.
    fn as_any(&self) -> &dyn Any;
}
