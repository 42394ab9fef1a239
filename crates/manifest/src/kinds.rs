//! The order in which kinds are installed.

/// Helm's `InstallOrder`: namespaces and policies first, what needs them later.
pub(crate) const INSTALL_ORDER: &[&str] = &[
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// The same without the two webhook kinds, which Helm 4 added at the end: Helm 3 sorts them among the
/// unknown kinds.
pub(crate) const INSTALL_ORDER_BEFORE_WEBHOOKS: &[&str] =
    INSTALL_ORDER.split_at(INSTALL_ORDER.len() - 2).0;

/// Where a kind sorts: known kinds by their place in `order`, then unknown ones by name.
pub(crate) fn rank<'a>(kind: &'a str, order: &[&str]) -> (usize, &'a str) {
    match order.iter().position(|known| *known == kind) {
        Some(place) => (place, ""),
        None => (order.len(), kind),
    }
}

/// Where a kind sorts in the order in which Helm installs: known kinds by their place, then unknown ones by name.
pub fn install_rank(kind: &str) -> (usize, &str) {
    rank(kind, INSTALL_ORDER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_kinds_come_first_and_unknown_ones_by_name() {
        let mut kinds = vec!["Zeta", "Service", "", "Namespace", "Alpha", "APIService"];
        kinds.sort_by_key(|kind| rank(kind, INSTALL_ORDER));
        assert_eq!(
            kinds,
            ["Namespace", "Service", "APIService", "", "Alpha", "Zeta"]
        );
    }

    #[test]
    fn helm_3_does_not_know_webhooks() {
        assert_eq!(INSTALL_ORDER_BEFORE_WEBHOOKS.last(), Some(&"APIService"));
    }
}
