//! The parsed form of one template text.

use std::sync::Arc;

use evenkeel_value::Value;

use crate::number::Number;
use crate::operand::Operand;
use crate::{Error, Function, FunctionTable, ParseError, parser};

/// A parsed text: its own body and the templates that it defines. Immutable, free to cross threads.
///
/// It knows no name: the same text may be a file of two charts. Positions are byte offsets.
#[derive(Debug)]
pub struct Ast {
    pub(crate) text: Arc<[u8]>,
    /// The text's own body first, then its definitions in the order of their `end`.
    pub(crate) trees: Vec<Tree>,
    pub(crate) pipes: Vec<Pipe>,
    pub(crate) lists: Vec<Run>,
    /// The nodes that lists, pipelines and commands have runs of. A large text has tens of thousands,
    /// most of them alone in their run: together they cost no allocation each.
    pub(crate) stmts: Vec<Stmt>,
    pub(crate) commands: Vec<Command>,
    pub(crate) exprs: Vec<Expr>,
    /// Names of variables; the first is `$`.
    pub(crate) symbols: Vec<Box<str>>,
    /// The line that the text ends on.
    pub(crate) last_line: u32,
}

impl Ast {
    /// Parses a template text, with the functions that it may call: `parse.Tree.Parse`.
    ///
    /// Needs about a megabyte of stack at most, however deep the text nests.
    ///
    /// # Errors
    /// The first error, as Go stops there.
    pub fn parse(text: Arc<[u8]>, functions: &FunctionTable) -> Result<Ast, ParseError> {
        Ast::parse_within(text, functions, 1 << 20)
    }

    /// As [`Ast::parse`], on a thread that has `stack` bytes of stack left for it: what nests deeper
    /// than that is an error (Go's own limit is 10,000 parentheses).
    ///
    /// # Errors
    /// As [`Ast::parse`].
    pub fn parse_within(
        text: Arc<[u8]>,
        functions: &FunctionTable,
        stack: usize,
    ) -> Result<Ast, ParseError> {
        parser::parse(text, functions, stack).map_err(|error| *error)
    }

    /// The text that was parsed.
    pub fn text(&self) -> &Arc<[u8]> {
        &self.text
    }

    /// The names of the templates that the text defines (`define` and `block`).
    pub fn defines(&self) -> impl Iterator<Item = &[u8]> {
        self.trees.iter().filter_map(|tree| tree.name.as_deref())
    }

    /// Line (from 1) and column (from 0, in bytes) of an offset, as Go counts them in messages.
    pub fn position(&self, offset: u32) -> (usize, usize) {
        let before = self.text.get(..offset as usize).unwrap_or(&self.text);
        let line = 1 + before.iter().filter(|&&b| b == b'\n').count();
        let start = before
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |at| at + 1);
        (line, before.len() - start)
    }

    /// What the text's actions name, whether or not they ever run, in no particular order.
    pub fn mentions(&self) -> Vec<Mention<'_>> {
        let mut found = Vec::new();
        for expr in &self.exprs {
            self.mentioned(expr, &mut found);
        }
        found
    }

    fn mentioned<'a>(&'a self, expr: &'a Expr, found: &mut Vec<Mention<'a>>) {
        let mut at = Some(expr);
        while let Some(expr) = at.take() {
            match &expr.kind {
                ExprKind::Field(fields) | ExprKind::Variable(_, fields) => {
                    found.push(Mention::Fields(
                        self.names(*fields).map(name_text).collect(),
                    ));
                }
                ExprKind::Chain(inner, fields) => {
                    found.push(Mention::Fields(
                        self.names(*fields).map(name_text).collect(),
                    ));
                    at = Some(inner);
                }
                ExprKind::String(text) => found.push(Mention::Text(text)),
                ExprKind::Function(callee) => found.push(Mention::Function(callee.name())),
                _ => {}
            }
        }
    }

    /// Whether anything in the text depends on a condition (`if`, `with`).
    pub fn has_conditions(&self) -> bool {
        let is_condition = |stmt: &Stmt| matches!(&stmt.kind, StmtKind::Branch(branch) if branch.kind != BranchKind::Range);
        self.stmts.iter().any(is_condition)
    }

    pub(crate) fn slice(&self, from: u32, to: u32) -> &[u8] {
        self.text
            .get(from as usize..to as usize)
            .unwrap_or_default()
    }

    pub(crate) fn list(&self, id: ListId) -> &[Stmt] {
        self.lists[id.0 as usize].of(&self.stmts)
    }

    pub(crate) fn commands(&self, pipe: &Pipe) -> &[Command] {
        pipe.commands.of(&self.commands)
    }

    /// The first is what the command calls, or its value.
    pub(crate) fn args(&self, command: &Command) -> &[Expr] {
        command.args.of(&self.exprs)
    }

    /// The names of fields, in order.
    pub(crate) fn names(&self, fields: Fields) -> impl DoubleEndedIterator<Item = &[u8]> {
        let text = self.slice(fields.from, fields.to);
        text.split(|&b| b == b'.').filter(|name| !name.is_empty())
    }

    pub(crate) fn pipe(&self, id: PipeId) -> &Pipe {
        &self.pipes[id.0 as usize]
    }

    pub(crate) fn symbol(&self, id: Symbol) -> &str {
        &self.symbols[id.0 as usize]
    }
}

