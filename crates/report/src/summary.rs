//! The numbers of a check, and what it could not look at.

use std::fmt::Write;

use evenkeel_diagnostics::Severity;
use evenkeel_rules::{NotEvaluated, RULES};

use crate::Results;
use crate::describe::counted;
use crate::paint::{Style, harmless};
use crate::wrap::wrapped;

/// How many reasons are listed; all of them stand in the JSON report.
const MAX_REASONS: usize = 20;

/// What there is of one environment, or of what belongs to none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) notes: usize,
    pub(crate) waived: usize,
    pub(crate) not_evaluated: usize,
    pub(crate) failures: usize,
}

impl Numbers {
    /// The numbers of an environment; those of no environment for an empty name. Effects count too.
    pub(crate) fn of(env: &str, results: &Results<'_>) -> Numbers {
        let report = results.report;
        let count = |severity| {
            let found = report.all();
            let found = found.filter(|finding| finding.env == env && finding.severity == severity);
            found.count()
        };
        let waived = report.waived.iter();
        let skipped = report.not_evaluated.iter();
        let failures = results.failures.iter();
        Numbers {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            waived: waived.filter(|waived| waived.finding.env == env).count(),
            not_evaluated: skipped
                .filter(|skipped| skipped.env == env && !skipped.is_undeclared)
                .count(),
            failures: failures.filter(|failure| failure.env == env).count(),
        }
    }

    fn shown(self) -> String {
        let bad = [
            (counted(self.failures, "failure"), Style::Red),
            (counted(self.errors, "error"), Style::Red),
            (counted(self.warnings, "warning"), Style::Yellow),
            (counted(self.notes, "note"), Style::Cyan),
        ];
        let mut parts: Vec<String> = bad
            .into_iter()
            .filter_map(|(part, style)| Some(style.paint(part?).to_string()))
            .collect();
        if parts.is_empty() {
            parts.push(Style::Green.paint("clean").to_string());
        }
        parts.extend((self.waived > 0).then(|| format!("{} waived", self.waived)));
        let skipped = self.not_evaluated;
        parts.extend((skipped > 0).then(|| format!("{skipped} not evaluated")));
        parts.join(", ")
    }
}

/// A line for each environment, then why what was not evaluated, and which rules did not run.
/// Lines have `width` characters where words allow it.
pub fn summary(results: &Results<'_>, width: usize) -> String {
    let report = results.report;
    let mut text = String::new();
    let mut rows: Vec<(&str, Numbers)> = Vec::new();
    let common = Numbers::of("", results);
    if common != Numbers::default() {
        rows.push(("repository", common));
    }
    let envs = report.envs.iter();
    rows.extend(envs.map(|env| (env.as_str(), Numbers::of(env, results))));
    let names = rows.iter().map(|(name, _)| name.chars().count());
    let column = names.max().unwrap_or(0);
    for (name, numbers) in rows {
        let _ = writeln!(text, "{:column$}  {}", harmless(name), numbers.shown());
    }
    text.push_str(&wrapped(&reasons(&report.not_evaluated), width));
    text.push_str(&wrapped(&undeclared(&report.not_evaluated), width));
    text.push_str(&rules(results));
    text
}

/// Why what was not evaluated; a reason that several environments have stands once.
fn reasons(skipped: &[NotEvaluated]) -> String {
    let mut lines: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    for skipped in skipped.iter().filter(|skipped| !skipped.is_undeclared) {
        let (rule, reason) = (&*skipped.rule, skipped.reason.as_str());
        match lines
            .iter_mut()
            .find(|line| (line.0, line.1) == (rule, reason))
        {
            Some((.., envs)) => envs.push(&skipped.env),
            None => lines.push((rule, reason, vec![&skipped.env])),
        }
    }
    lines.sort_by_key(|(rule, ..)| *rule);
    let mut text = String::new();
    if !lines.is_empty() {
        text.push_str("not evaluated\n");
    }
    for (rule, reason, envs) in lines.iter().take(MAX_REASONS) {
        let envs = match envs.join(", ") {
            envs if envs.is_empty() => String::new(),
            envs => format!(" {}", harmless(&envs)),
        };
        let _ = writeln!(text, "  {rule}{envs}: {}", harmless(reason));
    }
    if let Some(left) = lines
        .len()
        .checked_sub(MAX_REASONS)
        .filter(|left| *left > 0)
    {
        let _ = writeln!(
            text,
            "  … and {left} more; `check --format json` lists them"
        );
    }
    text
}

/// The rules that the configuration gives nothing to go by, in any environment.
fn undeclared(skipped: &[NotEvaluated]) -> String {
    let skipped = skipped.iter().filter(|skipped| skipped.is_undeclared);
    let mut codes: Vec<&str> = skipped.map(|skipped| &*skipped.rule).collect();
    codes.sort_unstable();
    codes.dedup();
    match codes.len() {
        0 => String::new(),
        _ => format!(
            "nothing declared for {}; `evenkeel rule CODE` tells what each goes by\n",
            codes.join(", ")
        ),
    }
}

fn rules(results: &Results<'_>) -> String {
    let report = results.report;
    let ran = counted(report.rules.len(), "rule").unwrap_or_else(|| "no rule".to_owned());
    let mut text = format!("{ran} ran");
    let deep = RULES.iter().filter(|rule| rule.is_deep());
    let left: Vec<&str> = deep.map(|rule| rule.code).collect();
    if !results.is_deep && !left.is_empty() {
        let _ = write!(text, "; only with --deep: {}", left.join(", "));
    }
    if let Some(known) = counted(report.known, "known finding") {
        let _ = write!(text, "; {known} left out");
    }
    text.push('\n');
    text
}
