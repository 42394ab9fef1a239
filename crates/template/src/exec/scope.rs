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
    pub(super) fn var(&mut self, st: &State<'_>, symbol: Symbol) -> Result<Operand, Error> {
        let at = self.find_var(st, symbol)?;
        Ok(self.vars[at].value.clone())
    }

    /// Assigns to the variable declared last under the name.
    pub(super) fn set_var(
        &mut self,
        st: &State<'_>,
        symbol: Symbol,
        value: Operand,
    ) -> Result<(), Error> {
        let at = self.find_var(st, symbol)?;
        self.vars[at].value = value;
        Ok(())
    }

    fn find_var(&mut self, st: &State<'_>, symbol: Symbol) -> Result<usize, Error> {
        let own = self.vars.get(st.base..).unwrap_or_default();
        let Some(at) = own.iter().rposition(|var| var.symbol == symbol) else {
            let name = st.ast.symbol(symbol);
            return self.fail(st, format!("undefined variable: {name}"));
        };
        // Long searches are paid for.
        let passed = own.len() - at;
        if passed > 64 {
            self.pay(passed as u64 / 64)
                .map_err(|error| self.locate(st, error))?;
        }
        Ok(st.base + at)
    }

    /// Overwrites the variable `n` from the top of the stack (`state.setTopVar`).
    pub(super) fn set_top_var(&mut self, n: usize, value: Operand) {
        let at = self.vars.len().checked_sub(n);
        if let Some(var) = at.and_then(|at| self.vars.get_mut(at)) {
            var.value = value;
        }
    }
}
