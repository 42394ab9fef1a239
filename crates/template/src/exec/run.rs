//! Entering templates: from outside, by name from functions, and as text.

use std::rc::Rc;
use std::sync::Arc;

use evenkeel_diagnostics::{Frame, FrameKind, Origin, Source as FileSource, SourceKind, Span};
use evenkeel_value::{List, Map, Str, Value};

use super::{Executor, Site, State, over_depth};
use crate::ast::Ast;
use crate::operand::Operand;
use crate::print::Node;
use crate::reads::{Read, item_origin};
use crate::set::{Names, Source, Template, no_template, templates};
use crate::{Context, Error, Host};

/// Steps that entering a template costs: it opens a frame, which takes memory.
const ENTRY_STEPS: u64 = 8;

/// The names that a running `tpl` string sees besides the set's.
pub(super) struct Layer {
    /// The string's own body, which goes by the name of the set's root.
    root: Rc<Template>,
    /// What it and the strings around it define.
    names: Rc<Names>,
}

/// A `tpl` string that has been parsed, or could not be.
pub(super) struct Text {
    templates: Result<Vec<(Rc<Template>, bool)>, Error>,
}

impl Executor<'_> {
    /// The template of a name, as the running templates see it.
    pub(super) fn lookup(&self, name: &[u8]) -> Option<Rc<Template>> {
        if let Some(top) = self.layers.last() {
            // Each `tpl` clones the set, and the clone's root is the string itself.
            if name == self.set.root().as_bytes() {
                return Some(Rc::clone(&top.root));
            }
            if let Some(template) = top.names.get(name) {
                return Some(Rc::clone(template));
            }
        }
        self.set.get(name).cloned()
    }

    /// Runs a template; its output goes to the end of `self.out`.
    pub(super) fn activate(
        &mut self,
        template: &Rc<Template>,
        dot: &Operand,
        kind: FrameKind,
        depth: u32,
    ) -> Result<(), Error> {
        if self.depth >= self.options.budget.depth || self.guard.exceeded() {
            return Err(over_depth());
        }
        self.pay(ENTRY_STEPS)?;
        let Site {
            call,
            frame: parent,
        } = self.site;
        let file = template.source.file;
        let name = Arc::clone(&template.label);
        let known_frames = self.frames.len();
        let frame = self.frames.push(Frame {
            parent,
            call,
            file,
            name,
            kind,
        });
        let base = self.vars.len();
        let start = self.out.len();
        self.push_root(dot, frame);
        self.depth += 1;
        let ast: &Ast = &template.source.ast;
        let root = ast.list(template.root);
        if let Some(first) = root.first() {
            let mut st = State {
                ast,
                template,
                node: Node::Stmt(first),
                frame,
                dot_from: frame,
                depth,
                base,
            };
            self.walk_list(&mut st, dot, root)?;
        }
        self.depth -= 1;
        self.vars.truncate(base);
        if self.out.len() == start && self.log.is_none() {
            self.frames.truncate(known_frames);
        }
        Ok(())
    }

    /// Runs a template and takes its output away from the end of `self.out`.
    fn capture(
        &mut self,
        template: &Rc<Template>,
        data: Value,
        kind: FrameKind,
    ) -> Result<Str, Error> {
        let start = self.out.len();
        let (site, depth, base) = (self.site, self.depth, self.vars.len());
        let dot = Operand::concrete(data);
        let result = self.activate(template, &dot, kind, 0);
        self.site = site;
        match result {
            Ok(()) => Ok(self.out.split_off(start)),
            Err(error) => {
                // A function may swallow the error and go on.
                self.out.truncate(start);
                self.depth = depth;
                self.vars.truncate(base);
                Err(error)
            }
        }
    }

    /// The templates of a `tpl` string, parsed once per render.
    fn text(&mut self, text: &Str) -> Rc<Text> {
        if let Some(known) = self.texts.get(text.as_bytes()) {
            return Rc::clone(known);
        }
        let parsed = Rc::new(Text {
            templates: self.parse_text(text.to_arc()),
        });
        self.texts.insert(text.to_arc(), Rc::clone(&parsed));
        parsed
    }

    fn parse_text(&mut self, text: Arc<[u8]>) -> Result<Vec<(Rc<Template>, bool)>, Error> {
        self.pay(text.len() as u64 / 16)?;
        let file = self.sources.add_source(FileSource {
            name: "tpl".into(),
            content: Arc::clone(&text),
            kind: SourceKind::Tpl,
            parent: self.site.call,
        });
        let name = Arc::clone(self.set.root());
        let ast = Ast::parse_within(text, self.set.functions(), self.guard.left())
            .map_err(|error| error.named(&name, file))?;
        let source = Rc::new(Source {
            name: Arc::clone(&name),
            file,
            ast: Arc::new(ast),
        });
        let mut found = Vec::new();
        for (mut template, empty) in templates(&source, name.as_bytes())? {
            if let Some(known) = self.lookup(&template.name) {
                template.active = Rc::clone(&known.active);
            }
            found.push((Rc::new(template), empty));
        }
        Ok(found)
    }

    /// The layer of names that a `tpl` string brings: its body, and its definitions unless they are
    /// empty and known.
    fn layer(&mut self, found: &[(Rc<Template>, bool)]) -> Result<Option<Layer>, Error> {
        let Some(((root, _), defines)) = found.split_first() else {
            return Ok(None);
        };
        let mut names = match self.layers.last() {
            Some(around) => Rc::clone(&around.names),
            None => Rc::default(),
        };
        for (template, empty) in defines {
            if !empty || self.lookup(&template.name).is_none() {
                self.pay(names.len() as u64 / 16)?;
                Rc::make_mut(&mut names).insert(Arc::clone(&template.name), Rc::clone(template));
            }
        }
        let root = Rc::clone(root);
        Ok(Some(Layer { root, names }))
    }
}

