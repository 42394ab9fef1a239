//! Expressions from text, with what can be known of them before there is an object.

use std::panic::catch_unwind;

use cel::common::ast::{EntryExpr, Expr, IdedExpr, SourceInfo};
use cel::parser::{Expression, ParseErrors};
use evenkeel_config::Spanned;
use evenkeel_diagnostics::{Code, Diagnostic, SourceMap};
use evenkeel_manifest::FieldPath;

use super::names::{Names, UNKNOWN};
use super::{ENV, Reads, budget, scalar};

const SYNTAX: Code = Code::new("rules/syntax");
const PATH: Code = Code::new("rules/path");

/// No expression that a person wrote is longer.
const MAX_LENGTH: usize = 16 * 1024;
/// How deep an expression may be nested.
const MAX_DEPTH: u16 = 64;

/// How deep an expression may be nested, chains of operators included, of which each operator is a level.
const MAX_NESTED: usize = 128;

/// Compiles the expressions of one rule.
pub(super) struct Compiler<'s> {
    pub(super) sources: &'s SourceMap,
    /// The rule's own variables, so far.
    pub(super) variables: Vec<String>,
    pub(super) reads: Reads,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'s> Compiler<'s> {
    pub(super) fn new(sources: &'s SourceMap) -> Compiler<'s> {
        Compiler {
            sources,
            variables: Vec::new(),
            reads: Reads::default(),
            diagnostics: Vec::new(),
        }
    }

    /// Lets later expressions name a variable.
    pub(super) fn declare(&mut self, name: &Spanned<String>) {
        let is_name = |text: &str| {
            let mut letters = text.chars();
            let first = letters
                .next()
                .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
            first && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        if !is_name(&name.value) {
            let message = format!("`{}` is no name of a variable", name.value);
            let help = "letters, digits and `_` make a name";
            self.diagnostics.push(
                Diagnostic::error(UNKNOWN, message)
                    .at(name.span)
                    .with_help(help),
            );
        }
        self.variables.push(name.value.clone());
    }

    /// Compiles an expression; nothing where something is wrong, which is then noted.
    pub(super) fn compile(&mut self, text: &Spanned<String>) -> Option<Expression> {
        // The parser's limit knows nothing of chains such as `1 + 1 + 1`, which nest as well.
        evenkeel_renderer::on_large_stack(|| self.compile_any(text))
    }

    fn compile_any(&mut self, text: &Spanned<String>) -> Option<Expression> {
        let before = self.diagnostics.len();
        let (mut expression, info) = self.parse(text)?;
        if depth(&expression) > MAX_NESTED {
            let message = format!("the expression is nested deeper than {MAX_NESTED}");
            self.refuse(text, message);
            return None;
        }
        Names::new(self, text, &info).check(&expression);
        budget::metered(&mut expression);
        (self.diagnostics.len() == before).then_some(expression)
    }

    /// Reads the path of a field.
    pub(super) fn path(&mut self, text: &Spanned<String>) -> FieldPath {
        FieldPath::parse(&text.value).unwrap_or_else(|reason| {
            let message = format!("`{}` is no path of a field: {reason}", text.value);
            self.diagnostics
                .push(Diagnostic::error(PATH, message).at(text.span));
            FieldPath::default()
        })
    }

    /// What the expressions read, and what is wrong with them.
    pub(super) fn finish(self) -> (Reads, Vec<Diagnostic>) {
        (self.reads, self.diagnostics)
    }

    fn parse(&mut self, text: &Spanned<String>) -> Option<(Expression, SourceInfo)> {
        if text.value.len() > MAX_LENGTH {
            let message = format!("the expression is longer than {} KiB", MAX_LENGTH / 1024);
            self.refuse(text, message);
            return None;
        }
        // The library is young: a text that it does not survive is one that it cannot read.
        let parsed = catch_unwind(|| {
            let parser = ENV.parser().max_recursion_depth(MAX_DEPTH);
            parser.parse_with_source_info(&text.value)
        });
        match parsed {
            Ok(Ok(parsed)) => Some(parsed),
            Ok(Err(errors)) => {
                self.syntax(text, &errors);
                None
            }
            Err(_) => {
                let message = "the expression is no CEL";
                self.diagnostics
                    .push(Diagnostic::error(SYNTAX, message).at(text.span));
                None
            }
        }
    }

    fn refuse(&mut self, text: &Spanned<String>, message: String) {
        let help = "`variables` give names to its parts";
        let diagnostic = Diagnostic::error(SYNTAX, message).at(text.span);
        self.diagnostics.push(diagnostic.with_help(help));
    }

    /// The first error; what follows comes of it.
    fn syntax(&mut self, text: &Spanned<String>, errors: &ParseErrors) {
        let Some(error) = errors.errors.first() else {
            return;
        };
        let (line, column) = error.pos;
        let lines = text.value.split_inclusive('\n');
        let before: usize = lines.take((line - 1).max(0) as usize).map(str::len).sum();
        let rest = text.value.get(before..).unwrap_or_default();
        let column = (column - 1).max(0) as usize;
        let offset = rest.char_indices().nth(column).map(|(at, _)| before + at);
        let last = text.value.trim_end().len();
        let offset = offset.unwrap_or(last).min(last.saturating_sub(1));
        let place = scalar::place(text, offset, offset + 1, self.sources);
        let reason = error
            .msg
            .strip_prefix("Syntax error: ")
            .unwrap_or(&error.msg);
        let message = format!("the expression is no CEL: {reason}");
        self.diagnostics
            .push(Diagnostic::error(SYNTAX, message).at(place));
    }
}

/// How many levels an expression has.
fn depth(expression: &IdedExpr) -> usize {
    let entry = |entry: &EntryExpr| match entry {
        EntryExpr::StructField(field) => depth(&field.value),
        EntryExpr::MapEntry(entry) => depth(&entry.key).max(depth(&entry.value)),
    };
    let inner = match &expression.expr {
        Expr::Select(select) => depth(&select.operand),
        Expr::Call(call) => {
            let target = call.target.iter().map(|target| &**target);
            target.chain(&call.args).map(depth).max().unwrap_or(0)
        }
        Expr::Comprehension(it) => {
            let parts = [
                &it.iter_range,
                &it.accu_init,
                &it.loop_cond,
                &it.loop_step,
                &it.result,
            ];
            parts.into_iter().map(depth).max().unwrap_or(0)
        }
        Expr::List(list) => list.elements.iter().map(depth).max().unwrap_or(0),
        Expr::Map(map) => map
            .entries
            .iter()
            .map(|it| entry(&it.expr))
            .max()
            .unwrap_or(0),
        Expr::Struct(it) => it
            .entries
            .iter()
            .map(|it| entry(&it.expr))
            .max()
            .unwrap_or(0),
        Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => 0,
    };
    inner + 1
}
