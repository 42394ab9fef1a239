//! OPR-08.

use std::collections::{BTreeMap, HashMap};

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Identity};

use crate::apps::{Cluster, cluster};
use crate::context::{Check, Subject};
use crate::presence::listed;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "OPR-08",
    statement: "Every object belongs to one Application",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
Two Applications that render the same object overwrite each other for ever (`SharedResourceWarning`), and when one of \
them is deleted or prunes, the object is gone for the other too.

The rule compares group, kind, namespace and name of all objects that Applications render to the same cluster; the \
namespace of an Application's destination counts where an object names none. The finding is in the later Application \
and names the first; two Applications that share several objects, as of one chart released twice, are one finding. Charts that no Application deploys are not compared with each other: they are installed apart. \
Hooks of Argo CD and Helm are left out, for they are made anew at each run. Where two Applications have one name, which is an \
error of its own, the rule is not evaluated: what they deploy may be meant for several clusters.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// What is said of Applications of one name.
const DUPLICATE: &str = "argocd/duplicate";

/// Annotations that make an object a hook.
const HOOKS: &[&str] = &["argocd.argoproj.io/hook", "helm.sh/hook"];

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let mut diagnostics = context.environment.diagnostics();
    if diagnostics.any(|(_, found)| found.code.0 == DUPLICATE) {
        return check
            .skip("there are Applications of one name: files of several clusters, it seems");
    }
    let mut owners: HashMap<(Cluster<'_>, &Identity), &Subject<'_>> = HashMap::new();
    let mut pairs: BTreeMap<(usize, usize), Vec<&Subject<'_>>> = BTreeMap::new();
    for subject in context.subjects() {
        let app = &context.environment.apps[subject.app];
        if app.application.is_none() || subject.name().is_empty() {
            continue;
        }
        let key = (cluster(app), &subject.object.identity);
        match owners.get(&key) {
            Some(first) if first.app != subject.app && !is_hook(subject) && !is_hook(first) => {
                pairs
                    .entry((subject.app, first.app))
                    .or_default()
                    .push(subject);
            }
            Some(_) => {}
            None => {
                owners.insert(key, subject);
            }
        }
    }
    for ((_, first), subjects) in pairs {
        if let Some(finding) = shared(&subjects, &context.environment.apps[first].name) {
            check.report(finding);
        }
    }
}

fn is_hook(subject: &Subject<'_>) -> bool {
    let annotations = FieldPath::of_keys(["metadata", "annotations"]);
    let annotations = annotations.get(subject.data());
    annotations.is_some_and(|data| HOOKS.iter().any(|key| data.get(key).is_some()))
}

/// What is wrong with the objects of an Application that `owner` has too; `None` without any.
fn shared(subjects: &[&Subject<'_>], owner: &str) -> Option<Finding> {
    let (subject, others) = subjects.split_first()?;
    let id = &subject.object.identity;
    let message = match others.len() {
        0 => format!("{} {} is also of the Application {owner}", id.kind, id.name),
        more => format!(
            "{} {} and {more} more are also of the Application {owner}",
            id.kind, id.name
        ),
    };
    let path = FieldPath::of_keys(["metadata", "name"]);
    let finding = Finding::new(subject, path, message).hint(format!(
        "keep it in {owner} or in {}, or name it after its release",
        subject.app_name
    ));
    if others.is_empty() {
        return Some(finding);
    }
    let others: Vec<String> = others
        .iter()
        .map(|other| other.object.short_name())
        .collect();
    let others = listed(others.iter().map(String::as_str));
    Some(finding.hint(format!("the others: {others}")))
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "Two Applications with one ClusterRole",
        outcome: Outcome::Fails,
        repository: r#"
-- apps.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: shop}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: web}
  destination: {server: "https://kubernetes.default.svc", namespace: web}
-- shop/all.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
-- web/all.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: reader #~ ClusterRole reader is also of the Application shop
"#,
    },
    Example {
        title: "One chart for two Applications in one namespace is one mistake",
        outcome: Outcome::Fails,
        repository: r#"
-- apps.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: shop}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-next}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: shop}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
-- shop/all.yaml --
apiVersion: v1
kind: ServiceAccount
metadata:
  name: shop #~ ServiceAccount shop and 1 more are also of the Application shop
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
    Example {
        title: "Each object once",
        outcome: Outcome::Passes,
        repository: r#"
-- apps.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: shop}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
-- shop/all.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
    Example {
        title: "The same name in two namespaces, in two clusters and of two kinds",
        outcome: Outcome::NearMiss,
        repository: r#"
-- apps.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: shop}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: web}
  destination: {server: "https://kubernetes.default.svc", namespace: web}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: edge}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: shop}
  destination: {name: edge, namespace: shop}
-- shop/all.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings} # also in web
-- web/all.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
---
apiVersion: v1
kind: Secret
metadata: {name: settings, namespace: shop}
"#,
    },
];
