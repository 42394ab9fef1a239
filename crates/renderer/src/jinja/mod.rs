//! The Jinja dialect: the files of `jinja/` of charts that ask for it, rendered by minijinja.
//!
//! Helm renders every file of `templates/`, whatever its extension, so the dialect has a folder of its own;
//! to Helm that is more of `.Files`. What comes out therefore differs from what Helm renders, and a chart has
//! to say that it wants it: see [`ANNOTATION`].
//!
//! Values go in as objects that share the maps and lists of the render, and come back from functions as they
//! went in. Everything costs fuel, one supply for all files of a render.

mod call;
mod failure;
mod functions;
mod origins;
mod print;
mod run;
mod scan;
mod tracing;
mod value;

use std::rc::Rc;
use std::sync::Arc;

use evenkeel_chart::{HelmVersion, OtherFile};
use evenkeel_diagnostics::{FrameArena, SourceMap};
use evenkeel_manifest::RenderedFile;
use evenkeel_template::{Budget, FunctionTable, ReadLog};
use evenkeel_value::{Map, Rope, Value};
use evenkeel_values_merger::Instance;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use send_wrapper::SendWrapper;

use crate::RenderHost;
use crate::capabilities::types;
use crate::request::Failure;
use run::{DRIVER, Entry, Run};

/// The annotation of `Chart.yaml` by which a chart asks for the dialect, with the value [`JINJA`]. A folder
/// of the name alone must not: charts that have one for other purposes render as Helm renders them.
const ANNOTATION: &str = "evenkeel.dev/dialect";

/// The value of [`ANNOTATION`].
const JINJA: &str = "jinja";

/// The folder, with its slash.
const FOLDER: &str = "jinja/";

/// The Jinja files of one chart that takes part in a render.
#[derive(Debug)]
pub(crate) struct Folder {
    /// The full name of the folder with its slash, such as `app/charts/db/jinja/`.
    prefix: String,
    /// Its files, partials included, by the name below the folder.
    files: Vec<OtherFile>,
    /// What the chart's templates see.
    scope: Map,
}

/// What a render of Jinja files shares with that of the chart's Helm templates.
pub(crate) struct World {
    pub(crate) host: Rc<RenderHost>,
    pub(crate) functions: &'static FunctionTable,
    pub(crate) helm: HelmVersion,
    pub(crate) sources: Arc<SourceMap>,
    pub(crate) budget: Budget,
    pub(crate) trace: bool,
}

/// The Jinja files of a chart, if it asks for the dialect and is no library.
pub(crate) fn folder(chart: &Instance, scope: &Map) -> Option<Folder> {
    let wanted = chart.metadata.annotations.as_ref()?.get(ANNOTATION)?;
    if &**wanted != JINJA || chart.is_library() {
        return None;
    }
    let all = chart.chart.files.iter();
    let files: Vec<_> = all
        .filter(|file| is_template(&file.name))
        .cloned()
        .collect();
    (!files.is_empty()).then(|| Folder {
        prefix: format!("{}/{FOLDER}", chart.full_path),
        files,
        scope: scope.clone(),
    })
}

fn is_template(name: &str) -> bool {
    name.starts_with(FOLDER) && (name.ends_with(".yaml") || name.ends_with(".yml"))
}

fn is_partial(name: &str) -> bool {
    name.rsplit('/')
        .next()
        .is_some_and(|base| base.starts_with('_'))
}

/// Renders the files of all folders, after the charts' Helm templates: what those `set`, these see.
///
/// # Errors
/// The first file that fails.
pub(crate) fn render(
    folders: &[Folder],
    world: World,
    frames: &mut FrameArena,
    reads: &mut ReadLog,
) -> Result<Vec<RenderedFile>, Failure> {
    let helm = world.helm;
    let run = Rc::new(Run::new(folders, world, std::mem::take(frames))?);
    let environment = environment(&run);
    let mut rendered = Vec::new();
    for folder in folders {
        let names = folder.files.iter().map(|file| &file.name[FOLDER.len()..]);
        for name in names.filter(|name| !is_partial(name)) {
            let path: Arc<str> = format!("{}{name}", folder.prefix).into();
            let scope = scope_of(folder, &path, helm);
            let entry = Entry::file(&path, scope);
            let text = run
                .enter(&environment, entry)
                .map_err(|error| failure::failure(&error, &run, &folder.scope))?;
            let mut output = Rope::with_capacity(text.len());
            output.push_str(&text);
            rendered.push(RenderedFile { path, output });
        }
    }
    *frames = run.frames.take();
    if let Some(tracing) = &run.tracing {
        tracing.borrow_mut().hand_over(reads);
    }
    Ok(rendered)
}

/// The chart's scope with `Template` for a file.
fn scope_of(folder: &Folder, path: &Arc<str>, helm: HelmVersion) -> Map {
    let about = Map::new(types(helm).values);
    about.insert("Name", Value::from(&**path));
    about.insert("BasePath", Value::from(folder.prefix.trim_end_matches('/')));
    folder.scope.insert("Template", about);
    folder.scope.clone()
}

/// The engine: strict, without escaping, with white space as YAML wants it.
fn environment(run: &Rc<Run>) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_debug(true);
    environment.set_fuel(Some(run.fuel));
    environment.set_recursion_limit(run::RECURSION);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    if let Ok(syntax) = syntax {
        environment.set_syntax(syntax);
    }
    let shared = SendWrapper::new(Rc::clone(run));
    environment.set_loader(move |name| Ok(shared.code(name)));
    let shared = SendWrapper::new(Rc::clone(run));
    environment.set_path_join_callback(move |name, parent| shared.resolve(name, parent).into());
    let shared = SendWrapper::new(Rc::clone(run));
    environment.set_formatter(move |out, _, value| print::write(&shared, out, value));
    functions::register(&mut environment, run);
    debug_assert!(run.code(DRIVER).is_some());
    environment
}
