//! ENV-03.

use std::collections::HashMap;

use evenkeel_chart::Chart;
use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;
use evenkeel_functions::{helm3, helm4};
use evenkeel_manifest::Step;
use evenkeel_value::Data;

use crate::apps::declared;
use crate::context::Check;
use crate::usage::Usage;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "ENV-03",
    statement: "The chart reads every Helm parameter that an Application sends",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects, Input::Templates],
    docs: "\
Helm takes any parameter. One whose name is misspelt sets a value that nobody reads, and the default stays in force \
without a word.

The rule looks at the templates of the chart and of its dependencies, at all of their branches. A parameter counts as \
read if its last key is named anywhere in them, as a field or in a text, or if something around it is used as a whole \
(`toYaml .Values.resources`, `$x := .Values.a`), or if it decides on a dependency (`condition`, `tags`). Where \
templates use their values in a way that does not tell which, all count as read.

Remote charts are not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let functions = match context.environment.helm.is_helm4() {
        true => helm4(),
        false => helm3(),
    };
    let mut known: HashMap<*const Chart, Usage> = HashMap::new();
    for app in &context.environment.apps {
        let Some(application) = &app.application else {
            continue;
        };
        for (source, render) in application.sources.iter().zip(&app.sources) {
            let parameters = source.helm.iter().flat_map(|helm| &helm.parameters);
            if let (Some(reason), true) = (&render.opaque, parameters.clone().next().is_some()) {
                check.skip(format!("{}: {reason}", app.name));
            }
            let Some(prepared) = &render.helm else {
                continue;
            };
            let chart = &*prepared.chart;
            for (index, parameter) in parameters.enumerate() {
                let usage = known
                    .entry(chart)
                    .or_insert_with(|| Usage::of(chart, functions));
                let path = keys(&parameter.name);
                if usage.reads(&path, &[&chart.values, &prepared.values.data]) {
                    continue;
                }
                let steps = ["helm", "parameters"].map(|key| Step::Key(key.to_owned()));
                let steps = steps.into_iter().chain([Step::Index(index)]);
                let field = steps.fold(source.field.clone(), |path, step| path.join(step));
                let field = field.join(Step::Key("name".to_owned()));
                let Some((subject, place)) = declared(context, app, &field) else {
                    continue;
                };
                let names = defaults(&chart.values);
                let others = names.iter().map(String::as_str);
                let meant = closest(
                    &parameter.name,
                    others.filter(|name| *name != parameter.name),
                );
                let message = format!(
                    "nothing in the chart {} reads the parameter `{}`",
                    chart.name(),
                    parameter.name
                );
                let finding = Finding::new(subject, place, message)
                    .evidence(&parameter.name)
                    .meant(meant)
                    .hint("name a value that the chart reads, or stop sending it");
                check.report(finding);
            }
        }
    }
}

/// The keys of a parameter's name, without indexes: dots behind a backslash are part of a key.
fn keys(name: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    let mut chars = name.chars();
    while let Some(c) = chars.next() {
        match (c, keys.last_mut()) {
            ('\\', Some(key)) => key.extend(chars.next()),
            ('.', _) => keys.push(String::new()),
            (c, Some(key)) => key.push(c),
            _ => {}
        }
    }
    for key in &mut keys {
        if let Some(at) = key.find('[') {
            key.truncate(at);
        }
    }
    keys
}

/// The paths of a chart's defaults.
fn defaults(values: &Data) -> Vec<String> {
    let mut names = Vec::new();
    crate::fields::walk(values, &mut Vec::new(), &mut |steps, _| {
        if !steps.is_empty() && steps.iter().all(|step| matches!(step, Step::Key(_))) {
            names.push(evenkeel_manifest::FieldPath(steps.to_vec()).to_string());
        }
    });
    names
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A name in another case",
        outcome: Outcome::Fails,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ci-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: ci
    helm:
      parameters:
        - name: pipelines.fsgroup #~ nothing in the chart ci reads the parameter `pipelines.fsgroup`
          value: "1000"
  destination: {namespace: ci}
-- ci/Chart.yaml --
{apiVersion: v2, name: ci, version: 1.0.0}
-- ci/values.yaml --
pipelines: {fsGroup: ""}
-- ci/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: ci}
data: {group: {{ .Values.pipelines.fsGroup | quote }}}
"#,
    },
    Example {
        title: "The chart reads it",
        outcome: Outcome::Passes,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ci-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: ci
    helm: {parameters: [{name: domain, value: apps.example.com}]}
  destination: {namespace: ci}
-- ci/Chart.yaml --
{apiVersion: v2, name: ci, version: 1.0.0}
-- ci/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: ci}
data: {domain: {{ .Values.domain | quote }}}
"#,
    },
    Example {
        title: "Read in a branch that is not taken, through another name, or as a part of something",
        outcome: Outcome::NearMiss,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ci-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: ci
    helm:
      parameters:
        - {name: route.host, value: ci.example.com}
        - {name: pipelines.fsGroup, value: "1000"}
        - {name: resources.limits.cpu, value: 500m}
        - {name: 'labels.example\.com/team', value: shop}
  destination: {namespace: ci}
-- ci/Chart.yaml --
{apiVersion: v2, name: ci, version: 1.0.0}
-- ci/templates/config.yaml --
{{- $pipelines := .Values.pipelines }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: ci
  {{- with .Values.labels }}
  labels: {{ toYaml . | nindent 4 }}
  {{- end }}
data:
  group: {{ $pipelines.fsGroup | quote }}
  {{- if .Values.hasRoute }}
  host: {{ .Values.route.host }}
  resources: {{ toYaml .Values.resources | quote }}
  {{- end }}
"#,
    },
];
