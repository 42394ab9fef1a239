//! ApplicationSets as Argo CD's own controller expands them: `fixtures/gitops/applicationset`.
//!
//! A case is a folder: `in.yaml` is the set, `files/` the work tree, `clusters.yaml` the declared clusters. `want.yaml`
//! was recorded from Argo CD 3.1.16: the Applications, without what Go's types leave out, and the first error.

#![expect(clippy::disallowed_methods, reason = "a test that reads fixtures")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use evenkeel_diagnostics::{FrameId, Origin, SourceKind, SourceMap};
use evenkeel_gitops::applicationset::{
    Cluster, Expansion, Inputs, Repository, Style, execute_leaf, expand,
};
use evenkeel_template::{Function, Host};
use evenkeel_value::{Data, DataEntry, DataItem, Str, Type, Value};

struct Tree {
    root: PathBuf,
    paths: Vec<Arc<str>>,
}

impl Tree {
    fn new(root: PathBuf) -> Tree {
        let mut paths = Vec::new();
        walk(&root, &root, &mut paths);
        paths.sort();
        Tree { root, paths }
    }
}

fn walk(root: &Path, folder: &Path, paths: &mut Vec<Arc<str>>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(root, &path, paths);
        } else {
            let path = path.strip_prefix(root).expect("below the root");
            paths.push(path.to_string_lossy().into());
        }
    }
}

impl Repository for Tree {
    fn paths(&self) -> &[Arc<str>] {
        &self.paths
    }

    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        std::fs::read(self.root.join(path)).ok().map(Arc::from)
    }

    fn is_this(&self, url: &str) -> bool {
        url == "https://git.example.com/platform.git"
    }
}

struct World;

impl Host for World {
    fn methods(&self, ty: Type) -> &'static [Function] {
        evenkeel_functions::methods(ty)
    }

    fn now(&self) -> (i64, u32) {
        (0, 0)
    }

    fn random(&self, _: &mut [u8]) {}

    fn lookup(&self, _: &Str, _: &Str, _: &Str, _: &Str) -> Value {
        Value::Nil
    }
}

fn read(path: &Path, sources: &SourceMap) -> Option<Data> {
    let content: Arc<[u8]> = std::fs::read(path).ok()?.into();
    let name = path.file_name()?.to_string_lossy();
    let file = sources.add(name, Arc::clone(&content), SourceKind::File);
    Some(evenkeel_yaml::decode(&content, file).expect("the fixture is YAML"))
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/gitops/applicationset")
}

fn clusters(data: Option<Data>) -> Vec<Cluster> {
    let Some(Data::List(items)) = data else {
        return Vec::new();
    };
    let text = |data: &Data, name| {
        let text = data.get(name).and_then(Data::as_str);
        text.unwrap_or_default().to_owned()
    };
    let map = |data: &Data, name| match data.get(name) {
        Some(Data::Map(entries)) => entries
            .iter()
            .map(|entry| {
                let key = String::from_utf8_lossy(&entry.key).into_owned();
                (key, entry.value.as_str().unwrap_or_default().to_owned())
            })
            .collect(),
        _ => BTreeMap::new(),
    };
    let cluster = |item: &DataItem| Cluster {
        name: text(&item.value, "name"),
        server: text(&item.value, "server"),
        project: text(&item.value, "project"),
        labels: map(&item.value, "labels"),
        annotations: map(&item.value, "annotations"),
        origin: item.origin,
    };
    items.iter().map(cluster).collect()
}

fn run(case: &Path, sources: &SourceMap) -> Expansion {
    let set = read(&case.join("in.yaml"), sources).expect("in.yaml is there");
    let tree = Tree::new(case.join("files"));
    let clusters = clusters(read(&case.join("clusters.yaml"), sources));
    let inputs = Inputs {
        repository: &tree,
        clusters: &clusters,
        host: &World,
    };
    expand(&set, &inputs, sources)
}

