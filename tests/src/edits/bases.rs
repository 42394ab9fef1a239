//! The manifests that are edited.

use super::node::Node;

/// By name. Each is written for this purpose, none is a real chart's.
const BASES: &[(&str, &str)] = &[
    (
        "cluster",
        include_str!("../../../fixtures/diff/bases/cluster.yaml"),
    ),
    (
        "config",
        include_str!("../../../fixtures/diff/bases/config.yaml"),
    ),
    (
        "platform",
        include_str!("../../../fixtures/diff/bases/platform.yaml"),
    ),
    (
        "shop",
        include_str!("../../../fixtures/diff/bases/shop.yaml"),
    ),
    (
        "store",
        include_str!("../../../fixtures/diff/bases/store.yaml"),
    ),
];

/// The documents of a base.
pub(super) fn documents(name: &str) -> Vec<Node> {
    let found = BASES.iter().find(|(base, _)| *base == name);
    let (_, text) = found.unwrap_or_else(|| panic!("no base {name}"));
    text.split("\n---\n").map(Node::parse).collect()
}
