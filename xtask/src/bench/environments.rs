//! Whole environments: this repository's beside Helm, and generated ones of growing size.

use std::path::Path;
use std::process::{Command, ExitCode};

use evenkeel_tests::conformance::Profile;
use tempfile::TempDir;

use super::measure::{Sample, measure};
use super::{Options, generated};
use crate::oracle::{chain, find};
use crate::workspace;

/// What is measured: rendering, and rendering and checking.
const RENDER: &[&str] = &["render", "--env", "all", "--seed", "1"];
const CHECK: &[&str] = &["check", "--seed", "1"];

/// The sizes of generated repositories, in Applications.
const SIZES: [usize; 3] = [10, 100, 1000];

/// Runs `cargo xtask bench --environments`.
pub(super) fn run(options: &Options) -> Result<ExitCode, String> {
    let bin = match &options.bin {
        Some(bin) => std::path::absolute(bin).map_err(|e| format!("{}: {e}", bin.display()))?,
        None => workspace::release_build()?,
    };
    let root = workspace::root();
    let ours = median(&bin, RENDER, &root, options.rounds)?;
    println!(
        "this repository, all environments, {} rounds",
        options.rounds
    );
    println!("  evenkeel render --env all: {}", shown(&ours));
    let checked = median(&bin, CHECK, &root, options.rounds)?;
    println!("  evenkeel check: {}", shown(&checked));
    match find(Profile::Helm3, options.helm.as_deref()) {
        Ok(helm) => {
            let (calls, spent) = chain::time(&helm)?;
            let spent = spent.as_secs_f64() * 1e3;
            let ratio = spent / ours.wall;
            println!(
                "  helm template {}, {calls} calls in turn: {spent:.0} ms, {ratio:.0} times as long",
                helm.version
            );
        }
        Err(reason) => println!("  no Helm to compare with: {reason}"),
    }
    println!("generated repositories, three environments each");
    for size in SIZES {
        let directory = TempDir::new().map_err(|e| e.to_string())?;
        let made = generated::write(directory.path(), size)?;
        println!(
            "  {size} Applications of {} charts, {} objects",
            made.charts,
            made.objects_of_one * size * made.environments,
        );
        for args in [RENDER, CHECK] {
            let sample = median(&bin, args, directory.path(), options.rounds.min(3))?;
            println!("    {}: {}", args[0], shown(&sample));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(sample: &Sample) -> String {
    format!(
        "{:.1} ms ({:.1} ms of CPU), {:.0} MiB",
        sample.wall, sample.cpu, sample.memory
    )
}

/// The median of some runs of a command over all environments of a repository.
fn median(bin: &Path, args: &[&str], repository: &Path, rounds: usize) -> Result<Sample, String> {
    let scratch = TempDir::new().map_err(|e| e.to_string())?;
    let mut samples = Vec::new();
    for _ in 0..rounds.max(1) {
        let mut command = Command::new(bin);
        command.current_dir(repository).args(args);
        let run = measure(command, &scratch.path().join("out"))?;
        if !run.success {
            let command = args.join(" ");
            return Err(format!(
                "evenkeel {command} fails in {}",
                repository.display()
            ));
        }
        samples.push(run.sample);
    }
    Ok(Sample::median(&samples))
}
