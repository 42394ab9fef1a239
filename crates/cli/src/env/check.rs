//! `evenkeel check`: the rules over environments.

use std::fmt::Write;

use clap::{Args, ValueEnum};
use evenkeel_config::Date;
use evenkeel_diagnostics::{Severity, SourceMap, Span};
use evenkeel_gitops::Environment;
use evenkeel_project::CheckOptions;
use evenkeel_renderer::Clock;
use evenkeel_rules::{Finding, RULES, Report};

use super::{ProjectFlags, Session, rule};
use crate::outcome::{FAILED, Outcome};
use crate::present::{self, Format as Style};

#[derive(Debug, Args)]
pub(crate) struct Flags {
    #[command(flatten)]
    project: ProjectFlags,
    /// Also run the rules that render the environments again
    #[arg(long)]
    deep: bool,
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
    let Some(session) = flags.project.open(&mut out) else {
        return out;
    };
    let environments = session.render(&mut out);
    let reports = reports(&session, &environments, flags.deep);
    let sources = session.project.sources();
    match flags.format {
        Format::Text => {
            out.is_styled = true;
            let text = text(&reports, sources, flags.deep);
            out.stdout.extend_from_slice(text.as_bytes());
        }
        Format::Json => {
            let all: Vec<_> = reports.iter().map(|report| json(report, sources)).collect();
            super::print_json(&serde_json::Value::from(all), &mut out);
        }
    }
    fail(&reports, &mut out);
    out
}

/// All rules, as `verify` runs them: findings go to stderr, a line of numbers to stdout.
pub(super) fn verify(session: &Session, environments: &[Environment], out: &mut Outcome) {
    let reports = reports(session, environments, true);
    let sources = session.project.sources();
    out.stderr
        .extend_from_slice(findings(&reports, sources).as_bytes());
    let count = |of: fn(&Report) -> usize| reports.iter().map(of).sum::<usize>();
    let parts = [
        counted(count(|report| report.findings.len()), "finding"),
        counted(count(|report| report.waived.len()), "waived finding"),
    ];
    let mut parts: Vec<String> = parts.into_iter().flatten().collect();
    if count(|report| report.findings.len()) == 0 {
        parts.insert(0, "no findings".to_owned());
    }
    let skipped = count(|report| report.not_evaluated.len());
    if skipped > 0 {
        parts.push(format!("{skipped} not evaluated"));
    }
    let text = format!("rules: {}\n", parts.join(", "));
    out.stdout.extend_from_slice(text.as_bytes());
    fail(&reports, out);
}

fn reports(session: &Session, environments: &[Environment], deep: bool) -> Vec<Report> {
    let options = CheckOptions {
        today: today(&session.options.clock),
        render: session.options.clone(),
        deep,
    };
    evenkeel_project::check(&session.project, environments, &options)
}

fn fail(reports: &[Report], out: &mut Outcome) {
    // What could not be rendered weighs more than what was found.
    if out.code == 0 && reports.iter().any(Report::has_errors) {
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
fn text(reports: &[Report], sources: &SourceMap, deep: bool) -> String {
    let mut text = findings(reports, sources);
    text.push_str(&summary(reports, deep));
    text
}

fn findings(reports: &[Report], sources: &SourceMap) -> String {
    let mut text = String::new();
    for report in reports {
        let mut app = "";
        for finding in &report.findings {
            if finding.app != app {
                app = &finding.app;
                let _ = writeln!(text, "{} › {app}\n", report.env);
            }
            text.push_str(&shown(finding, sources));
            text.push('\n');
        }
    }
    text
}

/// A finding with its snippets; object and field stand beside the template line.
fn shown(finding: &Finding, sources: &SourceMap) -> String {
    let mut diagnostic = finding.diagnostic();
    let mut subject = format!("{}/{}", finding.object.kind, finding.object.name);
    if !finding.path.0.is_empty() {
        let _ = write!(subject, ": {}", finding.path);
    }
    diagnostic.primary.text = subject.clone();
    if !diagnostic.primary.span.file.is_some() {
        diagnostic.message = format!("{subject}: {}", diagnostic.message);
    }
    present::diagnostic(&diagnostic, "", Style::Human, sources)
}

/// A line for each environment, and what was not looked at.
fn summary(reports: &[Report], deep: bool) -> String {
    let mut text = String::new();
    let width = reports
        .iter()
        .map(|report| report.env.len())
        .max()
        .unwrap_or(0);
    for report in reports {
        let count = |severity: Severity| {
            let findings = report.findings.iter();
            findings
                .filter(|finding| finding.severity == severity)
                .count()
        };
        let parts = [
            counted(count(Severity::Error), "error"),
            counted(count(Severity::Warning), "warning"),
            counted(count(Severity::Note), "note"),
            counted(report.waived.len(), "waived finding"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let result = match report.findings.is_empty() {
            true if parts.is_empty() => "clean".to_owned(),
            true => format!("clean, {}", parts.join(", ")),
            false => parts.join(", "),
        };
        let rules = counted(report.rules.len(), "rule").unwrap_or_else(|| "no rule".to_owned());
        let _ = writeln!(text, "{:width$}  {result} ({rules})", report.env);
        for skipped in &report.not_evaluated {
            let _ = writeln!(
                text,
                "{:width$}  {} not evaluated: {}",
                "", skipped.rule, skipped.reason
            );
        }
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
        .map(|finding| finding_json(finding, sources))
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
        .map(|skipped| serde_json::json!({ "rule": skipped.rule, "reason": skipped.reason }))
        .collect();
    serde_json::json!({
        "env": report.env,
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
