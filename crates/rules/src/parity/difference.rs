//! PAR-05.

use evenkeel_diagnostics::Severity;
use evenkeel_diff::{App, AppDiff, Change, ChangeKind, ObjectDiff, Presence, compare_with};
use evenkeel_manifest::{FieldPath, Identity, Step};
use evenkeel_value::Data;

use crate::apps::declared;
use crate::context::{Check, Context, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "PAR-05",
    statement: "Every difference from the reference environment follows from the environment, or is explained",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects, Input::Configuration],
    docs: "\
What was tried in one environment holds in the next as far as they are the same. A difference that nobody meant is \
found when it hurts.

`parity.reference` names the environment that the others follow. Each other one is compared with it as `evenkeel diff` \
does, by Application, object and field. A difference that follows from the environments' names, namespaces or domains \
is in order, and so is one that an entry of `expect` explains. Each other one is a finding, at the field of the \
environment that differs; where only the reference has an object, at the Application that lacks it. Applications that \
only the reference has are left to PAR-02, and a difference that another rule finds wrong is left to that rule. An entry \
of `expect` for one environment that explains nothing there is a finding, too.

Without `parity.reference` the rule is not evaluated, nor where one of the two environments does not render.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// The longest value that a message shows.
const LONGEST: usize = 60;

