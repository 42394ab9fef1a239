//! `evenkeel diff` on pairs of manifests with known edits: all changes, and no others.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use evenkeel_cli::Io;
use evenkeel_tests::edits::{Pair, Score, found_in_json, pairs, score};
use tempfile::TempDir;

#[test]
fn there_are_pairs_of_all_families() {
    let pairs = pairs();
    let mut names: Vec<_> = pairs.iter().map(|pair| (pair.family, &pair.name)).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), pairs.len(), "two pairs have one name");
    assert!(pairs.len() >= 240, "{} pairs", pairs.len());
}

#[test]
fn all_edits_are_found_and_nothing_else() {
    let mut families: BTreeMap<&str, (usize, Score)> = BTreeMap::new();
    let mut report = String::new();
    for pair in pairs() {
        let (counted, wrong) = judge(&pair);
        let (count, sum) = families.entry(pair.family).or_default();
        *count += 1;
        *sum += counted;
        if !wrong.is_empty() {
            let _ = write!(report, "{}: {}\n{wrong}", pair.family, pair.name);
        }
    }
    for (family, (count, sum)) in &families {
        let (precision, recall) = (sum.precision() * 100.0, sum.recall() * 100.0);
        let _ = writeln!(
            report,
            "{family}: {count} pairs, {} changes, precision {precision:.1} %, recall {recall:.1} %",
            sum.expected
        );
    }
    assert!(
        families.values().all(|(_, sum)| sum.is_perfect()),
        "{report}"
    );
}

/// Each way of showing differences, with all of them.
const OUTPUTS: [&[&str]; 2] = [&["--format", "json"], &["--format", "text", "--all"]];

#[test]
fn no_output_holds_a_secret() {
    let has_secret = |pair: &Pair| {
        pair.expected
            .iter()
            .any(|change| change.object.kind == "Secret")
    };
    for pair in pairs().into_iter().filter(has_secret) {
        let dir = TempDir::new().expect("a temporary directory");
        let sides = pair.write(dir.path()).expect("it can be written");
        for output in OUTPUTS {
            let (_, stdout, stderr) = run(&sides, output);
            for secret in &pair.secrets {
                let shown = stdout.contains(secret) || stderr.contains(secret);
                assert!(
                    !shown,
                    "{}: {}: {output:?} shows {secret}",
                    pair.family, pair.name
                );
            }
        }
    }
}

/// Counts, and says what is wrong.
fn judge(pair: &Pair) -> (Score, String) {
    let dir = TempDir::new().expect("a temporary directory");
    let (code, stdout, stderr) = run(
        &pair.write(dir.path()).expect("it can be written"),
        OUTPUTS[0],
    );
    let mut wrong = String::new();
    let found = found_in_json(&stdout).unwrap_or_else(|message| {
        let _ = writeln!(wrong, "  {message}\n{stderr}");
        Vec::new()
    });
    let (score, missing, surplus) = score(&pair.expected, &found);
    for change in missing {
        let _ = writeln!(wrong, "  missing {change}");
    }
    for change in surplus {
        let _ = writeln!(wrong, "  surplus {change}");
    }
    let want = u8::from(!pair.expected.is_empty());
    if code != want {
        let _ = writeln!(wrong, "  exit code {code} instead of {want}\n{stderr}");
    }
    (score, wrong)
}

fn run(sides: &[PathBuf; 2], output: &[&str]) -> (u8, String, String) {
    let paths = sides.iter().map(|side| side.display().to_string());
    let args = ["diff".to_owned()].into_iter().chain(paths);
    let args = args.chain(output.iter().map(|&word| word.to_owned()));
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io {
        stdin: &mut std::io::empty(),
        stdout: &mut stdout,
        stderr: &mut stderr,
    };
    let code = evenkeel_cli::run(args.map(Into::into).collect(), &mut io);
    let [stdout, stderr] = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    (code, stdout, stderr)
}
