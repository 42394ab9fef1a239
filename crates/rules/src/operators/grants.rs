//! What roles let Argo CD's application controller do (RBAC of Kubernetes).

use std::collections::BTreeSet;

use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

use super::catalogue::{installers, is_built_in};
use crate::context::{Context, Subject};
use crate::fields::{find, select};

const RBAC: &str = "rbac.authorization.k8s.io";

/// What Argo CD does with what it applies. `update` is left out: it patches, unless it is told to replace.
pub(super) const VERBS: &[&str] = &["get", "list", "watch", "create", "patch", "delete"];

/// The verbs that a rule with names of objects can grant: the others do not name one object.
const OF_ONE: &[&str] = &["get", "patch", "update", "delete"];

/// The controller of OpenShift GitOps in its default installation: namespace and ServiceAccount.
const DEFAULT: (&str, &str) = (
    "openshift-gitops",
    "openshift-gitops-argocd-application-controller",
);

/// Groups, or groups and resources, that the default controller of OpenShift GitOps may write everywhere
/// (`policyRulesForClusterConfig` of redhat-developer/gitops-operator). It may read everything.
const DEFAULT_GRANTS: &[&str] = &[
    "/configmaps",
    "/namespaces",
    "/persistentvolumeclaims",
    "/persistentvolumes",
    "compliance.openshift.io/scansettingbindings",
    "config.openshift.io/*",
    "console.openshift.io/*",
    "machine.openshift.io/*",
    "machineconfiguration.openshift.io/*",
    "operator.openshift.io/*",
    "operators.coreos.com/*",
    "rbac.authorization.k8s.io/*",
    "storage.k8s.io/*",
    "user.openshift.io/*",
];

/// The same in the namespaces that it manages, beside what the ClusterRole admin grants
/// (`getPolicyRuleForApplicationController` there).
const MANAGED_GRANTS: &[&str] = &[
    "argoproj.io/applications",
    "argoproj.io/applicationsets",
    "argoproj.io/appprojects",
    "argoproj.io/argocds",
    "monitoring.coreos.com/*",
];

/// What the ClusterRole edit lets write, of Kubernetes (its bootstrap policy) and of OpenShift.
const EDIT: &[&str] = &[
    "/configmaps",
    "/endpoints",
    "/persistentvolumeclaims",
    "/pods",
    "/replicationcontrollers",
    "/secrets",
    "/serviceaccounts",
    "/services",
    "apps.openshift.io/*",
    "apps/daemonsets",
    "apps/deployments",
    "apps/replicasets",
    "apps/statefulsets",
    "autoscaling/horizontalpodautoscalers",
    "batch/cronjobs",
    "batch/jobs",
    "build.openshift.io/*",
    "coordination.k8s.io/leases",
    "extensions/*",
    "image.openshift.io/*",
    "k8s.cni.cncf.io/*",
    "networking.k8s.io/ingresses",
    "networking.k8s.io/networkpolicies",
    "operators.coreos.com/*",
    "policy/poddisruptionbudgets",
    "route.openshift.io/*",
    "snapshot.storage.k8s.io/volumesnapshots",
    "template.openshift.io/*",
];

/// What admin lets write beyond it.
const ADMIN: &[&str] = &[
    "authorization.openshift.io/*",
    "rbac.authorization.k8s.io/rolebindings",
    "rbac.authorization.k8s.io/roles",
];

/// The labels by which ClusterRoles become part of admin.
const AGGREGATES: &[&str] = &[
    "rbac.authorization.k8s.io/aggregate-to-admin",
    "rbac.authorization.k8s.io/aggregate-to-edit",
];

/// The label that puts a namespace into the hands of the Argo CD in another one.
const MANAGED_BY: &str = "argocd.argoproj.io/managed-by";

/// The ServiceAccount of an application controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Controller<'c> {
    pub(super) namespace: &'c str,
    pub(super) name: &'c str,
}

/// Everything that a controller may do, as far as it is known.
pub(super) struct Grants<'c> {
    grants: Vec<Grant<'c>>,
    /// Kinds that the Operator Lifecycle Manager adds to admin.
    subscribed: Vec<&'static super::catalogue::Operator>,
    context: &'c Context<'c>,
}