impl Context for Executor<'_> {
    fn host(&self) -> &dyn Host {
        self.host
    }

    fn execute_template(&mut self, name: &Str, data: Value) -> Result<Str, Error> {
        let Some(template) = self.lookup(name) else {
            return Err(no_template(name, self.set.root()));
        };
        template.active.set(template.active.get() + 1);
        let result = self.capture(&template, data, FrameKind::Include);
        template.active.set(template.active.get() - 1);
        result
    }

    fn active(&self, name: &Str) -> usize {
        self.lookup(name)
            .map_or(0, |template| template.active.get())
    }

    fn execute_text(&mut self, text: &Str, data: Value) -> Result<Str, Error> {
        let parsed = self.text(text);
        let found = parsed.templates.as_ref().map_err(Error::clone)?;
        let Some(layer) = self.layer(found)? else {
            return Ok(Str::default());
        };
        let root = Rc::clone(&layer.root);
        let layers = self.layers.len();
        self.layers.push(layer);
        let result = self.capture(&root, data, FrameKind::Tpl);
        self.layers.truncate(layers);
        result
    }

    fn charge(&mut self, steps: u64) -> Result<(), Error> {
        self.pay(steps)
    }

    fn argument_origin(&self, index: usize) -> Origin {
        let known = self.log.as_ref().and_then(|log| log.arguments.get(index));
        known.copied().unwrap_or_default()
    }

    fn log_entry(&mut self, map: &Map, key: &[u8]) {
        let Some(frame) = self.site.frame else { return };
        self.log(frame, || {
            let origin = map.origin(key);
            Read {
                name: String::from_utf8_lossy(key).into_owned(),
                origin: origin.unwrap_or(Origin::NONE),
                found: origin.is_some(),
                base: None,
            }
        });
    }

    fn log_item(&mut self, list: &List, index: usize) {
        let Some(frame) = self.site.frame else { return };
        self.log(frame, || Read {
            name: index.to_string(),
            origin: item_origin(list, index),
            found: index < list.len(),
            base: None,
        });
    }
}

impl Executor<'_> {
    /// Notes which call is being made, for the frames that it may open.
    pub(super) fn at_call(&mut self, st: &State<'_>, from: u32, to: u32) {
        let call = Span::new(st.template.source.file, from, to);
        self.site = Site {
            call,
            frame: Some(st.frame),
        };
    }
}
