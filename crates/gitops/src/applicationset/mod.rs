//! ApplicationSets: generators, templates and the Applications that they give.
//!
//! Follows Argo CD 3.1, package `applicationset`: `generators` for the parameters, `utils` for the templates,
//! `controllers/template` for what becomes of both. Where Argo CD stops at the first error, here one run names all
//! of them, and elements without errors give their Applications.
//!
//! What decides whether an Application is created or changed in a cluster (`strategy`, `syncPolicy`,
//! `preservedFields`, `ignoreApplicationDifferences`) has no bearing on what it is, except for
//! `syncPolicy.preserveResourcesOnDeletion`, which leaves out the finalizer.

mod classic;
mod clusters;
mod failure;
mod fields;
mod generator;
mod git;
mod leaf;
mod list;
mod matrix;
mod merge;
mod params;
mod patch;
mod pathspec;
mod plan;
mod selector;
mod template;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use evenkeel_diagnostics::{Diagnostic, Label, Origin, Severity, SourceMap};
use evenkeel_template::{Host, MissingKey};
use evenkeel_value::{Data, DataEntry};
use rustc_hash::FxHashMap;

use failure::{Failure, NAME, Stop, span};
use generator::{Element, Generators};
use leaf::{Dot, Leaf, Leaves};
pub use leaf::{LeafRun, Style, execute_leaf};
pub use params::Params;
use plan::{LeafError, Plan};

/// The elements that one generator may give.
const MAX_ELEMENTS: usize = 20_000;
/// The longest name of an object.
const MAX_NAME: usize = 253;
/// The elements that one message names.
const MAX_LABELS: usize = 4;

/// The work tree that git generators read.
pub trait Repository {
    /// The paths of all its files, sorted, relative to its root, with `/` between the parts.
    fn paths(&self) -> &[Arc<str>];

    /// The content of one of them.
    fn read(&self, path: &str) -> Option<Arc<[u8]>>;

    /// A path as messages name it, for people to open it from where they are.
    fn shown(&self, path: &str) -> String {
        path.to_owned()
    }

    /// Whether `url` names this repository.
    fn is_this(&self, url: &str) -> bool;
}

/// A cluster that Argo CD knows by a Secret.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// The name in Argo CD.
    pub name: String,
    /// The URL of its API server.
    pub server: String,
    /// The project that it is restricted to, or empty.
    pub project: String,
    /// Labels of the Secret; the one that makes it a cluster need not be among them.
    pub labels: BTreeMap<String, String>,
    /// Annotations of the Secret.
    pub annotations: BTreeMap<String, String>,
    /// Where it is declared.
    pub origin: Origin,
}

/// What generators draw from.
pub struct Inputs<'a> {
    /// The work tree.
    pub repository: &'a dyn Repository,
    /// The declared clusters. The one that Argo CD runs in, `in-cluster`, is known without being declared. Where there
    /// are none, generators that select clusters are opaque.
    pub clusters: &'a [Cluster],
    /// Clock and randomness of templates.
    pub host: &'a dyn Host,
}

/// What an ApplicationSet gives.
#[derive(Debug)]
pub struct Expansion {
    /// The Applications, in the order of generators and elements.
    pub applications: Vec<Generated>,
    /// Generators whose elements only a cluster or a service knows.
    pub opaque: Vec<Opaque>,
    /// What is wrong. Argo CD changes nothing in the cluster while one of the errors that are not about names
    /// stands.
    pub diagnostics: Vec<Diagnostic>,
    /// How the strings of the set are templates; with [`Generated::params`] enough to execute one again.
    pub style: Style,
}

/// One Application and what it was made from.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The whole object. Entries from the template have the template's origins; those from `templatePatch` lie in
    /// the rendered patch, an inline source whose parent is the patch's place; what Argo CD adds has none.
    pub application: Data,
    /// The template before rendering: the set's, with the generator's own laid over it. It has the shape of the
    /// Application, and the same origins.
    pub template: Data,
    /// What the template saw as `.`; origins lead into generators and files.
    pub params: Params,
    /// The generator elements that the parameters come from: one, or for matrix and merge those combined.
    pub elements: Vec<Origin>,
}

/// A part that cannot be known from the repository.
#[derive(Debug, Clone)]
pub struct Opaque {
    /// What it is, such as `generator pullRequest`.
    pub what: String,
    /// Why it cannot be known.
    pub reason: String,
    /// Where it stands.
    pub origin: Origin,
}

