//! What a repository is, where its configuration does not say.
//!
//! What is found is written as the text of a configuration: `evenkeel init` writes it to disk, every other
//! command reads it as if it were there.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use evenkeel_diagnostics::SourceKind;
use evenkeel_gitops::applicationset::Repository;
use evenkeel_gitops::{WorkTree, paths};
use evenkeel_renderer::{HelmVersion, Request, ValueOptions};
use evenkeel_value::Data;

use crate::Project;

/// The most lines that a starter has.
const MAX_LINES: usize = 10;

/// Why there is one environment.
const NO_ENVS: &str = "nothing tells environments apart";

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Starter {
    /// The text of an `evenkeel.yaml`.
    pub text: String,
    /// What it was inferred from, a line each.
    pub reasons: Vec<String>,
}

/// Fills in what the configuration leaves out.
pub(crate) fn complete(project: &mut Project) {
    let config = &project.config;
    let has_source = config.root.is_some() || !config.paths.is_empty() || !config.charts.is_empty();
    if has_source && !config.envs.is_empty() {
        return;
    }
    let starter = starter(project);
    let content: Arc<[u8]> = starter.text.as_bytes().into();
    let file = project.sources().add(
        "evenkeel.yaml (inferred)",
        Arc::clone(&content),
        SourceKind::Inline,
    );
    let found = evenkeel_config::parse(&content, file).config;
    let config = &mut project.config;
    if !has_source {
        config.root = found.root;
        config.paths = found.paths;
        config.charts = found.charts;
    }
    if config.envs.is_empty() {
        config.envs = found.envs;
    }
    project.starter = Some(starter);
}

/// Looks through the repository and writes a configuration for it.
pub fn starter(project: &Project) -> Starter {
    let mut starter = Starter {
        text: "version: 1\n".to_owned(),
        reasons: Vec::new(),
    };
    let survey = Survey::of(project);
    let mut selected: Option<(String, Vec<String>)> = None;
    if let Some((path, kind)) = survey.root_chart() {
        selected = survey.selection(project, path);
        let select = selected.as_ref();
        let select = select.map_or_else(String::new, |(select, _)| format!(", select: {select}"));
        let path = if path.is_empty() { "." } else { path };
        let _ = writeln!(starter.text, "root: {{ chart: {path}{select} }}");
        starter
            .reasons
            .push(format!("root: {path} is a chart that renders {kind}s"));
    } else if !survey.manifests.is_empty() {
        let globs = globs(&survey.manifests, project.tree.paths());
        let _ = writeln!(starter.text, "paths: [{}]", quoted(&globs));
        let count = survey.manifests.len();
        let reason = format!("paths: {count} plain files hold Applications or ApplicationSets");
        starter.reasons.push(reason);
    } else if !survey.charts.is_empty() {
        let globs = chart_globs(&survey.charts);
        let _ = writeln!(starter.text, "charts: [{}]", quoted(&globs));
        let count = survey.charts.len();
        starter.reasons.push(format!(
            "charts: {count} charts, and no Application deploys them"
        ));
    }
    let by_charts = project.config.root.is_none() && survey.by_charts();
    let (names, why) = match selected {
        Some((_, names)) if !names.is_empty() => (names, "elements of the root chart's values"),
        _ if by_charts => survey.env_names(),
        _ => (vec!["default".to_owned()], NO_ENVS),
    };
    envs(&mut starter, &names, why);
    starter
}

fn envs(starter: &mut Starter, names: &[String], why: &str) {
    let lines = starter.text.lines().count();
    if names.len() + lines + 1 > MAX_LINES {
        let all: Vec<String> = names.iter().map(|name| format!("{name}: {{}}")).collect();
        let _ = writeln!(starter.text, "envs: {{ {} }}", all.join(", "));
    } else {
        starter.text.push_str("envs:\n");
        for name in names {
            let _ = writeln!(starter.text, "  {name}: {{}}");
        }
    }
    starter
        .reasons
        .push(format!("envs: {} ({why})", names.join(", ")));
}

/// What there is in a repository.
#[derive(Debug, Default)]
struct Survey {
    /// Directories with a `Chart.yaml`, those within other charts left out, and the kinds of Argo CD that
    /// their templates name.
    charts: Vec<(String, Option<&'static str>)>,
    /// Plain files with Applications or ApplicationSets.
    manifests: Vec<String>,
    /// The `<env>` of `values-<env>.yaml` beside charts, and how many charts have one.
    overlays: BTreeMap<String, usize>,
}

impl Survey {
    fn of(project: &Project) -> Survey {
        let paths = project.tree.paths();
        let mut survey = Survey::default();
        let mut directories: Vec<&str> = paths
            .iter()
            .filter_map(|path| match path.strip_suffix("Chart.yaml")? {
                "" => Some(""),
                directory => directory.strip_suffix('/'),
            })
            .collect();
        // Those around others first.
        directories.sort_unstable();
        for directory in directories {
            let within = |(outer, _): &(String, Option<&str>)| within(outer, directory).is_some();
            if !survey.charts.iter().any(within) && !is_test_data(directory) {
                survey.charts.push((directory.to_owned(), None));
            }
        }
        for path in paths {
            survey.look_at(project, path);
        }
        survey.keep_roots(project);
        survey.leave_out_generic(project);
        survey
    }

