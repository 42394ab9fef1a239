//! The Argo CD chain of this repository renders as Helm renders each of its Applications by hand.
//!
//! `cargo xtask oracle --chain --record` writes checksums of what Helm prints, which no `bless` changes, to
//! `fixtures/golden/helm.sums`. What the bytes mean stands in the goldens.

#![expect(
    clippy::disallowed_methods,
    reason = "a test that reads what was recorded"
)]

use std::path::Path;

use evenkeel_project::{Project, RenderOptions, outputs};
use evenkeel_tests::Sums;

#[test]
fn every_application_renders_as_helm_renders_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let recorded = std::fs::read_to_string(root.join("fixtures/golden/helm.sums"));
    let recorded = Sums::parse(&recorded.expect("the chain is recorded"));
    let project = Project::open(&root);
    let names = project.choose_envs("all").expect("there are environments");
    let environments = project.render(&names, &RenderOptions::default());
    let rendered: Vec<_> = environments.iter().flat_map(outputs).collect();
    let rendered = rendered
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_slice()));
    let rendered = Sums::of(&recorded.version, rendered);
    let mut different: Vec<_> = rendered.by_name.keys().collect();
    different.extend(recorded.by_name.keys());
    different.sort();
    different.dedup();
    different.retain(|name| rendered.by_name.get(*name) != recorded.by_name.get(*name));
    assert!(
        different.is_empty(),
        "Helm {} does not print {different:?}; after a change of charts, `cargo xtask oracle --chain \
         --record --helm3 FILE` asks it again",
        recorded.version
    );
}
