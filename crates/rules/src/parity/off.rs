//! PAR-02.

use std::collections::BTreeSet;

use evenkeel_diagnostics::{Severity, Span};
use evenkeel_gitops::explain::{Explainer, Layer};
use evenkeel_gitops::{App, Declaration, FieldPath};
use evenkeel_value::Data;

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
with its reason and who answers for it. The finding is at the value that turns it off, where a template's condition \
reads one, else at the environment that lacks it. An entry for an app that the environment runs nevertheless is a \
finding too, for its reason is not true any more.

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
            let place = switch(context, reference, app).unwrap_or_else(|| place(context));
            let finding = Finding::at(place, message).of_app(app).evidence(app).hint(format!(
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
    apps.map(|app| base(app, env)).collect()
}

/// The name of an Application without that of its environment.
fn base<'c>(app: &'c App, env: &str) -> &'c str {
    let base = app.name.strip_suffix(env);
    let base = base.and_then(|base| base.strip_suffix('-'));
    base.filter(|base| !base.is_empty()).unwrap_or(&app.name)
}

/// The value that turns an app off here: one that the Application of the reference has to thank for being there, and
/// that is false, or nothing, in the same chart here.
fn switch(context: &Context<'_>, reference: &Context<'_>, app: &str) -> Option<Span> {
    let (here, there) = (context.environment, reference.environment);
    let mut apps = there.apps.iter();
    let runs = apps.find(|known| known.application.is_some() && base(known, &there.name) == app)?;
    let parent = runs.parent?;
    let Declaration::Object { object, .. } = &runs.declaration else {
        return None;
    };
    let name = base(&there.apps[parent], &there.name);
    let mut twins = here.apps.iter();
    let twin = twins.position(|app| base(app, &here.name) == name)?;
    let source = there.apps[parent].objects.get(*object)?.source;
    let kind = FieldPath::of_keys(["kind"]);
    let found = Explainer::new(there, reference.renderer).explain(parent, *object, &kind)?;
    let explainer = Explainer::new(here, context.renderer);
    let conditions = found.conditions.iter().rev();
    let causes = conditions.flat_map(|condition| &condition.causes);
    let mut paths = causes.filter_map(|cause| cause.path.as_ref());
    paths.find_map(|path| {
        let layers = explainer.layers(twin, source, path);
        let winner = layers.first().filter(|layer| is_off(&layer.value))?;
        written(winner)
    })
}

/// Whether `if` takes a value for false.
fn is_off(value: &Data) -> bool {
    match value {
        Data::Null | Data::Bool(false) => true,
        Data::Map(entries) => entries.is_empty(),
        Data::List(items) => items.is_empty(),
        value => value.as_str() == Some(""),
    }
}

/// Where a layer's value was written: behind the Applications that hand it on.
fn written(layer: &Layer) -> Option<Span> {
    let Some(hop) = &layer.hop else {
        return layer.span.file.is_some().then_some(layer.span);
    };
    let mut causes = hop.causes.iter().filter_map(|cause| cause.layers.first());
    let writer = hop.writers.first().map(|writer| writer.span);
    causes.find_map(written).or(writer)
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
        title: "An app that a switch turns off",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs:
  local: {}
  prod:
    set:
      apps:
        cache:
          enabled: false #~ prod is without cache, which local runs
parity: {reference: local}
-- root/values.yaml --
apps: {web: {enabled: true}, cache: {enabled: true}}
-- root/templates/apps.yaml --
{{- range $name, $app := .Values.apps }}
{{- if $app.enabled }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ $name }}}
spec:
  source: {repoURL: "https://charts.example.net", chart: {{ $name }}, targetRevision: 1.0.0}
  destination: {namespace: shop}
{{- end }}
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
