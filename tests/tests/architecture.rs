//! ARCHITECTURE.md's table of crates says what the manifests say.

#![expect(
    clippy::disallowed_methods,
    reason = "a test that reads the repository"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

type Uses = BTreeMap<String, BTreeSet<String>>;

#[test]
fn the_table_of_crates_is_true() {
    let documented = table(&read(&root().join("ARCHITECTURE.md")));
    let mut actual = Uses::new();
    for entry in std::fs::read_dir(root().join("crates")).expect("crates are there") {
        let path = entry.expect("a folder").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        actual.insert(name, dependencies(&read(&path.join("Cargo.toml"))));
    }
    assert_eq!(
        documented, actual,
        "left: ARCHITECTURE.md, right: crates/*/Cargo.toml"
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The rows of the table under `## Crates`.
fn table(page: &str) -> Uses {
    let section = page
        .split("\n## ")
        .find(|part| part.starts_with("Crates\n"));
    let section = section.expect("a section of crates");
    let rows = section
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1);
    let row = |line: &str| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let uses = cells[2]
            .split(", ")
            .filter(|name| *name != "–")
            .map(str::to_owned);
        (cells[0].to_owned(), uses.collect())
    };
    rows.map(row).collect()
}

/// The crates of the workspace that a manifest lists under `[dependencies]`, `diagnostics` aside.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let section = manifest
        .split("\n[")
        .find(|part| part.starts_with("dependencies]"));
    let names = section
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.strip_prefix("evenkeel-"));
    let names = names.filter_map(|rest| rest.split(['.', ' ', '=']).next());
    names
        .filter(|name| *name != "diagnostics")
        .map(str::to_owned)
        .collect()
}
