//! A chart as Argo CD renders it: `helm template` with the flags of its `helmTemplate`.

use std::sync::Arc;

use evenkeel_chart::{Chart, Dependency};
use evenkeel_diagnostics::{Code, Diagnostic, FileId, Source, SourceKind};
use evenkeel_renderer::{Clock, KubeVersion, Release, Request, UserValues, ValueOptions};
use evenkeel_value::Data;

use super::value_files::{self, MISSING, ValueFile};
use super::{Context, HelmRender, SourceRender, directory, read_value_file};
use crate::application::{Application, ApplicationSource, BuildEnvironment, HelmSource, span_of};
use crate::paths::normal;
use crate::{FieldPath, Step};

/// A value that Helm cannot take.
const VALUES: Code = Code::new("argocd/helm-values");

/// What the templates of all charts of an environment see of the world.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inputs {
    pub(crate) kube_version: Option<KubeVersion>,
    pub(crate) api_versions: Vec<String>,
    pub(crate) clock: Clock,
    pub(crate) seed: Option<u64>,
}

/// Renders the chart at `path`.
pub(super) fn render(
    application: &Application,
    source: &ApplicationSource,
    path: &str,
    build: &BuildEnvironment,
    context: &Context<'_>,
) -> Result<SourceRender, Diagnostic> {
    let default = HelmSource::default();
    let helm = source.helm.as_ref().unwrap_or(&default);
    let files = value_file_list(application, source, helm, path, build, context)?;
    let (values, fields) = merge(source, helm, &files, build, path, context)?;
    let release = release(application, helm);
    let mut request = release_request(release, context);
    request.skip_schema_validation = helm.skip_schema_validation;
    request.skip_crds = helm.skip_crds;
    if !helm.kube_version.is_empty() {
        let version = KubeVersion::parse(&helm.kube_version, context.helm)
            .map_err(|text| Diagnostic::error(VALUES, text))?;
        request.kube_version = Some(version);
    }
    if !helm.api_versions.is_empty() {
        request.api_versions.clone_from(&helm.api_versions);
    }
    let chart = context.tree.chart(path, context.helm, context.renderer)?;
    if let Some(reason) = unvendored(&chart) {
        return Ok(SourceRender::opaque(reason));
    }
    let prepared = HelmRender {
        chart,
        values,
        fields,
        request,
        skip_tests: helm.skip_tests,
        missing_value_files: files.missing,
    };
    Ok(run(prepared, context))
}

/// Runs a prepared render.
pub(crate) fn run(prepared: HelmRender, context: &Context<'_>) -> SourceRender {
    let mut render = SourceRender::default();
    match context
        .renderer
        .render(&prepared.chart, &prepared.values, &prepared.request)
    {
        Ok(mut rendered) => {
            if prepared.skip_tests {
                rendered.hooks.retain(|hook| !hook.is_test());
            }
            let mut frames = std::mem::take(&mut rendered.frames);
            for crd in &rendered.crds {
                let text = Arc::clone(&crd.text);
                match directory::add_documents(&crd.path, text, FileId::NONE, &mut frames) {
                    Ok(documents) => render.documents.extend(documents),
                    Err(diagnostic) => render.diagnostics.push(diagnostic),
                }
            }
            render.documents.extend(rendered.manifests.iter().cloned());
            let hooks = rendered.hooks.iter().map(|hook| hook.document.clone());
            render.documents.extend(hooks);
            render.diagnostics.extend(rendered.warnings.iter().cloned());
            render.frames = Arc::new(frames);
            render.rendered = Some(Arc::new(rendered));
        }
        Err(failure) => render.diagnostics.push(*failure.diagnostic),
    }
    render.helm = Some(Arc::new(prepared));
    render
}

/// A request for a release with what the environment says of its cluster.
pub(crate) fn release_request(release: Release, context: &Context<'_>) -> Request {
    Request {
        helm: context.helm,
        release,
        kube_version: context.inputs.kube_version.clone(),
        api_versions: context.inputs.api_versions.clone(),
        clock: context.inputs.clock.clone(),
        seed: context.inputs.seed,
        ..Request::default()
    }
}

/// Why a chart cannot be rendered whole: dependencies that are neither in `charts/` nor in this repository.
/// Argo CD would fetch them.
pub(crate) fn unvendored(chart: &Chart) -> Option<String> {
    let present = |name: &str| chart.dependencies.iter().any(|found| found.name() == name);
    let missing: Vec<String> = chart
        .metadata
        .dependencies
        .iter()
        .flatten()
        .filter(|dependency| !present(&dependency.name))
        .map(|dependency| {
            let Dependency {
                name,
                version,
                repository,
                ..
            } = dependency;
            match &**repository {
                "" => format!("{name} {version}"),
                repository => format!("{name} {version} of {repository}"),
            }
        })
        .collect();
    let reason = || {
        format!(
            "its dependencies are not vendored under charts/: {}",
            missing.join(", ")
        )
    };
    (!missing.is_empty()).then(reason)
}

fn release(application: &Application, helm: &HelmSource) -> Release {
    let or = |first: &str, second: &str| match first {
        "" => second.to_owned(),
        first => first.to_owned(),
    };
    Release {
        name: or(&helm.release_name, &application.name),
        namespace: or(&helm.namespace, &application.destination.namespace),
        ..Release::default()
    }
}

