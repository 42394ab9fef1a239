//! One side of a comparison, ready for questions.

use std::cell::RefCell;
use std::rc::Rc;

use evenkeel_diagnostics::{FileId, SourceKind, Span};
use evenkeel_gitops::explain::{Explainer, Explanation};
use evenkeel_gitops::{Environment, FieldPath};
use evenkeel_renderer::Renderer;
use rustc_hash::{FxHashMap, FxHashSet};

use super::said::harmless;
use crate::cause::Place;
use crate::change::ObjectIndex;

/// Characters of a line that are kept.
const MAX_LINE: usize = 200;

/// An environment that is a side of a comparison, with what tells where its fields come from.
#[derive(Clone, Copy)]
pub struct Rendered<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// What rendered it.
    pub renderer: &'a Renderer,
    /// How the names of files begin that lie in the repository: they are shown without.
    pub root: &'a str,
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Field {
    pub(super) object: ObjectIndex,
    pub(super) path: FieldPath,
}

/// A side and what is known of it so far.
pub(super) struct Side<'a> {
    rendered: Rendered<'a>,
    pub(super) explainer: Explainer<'a>,
    known: RefCell<FxHashMap<Field, Option<Rc<Explanation>>>>,
    /// The lines of files, by their names, without what is around them.
    lines: RefCell<FxHashMap<String, Option<Rc<FxHashSet<String>>>>>,
    files: FxHashMap<String, FileId>,
}

impl<'a> Side<'a> {
    pub(super) fn new(rendered: Rendered<'a>) -> Side<'a> {
        let sources = &rendered.environment.sources;
        let files = sources.ids().filter_map(|id| {
            let source = sources.get(id)?;
            let is_file = source.kind == SourceKind::File;
            is_file.then(|| (relative(&source.name, rendered.root).to_owned(), id))
        });
        Side {
            rendered,
            explainer: Explainer::new(rendered.environment, rendered.renderer),
            known: RefCell::default(),
            lines: RefCell::default(),
            files: files.collect(),
        }
    }

    pub(super) fn environment(&self) -> &'a Environment {
        self.rendered.environment
    }

    /// Explains a field, or the closest one around it that the manifest has: a field within a text is explained by
    /// the text.
    pub(super) fn explain(&self, field: &Field) -> Option<Rc<Explanation>> {
        if let Some(known) = self.known.borrow().get(field) {
            return known.clone();
        }
        let steps = &field.path.0;
        let around = (1..=steps.len()).rev();
        let ObjectIndex { app, object } = field.object;
        let found = match steps.is_empty() {
            true => self.explainer.explain(app, object, &field.path),
            false => around
                .map(|length| FieldPath(steps[..length].to_vec()))
                .find_map(|path| self.explainer.explain(app, object, &path)),
        };
        let found = found.map(Rc::new);
        let mut known = self.known.borrow_mut();
        known.insert(field.clone(), found.clone());
        found
    }

    /// The source of an object, an index into its Application's.
    pub(super) fn source_of(&self, index: ObjectIndex) -> usize {
        let app = self.environment().apps.get(index.app);
        let object = app.and_then(|app| app.objects.get(index.object));
        object.map_or(0, |object| object.source)
    }

    /// The line that a span begins on; of what an Application holds, the line of the file that holds that. `None`
    /// where no file does.
    pub(super) fn place(&self, span: Span) -> Option<Place> {
        let sources = &self.environment().sources;
        let mut span = span;
        let mut source = sources.get(span.file)?;
        while source.kind != SourceKind::File {
            span = source.parent;
            source = sources.get(span.file)?;
        }
        let at = sources.line_column(span.file, span.start)?;
        let start = (span.start as usize).min(source.content.len());
        let before = &source.content[..start];
        let begin = before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        let rest = &source.content[begin..];
        let end = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        let line = String::from_utf8_lossy(&rest[..end]);
        Some(Place {
            file: relative(&source.name, self.rendered.root).to_owned(),
            line: at.line as usize,
            column: at.column as usize,
            text: harmless(&shortened(line.trim_end())),
        })
    }

    /// The first line that says so, in the file of a place and below it.
    pub(super) fn line_below(&self, place: &Place, line: &str) -> Option<Place> {
        let source = self
            .environment()
            .sources
            .get(*self.files.get(&place.file)?)?;
        let text = String::from_utf8_lossy(&source.content);
        let mut lines = text.lines().enumerate().skip(place.line.saturating_sub(1));
        let (at, found) = lines.find(|(_, text)| text.trim() == line)?;
        Some(Place {
            file: place.file.clone(),
            line: at + 1,
            column: found.len() - found.trim_start().len() + 1,
            text: harmless(&shortened(found.trim_end())),
        })
    }

    /// Whether the file of that name has a line that says the same. A file that is not there has none.
    pub(super) fn has_line(&self, place: &Place) -> bool {
        let known = self.lines.borrow().get(&place.file).cloned();
        let lines = known.unwrap_or_else(|| {
            let lines = self.read_lines(&place.file).map(Rc::new);
            let mut all = self.lines.borrow_mut();
            all.insert(place.file.clone(), lines.clone());
            lines
        });
        lines.is_some_and(|lines| lines.contains(place.text.trim()))
    }

    fn read_lines(&self, file: &str) -> Option<FxHashSet<String>> {
        let source = self.environment().sources.get(*self.files.get(file)?)?;
        let text = String::from_utf8_lossy(&source.content);
        let lines = text.lines();
        let lines = lines.map(|line| harmless(&shortened(line)).trim().to_owned());
        Some(lines.collect())
    }

    /// Whether there is a file of that name.
    pub(super) fn has_file(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }
}

fn shortened(line: &str) -> String {
    line.chars().take(MAX_LINE).collect()
}

/// A name of a file without the directory of the repository.
fn relative<'n>(name: &'n str, root: &str) -> &'n str {
    let rest = name.strip_prefix(root);
    rest.map_or(name, |rest| rest.trim_start_matches('/'))
}
