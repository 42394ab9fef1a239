//! Rewrites this repository's own goldens: snapshots, the outputs in the manuals, and what its environments
//! render to. What was recorded from Helm stays as it is.

use std::process::{Command, ExitCode};

use clap::Args;

use crate::workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// Only tests whose name contains this
    filter: Option<String>,
}

/// Runs `cargo xtask bless`: the tests once more, with insta and the tests that know `BLESS` told to accept what they
/// give. A test that fails for another reason still fails.
pub(crate) fn run(options: &Options) -> Result<ExitCode, String> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["test", "--workspace", "--no-fail-fast"])
        .current_dir(workspace::root());
    command.args(&options.filter);
    command
        .env("BLESS", "1")
        .env("INSTA_UPDATE", "always")
        .env("INSTA_FORCE_PASS", "1");
    let status = command.status().map_err(|e| format!("cargo test: {e}"))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
