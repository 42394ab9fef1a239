//! PAR-08.

use std::collections::{BTreeMap, HashMap, HashSet};

use evenkeel_chart::Chart;
use evenkeel_config::closest;
use evenkeel_diagnostics::{Origin, Severity, SourceKind};
use evenkeel_functions::{helm3, helm4};
use evenkeel_gitops::{Environment, HelmRender};
use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

use crate::context::Survey;
use crate::fields::walk;
use crate::files::{Line, line_of, span_of_key};
use crate::usage::Usage;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "PAR-08",
    statement: "Every key of a values file is in a layer below it, or a template reads it",
    severity: Severity::Warning,
    scope: Scope::General,
    inputs: &[Input::Objects, Input::Templates],
    docs: "\
A misspelt key of an overlay changes nothing, and Helm does not mind: the default of the right key stays.

The rule looks at the values files that Applications and roots name. A key is known if the defaults of the chart or of \
its dependencies, its schema, or a file before it have it, or if the templates may read it or something below it, in any \
of their branches. What is used as a whole (`toYaml .Values.resources`, `range .Values.hosts`) may hold any key. Where \
templates use their values in a way that does not tell which, all keys are known. Keys for YAML's own use (`x-…`, `_…`, \
with an anchor) and `global` are not looked at.

A file that several charts read is theirs together: a key is a finding if none of them knows it.",
    examples: EXAMPLES,
    run: Run::Repository(check),
};

/// What the charts that read a file say of its keys.
#[derive(Default)]
struct Keys {
    known: HashSet<(Line, String)>,
    unknown: BTreeMap<(Line, String), Finding>,
}

fn check(survey: &mut Survey<'_>) {
    let mut charts: HashMap<*const Chart, Usage> = HashMap::new();
    let mut keys = Keys::default();
    for context in survey.all {
        let environment = context.environment;
        let functions = match environment.helm.is_helm4() {
            true => helm4(),
            false => helm3(),
        };
        let sources = environment.apps.iter().flat_map(|app| &app.sources);
        for helm in sources.filter_map(|source| source.helm.as_ref()) {
            let chart = &*helm.chart;
            let usage = || Usage::of(chart, functions);
            let usage = charts.entry(chart).or_insert_with(usage);
            look(helm, usage, environment, &mut keys);
        }
    }
    for (key, finding) in keys.unknown {
        if !keys.known.contains(&key) {
            survey.report(finding);
        }
    }
}

/// The files of one source.
fn look(helm: &HelmRender, usage: &Usage, environment: &Environment, keys: &mut Keys) {
    let schema = helm.chart.schema.as_ref();
    let schema = schema.and_then(|file| {
        evenkeel_yaml::json::decode(file.data(), evenkeel_diagnostics::FileId::NONE).ok()
    });
    let mut lower = vec![helm.chart.values.clone()];
    for layer in &helm.values.layers {
        let source = environment.sources.get(layer.file);
        if source.is_none_or(|source| source.kind != SourceKind::File) {
            continue;
        }
        let values = layer.values(environment.helm);
        let mut search = Search {
            environment,
            chart: &helm.chart,
            lower: &lower,
            declared: schema.as_ref().map(declared).unwrap_or_default(),
            usage,
            values: &helm.values.data,
            keys,
        };
        search.look(&values, &mut Vec::new());
        lower.push(values);
    }
}

/// The names of a schema's properties, wherever they stand.
fn declared(schema: &Data) -> HashSet<String> {
    let mut names = HashSet::new();
    walk(schema, &mut Vec::new(), &mut |_, data| {
        if let Some(Data::Map(properties)) = data.get("properties") {
            let keys = properties.iter().map(|entry| &entry.key);
            names.extend(keys.map(|key| String::from_utf8_lossy(key).into_owned()));
        }
    });
    names
}

/// The layers below a file, and what the templates read.
struct Search<'s> {
    environment: &'s Environment,
    chart: &'s Chart,
    lower: &'s [Data],
    declared: HashSet<String>,
    usage: &'s Usage,
    values: &'s Data,
    keys: &'s mut Keys,
}

