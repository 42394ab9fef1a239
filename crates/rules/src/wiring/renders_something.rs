//! ENV-09.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;

use crate::apps::declared;
use crate::context::Check;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "ENV-09",
    statement: "Every Application deploys at least one object",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
Charts often switch everything off by default and leave it to an environment's values to switch it on. Where those \
values are missing, or empty, the Application is there, in sync, healthy, and deploys nothing.

An Application that is meant to be empty says so to Argo CD, which otherwise refuses to delete the last object: \
`syncPolicy.automated.allowEmpty: true`. It is not looked at.

An Application that cannot be rendered from here (a remote chart) is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let allow_empty = FieldPath::of_keys(["spec", "syncPolicy", "automated", "allowEmpty"]);
    for app in &context.environment.apps {
        let (Some(application), Some(data)) = (&app.application, app.data()) else {
            continue;
        };
        let may_be_empty = allow_empty.get(data) == Some(&evenkeel_value::Data::Bool(true));
        let is_wrong = |found: &evenkeel_diagnostics::Diagnostic| found.severity == Severity::Error;
        if !app.objects.is_empty() || may_be_empty || app.diagnostics.iter().any(is_wrong) {
            continue;
        }
        if let Some(reason) = app.opaque_reasons().next() {
            check.skip(format!("{}: {reason}", app.name));
            continue;
        }
        let Some(source) = application.sources.iter().find(|s| s.reference.is_empty()) else {
            continue;
        };
        let Some((subject, path)) = declared(context, app, &source.field) else {
            continue;
        };
        let message = format!("the Application {} deploys no object", app.name);
        let hint = match app.sources.iter().any(|source| source.helm.is_some()) {
            true => {
                "its chart renders nothing with these values: is the environment's values file missing or empty?"
            }
            false => "its path holds no manifests",
        };
        let finding = Finding::new(subject, path, message).hint(hint);
        check.report(finding);
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "The chart is off by default and nothing switches it on",
        outcome: Outcome::Fails,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: shop} #~ the Application shop-prod deploys no object
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values.yaml --
enabled: false
-- shop/templates/config.yaml --
{{- if .Values.enabled }}
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
{{- end }}
"#,
    },
    Example {
        title: "A parameter switches it on",
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
    helm: {parameters: [{name: enabled, value: "true"}]}
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values.yaml --
enabled: false
-- shop/templates/config.yaml --
{{- if .Values.enabled }}
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
{{- end }}
"#,
    },
    Example {
        title: "The Application may be empty",
        outcome: Outcome::NearMiss,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: shop}
  destination: {namespace: shop}
  syncPolicy: {automated: {allowEmpty: true}}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/templates/config.yaml --
{{- if .Values.enabled }}
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
{{- end }}
"#,
    },
];
