//! OPR-04.

use evenkeel_diagnostics::Severity;
use evenkeel_gitops::App;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use super::catalogue::installers;
use crate::context::{Check, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "OPR-04",
    statement: "Custom resources come after their operator, and what cannot change is replaced",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
Argo CD tries all objects of an Application before it applies the first one. A resource whose kind an operator of the \
same Application has yet to bring fails that try, and the operator is never installed. It needs a later sync wave than \
the Subscription, and `SkipDryRunOnMissingResource=true`, of its own or of the Application.

A Job cannot change once it is there, nor can the role of an auth method that the Vault Config Operator made: the sync \
that changes one fails. It needs the sync options `Force=true,Replace=true` (`Force=true` is what deletes it), a name \
that is new each time (`generateName`, a hash at its end), or to be a hook.

Environments without `operators` are not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Group and kind of what cannot change.
const IMMUTABLE: &[(&str, &str)] = &[
    ("batch", "Job"),
    ("redhatcop.redhat.io", "KubernetesAuthEngineRole"),
];

const WAVE: &str = "argocd.argoproj.io/sync-wave";
const OPTIONS: &str = "argocd.argoproj.io/sync-options";
const HOOKS: &[&str] = &["argocd.argoproj.io/hook", "helm.sh/hook"];

/// The least number of hexadecimal digits that make a hash.
const MIN_HASH: usize = 6;

fn check(check: &mut Check<'_>) {
    let context = check.context;
    if context.settings.is_none_or(|env| env.operators.is_none()) {
        return check
            .undeclared("the configuration does not say who installs operators (`operators`)");
    }
    let installers = installers(context);
    for subject in context.subjects() {
        let app = &context.environment.apps[subject.app];
        if app.application.is_none() {
            continue;
        }
        let id = &subject.object.identity;
        let installer = installers.iter().find(|installer| {
            let mut operators = installer.operators();
            let is_here = installer.is_olm && installer.subject.app == subject.app;
            is_here && operators.any(|operator| operator.serves(&id.group, &id.kind))
        });
        if let Some(installer) = installer {
            comes_after(subject, installer.subject, app, check);
        }
        if IMMUTABLE.contains(&(id.group.as_str(), id.kind.as_str())) {
            is_replaced(subject, app, check);
        }
    }
}

fn comes_after(subject: &Subject<'_>, operator: &Subject<'_>, app: &App, check: &mut Check<'_>) {
    let (wave, first) = (wave(subject), wave(operator));
    let path = annotations();
    if wave <= first {
        let message = format!(
            "{} {} is in wave {wave}, its operator {} in wave {first}",
            subject.object.identity.kind,
            subject.name(),
            operator.name(),
        );
        let finding = Finding::new(subject, path.join(Step::Key(WAVE.to_owned())), message)
            .hint(format!("annotate it with `{WAVE}: \"{}\"`", first + 1));
        check.report(finding);
    }
    if !has_option(subject, app, "SkipDryRunOnMissingResource=true") {
        let kind = &subject.object.identity.kind;
        let message = format!(
            "{kind} {} is tried before its kind is there",
            subject.name()
        );
        let finding = Finding::new(subject, path.join(Step::Key(OPTIONS.to_owned())), message)
            .hint(format!(
                "annotate it with `{OPTIONS}: SkipDryRunOnMissingResource=true`"
            ));
        check.report(finding);
    }
}

fn is_replaced(subject: &Subject<'_>, app: &App, check: &mut Check<'_>) {
    let is_hook = HOOKS.iter().any(|key| subject.annotation(key).is_some());
    if is_hook || subject.name().is_empty() || is_new_each_time(subject.name()) {
        return;
    }
    if !has_option(subject, app, "Force=true") {
        let kind = &subject.object.identity.kind;
        let message = format!(
            "{kind} {} cannot be changed once it is there",
            subject.name()
        );
        let path = annotations().join(Step::Key(OPTIONS.to_owned()));
        let finding = Finding::new(subject, path, message).hint(format!(
            "annotate it with `{OPTIONS}: Force=true,Replace=true`"
        ));
        check.report(finding);
    }
}

fn annotations() -> FieldPath {
    FieldPath::of_keys(["metadata", "annotations"])
}

/// The wave of an object; one that is no number is 0, as in Argo CD (`syncwaves.Wave` of gitops-engine).
fn wave(subject: &Subject<'_>) -> i64 {
    let wave = subject.annotation(WAVE);
    wave.and_then(|wave| wave.parse().ok()).unwrap_or(0)
}

/// Whether an object, or its Application for all objects, has a sync option.
fn has_option(subject: &Subject<'_>, app: &App, option: &str) -> bool {
    let own = subject.annotation(OPTIONS).unwrap_or_default();
    if own.split(',').any(|own| own.trim() == option) {
        return true;
    }
    let field = FieldPath::of_keys(["spec", "syncPolicy", "syncOptions"]);
    let of_app = app.data().and_then(|data| field.get(data));
    matches!(of_app, Some(Data::List(options))
        if options.iter().any(|item| item.value.as_str() == Some(option)))
}

/// Whether a name ends with a hash.
fn is_new_each_time(name: &str) -> bool {
    let end = name.rsplit('-').next().unwrap_or_default();
    let is_hash = end.len() >= MIN_HASH && end.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash && end.bytes().any(|b| b.is_ascii_digit())
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A resource beside its Subscription, and a Job that changes",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {operators: argo}}
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: gpu}
spec:
  source: {repoURL: "https://git.example.net/platform.git", path: gpu}
  destination: {namespace: gpu}
-- gpu/all.yaml --
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: gpu}
spec: {name: gpu-operator-certified, channel: v25.10}
---
apiVersion: nvidia.com/v1
kind: ClusterPolicy
metadata:
  name: gpus
  annotations:
    argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true
    argocd.argoproj.io/sync-wave: "0" #~ ClusterPolicy gpus is in wave 0, its operator gpu in wave 0
