//! `evenkeel check`: the rules over environments.

use std::fmt::Write;

use clap::{Args, ValueEnum};
use evenkeel_config::Date;
use evenkeel_diagnostics::{Severity, SourceMap, Span};
use evenkeel_gitops::Environment;
use evenkeel_project::CheckOptions;
use evenkeel_renderer::Clock;
use evenkeel_rules::{Finding, RULES, Report};

use super::{ProjectFlags, Session, known, rule};
use crate::outcome::{FAILED, Outcome};
use crate::present::{self, Format as Style};

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
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// JSON
    Json,
}

pub(crate) fn run(flags: &Flags) -> Outcome {
    let mut out = Outcome::default();
    let Some(mut session) = flags.project.open(&mut out) else {
        return out;
    };
    // Rules compare environments: all are rendered, whichever are asked for.
    let names = session.project.env_names().into_iter().map(str::to_owned);
    let all = names.collect();
    let asked = std::mem::replace(&mut session.names, all);
    let options = CheckOptions {
        deep: flags.deep,
        envs: (!flags.project.is_all()).then_some(asked),
        app: flags.app.clone(),
        ..options(&session)
    };
    let environments = session.render(&mut out);
    let mut report = evenkeel_project::check(&session.project, &environments, &options);
    let known = flags.known.apply(&mut report, &session, &options, &mut out);
    if known.is_none() {
        return out;
    }
    if flags.fix {
        return mend(flags, &session, &environments, &report, out);
    }
    let sources = session.project.sources();
    match flags.format {
        Format::Text => {
            out.is_styled = true;
            let text = text(&report, sources, flags.deep);
            out.stdout.extend_from_slice(text.as_bytes());
        }
        Format::Json => super::print_json(&json(&report, sources), &mut out),
    }
    fail(&report, &mut out);
    out
}

