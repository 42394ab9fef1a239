//! How much an expression may do: nested macros over all objects must not take forever.

use std::cell::Cell;

use cel::common::ast::{CallExpr, Expr, IdedExpr};
use cel::common::types::{CelString, DYN_TYPE};
use cel::common::value::CowVal;
use cel::{DeclarationError, Env, ExecutionError};

/// What one object may cost: an item of a list that a macro goes through is one step.
const EACH: u64 = 200_000;
/// What all objects of an environment may cost together.
const ALL: u64 = 4_000_000;
/// How many bytes of a new string are one step.
const BYTES: usize = 64;

/// The function that counts. No expression can name it.
const CHARGE: &str = "@charge";
/// Functions whose result may be longer than what they are given.
const GROWING: &[&str] = &["_+_", "replace", "join", "format", "split", "flatten"];

thread_local! {
    /// What the expression that runs on this thread has left. Functions of CEL are given nothing but their arguments.
    static LEFT: Cell<u64> = const { Cell::new(0) };
}

/// What is left for a rule in an environment.
#[derive(Debug)]
pub(in crate::custom) struct Budget(u64);

impl Default for Budget {
    fn default() -> Budget {
        Budget(ALL)
    }
}

impl Budget {
    /// Runs something with as much as one object may cost, and takes off what it did cost.
    pub(super) fn spend<T>(&mut self, run: impl FnOnce() -> T) -> T {
        let given = self.0.min(EACH);
        LEFT.set(given);
        let result = run();
        self.0 -= given - LEFT.get();
        result
    }
}

/// Declares the function that counts.
pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload(CHARGE, "charge_dyn", vec![DYN_TYPE], charge)
}

/// Takes what its argument costs off the budget, and gives the argument.
fn charge<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let Some(argument) = arguments.into_iter().next() else {
        return Err(ExecutionError::invalid_argument_count(1, 0));
    };
    let size = match argument.downcast_ref::<CelString>() {
        Some(text) => text.inner().len() / BYTES,
        None => argument.as_sizer().map_or(0, |list| {
            usize::try_from(*list.size().inner()).unwrap_or(usize::MAX)
        }),
    };
    let cost = 1 + size as u64;
    match LEFT.get().checked_sub(cost) {
        Some(left) => {
            LEFT.set(left);
            Ok(argument)
        }
        None => {
            // What goes on all the same, because something else decides, has nothing left either.
            LEFT.set(0);
            let reason = "the expression takes too many steps (docs/custom-rules.md)";
            Err(ExecutionError::InternalError(reason.to_owned()))
        }
    }
}

/// Lets an expression count: what a macro goes through before it does, and what grows after it did.
pub(super) fn metered(expression: &mut IdedExpr) {
    match &mut expression.expr {
        Expr::Comprehension(comprehension) => {
            metered(&mut comprehension.iter_range);
            wrap(&mut comprehension.iter_range);
            metered(&mut comprehension.accu_init);
            metered(&mut comprehension.loop_cond);
            metered(&mut comprehension.loop_step);
            metered(&mut comprehension.result);
        }
        Expr::Call(call) => {
            call.target.iter_mut().for_each(|target| metered(target));
            call.args.iter_mut().for_each(metered);
            if GROWING.contains(&call.func_name.as_str()) && !is_accumulator(call) {
                wrap(expression);
            }
        }
        Expr::List(list) => list.elements.iter_mut().for_each(metered),
        Expr::Select(select) => metered(&mut select.operand),
        Expr::Map(map) => map
            .entries
            .iter_mut()
            .for_each(|entry| entries(&mut entry.expr)),
        Expr::Struct(it) => it
            .entries
            .iter_mut()
            .for_each(|entry| entries(&mut entry.expr)),
        Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => {}
    }
}

fn entries(entry: &mut cel::common::ast::EntryExpr) {
    use cel::common::ast::EntryExpr;
    match entry {
        EntryExpr::StructField(field) => metered(&mut field.value),
        EntryExpr::MapEntry(entry) => {
            metered(&mut entry.key);
            metered(&mut entry.value);
        }
    }
}

/// Whether it is the step of a `map` or `filter`: the interpreter knows it by its form, and it was paid for.
fn is_accumulator(call: &CallExpr) -> bool {
    let first = call.args.first().map(|argument| &argument.expr);
    matches!(first, Some(Expr::Ident(name)) if name.starts_with('@'))
}

fn wrap(expression: &mut IdedExpr) {
    let id = expression.id;
    let argument = std::mem::take(expression);
    *expression = IdedExpr {
        id,
        expr: Expr::Call(CallExpr {
            func_name: CHARGE.to_owned(),
            target: None,
            args: vec![argument],
        }),
    };
}