/// What one binding gives.
struct Grant<'c> {
    /// Where; everywhere if it is none.
    namespace: Option<&'c str>,
    given: Given<'c>,
}

enum Given<'c> {
    /// The rules of a role.
    Rules(&'c Data),
    /// Reading everything.
    Reading,
    /// Doing everything with resources, as [`DEFAULT_GRANTS`] are written.
    All(&'static [&'static str]),
    /// What ClusterRoles of operators add to admin.
    Aggregated,
    /// A role that nobody shows.
    Unknown(&'c str),
}

/// Something that is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Target<'c> {
    pub(super) group: &'c str,
    pub(super) kind: &'c str,
    pub(super) namespace: &'c str,
    pub(super) name: &'c str,
}

/// Whether something may be applied.
pub(super) enum Verdict {
    Granted,
    Unknown(String),
    /// The verbs that are missing.
    Missing(Vec<&'static str>),
}

/// The controllers that bindings of the environment name.
pub(super) fn controllers<'c>(context: &'c Context<'_>) -> BTreeSet<Controller<'c>> {
    let subjects = bindings(context).flat_map(|binding| find(binding.data(), "subjects[]"));
    let named = subjects.filter_map(|(_, subject)| account(subject));
    named
        .filter(|account| {
            let rest = account.name.strip_suffix("argocd-application-controller");
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('-'))
        })
        .collect()
}

/// What a controller may do; `None` where neither its installation is known nor rendered.
pub(super) fn grants<'c>(
    context: &'c Context<'c>,
    controller: Controller<'c>,
) -> Option<Grants<'c>> {
    let is_default = (controller.namespace, controller.name) == DEFAULT && has_defaults(context);
    let mut accounts = context.of_kind("", "ServiceAccount");
    let is_rendered = accounts.any(|account| {
        account.name() == controller.name && account.namespace() == controller.namespace
    });
    if !is_default && !is_rendered {
        return None;
    }
    let mut grants = Vec::new();
    if is_default {
        grants.extend([Given::Reading, Given::All(DEFAULT_GRANTS)].map(everywhere));
        for namespace in managed(context, controller) {
            let given = [
                Given::All(MANAGED_GRANTS),
                Given::All(ADMIN),
                Given::All(EDIT),
            ];
            let given = given.into_iter().chain([Given::Aggregated]);
            grants.extend(given.map(|given| Grant {
                namespace: Some(namespace),
                given,
            }));
        }
    }
    for binding in bindings(context).filter(|binding| binds(binding, controller)) {
        let is_cluster = binding.object.identity.kind == "ClusterRoleBinding";
        let namespace = (!is_cluster).then(|| binding.namespace());
        grants.extend(
            role(context, binding)
                .into_iter()
                .map(|given| Grant { namespace, given }),
        );
    }
    let installers = installers(context);
    let olm = installers.iter().filter(|installer| installer.is_olm);
    let subscribed = olm.flat_map(|installer| installer.operators()).collect();
    Some(Grants {
        grants,
        subscribed,
        context,
    })
}

fn everywhere(given: Given<'_>) -> Grant<'_> {
    Grant {
        namespace: None,
        given,
    }
}

/// Whether nothing takes the default grants away: the ArgoCD itself, or the operator's Subscription.
fn has_defaults(context: &Context<'_>) -> bool {
    let mut instances = context.of_kind("argoproj.io", "ArgoCD");
    let is_disabled = instances.any(|instance| {
        let path = FieldPath::of_keys(["spec", "defaultClusterScopedRoleDisabled"]);
        instance.namespace() == DEFAULT.0 && path.get(instance.data()) == Some(&Data::Bool(true))
    });
    let mut subscriptions = context.of_kind(super::catalogue::OLM, "Subscription");
    let is_replaced = subscriptions.any(|subscription| {
        let settings = select(subscription.data(), "spec.config.env[].name");
        let mut names = settings.iter().map(|(_, name)| *name);
        names.any(|name| name == "CONTROLLER_CLUSTER_ROLE")
    });
    !is_disabled && !is_replaced
}

/// The namespaces that the operator gives to a controller: its own, and those with the label.
fn managed<'c>(context: &'c Context<'_>, controller: Controller<'c>) -> BTreeSet<&'c str> {
    let namespaces = context.of_kind("", "Namespace").filter(|namespace| {
        let path = FieldPath::of_keys(["metadata", "labels", MANAGED_BY]);
        path.get(namespace.data()).and_then(Data::as_str) == Some(controller.namespace)
    });
    let labelled = namespaces.map(|namespace| namespace.name());
    labelled.chain([controller.namespace]).collect()
}

