//! What the files of one render share: sources, fuel, frames.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use evenkeel_diagnostics::{
    Code, Diagnostic, FileId, Frame, FrameArena, FrameId, FrameKind, Segments, Source, SourceKind,
    Span,
};
use evenkeel_template::Budget;
use evenkeel_value::{Map, Str};
use minijinja::{Environment, Error, ErrorKind};
use rustc_hash::FxHashMap;

use super::scan::Marks;
use super::tracing::Tracing;
use super::value::Root;
use super::{FOLDER, Folder, World, origins};
use crate::request::Failure;

/// The template that runs all others. The engine counts fuel for each render from the start; here `enter`
/// takes what was used up before, and `leave` notes how much it is now.
pub(super) const DRIVER: &str = "";

const DRIVER_CODE: &str = "{% include enter() %}{{ leave() }}";

/// How deep macros (4 each) and includes (10 each) nest within one file.
pub(super) const RECURSION: usize = 500;

/// How deep calls of `include` and `tpl` nest.
const MAX_DEPTH: usize = 100;

/// Bytes of output that the engine gives for one fuel.
const BYTES_PER_FUEL: u64 = 64;

/// The text of a file or of a `tpl` string.
pub(super) struct Text {
    pub(super) file: FileId,
    /// As it was written.
    pub(super) text: Arc<str>,
    /// As it is run, while reads are logged.
    pub(super) marks: Option<Marks>,
}

impl Text {
    fn new(file: FileId, text: Arc<str>, trace: bool) -> Text {
        let marks = trace.then(|| Marks::place(&text));
        Text { file, text, marks }
    }

    fn code(&self) -> String {
        match &self.marks {
            Some(marks) => marks.code.clone(),
            None => self.text.to_string(),
        }
    }

    /// The place in the text as written of a range of what is run.
    pub(super) fn span(&self, range: std::ops::Range<usize>) -> Span {
        let place = |at: usize| {
            let at = match &self.marks {
                Some(marks) => marks.original(at),
                None => at,
            };
            u32::try_from(at.min(self.text.len())).unwrap_or(u32::MAX)
        };
        Span::new(self.file, place(range.start), place(range.end))
    }
}

/// A file or text that is running, with the frames of the partials that it includes.
pub(super) struct Activation {
    pub(super) name: Arc<str>,
    pub(super) frames: FxHashMap<Arc<str>, FrameId>,
    pub(super) main: FrameId,
}

/// What to run, and who wants it.
pub(super) struct Entry {
    name: Arc<str>,
    root: Root,
    kind: FrameKind,
    parent: Option<FrameId>,
    call: Span,
}

impl Entry {
    /// A file, for its own output.
    pub(super) fn file(name: &Arc<str>, scope: Map) -> Entry {
        Entry {
            name: Arc::clone(name),
            root: Root { scope, more: None },
            kind: FrameKind::Template,
            parent: None,
            call: Span::NONE,
        }
    }
}

/// The content of a `tpl` string, and the folder that its includes are taken from.
type StringKey = (Arc<str>, String);

/// One render of Jinja files.
pub(super) struct Run {
    pub(super) world: World,
    /// The fuel of all files together.
    pub(super) fuel: u64,
    /// Fuel used up by what has ended, and by what called what is running.
    pub(super) spent: Cell<u64>,
    output: Cell<u64>,
    prefixes: Vec<String>,
    texts: RefCell<FxHashMap<Arc<str>, Rc<Text>>>,
    /// The names of `tpl` strings.
    strings: RefCell<FxHashMap<StringKey, Arc<str>>>,
    /// The engine's strings are plain: what wrote those that functions made is kept beside them, by content.
    pub(super) written: RefCell<FxHashMap<Arc<[u8]>, Segments>>,
    pub(super) frames: RefCell<FrameArena>,
    pub(super) activations: RefCell<Vec<Activation>>,
    scopes: RefCell<Vec<Root>>,
    pub(super) tracing: Option<RefCell<Tracing>>,
    /// The failure inside an `include` or `tpl`, on its way through the function.
    pub(super) inner: RefCell<Option<Error>>,
}

