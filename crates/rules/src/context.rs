//! What rules see of environments.

use std::collections::HashMap;
use std::sync::OnceLock;

use evenkeel_config::{Config, Environment as EnvConfig, External};
use evenkeel_diagnostics::{Severity, SourceMap};
use evenkeel_gitops::{Environment, Object, WorkTree};
use evenkeel_renderer::Renderer;
use evenkeel_value::Data;

use crate::suppress::Acceptances;
use crate::{Checked, CustomRules, Finding, Rerender};

/// One environment, prepared for rules.
pub(crate) struct Context<'a> {
    pub(crate) environment: &'a Environment,
    pub(crate) config: &'a Config,
    /// What the configuration says of the environment.
    pub(crate) settings: Option<&'a EnvConfig>,
    /// The files of the repository.
    pub(crate) tree: &'a dyn WorkTree,
    /// What rendered the environment.
    pub(crate) renderer: &'a Renderer,
    pub(crate) rerender: Option<&'a dyn Rerender>,
    subjects: Vec<Subject<'a>>,
    /// Indexes of subjects by group and kind.
    kinds: HashMap<&'a str, HashMap<&'a str, Vec<usize>>>,
}

/// An object of an Application.
pub(crate) struct Subject<'a> {
    pub(crate) object: &'a Object,
    /// Index of its Application.
    pub(crate) app: usize,
    pub(crate) app_name: &'a str,
    /// Index among the Application's objects.
    pub(crate) index: usize,
    data: OnceLock<Data>,
}

/// Why a rule could not say all it should have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) reason: String,
    /// The configuration is what is missing.
    pub(crate) is_undeclared: bool,
}

fn note(skipped: &mut Vec<Skipped>, reason: String, is_undeclared: bool) {
    let new = Skipped {
        reason,
        is_undeclared,
    };
    if !skipped.contains(&new) {
        skipped.push(new);
    }
}

/// A run of one rule on an environment.
pub(crate) struct Check<'a> {
    pub(crate) context: &'a Context<'a>,
    /// All environments of the repository, this one among them.
    pub(crate) all: &'a [Context<'a>],
    pub(crate) findings: Vec<Finding>,
    /// Why the rule could not say all it should have.
    pub(crate) skipped: Vec<Skipped>,
}

/// A run of one rule on the whole repository.
pub(crate) struct Survey<'a> {
    /// All environments of the repository.
    pub(crate) all: &'a [Context<'a>],
    pub(crate) config: &'a Config,
    /// The rules that the repository brings itself.
    pub(crate) custom: &'a CustomRules,
    /// The files of the repository.
    pub(crate) tree: &'a dyn WorkTree,
    /// Everything that was read.
    pub(crate) sources: &'a SourceMap,
    /// What people accept, and what of that served; complete when the other rules are done.
    pub(crate) acceptances: &'a Acceptances<'a>,
    /// Whether the rules that render again ran too.
    pub(crate) is_deep: bool,
    pub(crate) findings: Vec<Finding>,
    /// Why the rule could not say all it should have.
    pub(crate) skipped: Vec<Skipped>,
}

impl Check<'_> {
    pub(crate) fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Notes that something could not be looked at. Never silently: what is not evaluated did not pass.
    pub(crate) fn skip(&mut self, reason: impl Into<String>) {
        note(&mut self.skipped, reason.into(), false);
    }

    /// Notes that the configuration declares nothing that the rule could go by.
    pub(crate) fn undeclared(&mut self, reason: impl Into<String>) {
        note(&mut self.skipped, reason.into(), true);
    }
}

