//! One source of an Application to objects: what Argo CD's repository server does.

mod directory;
mod helm;
mod overrides;
mod value_files;

use std::sync::Arc;

use evenkeel_diagnostics::{Code, Diagnostic, FileId, FrameArena, SourceKind, edit_distance};
use evenkeel_manifest::Document;
use evenkeel_renderer::{Chart, HelmVersion, Rendered, Renderer, Request, UserValues};
use evenkeel_value::Data;
use evenkeel_values_merger::{coalesce_values, process_dependencies};

pub(crate) use directory::manifest_file;
pub(crate) use helm::{Inputs, release_request, run, unvendored};
pub(crate) use overrides::with_overrides;

use crate::application::{Application, ApplicationSource, BuildEnvironment, span_of};
use crate::paths::{join, normal};
use crate::{FieldPath, WorkTree};

/// A source that cannot be rendered.
pub(crate) const SOURCE: Code = Code::new("argocd/source");

/// A Helm source, ready to be rendered or already rendered.
#[derive(Debug, Clone)]
pub struct HelmRender {
    /// The chart.
    pub chart: Arc<Chart>,
    /// The merged layers above the chart's own values.
    pub values: UserValues,
    /// The files of those layers that are fields of the Application, such as
    /// `spec.source.helm.parameters[3].value`. Of the others the origins say it all.
    pub fields: Vec<(FileId, FieldPath)>,
    /// How it is rendered.
    pub request: Request,
    /// Whether hooks of `helm test` are left out.
    pub skip_tests: bool,
    /// Value files that are named, not there, and forgiven by `ignoreMissingValueFiles`.
    pub missing_value_files: Vec<String>,
}

impl HelmRender {
    /// The chart's `.Values`: the layers over the defaults of the chart and its dependencies.
    ///
    /// # Errors
    /// What keeps the chart from being rendered too.
    pub fn merged_values(&self) -> Result<Data, Diagnostic> {
        let helm = self.request.helm;
        let root = process_dependencies(&self.chart, &self.values.data, helm)?;
        let merged = coalesce_values(&root, &self.values.data, helm)?;
        Ok(Data::of_map(&merged))
    }
}

/// What one source gives.
#[derive(Debug, Clone, Default)]
pub struct SourceRender {
    /// The Helm part, if it is a chart.
    pub helm: Option<Arc<HelmRender>>,
    /// Helm's result, if it could be rendered.
    pub rendered: Option<Arc<Rendered>>,
    /// All documents, in the order in which Argo CD gets them.
    pub documents: Vec<Document>,
    /// Who called whom in the documents' segments.
    pub frames: Arc<FrameArena>,
    /// The file that says what Kustomize makes, of its sources.
    pub kustomization: Option<FileId>,
    /// Why it was not rendered, if it cannot be looked into from here: a remote repository, a plugin.
    pub opaque: Option<String>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl SourceRender {
    pub(crate) fn opaque(reason: impl Into<String>) -> SourceRender {
        SourceRender {
            opaque: Some(reason.into()),
            ..SourceRender::default()
        }
    }

    pub(crate) fn failed(diagnostic: Diagnostic) -> SourceRender {
        SourceRender {
            diagnostics: vec![diagnostic],
            ..SourceRender::default()
        }
    }
}

/// What all sources of an environment share.
pub(crate) struct Context<'a> {
    pub(crate) tree: &'a dyn WorkTree,
    pub(crate) renderer: &'a Renderer,
    /// The Helm that the environment's Argo CD bundles.
    pub(crate) helm: HelmVersion,
    pub(crate) inputs: &'a Inputs,
}

/// What Kustomize calls its files.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The tool that Argo CD would use for a path (`GetAppSourceType`).
enum Tool {
    Helm,
    Kustomize,
    Directory,
    Plugin,
}

/// Renders the sources of an Application, each on its own.
pub(crate) fn render_all(application: &Application, context: &Context<'_>) -> Vec<SourceRender> {
    let render = |source| render_one(application, source, context);
    application.sources.iter().map(render).collect()
}

fn render_one(
    application: &Application,
    source: &ApplicationSource,
    context: &Context<'_>,
) -> SourceRender {
    if !source.chart.is_empty() {
        let ApplicationSource {
            chart,
            repo_url,
            target_revision,
            ..
        } = source;
        return SourceRender::opaque(format!(
            "remote chart {chart} {target_revision} of {repo_url}"
        ));
    }
    if !context.tree.is_this(&source.repo_url) {
        return SourceRender::opaque(format!("another repository, {}", source.repo_url));
    }
    // A source that others refer to may hold nothing but value files.
    if source.path.is_empty() && !source.reference.is_empty() {
        return SourceRender::default();
    }
    match located(application, source, context) {
        Ok(render) => render,
        Err(diagnostic) => SourceRender::failed(diagnostic.at(span_of(source.origin))),
    }
}