impl Run {
    /// # Errors
    /// A file that is no UTF-8.
    pub(super) fn new(
        folders: &[Folder],
        world: World,
        frames: FrameArena,
    ) -> Result<Run, Failure> {
        let mut texts = FxHashMap::default();
        for folder in folders {
            for file in &folder.files {
                let name = format!("{}{}", folder.prefix, &file.name[FOLDER.len()..]);
                let data = file.data().map_err(Failure::early)?;
                let text = std::str::from_utf8(data).map_err(|error| no_utf8(file.file, &error))?;
                let text = Text::new(file.file, text.into(), world.trace);
                texts.insert(name.into(), Rc::new(text));
            }
        }
        let tracing = world.trace.then(RefCell::default);
        Ok(Run {
            fuel: fuel(&world.budget),
            world,
            spent: Cell::new(0),
            output: Cell::new(0),
            prefixes: folders.iter().map(|folder| folder.prefix.clone()).collect(),
            texts: RefCell::new(texts),
            strings: RefCell::default(),
            written: RefCell::default(),
            frames: RefCell::new(frames),
            activations: RefCell::default(),
            scopes: RefCell::default(),
            tracing,
            inner: RefCell::default(),
        })
    }

    /// The text behind a name.
    pub(super) fn text(&self, name: &str) -> Option<Rc<Text>> {
        self.texts.borrow().get(name).cloned()
    }

    /// The code that the engine runs for a name.
    pub(super) fn code(&self, name: &str) -> Option<String> {
        match name {
            DRIVER => Some(DRIVER_CODE.to_owned()),
            _ => self.text(name).map(|text| text.code()),
        }
    }

    /// The full name of what the template `parent` calls `name`: a path below the chart's folder.
    pub(super) fn resolve(&self, name: &str, parent: &str) -> String {
        match self.prefix(parent) {
            Some(prefix) => format!("{prefix}{name}"),
            None => name.to_owned(),
        }
    }

    /// What a template is called below its chart's folder.
    pub(super) fn below(&self, name: &str) -> String {
        let prefix = self.prefix(name).map_or(0, String::len);
        name[prefix..].to_owned()
    }

    fn prefix(&self, name: &str) -> Option<&String> {
        self.prefixes
            .iter()
            .find(|prefix| name.starts_with(prefix.as_str()))
    }

    /// Runs a file or text to its end.
    pub(super) fn enter(
        self: &Rc<Run>,
        environment: &Environment<'_>,
        entry: Entry,
    ) -> Result<Str, Error> {
        if self.activations.borrow().len() >= MAX_DEPTH {
            let detail = "`include` and `tpl` call one another too deep";
            return Err(Error::new(ErrorKind::OutOfFuel, detail));
        }
        let file = self
            .text(&entry.name)
            .map_or(FileId::NONE, |text| text.file);
        let main = self.frames.borrow_mut().push(Frame {
            parent: entry.parent,
            call: entry.call,
            file,
            name: Arc::clone(&entry.name),
            kind: entry.kind,
        });
        let frames = std::iter::once((Arc::clone(&entry.name), main)).collect();
        self.activations.borrow_mut().push(Activation {
            name: entry.name,
            frames,
            main,
        });
        self.scopes.borrow_mut().push(entry.root.clone());
        if let Some(tracing) = &self.tracing {
            tracing.borrow_mut().enter();
        }
        let result = environment
            .get_template(DRIVER)
            .and_then(|driver| driver.render_with_spans(entry.root.into_value(self)));
        let text = result.and_then(|(text, spans)| {
            self.pay_output(text.len())?;
            Ok(origins::attribute(self, &text, &spans))
        });
        if let Some(tracing) = &self.tracing {
            tracing.borrow_mut().leave();
        }
        self.scopes.borrow_mut().pop();
        self.activations.borrow_mut().pop();
        text
    }

