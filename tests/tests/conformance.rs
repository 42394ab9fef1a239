//! Replays the conformance suite (`fixtures/conformance`) in both Helm profiles, in this process.
//!
//! `CONFORMANCE=text cargo test -p evenkeel-tests --test conformance` takes only the topics and cases
//! whose name contains the text.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test: it reads its filter from the environment, works in temporary directories, and \
              prints its figures"
)]

use std::fmt::Write as _;
use std::path::Path;

use evenkeel_cli::Io;
use evenkeel_tests::conformance::{
    Args, Body, Call, Case, Expectation, Outcome, Profile, agrees, call_template, essential,
    load_all, materialise,
};
use evenkeel_tests::reviewed;
use similar::TextDiff;
use tempfile::TempDir;

/// How many failures are shown in full.
const SHOWN: usize = 40;

#[test]
fn prints_what_helm_prints() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/conformance");
    let filter = std::env::var("CONFORMANCE").unwrap_or_default();
    let allowed = reviewed(&fixtures.join("message-differences.md")).expect("the list is there");
    let mut report = Report::default();
    for (topic, _, cases) in load_all(&fixtures).expect("the suite follows its format") {
        for case in &cases.cases {
            if !topic.contains(&filter) && !case.id.contains(&filter) {
                continue;
            }
            for profile in Profile::ALL {
                let name = format!("{topic}/{} (Helm {})", case.id, profile.major());
                let excused = allowed.contains(&name);
                report.add(&name, excused, &replay(case, profile));
            }
        }
    }
    report.finish(filter.is_empty().then_some(&allowed));
}

#[derive(Default)]
struct Report {
    stdout: [usize; 2],
    failing: [usize; 2],
    messages: [usize; 2],
    used: Vec<String>,
    shown: usize,
    text: String,
}

/// What came of one run, or of one call.
struct Verdict {
    /// Whether Helm succeeds.
    success: bool,
    /// Whether we do as Helm does, the message of a failure aside.
    right: bool,
    /// Whether the message is Helm's too.
    message: bool,
    /// What differs.
    difference: String,
}

impl Report {
    fn add(&mut self, name: &str, excused: bool, verdicts: &[Verdict]) {
        for verdict in verdicts {
            let count = |slot: &mut [usize; 2], good: bool| {
                slot[0] += usize::from(good);
                slot[1] += 1;
            };
            if verdict.success {
                count(&mut self.stdout, verdict.right);
            } else {
                count(&mut self.failing, verdict.right);
                count(&mut self.messages, verdict.message);
            }
            let good = verdict.right && verdict.message;
            if !good && verdict.right && excused {
                self.used.push(name.to_owned());
            } else if !good {
                self.shown += 1;
                if self.shown <= SHOWN {
                    let _ = write!(self.text, "\n## {name}\n{}\n", verdict.difference);
                }
            }
        }
    }

    fn finish(self, allowed: Option<&Vec<String>>) {
        let line = |what: &str, [good, all]: [usize; 2]| format!("{what} {good}/{all}");
        let summary = [
            line("stdout", self.stdout),
            line("failures", self.failing),
            line("messages", self.messages),
        ];
        let summary = summary.join(", ");
        println!("conformance: {summary}");
        assert!(
            self.shown == 0,
            "{}\n{} differences; {summary}",
            self.text,
            self.shown
        );
        for name in allowed.into_iter().flatten() {
            assert!(
                self.used.contains(name),
                "no longer differs, take it off the list: {name}"
            );
        }
    }
}

fn replay(case: &Case, profile: Profile) -> Vec<Verdict> {
    match &case.body {
        Body::Calls(calls) => replay_calls(case, calls, profile),
        Body::Run { .. } => {
            let expected = case.expectation(profile).expect("the case is recorded");
            vec![compare(expected, &run(case, profile))]
        }
    }
}

struct Run {
    code: u8,
    stdout: Vec<u8>,
    stderr: String,
    message: String,
}

/// Runs the case's command line where its files are.
fn run(case: &Case, profile: Profile) -> Run {
    let directory = TempDir::new().expect("a temporary directory");
    materialise(case, directory.path()).expect("the case can be written");
    run_in(directory.path(), &case.args, profile)
}

