//! PAR-02.

use std::collections::BTreeSet;

use evenkeel_diagnostics::{Severity, Span};

use crate::context::{Check, Context};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "PAR-02",
    statement: "What the reference environment runs, every environment runs, or says why not",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects, Input::Configuration],
    docs: "\
An app that is off without a reason is either forgotten or decided by somebody whom nobody can ask.

`parity.reference` names the environment that the others follow. Each of its Applications is looked for in the others, \
by its name without the environment's (`web-local` is `web-prod`). One that is missing needs an entry in `parity.off`, \
with its reason and who answers for it. The finding is at the environment that lacks it. An entry for an app that the \
environment runs nevertheless is a finding too, for its reason is not true any more.

Without `parity.reference` the rule is not evaluated, nor where one of the two environments does not render.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let Some(reference) = context.reference() else {
        return check.undeclared(
            "the configuration names no environment that others follow (`parity.reference`)",
        );
    };
    let own = context.environment.name.as_str();
    if own == reference {
        return;
    }
    let mut all = check.all.iter();
    let Some(reference) = all.find(|other| other.environment.name == reference) else {
        return check.skip(format!("the environment {reference} is not there"));
    };
    if !context.is_complete() || !reference.is_complete() {
        return check.skip("not all of the environment and of its reference renders");
    }
    let runs = apps(context);
    let off = context.config.parity.off.iter();
    let off: Vec<_> = off.filter(|off| off.value.env.value == own).collect();
    for app in apps(reference).difference(&runs) {
        if !off.iter().any(|off| off.value.app.value == *app) {
            let message = format!(
                "{own} is without {app}, which {} runs",
                reference.environment.name
            );
            let finding = Finding::at(place(context), message).of_app(app).evidence(app).hint(format!(
                "enable it in {own}, or add `{{ env: {own}, app: {app}, reason: …, owner: … }}` to `parity.off`"
            ));
            check.report(finding);
        }
    }
    for off in off {
        let app = &off.value.app.value;
        if runs.contains(app.as_str()) {
            let message = format!("{app} is off in {own} by `parity.off`, and {own} runs it");
            let finding = Finding::at(off.span, message)
                .of_app(app)
                .hint("take the entry out, or disable the app");
            check.report(finding);
        }
    }
}

/// The Applications of an environment, without its name in theirs.
fn apps<'c>(context: &'c Context<'_>) -> BTreeSet<&'c str> {
    let env = context.environment.name.as_str();
    let apps = context.environment.apps.iter();
    let apps = apps.filter(|app| app.application.is_some());
    apps.map(|app| {
        let base = app.name.strip_suffix(env);
        let base = base.and_then(|base| base.strip_suffix('-'));
        base.filter(|base| !base.is_empty()).unwrap_or(&app.name)
    })
    .collect()
}

/// Where the configuration declares the environment, else its reference.
fn place(context: &Context<'_>) -> Span {
    let mut envs = context.config.envs.iter();
    let declared = envs.find(|(name, _)| name.value == context.environment.name);
    let reference = context.config.parity.reference.as_ref();
    let reference = reference.map_or(Span::NONE, |reference| reference.span);
    declared.map_or(reference, |(name, _)| name.span)
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "An app that nobody gives a reason for, and a reason that is not true",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs:
  local: {set: {apps: [web, cache]}}
  prod: {set: {apps: [web]}} #~ prod is without cache, which local runs
parity:
  reference: local
  off:
    - {env: prod, app: web, reason: none any more, owner: platform} #~ web is off in prod by `parity.off`, and prod runs it
-- root/templates/apps.yaml --
{{- range .Values.apps }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ . }}}
spec:
  source: {repoURL: "https://charts.example.net", chart: {{ . }}, targetRevision: 1.0.0}
  destination: {namespace: shop}
{{- end }}
"#,
    },
    Example {
        title: "Both run the same",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {set: {env: local}}, prod: {set: {env: prod}}}
parity: {reference: local}
-- root/templates/apps.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web-{{ .Values.env }}}
spec:
  source: {repoURL: "https://charts.example.net", chart: web, targetRevision: 1.0.0}
  destination: {namespace: shop}
"#,
    },
    Example {
        title: "Off with a reason, and more than the reference has",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {set: {apps: [web, cache]}}, prod: {set: {apps: [web, metrics]}}}
parity:
  reference: local
  off: [{env: prod, app: cache, reason: the provider's is used, owner: platform}]
-- root/templates/apps.yaml --
{{- range .Values.apps }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ . }}}
spec:
  source: {repoURL: "https://charts.example.net", chart: {{ . }}, targetRevision: 1.0.0}
  destination: {namespace: shop}
{{- end }}
"#,
    },
    Example {
        title: "No environment is the reference",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
];
