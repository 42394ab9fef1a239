//! The executor: walks templates over data, as `text/template/exec.go` does.

mod action;
mod args;
mod call;
mod control;
mod field;
mod run;
mod scope;

use std::rc::Rc;
use std::sync::Arc;

use evenkeel_diagnostics::{Frame, FrameArena, FrameId, FrameKind, SourceMap, Span};
use evenkeel_value::{Rope, Value};
use rustc_hash::FxHashMap;

use crate::ast::Ast;
use crate::operand::Operand;
use crate::print::Node;
use crate::reads::{Read, ReadLog};
use crate::set::{Template, no_template};
use crate::stack::{RENDER_STACK, StackGuard};
use crate::{Budget, Error, ErrorKind, Host, TemplateSet};
pub(crate) use action::without_pointer;
use run::{Layer, Text};
use scope::Variable;

/// What a map gives for a key that it does not have: the option `missingkey` of Go's templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingKey {
    /// `missingkey=zero`, Helm's: the zero value of the element type.
    #[default]
    Zero,
    /// `missingkey=invalid` (and `default`): nothing, which prints as `<no value>`.
    Invalid,
    /// `missingkey=error`: execution stops.
    Error,
}

/// How to execute.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// What one executor may use, all its executions together.
    pub budget: Budget,
    /// What a missing key means.
    pub missing_key: MissingKey,
    /// Bytes of stack that the thread has left for the execution; beyond, there is an error of kind
    /// `Budget`. A part is kept in reserve for what functions need.
    pub stack: usize,
    /// Whether to keep a [`ReadLog`], at a cost that only who asks for causes should pay.
    pub log_reads: bool,
}

impl Default for Options {
    /// Helm's options, on a thread with [`RENDER_STACK`].
    fn default() -> Options {
        Options {
            budget: Budget::default(),
            missing_key: MissingKey::Zero,
            stack: RENDER_STACK,
            log_reads: false,
        }
    }
}

/// Executes the templates of one set, one after another, in one render: budget, frames and the cache
/// of `tpl` strings are shared by all of them.
pub struct Executor<'a> {
    set: &'a TemplateSet,
    host: &'a dyn Host,
    sources: &'a SourceMap,
    options: Options,
    log: Option<Box<ReadLog>>,
    guard: StackGuard,
    steps: u64,
    output: u64,
    depth: u32,
    frames: FrameArena,
    out: Rope,
    /// Where values are printed before they go to `out`.
    scratch: Vec<u8>,
    vars: Vec<Variable>,
    layers: Vec<Layer>,
    texts: FxHashMap<Arc<[u8]>, Rc<Text>>,
    site: Site,
}

/// The call of a function that is being made, for the frames that it may open.
#[derive(Clone, Copy)]
struct Site {
    call: Span,
    frame: Option<FrameId>,
}

impl Site {
    const NONE: Site = Site {
        call: Span::NONE,
        frame: None,
    };
}

/// One template that is running (Go's `state`).
struct State<'a> {
    ast: &'a Ast,
    template: &'a Template,
    /// The node at hand, for errors.
    node: Node<'a>,
    frame: FrameId,
    /// The frame that set the dot, for the read log.
    dot_from: FrameId,
    /// How many `{{template}}` calls deep, since the last include or `tpl`.
    depth: u32,
    /// Where this template's variables begin.
    base: usize,
}

/// How a statement ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

