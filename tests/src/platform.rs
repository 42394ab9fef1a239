//! The platform of this repository.

#![expect(
    clippy::disallowed_methods,
    reason = "reads this repository and writes copies of it"
)]

use std::fs;
use std::path::{Path, PathBuf};

use evenkeel_diagnostics::Severity;
use evenkeel_gitops::Environment;
use tempfile::TempDir;
use walkdir::WalkDir;

/// What it consists of.
const PARTS: &[&str] = &["charts", "docs", "policies", "evenkeel.yaml"];

/// The root of this repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A copy of what the platform consists of, to be changed.
///
/// # Panics
/// If it cannot be copied.
pub fn copy() -> TempDir {
    let copy = TempDir::new().expect("a temporary directory");
    let parts = PARTS.iter().map(|part| root().join(part));
    let files = parts.filter(|part| part.exists()).flat_map(WalkDir::new);
    for file in files.map(|entry| entry.expect("a file").into_path()) {
        let place = copy
            .path()
            .join(file.strip_prefix(root()).expect("within the root"));
        if file.is_dir() {
            fs::create_dir_all(place).expect("it can be made");
        } else {
            fs::copy(&file, place).expect("it can be copied");
        }
    }
    copy
}

/// The messages of all errors.
pub fn errors(environment: &Environment) -> Vec<String> {
    let errors = environment
        .diagnostics()
        .filter(|(_, diagnostic)| diagnostic.severity == Severity::Error);
    errors
        .map(|(_, diagnostic)| diagnostic.message.clone())
        .collect()
}
