//! OPR-07.

use std::collections::BTreeMap;

use evenkeel_diagnostics::Severity;
use evenkeel_gitops::{App, Declaration};
use evenkeel_manifest::FieldPath;

use super::grants::{Controller, Grants, Target, Verdict, controllers, grants};
use crate::apps::{cluster, foreign_namespace, namespaces};
use crate::context::{Check, Context, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "OPR-07",
    statement: "Argo CD's ServiceAccount may manage every kind that it applies",
    severity: Severity::Warning,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
What the application controller may not do, it finds out while it syncs: the sync fails with `forbidden`, half way.

The rule looks at environments that grant rights to the ServiceAccount of an application controller, by a RoleBinding \
or ClusterRoleBinding to a name that ends in `argocd-application-controller`. For every object that an Application \
brings to the cluster of its Argo CD, it adds up the roles that are bound, and demands `get`, `list`, `watch`, \
`create`, `patch` and `delete` where the object lives. Of the roles that clusters have by themselves, `cluster-admin`, \
`admin`, `edit` and `view` are known, with the ClusterRoles that the environment adds to them; `admin` covers neither \
ResourceQuotas nor LimitRanges. There is one finding for each kind, at its first object; the hint is the rule to add. An \
object in a namespace that the environment does not have is left to PAR-06.

The default instance of OpenShift GitOps is known with what its operator grants: everything of some groups of \
OpenShift, and administration of its own namespace and of those labelled `argocd.argoproj.io/managed-by`. Another \
controller is looked at if the environment renders its ServiceAccount, and so its roles. Not evaluated are other \
controllers, roles that are not rendered, and kinds of operators that may or may not add themselves to `admin`; the \
Operator Lifecycle Manager does that for those that it installs.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let controllers = controllers(context);
    if controllers.is_empty() {
        return check.skip("nothing is granted to an application controller of Argo CD here");
    }
    if !context.is_complete() {
        return check.skip("not all of the environment renders");
    }
    let mut known = BTreeMap::new();
    for controller in controllers {
        match grants(context, controller) {
            Some(grants) => {
                known.insert(controller, grants);
            }
            None => check.skip(format!(
                "what {} may do is not known: its installation is not rendered",
                controller.name
            )),
        }
    }
    let mut lacks: BTreeMap<(Controller<'_>, &str, &str), Lack<'_, '_>> = BTreeMap::new();
    let mut verdicts = BTreeMap::new();
    let namespaces = namespaces(context);
    let is_foreign = |subject: &Subject<'_>| {
        let mut known = namespaces.iter();
        known.any(|known| foreign_namespace(context, known, subject).is_some())
    };
    for subject in context.subjects() {
        // No rights are wanted there, but another namespace.
        if is_foreign(subject) {
            continue;
        }
        let app = &context.environment.apps[subject.app];
        let Some((&controller, grants)) = responsible(context, app, &known) else {
            continue;
        };
        let target = target(subject);
        let verdict = verdicts
            .entry((controller, target))
            .or_insert_with(|| grants.verdict(target));
        match verdict {
            Verdict::Granted => {}
            Verdict::Unknown(reason) => check.skip(reason.as_str()),
            Verdict::Missing(verbs) => {
                let key = (controller, target.group, target.kind);
                let lack = lacks.entry(key).or_insert_with(|| Lack {
                    first: subject,
                    resource: grants.resource(target),
                    verbs: verbs.clone(),
                    namespaces: Vec::new(),
                });
                if !target.namespace.is_empty() && !lack.namespaces.contains(&target.namespace) {
                    lack.namespaces.push(target.namespace);
                }
            }
        }
    }
    for ((controller, ..), lack) in lacks {
        check.report(lack.finding(controller));
    }
}

/// Rights that are missing for a kind.
struct Lack<'c, 'a> {
    /// The first object of the kind for which they are.
    first: &'c Subject<'a>,
    resource: String,
    verbs: Vec<&'static str>,
    namespaces: Vec<&'c str>,
}

impl Lack<'_, '_> {
    fn finding(self, controller: Controller<'_>) -> Finding {
        let group = &self.first.object.identity.group;
        let of = match group.as_str() {
            "" => String::new(),
            group => format!(" of {group}"),
        };
        let (place, role) = match self.namespaces[..] {
            [] => (String::new(), "a ClusterRole"),
            _ => (
                format!(" in {}", self.namespaces.join(", ")),
                "a role there",
            ),
        };
        let message = format!(
            "{} may not {} {}{of}{place}",
            controller.name,
            self.verbs.join(", "),
            self.resource
        );
        let group = if group.is_empty() { "\"\"" } else { group };
        let hint = format!(
            "bind {role} to it with `{{apiGroups: [{group}], resources: [{}], verbs: [get, list, watch, create, update, patch, delete]}}`",
            self.resource
        );
        Finding::new(self.first, FieldPath::of_keys(["kind"]), message).hint(hint)
    }
}