/// The value files to pass, in order, with their entries' indexes.
struct ValueFiles {
    found: Vec<String>,
    missing: Vec<String>,
}

fn value_file_list(
    application: &Application,
    source: &ApplicationSource,
    helm: &HelmSource,
    path: &str,
    build: &BuildEnvironment,
    context: &Context<'_>,
) -> Result<ValueFiles, Diagnostic> {
    let mut files = ValueFiles {
        found: Vec::new(),
        missing: Vec::new(),
    };
    for (i, entry) in helm.value_files.iter().enumerate() {
        let place = span_of(
            helm.value_file_origins
                .get(i)
                .copied()
                .unwrap_or(source.origin),
        );
        let resolved = value_files::resolve(entry, path, application, build, context.tree)
            .map_err(|diagnostic| diagnostic.at(place))?;
        for file in resolved {
            match file {
                ValueFile::Found(path) => files.found.push(path),
                ValueFile::Missing(path) if helm.ignore_missing_value_files => {
                    files.missing.push(path);
                }
                ValueFile::Missing(path) => {
                    let message = format!("the value file {path} does not exist");
                    let help = "create it, or take it out of `valueFiles`";
                    return Err(Diagnostic::error(MISSING, message)
                        .at(place)
                        .with_help(help));
                }
            }
        }
    }
    Ok(files)
}

/// Merges the layers as Helm gets them from Argo CD, and says where each was written.
fn merge(
    source: &ApplicationSource,
    helm: &HelmSource,
    files: &ValueFiles,
    build: &BuildEnvironment,
    path: &str,
    context: &Context<'_>,
) -> Result<(UserValues, Vec<(FileId, FieldPath)>), Diagnostic> {
    let field = |name: &str| {
        let helm = source.field.join(Step::Key("helm".to_owned()));
        helm.join(Step::Key(name.to_owned()))
    };
    let mut options = ValueOptions {
        files: files.found.clone(),
        ..ValueOptions::default()
    };
    // The object replaces the text (`ValuesYAML`).
    match &helm.values_object {
        Some(object) => {
            options.trees.push(object.clone());
        }
        None if !helm.values.is_empty() => {
            let tree = inline_values(source, helm, context)?;
            options.trees.push(tree);
        }
        None => {}
    }
    // Argo CD keeps parameters in a map by name, so the last of a name counts.
    let (mut fields, mut strings) = (Vec::new(), Vec::new());
    for (i, parameter) in helm.parameters.iter().enumerate() {
        if helm.parameters[i + 1..].iter().any(|later| {
            later.name == parameter.name && later.force_string == parameter.force_string
        }) {
            continue;
        }
        let value = escaped(&build.expand(&parameter.value));
        let argument = format!("{}={value}", parameter.name);
        let value_field = field("parameters").join(Step::Index(i));
        let value_field = value_field.join(Step::Key("value".to_owned()));
        if parameter.force_string {
            options.set_string.push(argument);
            strings.push(value_field);
        } else {
            options.set.push(argument);
            fields.push(value_field);
        }
    }
    fields.extend(strings);
    for (i, (name, file)) in helm.file_parameters.iter().enumerate() {
        let file = build.expand(file);
        let Some(file) = normal(path, &file) else {
            let message =
                format!("the file parameter `{name}` names a file outside the repository");
            return Err(Diagnostic::error(MISSING, message));
        };
        options.set_file.push(format!("{name}={file}"));
        let item = field("fileParameters").join(Step::Index(i));
        fields.push(item.join(Step::Key("path".to_owned())));
    }
    let mut reader = |name: &str| read_value_file(context.tree, name);
    let values = context
        .renderer
        .values(&options, &mut reader, context.helm)?;
    // The arguments come after files and trees.
    let whole = options.files.len() + options.trees.len();
    let arguments = values.layers.iter().skip(whole);
    let fields = arguments.map(|layer| layer.file).zip(fields).collect();
    Ok((values, fields))
}

/// A comma means a list to `--set`, unless the value is one already (`cleanSetParameters`).
fn escaped(value: &str) -> String {
    if value.starts_with('{') && value.ends_with('}') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut before = '\0';
    for c in value.chars() {
        if c == ',' && before != '\\' {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

/// The text of `helm.values`, decoded as Helm does.
fn inline_values(
    source: &ApplicationSource,
    helm: &HelmSource,
    context: &Context<'_>,
) -> Result<Data, Diagnostic> {
    let content: Arc<[u8]> = helm.values.as_bytes().into();
    let file = context.renderer.sources().add_source(Source {
        name: format!("{}.helm.values", source.field).into(),
        content: Arc::clone(&content),
        kind: SourceKind::Inline,
        parent: span_of(helm.values_origin),
    });
    evenkeel_chart::read_values(&content, file, context.helm).map_err(|error| {
        let message = format!(
            "`{}.helm.values` is no YAML: {}",
            source.field,
            error.text()
        );
        Diagnostic::error(VALUES, message).at(error.span())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_are_escaped_once() {
        assert_eq!(escaped("a,b"), r"a\,b");
        assert_eq!(escaped(r"a\,b"), r"a\,b");
        assert_eq!(escaped("{a,b}"), "{a,b}");
    }
}
