//! if, with, range.

use evenkeel_diagnostics::{FrameId, FrameKind, Origin};
use evenkeel_value::{List, Map, Value, fmt, ty};

use super::{Executor, Flow, State};
use crate::Error;
use crate::ast::{Branch, BranchKind, Pipe, Stmt};
use crate::operand::Operand;
use crate::reads::{Read, item_origin};

impl Executor<'_> {
    pub(super) fn walk_if_or_with<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        stmt: &'a Stmt,
        branch: &'a Branch,
    ) -> Result<Flow, Error> {
        let around = self.enter_block(st, stmt)?;
        let dot_from = st.dot_from;
        let scope = self.vars.len();
        let value = self.eval_pipeline(st, dot, branch.pipe)?;
        let flow = if value.value.is_true() {
            let inner = if branch.kind == BranchKind::With {
                st.dot_from = st.frame;
                &value
            } else {
                dot
            };
            self.walk_list(st, inner, st.ast.list(branch.list))?
        } else if let Some(list) = branch.else_list {
            st.frame = self.open(st, FrameKind::Else, stmt.from, stmt.to);
            self.walk_list(st, dot, st.ast.list(list))?
        } else {
            Flow::Next
        };
        self.vars.truncate(scope);
        (st.frame, st.dot_from) = (around, dot_from);
        Ok(flow)
    }

    pub(super) fn walk_range<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        stmt: &'a Stmt,
        branch: &'a Branch,
    ) -> Result<Flow, Error> {
        let around = self.enter_block(st, stmt)?;
        let scope = self.vars.len();
        let over = self.eval_pipeline(st, dot, branch.pipe)?.value;
        let mut turns = Turns {
            pipe: st.ast.pipe(branch.pipe),
            body: st.ast.list(branch.list),
            stmt,
            scope: self.vars.len(),
        };
        let ran = match &over {
            Value::Int(..) | Value::Uint(..) => self.range_integer(st, &over, &mut turns)?,
            Value::List(list) => self.range_list(st, list, &mut turns)?,
            Value::Bytes(bytes) => self.range_bytes(st, bytes, &mut turns)?,
            Value::Map(map) => self.range_map(st, map, &mut turns)?,
            Value::Nil => false,
            other => return self.fail(st, format!("range can't iterate over {}", shown(other))),
        };
        let mut flow = Flow::Next;
        if !ran && let Some(list) = branch.else_list {
            st.frame = self.open(st, FrameKind::Else, stmt.from, stmt.to);
            flow = self.walk_list(st, dot, st.ast.list(list))?;
        }
        self.vars.truncate(scope);
        st.frame = around;
        // Go catches a `break` of the else part here too, although the parser takes it for the outer
        // loop's; a `continue` goes on to that one.
        Ok(if flow == Flow::Break {
            Flow::Next
        } else {
            flow
        })
    }

    /// Recursion that the text decides the depth of begins here. Gives the frame to return to.
    fn enter_block(&mut self, st: &mut State<'_>, stmt: &Stmt) -> Result<FrameId, Error> {
        if self.guard.exceeded() {
            return Err(self.locate(st, super::over_depth()));
        }
        let around = st.frame;
        st.frame = self.open(st, FrameKind::Branch, stmt.from, stmt.to);
        Ok(around)
    }

    fn range_integer<'a>(
        &mut self,
        st: &mut State<'a>,
        over: &Value,
        turns: &mut Turns<'a>,
    ) -> Result<bool, Error> {
        if turns.pipe.vars.len() > 1 {
            let over = shown(over);
            return self.fail(
                st,
                format!("can't use {over} to iterate over more than one variable"),
            );
        }
        let count = match over {
            Value::Int(n, _) => u64::try_from(*n).unwrap_or(0),
            Value::Uint(n, _) => *n,
            _ => 0,
        };
        for i in 0..count {
            let elem = match over {
                Value::Uint(_, ty) => Value::Uint(i, *ty),
                Value::Int(_, ty) => Value::Int(i as i64, *ty),
                _ => Value::Nil,
            };
            let elem = (Operand::default(), Operand::concrete(elem));
            if !self.turn(st, turns, elem, Origin::NONE)? {
                break;
            }
        }
        Ok(count > 0)
    }

    fn range_list<'a>(
        &mut self,
        st: &mut State<'a>,
        list: &List,
        turns: &mut Turns<'a>,
    ) -> Result<bool, Error> {
        let elem_type = list.ty().elem.unwrap_or(ty::ANY);
        for i in 0..list.len() {
            // Elements are read as the loop comes to them: it may have changed them.
            let at = item_origin(list, i);
            let elem = Operand::typed(list.get(i).unwrap_or_default(), elem_type);
            let index = Operand::concrete(super::action::int(i));
            if !self.turn(st, turns, (index, elem), at)? {
                break;
            }
        }
        Ok(!list.is_empty())
    }

    fn range_bytes<'a>(
        &mut self,
        st: &mut State<'a>,
        bytes: &[u8],
        turns: &mut Turns<'a>,
    ) -> Result<bool, Error> {
        for (i, byte) in bytes.iter().enumerate() {
            let elem = Operand::concrete(Value::Uint(u64::from(*byte), ty::UINT8));
            let index = Operand::concrete(super::action::int(i));
            if !self.turn(st, turns, (index, elem), Origin::NONE)? {
                break;
            }
        }
        Ok(!bytes.is_empty())
    }

    fn range_map<'a>(
        &mut self,
        st: &mut State<'a>,
        map: &Map,
        turns: &mut Turns<'a>,
    ) -> Result<bool, Error> {
        let elem_type = map.ty().elem.unwrap_or(ty::ANY);
        // Go sorts keys and values before the first turn, so changes are not seen.
        let entries = map.snapshot();
        let ran = !entries.is_empty();
        for entry in entries {
            let key = Operand::concrete(Value::Str(entry.key));
            let value = Operand::typed(entry.value, elem_type);
            if !self.turn(st, turns, (key, value), entry.origin)? {
                break;
            }
        }
        Ok(ran)
    }

    /// One turn of a loop; false where it broke off.
    fn turn<'a>(
        &mut self,
        st: &mut State<'a>,
        turns: &mut Turns<'a>,
        (index, elem): (Operand, Operand),
        at: Origin,
    ) -> Result<bool, Error> {
        if let Err(error) = self.pay(1) {
            return Err(self.locate(st, error));
        }
        let (around, dot_from) = (st.frame, st.dot_from);
        st.frame = self.open(st, FrameKind::Turn, turns.stmt.from, turns.stmt.to);
        st.dot_from = st.frame;
        self.log_turn(st, &index, at);
        let pipe = turns.pipe;
        match (&*pipe.vars, pipe.assigns) {
            ([], _) => {}
            ([first], true) => self.set_var(st, *first, elem.clone())?,
            ([_], false) => self.set_top_var(1, elem.clone(), st.frame),
            ([first, second, ..], true) => {
                self.set_var(st, *first, index)?;
                self.set_var(st, *second, elem.clone())?;
            }
            ([_, _, ..], false) => {
                self.set_top_var(1, elem.clone(), st.frame);
                self.set_top_var(2, index, st.frame);
            }
        }
        let flow = self.walk_list(st, &elem, turns.body)?;
        self.vars.truncate(turns.scope);
        (st.frame, st.dot_from) = (around, dot_from);
        Ok(flow != Flow::Break)
    }

    /// Logs the item of a turn.
    fn log_turn(&mut self, st: &State<'_>, index: &Operand, origin: Origin) {
        self.log(st.frame, || Read {
            name: format!("item {}", shown(&index.value)),
            origin,
            found: true,
            base: None,
        });
    }
}

/// What all turns of one loop share.
struct Turns<'a> {
    pipe: &'a Pipe,
    body: &'a [Stmt],
    stmt: &'a Stmt,
    /// How many variables there are before the body declares its own.
    scope: usize,
}

/// A value as `%v` prints its `reflect.Value`, in messages.
fn shown(value: &Value) -> String {
    let text = fmt::sprint(value);
    String::from_utf8_lossy(super::action::without_pointer(value, &text)).into_owned()
}
