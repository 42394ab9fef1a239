//! Statements: text, actions and template calls; pipelines and printing.

use evenkeel_diagnostics::{FrameKind, Segment};
use evenkeel_value::{Value, fmt, number, ty};

use super::call::Given;
use super::{Executor, Flow, State};
use crate::ast::{BranchKind, Command, Expr, ExprKind, PipeId, Stmt, StmtKind};
use crate::number::Number;
use crate::operand::Operand;
use crate::print::Node;
use crate::{Error, ErrorKind};

/// Go's `maxExecDepth`, which its message names.
const GO_TEMPLATE_DEPTH: u32 = 100_000;

/// Where we give that message. Only recursion without end comes near either number; the difference is a
/// multiple of all numbers up to ten, so that a cycle of that many templates stops at the same one.
const TEMPLATE_DEPTH: u32 = GO_TEMPLATE_DEPTH - 2_520 * 39;

impl Executor<'_> {
    pub(super) fn walk_list<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        list: &'a [Stmt],
    ) -> Result<Flow, Error> {
        for stmt in list {
            st.node = Node::Stmt(stmt);
            if let Err(error) = self.pay(1) {
                return Err(self.locate(st, error));
            }
            match &stmt.kind {
                StmtKind::Text => {
                    self.write(st, stmt);
                    self.out.push_bytes(st.ast.slice(stmt.from, stmt.to));
                    self.written(st, (stmt.to - stmt.from) as usize)?;
                }
                StmtKind::Action(pipe) => self.action(st, dot, stmt, *pipe)?,
                StmtKind::Branch(branch) => {
                    let flow = match branch.kind {
                        BranchKind::Range => self.walk_range(st, dot, stmt, branch)?,
                        BranchKind::If | BranchKind::With => {
                            self.walk_if_or_with(st, dot, stmt, branch)?
                        }
                    };
                    if flow != Flow::Next {
                        return Ok(flow);
                    }
                }
                StmtKind::Template { name, pipe } => {
                    self.call_template(st, dot, stmt, name, *pipe)?
                }
                StmtKind::Break => return Ok(Flow::Break),
                StmtKind::Continue => return Ok(Flow::Continue),
            }
        }
        Ok(Flow::Next)
    }

    fn action<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        stmt: &'a Stmt,
        pipe: PipeId,
    ) -> Result<(), Error> {
        let around = st.frame;
        st.frame = self.open(st, FrameKind::Statement, stmt.from, stmt.to);
        let value = self.eval_pipeline(st, dot, pipe)?;
        if st.ast.pipe(pipe).vars.is_empty() {
            st.node = Node::Stmt(stmt);
            self.print_value(st, stmt, &value.value)?;
        }
        st.frame = around;
        Ok(())
    }

    fn call_template<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        stmt: &'a Stmt,
        name: &[u8],
        pipe: Option<PipeId>,
    ) -> Result<(), Error> {
        let Some(template) = self.lookup(name) else {
            return self.fail(st, format!("template {} not defined", number::quote(name)));
        };
        if st.depth == TEMPLATE_DEPTH {
            let message = format!("exceeded maximum template depth ({GO_TEMPLATE_DEPTH})");
            return self.fail(st, message);
        }
        let around = st.frame;
        st.frame = self.open(st, FrameKind::Statement, stmt.from, stmt.to);
        let data = match pipe {
            Some(pipe) => self.eval_pipeline(st, dot, pipe)?,
            None => Operand::default(),
        };
        self.at_call(st, stmt.from, stmt.to);
        st.frame = around;
        match self.activate(&template, &data, FrameKind::Invoke, st.depth + 1) {
            Err(error) if error.kind() == ErrorKind::Budget => Err(self.locate(st, error)),
            other => other,
        }
    }

    /// The value of a pipeline: never seen through an interface. Its variables are set or declared, and
    /// stay until the enclosing control structure ends.
    pub(super) fn eval_pipeline<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        id: PipeId,
    ) -> Result<Operand, Error> {
        st.node = Node::Pipe(id);
        let pipe = st.ast.pipe(id);
        let mut last: Option<Operand> = None;
        for command in st.ast.commands(pipe) {
            let mut value = self.eval_command(st, dot, command, last)?;
            value.interface = false;
            last = Some(value);
        }
        let value = last.unwrap_or_default();
        for &symbol in &pipe.vars {
            if pipe.assigns {
                self.set_var(st, symbol, value.clone())?;
            } else {
                self.push_var(symbol, value.clone(), st.frame);
            }
        }
        Ok(value)
    }

    fn eval_command<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        command: &'a Command,
        last: Option<Operand>,
    ) -> Result<Operand, Error> {
        let Some((first, args)) = st.ast.args(command).split_first() else {
            return Ok(Operand::default());
        };
        let given = Given { args, last };
        match &first.kind {
            ExprKind::Field(names) => {
                st.node = Node::Expr(first);
                let from = st.dot_from;
                self.eval_fields(st, dot, (dot.clone(), Some(from)), first, *names, given)
            }
            ExprKind::Chain(base, names) => self.eval_chain(st, dot, first, base, *names, given),
            ExprKind::Function(callee) => {
                st.node = Node::Expr(first);
                self.eval_function(st, dot, *callee, Node::Command(command), given)
            }
            ExprKind::Variable(symbol, names) => {
                self.eval_variable(st, dot, first, *symbol, *names, given)
            }
            ExprKind::Pipe(id) => {
                self.not_a_function(st, first, &given)?;
                self.eval_nested(st, dot, *id)
            }
            kind => {
                st.node = Node::Expr(first);
                self.not_a_function(st, first, &given)?;
                match kind {
                    ExprKind::Dot => Ok(self.eval_dot(st, dot)),
                    ExprKind::Nil => self.fail(st, "nil is not a command"),
                    _ => self.literal(st, first),
                }
            }
        }
    }

    /// A pipeline in parentheses: recursion that the text decides the depth of.
    pub(super) fn eval_nested<'a>(
        &mut self,
        st: &mut State<'a>,
        dot: &Operand,
        id: PipeId,
    ) -> Result<Operand, Error> {
        if self.guard.exceeded() {
            return Err(self.locate(st, super::over_depth()));
        }
        self.eval_pipeline(st, dot, id)
    }

    pub(super) fn not_a_function(
        &self,
        st: &State<'_>,
        first: &Expr,
        given: &Given<'_>,
    ) -> Result<(), Error> {
        if given.count() == 0 {
            return Ok(());
        }
        let first = Node::Expr(first).text(st.ast);
        self.fail(st, format!("can't give argument to non-function {first}"))
    }

    /// A constant where nothing says which type it has to be.
    pub(super) fn literal(&self, st: &State<'_>, expr: &Expr) -> Result<Operand, Error> {
        Ok(Operand::concrete(match &expr.kind {
            ExprKind::Bool(b) => Value::Bool(*b),
            ExprKind::String(text) => Value::Str(text.clone().into()),
            ExprKind::Number(number) => self.ideal_constant(st, expr, number)?,
            _ => Value::Nil,
        }))
    }

    /// `state.idealConstant`
    fn ideal_constant(&self, st: &State<'_>, expr: &Expr, n: &Number) -> Result<Value, Error> {
        match (n.complex, n.float, n.int) {
            (Some((real, imaginary)), ..) => Ok(Value::Complex(real, imaginary)),
            (None, Some(float), _) if n.float_text => Ok(Value::float(float)),
            (None, _, Some(int)) => Ok(Value::int(int)),
            _ => self.fail(
                st,
                format!("{} overflows int", Node::Expr(expr).text(st.ast)),
            ),
        }
    }

    /// Names the statement as the writer of what follows.
    fn write(&mut self, st: &State<'_>, stmt: &Stmt) {
        let (from, to) = (stmt.from, stmt.to);
        self.out.set_writer(Segment {
            start: 0,
            from,
            to,
            frame: st.frame,
        });
    }

    fn written(&mut self, st: &State<'_>, bytes: usize) -> Result<(), Error> {
        self.pay_output(bytes)
            .map_err(|error| self.locate(st, error))
    }

    /// `state.printValue`
    fn print_value(&mut self, st: &State<'_>, stmt: &Stmt, value: &Value) -> Result<(), Error> {
        let before = self.out.len();
        self.write(st, stmt);
        match value {
            Value::Str(text) => self.out.push_str(text),
            Value::Nil => self.out.push_bytes(b"<no value>"),
            Value::Bool(b) => self.out.push_bytes(if *b { b"true" } else { b"false" }),
            other => {
                if let Value::Object(object) = other
                    && let Some(text) = object.addressed_text()
                {
                    self.out.push_bytes(&text);
                    return self.written(st, self.out.len() - before);
                }
                let mut text = std::mem::take(&mut self.scratch);
                text.clear();
                if fmt::try_append(&mut text, other).is_err() {
                    return self.too_deep(st);
                }
                self.out.push_bytes(without_pointer(other, &text));
                self.scratch = text;
            }
        }
        self.written(st, self.out.len() - before)
    }

    #[cold]
    fn too_deep(&self, st: &State<'_>) -> Result<(), Error> {
        let error = Error::of(ErrorKind::Budget, fmt::TooDeep.to_string());
        Err(self.locate(st, error))
    }
}

/// The text of a pointer as `printableValue` prefers it: of what it points to.
pub(crate) fn without_pointer<'t>(value: &Value, text: &'t [u8]) -> &'t [u8] {
    match value {
        Value::Object(object) if object.text().is_none() => text.strip_prefix(b"&").unwrap_or(text),
        _ => text,
    }
}

/// `int`'s type, for results of builtins.
pub(super) fn int(n: usize) -> Value {
    Value::Int(i64::try_from(n).unwrap_or(i64::MAX), ty::INT)
}