fn bindings<'c, 'a>(context: &'c Context<'a>) -> impl Iterator<Item = &'c Subject<'a>> {
    let kinds = ["ClusterRoleBinding", "RoleBinding"].into_iter();
    kinds.flat_map(|kind| context.of_kind(RBAC, kind))
}

/// The ServiceAccount that a subject of a binding is, by its own name or by that as a user.
fn account(subject: &Data) -> Option<Controller<'_>> {
    let text = |key: &str| subject.get(key).and_then(Data::as_str);
    match text("kind")? {
        "ServiceAccount" => Some(Controller {
            namespace: text("namespace")?,
            name: text("name")?,
        }),
        "User" => {
            let user = text("name")?.strip_prefix("system:serviceaccount:")?;
            let (namespace, name) = user.split_once(':')?;
            Some(Controller { namespace, name })
        }
        _ => None,
    }
}

fn binds(binding: &Subject<'_>, controller: Controller<'_>) -> bool {
    let subjects = find(binding.data(), "subjects[]");
    subjects.into_iter().any(|(_, subject)| {
        let text = |key: &str| subject.get(key).and_then(Data::as_str);
        let is_group = text("kind") == Some("Group")
            && text("name").is_some_and(|group| {
                let of = group.strip_prefix("system:serviceaccounts");
                group == "system:authenticated"
                    || of.is_some_and(|of| {
                        of.is_empty() || of.strip_prefix(':') == Some(controller.namespace)
                    })
            });
        is_group || account(subject) == Some(controller)
    })
}

/// What the role of a binding gives.
fn role<'c>(context: &'c Context<'_>, binding: &'c Subject<'_>) -> Vec<Given<'c>> {
    let (kind, name) = (binding.text("roleRef.kind"), binding.text("roleRef.name"));
    let mut rendered = context.of_kind(RBAC, kind);
    let rendered = rendered.find(|role| {
        role.name() == name && (kind != "Role" || role.namespace() == binding.namespace())
    });
    if let Some(role) = rendered {
        return match (role.data().get("aggregationRule"), role.data().get("rules")) {
            (Some(_), _) => vec![Given::Unknown(name)],
            (None, Some(rules)) => vec![Given::Rules(rules)],
            (None, None) => Vec::new(),
        };
    }
    let mut given = match (kind, name) {
        ("ClusterRole", "cluster-admin") => return vec![Given::All(&["*/*"])],
        ("ClusterRole", "admin") => vec![Given::All(ADMIN), Given::All(EDIT)],
        ("ClusterRole", "edit") => vec![Given::All(EDIT)],
        ("ClusterRole", "view") => return vec![Given::Reading],
        _ => return vec![Given::Unknown(name)],
    };
    given.extend([Given::Reading, Given::Aggregated]);
    let added = context.of_kind(RBAC, "ClusterRole").filter(|role| {
        let labels = FieldPath::of_keys(["metadata", "labels"]);
        let labels = labels.get(role.data());
        let is_true = |label: &&str| {
            let value = labels.and_then(|labels| labels.get(label));
            value.and_then(Data::as_str) == Some("true")
        };
        AGGREGATES.iter().any(is_true)
    });
    given.extend(added.filter_map(|role| role.data().get("rules").map(Given::Rules)));
    given
}

