//! Variables: a stack that is searched by name, because which variables there are depends on what ran.

use evenkeel_diagnostics::FrameId;

use super::{Executor, State};
use crate::Error;
use crate::ast::Symbol;
use crate::operand::Operand;

/// A variable of a running template.
pub(super) struct Variable {
    symbol: Symbol,
    value: Operand,
    /// The frame of the statement that gave the value, for the read log.
    from: FrameId,
}

impl Executor<'_> {
    /// Declares `$`.
    pub(super) fn push_root(&mut self, dot: &Operand, from: FrameId) {
        self.push_var(Symbol::ROOT, dot.clone(), from);
    }

    pub(super) fn push_var(&mut self, symbol: Symbol, value: Operand, from: FrameId) {
        self.vars.push(Variable {
            symbol,
            value,
            from,
        });
    }

    /// The value of the variable declared last under the name, and the frame that gave it.
    pub(super) fn var(
        &mut self,
        st: &State<'_>,
        symbol: Symbol,
    ) -> Result<(Operand, FrameId), Error> {
        let at = self.find_var(st, symbol)?;
        let var = &self.vars[at];
        Ok((var.value.clone(), var.from))
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
        self.vars[at].from = st.frame;
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
    pub(super) fn set_top_var(&mut self, n: usize, value: Operand, from: FrameId) {
        let at = self.vars.len().checked_sub(n);
        if let Some(var) = at.and_then(|at| self.vars.get_mut(at)) {
            var.value = value;
            var.from = from;
        }
    }
}
