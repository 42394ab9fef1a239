//! `evenkeel check`: the rules over environments.

use std::fmt::Write;
use std::sync::Arc;

use clap::Args;
use evenkeel_config::Date;
use evenkeel_diagnostics::Diagnostic;
use evenkeel_gitops::Environment;
use evenkeel_project::CheckOptions;
use evenkeel_renderer::Clock;
use evenkeel_report::counted;
use evenkeel_rules::{Report, RuleTestRun};

use super::findings::{FindingFlags, Shown};
use super::{ProjectFlags, Session, known, rule};
use crate::outcome::{FAILED, Outcome, REFUSED};

#[derive(Debug, Clone, Args)]
pub(crate) struct Flags {
    #[command(flatten)]
    project: ProjectFlags,
    /// Show only what is found in an Application
    #[arg(long, value_name = "APP")]
    app: Option<String>,
    /// Also run the rules that render the environments again
    #[arg(long)]
    deep: bool,
    /// Make the fixes that change nothing that is rendered
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    known: known::KnownFlags,
    #[command(flatten)]
    findings: FindingFlags,
}

pub(crate) fn run(flags: &Flags, width: usize) -> Outcome {
    let mut out = Outcome::default();
    let Some(mut session) = flags.project.open(&mut out) else {
        return out;
    };
    // Rules compare environments: all are rendered, whichever are asked for.
    let names = session.project.env_names().into_iter().map(str::to_owned);
    let all = names.collect();
    let asked = std::mem::replace(&mut session.names, all);
    let Some(options) = options(&session, &mut out) else {
        return out;
    };
    let options = CheckOptions {
        deep: flags.deep,
        envs: (!flags.project.is_all()).then_some(asked),
        app: flags.app.clone(),
        ..options
    };
    let environments = session.render(&mut out);
    let mut report = evenkeel_project::check(&session.project, &environments, &options);
    let known = flags.known.apply(&mut report, &session, &options, &mut out);
    if known.is_none() {
        return out;
    }
    if flags.fix {
        let checked = (&session, &environments[..], &report);
        return mend(flags, checked, width, out);
    }
    let shown = Shown {
        report: &report,
        custom: &options.custom,
        session: &session,
        environments: &environments,
        is_deep: flags.deep,
        width,
    };
    flags.findings.show(&shown, &mut out);
    fail(&report, &mut out);
    out
}

/// Makes the fixes, and checks again what is left.
fn mend(
    flags: &Flags,
    (session, environments, report): (&Session, &[Environment], &Report),
    width: usize,
    mut out: Outcome,
) -> Outcome {
    let options = &session.options;
    let fixed = match evenkeel_project::fix(&session.project, environments, report, options) {
        Ok(fixed) => fixed,
        Err((path, error)) => {
            out.refuse(&format!("cannot fix {}: {error}", path.display()));
            return out;
        }
    };
    let again = Flags {
        fix: false,
        ..flags.clone()
    };
    let mut out = run(&again, width);
    let mut text = match fixed.made {
        0 => "nothing to fix\n".to_owned(),
        1 => "1 fix made\n".to_owned(),
        count => format!("{count} fixes made\n"),
    };
    for file in &fixed.files {
        let _ = writeln!(text, "  {}", file.display());
    }
    if fixed.refused > 0 {
        let _ = writeln!(
            text,
            "{} left: they would change what is rendered",
            fixed.refused
        );
    }
    out.stderr.extend_from_slice(text.as_bytes());
    out
}

/// All rules, as `verify` runs them: findings go to stderr, a line of numbers to stdout.
pub(super) fn verify(
    session: &Session,
    environments: &[Environment],
    width: usize,
    out: &mut Outcome,
) {
    let Some(options) = options(session, out) else {
        return;
    };
    let options = CheckOptions {
        deep: true,
        ..options
    };
    let report = evenkeel_project::check(&session.project, environments, &options);
    let shown = Shown {
        report: &report,
        custom: &options.custom,
        session,
        environments,
        is_deep: true,
        width,
    };
    out.stderr.extend_from_slice(shown.plain().as_bytes());
    let parts = [
        counted(report.findings.len(), "finding"),
        counted(report.waived.len(), "waived finding"),
    ];
    let mut parts: Vec<String> = parts.into_iter().flatten().collect();
    if report.findings.is_empty() {
        parts.insert(0, "no findings".to_owned());
    }
    // As in the summary of a check: what nobody declares is not hidden from the rules.
    let hidden = report.not_evaluated.iter().filter(|at| !at.is_undeclared);
    match hidden.count() {
        0 => {}
        count => parts.push(format!("{count} not evaluated")),
    }
    let text = format!("rules: {}\n", parts.join(", "));
    out.stdout.extend_from_slice(text.as_bytes());
    fail(&report, out);
}

/// What every check has in common; nothing where the repository's own rules cannot be used, which is then told.
fn options(session: &Session, out: &mut Outcome) -> Option<CheckOptions> {
    let custom = rule::custom(&session.project, out)?;
    // A rule that fails its own tests says something else than its author means.
    let failed: Vec<Diagnostic> = custom
        .test()
        .iter()
        .filter_map(RuleTestRun::diagnostic)
        .collect();
    if !failed.is_empty() {
        super::report(&failed, &session.project, out);
        out.code = REFUSED;
        return None;
    }
    Some(CheckOptions {
        today: today(&session.options.clock),
        render: session.options.clone(),
        custom: Arc::new(custom),
        ..CheckOptions::default()
    })
}

fn fail(report: &Report, out: &mut Outcome) {
    // What could not be rendered weighs more than what was found.
    if out.code == 0 && report.has_errors() {
        out.code = FAILED;
    }
}

/// The day of a clock.
pub(super) fn today(clock: &Clock) -> Option<Date> {
    let time = jiff::Timestamp::from_second(clock.seconds).ok()?;
    let date = jiff::tz::TimeZone::UTC.to_datetime(time).date();
    Date::new(&date.to_string())
}
