//! The parser: tokens to [`Ast`], as `text/template/parse/parse.go` reads them, with its messages.

mod control;
mod error;
mod expr;

use std::sync::Arc;

pub use error::ParseError;
pub(crate) use error::multiple_definition;

use rustc_hash::FxHashMap;

use crate::FunctionTable;
use crate::ast::{Ast, Command, Expr, ListId, Pipe, PipeId, Run, Stmt, StmtKind, Symbol, Tree};
use crate::lexer::Lexer;
use crate::stack::StackGuard;
use crate::token::{Item, Tok};

/// The error is boxed, for these results are passed on at every step of the recursion.
type Parsed<T> = Result<T, Box<ParseError>>;

/// Parses a text whose nesting may use `stack` bytes of stack.
pub(crate) fn parse(text: Arc<[u8]>, functions: &FunctionTable, stack: usize) -> Parsed<Ast> {
    // Positions are 32 bits wide.
    if u32::try_from(text.len()).is_err() {
        let error = ParseError::at_start("template text of 4 GiB or more");
        return Err(Box::new(error));
    }
    let mut parser = Parser::new(&text, functions, stack);
    parser.parse_text()?;
    let Parser {
        trees,
        pipes,
        lists,
        stmts,
        commands,
        exprs,
        symbols,
        state,
        ..
    } = parser;
    let last_line = line(&text, state.token[0].start);
    Ok(Ast {
        trees,
        pipes,
        lists,
        stmts: stmts.done,
        commands: commands.done,
        exprs: exprs.done,
        symbols,
        last_line,
        text: Arc::clone(&text),
    })
}

/// What Go keeps in each `Tree` while it parses: a define and a block begin with a fresh one.
struct State {
    /// Lookahead, the nearest token last.
    token: [Item; 3],
    peeked: usize,
    /// Variables in scope, in the order of declaration.
    vars: Vec<Symbol>,
    /// How often each is in scope.
    visible: FxHashMap<Symbol, u32>,
    /// Where the action being read begins.
    action: Option<u32>,
    range_depth: u32,
    paren_depth: u32,
}

impl State {
    fn new() -> State {
        State {
            token: [Item::NONE; 3],
            peeked: 0,
            vars: Vec::new(),
            visible: FxHashMap::default(),
            action: None,
            range_depth: 0,
            paren_depth: 0,
        }
    }
}

impl State {
    fn declare(&mut self, symbol: Symbol) {
        self.vars.push(symbol);
        *self.visible.entry(symbol).or_default() += 1;
    }

    fn is_declared(&self, symbol: Symbol) -> bool {
        symbol == Symbol::ROOT || self.visible.get(&symbol).is_some_and(|&count| count > 0)
    }

    /// Forgets the variables declared after there were `len`.
    fn leave_scope(&mut self, len: usize) {
        for symbol in self.vars.drain(len.min(self.vars.len())..) {
            if let Some(count) = self.visible.get_mut(&symbol) {
                *count -= 1;
            }
        }
    }
}

struct Parser<'t> {
    input: &'t [u8],
    lexer: Lexer<'t>,
    functions: &'t FunctionTable,
    guard: StackGuard,
    state: State,
    trees: Vec<Tree>,
    /// Where in `trees` each definition is.
    defined: FxHashMap<Arc<[u8]>, usize>,
    pipes: Vec<Pipe>,
    lists: Vec<Run>,
    stmts: Nodes<Stmt>,
    commands: Nodes<Command>,
    exprs: Nodes<Expr>,
    symbols: Vec<Box<str>>,
    symbol_ids: FxHashMap<&'t [u8], Symbol>,
}

/// Nodes of one kind: those whose run is complete, and those whose run is being read, with the runs
/// around it before it.
struct Nodes<T> {
    done: Vec<T>,
    open: Vec<T>,
}

impl<T> Nodes<T> {
    /// No nodes yet, and room for those that are likely.
    fn with_capacity(likely: usize) -> Nodes<T> {
        Nodes {
            done: Vec::with_capacity(likely),
            open: Vec::with_capacity(likely.min(16)),
        }
    }

    fn push(&mut self, node: T) {
        self.open.push(node);
    }

    /// A mark to begin a run at.
    fn begin(&self) -> usize {
        self.open.len()
    }

    /// The nodes pushed since the mark.
    fn since(&self, base: usize) -> &[T] {
        self.open.get(base..).unwrap_or_default()
    }

    fn finish(&mut self, base: usize) -> Run {
        Run::finish(&mut self.done, &mut self.open, base)
    }
}

