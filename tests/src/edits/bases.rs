//! The manifests that are edited.

use std::sync::LazyLock;

use super::embedded;
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

/// The documents of a base, data within strings written as an edit will write it.
pub(super) fn documents(name: &str) -> Vec<Node> {
    static READ: LazyLock<Vec<Vec<Node>>> =
        LazyLock::new(|| BASES.iter().map(|(_, text)| read(text)).collect());
    let found = BASES.iter().position(|(base, _)| *base == name);
    READ[found.unwrap_or_else(|| panic!("no base {name}"))].clone()
}

fn read(text: &str) -> Vec<Node> {
    let mut documents: Vec<Node> = text.split("\n---\n").map(Node::parse).collect();
    documents.iter_mut().for_each(embedded::settle);
    documents
}