/// Makes the fixes, and checks again what is left.
fn mend(
    flags: &Flags,
    session: &Session,
    environments: &[Environment],
    report: &Report,
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
    let mut out = run(&Flags {
        fix: false,
        ..flags.clone()
    });
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
pub(super) fn verify(session: &Session, environments: &[Environment], out: &mut Outcome) {
    let options = CheckOptions {
        deep: true,
        ..options(session)
    };
    let report = evenkeel_project::check(&session.project, environments, &options);
    let sources = session.project.sources();
    out.stderr
        .extend_from_slice(findings(&report, sources).as_bytes());
    let parts = [
        counted(report.findings.len(), "finding"),
        counted(report.waived.len(), "waived finding"),
    ];
    let mut parts: Vec<String> = parts.into_iter().flatten().collect();
    if report.findings.is_empty() {
        parts.insert(0, "no findings".to_owned());
    }
    if !report.not_evaluated.is_empty() {
        parts.push(format!("{} not evaluated", report.not_evaluated.len()));
    }
    let text = format!("rules: {}\n", parts.join(", "));
    out.stdout.extend_from_slice(text.as_bytes());
    fail(&report, out);
}

fn options(session: &Session) -> CheckOptions {
    CheckOptions {
        today: today(&session.options.clock),
        render: session.options.clone(),
        ..CheckOptions::default()
    }
}

fn fail(report: &Report, out: &mut Outcome) {
    // What could not be rendered weighs more than what was found.
    if out.code == 0 && report.has_errors() {
        out.code = FAILED;
    }
}

/// The day of a clock.
fn today(clock: &Clock) -> Option<Date> {
    let time = jiff::Timestamp::from_second(clock.seconds).ok()?;
    let date = jiff::tz::TimeZone::UTC.to_datetime(time).date();
    Date::new(&date.to_string())
}

/// Findings, by environment and Application, and a line for each environment.
fn text(report: &Report, sources: &SourceMap, deep: bool) -> String {
    let mut text = findings(report, sources);
    text.push_str(&summary(report, deep));
    text
}

fn findings(report: &Report, sources: &SourceMap) -> String {
    let mut text = String::new();
    let mut group = String::new();
    for folded in &report.findings {
        let finding = &folded.finding;
        let name = match (finding.env.as_str(), finding.app.as_str()) {
            ("", "") => "repository".to_owned(),
            (env, "") => env.to_owned(),
            ("", app) => app.to_owned(),
            (env, app) => format!("{env} › {app}"),
        };
        if name != group {
            group = name;
            let _ = writeln!(text, "{group}\n");
        }
        text.push_str(&shown(finding, sources));
        if let Some(more) = counted(folded.effects.len(), "more effect") {
            let _ = writeln!(text, "  and {more} of the same cause");
        }
        text.push('\n');
    }
    text
}

/// A finding with its snippets; object and field stand beside the template line.
fn shown(finding: &Finding, sources: &SourceMap) -> String {
    let mut diagnostic = finding.diagnostic();
    if !finding.object.kind.is_empty() {
        let mut subject = format!("{}/{}", finding.object.kind, finding.object.name);
        if !finding.path.0.is_empty() {
            let _ = write!(subject, ": {}", finding.path);
        }
        diagnostic.primary.text = subject.clone();
        if !diagnostic.primary.span.file.is_some() {
            diagnostic.message = format!("{subject}: {}", diagnostic.message);
        }
    }
    present::diagnostic(&diagnostic, "", Style::Human, sources)
}

/// A line for each environment, and what was not looked at.
fn summary(report: &Report, deep: bool) -> String {
    let mut text = String::new();
    let names = report.envs.iter().map(String::len);
    let width = names.max().unwrap_or(0);
    for env in &report.envs {
        let of_env = || report.all().filter(|finding| finding.env == *env);
        let count = |severity| {
            of_env()
                .filter(|finding| finding.severity == severity)
                .count()
        };
        let waived = report.waived.iter();
        let waived = waived.filter(|waived| waived.finding.env == *env).count();
        let parts = [
            counted(count(Severity::Error), "error"),
            counted(count(Severity::Warning), "warning"),
            counted(count(Severity::Note), "note"),
            counted(waived, "waived finding"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let result = match of_env().next().is_none() {
            true if parts.is_empty() => "clean".to_owned(),
            true => format!("clean, {}", parts.join(", ")),
            false => parts.join(", "),
        };
        let _ = writeln!(text, "{env:width$}  {result}");
        for skipped in report
            .not_evaluated
            .iter()
            .filter(|skipped| skipped.env == *env)
        {
            let (rule, reason) = (&skipped.rule, &skipped.reason);
            let _ = writeln!(text, "{:width$}  {rule} not evaluated: {reason}", "");
        }
    }
    let rules = counted(report.rules.len(), "rule").unwrap_or_else(|| "no rule".to_owned());
    let _ = writeln!(text, "{rules}");
    if let Some(known) = counted(report.known, "known finding") {
        let _ = writeln!(text, "{known} left out");
    }
    let left: Vec<&str> = RULES
        .iter()
        .filter(|rule| rule.is_deep())
        .map(|rule| rule.code)
        .collect();
    if !deep && !left.is_empty() {
        let _ = writeln!(text, "not run without --deep: {}", left.join(", "));
    }
    text
}

fn counted(count: usize, what: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        count => Some(format!("{count} {what}s")),
    }
}

fn json(report: &Report, sources: &SourceMap) -> serde_json::Value {
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|folded| {
            let mut value = finding_json(&folded.finding, sources);
            let effects = folded.effects.iter();
            value["effects"] = effects
                .map(|effect| finding_json(effect, sources))
                .collect();
            value
        })
        .collect();
    let waived: Vec<_> = report
        .waived
        .iter()
        .map(|waived| {
            let mut value = finding_json(&waived.finding, sources);
            value["waived"] = waived.reason.as_str().into();
            value
        })
        .collect();
    let skipped: Vec<_> = report
        .not_evaluated
        .iter()
        .map(|skipped| serde_json::json!({ "rule": skipped.rule, "env": skipped.env, "reason": skipped.reason }))
        .collect();
    serde_json::json!({
        "envs": report.envs,
        "rules": report.rules,
        "findings": findings,
        "waived": waived,
        "notEvaluated": skipped,
    })
}

fn finding_json(finding: &Finding, sources: &SourceMap) -> serde_json::Value {
    let calls: Vec<_> = finding
        .calls
        .iter()
        .map(|call| serde_json::json!({ "name": call.name, "place": place(call.call, sources) }))
        .collect();
    let values: Vec<_> = finding
        .values
        .iter()
        .map(|hop| serde_json::json!({ "what": hop.what, "name": hop.name, "place": place(hop.place, sources) }))
        .collect();
    serde_json::json!({
        "rule": finding.rule,
        "severity": rule::severity(finding.severity),
        "env": finding.env,
        "app": finding.app,
        "object": {
            "group": finding.object.group,
            "kind": finding.object.kind,
            "namespace": finding.object.namespace,
            "name": finding.object.name,
        },
        "path": finding.path.to_string(),
        "message": finding.message,
        "hints": finding.hints,
        "didYouMean": finding.suggestion,
        "place": place(finding.place, sources),
        "calls": calls,
        "values": values,
        "fingerprint": finding.fingerprint(),
    })
}

/// File, line and column; null where there is no file.
fn place(span: Span, sources: &SourceMap) -> serde_json::Value {
    let (Some(source), Some(at)) = (
        sources.get(span.file),
        sources.line_column(span.file, span.start),
    ) else {
        return serde_json::Value::Null;
    };
    serde_json::json!({ "file": *source.name, "line": at.line, "column": at.column })
}
