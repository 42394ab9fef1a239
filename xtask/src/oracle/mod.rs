//! The installed Helm as the judge.

pub(crate) mod chain;
mod compare;
mod generate;
mod goldens;
mod helm;
mod record;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use evenkeel_tests::conformance::Profile;

use crate::workspace;
pub(crate) use helm::{Helm, find, find_both};

#[derive(Args)]
pub(crate) struct Options {
    /// Charts, or folders that hold charts, to compare (default: this repository's)
    charts: Vec<PathBuf>,
    /// The evenkeel to compare (default: a release build of this repository)
    #[arg(long, value_name = "FILE")]
    bin: Option<PathBuf>,
    /// Render this repository's Argo CD chain with the Helm 3 that its environments declare, and compare with
    /// the goldens; with --record, write them
    #[arg(long, conflicts_with_all = ["charts", "bin", "generate", "all", "helm4", "filter"])]
    chain: bool,
    /// Write the inputs of the generated conformance topics (no Helm needed; record afterwards)
    #[arg(long, conflicts_with = "record")]
    generate: bool,
    /// Fill in what Helm prints: the conformance suite and the goldens of charts
    #[arg(long, conflicts_with_all = ["charts", "bin"])]
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
    /// With --record: only topics and cases whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
}

/// Runs `cargo xtask oracle`.
pub(crate) fn run(options: &Options) -> Result<ExitCode, String> {
    if options.generate {
        return generate::run();
    }
    if options.chain {
        let helm = find(Profile::Helm3, options.helm3.as_deref())?;
        return chain::run(&helm, options.record);
    }
    let helms = find_both(options.helm4.as_deref(), options.helm3.as_deref())?;
    if options.record {
        goldens::record(&helms, &options.filter)?;
        return record::run(&helms, &options.filter, options.all);
    }
    let bin = match &options.bin {
        Some(bin) => std::path::absolute(bin).map_err(|e| format!("{}: {e}", bin.display()))?,
        None => workspace::release_build()?,
    };
    let folders = match options.charts.as_slice() {
        [] => vec![workspace::root().join("charts")],
        given => given.to_vec(),
    };
    compare::run(&helms, &folders, &bin)
}
