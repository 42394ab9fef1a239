//! What Argo CD Image Updater is told by the annotations of Applications
//! (argocd-image-updater.readthedocs.io, "Configuration").

use evenkeel_gitops::App;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::apps::declared;
use crate::context::{Context, Subject};

/// The prefix of all its annotations.
const PREFIX: &str = "argocd-image-updater.argoproj.io/";

/// An Application whose images it updates.
pub(super) struct Updater<'c> {
    pub(super) app: &'c App,
    /// The Application's annotations that are meant for it, without the prefix.
    pub(super) annotations: Vec<(&'c str, &'c str)>,
    pub(super) images: Vec<Watched<'c>>,
}

/// An image that it looks for new tags of.
pub(super) struct Watched<'c> {
    /// The name that its annotations begin with; empty if it has none.
    pub(super) alias: &'c str,
    pub(super) repository: &'c str,
}

/// Where it writes new tags.
pub(super) struct WriteBack {
    /// The repository's URL and branch.
    pub(super) branch: String,
    /// The file, by its path in the repository.
    pub(super) file: String,
    /// Whether the file is one of values, rather than of parameters beside the chart.
    pub(super) is_values: bool,
}

/// The Applications of an environment that it updates.
pub(super) fn updaters<'c>(context: &'c Context<'_>) -> Vec<Updater<'c>> {
    let apps = context.environment.apps.iter();
    apps.filter_map(updater).collect()
}

fn updater(app: &App) -> Option<Updater<'_>> {
    let annotations = app.data()?.get("metadata")?.get("annotations")?;
    let Data::Map(entries) = annotations else {
        return None;
    };
    let own = entries.iter().filter_map(|entry| {
        let key = std::str::from_utf8(&entry.key).ok()?;
        Some((key.strip_prefix(PREFIX)?, entry.value.as_str()?))
    });
    let annotations: Vec<(&str, &str)> = own.collect();
    let list = annotations.iter().find(|(key, _)| *key == "image-list")?.1;
    let images = list
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    Some(Updater {
        app,
        images: images.map(Watched::new).collect(),
        annotations,
    })
}

impl<'t> Watched<'t> {
    /// `[alias=]repository[:constraint]`.
    fn new(item: &'t str) -> Watched<'t> {
        let (alias, image) = item.split_once('=').unwrap_or(("", item));
        Watched {
            alias,
            repository: super::reference::Reference::new(image).repository,
        }
    }
}

impl<'c> Updater<'c> {
    /// An annotation of the whole Application.
    pub(super) fn annotation(&self, name: &str) -> Option<&'c str> {
        let mut all = self.annotations.iter();
        all.find(|(key, _)| *key == name).map(|(_, value)| *value)
    }

    /// An option of an image: its annotation's name, and its value. The Application's own stands in for it.
    pub(super) fn option(&self, image: &Watched<'_>, name: &str) -> Option<(String, &'c str)> {
        let own = format!("{}.{name}", image.alias);
        if let Some(value) = self.annotation(&own) {
            return Some((own, value));
        }
        Some((name.to_owned(), self.annotation(name)?))
    }

    /// The object that declares the Application, and where an annotation stands there.
    pub(super) fn place<'a>(
        &self,
        context: &'c Context<'a>,
        annotation: &str,
    ) -> Option<(&'c Subject<'a>, FieldPath)> {
        let annotations = FieldPath::of_keys(["metadata", "annotations"]);
        let key = Step::Key(format!("{PREFIX}{annotation}"));
        declared(context, self.app, &annotations.join(key))
    }

    /// Where it writes, if that is a file in Git: `write-back-method: git` and `write-back-target`.
    pub(super) fn write_back(&self) -> Option<WriteBack> {
        let method = self.annotation("write-back-method").unwrap_or("argocd");
        let application = self.app.application.as_ref()?;
        let mut sources = application.sources.iter();
        let source = sources.find(|source| source.reference.is_empty())?;
        if method.split(':').next() != Some("git") {
            return None;
        }
        let within = |name: &str| {
            let path = match name.strip_prefix('/') {
                Some(path) => path.to_owned(),
                None => format!("{}/{name}", source.path.trim_matches('/')),
            };
            path.trim_start_matches('/').to_owned()
        };
        let target = self.annotation("write-back-target").unwrap_or_default();
        let (kind, name) = target.split_once(':').unwrap_or((target, ""));
        let (file, is_values) = match (kind, name) {
            ("helmvalues", "") => (within("values.yaml"), true),
            ("helmvalues", name) => (within(name), true),
            ("kustomization", "") => (within("kustomization.yaml"), false),
            ("kustomization", name) => (format!("{}/kustomization.yaml", within(name)), false),
            _ => (
                within(&format!(".argocd-source-{}.yaml", application.name)),
                false,
            ),
        };
        // `base:write`, or one branch for both.
        let branch = self
            .annotation("git-branch")
            .unwrap_or(&source.target_revision);
        let branch = branch.rsplit(':').next().unwrap_or(branch);
        let repository = self
            .annotation("git-repository")
            .unwrap_or(&source.repo_url);
        Some(WriteBack {
            branch: format!("{branch} of {repository}"),
            file,
            is_values,
        })
    }
}
