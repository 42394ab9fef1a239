//! `evenkeel diff` beside dyff: what they find of known edits and of labelled revisions, and how fast.

mod dyff;
mod judge;
mod labels;
mod pairs;
mod speed;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::workspace;
use judge::Differs;

#[derive(Args)]
pub(crate) struct Options {
    /// The evenkeel to measure (default: a release build of this repository)
    #[arg(long, value_name = "FILE")]
    bin: Option<PathBuf>,
    /// The dyff to compare with (default: none)
    #[arg(long, value_name = "FILE")]
    dyff: Option<PathBuf>,
    /// Labelled revisions instead of made pairs: a folder as fixtures/diff/revisions
    #[arg(long, value_name = "DIR", requires = "mirrors")]
    labels: Option<PathBuf>,
    /// Where clones of the labelled repositories are: `<owner>+<name>/repo` or `<owner>/<name>`, bare or not
    #[arg(long, value_name = "DIR")]
    mirrors: Option<PathBuf>,
    /// Time two large sets of manifests instead
    #[arg(long, conflicts_with = "labels")]
    speed: bool,
    /// How large a side is for --speed, in MB
    #[arg(long, value_name = "MB", default_value_t = 20, requires = "speed")]
    size: usize,
    /// How often each program runs for --speed, in turns
    #[arg(long, default_value_t = 5, requires = "speed")]
    rounds: usize,
    /// Only write the sides of --speed into a folder
    #[arg(long, value_name = "DIR", requires = "speed", hide = true)]
    write_sides: Option<PathBuf>,
    /// Say what is missing and what is too much
    #[arg(long, short)]
    verbose: bool,
}

/// Runs `cargo xtask diff-bench`.
pub(crate) fn run(options: &Options) -> Result<ExitCode, String> {
    if let Some(dir) = &options.write_sides {
        return speed::write_sides(options.size * 1_000_000, dir);
    }
    let absolute =
        |path: &PathBuf| std::path::absolute(path).map_err(|e| format!("{}: {e}", path.display()));
    let differs = Differs {
        evenkeel: match &options.bin {
            Some(bin) => absolute(bin)?,
            None => workspace::release_build()?,
        },
        dyff: options.dyff.as_ref().map(absolute).transpose()?,
        verbose: options.verbose,
    };
    if options.speed {
        return speed::run(&differs, options.size * 1_000_000, options.rounds);
    }
    match (&options.labels, &options.mirrors) {
        (Some(labels), Some(mirrors)) => labels::run(&differs, labels, mirrors),
        _ => pairs::run(&differs),
    }
}
