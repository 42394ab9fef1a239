//! Which name means which template.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use evenkeel_diagnostics::FileId;
use evenkeel_value::number;
use rustc_hash::FxHashMap;

use crate::ast::{Ast, ListId};
use crate::{Error, ErrorKind, FunctionTable, parser};

/// A text in use: under which name it was parsed, and which file it is.
#[derive(Debug)]
pub(crate) struct Source {
    /// What messages call it.
    pub(crate) name: Arc<str>,
    pub(crate) file: FileId,
    pub(crate) ast: Arc<Ast>,
}

/// One template by name.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) name: Arc<[u8]>,
    /// The name for people: invalid UTF-8 replaced.
    pub(crate) label: Arc<str>,
    pub(crate) source: Rc<Source>,
    pub(crate) root: ListId,
    /// How often it is running. Templates of one name share the count, whichever layer they are in.
    pub(crate) active: Rc<Cell<usize>>,
}

/// The templates of one render: the name space that Go's associated templates share.
///
/// Files are added in the order in which the caller would parse them
/// (`t.New(name).Parse(text)` on the root template `t`); the later definition of a name wins, unless
/// it is empty.
#[derive(Debug)]
pub struct TemplateSet {
    root: Arc<str>,
    functions: &'static FunctionTable,
    names: Names,
}

pub(crate) type Names = FxHashMap<Arc<[u8]>, Rc<Template>>;

impl TemplateSet {
    /// An empty set. `root` is the name of the root template, which is also the name that the strings
    /// of `tpl` go by (`gotpl` in Helm); `functions` is what those strings may call.
    pub fn new(root: &str, functions: &'static FunctionTable) -> TemplateSet {
        TemplateSet {
            root: root.into(),
            functions,
            names: Names::default(),
        }
    }

    /// Adds the templates of a text: its own body under `name`, and its definitions.
    ///
    /// # Errors
    /// Where the text defines `name` itself, besides being it: `multiple definition of template`.
    pub fn add(&mut self, name: &str, file: FileId, ast: &Arc<Ast>) -> Result<(), Error> {
        let source = Rc::new(Source {
            name: name.into(),
            file,
            ast: Arc::clone(ast),
        });
        for template in templates(&source, name.as_bytes())? {
            let (template, empty) = template;
            let known = self.names.get(&template.name);
            if empty && known.is_some() {
                continue;
            }
            self.names
                .insert(Arc::clone(&template.name), Rc::new(template));
        }
        Ok(())
    }

    /// Whether a template of this name exists.
    pub fn contains(&self, name: &[u8]) -> bool {
        self.names.contains_key(name)
    }

    /// All names, sorted.
    pub fn names(&self) -> Vec<Arc<[u8]>> {
        let mut names: Vec<_> = self.names.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// The file whose definition of `name` won.
    pub fn file(&self, name: &[u8]) -> Option<FileId> {
        self.names.get(name).map(|template| template.source.file)
    }

    pub(crate) fn get(&self, name: &[u8]) -> Option<&Rc<Template>> {
        self.names.get(name)
    }

    pub(crate) fn root(&self) -> &Arc<str> {
        &self.root
    }

    pub(crate) fn functions(&self) -> &'static FunctionTable {
        self.functions
    }
}

/// The templates that a text of this name brings, each with whether it is empty; the body comes first.
pub(crate) fn templates(source: &Rc<Source>, name: &[u8]) -> Result<Vec<(Template, bool)>, Error> {
    let ast = &source.ast;
    let mut out = Vec::with_capacity(ast.trees.len());
    let mut body = &ast.trees[0];
    for tree in &ast.trees[1..] {
        if tree.name.as_deref() != Some(name) {
            out.push((
                template(source, tree.name.as_deref().unwrap_or(name), tree.root),
                tree.empty,
            ));
        } else if !tree.empty {
            if !body.empty {
                return Err(defined_twice(source, name));
            }
            body = tree;
        }
    }
    out.insert(0, (template(source, name, body.root), body.empty));
    Ok(out)
}

fn template(source: &Rc<Source>, name: &[u8], root: ListId) -> Template {
    let label = match std::str::from_utf8(name) {
        Ok(text) if *text == *source.name => Arc::clone(&source.name),
        _ => String::from_utf8_lossy(name).into(),
    };
    Template {
        name: name.into(),
        label,
        source: Rc::clone(source),
        root,
        active: Rc::default(),
    }
}

/// Go finds this one at the end of the text, when it adds the body.
fn defined_twice(source: &Source, name: &[u8]) -> Error {
    let line = source.ast.last_line;
    let message = parser::multiple_definition(name);
    Error::of(
        ErrorKind::Parse,
        format!("template: {}:{line}: {message}", source.name),
    )
}

/// Go's error where no template has the name (`Template.ExecuteTemplate`).
pub(crate) fn no_template(name: &[u8], root: &str) -> Error {
    let (name, root) = (number::quote(name), number::quote(root.as_bytes()));
    Error::new(format!(
        "template: no template {name} associated with template {root}"
    ))
}
