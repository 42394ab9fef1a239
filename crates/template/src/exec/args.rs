//! Arguments: evaluation and conversion to the parameter's type.

use evenkeel_value::{Kind, Type, Value};

use super::{Executor, State};
use crate::Error;
use crate::ast::{Expr, ExprKind};
use crate::operand::{Operand, zero};
use crate::print::Node;

impl Executor<'_> {
    /// `state.evalArg`
    pub(super) fn eval_arg<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        expr: &'a Expr,
        ty: Type,
    ) -> Result<Value, Error> {
        st.node = Node::Expr(expr);
        match &expr.kind {
            ExprKind::Nil if can_be_nil(ty) => Ok(zero(ty)),
            ExprKind::Nil => self.fail(st, format!("cannot assign nil to {}", ty.name)),
            ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => {
                self.eval_constant(st, expr, ty)
            }
            ExprKind::Dot => {
                let value = self.eval_dot(st, dot);
                self.validate(st, value, ty)
            }
            _ => {
                let value = self.eval_operand(st, dot, expr)?;
                self.validate(st, value, ty)
            }
        }
    }

    /// A constant as the parameter's type wants it.
    fn eval_constant(&self, st: &State<'_>, expr: &Expr, ty: Type) -> Result<Value, Error> {
        let number = match &expr.kind {
            ExprKind::Number(number) => **number,
            _ => crate::number::Number::default(),
        };
        let (value, expected) = match ty.kind {
            Kind::Interface => return Ok(self.literal(st, expr)?.value),
            Kind::Struct if is_reflect_value(ty) => return Ok(self.literal(st, expr)?.value),
            Kind::Bool => (boolean(expr), "bool"),
            Kind::String => (string(expr), "string"),
            Kind::Complex64 | Kind::Complex128 => (
                number.complex.map(|(re, im)| Value::Complex(re, im)),
                "complex",
            ),
            kind if kind.is_float() => (
                number
                    .float
                    .map(|n| Value::Float(narrow_float(n, kind), ty)),
                "float",
            ),
            kind if kind.is_int() => (
                number.int.map(|n| Value::Int(narrow_int(n, kind), ty)),
                "integer",
            ),
            kind if kind.is_uint() => (
                number.uint.map(|n| Value::Uint(narrow_uint(n, kind), ty)),
                "unsigned integer",
            ),
            _ => {
                let shown = Node::Expr(expr).text(st.ast);
                return self.fail(
                    st,
                    format!("can't handle {shown} for arg of type {}", ty.name),
                );
            }
        };
        match value {
            Some(value) => Ok(value),
            None => {
                let shown = Node::Expr(expr).text(st.ast);
                self.fail(st, format!("expected {expected}; found {shown}"))
            }
        }
    }

    /// `state.validateType`
    pub(super) fn validate(
        &self,
        st: &State<'_>,
        operand: Operand,
        ty: Type,
    ) -> Result<Value, Error> {
        if is_reflect_value(ty) {
            return Ok(operand.value);
        }
        if ty.kind == Kind::Interface {
            return Ok(boxed(operand.value));
        }
        let Some(own) = operand.value.ty() else {
            if operand.interface {
                return self.wrong_type(st, ty, operand.type_name());
            }
            if can_be_nil(ty) {
                return Ok(zero(ty));
            }
            return self.fail(st, format!("invalid value; expected {}", ty.name));
        };
        if own == ty {
            return Ok(operand.value);
        }
        if own.assignable_to(ty) {
            return Ok(match operand.value {
                Value::Map(map) => Value::Map(map.share_as(ty)),
                other => other,
            });
        }
        let pointed = own.elem.filter(|_| own.kind == Kind::Pointer);
        if pointed.is_some_and(|elem| elem.assignable_to(ty)) {
            return Ok(operand.value);
        }
        self.wrong_type(st, ty, own.name)
    }

    #[cold]
    fn wrong_type(&self, st: &State<'_>, expected: Type, got: &str) -> Result<Value, Error> {
        let expected = expected.name;
        self.fail(
            st,
            format!("wrong type for value; expected {expected}; got {got}"),
        )
    }
}

/// The value as an `interface {}` holds it: no longer at the place where methods of its pointer apply.
fn boxed(value: Value) -> Value {
    match &value {
        Value::Object(object) => object.boxed().map_or(value, Value::Object),
        _ => value,
    }
}

/// The type `reflect.Value`, which some builtins take and give.
fn is_reflect_value(ty: Type) -> bool {
    ty == crate::builtins::REFLECT
}

/// `canBeNil`
fn can_be_nil(ty: Type) -> bool {
    matches!(
        ty.kind,
        Kind::Func | Kind::Interface | Kind::Map | Kind::Pointer | Kind::Slice
    ) || is_reflect_value(ty)
}

fn boolean(expr: &Expr) -> Option<Value> {
    match expr.kind {
        ExprKind::Bool(b) => Some(Value::Bool(b)),
        _ => None,
    }
}

fn string(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::String(text) => Some(Value::Str(text.clone().into())),
        _ => None,
    }
}

/// `reflect.Value.SetInt` keeps the low bits.
fn narrow_int(n: i64, kind: Kind) -> i64 {
    match kind {
        Kind::Int8 => i64::from(n as i8),
        Kind::Int16 => i64::from(n as i16),
        Kind::Int32 => i64::from(n as i32),
        _ => n,
    }
}

fn narrow_uint(n: u64, kind: Kind) -> u64 {
    match kind {
        Kind::Uint8 => u64::from(n as u8),
        Kind::Uint16 => u64::from(n as u16),
        Kind::Uint32 => u64::from(n as u32),
        _ => n,
    }
}

fn narrow_float(n: f64, kind: Kind) -> f64 {
    if kind == Kind::Float32 {
        f64::from(n as f32)
    } else {
        n
    }
}
