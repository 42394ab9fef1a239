//! Variables: a stack that is searched by name, because which variables there are depends on what ran.

use super::{Executor, State};
use crate::Error;
use crate::ast::Symbol;
use crate::operand::Operand;

/// A variable of a running template.
pub(super) struct Variable {
    symbol: Symbol,
    value: Operand,
}

impl Executor<'_> {
    /// Declares `$`.
    pub(super) fn push_root(&mut self, dot: &Operand) {
        self.push_var(Symbol::ROOT, dot.clone());
    }

    pub(super) fn push_var(&mut self, symbol: Symbol, value: Operand) {
        self.vars.push(Variable { symbol, value });
    }

    /// The value of the variable declared last under the name.
    pub(super) fn var(&self, st: &State<'_>, symbol: Symbol) -> Result<&Operand, Error> {
        let own = self.vars.get(st.base..).unwrap_or_default();
        match own.iter().rev().find(|var| var.symbol == symbol) {
            Some(var) => Ok(&var.value),
            None => self.fail(st, undefined(st, symbol)),
        }
    }

    /// Assigns to the variable declared last under the name.
    pub(super) fn set_var(
        &mut self,
        st: &State<'_>,
        symbol: Symbol,
        value: Operand,
    ) -> Result<(), Error> {
        let own = self.vars.get_mut(st.base..).unwrap_or_default();
        match own.iter_mut().rev().find(|var| var.symbol == symbol) {
            Some(var) => {
                var.value = value;
                Ok(())
            }
            None => self.fail(st, undefined(st, symbol)),
        }
    }

    /// Overwrites the variable `n` from the top of the stack (`state.setTopVar`).
    pub(super) fn set_top_var(&mut self, n: usize, value: Operand) {
        let at = self.vars.len().checked_sub(n);
        if let Some(var) = at.and_then(|at| self.vars.get_mut(at)) {
            var.value = value;
        }
    }
}

fn undefined(st: &State<'_>, symbol: Symbol) -> String {
    format!("undefined variable: {}", st.ast.symbol(symbol))
}