impl Search<'_> {
    /// Sorts the keys into those that are known and the highest that are not.
    fn look(&mut self, data: &Data, path: &mut Vec<String>) {
        let Data::Map(entries) = data else { return };
        for entry in entries.iter() {
            let key = String::from_utf8_lossy(&entry.key).into_owned();
            let is_own = path.is_empty() && key.starts_with(['.', '_']) || key.starts_with("x-");
            if is_own || key == "global" {
                continue;
            }
            path.push(key);
            let line = line_of(entry.origin, &self.environment.sources);
            let key = line.map(|line| (line, path.join(".")));
            if self.is_known(path) || self.is_known_below(&entry.value, path) {
                self.keys.known.extend(key);
                self.look(&entry.value, path);
            } else if let Some(key) = key
                && !self.keys.unknown.contains_key(&key)
            {
                let finding = self.finding(path, entry.origin);
                self.keys.unknown.insert(key, finding);
            }
            path.pop();
        }
    }

    fn is_known(&self, path: &[String]) -> bool {
        let field = FieldPath::of_keys(path.iter().map(String::as_str));
        let mut lower = self.lower.iter();
        lower.any(|layer| field.get(layer).is_some())
            || path.last().is_some_and(|last| self.declared.contains(last))
            || is_default_below(self.chart, path)
            || self.usage.reads(path, &[&self.lower[0], self.values])
    }

    fn is_known_below(&self, data: &Data, path: &mut Vec<String>) -> bool {
        let Data::Map(entries) = data else {
            return false;
        };
        entries.iter().any(|entry| {
            path.push(String::from_utf8_lossy(&entry.key).into_owned());
            let known = self.is_known(path) || self.is_known_below(&entry.value, path);
            path.pop();
            known
        })
    }

    fn finding(&self, path: &[String], origin: Origin) -> Finding {
        let (last, around) = path
            .split_last()
            .map_or(("", path), |(last, around)| (last.as_str(), around));
        let above = FieldPath::of_keys(around.iter().map(String::as_str));
        let siblings = self.lower.iter().filter_map(|layer| above.get(layer));
        let siblings = siblings.filter_map(|layer| match layer {
            Data::Map(entries) => Some(entries.iter()),
            _ => None,
        });
        let names: Vec<&str> = siblings
            .flatten()
            .filter_map(|entry| std::str::from_utf8(&entry.key).ok())
            .collect();
        let name = path.join(".");
        let message = format!("no layer below has `{name}`, and no template reads it");
        Finding::at(span_of_key(last, origin), message)
            .evidence(&name)
            .meant(closest(last, names.into_iter()))
            .hint("correct the key, or delete it")
    }
}

/// Whether a dependency's own defaults have the value of a path, whose first key is its name.
fn is_default_below(chart: &Chart, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return false;
    };
    let aliases = chart.metadata.dependencies.iter().flatten();
    let mut named = aliases.filter(|dependency| *dependency.alias == **first);
    let name = named
        .next()
        .map_or(first.as_str(), |dependency| &dependency.name);
    let field = FieldPath::of_keys(rest.iter().map(String::as_str));
    let mut inner = chart
        .dependencies
        .iter()
        .filter(|inner| inner.name() == name);
    inner.any(|inner| field.get(&inner.values).is_some() || is_default_below(inner, rest))
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A misspelt key",
        outcome: Outcome::Fails,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm: {valueFiles: [values-prod.yaml]}
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values.yaml --
persistence: {size: 1Gi}
-- shop/values-prod.yaml --
persistance: #~ no layer below has `persistance`, and no template reads it
  size: 4Gi
persistence:
  siez: 8Gi #~ no layer below has `persistence.siez`, and no template reads it
-- shop/templates/claim.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {size: "{{ .Values.persistence.size }}"}
"#,
    },
    Example {
        title: "Every key is known",
        outcome: Outcome::Passes,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm: {valueFiles: [values-prod.yaml]}
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values.yaml --
size: 1Gi
-- shop/values-prod.yaml --
size: 8Gi
-- shop/templates/claim.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {size: "{{ .Values.size }}"}
"#,
    },
    Example {
        title: "No layer has the keys, but templates take them, alone or with what is around",
        outcome: Outcome::NearMiss,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm: {valueFiles: [values-prod.yaml]}
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values-prod.yaml --
# persistance: {size: 4Gi}
x-common: &common {tier: web}
labels: *common
"route": {host: shop.example.com}
-- shop/templates/claim.yaml --
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
  labels: {{ toYaml .Values.labels | nindent 4 }}
data:
  {{- if .Values.hasRoute }}
  host: {{ .Values.route.host }}
  {{- end }}
"#,
    },
];
