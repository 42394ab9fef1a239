//! OPR-03.

use std::collections::BTreeMap;

use evenkeel_config::Operators;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;

use super::catalogue::{Installer, installers, is_built_in, serving};
use crate::context::{Check, Context, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "OPR-03",
    statement: "The operator of every custom resource is installed by the environment, or by hand",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
A custom resource without its operator is an object of a kind that the cluster does not know: the Application does not \
sync, and its other objects wait with it.

Of an environment with `operators: argo`, the rule looks at every kind that the cluster does not serve by itself \
(`cluster.apiVersions`; without it, what any Kubernetes and OpenShift serves). Its operator is there if the \
environment renders the kind's CustomResourceDefinition, a Subscription to one of the operator's packages, or an \
Application with one of its charts. An operator that is there without being rendered is declared under `external`: with \
kind `Subscription` and the package's name. There is one finding for each group.

With `operators: manual` somebody installs operators by hand, and nothing is demanded. Environments without `operators` \
are not evaluated, nor are kinds of operators that evenkeel does not know.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// What Argo CD reads: it is there, for it deploys them.
const ARGO: &[(&str, &str)] = &[
    ("argoproj.io", "AppProject"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
];

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let operators = context.settings.and_then(|env| env.operators.as_ref());
    match operators.map(|operators| operators.value) {
        None => {
            return check
                .undeclared("the configuration does not say who installs operators (`operators`)");
        }
        Some(Operators::Manual) => return,
        Some(Operators::Argo) => {}
    }
    let installers = installers(context);
    let defined = defined(context);
    // One finding a group: one operator brings all of its kinds.
    let mut first: BTreeMap<&str, &Subject<'_>> = BTreeMap::new();
    for subject in context.subjects() {
        let id = &subject.object.identity;
        let kind = (id.group.as_str(), id.kind.as_str());
        if !defined.contains(&kind)
            && !ARGO.contains(&kind)
            && !is_built_in(context, kind.0, kind.1)
        {
            first.entry(kind.0).or_insert(subject);
        }
    }
    for subject in first.into_values() {
        installed(subject, &installers, check);
    }
}

/// The groups and kinds that the environment's own definitions bring.
fn defined<'c>(context: &'c Context<'_>) -> Vec<(&'c str, &'c str)> {
    let definitions = context.of_kind("apiextensions.k8s.io", "CustomResourceDefinition");
    definitions
        .map(|crd| (crd.text("spec.group"), crd.text("spec.names.kind")))
        .collect()
}

fn installed(subject: &Subject<'_>, installers: &[Installer<'_, '_>], check: &mut Check<'_>) {
    let id = &subject.object.identity;
    let mut operators = serving(&id.group, &id.kind).peekable();
    let Some(first) = operators.peek() else {
        return check.skip(format!("which operator serves {} is not known", id.group));
    };
    let hint = format!(
        "render {}, or declare under `external` what is there",
        first.installs()
    );
    let name = first.name;
    let mut served = installers.iter().flat_map(Installer::operators);
    let is_rendered = served.any(|operator| operator.serves(&id.group, &id.kind));
    let is_external = operators.any(|operator| {
        let mut packages = operator.packages();
        packages.any(|package| check.context.is_external("Subscription", "", package))
    });
    if is_rendered || is_external {
        return;
    }
    let env = &check.context.environment.name;
    let message = format!(
        "{} of {} needs {name}, which {env} does not install",
        id.kind, id.group
    );
    let path = FieldPath::of_keys(["apiVersion"]);
    check.report(Finding::new(subject, path, message).hint(hint));
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "Secrets of Vault without their operator",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {operators: argo}}
-- secrets.yaml --
apiVersion: secrets.hashicorp.com/v1beta1 #~ VaultStaticSecret of secrets.hashicorp.com needs Vault Secrets Operator, which prod does not install
kind: VaultStaticSecret
metadata: {name: db}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: login}
"#,
    },
    Example {
        title: "The operator is subscribed to, another is a chart",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {operators: argo, cluster: {apiVersions: openshift-4.19}}}
-- all.yaml --
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: vso}
spec: {name: vault-secrets-operator, channel: stable}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: login}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: couchbase}
spec:
  source: {repoURL: "https://charts.example.net", chart: couchbase-operator, targetRevision: 2.81.1}
  destination: {namespace: shop}
---
apiVersion: couchbase.com/v2
kind: CouchbaseBucket
metadata: {name: orders}
"#,
    },
    Example {
        title: "Its own definition, what the cluster serves, and what is declared",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {operators: argo}, edge: {operators: manual}}
external: [{kind: Subscription, names: [vault-secrets-operator], reason: of the platform}]
-- all.yaml --
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.net}
spec: {group: example.net, scope: Namespaced, names: {kind: Widget, plural: widgets}}
---
apiVersion: example.net/v1
kind: Widget
metadata: {name: one}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: login}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
"#,
    },
    Example {
        title: "Nothing says who installs operators",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- secrets.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: login}
"#,
    },
];