/// Expands an ApplicationSet: a decoded object whose entries carry their origins. `sources` takes the files that
/// git generators read, and text that templates write and that is read again.
///
/// Bad input never stops it: what is wrong stands in [`Expansion::diagnostics`], with Argo CD's own text as
/// `native`.
pub fn expand(set: &Data, inputs: &Inputs<'_>, sources: &SourceMap) -> Expansion {
    let name = name_of(set).to_owned();
    let spec = set.get("spec").unwrap_or(&Data::Null);
    let mut out = Output {
        name,
        expansion: Expansion {
            applications: Vec::new(),
            opaque: Vec::new(),
            diagnostics: Vec::new(),
            style: Style::Classic,
        },
        names: FxHashMap::default(),
    };
    match style(spec) {
        Ok(style) => out.expansion.style = style,
        Err(failure) => {
            out.fail(failure, &[]);
            return out.expansion;
        }
    }
    let generators = Generators {
        inputs,
        sources,
        leaves: Leaves::new(out.expansion.style, inputs.host, sources),
        files: git::Files::default(),
        warnings: RefCell::default(),
    };
    let run = Run::new(set, spec, &generators);
    if let Some(Data::List(items)) = spec.get("generators") {
        for item in items.iter() {
            run.generator(&item.value, item.origin, &mut out);
        }
    }
    let warnings = generators.warnings.into_inner();
    out.expansion.diagnostics.extend(warnings);
    out.expansion
}

fn name_of(object: &Data) -> &str {
    let metadata = object.get("metadata");
    let name = metadata.and_then(|metadata| metadata.get("name"));
    name.and_then(Data::as_str).unwrap_or_default()
}

/// `goTemplate` and `goTemplateOptions`. Of several options the last wins, as with `Template.Option`.
fn style(spec: &Data) -> Result<Style, Failure> {
    if spec.get("goTemplate") != Some(&Data::Bool(true)) {
        return Ok(Style::Classic);
    }
    let mut missing_key = MissingKey::Invalid;
    if let Some(Data::List(options)) = spec.get("goTemplateOptions") {
        for option in options.iter() {
            missing_key = match option.value.as_str().unwrap_or_default() {
                "missingkey=default" | "missingkey=invalid" => MissingKey::Invalid,
                "missingkey=zero" => MissingKey::Zero,
                "missingkey=error" => MissingKey::Error,
                other => {
                    let text = format!("unrecognized option: {other}");
                    let help = "options are missingkey=error, missingkey=zero, missingkey=default and \
                                missingkey=invalid";
                    return Err(Failure::new(text, option.origin).with_help(help));
                }
            };
        }
    }
    Ok(Style::Go(missing_key))
}

/// What the Applications of one set have in common.
struct Run<'a> {
    generators: &'a Generators<'a>,
    template: Data,
    namespace: Option<&'a DataEntry>,
    /// Whether Applications without finalizers get Argo CD's.
    finalize: bool,
    patch: Option<(Rc<Leaf>, Origin)>,
}