/// The controller that applies what an Application brings to its own cluster: that of the Application's namespace, or
/// the only one.
fn responsible<'k, 'c>(
    context: &Context<'_>,
    app: &App,
    known: &'k BTreeMap<Controller<'c>, Grants<'c>>,
) -> Option<(&'k Controller<'c>, &'k Grants<'c>)> {
    if app.application.is_none() || !cluster(app).is_own() {
        return None;
    }
    let declared = match app.declaration {
        Declaration::Root => None,
        Declaration::Object { object, .. } | Declaration::Generated { object, .. } => {
            let parent = app.parent.map(|parent| &context.environment.apps[parent]);
            parent.and_then(|parent| parent.objects.get(object))
        }
    };
    let mut here = known.iter().filter(|(controller, _)| {
        declared.is_some_and(|object| object.identity.namespace == controller.namespace)
    });
    let only = (known.len() == 1).then(|| known.first_key_value());
    here.next().or(only.flatten())
}

fn target<'c>(subject: &'c Subject<'_>) -> Target<'c> {
    let id = &subject.object.identity;
    Target {
        group: &id.group,
        kind: &id.kind,
        namespace: &id.namespace,
        name: &id.name,
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A kind that nobody thought of, and one that admin does not cover",
        outcome: Outcome::Fails,
        repository: r#"
-- apps.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: openshift-gitops}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: shop}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
-- shop/all.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: argocd}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{kind: ServiceAccount, name: openshift-gitops-argocd-application-controller, namespace: openshift-gitops}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
---
apiVersion: v1
kind: ResourceQuota #~ openshift-gitops-argocd-application-controller may not create, patch, delete resourcequotas in shop
metadata: {name: shop}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass #~ openshift-gitops-argocd-application-controller may not create, patch, delete priorityclasses of scheduling.k8s.io
metadata: {name: shop}
"#,
    },
    Example {
        title: "A controller whose roles are all there",
        outcome: Outcome::Passes,
        repository: r#"
-- apps.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: shop}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
-- shop/all.yaml --
apiVersion: v1
kind: ServiceAccount
metadata: {name: argocd-application-controller, namespace: argocd}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: argocd-application-controller}
rules:
  - {apiGroups: ["*"], resources: ["*"], verbs: [get, list, watch]}
  - {apiGroups: ["", rbac.authorization.k8s.io], resources: ["*"], verbs: ["*"]}
  - {apiGroups: [gateway.networking.k8s.io], resources: [gateways], verbs: [create, patch, delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: argocd-application-controller}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: argocd-application-controller}
subjects: [{kind: ServiceAccount, name: argocd-application-controller, namespace: argocd}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shop}
"#,
    },
    Example {
        title: "An object in a namespace of another environment",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {namespace: shop}}
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: openshift-gitops}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: shop}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
-- binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: argocd, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{kind: ServiceAccount, name: openshift-gitops-argocd-application-controller, namespace: openshift-gitops}]
-- shop/all.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop, namespace: shop-local}
"#,
    },
    Example {
        title: "Granted by the operator, by a label, by name and by Subscription; another cluster",
        outcome: Outcome::NearMiss,
        repository: r#"
-- apps.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: openshift-gitops}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: shop}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: edge, namespace: openshift-gitops}
spec:
  project: default
  source: {repoURL: "https://git.example.net/platform.git", path: edge}
  destination: {name: edge, namespace: shop}
-- edge/all.yaml --
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: shop}
-- shop/all.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {argocd.argoproj.io/managed-by: openshift-gitops}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
---
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: vso, namespace: openshift-operators}
spec: {name: vault-secrets-operator, channel: stable}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: login}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: argocd-issuers}
rules:
  - {apiGroups: [cert-manager.io], resources: [clusterissuers], verbs: [create]}
  - {apiGroups: [cert-manager.io], resources: [clusterissuers], resourceNames: [acme], verbs: [patch, delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: argocd-issuers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: argocd-issuers}
subjects: [{kind: ServiceAccount, name: openshift-gitops-argocd-application-controller, namespace: openshift-gitops}]
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: acme}
"#,
    },
    Example {
        title: "An installation that is not rendered",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- all.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: argocd, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{kind: ServiceAccount, name: argocd-application-controller, namespace: argocd}]
"#,
    },
];