/// Runs a command line in a directory. The current directory belongs to the whole process: this file has
/// one test for that reason.
fn run_in(directory: &Path, args: &Args, profile: Profile) -> Run {
    std::env::set_current_dir(directory).expect("the directory is there");
    let mut args = args.command_line();
    let more = ["--helm-version", profile.major(), "--error-format", "helm"];
    // After the command's name, for arguments may end in `-- --set a=1`.
    args.splice(1..1, more.map(str::to_owned));
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io {
        stdin: &mut std::io::empty(),
        stdout: &mut stdout,
        stderr: &mut stderr,
    };
    let code = evenkeel_cli::run(args.into_iter().map(Into::into).collect(), &mut io);
    let stderr = String::from_utf8_lossy(&stderr).into_owned();
    let message = essential(&stderr, &directory.to_string_lossy());
    Run {
        code,
        stdout,
        stderr,
        message,
    }
}

fn compare(expected: &Expectation, run: &Run) -> Verdict {
    match expected {
        Expectation::Stdout(stdout) => {
            let right = run.code == 0 && run.stdout == *stdout;
            let difference = match run.code {
                0 => diff(stdout, &run.stdout),
                code => format!("exit code {code}: {}", run.stderr),
            };
            Verdict {
                success: true,
                right,
                message: true,
                difference,
            }
        }
        Expectation::Error(recorded) => {
            let recorded = essential(recorded, "\0");
            let message = agrees(&recorded, &run.message);
            let difference = match run.code {
                0 => format!("no failure, but Helm says\n  {recorded}"),
                code => format!("helm: {recorded}\nours: {} (exit code {code})", run.message),
            };
            Verdict {
                success: false,
                right: run.code != 0,
                message,
                difference,
            }
        }
    }
}

fn diff(want: &[u8], got: &[u8]) -> String {
    if let (Ok(want), Ok(got)) = (str::from_utf8(want), str::from_utf8(got)) {
        let diff = TextDiff::from_lines(want, got);
        return diff
            .unified_diff()
            .header("helm", "ours")
            .context_radius(2)
            .to_string();
    }
    format!(
        "helm: {}\nours: {}",
        want.escape_ascii(),
        got.escape_ascii()
    )
}

/// All calls that should succeed in one run, as they were recorded; where that goes wrong, and for those
/// that should fail, each in a run of its own.
fn replay_calls(case: &Case, calls: &[Call], profile: Profile) -> Vec<Verdict> {
    let chart = CallChart::new(case, profile);
    let good: Vec<_> = calls
        .iter()
        .filter(|call| matches!(call.outcome(profile), Some(Outcome::Value(_))))
        .collect();
    let together: String = good
        .iter()
        .map(|call| call_template(&call.expression))
        .collect();
    let output = chart.render(&together);
    let lines = call_lines(&output);
    let batch = (output.code == 0 && lines.len() == good.len()).then_some(lines);
    let mut batch = batch.map(Vec::into_iter);
    let verdicts = calls.iter().map(|call| match call.outcome(profile) {
        Some(Outcome::Value(value)) => {
            let line = match &mut batch {
                Some(lines) => lines.next().unwrap_or_default(),
                None => {
                    let output = chart.render(&call_template(&call.expression));
                    call_lines(&output).pop().unwrap_or(output.message)
                }
            };
            let difference = format!("{}\nhelm: {value}\nours: {line}", call.expression);
            Verdict {
                success: true,
                right: line == *value,
                message: true,
                difference,
            }
        }
        Some(Outcome::Error(error)) => {
            let output = chart.render(&call_template(&call.expression));
            let mut verdict = compare(&Expectation::Error(error.clone()), &output);
            verdict.difference = format!("{}\n{}", call.expression, verdict.difference);
            verdict
        }
        None => panic!("not recorded: {}", call.expression),
    });
    verdicts.collect()
}

/// The chart of a list of calls, on disk; each render has another template.
struct CallChart {
    directory: TempDir,
    profile: Profile,
}

impl CallChart {
    fn new(case: &Case, profile: Profile) -> CallChart {
        let directory = TempDir::new().expect("a temporary directory");
        materialise(case, directory.path()).expect("the case can be written");
        CallChart { directory, profile }
    }

    fn render(&self, template: &str) -> Run {
        let file = self.directory.path().join("demo/templates/t.yaml");
        std::fs::write(file, template).expect("the template can be written");
        run_in(self.directory.path(), &Args::More(Vec::new()), self.profile)
    }
}

fn call_lines(output: &Run) -> Vec<String> {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let lines = stdout.lines().filter_map(|line| line.strip_prefix("# "));
    lines.skip(1).map(str::to_owned).collect()
}
