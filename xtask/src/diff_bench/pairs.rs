//! Made pairs, whose edits are known.

use std::collections::BTreeMap;
use std::process::ExitCode;

use evenkeel_tests::edits::{Pair, pairs};
use tempfile::TempDir;

use super::dyff;
use super::judge::{Differs, Scores, cells};

/// Counts by family, and prints a table in Markdown.
pub(super) fn run(differs: &Differs) -> Result<ExitCode, String> {
    let mut families: BTreeMap<&str, (usize, Scores)> = BTreeMap::new();
    for pair in pairs() {
        let (count, sum) = families.entry(pair.family).or_default();
        *count += 1;
        *sum += judge(differs, &pair)?;
    }
    let (mut all, mut sum) = (0, Scores::default());
    let has_dyff = differs.dyff.is_some();
    println!(
        "| edits | pairs | changes | evenkeel: precision | recall | dyff: precision | recall |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for (family, (count, scores)) in &families {
        println!("| {family} | {count} | {} |", cells(*scores, has_dyff));
        all += count;
        sum += *scores;
    }
    println!("| **all** | {all} | {} |", cells(sum, has_dyff));
    if has_dyff {
        println!("\n{}", dyff::NOTE);
    }
    Ok(if sum.evenkeel.is_perfect() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn judge(differs: &Differs, pair: &Pair) -> Result<Scores, String> {
    let scratch = TempDir::new().map_err(|e| e.to_string())?;
    let sides = pair.write(scratch.path()).map_err(|e| e.to_string())?;
    differs.judge(
        &format!("{}: {}", pair.family, pair.name),
        &sides,
        &pair.expected,
        scratch.path(),
    )
}
