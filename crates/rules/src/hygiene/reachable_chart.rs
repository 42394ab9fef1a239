//! HYG-06.

use std::collections::HashSet;
use std::sync::Arc;

use evenkeel_diagnostics::{FileId, Severity, SourceKind, SourceMap, Span};
use evenkeel_gitops::{App, WorkTree, paths};
use evenkeel_value::Data;

use super::TESTS;
use crate::context::Survey;
use crate::fields::list_items;
use crate::release::directories;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "HYG-06",
    statement: "Every chart is deployed by some environment, or declared unused",
    severity: Severity::Warning,
    scope: Scope::General,
    inputs: &[Input::Objects, Input::Files],
    docs: "\
A chart that nothing deploys is changed in vain, by people who search for where something is set and find it there.

A chart is deployed if it is the root, if an Application of some environment has it as its source, itself or below a \
plain directory, or if a chart that is deployed depends on it (`file://`). One that an Application or a dependency takes \
from a chart repository by its name counts too. Charts within the `charts/` of another belong to that. Directories \
called `example`, `fixtures`, `sample`, `test`, `testdata` or the plural of that are for tests.

A chart that is meant for others is declared under `unused`, with the reason. Where generators or Applications cannot \
be looked into from here, the rule is not evaluated; nor in a repository without Applications.",
    examples: EXAMPLES,
    run: Run::Repository(check),
};

fn check(survey: &mut Survey<'_>) {
    let (Some(first), true) = (survey.all.first(), has_applications(survey)) else {
        return;
    };
    if let Some(reason) = unknown(survey) {
        return survey.skip(reason);
    }
    let charts = directories(survey.tree);
    let mut reached = Reached::of(survey);
    reached.follow(&charts, survey.tree);
    let mut unused = Vec::new();
    for chart in &charts {
        let name = read(chart, survey.tree, None).and_then(|data| {
            let name = data.get("name")?.as_str();
            name.map(str::to_owned)
        });
        let mut declared = survey.config.unused.iter();
        let is_declared = declared.any(|unused| unused.value.chart.value.matches(chart));
        let is_test = chart.split('/').any(|part| TESTS.contains(&part));
        if !reached.has(chart, name.as_deref().unwrap_or_default()) && !is_declared && !is_test {
            unused.push(chart);
        }
    }
    for chart in unused {
        let place = place(chart, survey.tree, &first.environment.sources);
        let finding = Finding::at(place, format!("no environment deploys the chart {chart}"));
        survey.report(finding.hint("delete it, or say under `unused` what it is for"));
    }
}

fn apps<'s>(survey: &'s Survey<'_>) -> impl Iterator<Item = &'s App> {
    survey
        .all
        .iter()
        .flat_map(|context| &context.environment.apps)
}

/// Whether Applications decide on what is deployed; without any, each chart is its own root.
fn has_applications(survey: &Survey<'_>) -> bool {
    apps(survey).any(|app| app.application.is_some())
}

/// Why it is not known which charts are deployed.
fn unknown(survey: &Survey<'_>) -> Option<String> {
    apps(survey).find_map(|app| {
        if let Some(opaque) = app.opaque.first() {
            return Some(format!("{}: {}: {}", app.name, opaque.what, opaque.reason));
        }
        let mut diagnostics = app.diagnostics.iter();
        let failed = diagnostics.find(|found| found.severity == Severity::Error)?;
        Some(format!("{} does not render: {}", app.name, failed.message))
    })
}

/// What is deployed.
#[derive(Default)]
struct Reached {
    directories: HashSet<String>,
    /// Charts of chart repositories.
    names: HashSet<String>,
}

impl Reached {
    fn of(survey: &Survey<'_>) -> Reached {
        let mut reached = Reached::default();
        let root = survey.config.root.iter();
        let roots = root.map(|root| root.chart.value.as_str().to_owned());
        reached.directories.extend(roots);
        let named = directories(survey.tree).into_iter();
        let named = named.filter(|chart| survey.config.lists_chart(chart));
        reached.directories.extend(named);
        for source in apps(survey).flat_map(|app| app.application.iter().flat_map(|a| &a.sources)) {
            match source.chart.as_str() {
                "" => reached.directories.extend(paths::normal("", &source.path)),
                name => {
                    reached.names.insert(name.to_owned());
                }
            }
        }
        reached
    }

