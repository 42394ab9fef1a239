//! Runs the differs on two sides and counts.

use std::path::{Path, PathBuf};
use std::process::Command;

use evenkeel_tests::edits::{Expected, Score, found_in_json, score};

use super::dyff;
use crate::process;

/// The programs.
pub(super) struct Differs {
    pub(super) evenkeel: PathBuf,
    pub(super) dyff: Option<PathBuf>,
    /// Whether to print what is wrong.
    pub(super) verbose: bool,
}

/// What both found.
#[derive(Clone, Copy, Default)]
pub(super) struct Scores {
    pub(super) evenkeel: Score,
    pub(super) dyff: Score,
}

impl std::ops::AddAssign for Scores {
    fn add_assign(&mut self, other: Scores) {
        self.evenkeel += other.evenkeel;
        self.dyff += other.dyff;
    }
}

impl Differs {
    /// Compares two files or folders with both.
    pub(super) fn judge(
        &self,
        name: &str,
        sides: &[PathBuf; 2],
        expected: &[Expected],
        scratch: &Path,
    ) -> Result<Scores, String> {
        let output = process::run(self.evenkeel(sides, scratch))?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        let found = found_in_json(&stdout).unwrap_or_else(|message| {
            eprintln!("{name}: evenkeel: {message}: {}", output.stderr.trim());
            Vec::new()
        });
        let (evenkeel, missing, surplus) = score(expected, &found);
        if self.verbose {
            for change in missing {
                println!("{name}: missing {change}");
            }
            for change in surplus {
                println!("{name}: surplus {change}");
            }
        }
        let dyff = match &self.dyff {
            Some(dyff) => dyff::judge(dyff, sides, expected, scratch)?,
            None => Score::default(),
        };
        Ok(Scores { evenkeel, dyff })
    }

    /// The comparison of two sides as a command.
    pub(super) fn evenkeel(&self, sides: &[PathBuf; 2], home: &Path) -> Command {
        let paths = sides.iter().map(|side| side.display().to_string());
        let mut args = vec!["diff".to_owned()];
        args.extend(paths);
        args.extend(["--format".to_owned(), "json".to_owned()]);
        process::command(&self.evenkeel, &args, home, home)
    }
}

/// The cells of a table's row: changes, then precision and recall of both.
pub(super) fn cells(scores: Scores, has_dyff: bool) -> String {
    let share = |score: Score| {
        format!(
            "{:.1} % | {:.1} %",
            score.precision() * 100.0,
            score.recall() * 100.0
        )
    };
    let dyff = if has_dyff {
        share(scores.dyff)
    } else {
        "– | –".to_owned()
    };
    format!(
        "{} | {} | {dyff}",
        scores.evenkeel.expected,
        share(scores.evenkeel)
    )
}
