//! Renders charts with Helm and with evenkeel and tells where they differ.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use evenkeel_tests::conformance::essential;
use evenkeel_tests::reviewed;
use similar::TextDiff;

use super::Helm;
use crate::charts::{self, Case};
use crate::process::{self, Output};
use crate::workspace;

/// How many lines of a difference are printed.
const SHOWN: usize = 20;

#[derive(Default)]
struct Tally {
    same: usize,
    same_where_stable: usize,
    same_failure: usize,
    other_message: usize,
    known: usize,
    different: usize,
}

/// Compares both profiles over all cases of `folders`.
pub(crate) fn run(helms: &[Helm; 2], folders: &[PathBuf], bin: &Path) -> Result<ExitCode, String> {
    let known = reviewed(&workspace::root().join("fixtures/oracle/known.md"))?;
    let cases = charts::cases(folders)?;
    let mut failed = false;
    for helm in helms {
        let mut tally = Tally::default();
        for case in &cases {
            compare(helm, bin, case, &known, &mut tally)?;
        }
        failed |= tally.different > 0;
        println!(
            "Helm {}: {} cases: {} identical, {} identical in all lines that Helm repeats, {} failures \
             alike, {} with another message, {} known differences, {} differences",
            helm.version,
            cases.len(),
            tally.same,
            tally.same_where_stable,
            tally.same_failure,
            tally.other_message,
            tally.known,
            tally.different,
        );
    }
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn compare(
    helm: &Helm,
    bin: &Path,
    case: &Case,
    known: &[String],
    tally: &mut Tally,
) -> Result<(), String> {
    let name = format!("{} (Helm {})", case.name, helm.profile.major());
    let theirs = helm.run(&case.args, &case.directory)?;
    let ours = process::run(helm.candidate(bin, &case.args, &case.directory))?;
    if theirs.success && theirs.stdout == ours.stdout && ours.success {
        tally.same += 1;
        return Ok(());
    }
    if !theirs.success && !ours.success && ours.code.is_some() {
        let (helms, own) = (message(&theirs, case), message(&ours, case));
        if helms == own {
            tally.same_failure += 1;
        } else {
            tally.other_message += 1;
            println!("~~ {name}\n  helm: {helms}\n  ours: {own}");
        }
        return Ok(());
    }
    if theirs.success && ours.success {
        let again = helm.run(&case.args, &case.directory)?;
        if again.stdout != theirs.stdout && stable_lines_agree(&theirs, &again, &ours) {
            tally.same_where_stable += 1;
            return Ok(());
        }
    }
    if known.contains(&name) {
        tally.known += 1;
        return Ok(());
    }
    tally.different += 1;
    println!("## {name}\n{}", difference(&theirs, &ours, case));
    Ok(())
}

fn message(output: &Output, case: &Case) -> String {
    essential(&output.stderr, &case.directory.to_string_lossy())
}

/// Whether our output has the lines on which two runs of Helm agree (random passwords and certificates
/// differ each time), in the same places.
fn stable_lines_agree(first: &Output, second: &Output, ours: &Output) -> bool {
    let lines = |output: &Output| -> Vec<Vec<u8>> {
        output
            .stdout
            .split(|&b| b == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (first, second, ours) = (lines(first), lines(second), lines(ours));
    first.len() == second.len()
        && first.len() == ours.len()
        && first
            .iter()
            .zip(&second)
            .zip(&ours)
            .all(|((a, b), own)| a != b || a == own)
}

fn difference(theirs: &Output, ours: &Output, case: &Case) -> String {
    if theirs.success != ours.success {
        let tell = |output: &Output| match output.success {
            true => "succeeds".to_owned(),
            false => format!("fails: {}", message(output, case)),
        };
        return format!("  helm {}\n  ours {}", tell(theirs), tell(ours));
    }
    let (old, new) = (
        String::from_utf8_lossy(&theirs.stdout),
        String::from_utf8_lossy(&ours.stdout),
    );
    let diff = TextDiff::from_lines(&*old, &*new)
        .unified_diff()
        .header("helm", "ours")
        .to_string();
    diff.lines()
        .take(SHOWN)
        .map(|line| format!("  {line}\n"))
        .collect()
}