fn located(
    application: &Application,
    source: &ApplicationSource,
    context: &Context<'_>,
) -> Result<SourceRender, Diagnostic> {
    let tree = context.tree;
    let Some(path) = normal("", &source.path) else {
        let message = format!("the source path `{}` leaves the repository", source.path);
        return Err(Diagnostic::error(SOURCE, message).at(span_of(source.path_origin)));
    };
    if !tree.has_directory(&path) {
        let message = format!("there is no directory `{path}` in the repository");
        let help = match nearest(tree, &path) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the path is relative to the root of the repository".to_owned(),
        };
        let place = span_of(source.path_origin);
        return Err(Diagnostic::error(SOURCE, message).at(place).with_help(help));
    }
    let build = BuildEnvironment::new(application, source);
    match tool(tree, source, &path)? {
        Tool::Helm => helm::render(application, source, &path, &build, context),
        Tool::Directory => directory::render(source, &path, context),
        Tool::Kustomize => Ok(kustomize(&path, context)),
        Tool::Plugin => Ok(SourceRender::opaque(
            "a config management plugin renders it",
        )),
    }
}

fn tool(tree: &dyn WorkTree, source: &ApplicationSource, path: &str) -> Result<Tool, Diagnostic> {
    let explicit = [
        (source.kustomize, "Kustomize", Tool::Kustomize),
        (source.helm.is_some(), "Helm", Tool::Helm),
        (source.directory.is_some(), "Directory", Tool::Directory),
        (source.plugin, "Plugin", Tool::Plugin),
    ];
    let mut named: Vec<_> = explicit.into_iter().filter(|(is, ..)| *is).collect();
    if named.len() > 1 {
        let names: Vec<_> = named.iter().map(|(_, name, _)| *name).collect();
        let native = format!("multiple application sources defined: {}", names.join(","));
        return Err(Diagnostic::error(SOURCE, native.clone()).with_native(native));
    }
    if let Some((.., tool)) = named.pop() {
        return Ok(tool);
    }
    let has = |name: &str| tree.has(&join(path, name));
    Ok(if has("Chart.yaml") {
        Tool::Helm
    } else if KUSTOMIZATIONS.into_iter().any(has) {
        Tool::Kustomize
    } else {
        Tool::Directory
    })
}

/// Kustomize itself has to do it, if it is there.
fn kustomize(path: &str, context: &Context<'_>) -> SourceRender {
    match context.tree.kustomize(path) {
        None => SourceRender::opaque("a Kustomize source, and there is no `kustomize` to run"),
        Some(Err(text)) => {
            let message = format!("kustomize cannot build `{path}`");
            SourceRender::failed(Diagnostic::error(SOURCE, message).with_help(text))
        }
        Some(Ok(text)) => {
            let title = format!("kustomize build {path}");
            match directory::plain_documents(&title, text.into(), FileId::NONE) {
                Ok((documents, frames)) => SourceRender {
                    documents,
                    frames: Arc::new(frames),
                    kustomization: kustomization(path, context),
                    ..SourceRender::default()
                },
                Err(diagnostic) => SourceRender::failed(diagnostic),
            }
        }
    }
}

/// The file that says what Kustomize makes of a directory.
fn kustomization(path: &str, context: &Context<'_>) -> Option<FileId> {
    let tree = context.tree;
    let mut files = KUSTOMIZATIONS.iter().map(|name| join(path, name));
    let (shown, text) = files.find_map(|file| Some((tree.shown(&file), tree.read(&file)?)))?;
    let sources = context.renderer.sources();
    Some(sources.add(shown, text, SourceKind::File))
}

/// A value file, or the text that Helm has for one that is not there.
pub(crate) fn read_value_file(tree: &dyn WorkTree, name: &str) -> Result<Arc<[u8]>, String> {
    let missing = || format!("open {name}: no such file or directory");
    tree.read(name).ok_or_else(missing)
}

/// The directory whose name is most like a missing one, beside it.
fn nearest(tree: &dyn WorkTree, path: &str) -> Option<String> {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    let prefix = if parent.is_empty() {
        String::new()
    } else {
        format!("{parent}/")
    };
    let beside = tree.paths().iter().filter_map(|known| {
        let (first, _) = known.strip_prefix(&*prefix)?.split_once('/')?;
        Some(first)
    });
    let (best, distance) = beside
        .map(|other| (other, edit_distance(other.as_bytes(), name.as_bytes())))
        .min_by_key(|(_, distance)| *distance)?;
    (distance * 3 <= name.len()).then(|| join(parent, best))
}
