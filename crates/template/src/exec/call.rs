//! Calls of functions and methods.

use evenkeel_value::{Type, Value, ty};
use smallvec::SmallVec;

use super::{Executor, State};
use crate::ast::{Callee, Expr, ExprKind};
use crate::builtins::REFLECT;
use crate::operand::Operand;
use crate::print::Node;
use crate::{Error, ErrorKind, Function};

/// The largest string that a function may give: a quarter of the output budget of a render.
const STRING_SHARE: u64 = 4;

/// What a command hands to its first word.
pub(super) struct Given<'a> {
    /// The operands written after it.
    pub(super) args: &'a [Expr],
    /// The value of the command before it in the pipeline.
    pub(super) last: Option<Operand>,
}

impl Given<'_> {
    pub(super) const NONE: Given<'static> = Given {
        args: &[],
        last: None,
    };

    pub(super) fn count(&self) -> usize {
        self.args.len() + usize::from(self.last.is_some())
    }
}

impl Executor<'_> {
    /// `state.evalFunction`. `node` is what an error of the function points at.
    pub(super) fn eval_function<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        callee: Callee,
        node: Node<'a>,
        given: Given<'a>,
    ) -> Result<Operand, Error> {
        match callee {
            Callee::Plain(function) => self.eval_call(st, dot, function, None, node, given),
            Callee::And(function) => self.and_or(st, dot, function, false, given),
            Callee::Or(function) => self.and_or(st, dot, function, true, given),
            Callee::Reflecting(function, code) => {
                self.check_count(st, function, &given)?;
                let mut operands: SmallVec<[Operand; 2]> = SmallVec::new();
                for arg in given.args {
                    operands.push(self.eval_operand(st, dot, arg)?);
                }
                operands.extend(given.last);
                match code(&operands) {
                    Ok(value) => Ok(Operand::concrete(value)),
                    Err(error) => self.call_failed(st, node, function.name, error),
                }
            }
            Callee::Call(function) => self.call_value(st, dot, function, node, given),
        }
    }

    /// `state.evalCall`, for all but the builtins above.
    pub(super) fn eval_call<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        function: &'static Function,
        receiver: Option<Value>,
        node: Node<'a>,
        given: Given<'a>,
    ) -> Result<Operand, Error> {
        self.check_count(st, function, &given)?;
        let mut values: SmallVec<[Value; 4]> = SmallVec::new();
        values.extend(receiver);
        let mut origins = Vec::new();
        for (i, arg) in given.args.iter().enumerate() {
            values.push(self.eval_arg(st, dot, arg, parameter(function, i))?);
            if let Some(log) = &mut self.log {
                origins.push(log.take_last(matches!(
                    arg.kind,
                    ExprKind::Field(_) | ExprKind::Variable(..) | ExprKind::Chain(..)
                )));
            }
        }
        if let Some(last) = given.last {
            values.push(self.validate(st, last, parameter(function, given.args.len()))?);
        }
        let (from, to) = node.range(st.ast);
        self.at_call(st, from, to);
        if let Some(log) = &mut self.log {
            log.arguments = origins;
        }
        let result = (function.call)(self, &values).and_then(|value| {
            self.pay_for(&value)?;
            Ok(value)
        });
        match result {
            Ok(value) if function.ret == REFLECT => Ok(Operand::concrete(value)),
            Ok(value) => Ok(Operand::typed(value, function.ret)),
            Err(error) => self.call_failed(st, node, function.name, error),
        }
    }

    #[cold]
    fn call_failed<'a>(
        &mut self,
        st: &mut State<'a>,
        node: Node<'a>,
        name: &str,
        error: Error,
    ) -> Result<Operand, Error> {
        st.node = node;
        Err(self.function_error(st, name, error))
    }

    fn check_count(
        &self,
        st: &State<'_>,
        function: &Function,
        given: &Given<'_>,
    ) -> Result<(), Error> {
        let (got, args) = (given.count(), given.args.len());
        let (name, declared) = (function.name, function.params.len());
        if function.variadic {
            let fixed = declared.saturating_sub(1);
            if got < fixed {
                let message =
                    format!("wrong number of args for {name}: want at least {fixed} got {args}");
                return self.fail(st, message);
            }
        } else if got != declared {
            let message = format!("wrong number of args for {name}: want {declared} got {got}");
            return self.fail(st, message);
        }
        Ok(())
    }

    /// `and` and `or` do not evaluate what comes after the argument that decides.
    fn and_or<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        function: &Function,
        is_or: bool,
        given: Given<'a>,
    ) -> Result<Operand, Error> {
        self.check_count(st, function, &given)?;
        let mut value = Operand::default();
        for arg in given.args {
            value = self.eval_operand(st, dot, arg)?;
            if value.value.is_true() == is_or {
                return Ok(value);
            }
        }
        Ok(given.last.unwrap_or(value))
    }

    /// `call`: no value of ours is a function, so it always fails, after its arguments are evaluated.
    fn call_value<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        function: &Function,
        node: Node<'a>,
        given: Given<'a>,
    ) -> Result<Operand, Error> {
        self.check_count(st, function, &given)?;
        let mut called = None;
        for arg in given.args {
            let value = self.eval_operand(st, dot, arg)?;
            called.get_or_insert(value);
        }
        let called = called.or(given.last).unwrap_or_default();
        let error = match called.value.ty() {
            None => Error::new("call of nil"),
            Some(ty) => {
                let name = match given.args.first() {
                    Some(first) => Node::Expr(first).text(st.ast),
                    None => reflect_text(&called),
                };
                Error::new(format!("non-function {name} of type {}", ty.name))
            }
        };
        self.call_failed(st, node, function.name, error)
    }

    /// What functions make is paid for by its size, so that values cannot double without end.
    fn pay_for(&mut self, value: &Value) -> Result<(), Error> {
        let cost = match value {
            Value::Str(text) => {
                let most = self.options.budget.output / STRING_SHARE;
                if text.len() as u64 > most {
                    return Err(too_large(most));
                }
                text.len() / 64
            }
            Value::Bytes(bytes) => bytes.len() / 64,
            Value::List(list) => list.len() / 16,
            Value::Map(map) => map.len() / 16,
            _ => 0,
        };
        self.pay(cost as u64 + 1)
    }
}

#[cold]
fn too_large(limit: u64) -> Error {
    Error::of(
        ErrorKind::Budget,
        format!("a function gives a string of more than {limit} bytes"),
    )
    .with_help("look for a string that doubles itself, or raise the budget of output")
}

/// The type of the parameter that takes the argument at `index`.
fn parameter(function: &Function, index: usize) -> Type {
    let declared = function.params.get(index).or(function.params.last());
    declared.copied().unwrap_or(ty::ANY)
}

/// `reflect.Value.String`
fn reflect_text(operand: &Operand) -> String {
    match &operand.value {
        Value::Str(text) => text.to_text().into_owned(),
        Value::Nil => "<invalid Value>".to_owned(),
        _ => format!("<{} Value>", operand.type_name()),
    }
}
