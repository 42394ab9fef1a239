//! One environment: the Applications that follow from its root, and their objects.

mod build;
mod places;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use evenkeel_diagnostics::{Diagnostic, SourceMap};
use evenkeel_manifest::{Listing, ScopeTable};
use evenkeel_renderer::{
    Clock, HelmVersion, KubeVersion, Release, Renderer, UserValues, ValueOptions,
};
use evenkeel_value::Data;

use crate::applicationset::{Cluster, Generated, Opaque, Style};
use crate::source::read_value_file;
use crate::{Application, Destination, Object, SourceRender, WorkTree};

/// What an environment is rendered from.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Its name, such as `prod`.
    pub name: String,
    /// Where it begins.
    pub root: Root,
    /// The Helm that its Argo CD bundles.
    pub helm: HelmVersion,
    /// Its cluster's Kubernetes; by default the one that this Helm assumes.
    pub kube_version: Option<KubeVersion>,
    /// What its cluster serves, as `--api-versions` takes it.
    pub api_versions: Vec<String>,
    /// The clusters that Argo CD knows, for generators.
    pub clusters: Vec<Cluster>,
    /// The time that templates see.
    pub clock: Clock,
    /// Makes random functions reproducible.
    pub seed: Option<u64>,
    /// Counts the Applications as they are rendered.
    pub progress: Arc<AtomicUsize>,
}

/// Where an environment begins.
#[derive(Debug, Clone)]
pub enum Root {
    /// Charts that somebody installs by hand: one that renders the Applications, or all there are.
    Charts(Vec<RootChart>),
    /// Files of plain manifests, Applications among them.
    Manifests {
        /// Their paths.
        files: Vec<String>,
        /// The namespace of what names none.
        namespace: String,
    },
}

/// A chart that no Application names.
#[derive(Debug, Clone)]
pub struct RootChart {
    /// Its path in the work tree.
    pub path: String,
    /// The release.
    pub release: Release,
    /// Values files, by their paths in the work tree, weakest first.
    pub value_files: Vec<String>,
    /// Values above the files, weakest first, with their origins.
    pub values: Vec<Data>,
}

/// An environment with everything in it.
#[derive(Debug)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// The Helm that rendered it.
    pub helm: HelmVersion,
    /// The root and all Applications, parents before their children.
    pub apps: Vec<App>,
    /// Which kinds live in namespaces, with the definitions that the environment itself brings.
    pub scopes: ScopeTable,
    /// The files that spans point into.
    pub sources: Arc<SourceMap>,
}

/// An Application, or what stands at the root instead of one.
#[derive(Debug, Clone)]
pub struct App {
    /// The Application's name; at the root the release's.
    pub name: String,
    /// The Application that renders it, an index into [`Environment::apps`].
    pub parent: Option<usize>,
    /// How it came to be.
    pub declaration: Declaration,
    /// The Application itself; `None` at the root, and where it could not be read.
    pub application: Option<Application>,
    /// Where it deploys to.
    pub destination: Destination,
    /// What its sources give, in the Application's order.
    pub sources: Vec<SourceRender>,
    /// Its objects.
    pub objects: Vec<Object>,
    /// Generators of its ApplicationSets that cannot be known from here.
    pub opaque: Vec<Opaque>,
    /// What is wrong with it and its sources, at the places where people can change it.
    pub diagnostics: Vec<Diagnostic>,
}

/// How an Application came to be.
#[derive(Debug, Clone)]
pub enum Declaration {
    /// It stands at the root.
    Root,
    /// As an object of its parent.
    Object {
        /// Index into the parent's objects.
        object: usize,
        /// The object, with the overrides of `.argocd-source.yaml`.
        data: Data,
    },
    /// By an ApplicationSet of its parent.
    Generated {
        /// The ApplicationSet, an index into the parent's objects.
        object: usize,
        /// What it made.
        generated: Box<Generated>,
        /// How the strings of the set are templates.
        style: Style,
    },
}

impl RootChart {
    /// Its values, merged: files, then trees.
    ///
    /// # Errors
    /// As [`Renderer::values`].
    pub fn user_values(
        &self,
        tree: &dyn WorkTree,
        renderer: &Renderer,
        helm: HelmVersion,
    ) -> Result<UserValues, Diagnostic> {
        let options = ValueOptions {
            files: self.value_files.clone(),
            trees: self.values.clone(),
            ..ValueOptions::default()
        };
        renderer.values(&options, &mut |name| read_value_file(tree, name), helm)
    }
}

impl Environment {
    /// Renders a whole environment. An Application that fails says so in its diagnostics and does not stop
    /// the others.
    pub fn render(spec: &Spec, tree: &dyn WorkTree, renderer: &Renderer) -> Environment {
        build::build(spec, tree, renderer)
    }

    /// The Application of a name, or the only one whose name without the environment's suffix it is.
    pub fn app(&self, name: &str) -> Option<usize> {
        let named = |wanted: &str| self.apps.iter().position(|app| app.name == wanted);
        named(name).or_else(|| named(&format!("{name}-{}", self.name)))
    }

    /// The Application and those that led to it, innermost first.
    pub fn ancestry(&self, app: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(app), |&app| self.apps.get(app)?.parent)
    }

    /// All diagnostics, by Application.
    pub fn diagnostics(&self) -> impl Iterator<Item = (&App, &Diagnostic)> {
        self.apps.iter().flat_map(|app| {
            app.diagnostics
                .iter()
                .map(move |diagnostic| (app, diagnostic))
        })
    }
}

impl App {
    /// The data of the Application object.
    pub fn data(&self) -> Option<&Data> {
        match &self.declaration {
            Declaration::Root => None,
            Declaration::Object { data, .. } => Some(data),
            Declaration::Generated { generated, .. } => Some(&generated.application),
        }
    }

    /// What `helm template` prints for its sources, one after the other; of plain manifests the documents.
    pub fn output(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for source in &self.sources {
            match &source.rendered {
                Some(rendered) => {
                    let hooks: Vec<_> = rendered.hooks.iter().collect();
                    let listing = Listing::of(&rendered.crds, &rendered.manifests, &hooks);
                    let text = listing.into_rope();
                    // A chart without objects prints an empty line.
                    if text.as_bytes() != b"\n" {
                        out.extend_from_slice(text.as_bytes());
                    }
                }
                None => {
                    for document in &source.documents {
                        out.extend_from_slice(
                            format!("---\n# Source: {}\n", document.path()).as_bytes(),
                        );
                        out.extend_from_slice(document.text().trim_ascii_end());
                        out.push(b'\n');
                    }
                }
            }
        }
        out
    }

    /// Why its sources, or generators of it, cannot be looked into.
    pub fn opaque_reasons(&self) -> impl Iterator<Item = String> {
        let sources = self
            .sources
            .iter()
            .filter_map(|source| source.opaque.clone());
        let generators = self
            .opaque
            .iter()
            .map(|opaque| format!("{}: {}", opaque.what, opaque.reason));
        sources.chain(generators)
    }
}
