//! ENV-06.

use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;
use evenkeel_gitops::App;
use evenkeel_manifest::{FieldPath, Step, path_to};
use evenkeel_value::{Data, DataEntry};

use crate::apps::{Made, declared, has_part, made_by};
use crate::context::{Check, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "ENV-06",
    statement: "An environment's root gives that environment and no other",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
Several environments often share one root chart, and a value (`root.select`) decides which of them an Argo CD runs. \
One that lets a second element through deploys another environment into this cluster.

Of the ApplicationSets at the root, the elements that name an environment (a parameter is exactly the name of one of \
`envs`) must name this one, and one element must. Its parameters about a namespace or a domain must hold the declared \
`namespace` and `domain`. The Applications made of it carry the environment in their name and, where they have a label \
`env` or `environment`, in that. No Application deploys to the declared namespace of another environment.

Without `root.select` the rule is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Label keys that hold an environment, without their prefix.
const ENV_LABELS: &[&str] = &["env", "environment"];

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let Some(select) = context.select() else {
        check.undeclared(
            "the configuration names no value that selects an environment (`root.select`)",
        );
        return;
    };
    let mut is_there = false;
    let mut sets = Vec::new();
    for subject in context.of_kind("argoproj.io", "ApplicationSet") {
        let owner = &context.environment.apps[subject.app];
        if owner.parent.is_some() {
            continue;
        }
        if !owner.opaque.is_empty() {
            check.skip(format!(
                "the elements of {} are not known from here",
                subject.name()
            ));
            return;
        }
        sets.push(subject);
        for made in made_by(&context.environment.apps, subject) {
            is_there |= names_env(made, &context.environment.name);
            element(check, subject, made, select);
        }
    }
    let failed = |app: &App| {
        app.diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error)
    };
    if let Some(subject) = sets.first()
        && !is_there
        && !context.environment.apps.iter().any(failed)
    {
        let env = &context.environment.name;
        let message = format!("no element is named {env}");
        let hint = format!("{select} = {env} has to select one");
        let path = FieldPath::of_keys(["spec", "generators"]);
        let finding = Finding::new(subject, path, message).hint(hint);
        check.report(finding);
    }
    destinations(check);
}

fn names_env(made: Made<'_>, env: &str) -> bool {
    let params = made.generated.params.to_data();
    entries(&params)
        .iter()
        .any(|entry| entry.value.as_str() == Some(env))
}

fn entries(data: &Data) -> &[DataEntry] {
    match data {
        Data::Map(entries) => entries,
        _ => &[],
    }
}

/// One element: whose it is, and what it says of the environment.
fn element(check: &mut Check<'_>, set: &Subject<'_>, made: Made<'_>, select: &str) {
    let context = check.context;
    let env = context.environment.name.as_str();
    let params = made.generated.params.to_data();
    if !names_env(made, env) {
        let is_env = |entry: &&DataEntry| {
            entry
                .value
                .as_str()
                .is_some_and(|text| context.config.envs.get(text).is_some())
        };
        if let Some(entry) = entries(&params).iter().find(is_env) {
            let other = entry.value.as_str().unwrap_or_default();
            let message = format!("the root of {env} also gives {other}");
            let hint = format!("let `{select}` select the element of {env} alone");
            let finding = Finding::new(set, place(set, entry), message).hint(hint);
            check.report(finding);
        }
        return;
    }
    if let Some(settings) = context.settings {
        let declared = [
            ("namespace", &settings.namespace),
            ("domain", &settings.domain),
        ];
        for (what, fact) in declared {
            let Some(fact) = fact else { continue };
            if let Some(entry) = contradicts(&params, what, &fact.value) {
                let found = entry.value.as_str().unwrap_or_default();
                let message = format!(
                    "the {what} of {env} is `{found}`, declared is `{}`",
                    fact.value
                );
                let hint = "one of the two is wrong: the generator's element, or `evenkeel.yaml`";
                let finding = Finding::new(set, place(set, entry), message).hint(hint);
                check.report(finding);
            }
        }
    }
    carries(check, made);
}

/// The parameter about `what` that says something else, if none says it: of several the one most like the fact.
fn contradicts<'p>(params: &'p Data, what: &str, fact: &str) -> Option<&'p DataEntry> {
    let about = entries(params).iter().filter(|entry| {
        let key = String::from_utf8_lossy(&entry.key).to_ascii_lowercase();
        key.ends_with(what) && entry.value.as_str().is_some()
    });
    let about: Vec<&DataEntry> = about.collect();
    let text = |entry: &&DataEntry| entry.value.as_str().unwrap_or_default().to_owned();
    if about.iter().any(|entry| text(entry) == fact) {
        return None;
    }
    let texts: Vec<String> = about.iter().map(text).collect();
    let near = closest(fact, texts.iter().map(String::as_str));
    let nearest = about
        .iter()
        .find(|entry| Some(text(entry).as_str()) == near);
    nearest.or(about.first()).copied()
}