    /// Takes charts for what they are that make Applications of whatever their users list: by themselves they make
    /// none.
    fn leave_out_generic(&mut self, project: &Project) {
        while let Some((path, _)) = self.root_chart() {
            if makes_applications(project, path) {
                return;
            }
            let path = path.to_owned();
            let mut charts = self.charts.iter_mut();
            if let Some((_, kind)) = charts.find(|(directory, _)| *directory == path) {
                *kind = None;
            }
        }
    }

    fn look_at(&mut self, project: &Project, path: &str) {
        let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
        if !is_yaml || is_test_data(path) {
            return;
        }
        let mut charts = self.charts.iter_mut();
        let chart = charts.find_map(|(directory, kind)| Some((within(directory, path)?, kind)));
        match chart {
            Some((rest, kind)) => {
                if rest.starts_with("templates/") {
                    let found = argo_kind(project, path);
                    *kind = (*kind).max(found);
                } else if let Some(env) = overlay(rest) {
                    *self.overlays.entry(env.to_owned()).or_default() += 1;
                }
            }
            None if argo_kind(project, path).is_some() => self.manifests.push(path.to_owned()),
            None => {}
        }
    }

    /// Leaves out the manifests that the Applications of others deploy.
    fn keep_roots(&mut self, project: &Project) {
        let mut deployed: Vec<(String, String)> = Vec::new();
        for file in &self.manifests {
            let text = project.tree.read(file).unwrap_or_default();
            let none = evenkeel_diagnostics::FileId::NONE;
            for document in evenkeel_yaml::decode_documents(&text, none).unwrap_or_default() {
                let Ok(application) = evenkeel_gitops::Application::read(&document) else {
                    continue;
                };
                let sources = application.sources.into_iter();
                let paths = sources.map(|source| source.path.trim_matches('/').to_owned());
                deployed.extend(
                    paths
                        .filter(|path| !path.is_empty())
                        .map(|path| (file.clone(), format!("{path}/"))),
                );
            }
        }
        self.manifests.retain(|file| {
            let by_another =
                |(owner, path): &(String, String)| owner != file && file.starts_with(path);
            !deployed.iter().any(by_another)
        });
    }

    /// Whether there is nothing to begin with but charts.
    fn by_charts(&self) -> bool {
        self.root_chart().is_none() && self.manifests.is_empty()
    }

    /// The one chart that renders ApplicationSets, else the one that renders Applications.
    fn root_chart(&self) -> Option<(&str, &'static str)> {
        ["ApplicationSet", "Application"]
            .into_iter()
            .find_map(|kind| {
                let mut of_kind = self.charts.iter().filter(|(_, found)| *found == Some(kind));
                let (path, _) = of_kind.next()?;
                of_kind.next().is_none().then_some((path.as_str(), kind))
            })
    }

    /// The value of a root chart that selects an environment, and the environments' names: a list of maps
    /// with names, and a text beside it that is one of them or speaks of environments.
    fn selection(&self, project: &Project, path: &str) -> Option<(String, Vec<String>)> {
        let text = project.tree.read(&paths::join(path, "values.yaml"))?;
        let values = evenkeel_yaml::decode(&text, evenkeel_diagnostics::FileId::NONE).ok()?;
        let Data::Map(entries) = &values else {
            return None;
        };
        let names = entries
            .iter()
            .find_map(|entry| element_names(&entry.value))?;
        let selects = |entry: &&evenkeel_value::DataEntry| {
            let key = String::from_utf8_lossy(&entry.key).to_lowercase();
            entry.value.as_str().is_some_and(|text| {
                names.iter().any(|name| name == text) || (key.contains("env") && text.is_empty())
            })
        };
        // Without something to choose by, the elements are no environments: all of them belong to each.
        let select = entries.iter().find(selects)?;
        Some((String::from_utf8_lossy(&select.key).into_owned(), names))
    }

    /// The environments that the overlays speak of.
    fn env_names(&self) -> (Vec<String>, &'static str) {
        let names: Vec<String> = self.overlays.keys().cloned().collect();
        if names.is_empty() {
            return (vec!["default".to_owned()], NO_ENVS);
        }
        (names, "the values-<env>.yaml beside the charts")
    }
}

/// What follows the directory of a chart in a path within it. Around a chart at the root of the repository there may be
/// anything: to the chart belongs what Helm reads.
fn within<'p>(directory: &str, path: &'p str) -> Option<&'p str> {
    if !directory.is_empty() {
        return path.strip_prefix(directory)?.strip_prefix('/');
    }
    let first = path.split_once('/').map(|(first, _)| first);
    let is_part = match first {
        Some(first) => matches!(first, "charts" | "crds" | "templates"),
        None => overlay(path).is_some(),
    };
    is_part.then_some(path)
}

