//! ENV-08.

use std::collections::BTreeMap;
use std::sync::Arc;

use evenkeel_diagnostics::{FileId, Severity, SourceKind, SourceMap, Span};
use evenkeel_gitops::{App, HelmRender};
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::context::Survey;
use crate::fields::walk;
use crate::files::{line_of, span_of_key};
use crate::removal;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "ENV-08",
    statement: "No Application always overrides a key of a values file with another value",
    severity: Severity::Warning,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
Parameters and inline values of an Application win over its values files. A key of a file that every Application \
overrides is changed in vain.

The rule looks at the values files that Applications name (not at a chart's own `values.yaml`, whose keys are defaults). \
A key is a finding if each Application of each environment that reads the file sets it in `helm.parameters`, \
`helm.values` or `helm.valuesObject`, and one of them to something else. The same value in both is none. `--fix` deletes such a key where it has lines of its own and is \
not the last of its parent.",
    examples: EXAMPLES,
    run: Run::Repository(check),
};

/// A key of a values file.
struct Key {
    path: FieldPath,
    place: Span,
    /// How many Applications read the file.
    readers: usize,
    /// How many of them override the key.
    overrides: usize,
    /// One that overrides it with another value: who, and what it says.
    other: Option<(String, String)>,
}

/// Keys by file and path, so that the order of findings is that of files.
type Keys = BTreeMap<(Arc<str>, u32, String), Key>;

fn check(survey: &mut Survey<'_>) {
    let mut keys = Keys::new();
    for context in survey.all {
        let sources = &context.environment.sources;
        for app in &context.environment.apps {
            let rendered = app.sources.iter().filter_map(|source| source.helm.as_ref());
            for helm in rendered.filter(|_| app.application.is_some()) {
                collect(app, helm, sources, &mut keys);
            }
        }
    }
    for key in keys.into_values() {
        if let (true, Some((who, value))) = (key.readers == key.overrides, key.other) {
            let message = format!("{who} always overrides `{}`, with {value}", key.path);
            let fix = removal::entry(key.place, survey.sources);
            let finding = Finding::at(key.place, message).fix(fix);
            survey.report(finding.hint("delete the key here, or stop passing it"));
        }
    }
}

/// Adds what one Application makes of the keys of its values files.
fn collect(app: &App, helm: &HelmRender, sources: &SourceMap, keys: &mut Keys) {
    let is_file = |file: FileId| {
        let source = sources.get(file);
        source.is_some_and(|source| source.kind == SourceKind::File)
    };
    let version = helm.request.helm;
    let layers = || helm.values.layers.iter();
    let above = layers().filter(|layer| !is_file(layer.file));
    let above: Vec<Data> = above.map(|layer| layer.values(version)).collect();
    for layer in layers().filter(|layer| is_file(layer.file)) {
        let values = layer.values(version);
        walk(&values, &mut Vec::new(), &mut |steps, data| {
            let is_leaf = !matches!(data, Data::Map(_)) && steps.iter().all(is_key);
            if is_leaf && !steps.is_empty() {
                let path = FieldPath(steps.to_vec());
                let origin = path.origin(&values).unwrap_or_default();
                let Some((file, offset)) = line_of(origin, sources) else {
                    return;
                };
                let name = path.to_string();
                let key = keys.entry((file, offset, name)).or_insert_with(|| Key {
                    place: span_of_key(last(&path), origin),
                    path: path.clone(),
                    readers: 0,
                    overrides: 0,
                    other: None,
                });
                key.readers += 1;
                // The strongest layer that says something.
                if let Some(winner) = above.iter().rev().find_map(|above| opinion(above, steps)) {
                    key.overrides += 1;
                    if text(winner) != text(data) && key.other.is_none() {
                        key.other = Some((app.name.clone(), text(winner)));
                    }
                }
            }
        });
    }
}

fn is_key(step: &Step) -> bool {
    matches!(step, Step::Key(_))
}

fn last(path: &FieldPath) -> &str {
    match path.0.last() {
        Some(Step::Key(key)) => key,
        _ => "",
    }
}

/// What a layer says of a path: the value there, or whatever it has instead of the map around it.
fn opinion<'d>(layer: &'d Data, steps: &[Step]) -> Option<&'d Data> {
    let mut at = layer;
    for step in steps {
        let (Data::Map(_), Step::Key(key)) = (at, step) else {
            return Some(at);
        };
        at = at.get(key)?;
    }
    Some(at)
}

/// A value as people write it: `"1"` and 1 are the same to them.
fn text(data: &Data) -> String {
    match data.as_str() {
        Some("") => "nothing".to_owned(),
        Some(text) => text.to_owned(),
        None => {
            let text = evenkeel_yaml::json::to_json(&data.to_value()).unwrap_or_default();
            String::from_utf8_lossy(&text).into_owned()
        }
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A parameter wins over the overlay",
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
    helm:
      valueFiles: [values-prod.yaml]
      parameters: [{name: baseDomain, value: apps.example.com}]
      valuesObject: {route: {path: /}}
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values.yaml --
baseDomain: ""
-- shop/values-prod.yaml --
baseDomain: apps.example.net #~ shop-prod always overrides `baseDomain`, with apps.example.com
route:
  path: /shop #~ shop-prod always overrides `route.path`, with /
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {host: "{{ .Values.baseDomain }}{{ .Values.route.path }}"}
"#,
    },
    Example {
        title: "Each layer has its own keys",
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
    helm:
      valueFiles: [values-prod.yaml]
      parameters: [{name: baseDomain, value: apps.example.com}]
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values-prod.yaml --
replicas: 2
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {host: "{{ .Values.baseDomain }}", replicas: "{{ .Values.replicas }}"}
"#,
    },
    Example {
        title: "The same value in both, a default, a file over a file, and another Application that needs the key",
        outcome: Outcome::NearMiss,
        repository: r#"
-- apps.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm:
      valueFiles: [values-common.yaml, values-prod.yaml]
      parameters: [{name: port, value: "8080"}, {name: host, value: a}, {name: tier, value: gold}]
  destination: {namespace: shop}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: mail-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm: {valueFiles: [values-common.yaml]}
  destination: {namespace: mail}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values.yaml --
host: b
-- shop/values-common.yaml --
tier: silver
size: 1
-- shop/values-prod.yaml --
port: 8080
size: 2 # not 3
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: "shop-{{ .Release.Name }}"}
data: {all: "{{ .Values.port }}{{ .Values.host }}{{ .Values.tier }}{{ .Values.size }}"}
"#,
    },
];