impl<'a> Run<'a> {
    fn new(set: &'a Data, spec: &'a Data, generators: &'a Generators<'a>) -> Run<'a> {
        let preserve = spec
            .get("syncPolicy")
            .and_then(|policy| policy.get("preserveResourcesOnDeletion"));
        let patch = spec
            .entry("templatePatch")
            .and_then(|entry| match &entry.value {
                Data::Str(text) => Some((generators.leaves.leaf(text), entry.origin)),
                _ => None,
            });
        Run {
            generators,
            template: spec.get("template").cloned().unwrap_or_default(),
            namespace: set
                .get("metadata")
                .and_then(|metadata| metadata.entry("namespace")),
            finalize: preserve != Some(&Data::Bool(true)),
            patch,
        }
    }

    fn generator(&self, generator: &Data, at: Origin, out: &mut Output) {
        let generators = self.generators;
        let generations = match generators.transform(generator, at, &self.template, None, 0) {
            Ok(generations) => generations,
            Err(Stop::Failed(failure)) => return out.fail(failure, &[]),
            Err(Stop::Opaque(opaque)) => return out.expansion.opaque.push(opaque),
        };
        if generations.is_empty() {
            let failure = Failure::new("unrecognized generator", at);
            let warning = failure
                .with_help(generator::kinds_help())
                .into_diagnostic(&out.name);
            out.expansion.diagnostics.push(Diagnostic {
                severity: Severity::Warning,
                native: None,
                ..warning
            });
        }
        for generation in generations {
            let plan = Plan::new(&generation.template, &generators.leaves);
            for element in generation.elements {
                match self.application(&generation.template, &plan, &element) {
                    Ok(application) => out.add(Generated {
                        application,
                        template: generation.template.clone(),
                        params: element.params,
                        elements: element.origins,
                    }),
                    Err(failures) => {
                        for failure in failures {
                            out.fail(failure, &element.origins);
                        }
                    }
                }
            }
        }
    }

    /// `RenderTemplateParams` and `renderTemplatePatch`.
    fn application(
        &self,
        template: &Data,
        plan: &Plan,
        element: &Element,
    ) -> Result<Data, Vec<Failure>> {
        let leaves = &self.generators.leaves;
        let dot = Dot::new(&element.params);
        // Without parameters nothing is a template.
        let bare = element.params.is_empty();
        let mut errors = Vec::new();
        let rendered = if bare {
            template.clone()
        } else {
            plan.render(leaves, &dot, Origin::NONE, &mut errors)
        };
        if !errors.is_empty() {
            return Err(errors.iter().map(Failure::leaf).collect());
        }
        let finalize = self.finalize && !bare;
        let application = template::application(&rendered, self.namespace, finalize);
        match &self.patch {
            Some((patch, at)) => self
                .patched(&application, patch, *at, &dot)
                .map_err(|failure| vec![failure]),
            None => Ok(application),
        }
    }

    fn patched(
        &self,
        application: &Data,
        patch: &Leaf,
        at: Origin,
        dot: &Dot<'_>,
    ) -> Result<Data, Failure> {
        let text = self
            .generators
            .leaves
            .execute(patch, dot)
            .map_err(|error| {
                Failure::leaf(&LeafError { origin: at, error })
                    .within("error replacing values in templatePatch: ")
            })?;
        let file = self
            .generators
            .inline(&patch::title(application), &text, at);
        let patched = patch::apply(application, &text, file, at)?;
        Ok(template::application(&patched, self.namespace, false))
    }
}

/// Collects Applications and errors.
struct Output {
    /// The set's name.
    name: String,
    expansion: Expansion,
    names: FxHashMap<Arc<[u8]>, Origin>,
}

impl Output {
    /// `validateGeneratedApplications`, as far as the set alone decides, and the API server's rule for names.
    fn add(&mut self, generated: Generated) {
        let at = generated.elements.first().copied().unwrap_or(Origin::NONE);
        let name = name_of(&generated.application);
        if name.len() > MAX_NAME || !selector::is_subdomain(name) {
            let failure = invalid_name(&generated.application, name, at);
            return self.fail(failure, &generated.elements);
        }
        let key: Arc<[u8]> = Arc::from(name.as_bytes());
        if let Some(&first) = self.names.get(&key) {
            let text = format!(
                "ApplicationSet {} contains applications with duplicate name: {name}",
                self.name
            );
            let failure = Failure::of(
                NAME,
                format!("two elements give the Application {name}"),
                at,
            )
            .with_native(text)
            .with_help("let the template's metadata.name hold what tells elements apart");
            return self.fail(failure, &[first]);
        }
        self.names.insert(key, at);
        self.expansion.applications.push(generated);
    }

    /// Reports an error once, with some of the elements that have it.
    fn fail(&mut self, failure: Failure, elements: &[Origin]) {
        let known = self.expansion.diagnostics.iter_mut().find(|known| {
            known.primary.span == failure.span()
                && known.native.as_deref() == Some(failure.native())
        });
        let is_new = known.is_none();
        let diagnostic = match known {
            Some(known) => known,
            None => {
                let diagnostic = failure.into_diagnostic(&self.name);
                self.expansion.diagnostics.push(diagnostic);
                let last = self.expansion.diagnostics.len() - 1;
                &mut self.expansion.diagnostics[last]
            }
        };
        if !is_new && diagnostic.secondary.len() >= MAX_LABELS {
            return;
        }
        for &element in elements.iter().filter(|element| element.file.is_some()) {
            diagnostic.secondary.push(Label {
                span: span(element),
                text: "for this element".to_owned(),
            });
        }
    }
}

/// The API server's answer to a name that no object can have.
fn invalid_name(application: &Data, name: &str, at: Origin) -> Failure {
    let metadata = application.get("metadata");
    let place = metadata.and_then(|metadata| metadata.entry("name"));
    let native = format!(
        "Application.argoproj.io {name:?} is invalid: metadata.name: Invalid value: {name:?}: {}",
        selector::SUBDOMAIN_HELP
    );
    let text = format!("the Application's name {name:?} is invalid");
    Failure::of(NAME, text, place.map_or(at, |entry| entry.origin))
        .with_native(native)
        .with_help("a name has lower-case letters, digits, '-' and '.', at most 253")
}