/// What ends a list of statements.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Terminator {
    End,
    Else,
}

impl Terminator {
    fn text(self) -> &'static str {
        match self {
            Terminator::End => "{{end}}",
            Terminator::Else => "{{else}}",
        }
    }
}

/// One step of a list.
enum Step {
    Stmt(Stmt),
    /// What ends the list, and where that action ends.
    Stop(Terminator, u32),
}

impl<'t> Parser<'t> {
    fn new(input: &'t [u8], functions: &'t FunctionTable, stack: usize) -> Parser<'t> {
        let mut lexer = Lexer::new(input);
        lexer.break_ok = functions.get("break").is_none();
        lexer.continue_ok = functions.get("continue").is_none();
        // Most braces are delimiters. Growing step by step costs more than looking for them.
        let actions = memchr::memchr_iter(b'{', input).count() / 2;
        Parser {
            input,
            lexer,
            functions,
            guard: StackGuard::new(stack),
            state: State::new(),
            trees: Vec::new(),
            defined: FxHashMap::default(),
            pipes: Vec::with_capacity(actions + actions / 4),
            lists: Vec::new(),
            stmts: Nodes::with_capacity(2 * actions),
            commands: Nodes::with_capacity(actions + actions / 4),
            exprs: Nodes::with_capacity(2 * actions),
            symbols: vec!["$".into()],
            symbol_ids: FxHashMap::from_iter([(&b"$"[..], Symbol::ROOT)]),
        }
    }

    /// The whole text: statements and definitions up to the end (`Tree.parse`).
    fn parse_text(&mut self) -> Parsed<()> {
        // The body's place: it is known last.
        self.trees.push(Tree {
            name: None,
            root: ListId(0),
            empty: true,
        });
        let body = self.stmts.begin();
        while self.peek().tok != Tok::Eof {
            if self.peek().tok == Tok::LeftDelim {
                let delim = self.next();
                if self.next_non_space().tok == Tok::Define {
                    self.parse_definition()?;
                    continue;
                }
                self.backup2(delim);
            }
            match self.text_or_action()? {
                Step::Stmt(stmt) => self.stmts.push(stmt),
                Step::Stop(stop, _) => return self.fail(format!("unexpected {}", stop.text())),
            }
        }
        let empty = self.is_empty(body);
        let root = self.add_list(body);
        self.trees[0] = Tree {
            name: None,
            root,
            empty,
        };
        Ok(())
    }

    /// `{{define "name"}} … {{end}}`; the keyword is past.
    fn parse_definition(&mut self) -> Parsed<()> {
        const CONTEXT: &str = "define clause";
        let outer = std::mem::replace(&mut self.state, State::new());
        let token = self.next_non_space();
        if !matches!(token.tok, Tok::String | Tok::RawString) {
            return self.unexpected(token, CONTEXT);
        }
        let name = self.unquote(token)?;
        self.expect(Tok::RightDelim, CONTEXT)?;
        let body = self.stmts.begin();
        let (stop, _) = self.item_list()?;
        if stop != Terminator::End {
            return self.fail(format!("unexpected {} in {CONTEXT}", stop.text()));
        }
        self.add_tree(name, body)?;
        self.state = outer;
        Ok(())
    }

    /// Adds a definition; within one text, only an empty one may be defined again (`Tree.add`).
    fn add_tree(&mut self, name: Arc<[u8]>, body: usize) -> Parsed<()> {
        let empty = self.is_empty(body);
        let known = self.defined.get(&name).copied();
        match known {
            Some(at) if !self.trees[at].empty => {
                if empty {
                    self.add_list(body);
                    return Ok(());
                }
                self.fail(error::multiple_definition(&name))
            }
            _ => {
                let root = self.add_list(body);
                let tree = Tree {
                    name: Some(Arc::clone(&name)),
                    root,
                    empty,
                };
                match known {
                    Some(at) => self.trees[at] = tree,
                    None => {
                        self.defined.insert(name, self.trees.len());
                        self.trees.push(tree);
                    }
                }
                Ok(())
            }
        }
    }

    /// Whether the statements since the mark are nothing but space.
    fn is_empty(&self, body: usize) -> bool {
        self.stmts.since(body).iter().all(|stmt| {
            let text = self
                .input
                .get(stmt.from as usize..stmt.to as usize)
                .unwrap_or_default();
            matches!(stmt.kind, StmtKind::Text) && is_blank(text)
        })
    }

    /// Makes the statements since the mark a list.
    fn add_list(&mut self, body: usize) -> ListId {
        self.lists.push(self.stmts.finish(body));
        ListId(self.lists.len() as u32 - 1)
    }

    fn add_pipe(&mut self, pipe: Pipe) -> PipeId {
        self.pipes.push(pipe);
        PipeId(self.pipes.len() as u32 - 1)
    }

    /// Pushes statements up to an `end` or `else`, which is not part of them; gives that, and where it
    /// ends.
    fn item_list(&mut self) -> Parsed<(Terminator, u32)> {
        if self.guard.exceeded() {
            return self.fail_budget("control structures nest too deep");
        }
        while self.peek_non_space().tok != Tok::Eof {
            match self.text_or_action()? {
                Step::Stmt(stmt) => self.stmts.push(stmt),
                Step::Stop(stop, end) => return Ok((stop, end)),
            }
        }
        self.fail("unexpected EOF")
    }

    fn text_or_action(&mut self) -> Parsed<Step> {
        let token = self.next_non_space();
        match token.tok {
            Tok::Text => Ok(Step::Stmt(Stmt {
                pos: token.start,
                from: token.start,
                to: token.end,
                kind: StmtKind::Text,
            })),
            Tok::LeftDelim => {
                self.state.action = Some(token.start);
                let step = self.action(token.start)?;
                self.state.action = None;
                Ok(step)
            }
            _ => self.unexpected(token, "input"),
        }
    }

    fn next(&mut self) -> Item {
        if self.state.peeked > 0 {
            self.state.peeked -= 1;
        } else {
            self.state.token[0] = self.lexer.next_item();
        }
        self.state.token[self.state.peeked]
    }

    fn peek(&mut self) -> Item {
        if self.state.peeked == 0 {
            self.state.token[0] = self.lexer.next_item();
            self.state.peeked = 1;
        }
        self.state.token[self.state.peeked - 1]
    }

    fn backup(&mut self) {
        self.state.peeked += 1;
    }

    fn backup2(&mut self, first: Item) {
        self.state.token[1] = first;
        self.state.peeked = 2;
    }

    fn backup3(&mut self, first: Item, second: Item) {
        self.state.token[1] = second;
        self.state.token[2] = first;
        self.state.peeked = 3;
    }

    fn next_non_space(&mut self) -> Item {
        loop {
            let token = self.next();
            if token.tok != Tok::Space {
                return token;
            }
        }
    }

    fn peek_non_space(&mut self) -> Item {
        let token = self.next_non_space();
        self.backup();
        token
    }

    fn expect(&mut self, expected: Tok, context: &str) -> Parsed<Item> {
        let token = self.next_non_space();
        if token.tok == expected {
            Ok(token)
        } else {
            self.unexpected(token, context)
        }
    }

    fn unquote(&mut self, token: Item) -> Parsed<Arc<[u8]>> {
        let literal = token.text(self.input);
        if let Some(text) = verbatim(literal) {
            return Ok(text.into());
        }
        match evenkeel_value::number::unquote(literal) {
            Ok(text) => Ok(text.into()),
            Err(()) => self.fail("invalid syntax"),
        }
    }

    fn symbol(&mut self, token: Item) -> Symbol {
        let text = token.text(self.input);
        if let Some(&known) = self.symbol_ids.get(text) {
            return known;
        }
        let symbol = Symbol(self.symbols.len() as u32);
        // Names are letters and digits, so they are valid UTF-8.
        let name = std::str::from_utf8(text).unwrap_or_default();
        self.symbols.push(name.into());
        self.symbol_ids.insert(text, symbol);
        symbol
    }
}

/// The line, from 1, that an offset lies on: counted when it is asked for, for only errors show it.
fn line(text: &[u8], offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or(text);
    1 + memchr::memchr_iter(b'\n', before).count() as u32
}

/// What a string constant holds if that stands there as it is, as nearly always: no escape, nothing
/// that Go drops or replaces. The scanner has seen to it that the quotes are the only ones.
fn verbatim(literal: &[u8]) -> Option<&[u8]> {
    match literal {
        [b'"', text @ .., b'"'] => {
            let plain = memchr::memchr(b'\\', text).is_none() && std::str::from_utf8(text).is_ok();
            plain.then_some(text)
        }
        [b'`', text @ .., b'`'] => memchr::memchr(b'\r', text).is_none().then_some(text),
        _ => None,
    }
}

/// Nothing but space, as `bytes.TrimSpace` sees it.
fn is_blank(text: &[u8]) -> bool {
    let space = |c: char| c.is_whitespace();
    match std::str::from_utf8(text) {
        Ok(text) => text.chars().all(space),
        Err(_) => false,
    }
}
