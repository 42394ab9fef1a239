//! Helm and evenkeel on the same charts, in one run: time, CPU and memory of whole processes.

mod environments;
mod generated;
pub(crate) mod measure;
mod table;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Args;
use evenkeel_tests::conformance::Profile;
use tempfile::TempDir;

use crate::charts::{self, Case};
use crate::oracle::{Helm, find};
use crate::workspace;
use measure::{Sample, measure, same_content};

#[derive(Args)]
pub(crate) struct Options {
    /// Charts, or folders that hold charts (default: this repository's)
    charts: Vec<PathBuf>,
    /// The Helm to compare with (default: `helm4`, `helm3` or `helm` in PATH)
    #[arg(long, value_name = "FILE")]
    helm: Option<PathBuf>,
    /// The profile: 4 or 3
    #[arg(long, value_name = "MAJOR", default_value = "4", value_parser = charts::profile)]
    helm_version: Profile,
    /// The evenkeel to measure (default: a release build of this repository)
    #[arg(long, value_name = "FILE")]
    bin: Option<PathBuf>,
    /// How often each program renders each case, in turns
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// From how many milliseconds of Helm on a case counts as heavy
    #[arg(long, value_name = "MS", default_value_t = 120.0)]
    heavy: f64,
    /// Leave out the renders within one process
    #[arg(long)]
    no_in_process: bool,
    /// Measure whole environments instead: this repository's beside a script of Helm calls (needs the Helm 3
    /// that they declare), and generated repositories of 10, 100 and 1,000 Applications; `render` and `check`
    #[arg(long, conflicts_with = "charts")]
    environments: bool,
}

/// What both programs needed for one case.
pub(crate) struct Row {
    name: String,
    helm: Sample,
    ours: Sample,
    same: bool,
}

/// Runs `cargo xtask bench`.
pub(crate) fn run(options: &Options) -> Result<ExitCode, String> {
    if options.environments {
        return environments::run(options);
    }
    let helm = find(options.helm_version, options.helm.as_deref())?;
    let bin = match &options.bin {
        Some(bin) => std::path::absolute(bin).map_err(|e| format!("{}: {e}", bin.display()))?,
        None => workspace::release_build()?,
    };
    let folders = match options.charts.as_slice() {
        [] => vec![workspace::root().join("charts")],
        given => given.to_vec(),
    };
    let cases = charts::cases(&folders)?;
    println!(
        "Helm {} against {}, {} cases, {} rounds",
        helm.version,
        bin.display(),
        cases.len(),
        options.rounds
    );
    let (rows, failed) = compare(&helm, &bin, &cases, options.rounds)?;
    table::print(&rows, options.heavy);
    if !failed.is_empty() {
        println!(
            "\nleft out, for Helm does not render them: {}",
            failed.join(", ")
        );
    }
    if !options.no_in_process {
        in_process(&folders)?;
    }
    let all_same = rows.iter().all(|row| row.same);
    Ok(if all_same {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn compare(
    helm: &Helm,
    bin: &Path,
    cases: &[Case],
    rounds: usize,
) -> Result<(Vec<Row>, Vec<String>), String> {
    let scratch = TempDir::new().map_err(|e| e.to_string())?;
    let files = ["helm", "ours"].map(|name| scratch.path().join(name));
    let (mut rows, mut failed) = (Vec::new(), Vec::new());
    for case in cases {
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        let mut same = true;
        for _ in 0..rounds.max(1) {
            let judge = measure(helm.command(&case.args, &case.directory), &files[0])?;
            let run = measure(helm.candidate(bin, &case.args, &case.directory), &files[1])?;
            same &= same_content(&files[0], &files[1])?;
            if !judge.success {
                break;
            }
            theirs.push(judge.sample);
            ours.push(run.sample);
        }
        if ours.is_empty() {
            failed.push(case.name.clone());
            continue;
        }
        let (helm, ours) = (Sample::median(&theirs), Sample::median(&ours));
        rows.push(Row {
            name: case.name.clone(),
            helm,
            ours,
            same,
        });
    }
    Ok((rows, failed))
}

/// Renders per second within one process, beside the cost of only reading and writing.
fn in_process(folders: &[PathBuf]) -> Result<(), String> {
    println!();
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(workspace::root());
    command.args([
        "bench",
        "--quiet",
        "--package",
        "evenkeel-tests",
        "--bench",
        "render",
        "--",
    ]);
    for folder in folders {
        command.arg(std::path::absolute(folder).map_err(|e| e.to_string())?);
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("cargo bench: {status}")),
        Err(e) => Err(format!("cargo bench: {e}")),
    }
}
