//! Where things are.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// The conformance suite.
pub(crate) fn conformance() -> PathBuf {
    root().join("fixtures/conformance")
}

/// Builds the release binary and gives its path.
///
/// # Errors
/// The build fails.
pub(crate) fn release_build() -> Result<PathBuf, String> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["build", "--release", "--package", "evenkeel"])
        .current_dir(root());
    match command.status() {
        Ok(status) if status.success() => Ok(target().join("release/evenkeel")),
        Ok(status) => Err(format!("cargo build: {status}")),
        Err(e) => Err(format!("cargo build: {e}")),
    }
}

fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(target) => root().join(target),
        None => root().join("target"),
    }
}
