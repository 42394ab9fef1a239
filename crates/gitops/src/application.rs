//! Argo CD's Application, as far as rendering needs it.

use std::sync::Arc;

use evenkeel_diagnostics::{Code, Diagnostic, Origin, Span};
use evenkeel_value::Data;

use crate::{FieldPath, Step};

/// An Application that cannot be used.
const INVALID: Code = Code::new("argocd/application");

/// An Application: what it deploys and where to.
#[derive(Debug, Clone)]
pub struct Application {
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`; empty if it does not say.
    pub namespace: String,
    /// `spec.project`.
    pub project: String,
    /// `spec.destination`.
    pub destination: Destination,
    /// `spec.sources`, or `spec.source` alone.
    pub sources: Vec<ApplicationSource>,
    /// The annotation `argocd.argoproj.io/sync-wave`, 0 if there is none.
    pub sync_wave: i64,
}

/// Where an Application deploys to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Destination {
    /// The API server's address.
    pub server: String,
    /// The cluster's name, instead of its address.
    pub name: String,
    /// The namespace of what does not name one.
    pub namespace: String,
}

/// One source of an Application (`ApplicationSource`).
#[derive(Debug, Clone, Default)]
pub struct ApplicationSource {
    /// Where it stands in the Application: `spec.source` or `spec.sources[1]`.
    pub field: FieldPath,
    /// Where that was written.
    pub origin: Origin,
    /// `repoURL`.
    pub repo_url: String,
    /// `path`, relative to the repository's root.
    pub path: String,
    /// Where that was written.
    pub path_origin: Origin,
    /// `chart`, of a Helm repository.
    pub chart: String,
    /// `targetRevision`.
    pub target_revision: String,
    /// `ref`: the name that other sources refer to it by.
    pub reference: String,
    /// `helm`.
    pub helm: Option<HelmSource>,
    /// `directory`.
    pub directory: Option<DirectorySource>,
    /// Whether there is `kustomize`.
    pub kustomize: bool,
    /// Whether there is `plugin`.
    pub plugin: bool,
}

/// `source.helm`.
#[derive(Debug, Clone, Default)]
pub struct HelmSource {
    /// `valueFiles`.
    pub value_files: Vec<String>,
    /// Where its entries were written.
    pub value_file_origins: Vec<Origin>,
    /// `ignoreMissingValueFiles`.
    pub ignore_missing_value_files: bool,
    /// `values`: YAML text.
    pub values: String,
    /// Where that was written.
    pub values_origin: Origin,
    /// `valuesObject`, which replaces `values`.
    pub values_object: Option<Data>,
    /// `parameters`.
    pub parameters: Vec<HelmParameter>,
    /// `fileParameters`: names and paths.
    pub file_parameters: Vec<(String, String)>,
    /// `releaseName`.
    pub release_name: String,
    /// `namespace`: what templates see instead of the destination's.
    pub namespace: String,
    /// `kubeVersion`.
    pub kube_version: String,
    /// `apiVersions`.
    pub api_versions: Vec<String>,
    /// `version`: `v3`, or whatever the user hopes for.
    pub version: String,
    /// `skipCrds`.
    pub skip_crds: bool,
    /// `skipTests`.
    pub skip_tests: bool,
    /// `skipSchemaValidation`.
    pub skip_schema_validation: bool,
}

/// One of `helm.parameters`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HelmParameter {
    /// The path of the value, as for `--set`.
    pub name: String,
    /// The value as text.
    pub value: String,
    /// Whether it is handed over by `--set-string`.
    pub force_string: bool,
}

/// `source.directory`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectorySource {
    /// Whether to look into sub-directories.
    pub recurse: bool,
    /// Glob of the files to take.
    pub include: String,
    /// Glob of the files to leave.
    pub exclude: String,
}

impl Application {
    /// Reads an Application object.
    ///
    /// # Errors
    /// A field that is missing or of another type, at its place.
    pub fn read(object: &Data) -> Result<Application, Diagnostic> {
        let reader = Reader { object };
        let meta = FieldPath::of_keys(["metadata"]);
        let spec = FieldPath::of_keys(["spec"]);
        let name = reader.text(&meta, "name")?;
        if name.is_empty() {
            return Err(reader.fail(&meta, "an Application without a name"));
        }
        let destination = spec.join(key("destination"));
        let sources = reader.sources(&spec)?;
        if sources.is_empty() {
            let message = format!("the Application {name} has neither `source` nor `sources`");
            return Err(reader.fail(&spec, &message));
        }
        let wave = meta
            .join(key("annotations"))
            .join(key("argocd.argoproj.io/sync-wave"));
        let sync_wave = wave
            .get(object)
            .and_then(Data::as_str)
            .and_then(|wave| wave.parse().ok());
        Ok(Application {
            namespace: reader.text(&meta, "namespace")?,
            project: reader.text(&spec, "project")?,
            destination: Destination {
                server: reader.text(&destination, "server")?,
                name: reader.text(&destination, "name")?,
                namespace: reader.text(&destination, "namespace")?,
            },
            sources,
            sync_wave: sync_wave.unwrap_or(0),
            name,
        })
    }
}

fn key(key: &str) -> Step {
    Step::Key(key.to_owned())
}

/// Reads fields with the types that Argo CD's Go structs give them.
struct Reader<'d> {
    object: &'d Data,
}

impl<'d> Reader<'d> {
    fn sources(&self, spec: &FieldPath) -> Result<Vec<ApplicationSource>, Diagnostic> {
        let many = spec.join(key("sources"));
        let count = match many.get(self.object) {
            Some(Data::List(items)) => items.len(),
            _ => 0,
        };
        if count > 0 {
            return (0..count)
                .map(|i| self.source(many.join(Step::Index(i))))
                .collect();
        }
        let one = spec.join(key("source"));
        match one.get(self.object) {
            Some(Data::Map(_)) => Ok(vec![self.source(one)?]),
            _ => Ok(Vec::new()),
        }
    }

    fn source(&self, field: FieldPath) -> Result<ApplicationSource, Diagnostic> {
        let has = |name: &str| {
            matches!(
                field.join(key(name)).get(self.object),
                Some(Data::Map(entries)) if !entries.is_empty()
            )
        };
        Ok(ApplicationSource {
            origin: field.origin(self.object).unwrap_or(Origin::NONE),
            repo_url: self.text(&field, "repoURL")?,
            path: self.text(&field, "path")?,
            path_origin: self.origin(&field.join(key("path"))),
            chart: self.text(&field, "chart")?,
            target_revision: self.text(&field, "targetRevision")?,
            reference: self.text(&field, "ref")?,
            helm: match self.map(&field, "helm") {
                Some(helm) => Some(self.helm(&helm)?),
                None => None,
            },
            directory: match self.map(&field, "directory") {
                Some(directory) => Some(DirectorySource {
                    recurse: self.flag(&directory, "recurse")?,
                    include: self.text(&directory, "include")?,
                    exclude: self.text(&directory, "exclude")?,
                }),
                None => None,
            },
            kustomize: has("kustomize"),
            plugin: field.join(key("plugin")).get(self.object).is_some(),
            field,
        })
    }

    fn helm(&self, helm: &FieldPath) -> Result<HelmSource, Diagnostic> {
        let parameters = self.items(helm, "parameters")?;
        let parameters = parameters.iter().map(|parameter| {
            Ok(HelmParameter {
                name: self.text(parameter, "name")?,
                value: self.text(parameter, "value")?,
                force_string: self.flag(parameter, "forceString")?,
            })
        });
        let files = self.items(helm, "fileParameters")?;
        let files = files
            .iter()
            .map(|file| Ok((self.text(file, "name")?, self.text(file, "path")?)));
        let values_object = helm.join(key("valuesObject"));
        Ok(HelmSource {
            value_files: self.texts(helm, "valueFiles")?,
            value_file_origins: self
                .items(helm, "valueFiles")?
                .iter()
                .map(|item| self.origin(item))
                .collect(),
            ignore_missing_value_files: self.flag(helm, "ignoreMissingValueFiles")?,
            values: self.text(helm, "values")?,
            values_origin: self.origin(&helm.join(key("values"))),
            values_object: match values_object.get(self.object) {
                None | Some(Data::Null) => None,
                Some(object) => Some(object.clone()),
            },
            parameters: parameters.collect::<Result<_, Diagnostic>>()?,
            file_parameters: files.collect::<Result<_, Diagnostic>>()?,
            release_name: self.text(helm, "releaseName")?,
            namespace: self.text(helm, "namespace")?,
            kube_version: self.text(helm, "kubeVersion")?,
            api_versions: self.texts(helm, "apiVersions")?,
            version: self.text(helm, "version")?,
            skip_crds: self.flag(helm, "skipCrds")?,
            skip_tests: self.flag(helm, "skipTests")?,
            skip_schema_validation: self.flag(helm, "skipSchemaValidation")?,
        })
    }

    fn origin(&self, field: &FieldPath) -> Origin {
        field.origin(self.object).unwrap_or(Origin::NONE)
    }

    fn map(&self, at: &FieldPath, name: &str) -> Option<FieldPath> {
        let field = at.join(key(name));
        matches!(field.get(self.object), Some(Data::Map(_))).then_some(field)
    }

    fn text(&self, at: &FieldPath, name: &str) -> Result<String, Diagnostic> {
        let field = at.join(key(name));
        match field.get(self.object) {
            None | Some(Data::Null) => Ok(String::new()),
            Some(Data::Str(text)) => Ok(String::from_utf8_lossy(text).into_owned()),
            Some(other) => Err(self.wrong(&field, other, "a string")),
        }
    }

    fn flag(&self, at: &FieldPath, name: &str) -> Result<bool, Diagnostic> {
        let field = at.join(key(name));
        match field.get(self.object) {
            None | Some(Data::Null) => Ok(false),
            Some(Data::Bool(flag)) => Ok(*flag),
            Some(other) => Err(self.wrong(&field, other, "a boolean")),
        }
    }

    fn items(&self, at: &FieldPath, name: &str) -> Result<Vec<FieldPath>, Diagnostic> {
        let field = at.join(key(name));
        match field.get(self.object) {
            None | Some(Data::Null) => Ok(Vec::new()),
            Some(Data::List(items)) => Ok((0..items.len())
                .map(|i| field.join(Step::Index(i)))
                .collect()),
            Some(other) => Err(self.wrong(&field, other, "a list")),
        }
    }

    fn texts(&self, at: &FieldPath, name: &str) -> Result<Vec<String>, Diagnostic> {
        self.items(at, name)?
            .iter()
            .map(|item| match item.get(self.object) {
                Some(Data::Str(text)) => Ok(String::from_utf8_lossy(text).into_owned()),
                other => Err(self.wrong(item, other.unwrap_or(&Data::Null), "a string")),
            })
            .collect()
    }

    fn wrong(&self, field: &FieldPath, got: &Data, wanted: &str) -> Diagnostic {
        let got = got.json_kind();
        let hint = match (got, wanted) {
            ("number" | "bool", "a string") => "; quote it",
            _ => "",
        };
        self.fail(
            field,
            &format!("`{field}` is a {got} and has to be {wanted}{hint}"),
        )
    }

    fn fail(&self, field: &FieldPath, message: &str) -> Diagnostic {
        Diagnostic::error(INVALID, message).at(span_of(self.origin(field)))
    }
}

/// The place of an origin, as a span of one byte.
pub(crate) fn span_of(origin: Origin) -> Span {
    if !origin.file.is_some() {
        return Span::NONE;
    }
    Span::new(origin.file, origin.offset, origin.offset + 1)
}

/// What `$ARGOCD_APP_*` stands for in the strings of a source: Argo CD's build environment.
#[derive(Debug, Clone)]
pub(crate) struct BuildEnvironment(Vec<(&'static str, Arc<str>)>);

impl BuildEnvironment {
    /// As the repository server sets it (`newEnv` in reposerver/repository). There is no commit here, so
    /// the revision is the one that the Application wants.
    pub(crate) fn new(application: &Application, source: &ApplicationSource) -> BuildEnvironment {
        let revision = match source.target_revision.as_str() {
            "" => "HEAD",
            revision => revision,
        };
        let short = |len| revision.get(..len).unwrap_or(revision);
        let entries = [
            ("ARGOCD_APP_NAME", application.name.as_str()),
            ("ARGOCD_APP_NAMESPACE", &application.destination.namespace),
            ("ARGOCD_APP_PROJECT_NAME", &application.project),
            ("ARGOCD_APP_REVISION", revision),
            ("ARGOCD_APP_REVISION_SHORT", short(7)),
            ("ARGOCD_APP_REVISION_SHORT_8", short(8)),
            ("ARGOCD_APP_SOURCE_REPO_URL", &source.repo_url),
            ("ARGOCD_APP_SOURCE_PATH", &source.path),
            ("ARGOCD_APP_SOURCE_TARGET_REVISION", &source.target_revision),
        ];
        BuildEnvironment(
            entries
                .map(|(name, value)| (name, Arc::from(value)))
                .to_vec(),
        )
    }

    /// Replaces `$name` and `${name}`; `$$` is a dollar sign and an unknown name nothing
    /// (`Env.Envsubst`, which is Go's `os.Expand`).
    pub(crate) fn expand(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            let after = &rest[at + 1..];
            let (name, used) = variable(after);
            match name {
                Some("$") => out.push('$'),
                Some(name) => {
                    let known = self.0.iter().find(|(known, _)| *known == name);
                    out.push_str(known.map_or("", |(_, value)| value));
                }
                // A dollar sign that starts no name stays; bad braces are dropped.
                None if used == 0 => out.push('$'),
                None => {}
            }
            rest = &after[used..];
        }
        out.push_str(rest);
        out
    }
}

/// The name after a dollar sign, and the bytes that it takes: `os.getShellName`.
fn variable(after: &str) -> (Option<&str>, usize) {
    if let Some(inner) = after.strip_prefix('{') {
        return match inner.find('}') {
            Some(0) => (None, 2),
            Some(end) => (Some(&inner[..end]), end + 2),
            None => (None, 1),
        };
    }
    match after.chars().next() {
        Some(c) if "*#$@!?-0123456789".contains(c) => (Some(&after[..1]), 1),
        _ => {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
            ((end > 0).then(|| &after[..end]), end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_expand(text: &str, want: &str) {
        let application = Application {
            name: "web-prod".to_owned(),
            namespace: String::new(),
            project: "default".to_owned(),
            destination: Destination::default(),
            sources: Vec::new(),
            sync_wave: 0,
        };
        let source = ApplicationSource {
            path: "charts/web".to_owned(),
            ..ApplicationSource::default()
        };
        let environment = BuildEnvironment::new(&application, &source);
        assert_eq!(environment.expand(text), want);
    }

    #[test]
    fn build_environment_is_expanded_as_go_does() {
        check_expand("$ARGOCD_APP_NAME", "web-prod");
        check_expand("a-${ARGOCD_APP_SOURCE_PATH}-b", "a-charts/web-b");
        check_expand("cost: 5$$", "cost: 5$");
        check_expand("x$UNKNOWN.y", "x.y");
        check_expand("end$", "end$");
        check_expand("${}x", "x");
        check_expand("${oops", "oops");
        check_expand("$ARGOCD_APP_REVISION", "HEAD");
    }

    #[test]
    fn fields_of_wrong_types_are_named() {
        let text = b"metadata: {name: a}\nspec:\n  source:\n    helm:\n      parameters:\n        - {name: x, value: 3}\n";
        let data = evenkeel_yaml::decode(text, evenkeel_diagnostics::FileId::NONE).expect("YAML");
        let error = Application::read(&data).expect_err("it is wrong");
        assert_eq!(
            error.message,
            "`spec.source.helm.parameters[0].value` is a number and has to be a string; quote it"
        );
    }
}
