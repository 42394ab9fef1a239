//! Pipelines, commands and operands.

use super::{Parsed, Parser};
use crate::ast::{Callee, Command, Expr, ExprKind, Fields, Pipe, PipeId, Symbol};
use crate::builtins;
use crate::number::Number;
use crate::token::{Item, Tok};

/// `parse.maxStackDepth`
const MAX_PAREN_DEPTH: u32 = 10_000;

/// The variables at the head of a pipeline.
#[derive(Default)]
struct Declaration {
    vars: Vec<Symbol>,
    assigns: bool,
}

impl Parser<'_> {
    /// Declarations and commands up to the token `end`; gives the pipeline and where that token ends.
    pub(super) fn pipeline(&mut self, context: &str, end: Tok) -> Parsed<(PipeId, u32)> {
        let pos = self.peek_non_space().start;
        let declaration = self.declaration(context)?;
        let commands = self.commands.begin();
        loop {
            let token = self.next_non_space();
            if token.tok == end {
                self.check_pipeline(commands, context)?;
                let pipe = Pipe {
                    pos,
                    end: token.start,
                    assigns: declaration.assigns,
                    vars: declaration.vars.into(),
                    commands: self.commands.finish(commands),
                };
                return Ok((self.add_pipe(pipe), token.end));
            }
            if !starts_operand(token.tok) {
                return self.unexpected(token, context);
            }
            self.backup();
            let command = self.command()?;
            self.commands.push(command);
        }
    }

    /// `$x :=`, `$x =`, and for a range `$i, $x :=`
    fn declaration(&mut self, context: &str) -> Parsed<Declaration> {
        let mut out = Declaration::default();
        loop {
            let variable = self.peek_non_space();
            if variable.tok != Tok::Variable {
                return Ok(out);
            }
            self.next();
            // A space is a token: `$x foo` takes three of lookahead to see that it declares nothing.
            let after = self.peek();
            let next = self.peek_non_space();
            match next.tok {
                Tok::Assign | Tok::Declare => {
                    self.next_non_space();
                    out.assigns = next.tok == Tok::Assign;
                    self.declare(variable, &mut out);
                    return Ok(out);
                }
                Tok::Char if next.text(self.input) == b"," => {
                    self.next_non_space();
                    self.declare(variable, &mut out);
                    self.check_comma(context, out.vars.len())?;
                }
                _ if after.tok == Tok::Space => {
                    self.backup3(variable, after);
                    return Ok(out);
                }
                _ => {
                    self.backup2(variable);
                    return Ok(out);
                }
            }
        }
    }

    fn declare(&mut self, variable: Item, out: &mut Declaration) {
        let symbol = self.symbol(variable);
        out.vars.push(symbol);
        self.state.declare(symbol);
    }

    fn check_comma(&mut self, context: &str, declared: usize) -> Parsed<()> {
        if context == "range" && declared < 2 {
            return match self.peek_non_space().tok {
                Tok::Variable | Tok::RightDelim | Tok::RightParen => Ok(()),
                _ => self.fail("range can only initialize variables"),
            };
        }
        self.fail(format!("too many declarations in {context}"))
    }

    fn check_pipeline(&self, commands: usize, context: &str) -> Parsed<()> {
        let commands = self.commands.since(commands);
        if commands.is_empty() {
            return self.fail(format!("missing value for {context}"));
        }
        for (at, command) in commands.iter().enumerate().skip(1) {
            if command
                .args
                .of(&self.exprs.done)
                .first()
                .is_some_and(|first| is_literal(&first.kind))
            {
                let stage = at + 1;
                return self.fail(format!("non executable command in pipeline stage {stage}"));
            }
        }
        Ok(())
    }

    /// Operands up to a pipe, which is taken, or to the end of the pipeline, which is left.
    fn command(&mut self) -> Parsed<Command> {
        let pos = self.peek_non_space().start;
        let args = self.exprs.begin();
        loop {
            self.peek_non_space();
            if let Some(operand) = self.operand()? {
                self.exprs.push(operand);
            }
            let token = self.next();
            match token.tok {
                Tok::Space => {}
                Tok::RightDelim | Tok::RightParen => {
                    self.backup();
                    break;
                }
                Tok::Pipe => break,
                _ => return self.unexpected(token, "operand"),
            }
        }
        let Some(end) = self.exprs.since(args).last().map(|last| last.end) else {
            return self.fail("empty command");
        };
        Ok(Command {
            pos,
            end,
            args: self.exprs.finish(args),
        })
    }

    /// A term and the fields after it.
    fn operand(&mut self) -> Parsed<Option<Expr>> {
        let Some(term) = self.term()? else {
            return Ok(None);
        };
        let first = self.peek();
        if first.tok != Tok::Field {
            return Ok(Some(term));
        }
        let mut end = first.end;
        while self.peek().tok == Tok::Field {
            end = self.next().end;
        }
        let start = term.start;
        let fields = Fields {
            from: first.start,
            to: end,
        };
        let kind = match term.kind {
            ExprKind::Field(own) => ExprKind::Field(Fields {
                from: own.from,
                ..fields
            }),
            ExprKind::Variable(symbol, _) => ExprKind::Variable(symbol, fields),
            kind if is_literal(&kind) => {
                let text = Item {
                    start,
                    end: term.end,
                    ..first
                }
                .text(self.input);
                let quoted = evenkeel_value::number::quote(text);
                return self.fail(format!("unexpected . after term {quoted}"));
            }
            kind => ExprKind::Chain(Box::new(Expr { kind, ..term }), fields),
        };
        Ok(Some(Expr {
            pos: first.start,
            start,
            end,
            kind,
        }))
    }

    fn term(&mut self) -> Parsed<Option<Expr>> {
        let token = self.next_non_space();
        let kind = match token.tok {
            Tok::Identifier => ExprKind::Function(self.callee(token)?),
            Tok::Dot => ExprKind::Dot,
            Tok::Nil => ExprKind::Nil,
            Tok::Variable => ExprKind::Variable(self.use_variable(token)?, Fields::NONE),
            Tok::Field => ExprKind::Field(Fields {
                from: token.start,
                to: token.end,
            }),
            Tok::Bool => ExprKind::Bool(token.text(self.input) == b"true"),
            Tok::CharConstant | Tok::Complex | Tok::Number => {
                match Number::parse(token.text(self.input), token.tok) {
                    Ok(number) => ExprKind::Number(Box::new(number)),
                    Err(message) => return self.fail(message),
                }
            }
            Tok::LeftParen => return self.parenthesized(token).map(Some),
            Tok::String | Tok::RawString => ExprKind::String(self.unquote(token)?),
            _ => {
                self.backup();
                return Ok(None);
            }
        };
        Ok(Some(Expr {
            pos: token.start,
            start: token.start,
            end: token.end,
            kind,
        }))
    }

    fn parenthesized(&mut self, token: Item) -> Parsed<Expr> {
        // The stack may be too small for Go's limit; the message is the same then.
        if self.state.paren_depth >= MAX_PAREN_DEPTH || self.guard.exceeded() {
            return self.fail("max expression depth exceeded");
        }
        self.state.paren_depth += 1;
        let (pipe, end) = self.pipeline("parenthesized pipeline", Tok::RightParen)?;
        self.state.paren_depth -= 1;
        let pos = self.pipes[pipe.0 as usize].pos;
        Ok(Expr {
            pos,
            start: token.start,
            end,
            kind: ExprKind::Pipe(pipe),
        })
    }

    fn callee(&self, token: Item) -> Parsed<Callee> {
        let name = token.text(self.input);
        match std::str::from_utf8(name)
            .ok()
            .and_then(|name| self.functions.get(name))
        {
            Some(function) => Ok(builtins::callee(function)),
            None => {
                let name = evenkeel_value::number::quote(name);
                self.fail(format!("function {name} not defined"))
            }
        }
    }

    fn use_variable(&mut self, token: Item) -> Parsed<Symbol> {
        let symbol = self.symbol(token);
        if self.state.is_declared(symbol) {
            return Ok(symbol);
        }
        let name = evenkeel_value::number::quote(token.text(self.input));
        self.fail(format!("undefined variable {name}"))
    }
}

fn starts_operand(tok: Tok) -> bool {
    matches!(
        tok,
        Tok::Bool
            | Tok::CharConstant
            | Tok::Complex
            | Tok::Dot
            | Tok::Field
            | Tok::Identifier
            | Tok::Number
            | Tok::Nil
            | Tok::RawString
            | Tok::String
            | Tok::Variable
            | Tok::LeftParen
    )
}

/// Operands that take no argument and no field, and may only come first in a pipeline.
fn is_literal(kind: &ExprKind) -> bool {
    use ExprKind::{Bool, Dot, Nil, Number, String};
    matches!(kind, Bool(_) | Dot | Nil | Number(_) | String(_))
}
