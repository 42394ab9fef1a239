//! From the root down: level by level, the Applications of a level side by side.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use evenkeel_diagnostics::{Code, Diagnostic, Source, SourceKind, Span};
use evenkeel_manifest::{Event, ScopeTable};
use evenkeel_renderer::{RenderHost, Renderer, side_by_side};
use evenkeel_value::Data;

use super::{App, Declaration, Environment, Root, RootChart, Spec, places};
use crate::application::span_of;
use crate::applicationset::{self, Repository};
use crate::source::{self, Context, HelmRender, Inputs, SourceRender};
use crate::{Application, Destination, Object, WorkTree};

/// An Application that comes from itself.
const CYCLE: Code = Code::new("argocd/cycle");
/// Two Applications of one name.
const DUPLICATE: Code = Code::new("argocd/duplicate");

/// Applications within Applications; more is a cycle that changes names.
const MAX_DEPTH: usize = 32;

/// An Application that waits to be rendered.
struct Job {
    parent: usize,
    declaration: Declaration,
    depth: usize,
}

pub(super) fn build(spec: &Spec, tree: &dyn WorkTree, renderer: &Renderer) -> Environment {
    let inputs = Inputs {
        kube_version: spec.kube_version.clone(),
        api_versions: spec.api_versions.clone(),
        clock: spec.clock.clone(),
        seed: spec.seed,
    };
    let context = Context {
        tree,
        renderer,
        helm: spec.helm,
        inputs: &inputs,
    };
    let mut builder = Builder {
        spec,
        context,
        apps: Vec::new(),
        names: HashSet::new(),
        declared: HashSet::new(),
    };
    let mut level = builder.roots();
    while !level.is_empty() {
        level = builder.next_level(level);
    }
    let mut environment = Environment {
        name: spec.name.clone(),
        helm: spec.helm,
        apps: builder.apps,
        scopes: ScopeTable::default(),
        sources: Arc::clone(renderer.sources()),
    };
    inject_namespaces(&mut environment);
    places::locate_diagnostics(&mut environment);
    environment
}

struct Builder<'a> {
    spec: &'a Spec,
    context: Context<'a>,
    apps: Vec<App>,
    /// Namespaces and names of the Applications so far.
    names: HashSet<(String, String)>,
    /// Files and texts of the Applications and ApplicationSets so far.
    declared: HashSet<(String, Vec<u8>)>,
}