impl<'a> Executor<'a> {
    /// An executor over a set. `sources` takes the strings of `tpl` as virtual files.
    pub fn new(
        set: &'a TemplateSet,
        host: &'a dyn Host,
        sources: &'a SourceMap,
        options: Options,
    ) -> Executor<'a> {
        Executor {
            set,
            host,
            sources,
            options,
            log: options.log_reads.then(Box::default),
            guard: StackGuard::new(0),
            steps: options.budget.steps,
            output: options.budget.output.min(u64::from(u32::MAX)),
            depth: 0,
            frames: FrameArena::new(),
            out: Rope::new(),
            scratch: Vec::new(),
            vars: Vec::new(),
            layers: Vec::new(),
            texts: FxHashMap::default(),
            site: Site::NONE,
        }
    }

    /// Executes the template `name` over `data` and gives its output, whose segments refer to
    /// [`Executor::frames`]: `Template.ExecuteTemplate` of the root template.
    ///
    /// # Errors
    /// Go's errors, located; and those of kind [`ErrorKind::Budget`].
    pub fn execute(&mut self, name: &str, data: Value) -> Result<Rope, Error> {
        let Some(template) = self.lookup(name.as_bytes()) else {
            return Err(no_template(name.as_bytes(), self.set.root()));
        };
        self.guard = StackGuard::new(self.options.stack.saturating_sub(self.options.stack / 8));
        self.site = Site::NONE;
        self.vars.clear();
        self.layers.clear();
        self.depth = 0;
        self.out = Rope::new();
        let dot = Operand::concrete(data);
        self.activate(&template, &dot, FrameKind::Template, 0)?;
        Ok(std::mem::take(&mut self.out))
    }

    /// The frames of everything executed so far.
    pub fn frames(&self) -> &FrameArena {
        &self.frames
    }

    /// Ends the render and gives its frames.
    pub fn into_frames(self) -> FrameArena {
        self.frames
    }

    /// Ends the render and gives its frames, and what was read if that was asked for.
    pub fn into_log(self) -> (FrameArena, ReadLog) {
        (
            self.frames,
            self.log.map_or_else(ReadLog::default, |log| *log),
        )
    }

    /// Steps of the budget that are used up so far.
    pub fn steps_used(&self) -> u64 {
        self.options.budget.steps - self.steps
    }

    /// Pays for steps.
    fn pay(&mut self, steps: u64) -> Result<(), Error> {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => Err(over_steps(self.options.budget.steps)),
        }
    }

    /// Pays for output.
    fn pay_output(&mut self, bytes: usize) -> Result<(), Error> {
        match self.output.checked_sub(bytes as u64) {
            Some(left) => {
                self.output = left;
                Ok(())
            }
            None => Err(over_output(self.options.budget.output)),
        }
    }

    /// Opens a frame within the running template, if reads are logged.
    fn open(&mut self, st: &State<'_>, kind: FrameKind, from: u32, to: u32) -> FrameId {
        if self.log.is_none() {
            return st.frame;
        }
        let file = st.template.source.file;
        self.frames.push(Frame {
            parent: Some(st.frame),
            call: Span::new(file, from, to),
            file,
            name: Arc::clone(&st.template.label),
            kind,
        })
    }

    /// Logs a read by the statement at hand.
    #[inline]
    fn log(&mut self, frame: FrameId, read: impl FnOnce() -> Read) {
        if let Some(log) = &mut self.log {
            log.push(frame, read());
        }
    }

    /// An error at the node at hand (`state.errorf`).
    #[cold]
    fn error(&self, st: &State<'_>, message: impl Into<String>) -> Error {
        let words = format!("{}{}", context(st), message.into());
        self.locate(st, Error::of(ErrorKind::Exec, words))
    }

    #[cold]
    fn fail<T>(&self, st: &State<'_>, message: impl Into<String>) -> Result<T, Error> {
        Err(self.error(st, message))
    }

    /// An error of a function at the node at hand. What a budget of ours ended comes up as it is.
    #[cold]
    fn function_error(&self, st: &State<'_>, name: &str, source: Error) -> Error {
        if source.kind() == ErrorKind::Budget {
            return self.locate(st, source);
        }
        if source.root().kind() == ErrorKind::Budget {
            return self.locate(st, source.root().clone());
        }
        let words = format!("{}error calling {name}: ", context(st));
        self.locate(st, Error::prefix(ErrorKind::Exec, words, source))
    }

    #[cold]
    fn locate(&self, st: &State<'_>, error: Error) -> Error {
        let (from, to) = st.node.range(st.ast);
        error.at(Span::new(st.template.source.file, from, to), Some(st.frame))
    }
}

/// What Go puts before every message of a running template.
fn context(st: &State<'_>) -> String {
    let (line, column) = st.ast.position(st.node.pos(st.ast));
    format!(
        "template: {}:{line}:{column}: executing {} at <{}>: ",
        st.template.source.name,
        evenkeel_value::number::quote(&st.template.name),
        st.node.text(st.ast),
    )
}

#[cold]
fn over_steps(limit: u64) -> Error {
    Error::of(
        ErrorKind::Budget,
        format!("the render takes more than {limit} steps"),
    )
    .with_help("look for a loop or a recursion without end, or raise the budget of steps")
}

#[cold]
fn over_output(limit: u64) -> Error {
    Error::of(
        ErrorKind::Budget,
        format!("the render writes more than {limit} bytes"),
    )
    .with_help("look for output that doubles itself, or raise the budget of output")
}

#[cold]
fn over_depth() -> Error {
    Error::of(ErrorKind::Budget, "templates call one another too deep")
        .with_help("look for an include or a tpl that calls itself without end")
}
