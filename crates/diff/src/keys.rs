//! What Kubernetes knows of lists: which fields tell their items apart, and whether their order means anything.

use std::sync::LazyLock;

use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::{Data, DataItem};

/// Fields that tell the items of a list apart, by the list's name: the merge keys of Kubernetes' OpenAPI document
/// (`x-kubernetes-patch-merge-key`), and behind them what else a server takes two items apart by
/// (`x-kubernetes-list-map-keys`). A key holds where no two items of a side share it; `name` is tried after the first.
const KEYS: &[(&str, &[&[&str]])] = &[
    ("conditions", &[&["type"]]),
    ("hostAliases", &[&["ip"]]),
    ("ownerReferences", &[&["uid"]]),
    (
        "ports",
        &[&["containerPort"], &["containerPort", "protocol"]],
    ),
    (
        "topologySpreadConstraints",
        &[&["topologyKey"], &["topologyKey", "whenUnsatisfiable"]],
    ),
    ("volumeDevices", &[&["devicePath"]]),
    ("volumeMounts", &[&["mountPath"]]),
];

/// The same where the list has that meaning in one kind only.
const KEYS_OF_KINDS: &[(&str, &str, &[&[&str]])] =
    &[("Service", "ports", &[&["port"], &["port", "protocol"]])];

/// What tells the items of any list apart that all have it.
const NAME: &[&str] = &["name"];

/// Lists with a key whose order is that in which things happen.
const ORDERED: &[&str] = &["initContainers", "steps"];

/// Lists without a key whose order means nothing, in any object: they are sets, or alternatives that are tried by
/// themselves. Custom resources borrow them from Kubernetes.
const SETS: &[&str] = &[
    "accessModes",
    "apiGroups",
    "dnsNames",
    "finalizers",
    "ignoreDifferences",
    "loadBalancerSourceRanges",
    "matchExpressions",
    "matchNames",
    "mountOptions",
    "nodeSelectorTerms",
    "nonResourceURLs",
    "policyTypes",
    "resourceNames",
    "shortNames",
    "supplementalGroups",
    "syncOptions",
    "tolerations",
    "verbs",
];

/// The same in objects of Kubernetes' own groups. Elsewhere such a list may be gone through from the top.
const SETS_OF_KUBERNETES: &[&str] = &[
    "add",
    "apiVersions",
    "categories",
    "drop",
    "egress",
    "enum",
    "except",
    "from",
    "hostnames",
    "hosts",
    "ingress",
    "metrics",
    "operations",
    "paths",
    "ports",
    "required",
    "resources",
    "rules",
    "tls",
    "to",
    "values",
];

/// What an object is, as far as its lists are concerned.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Shape<'o> {
    /// Its kind.
    pub(crate) kind: &'o str,
    /// Whether its group is one of Kubernetes' own.
    pub(crate) is_builtin: bool,
}

impl<'o> Shape<'o> {
    /// The shape of an object of a group and a kind.
    pub(crate) fn new(group: &str, kind: &'o str) -> Shape<'o> {
        Shape {
            kind,
            is_builtin: !group.contains('.') || group.ends_with(".k8s.io"),
        }
    }

    /// The keys that may tell the items of the list apart, each of one field or more.
    pub(crate) fn keys(self, path: &FieldPath) -> impl Iterator<Item = &'static [&'static str]> {
        let list = name(path);
        let of_kind = KEYS_OF_KINDS
            .iter()
            .find(|(kind, field, _)| *kind == self.kind && *field == list)
            .map(|(.., keys)| *keys);
        let known = of_kind.or_else(|| {
            let row = KEYS.iter().find(|(field, _)| *field == list);
            row.map(|(_, keys)| *keys)
        });
        let (first, rest) = known
            .unwrap_or_default()
            .split_at(usize::from(known.is_some()));
        first
            .iter()
            .copied()
            .chain([NAME])
            .chain(rest.iter().copied())
    }

    /// Whether the order of a list without a key means nothing.
    pub(crate) fn is_set(self, path: &FieldPath) -> bool {
        let list = name(path);
        SETS.contains(&list) || self.is_builtin && SETS_OF_KUBERNETES.contains(&list)
    }
}

/// Whether the order of a list with a key means something.
pub(crate) fn is_ordered(path: &FieldPath) -> bool {
    ORDERED.contains(&name(path))
}

fn name(path: &FieldPath) -> &str {
    match path.0.last() {
        Some(Step::Key(key)) => key,
        _ => "",
    }
}

/// What the items of a list say for a key; `None` if one of them does not.
pub(crate) fn values<'d>(items: &'d [DataItem], key: &[&str]) -> Option<Vec<Vec<&'d Data>>> {
    let value = |item: &'d DataItem| -> Option<Vec<&'d Data>> {
        let field = |field: &&str| match item.value.get(field) {
            None | Some(Data::Null) if *field == "protocol" => Some(&*TCP),
            Some(value @ (Data::Str(_) | Data::Int(_) | Data::Uint(_) | Data::Float(_))) => {
                Some(value)
            }
            _ => None,
        };
        key.iter().map(field).collect()
    };
    items.iter().map(value).collect()
}

/// The protocol of a port that says none.
static TCP: LazyLock<Data> = LazyLock::new(|| Data::str("TCP"));
