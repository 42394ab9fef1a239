//! A repository with its configuration.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use evenkeel_config::Config;
use evenkeel_diagnostics::{Code, Diagnostic, Severity, SourceKind, SourceMap};
use evenkeel_gitops::Environment;
use evenkeel_renderer::{Clock, Renderer};
use evenkeel_value::Data;

use crate::tree::shown;
use crate::{DiskTree, Starter, discover, specs};

/// The name of the configuration.
pub const CONFIG: &str = "evenkeel.yaml";

/// An environment that nobody knows.
const UNKNOWN_ENV: Code = Code::new("project/unknown-env");
/// A repository in which nothing is found to render.
const NOTHING: Code = Code::new("project/nothing");

/// A repository, ready to be rendered.
#[derive(Debug)]
pub struct Project {
    /// What `evenkeel.yaml` says, completed by what was found in the repository.
    pub config: Config,
    /// Whether there is an `evenkeel.yaml`.
    pub is_configured: bool,
    /// What stands for what the configuration does not say.
    pub starter: Option<Starter>,
    /// What is wrong with the configuration.
    pub diagnostics: Vec<Diagnostic>,
    /// The files.
    pub tree: DiskTree,
    renderer: Renderer,
}

/// How environments are rendered.
#[derive(Debug, Clone, Default)]
pub struct RenderOptions {
    /// Values over all others of the root, weakest first.
    pub values: Vec<Data>,
    /// The time that templates see.
    pub clock: Clock,
    /// Makes random functions reproducible.
    pub seed: Option<u64>,
    /// Counts the Applications as they are rendered.
    pub progress: Arc<AtomicUsize>,
}

impl Project {
    /// Opens the repository around a directory: up to where an `evenkeel.yaml` or a `.git` lies, else the
    /// directory itself.
    pub fn open(start: &Path) -> Project {
        Project::at(&root_of(start))
    }

    /// Opens the repository that begins at a directory.
    pub fn at(root: &Path) -> Project {
        let renderer = Renderer::new();
        let mut diagnostics = Vec::new();
        let path = shown(root, CONFIG);
        let text = fs::read(&path).ok();
        let is_configured = text.is_some();
        let mut config = Config::default();
        if let Some(text) = text {
            let content: Arc<[u8]> = text.into();
            let name = path.display().to_string();
            let file = renderer
                .sources()
                .add(name, Arc::clone(&content), SourceKind::File);
            let parsed = evenkeel_config::parse(&content, file);
            diagnostics.extend(parsed.diagnostics);
            config = parsed.config;
        }
        let urls = config
            .repository
            .0
            .iter()
            .map(|url| url.value.clone())
            .collect();
        let tree = DiskTree::new(root, urls);
        let mut project = Project {
            config,
            is_configured,
            starter: None,
            diagnostics,
            tree,
            renderer,
        };
        discover::complete(&mut project);
        project
    }

    /// The files that spans point into.
    pub fn sources(&self) -> &Arc<SourceMap> {
        self.renderer.sources()
    }

    /// The renderer, which has read and parsed what the environments share.
    pub fn renderer(&self) -> &Renderer {
        &self.renderer
    }

    /// Whether the configuration can be used.
    pub fn is_usable(&self) -> bool {
        let errors = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
        !self.diagnostics.iter().any(errors)
    }

    /// The names of the environments, in the order of the configuration.
    pub fn env_names(&self) -> Vec<&str> {
        self.config.envs.names().collect()
    }

    /// The names that a choice of environments means: one, several with commas between them, or `all`.
    ///
    /// # Errors
    /// A name that is none, with the names that there are.
    pub fn choose_envs(&self, choice: &str) -> Result<Vec<String>, Diagnostic> {
        let known = self.env_names();
        if known.is_empty() {
            let message = "no environment is known here";
            let help = "`evenkeel init` looks for what there is and writes an evenkeel.yaml";
            return Err(Diagnostic::error(NOTHING, message).with_help(help));
        }
        if choice == "all" {
            return Ok(known.iter().map(|name| (*name).to_owned()).collect());
        }
        let names = choice.split(',').map(str::trim);
        names
            .map(|name| match known.contains(&name) {
                true => Ok(name.to_owned()),
                false => Err(Diagnostic::error(
                    UNKNOWN_ENV,
                    format!("there is no environment `{name}`"),
                )
                .with_help(format!(
                    "the environments are {}, or `all`",
                    known.join(", ")
                ))),
            })
            .collect()
    }

    /// Renders environments side by side; the results are in the order of `names`. What is wrong with the
    /// environment itself stands in its root's diagnostics.
    pub fn render(&self, names: &[String], options: &RenderOptions) -> Vec<Environment> {
        evenkeel_renderer::side_by_side(names, |name| {
            let (spec, diagnostics) = specs::spec(self, name, options);
            let mut environment = Environment::render(&spec, &self.tree, &self.renderer);
            if let Some(root) = environment.apps.first_mut() {
                root.diagnostics.splice(0..0, diagnostics);
            }
            environment
        })
    }
}

/// The directory that a repository begins at.
fn root_of(start: &Path) -> PathBuf {
    // `..` leads up from where a path is, not from how it is written.
    let absolute = fs::canonicalize(start).unwrap_or_else(|_| start.to_owned());
    let marked = |name: &str| {
        let mut above = absolute.ancestors().enumerate();
        above.find(|(_, directory)| directory.join(name).exists())
    };
    let Some((levels, found)) = marked(CONFIG).or_else(|| marked(".git")) else {
        return start.to_owned();
    };
    // Paths shall look as the user would type them.
    match levels {
        0 => start.to_owned(),
        _ if start == Path::new(".") => (0..levels).map(|_| "..").collect(),
        _ => found.to_owned(),
    }
}
