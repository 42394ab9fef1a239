//! Actions: control structures, template calls and plain pipelines.

use super::{Parsed, Parser, State, Step, Terminator};
use crate::ast::{Branch, BranchKind, Stmt, StmtKind};
use crate::token::{Item, Tok};

impl BranchKind {
    /// The keyword, which is also what Go calls the context in its messages.
    fn word(self) -> &'static str {
        match self {
            BranchKind::If => "if",
            BranchKind::With => "with",
            BranchKind::Range => "range",
        }
    }
}

impl Parser<'_> {
    /// What stands between delimiters; the left one, at `from`, is past.
    pub(super) fn action(&mut self, from: u32) -> Parsed<Step> {
        let token = self.next_non_space();
        let stmt = match token.tok {
            Tok::Block => self.block(from)?,
            Tok::Break => self.jump(from, token, StmtKind::Break, "{{break}}")?,
            Tok::Continue => self.jump(from, token, StmtKind::Continue, "{{continue}}")?,
            Tok::Else => return self.else_action(),
            Tok::End => {
                let end = self.expect(Tok::RightDelim, "end")?.end;
                return Ok(Step::Stop(Terminator::End, end));
            }
            Tok::If => self.branch(from, BranchKind::If)?,
            Tok::Range => self.branch(from, BranchKind::Range)?,
            Tok::With => self.branch(from, BranchKind::With)?,
            Tok::Template => self.template(from)?,
            _ => {
                self.backup();
                let pos = self.peek().start;
                let (pipe, end) = self.pipeline("command", Tok::RightDelim)?;
                Stmt {
                    pos,
                    from,
                    to: end,
                    kind: StmtKind::Action(pipe),
                }
            }
        };
        Ok(Step::Stmt(stmt))
    }

    fn jump(&mut self, from: u32, word: Item, kind: StmtKind, text: &str) -> Parsed<Stmt> {
        let token = self.next_non_space();
        if token.tok != Tok::RightDelim {
            return self.unexpected(token, text);
        }
        if self.state.range_depth == 0 {
            return self.fail(format!("{text} outside {{{{range}}}}"));
        }
        Ok(Stmt {
            pos: word.start,
            from,
            to: token.end,
            kind,
        })
    }

    fn else_action(&mut self) -> Parsed<Step> {
        // In `else if` and `else with` the second keyword is left for the control structure.
        let next = self.peek_non_space();
        if matches!(next.tok, Tok::If | Tok::With) {
            return Ok(Step::Stop(Terminator::Else, next.start));
        }
        let end = self.expect(Tok::RightDelim, "else")?.end;
        Ok(Step::Stop(Terminator::Else, end))
    }

    fn branch(&mut self, from: u32, kind: BranchKind) -> Parsed<Stmt> {
        let scope = self.state.vars.len();
        let (pipe, _) = self.pipeline(kind.word(), Tok::RightDelim)?;
        let in_range = u32::from(kind == BranchKind::Range);
        self.state.range_depth += in_range;
        let body = self.stmts.begin();
        let (stop, mut to) = self.item_list()?;
        self.state.range_depth -= in_range;
        let list = self.add_list(body);
        let mut else_list = None;
        if stop == Terminator::Else {
            let other = self.stmts.begin();
            to = self.else_branch(kind)?;
            else_list = Some(self.add_list(other));
        }
        self.state.leave_scope(scope);
        let pos = self.pipes[pipe.0 as usize].pos;
        Ok(Stmt {
            pos,
            from,
            to,
            kind: StmtKind::Branch(Branch {
                kind,
                pipe,
                list,
                else_list,
            }),
        })
    }

    /// Pushes what follows an `else` and gives where its `end` ends. `else if` in an if, and
    /// `else with` in a with, is one statement that shares the `end`.
    fn else_branch(&mut self, kind: BranchKind) -> Parsed<u32> {
        let next = self.peek();
        let chained = match kind {
            BranchKind::If => next.tok == Tok::If,
            BranchKind::With => next.tok == Tok::With,
            BranchKind::Range => false,
        };
        if chained {
            self.next();
            if self.guard.exceeded() {
                return self.fail_budget("control structures nest too deep");
            }
            let stmt = self.branch(next.start, kind)?;
            let to = stmt.to;
            self.stmts.push(stmt);
            return Ok(to);
        }
        let (stop, end) = self.item_list()?;
        if stop != Terminator::End {
            return self.fail(format!("expected end; found {}", stop.text()));
        }
        Ok(end)
    }

    /// `{{block "name" pipeline}} … {{end}}`: a definition and its call in one.
    fn block(&mut self, from: u32) -> Parsed<Stmt> {
        const CONTEXT: &str = "block clause";
        let token = self.next_non_space();
        let name = self.template_name(token, CONTEXT)?;
        let (pipe, _) = self.pipeline(CONTEXT, Tok::RightDelim)?;
        let outer = std::mem::replace(&mut self.state, State::new());
        let body = self.stmts.begin();
        let (stop, to) = self.item_list()?;
        if stop != Terminator::End {
            // Go reports this one at the token that the enclosing template read last.
            self.state = outer;
            return self.fail(format!("unexpected {} in {CONTEXT}", stop.text()));
        }
        self.add_tree(name.clone(), body)?;
        self.state = outer;
        let kind = StmtKind::Template {
            name,
            pipe: Some(pipe),
        };
        Ok(Stmt {
            pos: token.start,
            from,
            to,
            kind,
        })
    }

    /// `{{template "name"}}`, `{{template "name" pipeline}}`
    fn template(&mut self, from: u32) -> Parsed<Stmt> {
        const CONTEXT: &str = "template clause";
        let token = self.next_non_space();
        let name = self.template_name(token, CONTEXT)?;
        let next = self.next_non_space();
        let (pipe, to) = if next.tok == Tok::RightDelim {
            (None, next.end)
        } else {
            self.backup();
            let (pipe, to) = self.pipeline(CONTEXT, Tok::RightDelim)?;
            (Some(pipe), to)
        };
        Ok(Stmt {
            pos: token.start,
            from,
            to,
            kind: StmtKind::Template { name, pipe },
        })
    }

    fn template_name(&mut self, token: Item, context: &str) -> Parsed<std::sync::Arc<[u8]>> {
        match token.tok {
            Tok::String | Tok::RawString => self.unquote(token),
            _ => self.unexpected(token, context),
        }
    }
}
