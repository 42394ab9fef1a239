//! From the configuration to what an environment is rendered from.

use std::sync::Arc;

use evenkeel_config::{Config, Environment as EnvConfig, HelmRelease};
use evenkeel_diagnostics::{Code, Diagnostic, FileId, Origin, Span};
use evenkeel_gitops::applicationset::{Cluster, Repository};
use evenkeel_gitops::{Root, RootChart, Spec, WorkTree};
use evenkeel_renderer::{HelmVersion, KubeVersion, Release};
use evenkeel_value::{Data, DataEntry};

use crate::api_versions::api_versions;
use crate::{Project, RenderOptions};

/// A version that cannot be used.
const VERSION: Code = Code::new("config/version");

/// Where Argo CD looks for Applications unless it is told otherwise.
const ARGOCD_NAMESPACE: &str = "argocd";

/// What an environment is rendered from, and what is wrong with its configuration.
pub(crate) fn spec(
    project: &Project,
    name: &str,
    options: &RenderOptions,
) -> (Spec, Vec<Diagnostic>) {
    let config = &project.config;
    let unknown = EnvConfig::default();
    let env = config.envs.get(name).unwrap_or(&unknown);
    let place = config.envs.span_of(name).unwrap_or(Span::NONE);
    let mut diagnostics = Vec::new();
    let helm = env
        .helm_release()
        .map_or_else(HelmVersion::default, helm_version);
    let kube_version = env.cluster.kubernetes_version().and_then(|version| {
        KubeVersion::parse(&version, helm)
            .map_err(|text| diagnostics.push(Diagnostic::error(VERSION, text).at(place)))
            .ok()
    });
    let sources = project.sources();
    let versions = api_versions(&env.cluster, &project.tree, sources, &mut diagnostics);
    let spec = Spec {
        name: name.to_owned(),
        root: root(project, name, env, place, options),
        helm,
        kube_version,
        api_versions: versions,
        clusters: clusters(config),
        clock: options.clock.clone(),
        seed: options.seed,
        progress: Arc::clone(&options.progress),
    };
    (spec, diagnostics)
}

/// The profile that stands for a Helm release.
fn helm_version(release: HelmRelease) -> HelmVersion {
    match (release.major, release.minor) {
        (4, _) => HelmVersion::V4_3,
        (_, Some(minor)) if minor <= 18 => HelmVersion::V3_18,
        _ => HelmVersion::V3_22,
    }
}

fn clusters(config: &Config) -> Vec<Cluster> {
    let declared = config.clusters.iter().map(|cluster| {
        let texts = |map: &evenkeel_config::OrderedMap<evenkeel_yaml::Spanned<String>>| {
            map.iter()
                .map(|(key, value)| (key.value.clone(), value.value.clone()))
                .collect()
        };
        Cluster {
            name: cluster.name.value.clone(),
            server: cluster.server.value.clone(),
            project: String::new(),
            labels: texts(&cluster.labels),
            annotations: texts(&cluster.annotations),
            origin: Origin::new(cluster.name.span.file, cluster.name.span.start),
        }
    });
    declared.collect()
}