/// The name of a field as text: it is made of letters and digits, so it is valid UTF-8.
pub(crate) fn name_text(name: &[u8]) -> &str {
    std::str::from_utf8(name).unwrap_or_default()
}

/// Something that an action names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mention<'a> {
    /// Fields in a row: of `.a.b`, `$x.a.b` and `(f).a.b` the names `a` and `b`. Empty for a bare variable.
    Fields(Vec<&'a str>),
    /// A string constant.
    Text(&'a [u8]),
    /// A function.
    Function(&'static str),
}

/// Where in an [`Ast`] nodes stand that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    from: u32,
    to: u32,
}

impl Run {
    /// Moves the nodes of `scratch` from `base` on to the end of `nodes`.
    pub(crate) fn finish<T>(nodes: &mut Vec<T>, scratch: &mut Vec<T>, base: usize) -> Run {
        let from = nodes.len() as u32;
        if scratch.len() == base + 1 {
            // As most runs are.
            nodes.extend(scratch.pop());
        } else {
            nodes.extend(scratch.drain(base..));
        }
        Run {
            from,
            to: nodes.len() as u32,
        }
    }

    pub(crate) fn of<T>(self, nodes: &[T]) -> &[T] {
        nodes
            .get(self.from as usize..self.to as usize)
            .unwrap_or_default()
    }
}

/// Field names in a row, as the text has them: `.a.b`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) from: u32,
    pub(crate) to: u32,
}

impl Fields {
    /// No field.
    pub(crate) const NONE: Fields = Fields { from: 0, to: 0 };

    pub(crate) fn is_empty(self) -> bool {
        self.from == self.to
    }
}

/// Index of a list of statements in its [`Ast`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListId(pub(crate) u32);

/// Index of a pipeline in its [`Ast`]: pipelines nest through it, so that nothing here is recursive
/// and a deep text is dropped like a flat one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PipeId(pub(crate) u32);

/// A variable's name in its [`Ast`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Symbol(pub(crate) u32);

impl Symbol {
    /// `$`
    pub(crate) const ROOT: Symbol = Symbol(0);
}

/// One template body.
#[derive(Debug)]
pub(crate) struct Tree {
    /// `None` for the body of the text itself.
    pub(crate) name: Option<Arc<[u8]>>,
    pub(crate) root: ListId,
    /// Nothing but space and comments (`parse.IsEmptyTree`): such a body never replaces another.
    pub(crate) empty: bool,
}

/// Literal text, an action or a control structure.
#[derive(Debug)]
pub(crate) struct Stmt {
    /// Where Go says that it is.
    pub(crate) pos: u32,
    /// Its first byte; for an action the delimiter's.
    pub(crate) from: u32,
    /// One past its last byte; for a control structure the `end` action's.
    pub(crate) to: u32,
    pub(crate) kind: StmtKind,
}

#[derive(Debug)]
pub(crate) enum StmtKind {
    Text,
    Action(PipeId),
    Branch(Branch),
    Template {
        name: Arc<[u8]>,
        pipe: Option<PipeId>,
    },
    Break,
    Continue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BranchKind {
    If,
    With,
    Range,
}

#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) kind: BranchKind,
    pub(crate) pipe: PipeId,
    pub(crate) list: ListId,
    pub(crate) else_list: Option<ListId>,
}

/// Commands, and the variables that take the last one's value.
#[derive(Debug)]
pub(crate) struct Pipe {
    pub(crate) pos: u32,
    pub(crate) end: u32,
    /// Whether the variables are assigned, not declared.
    pub(crate) assigns: bool,
    pub(crate) vars: Box<[Symbol]>,
    pub(crate) commands: Run,
}

/// A function, method or operand with its arguments; never without the first.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) pos: u32,
    pub(crate) end: u32,
    pub(crate) args: Run,
}

#[derive(Debug)]
pub(crate) struct Expr {
    /// Where Go says that it is: for `.a.b` that is the second field.
    pub(crate) pos: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) kind: ExprKind,
}

#[derive(Debug)]
pub(crate) enum ExprKind {
    Bool(bool),
    Dot,
    Nil,
    Number(Box<Number>),
    String(Arc<[u8]>),
    Function(Callee),
    /// `.a.b`
    Field(Fields),
    /// `$x`, `$x.a`
    Variable(Symbol, Fields),
    /// `(pipe).a.b`, `function.a`
    Chain(Box<Expr>, Fields),
    Pipe(PipeId),
}

/// What an identifier calls. The builtins that the executor does itself stand apart, because they
/// do not evaluate all their arguments or look at more than an argument's value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Callee {
    And(&'static Function),
    Or(&'static Function),
    Call(&'static Function),
    /// Its code sees operands, not only their values.
    Reflecting(&'static Function, Reflecting),
    Plain(&'static Function),
}

impl Callee {
    fn name(&self) -> &'static str {
        match self {
            Callee::And(function)
            | Callee::Or(function)
            | Callee::Call(function)
            | Callee::Reflecting(function, _)
            | Callee::Plain(function) => function.name,
        }
    }
}

/// The code of a builtin that tells a value from an interface that holds it.
pub(crate) type Reflecting = fn(&[Operand]) -> Result<Value, Error>;