impl Grants<'_> {
    /// Whether the controller may do with an object what Argo CD does.
    pub(super) fn verdict(&self, target: Target<'_>) -> Verdict {
        let resources = resources(self.context, target);
        let here = self.grants.iter().filter(|grant| {
            let namespace = grant.namespace;
            namespace.is_none_or(|namespace| namespace == target.namespace)
        });
        let here: Vec<&Given<'_>> = here.map(|grant| &grant.given).collect();
        let missing = VERBS.iter().copied().filter(|verb| {
            let gives = |given: &&Given<'_>| given.gives(target, &resources, verb);
            !here.iter().copied().any(|given| gives(&given))
        });
        let missing: Vec<&str> = missing.collect();
        if missing.is_empty() {
            return Verdict::Granted;
        }
        for given in here {
            match given {
                Given::Unknown(role) => {
                    return Verdict::Unknown(format!("what the role {role} grants is not known"));
                }
                Given::Aggregated if !is_built_in(self.context, target.group, target.kind) => {
                    let mut subscribed = self.subscribed.iter();
                    return match subscribed.any(|of| of.serves(target.group, target.kind)) {
                        true => Verdict::Granted,
                        false => Verdict::Unknown(format!(
                            "whether the ClusterRole admin covers {} is up to its operator",
                            target.group
                        )),
                    };
                }
                _ => {}
            }
        }
        Verdict::Missing(missing)
    }

    /// The resource of a kind, for a message.
    pub(super) fn resource(&self, target: Target<'_>) -> String {
        let mut resources = resources(self.context, target);
        resources.swap_remove(0)
    }
}

impl Given<'_> {
    fn gives(&self, target: Target<'_>, resources: &[String], verb: &str) -> bool {
        let is_resource = |name: &str| name == "*" || resources.iter().any(|known| known == name);
        match self {
            Given::Reading => ["get", "list", "watch"].contains(&verb),
            Given::All(all) => all.iter().any(|entry| {
                let (group, resource) = entry.split_once('/').unwrap_or(("", entry));
                (group == "*" || group == target.group) && is_resource(resource)
            }),
            Given::Rules(Data::List(rules)) => rules.iter().any(|rule| {
                let has = |field: &str, wanted: &dyn Fn(&str) -> bool| {
                    let all = select(&rule.value, field);
                    all.iter().any(|(_, text)| wanted(text))
                };
                has("apiGroups[]", &|group| {
                    group == "*" || group == target.group
                }) && has("resources[]", &is_resource)
                    && has("verbs[]", &|granted| granted == "*" || granted == verb)
                    && (rule.value.get("resourceNames").is_none()
                        || OF_ONE.contains(&verb)
                            && has("resourceNames[]", &|name| name == target.name))
            }),
            Given::Rules(_) | Given::Aggregated | Given::Unknown(_) => false,
        }
    }
}

/// What a kind may be called as a resource: its plural by the environment's own definition, or what it probably is
/// (`UnsafeGuessKindToResource` of apimachinery) before what it might be.
fn resources(context: &Context<'_>, target: Target<'_>) -> Vec<String> {
    let mut definitions = context.of_kind("apiextensions.k8s.io", "CustomResourceDefinition");
    let defined = definitions.find(|crd| {
        crd.text("spec.group") == target.group && crd.text("spec.names.kind") == target.kind
    });
    if let Some(crd) = defined {
        return vec![crd.text("spec.names.plural").to_owned()];
    }
    let singular = target.kind.to_lowercase();
    let mut all = match singular.as_str() {
        // Their kinds are plurals already.
        "endpoints" | "securitycontextconstraints" => vec![singular],
        _ => vec![format!("{singular}s"), format!("{singular}es"), singular],
    };
    let first = &all[0];
    let stem = first.strip_suffix('s').unwrap_or(first);
    let of_y = stem
        .strip_suffix('y')
        .filter(|rest| !rest.ends_with(['a', 'e', 'o', 'u']));
    if let Some(rest) = of_y {
        all.insert(0, format!("{rest}ies"));
    } else if all.len() > 1 && ["s", "x", "ch", "sh"].iter().any(|end| stem.ends_with(end)) {
        all.swap(0, 1);
    }
    all
}
