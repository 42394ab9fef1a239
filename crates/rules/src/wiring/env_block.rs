//! ENV-02.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use evenkeel_config::closest;
use evenkeel_diagnostics::{Severity, SourceMap, Span};
use evenkeel_functions::{helm3, helm4};
use evenkeel_gitops::{App, HelmRender};
use evenkeel_manifest::Step;
use evenkeel_value::{Data, DataEntry};

use crate::context::{Context, Survey};
use crate::fields::walk;
use crate::files::{Line, line_of, span_of_key};
use crate::removal;
use crate::usage::Usage;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "ENV-02",
    statement: "The root chart reads every key of an environment's block, and all blocks have the same keys",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects, Input::Templates],
    docs: "\
A root chart often has a block of values for each environment: an item of `envs`, of which one is selected. A key that \
nothing reads looks like a switch and is none. A key that one block lacks is empty there, and what that means is \
decided by whatever reads it.

A list is one of blocks if its items are mappings and a key of them is the name of an environment; so is a mapping whose \
keys are the names of several. A key of a block counts as read if a template of the root or of its dependencies names \
it, as a field or in a text, or if what the root renders does, elsewhere than as a key of a generator's elements \
(`toYaml` of a whole block, and an ApplicationSet's template that reads the key). A mapping whose own keys are read counts \
too: templates range over such.

A key that most blocks have and one lacks is a warning at that block. `--fix` deletes keys that nothing reads, where \
they have lines of their own.",
    examples: EXAMPLES,
    run: Run::Repository(check),
};

/// The blocks of one list or mapping.
type Blocks<'d> = Vec<Block<'d>>;

/// What an environment's block holds.
struct Block<'d> {
    /// The environment.
    name: String,
    place: Span,
    entries: &'d [DataEntry],
}

fn check(survey: &mut Survey<'_>) {
    let names: Vec<&str> = survey
        .all
        .iter()
        .map(|at| at.environment.name.as_str())
        .collect();
    let words = words(survey.all);
    let mut found: BTreeMap<(Line, String), Finding> = BTreeMap::new();
    for context in survey.all {
        let sources = &context.environment.sources;
        for helm in context.environment.apps.iter().filter_map(root) {
            let functions = match context.environment.helm.is_helm4() {
                true => helm4(),
                false => helm3(),
            };
            let usage = Usage::of(&helm.chart, functions);
            let reads = Reads {
                usage: &usage,
                words: &words,
            };
            for values in layers(helm) {
                walk(&values, &mut Vec::new(), &mut |_, data| {
                    let blocks = blocks(data, &names, sources);
                    compare(&blocks, &reads, sources, &mut found);
                });
            }
        }
    }
    for finding in found.into_values() {
        survey.report(finding);
    }
}

/// The chart that stands at the root.
fn root(app: &App) -> Option<&HelmRender> {
    let is_root = app.parent.is_none();
    let mut charts = app
        .sources
        .iter()
        .filter_map(|source| source.helm.as_deref());
    charts.next().filter(|_| is_root)
}

/// The chart's defaults and the files over them.
fn layers(helm: &HelmRender) -> Vec<Data> {
    let version = helm.request.helm;
    let above = helm
        .values
        .layers
        .iter()
        .filter(|layer| layer.file.is_some());
    let above = above.map(|layer| layer.values(version));
    std::iter::once(helm.chart.values.clone())
        .chain(above)
        .collect()
}

/// The words of what roots render, but for the keys of generators' elements.
fn words(all: &[Context<'_>]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for context in all {
        let of_root = context.subjects().iter();
        let of_root = of_root.filter(|at| context.environment.apps[at.app].parent.is_none());
        for subject in of_root {
            walk(subject.data(), &mut Vec::new(), &mut |steps, data| {
                let key = |step: &Step| match step {
                    Step::Key(key) => Some(key.clone()),
                    _ => None,
                };
                if !steps
                    .iter()
                    .any(|step| key(step).as_deref() == Some("elements"))
                {
                    words.extend(steps.last().and_then(key));
                }
                let text = data.as_str().unwrap_or_default();
                let parts =
                    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
                words.extend(parts.map(str::to_owned));
            });
        }
    }
    words
}

/// The blocks that a value consists of; none if it is no list or mapping of them.
fn blocks<'d>(data: &'d Data, names: &[&str], sources: &SourceMap) -> Blocks<'d> {
    let is_file = |span: &Span| sources.get(span.file).is_some();
    let all: Vec<Block<'d>> = match data {
        Data::List(items) => items
            .iter()
            .filter_map(|item| {
                let Data::Map(entries) = &item.value else {
                    return None;
                };
                let mut texts = entries.iter().filter_map(|entry| entry.value.as_str());
                let name = texts.find(|text| names.contains(text))?;
                let place = span_of_key("", item.origin);
                Some(Block {
                    name: name.to_owned(),
                    place,
                    entries,
                })
            })
            .collect(),
        Data::Map(entries) => entries
            .iter()
            .filter_map(|entry| {
                let name = std::str::from_utf8(&entry.key).ok()?;
                let Data::Map(inner) = &entry.value else {
                    return None;
                };
                let place = span_of_key(name, entry.origin);
                let is_env = names.contains(&name);
                is_env.then(|| Block {
                    name: name.to_owned(),
                    place,
                    entries: inner,
                })
            })
            .collect(),
        _ => Vec::new(),
    };
    let is_enough = match data {
        Data::List(items) => all.len() == items.len(),
        _ => all.len() > 1,
    };
    match is_enough && all.iter().all(|block| is_file(&block.place)) {
        true => all,
        false => Vec::new(),
    }
}

