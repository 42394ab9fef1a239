//! Paths of edits, and the items that their brackets mean.

use super::node::Node;

/// Lists without a key whose order means nothing to Kubernetes: they are sets, or alternatives that are tried by
/// themselves.
pub const SETS: &[&str] = &[
    "accessModes",
    "add",
    "apiGroups",
    "dnsNames",
    "drop",
    "egress",
    "enum",
    "except",
    "finalizers",
    "from",
    "hostnames",
    "hosts",
    "ignoreDifferences",
    "ingress",
    "loadBalancerSourceRanges",
    "matchExpressions",
    "matchNames",
    "metrics",
    "mountOptions",
    "nodeSelectorTerms",
    "operations",
    "paths",
    "policyTypes",
    "ports",
    "required",
    "resourceNames",
    "resources",
    "rules",
    "shortNames",
    "supplementalGroups",
    "syncOptions",
    "tls",
    "to",
    "tolerations",
    "values",
    "verbs",
];

/// Kubernetes' merge keys (`patchMergeKey` in k8s.io/api) other than `name`, by the field that holds the list.
const MERGE_KEYS: &[(&str, &str)] = &[
    ("hostAliases", "ip"),
    ("ports", "containerPort"),
    ("topologySpreadConstraints", "topologyKey"),
    ("volumeDevices", "devicePath"),
    ("volumeMounts", "mountPath"),
];

/// The field whose items are told apart by `port`.
const SERVICE_PORTS: (&str, &str) = ("Service", "spec.ports");

/// One step of a path: a key, or what stands in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) text: String,
    pub(super) is_bracket: bool,
}

/// Splits `spec.containers[web].ports[8080]`.
pub(super) fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let is_bracket = rest.starts_with('[');
        let (text, after) = if is_bracket {
            rest[1..]
                .split_once(']')
                .unwrap_or_else(|| panic!("no `]` in {path}"))
        } else {
            rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()))
        };
        let text = text.to_owned();
        steps.push(Step { text, is_bracket });
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    steps
}

/// The place of the item that a bracket means in the list of a field: by its key, else by its place.
pub(super) fn item(items: &[Node], text: &str, kind: &str, field: &str) -> Option<usize> {
    match key_of(items, kind, field) {
        Some(key) => items
            .iter()
            .position(|item| item.get(key).and_then(Node::scalar) == Some(text)),
        None => text.parse().ok(),
    }
}

/// What tells the items of a list apart, if anything does. `field` is the path of the list.
pub(super) fn key_of(items: &[Node], kind: &str, field: &str) -> Option<&'static str> {
    let last = field.rsplit('.').next().unwrap_or(field);
    let of_service = ((kind, field) == SERVICE_PORTS).then_some("port");
    let merge_key = MERGE_KEYS
        .iter()
        .find(|(list, _)| *list == last)
        .map(|(_, key)| *key);
    let candidates = of_service.or(merge_key).into_iter().chain(["name"]);
    candidates.into_iter().find(|key| tells_apart(items, key))
}

fn tells_apart(items: &[Node], key: &str) -> bool {
    let values: Option<Vec<&str>> = items.iter().map(|item| item.get(key)?.scalar()).collect();
    values.is_some_and(|mut values| {
        values.sort_unstable();
        values.windows(2).all(|pair| pair[0] != pair[1])
    })
}
