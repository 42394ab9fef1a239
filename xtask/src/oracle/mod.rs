//! The installed Helm as the judge.

mod helm;
mod record;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

pub(crate) use helm::{Helm, find_both};

#[derive(Args)]
pub(crate) struct Options {
    /// Fill in what Helm prints: the conformance suite and the goldens of charts
    #[arg(long)]
    record: bool,
    /// Record again what has been recorded already
    #[arg(long, requires = "record")]
    all: bool,
    /// The Helm 4 to use (default: `helm4` or a `helm` of that version in PATH)
    #[arg(long, value_name = "FILE")]
    helm4: Option<PathBuf>,
    /// The Helm 3 to use (default: `helm3` or a `helm` of that version in PATH)
    #[arg(long, value_name = "FILE")]
    helm3: Option<PathBuf>,
    /// Only topics and cases whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
}

/// Runs `cargo xtask oracle`.
pub(crate) fn run(options: &Options) -> Result<ExitCode, String> {
    let helms = find_both(options.helm4.as_deref(), options.helm3.as_deref())?;
    record::run(&helms, &options.filter, options.all)
}
