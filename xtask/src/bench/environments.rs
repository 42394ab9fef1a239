//! Whole environments: this repository's beside Helm, and generated ones of growing size.

use std::path::Path;
use std::process::{Command, ExitCode};

use evenkeel_tests::conformance::Profile;
use tempfile::TempDir;

use super::measure::{Sample, measure};
use super::{Options, generated};
use crate::oracle::{chain, find};
use crate::workspace;

/// The sizes of generated repositories, in Applications.
const SIZES: [usize; 3] = [10, 100, 1000];

/// Runs `cargo xtask bench --environments`.
pub(super) fn run(options: &Options) -> Result<ExitCode, String> {
    let bin = match &options.bin {
        Some(bin) => std::path::absolute(bin).map_err(|e| format!("{}: {e}", bin.display()))?,
        None => workspace::release_build()?,
    };
    let ours = render(&bin, &workspace::root(), options.rounds)?;
    println!(
        "this repository, all environments, {} rounds",
        options.rounds
    );
    println!("  evenkeel render --env all: {}", shown(&ours));
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
        let sample = render(&bin, directory.path(), options.rounds.min(3))?;
        println!(
            "  {size} Applications of {} charts, {} objects: {}",
            made.charts,
            made.objects_of_one * size * made.environments,
            shown(&sample)
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(sample: &Sample) -> String {
    format!(
        "{:.1} ms ({:.1} ms of CPU), {:.0} MiB",
        sample.wall, sample.cpu, sample.memory
    )
}

/// The median of some renders of all environments of a repository.
fn render(bin: &Path, repository: &Path, rounds: usize) -> Result<Sample, String> {
    let scratch = TempDir::new().map_err(|e| e.to_string())?;
    let mut samples = Vec::new();
    for _ in 0..rounds.max(1) {
        let mut command = Command::new(bin);
        command
            .current_dir(repository)
            .args(["render", "--env", "all", "--seed", "1"]);
        let run = measure(command, &scratch.path().join("out"))?;
        if !run.success {
            return Err(format!("evenkeel does not render {}", repository.display()));
        }
        samples.push(run.sample);
    }
    Ok(Sample::median(&samples))
}