/// Whether a chart makes Applications or ApplicationSets, with its own values or those of an environment. One that
/// does not render asks for values that nobody knows yet, and may.
fn makes_applications(project: &Project, path: &str) -> bool {
    let (tree, renderer) = (&project.tree, project.renderer());
    let helm = HelmVersion::default();
    let Ok(chart) = tree.chart(path, helm, renderer) else {
        return true;
    };
    let beside = tree.paths().iter().filter(|file| {
        let inner = within(path, file).filter(|inner| !inner.contains('/'));
        inner.and_then(overlay).is_some()
    });
    let overlays = beside.map(|file| vec![file.to_string()]);
    let mut choices = std::iter::once(Vec::new()).chain(overlays);
    choices.any(|files| {
        let options = ValueOptions {
            files,
            ..ValueOptions::default()
        };
        let missing = || "no such file".to_owned();
        let mut read = |name: &str| tree.read(name).ok_or_else(missing);
        let Ok(values) = renderer.values(&options, &mut read, helm) else {
            return true;
        };
        let Ok(rendered) = renderer.render(&chart, &values, &Request::default()) else {
            return true;
        };
        rendered.manifests.iter().any(|document| {
            let id = document.identity();
            id.group == "argoproj.io" && ["Application", "ApplicationSet"].contains(&&*id.kind)
        })
    })
}

/// The names of the elements of a list of maps.
fn element_names(data: &Data) -> Option<Vec<String>> {
    let Data::List(items) = data else { return None };
    let name = |item: &evenkeel_value::DataItem| {
        ["name", "env", "environment"]
            .iter()
            .find_map(|key| item.value.get(key)?.as_str().map(str::to_owned))
    };
    let names: Option<Vec<String>> = items.iter().map(name).collect();
    names.filter(|names| !names.is_empty())
}

/// The `<env>` of `values-<env>.yaml`; what all environments share is none.
fn overlay(file: &str) -> Option<&str> {
    let name = file
        .strip_suffix(".yaml")
        .or_else(|| file.strip_suffix(".yml"))?;
    let env = name
        .strip_prefix("values-")
        .or_else(|| name.strip_prefix("values."))
        .or_else(|| name.strip_prefix("values_"))?;
    let shared = ["common", "default", "base", "example", "schema"];
    let plain = !env.is_empty() && env.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (plain && !shared.contains(&env)).then_some(env)
}

/// Directories that hold inputs of tests rather than what is deployed.
fn is_test_data(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(
            part,
            "fixtures" | "testdata" | "tests" | "test" | "node_modules" | "target"
        )
    })
}

/// Whether a file speaks of ApplicationSets or Applications of Argo CD.
fn argo_kind(project: &Project, path: &str) -> Option<&'static str> {
    let text = project.tree.read(path)?;
    let text = String::from_utf8_lossy(&text);
    if !text.contains("argoproj.io/") {
        return None;
    }
    let has = |kind: &str| {
        text.lines().any(|line| {
            let value = line.trim_start_matches("- ").strip_prefix("kind:");
            value.is_some_and(|value| value.trim() == kind)
        })
    };
    ["ApplicationSet", "Application"]
        .into_iter()
        .find(|kind| has(kind))
}

/// Globs for files: one for each directory that holds no others of the kind, else the files themselves.
fn globs(files: &[String], paths: &[Arc<str>]) -> Vec<String> {
    let glob = |file: &String| {
        let (directory, name) = file.rsplit_once('/')?;
        let extension = name.rsplit_once('.').map_or("yaml", |(_, e)| e);
        let is_beside = |path: &&Arc<str>| {
            let beside = path.rsplit_once('/');
            beside.is_some_and(|(of, name)| of == directory && name.ends_with(extension))
        };
        let mut beside = paths.iter().filter(is_beside);
        let only = beside.all(|path| files.iter().any(|file| **file == **path));
        only.then(|| format!("{directory}/*.{extension}"))
    };
    let mut globs: Vec<String> = files
        .iter()
        .map(|file| glob(file).unwrap_or_else(|| file.clone()))
        .collect();
    globs.sort();
    globs.dedup();
    globs
}

/// Globs for charts: one for each directory that holds some.
fn chart_globs(charts: &[(String, Option<&'static str>)]) -> Vec<String> {
    let mut globs: Vec<String> = charts
        .iter()
        .map(|(directory, _)| match directory.rsplit_once('/') {
            Some((parent, _)) => format!("{parent}/*"),
            None if directory.is_empty() => ".".to_owned(),
            None => directory.clone(),
        })
        .collect();
    globs.sort();
    globs.dedup();
    globs
}

fn quoted(globs: &[String]) -> String {
    let quoted: Vec<String> = globs.iter().map(|glob| format!("\"{glob}\"")).collect();
    quoted.join(", ")
}
