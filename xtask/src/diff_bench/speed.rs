//! Two large files, compared by both in turns.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use evenkeel_tests::edits::{found_in_json, large, score};
use tempfile::TempDir;

use super::dyff;
use super::judge::Differs;
use crate::bench::measure::{Sample, measure};

/// The files of the two sides.
const NAMES: [&str; 2] = ["before.yaml", "after.yaml"];

/// Times both, and prints medians, the ratio and the peak memory.
pub(super) fn run(differs: &Differs, bytes: usize, rounds: usize) -> Result<ExitCode, String> {
    let scratch = TempDir::new().map_err(|e| e.to_string())?;
    let sides = write(bytes, scratch.path())?;
    let [found, report] = ["found.json", "report"].map(|name| scratch.path().join(name));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        ours.push(measure(differs.evenkeel(&sides, scratch.path()), &found)?.sample);
        if let Some(bin) = &differs.dyff {
            theirs.push(measure(dyff::command(bin, &sides, scratch.path()), &report)?.sample);
        }
    }
    // Only now, for what is read counts as memory of the programs that are started after it.
    let found = std::fs::read_to_string(found).map_err(|e| e.to_string())?;
    let found =
        found_in_json(&found).map_err(|e| format!("evenkeel did not compare the sides: {e}"))?;
    let (_, expected) = large(bytes);
    let (score, ..) = score(&expected, &found);
    println!(
        "{} changes; precision {:.1} %, recall {:.1} %",
        score.expected,
        score.precision() * 100.0,
        score.recall() * 100.0
    );
    println!(
        "two sides of {:.1} MB, {} rounds in turns, medians",
        bytes as f64 / 1e6,
        rounds.max(1)
    );
    let ours = Sample::median(&ours);
    print("evenkeel", &ours, bytes);
    if !theirs.is_empty() {
        let theirs = Sample::median(&theirs);
        print("dyff", &theirs, bytes);
        println!("ratio: {:.1}", theirs.wall / ours.wall);
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the sides into a folder: `cargo xtask diff-bench --speed --write-sides DIR`.
pub(super) fn write_sides(bytes: usize, dir: &Path) -> Result<ExitCode, String> {
    let (sides, _) = large(bytes);
    for (name, text) in NAMES.iter().zip(sides) {
        std::fs::write(dir.join(name), text).map_err(|e| e.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The same in a process of its own: what this one ever held would count as the memory of the programs it starts.
fn write(bytes: usize, dir: &Path) -> Result<[PathBuf; 2], String> {
    let program = std::env::current_exe().map_err(|e| e.to_string())?;
    let megabytes = (bytes / 1_000_000).to_string();
    let status = Command::new(program)
        .args([
            "diff-bench",
            "--speed",
            "--size",
            &megabytes,
            "--write-sides",
        ])
        .arg(dir)
        .status();
    match status {
        Ok(status) if status.success() => Ok(NAMES.map(|name| dir.join(name))),
        Ok(status) => Err(format!("the sides are not written: {status}")),
        Err(e) => Err(e.to_string()),
    }
}

fn print(name: &str, sample: &Sample, bytes: usize) {
    let input = 2.0 * bytes as f64 / f64::from(1 << 20);
    println!(
        "{name}: {:.0} ms wall, {:.0} ms CPU, {:.0} MiB peak ({:.1} times the two sides)",
        sample.wall,
        sample.cpu,
        sample.memory,
        sample.memory / input
    );
}