/// The shortest part of a text that tells where it came from.
const SHORTEST: usize = 3;

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let Some(name) = context.reference() else {
        return check.skip(
            "the configuration names no environment that others follow (`parity.reference`)",
        );
    };
    if context.environment.name == name {
        return;
    }
    let mut all = check.all.iter();
    let Some(reference) = all.find(|other| other.environment.name == name) else {
        return check.skip(format!("the environment {name} is not there"));
    };
    if !context.is_complete() || !reference.is_complete() {
        return check.skip("not all of the environment and of its reference renders");
    }
    let [old, new] = [reference, context].map(reader);
    let sides: [(_, evenkeel_diff::Read<'_>); 2] =
        [(reference.environment, &old), (context.environment, &new)];
    let comparison = compare_with(context.config, sides);
    let env = &context.environment.name;
    for wrong in comparison.diagnostics {
        check.report(Finding::at(wrong.primary.span, wrong.message));
    }
    for entry in comparison.unused {
        let message = format!("no difference between {name} and {env} needs this entry");
        check.report(Finding::at(entry.span, message).hint("delete it"));
    }
    for app in &comparison.apps {
        let found = differences(context, name, app);
        check
            .findings
            .extend(found.into_iter().map(Finding::yielding));
    }
}

/// Reads the objects of an environment, each once.
fn reader<'c>(context: &'c Context<'_>) -> impl Fn(usize, usize) -> Data + 'c {
    let apps = context.environment.apps.iter();
    let starts: Vec<usize> = apps
        .scan(0, |next, app| {
            let start = *next;
            *next += app.objects.len();
            Some(start)
        })
        .collect();
    move |app, object| context.subjects()[starts[app] + object].data().clone()
}

fn differences(context: &Context<'_>, reference: &str, app: &AppDiff) -> Vec<Finding> {
    let env = &context.environment.name;
    let mut here = context.environment.apps.iter().enumerate();
    let Some((index, own)) = here.find(|(_, own)| App::base_name(&own.name, env) == app.name)
    else {
        return Vec::new();
    };
    let place = || declared(context, own, &FieldPath::of_keys(["spec", "source"]));
    if app.presence == Presence::After && !app.class.is_explained() {
        let message = format!("{env} runs {}, which {reference} does not", app.name);
        let hint = format!(
            "add `{{ env: {reference}, app: {}, reason: …, owner: … }}` to `parity.off`, or enable it there",
            app.name
        );
        let finding = place().map(|(subject, path)| Finding::new(subject, path, message));
        return finding.into_iter().map(|at| at.hint(&hint)).collect();
    }
    let pairs = renamed(&app.objects);
    let mut findings = Vec::new();
    for object in &app.objects {
        // Applications of one side are looked at as such.
        let is_alone = object.presence != Presence::Both;
        if is_alone && is_application(&object.identity) {
            continue;
        }
        let other = pairs.iter().find(|(_, after)| std::ptr::eq(*after, object));
        if pairs
            .iter()
            .any(|(before, _)| std::ptr::eq(*before, object))
        {
            continue;
        }
        let id = object.renamed.as_ref().unwrap_or(&object.identity);
        let mut subjects = context.subjects().iter();
        let subject =
            subjects.find(|subject| subject.app == index && subject.object.identity == *id);
        let unexplained = object.changes.iter();
        let unexplained = unexplained.filter(|change| !change.class.is_explained());
        for change in unexplained {
            let finding = match (subject, other) {
                (Some(subject), Some((before, _))) => {
                    called(context, own, subject, &before.identity, reference)
                }
                (Some(subject), None) => difference(subject, object, change, reference),
                (None, _) => {
                    let message = format!(
                        "{env} is without {}/{}, which {reference} has",
                        id.kind, id.name
                    );
                    match place() {
                        Some((subject, path)) => {
                            Finding::new(subject, path, message).evidence(&id.name)
                        }
                        None => continue,
                    }
                }
            };
            let field = match change.path.0.is_empty() {
                true => String::new(),
                false => format!(":{}", change.path),
            };
            findings.push(finding.hint(format!(
                "if it is meant, add it under `expect`: `{{ app: {}, path: \"{}/{}{field}\", reason: … }}`",
                app.name, id.kind, id.name
            )));
        }
    }
    findings
}

/// Objects of the reference and those that are probably the same under another name or in another namespace.
fn renamed(objects: &[ObjectDiff]) -> Vec<(&ObjectDiff, &ObjectDiff)> {
    let mut pairs: Vec<(&ObjectDiff, &ObjectDiff)> = Vec::new();
    let of = |presence: Presence| {
        objects
            .iter()
            .filter(move |object| object.presence == presence && !is_application(&object.identity))
    };
    for needs_name in [true, false] {
        for before in of(Presence::Before) {
            if pairs.iter().any(|(known, _)| std::ptr::eq(*known, before)) {
                continue;
            }
            let mut candidates = of(Presence::After).filter(|after| {
                let (old, new) = (&before.identity, &after.identity);
                old.group == new.group
                    && old.kind == new.kind
                    && (!needs_name || old.name == new.name)
                    && !pairs.iter().any(|(_, known)| std::ptr::eq(*known, *after))
            });
            pairs.extend(candidates.next().map(|after| (before, after)));
        }
    }
    pairs
}

/// An object that is called otherwise in the reference, or lives elsewhere there.
fn called(
    context: &Context<'_>,
    app: &evenkeel_gitops::App,
    subject: &Subject<'_>,
    before: &Identity,
    reference: &str,
) -> Finding {
    let id = &subject.object.identity;
    if id.name != before.name {
        let path = FieldPath::of_keys(["metadata", "name"]);
        let message = format!(
            "{} is {} in {reference}",
            subject.object.short_name(),
            before.name
        );
        return Finding::new(subject, path, message).evidence(&id.name);
    }
    let message = format!(
        "the namespace of {} is {}, and {} in {reference}",
        subject.object.short_name(),
        id.namespace,
        before.namespace
    );
    let destination = FieldPath::of_keys(["spec", "destination", "namespace"]);
    let declared = match subject.object.namespace_injected {
        true => declared(context, app, &destination),
        false => None,
    };
    let finding = match declared {
        Some((declaration, path)) => Finding::new(declaration, path, message),
        None => {
            let path = FieldPath::of_keys(["metadata", "namespace"]);
            Finding::new(subject, path, message)
        }
    };
    finding.evidence(&id.namespace)
}

fn is_application(id: &Identity) -> bool {
    id.group == "argoproj.io" && id.kind == "Application"
}

/// A difference within an object, or the whole of one that the reference does not have.
fn difference(
    subject: &Subject<'_>,
    object: &ObjectDiff,
    change: &Change,
    reference: &str,
) -> Finding {
    if object.presence == Presence::After {
        let path = FieldPath::of_keys(["metadata", "name"]);
        let message = format!("{} is not in {reference}", subject.object.short_name());
        return Finding::new(subject, path, message);
    }
    let message = match (change.kind, shown(&change.before), shown(&change.after)) {
        (ChangeKind::Changed, Some(before), Some(after)) => {
            format!("{} is {after}, and {before} in {reference}", change.path)
        }
        (ChangeKind::Changed, ..) => format!("{} is another one in {reference}", change.path),
        (ChangeKind::Moved, ..) => format!("{} has another order in {reference}", change.path),
        (ChangeKind::Added, ..) => format!("{} is not in {reference}", change.path),
        (ChangeKind::Removed, ..) => format!("{} is missing, and {reference} has it", change.path),
    };
    let mut path = change.place().clone();
    // The place of an item that is gone is that of another one now.
    if change.kind == ChangeKind::Removed && matches!(path.0.last(), Some(Step::Index(_))) {
        path.0.pop();
    }
    let evidence = match (change.kind, &change.before, &change.after) {
        (ChangeKind::Changed, Some(before), Some(after)) => {
            let (before, after) = (before.as_str(), after.as_str());
            before
                .zip(after)
                .map(|(before, after)| changed(before, after))
        }
        (ChangeKind::Added, _, Some(after)) => text_of(after),
        _ => None,
    };
    Finding::new(subject, path, message).evidence(evidence.unwrap_or_default())
}

/// The part of a text in which it differs from another, in whole words.
fn changed<'t>(before: &str, after: &'t str) -> &'t str {
    let is_boundary = |c: char| ":/@=., \n".contains(c);
    let common = before.bytes().zip(after.bytes());
    let common = common.take_while(|(old, new)| old == new).count();
    let start = after
        .char_indices()
        .filter(|(at, c)| *at < common && is_boundary(*c))
        .map(|(at, c)| at + c.len_utf8())
        .next_back();
    let rest = &after[start.unwrap_or(0)..];
    let word = rest.split(is_boundary).next().unwrap_or(rest);
    match word.len() < SHORTEST {
        true => "",
        false => word,
    }
}