/// Without what `omitempty` leaves out; free-form values stay.
fn bare(data: &Data) -> Data {
    match data {
        Data::Map(entries) => {
            let kept = entries.iter().map(|entry| DataEntry {
                value: if entry.key.as_ref() == b"valuesObject" {
                    entry.value.clone()
                } else {
                    bare(&entry.value)
                },
                ..entry.clone()
            });
            Data::Map(kept.filter(|entry| !is_empty(&entry.value)).collect())
        }
        Data::List(items) => Data::List(
            items
                .iter()
                .map(|item| DataItem {
                    value: bare(&item.value),
                    ..item.clone()
                })
                .collect(),
        ),
        other => other.clone(),
    }
}

fn is_empty(data: &Data) -> bool {
    match data {
        Data::Null | Data::Bool(false) => true,
        Data::Float(n) => *n == 0.0,
        Data::Str(text) => text.is_empty(),
        Data::List(items) => items.is_empty(),
        Data::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

fn name(application: &Data) -> String {
    let name = application.get("metadata").and_then(|m| m.get("name"));
    name.and_then(Data::as_str).unwrap_or_default().to_owned()
}

fn yaml(data: &Data) -> String {
    let text = evenkeel_yaml::to_yaml(&data.to_value()).expect("data can be written");
    String::from_utf8_lossy(&text).into_owned()
}

/// What differs, or nothing.
fn check(case: &Path) -> Vec<String> {
    let sources = SourceMap::new();
    let want = read(&case.join("want.yaml"), &sources).expect("want.yaml is there");
    let expansion = run(case, &sources);
    let mut wrong = Vec::new();
    let mut got: Vec<_> = expansion
        .applications
        .iter()
        .map(|generated| bare(&generated.application))
        .collect();
    // Argo CD gives those of a merge in no order; they were recorded by name.
    if text_of(case).contains("merge:") {
        got.sort_by_key(name);
    }
    let wanted: Vec<_> = match want.get("applications") {
        Some(Data::List(items)) => items.iter().map(|item| bare(&item.value)).collect(),
        _ => Vec::new(),
    };
    if got != wanted {
        let show = |all: &[Data]| all.iter().map(yaml).collect::<Vec<_>>().join("---\n");
        wrong.push(format!("got:\n{}want:\n{}", show(&got), show(&wanted)));
    }
    let natives: Vec<_> = expansion
        .diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic.native.as_deref())
        .collect();
    let mut expected: Vec<String> = match want.get("duplicates") {
        Some(Data::List(items)) => items
            .iter()
            .map(|item| {
                let set = case.file_name().expect("a name").to_string_lossy();
                let name = item.value.as_str().expect("a name");
                format!("ApplicationSet {set} contains applications with duplicate name: {name}")
            })
            .collect(),
        _ => Vec::new(),
    };
    expected.extend(want.get("error").and_then(Data::as_str).map(str::to_owned));
    for text in &expected {
        if !natives.contains(&text.as_str()) {
            wrong.push(format!("no error: {text}\nbut: {natives:#?}"));
        }
    }
    if expected.is_empty() && !natives.is_empty() {
        wrong.push(format!("errors: {natives:#?}"));
    }
    for diagnostic in &expansion.diagnostics {
        if !diagnostic.primary.span.file.is_some() {
            wrong.push(format!("no place: {}", diagnostic.message));
        }
    }
    wrong
}

fn text_of(case: &Path) -> String {
    std::fs::read_to_string(case.join("in.yaml")).expect("in.yaml is there")
}

#[test]
fn sets_expand_as_in_argo_cd() {
    let mut failed = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(cases()).expect("fixtures are there") {
        let case = entry.expect("an entry").path();
        count += 1;
        for wrong in check(&case) {
            failed.push(format!("{}: {wrong}", case.display()));
        }
    }
    assert!(count > 100, "only {count} cases");
    assert!(
        failed.is_empty(),
        "{} of {count}:\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}

#[test]
fn places_lead_to_templates_elements_and_files() {
    let sources = SourceMap::new();
    let expansion = run(&cases().join("git-files"), &sources);
    let first = &expansion.applications[0];
    let place = |origin: Origin| {
        sources
            .locate(origin.file, origin.offset)
            .unwrap_or_default()
    };
    let labels = first
        .application
        .get("metadata")
        .and_then(|m| m.get("labels"));
    let server = labels.and_then(|l| l.entry("server")).expect("a label");
    assert_eq!(place(server.origin), "in.yaml:18:9");
    let params = first.params.to_data();
    let cluster = params.get("cluster").expect("from the file");
    let server = cluster.entry("server").expect("from the file");
    assert_eq!(place(server.origin), "envs/dev/config.yaml:2:11");
    assert_eq!(place(first.elements[0]), "envs/dev/config.yaml:1:1");
}

/// Expands a set given as text, in no repository.
fn expand_text(text: &str) -> (Expansion, SourceMap) {
    let sources = SourceMap::new();
    let content: Arc<[u8]> = text.as_bytes().into();
    let file = sources.add("set.yaml", Arc::clone(&content), SourceKind::File);
    let set = evenkeel_yaml::decode(&content, file).expect("the set is YAML");
    let tree = Tree {
        root: PathBuf::new(),
        paths: Vec::new(),
    };
    let inputs = Inputs {
        repository: &tree,
        clusters: &[],
        host: &World,
    };
    (expand(&set, &inputs, &sources), sources)
}

const TEMPLATE: &str = "template: {metadata: {name: 'app-{{ .name }}'}, spec: {project: default}}";

#[test]
fn what_only_a_service_knows_is_opaque() {
    for (generator, reason) in [
        (
            "pullRequest: {}",
            "it lists pull requests of a source code host",
        ),
        (
            "scmProvider: {}",
            "it lists repositories of a source code host",
        ),
        (
            "clusterDecisionResource: {}",
            "it reads an object of the cluster",
        ),
        ("plugin: {}", "it calls a plugin"),
        (
            "clusters: {selector: {matchLabels: {env: prod}}}",
            "it selects clusters by their labels, and none is declared",
        ),
        (
            "git: {repoURL: 'https://git.example.com/other.git', files: [{path: a}]}",
            "it reads another repository, https://git.example.com/other.git",
        ),
        (
            "matrix: {generators: [{list: {elements: [{a: b}]}}, {plugin: {}}]}",
            "it calls a plugin",
        ),
    ] {
        let text = format!(
            "spec:\n  generators:\n  - {generator}\n  - list: {{elements: [{{name: a}}]}}\n  goTemplate: true\n  {TEMPLATE}\n"
        );
        let (expansion, sources) = expand_text(&text);
        let [opaque] = expansion.opaque.as_slice() else {
            panic!("{generator}: {expansion:#?}");
        };
        assert_eq!(opaque.reason, reason);
        let at = sources.line_column(opaque.origin.file, opaque.origin.offset);
        assert_eq!(at.map(|at| at.line), Some(3), "{generator}");
        assert_eq!(expansion.applications.len(), 1);
        assert!(expansion.diagnostics.is_empty());
    }
}

#[test]
fn errors_name_their_place_and_their_elements() {
    for (set, place, message) in [
        (
            "goTemplate: true\ngoTemplateOptions: [missingkey=never]\ngenerators: []",
            "set.yaml:5:23",
            "ApplicationSet s: unrecognized option: missingkey=never",
        ),
        (
            "goTemplate: true\ngenerators: [{list: {elements: [{name: Bad_Name}]}}]",
            "set.yaml:6:25",
            "ApplicationSet s: the Application's name \"app-Bad_Name\" is invalid",
        ),
        (
            "goTemplate: true\ngoTemplateOptions: [missingkey=error]\ngenerators: [{list: {elements: [{n: a}]}}]",
            "set.yaml:7:25",
            "ApplicationSet s: <.name>: map has no entry for key \"name\"",
        ),
        (
            "goTemplate: true\ngenerators: [{lists: {}}]",
            "set.yaml:5:16",
            "ApplicationSet s: unrecognized generator",
        ),
    ] {
        let body: String = set.lines().map(|line| format!("  {line}\n")).collect();
        let text = format!("metadata:\n  name: s\nspec:\n{body}  {TEMPLATE}\n");
        let (expansion, sources) = expand_text(&text);
        let [diagnostic] = expansion.diagnostics.as_slice() else {
            panic!("{set}: {:#?}", expansion.diagnostics);
        };
        let span = diagnostic.primary.span;
        assert_eq!(diagnostic.message, message);
        assert_eq!(
            sources.locate(span.file, span.start).as_deref(),
            Some(place),
            "{set}"
        );
        assert!(
            !diagnostic.help.is_empty() || !diagnostic.secondary.is_empty(),
            "{set}"
        );
    }
}

#[test]
fn one_message_tells_of_all_elements_that_fail_alike() {
    let elements: Vec<_> = (0..100).map(|n| format!("{{n: {n}}}")).collect();
    let elements = elements.join(", ");
    let (expansion, _) = expand_text(&format!(
        "spec:\n  goTemplate: true\n  goTemplateOptions: [missingkey=error]\n  generators: [{{list: {{elements: [{elements}]}}}}]\n  {TEMPLATE}\n"
    ));
    let [diagnostic] = expansion.diagnostics.as_slice() else {
        panic!("{:#?}", expansion.diagnostics);
    };
    assert_eq!(diagnostic.secondary.len(), 4);
}

#[test]
fn endless_products_and_loops_end() {
    let many: Vec<_> = (0..200).map(|n| format!("{{a{n}: 1}}")).collect();
    let list = format!("{{list: {{elements: [{}]}}}}", many.join(", "));
    for generators in [
        format!("[{{matrix: {{generators: [{list}, {list}]}}}}]"),
        "[{list: {elements: [{name: '{{ range until 100000000 }}{{ end }}'}]}}]".to_owned(),
    ] {
        let (expansion, _) = expand_text(&format!(
            "spec:\n  goTemplate: true\n  generators: {generators}\n  template: {{metadata: {{name: '{{{{ range until 100000000 }}}}x{{{{ end }}}}'}}}}\n"
        ));
        let codes: Vec<_> = expansion
            .diagnostics
            .iter()
            .map(|d| d.code.0.as_ref())
            .collect();
        assert_eq!(codes, ["applicationset/limit"]);
    }
}

#[test]
fn a_leaf_can_be_executed_again() {
    let (expansion, sources) = expand_text(&format!(
        "spec:\n  goTemplate: true\n  generators:\n  - list:\n      elements:\n      - name: one\n  {TEMPLATE}\n"
    ));
    let generated = &expansion.applications[0];
    let metadata = generated.template.get("metadata").expect("in the template");
    let Some(Data::Str(template)) = metadata.get("name") else {
        panic!("{metadata:?}");
    };
    let Style::Go(missing_key) = expansion.style else {
        panic!("{:?}", expansion.style);
    };
    let file = sources.add("leaf", Arc::clone(template), SourceKind::Inline);
    let params = &generated.params;
    let run = execute_leaf(template, params, missing_key, file, &World, &sources).expect("it ran");
    assert_eq!(run.output.as_bytes(), b"app-one");
    let reads: Vec<_> = (0..run.frames.len())
        .flat_map(|frame| run.reads.of(FrameId(u32::try_from(frame).expect("few"))))
        .map(|read| sources.locate(read.origin.file, read.origin.offset))
        .collect();
    assert_eq!(reads, [Some("set.yaml:6:9".to_owned())]);
}