/// What is read of blocks.
struct Reads<'u> {
    usage: &'u Usage,
    /// The words of what the root renders.
    words: &'u BTreeSet<String>,
}

impl Reads<'_> {
    fn has(&self, key: &str) -> bool {
        self.usage.names(key) || self.words.contains(key)
    }

    /// Whether an entry is one of a collection, over which a template ranges: not its name is read, but what it holds.
    fn is_item(&self, entry: &DataEntry) -> bool {
        let is_mapping = matches!(&entry.value, Data::Map(inner) if inner.iter().any(|at| self.has(&name_of(at))));
        is_mapping && !self.usage.names(&name_of(entry))
    }
}

fn compare(
    blocks: &Blocks<'_>,
    reads: &Reads<'_>,
    sources: &SourceMap,
    found: &mut BTreeMap<(Line, String), Finding>,
) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for entry in blocks.iter().flat_map(|block| block.entries) {
        *counts.entry(name_of(entry)).or_default() += 1;
    }
    let read: Vec<&String> = counts.keys().filter(|key| reads.has(key)).collect();
    let all = blocks.iter().flat_map(|block| block.entries);
    let items: BTreeSet<String> = all.filter(|at| reads.is_item(at)).map(name_of).collect();
    for block in blocks {
        for entry in block.entries {
            let key = name_of(entry);
            let is_read = reads.has(&key) || items.contains(&key);
            if let (false, Some(line)) = (is_read, line_of(entry.origin, sources)) {
                let message = format!("nothing in the root chart reads `{key}` of {}", block.name);
                let names = read.iter().map(|name| name.as_str());
                let place = span_of_key(&key, entry.origin);
                let finding = Finding::at(place, message)
                    .evidence(&key)
                    .fix(removal::entry(place, sources))
                    .meant(closest(&key, names))
                    .hint("hand it on, or delete it");
                found.insert((line, key), finding);
            }
        }
        let has = |key: &str| block.entries.iter().any(|entry| name_of(entry) == key);
        let most = counts
            .iter()
            .filter(|(_, count)| **count * 2 > blocks.len());
        for (key, _) in most.filter(|(key, _)| !has(key) && reads.has(key) && !items.contains(*key))
        {
            let place = evenkeel_diagnostics::Origin::new(block.place.file, block.place.start);
            let Some(line) = line_of(place, sources) else {
                continue;
            };
            let message = format!(
                "{} has no `{key}`, which the other environments have",
                block.name
            );
            let mut finding = Finding::at(block.place, message).evidence(key);
            finding.own_severity = Some(Severity::Warning);
            let finding = finding.hint("say what it is there, also where it is empty");
            found.insert((line, key.clone()), finding);
        }
    }
}

fn name_of(entry: &DataEntry) -> String {
    String::from_utf8_lossy(&entry.key).into_owned()
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A key that nothing reads, and a block that lacks one",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {}, sno: {}, prod: {}}
-- root/values.yaml --
envs:
  - name: local
    domain: a.example
    fooEnabled: true #~ nothing in the root chart reads `fooEnabled` of local
  - name: sno #~ sno has no `domain`, which the other environments have
  - name: prod
    domain: b.example
-- root/templates/config.yaml --
{{- range .Values.envs }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .name }}"}
data: {domain: "{{ .domain }}"}
{{- end }}
"#,
    },
    Example {
        title: "Each block has the same keys, and each is read",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {}, prod: {}}
-- root/values.yaml --
envs:
  - {name: local, domain: a.example}
  - {name: prod, domain: b.example}
-- root/templates/config.yaml --
{{- range .Values.envs }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .name }}"}
data: {domain: "{{ .domain }}"}
{{- end }}
"#,
    },
    Example {
        title: "Whole blocks become elements, another list has names too, one block has a key more, and mappings that a template ranges over",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {}, prod: {}}
-- root/values.yaml --
envs:
  # fooEnabled: true
  - {name: local, domain: a.example}
  - {"domain": b.example, name: prod, "tier": gold}
jobs:
  local: {dump: {at: noon}, purge: {at: dawn}}
  prod: {dump: {at: dusk}, load: {at: night}}
users:
  - {name: prod, shell: sh}
  - {name: guest, shell: zsh}
-- root/templates/jobs.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: jobs}
data:
  {{- range $name, $job := .Values.jobs.prod }}
  {{ $name }}: {{ $job.at }}
  {{- end }}
-- root/templates/set.yaml --
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shop}
spec:
  goTemplate: true
  generators:
    - list:
        elements: {{ toYaml .Values.envs | nindent 10 }}
  template:
    metadata: {name: "shop-{{ "{{ .name }}" }}"}
    spec:
      source: {repoURL: "https://git.example.com/platform.git", path: "{{ "shop-{{ .domain }}" }}", targetRevision: "{{ "{{ .tier | default `main` }}" }}"}
      destination: {namespace: shop}
-- shop-a.example/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
-- shop-b.example/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: b}
"#,
    },
];