impl Builder<'_> {
    /// Renders what stands at the root, and gives what follows from it.
    fn roots(&mut self) -> Vec<Job> {
        let apps: Vec<App> = match &self.spec.root {
            Root::Charts(charts) => side_by_side(charts, |chart| root_chart(chart, &self.context)),
            Root::Manifests { files, namespace } => {
                vec![manifests(files, namespace, &self.context)]
            }
        };
        apps.into_iter().flat_map(|app| self.add(app, 0)).collect()
    }

    fn next_level(&mut self, jobs: Vec<Job>) -> Vec<Job> {
        let context = &self.context;
        let apps = &self.apps;
        let done = side_by_side(&jobs, |job| {
            let app = render(job, apps, context);
            self.spec.progress.fetch_add(1, Ordering::Relaxed);
            (app, job.depth)
        });
        done.into_iter()
            .flat_map(|(app, depth)| self.add(app, depth))
            .collect()
    }

    /// Takes a finished Application in, and gives the Applications among its objects.
    fn add(&mut self, mut app: App, depth: usize) -> Vec<Job> {
        if let Some(application) = &app.application {
            let id = (application.namespace.clone(), application.name.clone());
            // An Application that comes from itself has been there before.
            let is_cycle = app.diagnostics.iter().any(|found| found.code == CYCLE);
            if !self.names.insert(id) && !is_cycle {
                let message = format!("there are two Applications {}", application.name);
                let place = application
                    .sources
                    .first()
                    .map(|source| span_of(source.origin));
                let help = "Argo CD keeps one of them, whichever is applied last";
                let diagnostic = Diagnostic::error(DUPLICATE, message)
                    .at(place.unwrap_or(Span::NONE))
                    .with_help(help);
                app.diagnostics.push(diagnostic);
                // Which one stays is not known; the objects of both would be told as shared, one by one.
                app.sources.clear();
                app.objects.clear();
            }
        }
        let index = self.apps.len();
        let declarations = self.declarations(&mut app);
        self.apps.push(app);
        let jobs = declarations.into_iter().map(|declaration| Job {
            parent: index,
            declaration,
            depth: depth + 1,
        });
        jobs.collect()
    }

    /// The Applications that the objects of `app` are or make. What was declared before by the same document is the
    /// same object: a file that somebody applies once, and that an Application in it keeps up from then on (Argo CD,
    /// Cluster Bootstrapping).
    fn declarations(&mut self, app: &mut App) -> Vec<Declaration> {
        let mut declarations = Vec::new();
        for (index, object) in app.objects.iter_mut().enumerate() {
            let is_declaration = object.identity.group == "argoproj.io"
                && matches!(
                    object.identity.kind.as_str(),
                    "Application" | "ApplicationSet"
                );
            if !is_declaration {
                continue;
            }
            let document = &object.document;
            let text = document.text().trim_ascii().to_vec();
            if !self.declared.insert((document.path().to_string(), text)) {
                continue;
            }
            match object.identity.kind.as_str() {
                "Application" => {
                    self.register(object);
                    declarations.push(Declaration::Object {
                        object: index,
                        data: object.data(),
                    });
                }
                "ApplicationSet" => {
                    self.register(object);
                    let expansion = self.expand(&object.data());
                    app.opaque.extend(expansion.opaque);
                    app.diagnostics.extend(expansion.diagnostics);
                    let style = expansion.style;
                    let made = expansion.applications.into_iter();
                    declarations.extend(made.map(|generated| Declaration::Generated {
                        object: index,
                        generated: Box::new(generated),
                        style,
                    }));
                }
                _ => {}
            }
        }
        declarations
    }

    /// Gives an object a virtual file, so that places in it can be told.
    fn register(&self, object: &mut Object) {
        let name = format!("{} {}", object.identity.kind, object.identity.name);
        object.file = self.context.renderer.sources().add_source(Source {
            name: name.into(),
            content: object.document.text().into(),
            kind: SourceKind::Inline,
            parent: Span::NONE,
        });
    }

    fn expand(&self, set: &Data) -> applicationset::Expansion {
        let host = RenderHost::new(self.spec.clock.clone(), self.spec.seed);
        let repository: &dyn Repository = self.context.tree;
        let inputs = applicationset::Inputs {
            repository,
            clusters: &self.spec.clusters,
            host: &host,
        };
        applicationset::expand(set, &inputs, self.context.renderer.sources())
    }
}

/// Renders one Application.
fn render(job: &Job, apps: &[App], context: &Context<'_>) -> App {
    let mut app = App {
        name: String::new(),
        parent: Some(job.parent),
        declaration: job.declaration.clone(),
        application: None,
        destination: Destination::default(),
        sources: Vec::new(),
        objects: Vec::new(),
        opaque: Vec::new(),
        diagnostics: Vec::new(),
    };
    let object = app.data().cloned().unwrap_or_default();
    let metadata = object.get("metadata");
    let name = metadata.and_then(|metadata| metadata.get("name")?.as_str());
    name.unwrap_or("(unnamed)").clone_into(&mut app.name);
    match read(&object, &mut app.declaration, context) {
        Ok(mut application) => {
            if application.namespace.is_empty() {
                let parent = apps.get(job.parent);
                application.namespace =
                    parent.map_or_else(String::new, |app| app.destination.namespace.clone());
            }
            app.destination = application.destination.clone();
            match cycle(&application, job, apps) {
                Some(diagnostic) => app.diagnostics.push(diagnostic),
                None => {
                    app.sources = source::render_all(&application, context);
                    finish(&mut app);
                }
            }
            app.application = Some(application);
        }
        Err(diagnostic) => app.diagnostics.push(diagnostic),
    }
    app
}

/// Reads the Application, with the overrides that lie beside its sources.
fn read(
    object: &Data,
    declaration: &mut Declaration,
    context: &Context<'_>,
) -> Result<Application, Diagnostic> {
    let application = Application::read(object)?;
    let sources = context.renderer.sources();
    let changed = source::with_overrides(object, &application, context.tree, sources)?;
    let Some(changed) = changed else {
        return Ok(application);
    };
    let application = Application::read(&changed)?;
    match declaration {
        Declaration::Object { data, .. } => *data = changed,
        Declaration::Generated { generated, .. } => generated.application = changed,
        Declaration::Root => {}
    }
    Ok(application)
}

