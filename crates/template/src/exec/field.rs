//! Fields, map keys and methods: `.a.b`, `$x.a`, `(pipe).a`.

use evenkeel_diagnostics::{FrameId, Origin};
use evenkeel_value::{Kind, Map, Object, Type, Value, ty};

use super::call::Given;
use super::{Executor, MissingKey, State};
use crate::ast::{Expr, ExprKind, Fields, Symbol, name_text};
use crate::operand::{Operand, zero};
use crate::print::Node;
use crate::reads::Read;
use crate::{Error, Function};

impl Executor<'_> {
    pub(super) fn eval_variable<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        expr: &'a Expr,
        symbol: Symbol,
        names: Fields,
        given: Given<'a>,
    ) -> Result<Operand, Error> {
        st.node = Node::Expr(expr);
        let (value, from) = self.var(st, symbol)?;
        if names.is_empty() {
            self.not_a_function(st, expr, &given)?;
            self.log_whole(st, expr, from);
            return Ok(value);
        }
        self.eval_fields(st, dot, (value, Some(from)), expr, names, given)
    }

    pub(super) fn eval_chain<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        expr: &'a Expr,
        base: &'a Expr,
        names: Fields,
        given: Given<'a>,
    ) -> Result<Operand, Error> {
        st.node = Node::Expr(expr);
        let receiver = self.eval_operand(st, dot, base)?;
        self.eval_fields(st, dot, (receiver, None), expr, names, given)
    }

    /// Walks along `names`, the last of which may be a method that takes the arguments.
    pub(super) fn eval_fields<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        (mut receiver, from): (Operand, Option<FrameId>),
        expr: &'a Expr,
        names: Fields,
        given: Given<'a>,
    ) -> Result<Operand, Error> {
        if let Some(log) = &mut self.log {
            log.begin();
        }
        let mut before = st.ast.names(names);
        let Some(last) = before.next_back() else {
            return Ok(receiver);
        };
        for name in before {
            receiver = match self.plain_entry(&receiver, name) {
                Some(entry) => entry,
                None => {
                    let name = name_text(name);
                    self.eval_field(st, dot, receiver, name, expr, Given::NONE)?
                }
            };
        }
        if given.count() == 0
            && let Some(entry) = self.plain_entry(&receiver, last)
        {
            return Ok(entry);
        }
        let value = self.eval_field(st, dot, receiver, name_text(last), expr, given)?;
        self.log_chain(st, expr, from);
        Ok(value)
    }

    /// Logs a field chain that has come to its end.
    fn log_chain(&mut self, st: &State<'_>, expr: &Expr, base: Option<FrameId>) {
        if let Some(log) = &mut self.log {
            let (origin, found) = log.end();
            let name = Node::Expr(expr).text(st.ast);
            log.push(
                st.frame,
                Read {
                    name,
                    origin,
                    found,
                    base,
                },
            );
        }
    }

    /// Logs a read of the dot or of a variable as it is.
    fn log_whole(&mut self, st: &State<'_>, expr: &Expr, base: FrameId) {
        self.log(st.frame, || Read {
            name: Node::Expr(expr).text(st.ast),
            origin: Origin::NONE,
            found: true,
            base: Some(base),
        });
    }

    pub(super) fn eval_dot(&mut self, st: &State<'_>, dot: &Operand) -> Operand {
        let base = st.dot_from;
        self.log(st.frame, || Read {
            name: ".".to_owned(),
            origin: Origin::NONE,
            found: true,
            base: Some(base),
        });
        dot.clone()
    }

    /// The entry of a map without methods, if it has it: by far the most common field, without the
    /// questions that all others need.
    #[inline]
    fn plain_entry(&self, receiver: &Operand, name: &[u8]) -> Option<Operand> {
        let Value::Map(map) = &receiver.value else {
            return None;
        };
        let ty = map.ty();
        if ty.named || self.log.is_some() {
            return None;
        }
        let value = map.get(name)?;
        Some(Operand::typed(value, ty.elem.unwrap_or(ty::ANY)))
    }

    /// `state.evalField`
    fn eval_field<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        receiver: Operand,
        name: &str,
        expr: &'a Expr,
        given: Given<'a>,
    ) -> Result<Operand, Error> {
        let has_args = given.count() > 0;
        if let Value::Map(map) = &receiver.value
            && !map.ty().named
        {
            return self.map_entry(st, map, name, has_args);
        }
        if receiver.value.is_nil() {
            return self.field_of_nil(st, &receiver, name);
        }
        if let Some(method) = self.method(&receiver.value, name) {
            let node = Node::Expr(expr);
            return self.eval_call(st, dot, method, Some(receiver.value), node, given);
        }
        match &receiver.value {
            Value::Map(map) => return self.map_entry(st, map, name, has_args),
            Value::Object(object) => {
                if let Some(value) = self.object_field(st, &**object, name, has_args)? {
                    return Ok(value);
                }
            }
            _ => {}
        }
        let ty = receiver.type_name();
        self.fail(st, format!("can't evaluate field {name} in type {ty}"))
    }

    fn field_of_nil(
        &self,
        st: &State<'_>,
        receiver: &Operand,
        name: &str,
    ) -> Result<Operand, Error> {
        if receiver.interface {
            return self.fail(st, format!("nil pointer evaluating interface {{}}.{name}"));
        }
        if self.options.missing_key == MissingKey::Error {
            let name = evenkeel_value::number::quote(name.as_bytes());
            return self.fail(st, format!("nil data; no entry for key {name}"));
        }
        Ok(Operand::default())
    }

    fn method(&self, receiver: &Value, name: &str) -> Option<&'static Function> {
        let methods = self.host.methods(receiver.ty()?);
        methods.iter().find(|method| method.name == name)
    }

    fn map_entry(
        &mut self,
        st: &State<'_>,
        map: &Map,
        name: &str,
        has_args: bool,
    ) -> Result<Operand, Error> {
        if has_args {
            return self.fail(st, format!("{name} is not a method but has arguments"));
        }
        if let Some(log) = &mut self.log {
            log.step(map, name.as_bytes());
        }
        let elem = map.ty().elem.unwrap_or(ty::ANY);
        match map.get(name.as_bytes()) {
            Some(value) => Ok(Operand::typed(value, elem)),
            None => self.missing_key(st, name, elem),
        }
    }

    fn missing_key(&self, st: &State<'_>, name: &str, elem: Type) -> Result<Operand, Error> {
        match self.options.missing_key {
            MissingKey::Zero => Ok(Operand::typed(zero(elem), elem)),
            MissingKey::Invalid => Ok(Operand::default()),
            MissingKey::Error => {
                let name = evenkeel_value::number::quote(name.as_bytes());
                self.fail(st, format!("map has no entry for key {name}"))
            }
        }
    }

    /// A field of a struct, or the entry of a map that an object stands for; `None` where a struct has
    /// no such field.
    fn object_field(
        &self,
        st: &State<'_>,
        object: &dyn Object,
        name: &str,
        has_args: bool,
    ) -> Result<Option<Operand>, Error> {
        let ty = object.ty();
        let field = object.field(name);
        if ty.kind == Kind::Map {
            if has_args {
                return self.fail(st, format!("{name} is not a method but has arguments"));
            }
            let elem = ty.elem.unwrap_or(ty::ANY);
            return match field {
                Some(value) => Ok(Some(Operand::typed(value, elem))),
                None => self.missing_key(st, name, elem).map(Some),
            };
        }
        let Some(value) = field else { return Ok(None) };
        if has_args {
            let message = format!("{name} has arguments but cannot be invoked as function");
            return self.fail(st, message);
        }
        // A field that holds nothing is one of an interface type: it knows no other.
        let interface = value.is_nil();
        Ok(Some(Operand { value, interface }))
    }

    /// An operand as an argument of any type (`state.evalArg` for `reflect.Value`, or for no type).
    pub(super) fn eval_operand<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        expr: &'a Expr,
    ) -> Result<Operand, Error> {
        st.node = Node::Expr(expr);
        match &expr.kind {
            ExprKind::Dot => Ok(self.eval_dot(st, dot)),
            ExprKind::Nil => Ok(Operand::default()),
            ExprKind::Field(names) => {
                let from = st.dot_from;
                self.eval_fields(
                    st,
                    dot,
                    (dot.clone(), Some(from)),
                    expr,
                    *names,
                    Given::NONE,
                )
            }
            ExprKind::Variable(symbol, names) => {
                self.eval_variable(st, dot, expr, *symbol, *names, Given::NONE)
            }
            ExprKind::Pipe(id) => self.eval_nested(st, dot, *id),
            ExprKind::Function(callee) => {
                self.eval_function(st, dot, *callee, Node::Expr(expr), Given::NONE)
            }
            ExprKind::Chain(base, names) => {
                self.eval_chain(st, dot, expr, base, *names, Given::NONE)
            }
            ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => self.literal(st, expr),
        }
    }
}