/// A text that tells where data came from: what is written last in it.
fn text_of(data: &Data) -> Option<&str> {
    match data {
        Data::Map(entries) => entries.iter().rev().find_map(|entry| text_of(&entry.value)),
        Data::List(items) => items.iter().rev().find_map(|item| text_of(&item.value)),
        data => data
            .as_str()
            .filter(|text| !text.is_empty() && !text.contains('\n')),
    }
}

/// A value that fits into a message.
fn shown(value: &Option<Data>) -> Option<String> {
    let text = match value.as_ref()? {
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::Uint(value) => value.to_string(),
        Data::Float(value) => value.to_string(),
        data => data.as_str()?.to_owned(),
    };
    let fits = !text.is_empty() && text.len() <= LONGEST && !text.contains('\n');
    fits.then_some(text)
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A setting, a field and an object that nobody explains",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {set: {env: local, level: debug}}, prod: {set: {env: prod, level: info}}}
parity: {reference: local}
-- root/templates/apps.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-{{ .Values.env }}}
spec:
  source: {repoURL: "https://git.example.net/platform.git", path: shop, helm: {parameters: [{name: env, value: {{ .Values.env }}}, {name: level, value: {{ .Values.level }}}]}}
  destination: {namespace: shop}
-- shop/templates/all.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
  level: {{ .Values.level }} #~ data.level is info, and debug in local
  {{- if eq .Values.env "prod" }}
  pool: "20" #~ data.pool is not in local
  {{- end }}
{{- if eq .Values.env "prod" }}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: shop} #~ ServiceAccount/shop is not in local
{{- end }}
"#,
    },
    Example {
        title: "An entry that nothing needs, and one whose values are others now",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {set: {replicas: 1}}, prod: {set: {replicas: 3}}}
parity: {reference: local}
expect:
  - {env: prod, path: "Deployment/web:spec.paused", reason: once} #~ no difference between local and prod needs this entry
  - {env: prod, path: "Deployment/web:spec.replicas", values: {local: 1, prod: 2}, reason: two in prod}
-- root/templates/all.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: {{ .Values.replicas }}} #~ spec.replicas is 3, and 1 in local
"#,
    },
    Example {
        title: "The name, the domain, and what is explained",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs:
  local: {domain: apps.testing, set: {env: local, host: web.apps.testing, replicas: 1}}
  prod: {domain: apps.prod.example, set: {env: prod, host: web.apps.prod.example, replicas: 2}}
parity: {reference: local}
expect: [{app: root, path: "Deployment/web:spec.replicas", reason: two in prod}]
-- root/templates/all.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {env: {{ .Values.env }}}, annotations: {host: {{ .Values.host }}}}
spec: {replicas: {{ .Values.replicas }}}
"#,
    },
    Example {
        title: "Another order of keys, and another way to write a value",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {set: {env: local}}, prod: {set: {env: prod}}}
parity: {reference: local}
-- root/templates/all.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
{{- if eq .Values.env "prod" }}
  a: "one" # quoted
  b: two
{{- else }}
  b: two
  a: one
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
