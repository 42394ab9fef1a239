//! Nodes back to text, as Go's `Node.String` prints them: what stands in `at <…>` of its messages.

use evenkeel_value::number;

use crate::ast::{Ast, Branch, BranchKind, Expr, ExprKind, Fields, ListId, PipeId, Stmt, StmtKind};

/// Any node that an error can point at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node<'a> {
    Stmt(&'a Stmt),
    Pipe(PipeId),
    Command(&'a crate::ast::Command),
    Expr(&'a Expr),
}

impl<'a> Node<'a> {
    /// Where Go says that the node is.
    pub(crate) fn pos(self, ast: &Ast) -> u32 {
        match self {
            Node::Stmt(stmt) => stmt.pos,
            Node::Pipe(id) => ast.pipe(id).pos,
            Node::Command(command) => command.pos,
            Node::Expr(expr) => expr.pos,
        }
    }

    /// The bytes that the node covers.
    pub(crate) fn range(self, ast: &Ast) -> (u32, u32) {
        match self {
            Node::Stmt(stmt) => (stmt.from, stmt.to),
            Node::Pipe(id) => (ast.pipe(id).pos, ast.pipe(id).end),
            Node::Command(command) => (command.pos, command.end),
            Node::Expr(expr) => (expr.start, expr.end),
        }
    }

    /// The node as Go prints it.
    pub(crate) fn text(self, ast: &Ast) -> String {
        let mut out = Vec::new();
        match self {
            Node::Stmt(s) => stmt(ast, s, &mut out),
            Node::Pipe(id) => pipe(ast, id, &mut out),
            Node::Command(c) => command(ast, c, &mut out),
            Node::Expr(e) => expr(ast, e, &mut out),
        }
        String::from_utf8_lossy(&out).into_owned()
    }
}

fn list(ast: &Ast, id: ListId, out: &mut Vec<u8>) {
    for s in ast.list(id) {
        stmt(ast, s, out);
    }
}

fn stmt(ast: &Ast, s: &Stmt, out: &mut Vec<u8>) {
    match &s.kind {
        StmtKind::Text => out.extend_from_slice(ast.slice(s.from, s.to)),
        StmtKind::Action(id) => {
            out.extend_from_slice(b"{{");
            pipe(ast, *id, out);
            out.extend_from_slice(b"}}");
        }
        StmtKind::Branch(b) => branch(ast, b, out),
        StmtKind::Template {
            name,
            pipe: argument,
        } => {
            out.extend_from_slice(b"{{template ");
            out.extend_from_slice(number::quote(name).as_bytes());
            if let Some(id) = argument {
                out.push(b' ');
                pipe(ast, *id, out);
            }
            out.extend_from_slice(b"}}");
        }
        StmtKind::Break => out.extend_from_slice(b"{{break}}"),
        StmtKind::Continue => out.extend_from_slice(b"{{continue}}"),
    }
}

fn branch(ast: &Ast, b: &Branch, out: &mut Vec<u8>) {
    out.extend_from_slice(match b.kind {
        BranchKind::If => b"{{if ",
        BranchKind::With => b"{{with ",
        BranchKind::Range => b"{{range ",
    });
    pipe(ast, b.pipe, out);
    out.extend_from_slice(b"}}");
    list(ast, b.list, out);
    if let Some(other) = b.else_list {
        out.extend_from_slice(b"{{else}}");
        list(ast, other, out);
    }
    out.extend_from_slice(b"{{end}}");
}

fn pipe(ast: &Ast, id: PipeId, out: &mut Vec<u8>) {
    let p = ast.pipe(id);
    for (i, symbol) in p.vars.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        out.extend_from_slice(ast.symbol(*symbol).as_bytes());
    }
    if !p.vars.is_empty() {
        out.extend_from_slice(if p.assigns { b" = " } else { b" := " });
    }
    for (i, c) in ast.commands(p).iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b" | ");
        }
        command(ast, c, out);
    }
}

fn command(ast: &Ast, c: &crate::ast::Command, out: &mut Vec<u8>) {
    for (i, arg) in ast.args(c).iter().enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        enclosed(ast, arg, out);
    }
}

/// An operand, with parentheses around a pipeline.
fn enclosed(ast: &Ast, e: &Expr, out: &mut Vec<u8>) {
    let parentheses = matches!(e.kind, ExprKind::Pipe(_));
    if parentheses {
        out.push(b'(');
    }
    expr(ast, e, out);
    if parentheses {
        out.push(b')');
    }
}

fn expr(ast: &Ast, e: &Expr, out: &mut Vec<u8>) {
    match &e.kind {
        ExprKind::Bool(_)
        | ExprKind::Dot
        | ExprKind::Nil
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::Function(_) => out.extend_from_slice(ast.slice(e.start, e.end)),
        ExprKind::Field(names) => fields(ast, *names, out),
        ExprKind::Variable(symbol, names) => {
            out.extend_from_slice(ast.symbol(*symbol).as_bytes());
            fields(ast, *names, out);
        }
        ExprKind::Chain(base, names) => {
            enclosed(ast, base, out);
            fields(ast, *names, out);
        }
        ExprKind::Pipe(id) => pipe(ast, *id, out),
    }
}

fn fields(ast: &Ast, names: Fields, out: &mut Vec<u8>) {
    out.extend_from_slice(ast.slice(names.from, names.to));
}