fn root(
    project: &Project,
    name: &str,
    env: &EnvConfig,
    place: Span,
    options: &RenderOptions,
) -> Root {
    let config = &project.config;
    if let Some(root) = &config.root {
        let path = root.chart.value.as_str().trim_end_matches('/');
        let path = if path == "." { "" } else { path }.to_owned();
        let last = release_name(project, &path);
        let text = |text: &Option<evenkeel_yaml::Spanned<String>>, default: &str| {
            text.as_ref()
                .map_or_else(|| default.to_owned(), |text| text.value.clone())
        };
        let mut values = vec![root.set.data.clone()];
        if let Some(select) = &root.select {
            values.push(selection(&select.value, name, place));
        }
        values.push(env.set.data.clone());
        values.extend(options.values.iter().cloned());
        let files = root.values.iter().chain(&env.values);
        return Root::Charts(vec![RootChart {
            release: Release {
                name: text(&root.release, &last),
                namespace: text(&root.namespace, ARGOCD_NAMESPACE),
                ..Release::default()
            },
            value_files: files.map(|file| file.value.as_str().to_owned()).collect(),
            values: values.into_iter().filter(|data| !is_empty(data)).collect(),
            path,
        }]);
    }
    if !config.paths.is_empty() {
        let mut files: Vec<String> = config
            .paths
            .iter()
            .flat_map(|glob| project.tree.glob(glob.value.as_str()))
            .collect();
        files.sort();
        files.dedup();
        let namespace = env.namespace.as_ref();
        let namespace = namespace.map_or(ARGOCD_NAMESPACE, |text| text.value.as_str());
        return Root::Manifests {
            files,
            namespace: namespace.to_owned(),
        };
    }
    Root::Charts(plain_charts(project, name, env, options))
}

/// Charts without Argo CD: each with its values file for the environment.
fn plain_charts(
    project: &Project,
    name: &str,
    env: &EnvConfig,
    options: &RenderOptions,
) -> Vec<RootChart> {
    let namespace = env
        .namespace
        .as_ref()
        .map_or("default", |text| text.value.as_str());
    let charts = charts(project).into_iter().map(|path| {
        let own = match env.values.is_empty() {
            true => vec![format!("values-{name}.yaml")],
            false => env
                .values
                .iter()
                .map(|file| file.value.as_str().to_owned())
                .collect(),
        };
        let files = own.iter().map(|file| match path.is_empty() {
            true => file.clone(),
            false => format!("{path}/{file}"),
        });
        let mut values = vec![env.set.data.clone()];
        values.extend(options.values.iter().cloned());
        RootChart {
            release: Release {
                name: release_name(project, &path),
                namespace: namespace.to_owned(),
                ..Release::default()
            },
            value_files: files.filter(|file| project.tree.has(file)).collect(),
            values: values.into_iter().filter(|data| !is_empty(data)).collect(),
            path,
        }
    });
    charts.collect()
}

/// The directories of the charts that `charts` of the configuration means.
pub(crate) fn charts(project: &Project) -> Vec<String> {
    let directories = project.tree.paths().iter().filter_map(|path| {
        let directory = match path.strip_suffix("Chart.yaml")? {
            "" => "",
            directory => directory.strip_suffix('/')?,
        };
        let listed = project.config.lists_chart(directory);
        (listed && !is_library(project, path)).then(|| directory.to_owned())
    });
    directories.collect()
}

/// What a release is called of which nobody says so: as the chart's directory, at the root of the repository as the
/// chart.
fn release_name(project: &Project, path: &str) -> String {
    let last = path.rsplit('/').next().filter(|last| !last.is_empty());
    let name = || {
        let text = project.tree.read("Chart.yaml")?;
        let about = evenkeel_yaml::decode(&text, FileId::NONE).ok()?;
        about.get("name")?.as_str().map(str::to_owned)
    };
    match last {
        Some(last) => last.to_owned(),
        None => name().unwrap_or_else(|| Release::default().name),
    }
}

/// Whether a `Chart.yaml` is that of a library, which nobody installs.
fn is_library(project: &Project, path: &str) -> bool {
    let text = project.tree.read(path).unwrap_or_default();
    let about = evenkeel_yaml::decode(&text, FileId::NONE).unwrap_or_default();
    about.get("type").and_then(Data::as_str) == Some("library")
}

/// The value that selects the environment, at the place of the environment's name.
fn selection(path: &str, name: &str, place: Span) -> Data {
    let origin = Origin::new(place.file, place.start);
    path.rsplit('.').fold(Data::str(name), |value, key| {
        Data::map(vec![DataEntry {
            key: key.as_bytes().into(),
            value,
            origin,
        }])
    })
}

fn is_empty(data: &Data) -> bool {
    matches!(data, Data::Map(entries) if entries.is_empty())
}
