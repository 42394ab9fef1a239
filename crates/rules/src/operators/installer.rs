//! OPR-02.

use std::collections::BTreeMap;

use evenkeel_config::Operators;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

use super::catalogue::{Installer, Mode, OLM, installers};
use crate::context::{Check, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "OPR-02",
    statement: "Every operator has one installer, and every namespace of operators one OperatorGroup that fits them",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
Two installers of one operator upgrade past each other and fight over its definitions. Two OperatorGroups in a \
namespace stop the Operator Lifecycle Manager there altogether (`TooManyOperatorGroups`), and one whose target \
namespaces the operator does not support stops that operator (`UnsupportedOperatorGroup`).

The rule looks at Subscriptions and at Applications with charts of operators: no two install the same operator, and \
none installs one where somebody does so by hand (`operators: manual`). A namespace has at most one OperatorGroup, and \
its mode (all namespaces, its own, a single other one, several) is one that the CSV of each known operator there \
supports.

Environments without `operators` are not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let operators = context.settings.and_then(|env| env.operators.as_ref());
    let Some(operators) = operators.map(|operators| operators.value) else {
        return check
            .undeclared("the configuration does not say who installs operators (`operators`)");
    };
    let installers = installers(context);
    if operators == Operators::Manual {
        for installer in installers.iter().filter(|installer| installer.is_olm) {
            let env = &context.environment.name;
            let message = format!("{} is installed by hand in {env}", installer.name);
            let finding = Finding::new(installer.subject, installer.field.clone(), message)
                .hint("leave it to one of the two: disable it here, or declare `operators: argo`");
            check.report(finding);
        }
    }
    twice(&installers, check);
    groups(&installers, check);
}

/// Reports what is installed a second time.
fn twice(installers: &[Installer<'_, '_>], check: &mut Check<'_>) {
    for (index, second) in installers.iter().enumerate() {
        let same = |first: &&Installer<'_, '_>| {
            first.is_olm == second.is_olm && first.name == second.name
                || first
                    .operators()
                    .any(|of| second.operators().any(|other| of.name == other.name))
        };
        if let Some(first) = installers[..index].iter().find(same) {
            let message = format!("{} is installed by {} too", second.name, first.shown());
            let finding = Finding::new(second.subject, second.field.clone(), message)
                .evidence(second.name)
                .hint(format!("keep {} or {}", first.shown(), second.shown()));
            check.report(finding);
        }
    }
}

fn groups(installers: &[Installer<'_, '_>], check: &mut Check<'_>) {
    let mut of: BTreeMap<&str, &Subject<'_>> = BTreeMap::new();
    for group in check.context.of_kind(OLM, "OperatorGroup") {
        let namespace = group.namespace();
        if let Some(first) = of.get(namespace) {
            let message = format!("{namespace} has the OperatorGroup {} already", first.name());
            let path = FieldPath::of_keys(["metadata", "name"]);
            let finding = Finding::new(group, path, message).hint("keep one of the two");
            check.findings.push(finding);
            continue;
        }
        of.insert(namespace, group);
        let here = installers
            .iter()
            .filter(|installer| installer.is_olm && installer.subject.namespace() == namespace);
        for installer in here {
            if let Some(finding) = unsupported(group, installer) {
                check.findings.push(finding);
            }
        }
    }
}

/// A group whose namespaces an operator of the same namespace cannot watch.
fn unsupported(group: &Subject<'_>, installer: &Installer<'_, '_>) -> Option<Finding> {
    let mode = mode(group)?;
    let operator = installer
        .operators()
        .find(|operator| !operator.modes.is_empty())?;
    if operator.modes.contains(&mode) {
        return None;
    }
    let supported: Vec<String> = operator
        .modes
        .iter()
        .map(|mode| format!("{mode:?}"))
        .collect();
    let message = format!("{} does not support {mode:?}", installer.name);
    let path = FieldPath::of_keys(["spec", "targetNamespaces"]);
    Some(Finding::new(group, path, message).hint(format!("it supports {}", supported.join(", "))))
}

/// The mode that a group asks for; `None` where a selector decides.
fn mode(group: &Subject<'_>) -> Option<Mode> {
    let spec = group.data().get("spec");
    let field = |key: &str| spec.and_then(|spec| spec.get(key));
    if field("selector").is_some() {
        return None;
    }
    let Some(Data::List(targets)) = field("targetNamespaces") else {
        return Some(Mode::AllNamespaces);
    };
    Some(match &targets[..] {
        [] => Mode::AllNamespaces,
        [one] if one.value.as_str() == Some(group.namespace()) => Mode::OwnNamespace,
        [one] if one.value.as_str() == Some("") => Mode::AllNamespaces,
        [_] => Mode::SingleNamespace,
        _ => Mode::MultiNamespace,
    })
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A Subscription and a chart, two groups, and a mode that the operator does not have",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {operators: argo}}
-- all.yaml --
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: couchbase}
spec: {name: couchbase-enterprise-certified, channel: stable}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: couchbase-operator}
spec:
  source:
    repoURL: https://charts.example.net
    chart: couchbase-operator #~ couchbase-operator is installed by the Subscription couchbase too
    targetRevision: 2.81.1
  destination: {namespace: shop}
---
apiVersion: operators.coreos.com/v1
kind: OperatorGroup
metadata: {name: gpu, namespace: gpu}
spec: {} #~ gpu-operator-certified does not support AllNamespaces
---
apiVersion: operators.coreos.com/v1
kind: OperatorGroup
metadata:
  namespace: gpu
  name: other #~ gpu has the OperatorGroup gpu already
---
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: gpu, namespace: gpu}
spec: {name: gpu-operator-certified, channel: v25.10}
"#,
    },
    Example {
        title: "Operators are installed by hand, and by Argo CD too",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {operators: manual}}
-- all.yaml --
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: vso}
spec:
  name: vault-secrets-operator #~ vault-secrets-operator is installed by hand in prod
"#,
    },
    Example {
        title: "One Subscription, one group, a mode that fits",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {operators: argo}}
-- all.yaml --
apiVersion: operators.coreos.com/v1
kind: OperatorGroup
metadata: {name: gpu, namespace: gpu}
spec: {targetNamespaces: [gpu]}
---
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: gpu, namespace: gpu}
spec: {name: gpu-operator-certified, channel: v25.10}
"#,
    },
    Example {
        title: "Groups in two namespaces, a chart of something else, and a Subscription of Knative",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {operators: argo}}
-- all.yaml --
# Not to be installed twice: couchbase-operator.
apiVersion: operators.coreos.com/v1
kind: OperatorGroup
metadata: {name: operators, namespace: one}
---
apiVersion: operators.coreos.com/v1
kind: OperatorGroup
metadata: {name: operators, namespace: two}
---
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: couchbase, namespace: one}
spec: {name: couchbase-enterprise-certified, channel: stable}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: couchbase}
spec:
  source: {repoURL: "https://charts.example.net", chart: couchbase-cluster, targetRevision: 1.0.0}
  destination: {namespace: shop}
---
apiVersion: messaging.knative.dev/v1
kind: Subscription
metadata: {name: events}
spec: {name: couchbase-enterprise-certified}
"#,
    },
    Example {
        title: "Nothing says who installs operators",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- all.yaml --
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: vso}
spec: {name: vault-secrets-operator}
"#,
    },
];