---
apiVersion: nvidia.com/v1
kind: ClusterPolicy
metadata:
  name: others
  annotations: {argocd.argoproj.io/sync-wave: "1"} #~ ClusterPolicy others is tried before its kind is there
---
apiVersion: batch/v1
kind: Job
metadata:
  name: seed
  annotations:
    argocd.argoproj.io/sync-options: Replace=true #~ Job seed cannot be changed once it is there
"#,
    },
    Example {
        title: "Later, without the try, and by force",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {operators: argo}}
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: gpu}
spec:
  source: {repoURL: "https://git.example.net/platform.git", path: gpu}
  destination: {namespace: gpu}
  syncPolicy: {syncOptions: [SkipDryRunOnMissingResource=true]}
-- gpu/all.yaml --
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: gpu}
spec: {name: gpu-operator-certified, channel: v25.10}
---
apiVersion: nvidia.com/v1
kind: ClusterPolicy
metadata: {name: gpus, annotations: {argocd.argoproj.io/sync-wave: "1"}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: seed, annotations: {argocd.argoproj.io/sync-options: "Force=true, Replace=true"}}
"#,
    },
    Example {
        title: "Its operator is in another Application; a hook, and names that are new each time",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {operators: argo}}
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: gpu}
spec:
  source: {repoURL: "https://git.example.net/platform.git", path: gpu}
  destination: {namespace: gpu}
-- operator.yaml --
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: gpu}
spec: {name: gpu-operator-certified, channel: v25.10}
-- gpu/all.yaml --
apiVersion: nvidia.com/v1
kind: ClusterPolicy
metadata: {name: gpus}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
---
apiVersion: batch/v1
kind: Job
metadata: {generateName: seed-}
---
apiVersion: batch/v1
kind: Job
metadata: {name: seed-5f3a9c}
"#,
    },
    Example {
        title: "Nothing says who installs operators",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- job.yaml --
apiVersion: batch/v1
kind: Job
metadata: {name: seed}
"#,
    },
];
