//! What expressions may name. The library looks names up when it evaluates; here a wrong one is found before.

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, SourceInfo};
use evenkeel_config::{Spanned, closest};
use evenkeel_diagnostics::{Code, Diagnostic, Span};

use super::compile::Compiler;
use super::scalar;

/// A name that there is not.
pub(super) const UNKNOWN: Code = Code::new("rules/unknown-name");

/// What every expression may name.
const VARIABLES: &[&str] = &["app", "env", "object", "objects", "values", "variables"];

/// Names of types, for `type(x) == string`.
const TYPES: &[&str] = &[
    "bool",
    "bytes",
    "double",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "type",
    "uint",
];

/// What expressions may call, operators aside. `lists.range` is left out: its lists have no bound.
const FUNCTIONS: &[&str] = &[
    // The standard library.
    "bool",
    "bytes",
    "contains",
    "double",
    "dyn",
    "endsWith",
    "int",
    "matches",
    "size",
    "startsWith",
    "string",
    "type",
    "uint",
    // Optional values.
    "hasValue",
    "optional.none",
    "optional.of",
    "optional.ofNonZeroValue",
    "or",
    "orValue",
    "value",
    // Strings.
    "charAt",
    "format",
    "indexOf",
    "join",
    "lastIndexOf",
    "lowerAscii",
    "replace",
    "reverse",
    "split",
    "strings.quote",
    "substring",
    "trim",
    "upperAscii",
    // Lists.
    "distinct",
    "flatten",
    "slice",
    "sort",
    // Math.
    "math.abs",
    "math.bitAnd",
    "math.bitNot",
    "math.bitOr",
    "math.bitShiftLeft",
    "math.bitShiftRight",
    "math.bitXor",
    "math.ceil",
    "math.floor",
    "math.isFinite",
    "math.isInf",
    "math.isNaN",
    "math.round",
    "math.sign",
    "math.sqrt",
    "math.trunc",
];

/// What the names of functions may begin with.
const NAMESPACES: &[&str] = &["lists", "math", "optional", "strings"];

/// Macros, for names that are nearly theirs.
const MACROS: &[&str] = &[
    "all",
    "exists",
    "existsOne",
    "exists_one",
    "filter",
    "has",
    "map",
    "math.greatest",
    "math.least",
    "sortBy",
];

/// Checks the names of one expression.
pub(super) struct Names<'c, 's, 't> {
    compiler: &'c mut Compiler<'s>,
    text: &'t Spanned<String>,
    info: &'t SourceInfo,
    /// What the macros around have bound.
    bound: Vec<String>,
}

impl<'c, 's, 't> Names<'c, 's, 't> {
    pub(super) fn new(
        compiler: &'c mut Compiler<'s>,
        text: &'t Spanned<String>,
        info: &'t SourceInfo,
    ) -> Names<'c, 's, 't> {
        Names {
            compiler,
            text,
            info,
            bound: Vec::new(),
        }
    }

    pub(super) fn check(&mut self, expression: &IdedExpr) {
        match &expression.expr {
            Expr::Ident(name) => self.variable(expression.id, name),
            Expr::Select(select) => {
                let is_variables =
                    matches!(&select.operand.expr, Expr::Ident(name) if name == "variables");
                if is_variables && !self.compiler.variables.contains(&select.field) {
                    let message = format!("there is no `variables.{}`", select.field);
                    let help = near(
                        &select.field,
                        &self
                            .compiler
                            .variables
                            .iter()
                            .map(String::as_str)
                            .collect::<Vec<_>>(),
                    );
                    self.unknown(expression.id, message, &select.field, help);
                }
                self.check(&select.operand);
            }
            Expr::Call(call) => self.call(expression.id, call),
            Expr::Comprehension(it) => {
                self.check(&it.iter_range);
                self.check(&it.accu_init);
                let outer = self.bound.len();
                self.bound
                    .extend([it.iter_var.clone(), it.accu_var.clone()]);
                self.bound.extend(it.iter_var2.clone());
                self.check(&it.loop_cond);
                self.check(&it.loop_step);
                self.check(&it.result);
                self.bound.truncate(outer);
            }
            Expr::List(list) => list.elements.iter().for_each(|element| self.check(element)),
            Expr::Map(map) => map.entries.iter().for_each(|entry| self.entry(&entry.expr)),
            Expr::Struct(it) => {
                let message = format!("there is no message type `{}`", it.type_name);
                let help = "maps are written `{'key': value}`".to_owned();
                self.unknown(expression.id, message, &it.type_name, help);
            }
            Expr::Literal(_) | Expr::Unspecified => {}
        }
    }

    fn entry(&mut self, entry: &EntryExpr) {
        match entry {
            EntryExpr::StructField(field) => self.check(&field.value),
            EntryExpr::MapEntry(entry) => {
                self.check(&entry.key);
                self.check(&entry.value);
            }
        }
    }

    fn variable(&mut self, id: u64, name: &str) {
        self.compiler.reads.objects |= name == "objects";
        self.compiler.reads.values |= name == "values";
        let is_bound = self.bound.iter().any(|bound| bound == name);
        if is_bound || name.starts_with('@') || VARIABLES.contains(&name) || TYPES.contains(&name) {
            return;
        }
        let message = format!("there is no variable `{name}`");
        self.unknown(id, message, name, near(name, VARIABLES));
    }

    fn call(&mut self, id: u64, call: &CallExpr) {
        let name = call.func_name.as_str();
        let space = call.target.as_ref().and_then(|target| match &target.expr {
            Expr::Ident(space) if NAMESPACES.contains(&space.as_str()) => Some(space),
            _ => None,
        });
        let full = space.map_or_else(|| name.to_owned(), |space| format!("{space}.{name}"));
        // Operators, and what macros become, are calls of names that cannot be written.
        let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains('@');
        if is_word && !FUNCTIONS.contains(&full.as_str()) {
            let message = format!("there is no function `{full}`");
            let near = closest(&full, FUNCTIONS.iter().chain(MACROS).copied());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "docs/custom-rules.md lists the functions".to_owned(),
            };
            self.unknown(id, message, name, help);
            // A macro that is none binds nothing, so its arguments would be unknown too.
            return;
        }
        let target = call.target.iter().filter(|_| space.is_none());
        let target = target.map(|target| &**target);
        target
            .chain(&call.args)
            .for_each(|argument| self.check(argument));
    }

    fn unknown(&mut self, id: u64, message: String, name: &str, help: String) {
        let diagnostic = Diagnostic::error(UNKNOWN, message).at(self.place(id, name));
        let diagnostics = &mut self.compiler.diagnostics;
        diagnostics.push(diagnostic.with_help(help));
    }

    /// Where a name stands; the parser knows the place of its operator or its first part.
    fn place(&self, id: u64, name: &str) -> Span {
        let text = &self.text.value;
        let start = self
            .info
            .offset_for(id)
            .map_or(0, |(start, _)| start as usize);
        let start = text.char_indices().nth(start).map_or(0, |(at, _)| at);
        let found = text[start..].find(name).map(|at| start + at);
        let found = found.or_else(|| text.find(name));
        match found {
            Some(at) => scalar::place(self.text, at, at + name.len(), self.compiler.sources),
            None => self.text.span,
        }
    }
}

/// The name that was probably meant, else those that there are.
fn near(name: &str, known: &[&str]) -> String {
    match closest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there are none".to_owned(),
        None => format!("there are {}", known.join(", ")),
    }
}