    /// Adds what deployed charts depend on.
    fn follow(&mut self, charts: &[String], tree: &dyn WorkTree) {
        let mut waiting: Vec<String> = self.directories.iter().cloned().collect();
        // What lies below a plain directory is deployed with it.
        let below = |chart: &&String| self.is_below(chart);
        waiting.extend(charts.iter().filter(below).cloned());
        while let Some(chart) = waiting.pop() {
            let data = read(&chart, tree, None).unwrap_or_default();
            let dependencies = data.get("dependencies").unwrap_or(&Data::Null);
            for (_, dependency) in list_items(Default::default(), dependencies) {
                let text = |key| {
                    dependency
                        .get(key)
                        .and_then(Data::as_str)
                        .unwrap_or_default()
                };
                match text("repository").strip_prefix("file://") {
                    Some(path) => {
                        let path = paths::normal(&chart, path);
                        waiting.extend(path.filter(|path| self.directories.insert(path.clone())));
                    }
                    None => {
                        self.names.insert(text("name").to_owned());
                    }
                }
            }
        }
    }

    fn is_below(&self, chart: &str) -> bool {
        let mut around = chart.match_indices('/').map(|(at, _)| &chart[..at]);
        self.directories.contains(chart) || around.any(|path| self.directories.contains(path))
    }

    fn has(&self, chart: &str, name: &str) -> bool {
        self.is_below(chart) || self.names.contains(name)
    }
}

/// A chart's `Chart.yaml`, with origins where there is a file to name.
fn read(chart: &str, tree: &dyn WorkTree, file: Option<FileId>) -> Option<Data> {
    let text = tree.read(&paths::join(chart, "Chart.yaml"))?;
    evenkeel_yaml::decode(&text, file.unwrap_or(FileId::NONE)).ok()
}

/// The chart's name in its `Chart.yaml`.
fn place(chart: &str, tree: &dyn WorkTree, sources: &SourceMap) -> Span {
    let path = paths::join(chart, "Chart.yaml");
    let Some(text) = tree.read(&path) else {
        return Span::NONE;
    };
    let file = sources.add(path, Arc::clone(&text), SourceKind::File);
    let data = read(chart, tree, Some(file)).unwrap_or_default();
    crate::files::key_place(&data, "name").unwrap_or(Span::new(file, 0, 0))
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A chart that no Application deploys",
        outcome: Outcome::Fails,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: shop}
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
-- old/Chart.yaml --
# The old shop.
apiVersion: v2
name: old-shop #~ no environment deploys the chart old
version: 1.0.0
"#,
    },
    Example {
        title: "Every chart is deployed",
        outcome: Outcome::Passes,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: ./shop/}
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
    Example {
        title: "A dependency, a part of another chart, one that is declared, and inputs of tests",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
unused: [{chart: "examples-of-*", reason: people copy it}]
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: shop}
  destination: {namespace: shop}
-- shop/Chart.yaml --
apiVersion: v2
name: shop
version: 1.0.0
dependencies: [{name: toolkit, version: 1.0.0, repository: "file://../toolkit"}]
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
-- shop/charts/part/Chart.yaml --
{apiVersion: v2, name: part, version: 1.0.0}
-- toolkit/Chart.yaml --
{apiVersion: v2, name: toolkit, version: 1.0.0}
-- examples-of-shops/Chart.yaml --
{apiVersion: v2, name: starter, version: 1.0.0}
-- tests/one/Chart.yaml --
{apiVersion: v2, name: one, version: 1.0.0}
"#,
    },
    Example {
        title: "A cluster decides on what is deployed",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- set.yaml --
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: reviews}
spec:
  generators: [{pullRequest: {github: {owner: acme, repo: shop}}}]
  template:
    metadata: {name: "review-{{number}}"}
    spec:
      source: {repoURL: "https://git.example.com/platform.git", path: shop}
      destination: {namespace: shop}
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: other}
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: other}
  destination: {namespace: shop}
-- other/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
"#,
    },
];