    /// Runs a partial that the template `caller` names in `include`. A map adds variables to the caller's.
    pub(super) fn include(
        self: &Rc<Run>,
        environment: &Environment<'_>,
        caller: &str,
        name: &str,
        more: Option<Map>,
    ) -> Result<Str, Error> {
        let full: Arc<str> = self.resolve(name, caller).into();
        let entry = self.nested(full, FrameKind::Include, caller, name, more);
        self.enter(environment, entry)
    }

    /// Runs a string that the template `caller` hands to `tpl`.
    pub(super) fn string(
        self: &Rc<Run>,
        environment: &Environment<'_>,
        caller: &str,
        text: &str,
        more: Option<Map>,
    ) -> Result<Str, Error> {
        let name = self.name_string(caller, text);
        let entry = self.nested(name, FrameKind::Tpl, caller, "tpl", more);
        self.enter(environment, entry)
    }

    fn nested(
        &self,
        name: Arc<str>,
        kind: FrameKind,
        caller: &str,
        mention: &str,
        more: Option<Map>,
    ) -> Entry {
        let call = self.mention(caller, mention);
        let scope = self.scopes.borrow().last().map(|root| root.scope.clone());
        Entry {
            name,
            root: Root {
                scope: scope.unwrap_or_default(),
                more,
            },
            kind,
            parent: Some(origins::call_frame(self, caller, call)),
            call,
        }
    }

    /// A name for a `tpl` string: one for each content and folder, within the folder so that it can include.
    fn name_string(&self, caller: &str, text: &str) -> Arc<str> {
        let prefix = self.prefix(caller).cloned().unwrap_or_default();
        let mut strings = self.strings.borrow_mut();
        let count = strings.len();
        let name = strings
            .entry((Arc::from(text), prefix))
            .or_insert_with_key(|(text, prefix)| {
                let name: Arc<str> = format!("{prefix}<tpl {count}>").into();
                let file = self.world.sources.add_source(Source {
                    name: "tpl".into(),
                    content: text.as_bytes().into(),
                    kind: SourceKind::Tpl,
                    parent: self.mention(caller, "tpl"),
                });
                let text = Text::new(file, Arc::clone(text), self.world.trace);
                self.texts
                    .borrow_mut()
                    .insert(Arc::clone(&name), Rc::new(text));
                name
            });
        Arc::clone(name)
    }

    /// Where a template first mentions a name: the engine does not say where a call stands.
    pub(super) fn mention(&self, caller: &str, name: &str) -> Span {
        let Some(text) = self.text(caller) else {
            return Span::NONE;
        };
        let Some(at) = text.text.find(name) else {
            return Span::new(text.file, 0, 0);
        };
        Span::new(text.file, at as u32, (at + name.len()) as u32)
    }

    /// Notes that an expression gave a text.
    pub(super) fn emitted(&self, text: &str) {
        if let Some(tracing) = &self.tracing {
            tracing.borrow_mut().emitted(text);
        }
    }

    fn pay_output(&self, bytes: usize) -> Result<(), Error> {
        self.output.set(self.output.get() + bytes as u64);
        let limit = self.world.budget.output;
        if self.output.get() <= limit {
            return Ok(());
        }
        let detail = format!("the Jinja files write more than {limit} bytes");
        Err(Error::new(ErrorKind::OutOfFuel, detail))
    }
}

/// The engine's fuel pays for steps and for bytes alike.
fn fuel(budget: &Budget) -> u64 {
    budget.steps.min(budget.output / BYTES_PER_FUEL).max(1)
}

fn no_utf8(file: FileId, error: &std::str::Utf8Error) -> Failure {
    let at = u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX);
    let diagnostic = Diagnostic::error(Code::new("jinja/parse"), "the template is not valid UTF-8");
    Failure::rendering(diagnostic.at(Span::new(file, at, at + 1)))
}
