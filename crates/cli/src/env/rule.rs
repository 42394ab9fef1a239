//! `evenkeel rule`: what a rule demands, and why.

use std::fmt::Write;

use clap::Args;
use evenkeel_diagnostics::Severity;
use evenkeel_rules::{Example, Outcome as Says, RULES, Rule, rule};

use crate::outcome::Outcome;

#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// The rule's code, such as VLT-01
    #[arg(value_name = "CODE", required_unless_present = "list")]
    code: Option<String>,
    /// List all rules
    #[arg(long, conflicts_with = "code")]
    list: bool,
}

pub(crate) fn run(flags: &Flags) -> Outcome {
    let mut out = Outcome::default();
    let Some(code) = &flags.code else {
        out.stdout.extend_from_slice(list().as_bytes());
        return out;
    };
    match rule(code) {
        Some(rule) => out.stdout.extend_from_slice(page(rule).as_bytes()),
        None => {
            let codes = RULES.iter().map(|rule| rule.code);
            let hint = match evenkeel_config::closest(code, codes) {
                Some(near) => format!("did you mean {near}?"),
                None => "`evenkeel rule --list` shows all rules".to_owned(),
            };
            out.refuse(&format!("there is no rule {code}; {hint}"));
        }
    }
    out
}

fn list() -> String {
    let lines = RULES.iter().map(|rule| {
        let deep = if rule.is_deep() { ", --deep only" } else { "" };
        format!(
            "{}  {}\n        {}, {}{deep}\n",
            rule.code,
            rule.statement,
            severity(rule.severity),
            rule.scope.as_str()
        )
    });
    lines.collect()
}

/// The rule's page, in Markdown.
fn page(rule: &Rule) -> String {
    let mut page = format!("# {}: {}\n\n", rule.code, rule.statement);
    let inputs: Vec<&str> = rule.inputs.iter().map(|input| input.as_str()).collect();
    let _ = writeln!(
        page,
        "Severity: {}. Scope: {}. Looks at: {}.\n",
        severity(rule.severity),
        rule.scope.as_str(),
        inputs.join(", ")
    );
    let _ = writeln!(page, "{}", rule.docs);
    for example in rule.examples {
        page.push_str(&shown(example));
    }
    page
}

fn shown(example: &Example) -> String {
    let says = match example.outcome {
        Says::Fails => "Found",
        Says::Passes => "In order",
        Says::NearMiss => "In order, though it looks like a finding",
        Says::NotEvaluated => "Not evaluated",
    };
    let mut text = format!("\n## {says}: {}\n", example.title);
    for (path, content) in example.files() {
        let _ = write!(
            text,
            "\n`{path}`\n\n```yaml\n{}\n```\n",
            content.trim_end().replace("#~ ", "# <- ")
        );
    }
    text
}

pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    }
}
