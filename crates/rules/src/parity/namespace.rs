//! PAR-06.

use std::collections::BTreeSet;

use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;

use crate::apps::{foreign_namespace, namespaces};
use crate::context::{Check, Context, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "PAR-06",
    statement: "A namespace that a manifest writes out is one that the environment has",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
Argo CD puts an object into the namespace of its Application's destination, unless the manifest names one itself. \
A manifest that is pinned to a namespace goes there in every environment: into that of another one, or into none.

`metadata.namespace` of an object must be the destination's, or one that belongs to the environment: its declared \
`namespace`, one that it renders as `Namespace`, or one that another of its Applications deploys to. A namespace that \
exists without being rendered (`kube-system`, `openshift-operators`) is declared under `external` with kind `Namespace`.

An environment whose `namespace` is not declared is not evaluated, nor is an object that a chart without an Application \
renders.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let Some(known) = namespaces(context) else {
        return check.undeclared("the configuration declares no `namespace`");
    };
    for subject in context.subjects() {
        if let Some(written) = foreign_namespace(context, &known, subject) {
            check.report(finding(context, subject, written, &known));
        }
    }
}

fn finding(
    context: &Context<'_>,
    subject: &Subject<'_>,
    written: &str,
    known: &BTreeSet<&str>,
) -> Finding {
    let app = &context.environment.apps[subject.app];
    let env = &context.environment.name;
    let mut envs = context.config.envs.iter();
    let owner = envs.find(|(name, settings)| {
        let declared = settings.namespace.as_ref();
        name.value != *env && declared.is_some_and(|declared| declared.value == written)
    });
    let message = match owner {
        Some((owner, _)) => format!("{written} is the namespace of {}", owner.value),
        None => format!("{env} has no namespace {written}"),
    };
    let path = FieldPath::of_keys(["metadata", "namespace"]);
    let meant = closest(written, known.iter().copied()).filter(|_| owner.is_none());
    let hint = match app.destination.namespace.as_str() {
        "" => "render the Namespace, or declare it under `external`".to_owned(),
        destination => {
            format!(
                "leave `metadata.namespace` out: {} deploys to {destination}",
                app.name
            )
        }
    };
    Finding::new(subject, path, message)
        .evidence(written)
        .meant(meant)
        .hint(hint)
        .hint("a namespace that others make is declared under `external`, with kind `Namespace`")
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A manifest that is pinned to another environment",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {namespace: shop-prod}, local: {namespace: shop-local}}
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: sites, namespace: argocd}
spec:
  source: {repoURL: "https://git.example.net/platform.git", path: sites}
  destination: {namespace: shop-prod}
-- sites/all.yaml --
apiVersion: v1
kind: ConfigMap
metadata:
  name: sites
  namespace: shop-local #~ shop-local is the namespace of local
"#,
    },
    Example {
        title: "A namespace that is not there",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {namespace: shop-prod}}
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: sites, namespace: argocd}
spec:
  source: {repoURL: "https://git.example.net/platform.git", path: sites}
  destination: {namespace: shop-prod}
-- sites/all.yaml --
apiVersion: v1
kind: ConfigMap
metadata:
  name: sites
  namespace: shop-prd #~ prod has no namespace shop-prd
"#,
    },
    Example {
        title: "The destination's namespace, and none",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {namespace: shop-prod}}
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: sites}
spec:
  source: {repoURL: "https://git.example.net/platform.git", path: sites}
  destination: {namespace: shop-prod}
-- sites/all.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: sites, namespace: "shop-prod"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
"#,
    },
    Example {
        title: "A namespace that is rendered, one that is external, and an object of the cluster",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {namespace: shop-prod}, local: {namespace: shop-local}}
external:
  - {kind: Namespace, names: ["openshift-*"], reason: the cluster's own}
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: sites}
spec:
  source: {repoURL: "https://git.example.net/platform.git", path: sites}
  destination: {namespace: shop-prod}
-- sites/all.yaml --
# Was in shop-local once.
apiVersion: v1
kind: Namespace
metadata: {name: tools}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: tools, namespace: tools}
---
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: tools, namespace: openshift-operators}
spec: {name: tools, channel: stable}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: tools, namespace: shop-local}
"#,
    },
    Example {
        title: "No namespace is declared",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop, namespace: other}
"#,
    },
];