/// What is wrong if the Application is among those that led to it.
fn cycle(application: &Application, job: &Job, apps: &[App]) -> Option<Diagnostic> {
    let parents = std::iter::successors(Some(job.parent), |&app| apps.get(app)?.parent);
    let mut chain: Vec<&str> = Vec::new();
    let mut closed = job.depth > MAX_DEPTH;
    for parent in parents.filter_map(|parent| apps.get(parent)) {
        chain.push(&parent.name);
        let known = parent.application.as_ref();
        if known.is_some_and(|known| {
            known.name == application.name && known.namespace == application.namespace
        }) {
            closed = true;
            break;
        }
    }
    if !closed {
        return None;
    }
    chain.reverse();
    chain.truncate(8);
    let message = format!(
        "the Application {} comes from itself: {} → {}",
        application.name,
        chain.join(" → "),
        application.name
    );
    let place = application
        .sources
        .first()
        .map(|source| span_of(source.origin));
    Some(
        Diagnostic::error(CYCLE, message)
            .at(place.unwrap_or(Span::NONE))
            .with_help("an Application may not deploy itself; give the inner one another source"),
    )
}

/// Collects the objects and the diagnostics of the sources.
fn finish(app: &mut App) {
    for (index, source) in app.sources.iter_mut().enumerate() {
        app.diagnostics.append(&mut source.diagnostics);
        let ignored = ignored_hooks(source);
        for document in &source.documents {
            let objects = Object::of_document(document, index);
            app.objects.extend(
                objects
                    .into_iter()
                    .filter(|object| !ignored.contains(&object.document.id())),
            );
        }
    }
    // Of one object in several sources the last counts.
    if app.sources.len() > 1 {
        let mut known = HashSet::new();
        app.objects.reverse();
        app.objects
            .retain(|object| known.insert(object.identity.clone()));
        app.objects.reverse();
    }
}

/// Hooks of Helm that Argo CD has no phase for, and so leaves out.
fn ignored_hooks(source: &SourceRender) -> HashSet<(usize, usize)> {
    let Some(rendered) = &source.rendered else {
        return HashSet::new();
    };
    let known = |event: &Event| {
        !matches!(
            event,
            Event::Test | Event::PreRollback | Event::PostRollback
        )
    };
    let hooks = rendered.hooks.iter();
    hooks
        .filter(|hook| !hook.events.iter().any(known))
        .map(|hook| hook.document.id())
        .collect()
}

fn root_chart(chart: &RootChart, context: &Context<'_>) -> App {
    let mut app = root(&chart.release.name, &chart.release.namespace);
    match prepare(chart, context) {
        Ok(prepared) => app.sources.push(match source::unvendored(&prepared.chart) {
            Some(reason) => SourceRender::opaque(reason),
            None => source::run(prepared, context),
        }),
        Err(diagnostic) => app.diagnostics.push(diagnostic),
    }
    finish(&mut app);
    app
}

fn prepare(root: &RootChart, context: &Context<'_>) -> Result<HelmRender, Diagnostic> {
    let values = root.user_values(context.tree, context.renderer, context.helm)?;
    let chart = context
        .tree
        .chart(&root.path, context.helm, context.renderer)?;
    Ok(HelmRender {
        chart,
        values,
        fields: Vec::new(),
        request: source::release_request(root.release.clone(), context),
        skip_tests: false,
        missing_value_files: Vec::new(),
    })
}

fn manifests(files: &[String], namespace: &str, context: &Context<'_>) -> App {
    let mut app = root("", namespace);
    app.sources = files
        .iter()
        .map(|file| source::manifest_file(file, context))
        .collect();
    finish(&mut app);
    app
}

fn root(name: &str, namespace: &str) -> App {
    App {
        name: name.to_owned(),
        parent: None,
        declaration: Declaration::Root,
        application: None,
        destination: Destination {
            namespace: namespace.to_owned(),
            ..Destination::default()
        },
        sources: Vec::new(),
        objects: Vec::new(),
        opaque: Vec::new(),
        diagnostics: Vec::new(),
    }
}

/// Adds the destinations' namespaces, once all definitions of kinds are known.
fn inject_namespaces(environment: &mut Environment) {
    let definitions: Vec<Data> = environment
        .apps
        .iter()
        .flat_map(|app| &app.objects)
        .filter(|object| object.identity.kind == "CustomResourceDefinition")
        .map(Object::data)
        .collect();
    environment.scopes = ScopeTable::with_crds(&definitions);
    let scopes = &environment.scopes;
    for app in &mut environment.apps {
        let namespace = &app.destination.namespace;
        for object in &mut app.objects {
            let scope = scopes.scope(&object.identity.group, &object.identity.kind);
            object.inject_namespace(namespace, scope);
        }
    }
}
