//! `evenkeel rule`: what a rule demands, and why.

use clap::Args;
use evenkeel_report::{list, page};
use evenkeel_rules::{RULES, rule};

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
