//! One string of an ApplicationSet as a template: `utils.Render.Replace`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use evenkeel_diagnostics::{FileId, FrameArena, SourceMap};
use evenkeel_functions::argo;
use evenkeel_template::{
    Ast, Budget, Error, ErrorKind, Executor, Host, MissingKey, Options, ReadLog, TemplateSet,
};
use evenkeel_value::{Rope, Value};
use rustc_hash::FxHashMap;

use super::classic::{self, Classic};
use super::params::Params;

/// How the strings of an ApplicationSet are templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `{{param}}` is replaced by the parameter of that name; unknown ones stay.
    Classic,
    /// `goTemplate: true`: Go's text/template with Argo CD's functions, and what `goTemplateOptions` says of
    /// keys that are missing.
    Go(MissingKey),
}

/// Steps of all templates of one ApplicationSet together: a hundred for each leaf of ten thousand Applications.
const STEPS: u64 = 50_000_000;
/// The stack that a leaf may use. Leaves include nothing, so they need no thread of their own.
const STACK: usize = 1 << 20;

/// One execution of a string, for explanations.
#[derive(Debug)]
pub struct LeafRun {
    /// What it wrote; its segments name frames of `frames`.
    pub output: Rope,
    /// The statements that ran.
    pub frames: FrameArena,
    /// What they read. Parameters have their origins: see [`Params::to_value`].
    pub reads: ReadLog,
}

/// Executes one string of a set that is written in Go's style over the parameters of an element, as
/// [`expand`](super::expand) did, and logs what is read. `file` is what spans name `template` by.
///
/// # Errors
/// Go's errors, without the words that Argo CD sets before them.
pub fn execute_leaf(
    template: &[u8],
    params: &Params,
    missing_key: MissingKey,
    file: FileId,
    host: &dyn Host,
    sources: &SourceMap,
) -> Result<LeafRun, Error> {
    let set = parse(template, file)?;
    let options = Options {
        log_reads: true,
        ..options(missing_key, STEPS)
    };
    let mut executor = Executor::new(&set, host, sources, options);
    let output = executor.execute("", params.to_value())?;
    let (frames, reads) = executor.into_log();
    Ok(LeafRun {
        output,
        frames,
        reads,
    })
}

fn parse(template: &[u8], file: FileId) -> Result<TemplateSet, Error> {
    let ast = Ast::parse_within(Arc::from(template), argo(), STACK)
        .map_err(|error| error.named("", file))?;
    let mut set = TemplateSet::new("", argo());
    set.add("", file, &Arc::new(ast))?;
    Ok(set)
}

fn options(missing_key: MissingKey, steps: u64) -> Options {
    Options {
        budget: Budget {
            steps,
            ..Budget::default()
        },
        missing_key,
        stack: STACK,
        ..Options::default()
    }
}

/// A string, ready to be executed for every element.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) text: Arc<[u8]>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Nothing to replace.
    Fixed,
    Classic(Classic),
    Go(TemplateSet, MissingKey),
    Broken(Error),
}

/// The parameters of one element in both forms that templates want. Templates of one element see one another's
/// `set`, as they do in Argo CD.
pub(super) struct Dot<'p> {
    params: &'p Params,
    value: Value,
}

impl<'p> Dot<'p> {
    pub(super) fn new(params: &'p Params) -> Dot<'p> {
        Dot {
            params,
            value: params.to_value(),
        }
    }
}

/// Parses each string once, and pays for all executions from one budget.
pub(super) struct Leaves<'a> {
    style: Style,
    host: &'a dyn Host,
    sources: &'a SourceMap,
    known: RefCell<FxHashMap<Arc<[u8]>, Rc<Leaf>>>,
    steps: Cell<u64>,
}

impl<'a> Leaves<'a> {
    pub(super) fn new(style: Style, host: &'a dyn Host, sources: &'a SourceMap) -> Leaves<'a> {
        Leaves {
            style,
            host,
            sources,
            known: RefCell::default(),
            steps: Cell::new(STEPS),
        }
    }

    pub(super) fn is_go(&self) -> bool {
        self.style != Style::Classic
    }

    /// The leaf of a text. What is wrong with it shows when it is executed, as in Argo CD.
    pub(super) fn leaf(&self, text: &Arc<[u8]>) -> Rc<Leaf> {
        if let Some(leaf) = self.known.borrow().get(text) {
            return Rc::clone(leaf);
        }
        let leaf = Rc::new(Leaf {
            text: Arc::clone(text),
            kind: self.compile(text),
        });
        self.known
            .borrow_mut()
            .insert(Arc::clone(text), Rc::clone(&leaf));
        leaf
    }

    fn compile(&self, text: &[u8]) -> Kind {
        match self.style {
            Style::Classic if !classic::is_templated(text) => Kind::Fixed,
            Style::Classic => Classic::parse(text).map_or_else(Kind::Broken, Kind::Classic),
            Style::Go(_) if classic::find(text, b"{{").is_none() => Kind::Fixed,
            Style::Go(missing_key) => match parse(text, FileId::NONE) {
                Ok(set) => Kind::Go(set, missing_key),
                Err(error) => {
                    let words = format!("failed to parse template {}: ", lossy(text));
                    Kind::Broken(Error::prefix(error.kind(), words, error))
                }
            },
        }
    }

    /// Executes a leaf.
    ///
    /// # Errors
    /// Argo CD's text over Go's error.
    pub(super) fn execute(&self, leaf: &Leaf, dot: &Dot<'_>) -> Result<Arc<[u8]>, Error> {
        match &leaf.kind {
            Kind::Fixed => Ok(Arc::clone(&leaf.text)),
            Kind::Classic(classic) => Ok(classic.render(dot.params).into()),
            Kind::Broken(error) => Err(error.clone()),
            Kind::Go(set, missing_key) => self.execute_go(leaf, set, *missing_key, dot),
        }
    }

    fn execute_go(
        &self,
        leaf: &Leaf,
        set: &TemplateSet,
        missing_key: MissingKey,
        dot: &Dot<'_>,
    ) -> Result<Arc<[u8]>, Error> {
        let options = options(missing_key, self.steps.get());
        let mut executor = Executor::new(set, self.host, self.sources, options);
        let out = executor.execute("", dot.value.clone());
        let left = self.steps.get().saturating_sub(executor.steps_used());
        self.steps.set(left);
        match out {
            Ok(rope) => Ok(Arc::from(rope.as_bytes())),
            Err(error) if error.kind() == ErrorKind::Budget => Err(error),
            Err(error) => {
                let words = format!("failed to execute go template {}: ", lossy(&leaf.text));
                Err(Error::prefix(error.kind(), words, error))
            }
        }
    }
}

pub(super) fn lossy(text: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(text)
}
