//! The examples of the rules, run.

use std::sync::Arc;

use evenkeel_chart::{Chart, ChartFile, Metadata};
use evenkeel_config::{Config, Date};
use evenkeel_diagnostics::{Diagnostic, FileId, SourceKind};
use evenkeel_gitops::applicationset::Repository;
use evenkeel_gitops::{Environment, Root, RootChart, Spec, WorkTree};
use evenkeel_renderer::{Clock, HelmVersion, Release, Renderer};
use evenkeel_value::Data;

use crate::{
    Checked, CustomRules, Example, Finding, Folded, Options, Outcome, RULES, Report, Rerender,
    Rule, check,
};

/// The files of an example.
struct Tree {
    files: Vec<(String, Arc<[u8]>)>,
    paths: Vec<Arc<str>>,
}

impl Tree {
    fn new(example: &Example) -> Tree {
        let files = example.files().into_iter();
        let files: Vec<(String, Arc<[u8]>)> = files
            .map(|(path, text)| (path.to_owned(), text.into_bytes().into()))
            .collect();
        let mut paths: Vec<Arc<str>> = files.iter().map(|(path, _)| path.as_str().into()).collect();
        paths.sort();
        Tree { files, paths }
    }

    /// The folders that are charts.
    fn charts(&self) -> Vec<String> {
        let folders = self
            .paths
            .iter()
            .filter_map(|path| path.split_once("/templates/"));
        let mut folders: Vec<String> = folders.map(|(folder, _)| folder.to_owned()).collect();
        folders.dedup();
        folders
    }

    fn manifests(&self) -> Vec<String> {
        let plain = self.paths.iter().filter(|path| !path.contains('/'));
        let plain = plain.filter(|path| path.as_ref() != "evenkeel.yaml");
        plain.map(|path| path.to_string()).collect()
    }
}

impl Repository for Tree {
    fn paths(&self) -> &[Arc<str>] {
        &self.paths
    }

    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let file = self.files.iter().find(|(known, _)| known == path);
        file.map(|(_, text)| Arc::clone(text))
    }

    fn is_this(&self, _: &str) -> bool {
        true
    }
}

impl WorkTree for Tree {
    fn chart(
        &self,
        path: &str,
        helm: HelmVersion,
        renderer: &Renderer,
    ) -> Result<Arc<Chart>, Diagnostic> {
        let mut templates = Vec::new();
        let (mut values, mut values_file) = (Data::empty_map(), FileId::NONE);
        for (name, text) in &self.files {
            let Some(inner) = name.strip_prefix(&format!("{path}/")) else {
                continue;
            };
            let file = renderer
                .sources()
                .add(name.as_str(), Arc::clone(text), SourceKind::File);
            match inner {
                "values.yaml" => {
                    values = evenkeel_chart::read_values(text, file, helm).expect("values");
                    values_file = file;
                }
                inner if inner.starts_with("templates/") => {
                    templates.push(ChartFile::new(inner, Arc::clone(text), file));
                }
                _ => {}
            }
        }
        let metadata = Metadata {
            name: path.into(),
            version: "1.0.0".into(),
            api_version: "v2".into(),
            ..Metadata::default()
        };
        Ok(Arc::new(Chart {
            metadata: Arc::new(metadata),
            metadata_file: FileId::NONE,
            values,
            values_file,
            schema: None,
            lock: None,
            templates,
            files: Vec::new(),
            dependencies: Vec::new(),
            warnings: Vec::new(),
        }))
    }

    /// All files beside the kustomization, as they are.
    fn kustomize(&self, path: &str) -> Option<Result<Vec<u8>, String>> {
        let inner = |name: &str| Some(name.strip_prefix(path)?.strip_prefix('/')?.to_owned());
        let beside = self.files.iter().filter(|(name, _)| {
            inner(name).is_some_and(|name| !name.contains('/') && name != "kustomization.yaml")
        });
        let texts: Vec<&[u8]> = beside.map(|(_, text)| &**text).collect();
        Some(Ok(texts.join(&b"\n---\n"[..])))
    }