/// Where a parameter stands in its set.
fn place(set: &Subject<'_>, entry: &DataEntry) -> FieldPath {
    let key = Step::Key(String::from_utf8_lossy(&entry.key).into_owned());
    let path = path_to(set.data(), entry.origin, Some(&key));
    path.unwrap_or_else(|| FieldPath::of_keys(["spec", "generators"]))
}

/// The Application says which environment it is of.
fn carries(check: &mut Check<'_>, made: Made<'_>) {
    let context = check.context;
    let env = context.environment.name.as_str();
    let metadata = FieldPath::of_keys(["metadata"]);
    let mut wrong = Vec::new();
    if !has_part(&made.app.name, env) {
        let message = format!(
            "the Application's name `{}` does not hold `{env}`",
            made.app.name
        );
        wrong.push((metadata.join(Step::Key("name".to_owned())), message));
    }
    let labels = metadata.join(Step::Key("labels".to_owned()));
    let data = labels
        .get(&made.generated.application)
        .unwrap_or(&Data::Null);
    for entry in entries(data) {
        let key = String::from_utf8_lossy(&entry.key).into_owned();
        let value = entry.value.as_str().unwrap_or_default();
        let last = key.rsplit('/').next().unwrap_or(&key);
        if ENV_LABELS.contains(&last) && value != env {
            let message = format!("the label {key} is `{value}` in {env}");
            wrong.push((labels.join(Step::Key(key.clone())), message));
        }
    }
    for (path, message) in wrong {
        if let Some((subject, path)) = declared(context, made.app, &path) {
            let hint = "make it of the parameter that names the environment";
            let finding = Finding::new(subject, path, message).hint(hint);
            check.report(finding);
        }
    }
}

/// No Application deploys to the namespace of another environment.
fn destinations(check: &mut Check<'_>) {
    let context = check.context;
    let name = &context.environment.name;
    let own = context.settings.and_then(|env| env.namespace.as_ref());
    for app in &context.environment.apps {
        let namespace = app.destination.namespace.as_str();
        if own.is_some_and(|own| own.value == namespace) {
            continue;
        }
        let mut envs = context.config.envs.iter();
        let owner = envs.find(|(_, env)| {
            let declared = env.namespace.as_ref();
            declared.is_some_and(|declared| declared.value == namespace)
        });
        let Some((owner, _)) = owner.filter(|(owner, _)| owner.value != *name) else {
            continue;
        };
        let field = FieldPath::of_keys(["spec", "destination", "namespace"]);
        if let Some((subject, path)) = declared(context, app, &field) {
            let message = format!(
                "{} deploys to {namespace}, the namespace of {}",
                app.name, owner.value
            );
            let hint = "make the destination of what the environment's element says";
            let finding = Finding::new(subject, path, message).hint(hint);
            check.report(finding);
        }
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A second environment, another namespace, a label of nobody",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
root: {chart: root, select: envFilter}
envs: {prod: {namespace: shop-prod, domain: apps.example.com}, local: {}}
-- set.yaml --
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: umbrella}
spec:
  goTemplate: true
  generators:
    - list:
        elements:
          - name: prod #~ the root of local also gives prod
            appNamespace: shop-prd #~ the namespace of prod is `shop-prd`, declared is `shop-prod`
            baseDomain: apps.example.com
          - name: local #~ the root of prod also gives local
            appNamespace: shop-local
  template:
    metadata:
      name: "umbrella-{{ .name }}"
      labels:
        env: staging #~ the label env is `staging` in local #~ the label env is `staging` in prod
    spec:
      source: {repoURL: "https://charts.example.com", chart: umbrella, targetRevision: 1.0.0}
      destination: {namespace: "{{ .appNamespace }}"}
"#,
    },
    Example {
        title: "One element, and it is the environment's",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
root: {chart: root, select: envFilter}
envs: {prod: {namespace: shop-prod}}
-- set.yaml --
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: umbrella}
spec:
  goTemplate: true
  generators: [{list: {elements: [{name: prod, namespace: shop-prod}]}}]
  template:
    metadata: {name: "umbrella-{{ .name }}"}
    spec:
      source: {repoURL: "https://charts.example.com", chart: umbrella, targetRevision: 1.0.0}
      destination: {namespace: "{{ .namespace }}"}
"#,
    },
    Example {
        title: "A set of something else, and a second namespace",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
root: {chart: root, select: envFilter}
envs: {prod: {namespace: shop-prod}}
-- sets.yaml --
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: umbrella}
spec:
  goTemplate: true
  generators: [{list: {elements: [{name: prod, argocdNamespace: argocd, appNamespace: shop-prod}]}}]
  template:
    metadata: {name: "umbrella-{{ .name }}"}
    spec:
      source: {repoURL: "https://charts.example.com", chart: umbrella, targetRevision: 1.0.0}
      destination: {namespace: "{{ .argocdNamespace }}"}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: addons}
spec:
  goTemplate: true
  generators: [{list: {elements: [{addon: metrics}, {addon: logs}]}}]
  template:
    metadata: {name: "{{ .addon }}"}
    spec:
      source: {repoURL: "https://charts.example.com", chart: "{{ .addon }}", targetRevision: 1.0.0}
      destination: {namespace: addons}
"#,
    },
    Example {
        title: "Nothing selects an environment",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
];