impl Survey<'_> {
    /// Reports what belongs to no environment.
    pub(crate) fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Reports what was found in an environment.
    pub(crate) fn report_in(&mut self, context: &Context<'_>, mut finding: Finding) {
        finding.env.clone_from(&context.environment.name);
        self.findings.push(finding);
    }

    /// As [`Check::skip`].
    pub(crate) fn skip(&mut self, reason: impl Into<String>) {
        note(&mut self.skipped, reason.into(), false);
    }

    /// As [`Check::undeclared`].
    pub(crate) fn undeclared(&mut self, reason: impl Into<String>) {
        note(&mut self.skipped, reason.into(), true);
    }
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        checked: &Checked<'a>,
        environment: &'a Environment,
        rerender: Option<&'a dyn Rerender>,
    ) -> Context<'a> {
        let subjects = subjects(environment);
        let mut kinds: HashMap<&str, HashMap<&str, Vec<usize>>> = HashMap::new();
        for (index, subject) in subjects.iter().enumerate() {
            let id = &subject.object.identity;
            let of_group = kinds.entry(&id.group).or_default();
            of_group.entry(&id.kind).or_default().push(index);
        }
        Context {
            environment,
            config: checked.config,
            settings: checked.config.envs.get(&environment.name),
            tree: checked.tree,
            renderer: checked.renderer,
            rerender,
            subjects,
            kinds,
        }
    }

    /// All objects, Application by Application.
    pub(crate) fn subjects(&self) -> &[Subject<'a>] {
        &self.subjects
    }

    /// The name of the environment that others follow, where the configuration names one.
    pub(crate) fn reference(&self) -> Option<&'a str> {
        let reference = self.config.parity.reference.as_ref()?;
        Some(&reference.value)
    }

    /// The value of the root that selects an environment, where the configuration names one.
    pub(crate) fn select(&self) -> Option<&'a str> {
        let select = self.config.root.as_ref()?.select.as_ref()?;
        Some(&select.value)
    }

    /// The objects of a kind.
    pub(crate) fn of_kind<'s>(
        &'s self,
        group: &str,
        kind: &str,
    ) -> impl Iterator<Item = &'s Subject<'a>> + use<'s, 'a> {
        let of_group = self.kinds.get(group);
        let indexes = of_group.and_then(|kinds| kinds.get(kind));
        indexes
            .into_iter()
            .flatten()
            .map(|index| &self.subjects[*index])
    }

    /// Whether all of the environment could be rendered.
    pub(crate) fn is_complete(&self) -> bool {
        let mut diagnostics = self.environment.diagnostics();
        diagnostics.all(|(_, diagnostic)| diagnostic.severity != Severity::Error)
    }

    /// Whether what is not rendered is not there.
    pub(crate) fn is_closed(&self) -> bool {
        self.settings.is_some_and(|settings| settings.closed)
    }

    /// Whether charts are rendered that no Application deploys and nobody says where to: their namespaces are assumed,
    /// and what is installed beside them is not known.
    pub(crate) fn is_by_hand(&self) -> bool {
        let is_placed = self.settings.is_some_and(|env| env.namespace.is_some());
        !self.config.charts.is_empty() && !is_placed && !self.is_closed()
    }

    /// Whether an object shows but the defaults of its chart: whoever installs it gives their own values.
    pub(crate) fn shows_defaults(&self, subject: &Subject<'_>) -> bool {
        let app = &self.environment.apps[subject.app];
        let source = app.sources.get(subject.object.source);
        let helm = source.and_then(|source| source.helm.as_ref());
        self.is_by_hand() && helm.is_some_and(|helm| helm.values.layers.is_empty())
    }

    /// Whether the cluster is one of OpenShift: the configuration says so, or it gets objects that only OpenShift has.
    pub(crate) fn is_openshift(&self) -> bool {
        let mut groups = self
            .subjects
            .iter()
            .map(|subject| &subject.object.identity.group);
        self.settings.is_some_and(|env| env.cluster.is_openshift())
            || groups.any(|group| group.ends_with(".openshift.io"))
    }

    /// Whether the configuration declares an object that others bring.
    pub(crate) fn is_external(&self, kind: &str, namespace: &str, name: &str) -> bool {
        let declares = |external: &External| {
            let is = |text: &Option<evenkeel_config::Spanned<String>>, wanted: &str| {
                text.as_ref().is_none_or(|text| text.value == wanted)
            };
            external.kind.value == kind
                && is(&external.namespace, namespace)
                && is(&external.env, &self.environment.name)
                && external.names.iter().any(|glob| glob.value.matches(name))
        };
        let mut external = self.config.external.iter();
        external.any(|external| declares(&external.value))
    }

    /// Whether objects speak for themselves: an Application's fields show in what it deploys, unless that cannot be
    /// rendered; definitions of kinds hold examples and descriptions.
    pub(crate) fn is_final(&self, subject: &Subject<'_>) -> bool {
        let id = &subject.object.identity;
        match (id.group.as_str(), id.kind.as_str()) {
            ("argoproj.io", "Application" | "ApplicationSet") => {
                let mut apps = self.environment.apps.iter();
                let is_child = |app: &evenkeel_gitops::App| {
                    app.parent == Some(subject.app) && app.name == id.name
                };
                apps.any(|app| is_child(app) && app.opaque_reasons().next().is_some())
            }
            ("apiextensions.k8s.io", _) => false,
            _ => true,
        }
    }

    /// The objects of another render of the environment, by Application and identity.
    pub(crate) fn twins<'t>(
        again: &'t [Subject<'t>],
    ) -> HashMap<(&'t str, &'t evenkeel_manifest::Identity), &'t Subject<'t>> {
        let keyed = again
            .iter()
            .map(|subject| ((subject.app_name, &subject.object.identity), subject));
        keyed.collect()
    }
}

/// The objects of an environment.
pub(crate) fn subjects(environment: &Environment) -> Vec<Subject<'_>> {
    let apps = environment.apps.iter().enumerate();
    let all = apps.flat_map(|(app, entry)| {
        let objects = entry.objects.iter().enumerate();
        objects.map(move |(index, object)| Subject {
            object,
            app,
            app_name: &entry.name,
            index,
            data: OnceLock::new(),
        })
    });
    all.collect()
}

impl Subject<'_> {
    /// The object as data; read when first asked for.
    pub(crate) fn data(&self) -> &Data {
        self.data.get_or_init(|| self.object.data())
    }

    /// The text of a field below the root, with dots between the keys; empty where there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        let field = path.split('.').try_fold(self.data(), |at, key| at.get(key));
        field.and_then(Data::as_str).unwrap_or_default()
    }

    pub(crate) fn annotation(&self, key: &str) -> Option<&str> {
        let annotations = self.data().get("metadata")?.get("annotations")?;
        annotations.get(key)?.as_str()
    }

    pub(crate) fn name(&self) -> &str {
        &self.object.identity.name
    }

    pub(crate) fn namespace(&self) -> &str {
        &self.object.identity.namespace
    }
}