    fn has(&self, path: &str) -> bool {
        self.read(path).is_some()
    }

    fn has_directory(&self, path: &str) -> bool {
        self.paths.iter().any(|known| known.starts_with(path))
    }

    fn glob(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

/// An example, opened.
pub(crate) struct Repo {
    tree: Tree,
    pub(crate) config: Config,
    renderer: Renderer,
}

impl Repo {
    pub(crate) fn new(example: &Example) -> Repo {
        let tree = Tree::new(example);
        let renderer = Renderer::new();
        let text = tree.read("evenkeel.yaml");
        let text = text.unwrap_or_else(|| Arc::from(&b"envs: {prod: {}}"[..]));
        let file = renderer
            .sources()
            .add("evenkeel.yaml", Arc::clone(&text), SourceKind::File);
        let parsed = evenkeel_config::parse(&text, file);
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        Repo {
            tree,
            config: parsed.config,
            renderer,
        }
    }

    /// The plain manifests; where there are none, the charts.
    fn render(&self, name: &str, over: Option<Data>) -> Environment {
        let env = self.config.envs.get(name).expect("an environment");
        let mut values = vec![env.set.data.clone()];
        values.extend(over);
        let chart = |path: String| RootChart {
            release: Release {
                name: path.clone(),
                namespace: "apps".to_owned(),
                ..Release::default()
            },
            path,
            value_files: Vec::new(),
            values: values.clone(),
        };
        let files = self.tree.manifests();
        let root = match files.is_empty() {
            true => Root::Charts(self.tree.charts().into_iter().map(chart).collect()),
            false => Root::Manifests {
                files,
                namespace: "apps".to_owned(),
            },
        };
        let spec = Spec {
            name: name.to_owned(),
            root,
            helm: HelmVersion::default(),
            kube_version: None,
            api_versions: Vec::new(),
            clusters: Vec::new(),
            clock: Clock::default(),
            seed: None,
            progress: Arc::default(),
        };
        let environment = Environment::render(&spec, &self.tree, &self.renderer);
        let wrong: Vec<_> = environment.diagnostics().collect();
        let wrong: Vec<_> = wrong.iter().map(|(_, found)| &found.message).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        environment
    }

    pub(crate) fn environments(&self) -> Vec<Environment> {
        let names = self.config.envs.names();
        names.map(|name| self.render(name, None)).collect()
    }

    fn check(&self) -> Report {
        let environments = self.environments();
        let checked = Checked {
            environments: &environments,
            config: &self.config,
            custom: &CustomRules::default(),
            tree: &self.tree,
            renderer: &self.renderer,
        };
        let options = Options {
            rerender: Some(self),
            today: Date::new("2026-06-30"),
            ..Options::default()
        };
        check(&checked, &options)
    }
}

impl Rerender for Repo {
    fn with_domain(&self, env: &str, domain: &str) -> Result<Environment, String> {
        let over = format!("baseDomain: {domain}");
        let over = evenkeel_yaml::decode(over.as_bytes(), FileId::NONE).expect("YAML");
        Ok(self.render(env, Some(over)))
    }
}

/// File, line and message.
type Place = (String, u32, String);

fn wanted(example: &Example) -> Vec<Place> {
    let mut wanted = Vec::new();
    for (path, text) in example.files() {
        for (line, text) in (1..).zip(text.lines()) {
            for message in text.split("#~ ").skip(1) {
                wanted.push((path.to_owned(), line, message.trim_end().to_owned()));
            }
        }
    }
    wanted
}

fn found(repo: &Repo, finding: &Finding) -> Place {
    let sources = repo.renderer.sources();
    let place = finding.place;
    let name = sources
        .get(place.file)
        .map(|source| source.name.to_string());
    let line = sources
        .line_column(place.file, place.start)
        .map(|at| at.line);
    (
        name.unwrap_or_default(),
        line.unwrap_or_default(),
        finding.message.clone(),
    )
}

fn run(rule: &Rule, example: &Example) {
    let repo = Repo::new(example);
    let report = repo.check();
    let of_rule = report.all().filter(|finding| finding.rule == rule.code);
    let mut places: Vec<Place> = of_rule.map(|finding| found(&repo, finding)).collect();
    let mut wanted = wanted(example);
    places.sort();
    wanted.sort();
    let title = format!("{}: {}", rule.code, example.title);
    assert_eq!(places, wanted, "{title}");
    assert_eq!(
        wanted.is_empty(),
        example.outcome != Outcome::Fails,
        "{title}: marks fit the outcome"
    );
    let skipped: Vec<_> = report
        .not_evaluated
        .iter()
        .filter(|skipped| skipped.rule == rule.code)
        .collect();
    assert_eq!(
        !skipped.is_empty(),
        example.outcome == Outcome::NotEvaluated,
        "{title}: {skipped:?}"
    );
}

#[test]
fn examples_are_true() {
    for rule in RULES {
        for example in rule.examples {
            run(rule, example);
        }
    }
}

#[test]
fn every_rule_shows_what_fails_what_passes_and_what_nearly_fails() {
    for rule in RULES {
        for outcome in [Outcome::Fails, Outcome::Passes, Outcome::NearMiss] {
            let mut examples = rule.examples.iter();
            let shown = examples.any(|example| example.outcome == outcome);
            assert!(shown, "{}: {outcome:?}", rule.code);
        }
    }
}

#[test]
fn codes_are_unique_and_sorted_within_their_group() {
    let mut codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count);
}

const LOCALHOST: &str = "
-- evenkeel.yaml --
envs: {prod: {forbid: [localhost]}}
CONFIG
-- shop/values.yaml --
COMMENT
api: http://localhost:8080
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
  api: {{ .Values.api }}
";

fn report(config: &str, comment: &str) -> (Repo, Report) {
    let text = LOCALHOST
        .replace("CONFIG", config)
        .replace("COMMENT", comment);
    let example = Example {
        title: "",
        outcome: Outcome::Fails,
        repository: text.leak(),
    };
    let repo = Repo::new(&example);
    let report = repo.check();
    (repo, report)
}

#[test]
fn a_finding_knows_its_template_and_its_value() {
    let (repo, report) = report("", "# one\n# two");
    let [Folded { finding, .. }] = &report.findings[..] else {
        panic!("one finding, not {:?}", report.findings);
    };
    assert_eq!(found(&repo, finding).1, 5);
    let source = finding.source().expect("a value");
    assert_eq!(
        (source.what.as_str(), source.name.as_str()),
        ("chart default", "api")
    );
    let place = repo
        .renderer
        .sources()
        .locate(source.place.file, source.place.start);
    assert_eq!(place.as_deref(), Some("shop/values.yaml:3:1"));
}

#[test]
fn a_fingerprint_survives_when_lines_move() {
    let print = |comment: &str| report("", comment).1.findings[0].finding.fingerprint();
    assert_eq!(print(""), print("# moved\n\n"));
}

#[test]
fn levels_and_waivers_of_the_configuration_hold() {
    let counts = |config: &str| {
        let (_, report) = report(config, "");
        (
            report
                .all()
                .filter(|finding| finding.rule == "PAR-04")
                .count(),
            report.waived.len(),
            report.has_errors(),
        )
    };
    assert_eq!(counts(""), (1, 0, true));
    assert_eq!(counts("rules: {PAR-04: warn}"), (1, 0, false));
    assert_eq!(counts("rules: {PAR-04: off}"), (0, 0, false));
    let waive = |what: &str| {
        counts(&format!(
            "waive: [{{rule: PAR-04, reason: r, owner: o{what}}}]"
        ))
    };
    assert_eq!(waive(""), (0, 1, false));
    assert_eq!(waive(", app: shop"), (0, 1, false));
    assert_eq!(waive(", app: other"), (1, 0, true));
    assert_eq!(waive(", object: ConfigMap/shop, path: data"), (0, 1, false));
    assert_eq!(waive(", path: dat"), (1, 0, true));
}
