//! `evenkeel rule`: what a rule demands, and why.

use std::path::{Path, PathBuf};

use clap::Args;
use evenkeel_project::{CONFIG, Project, custom_rules};
use evenkeel_report::paint::{Style, harmless};
use evenkeel_report::{custom_page, list, page};
use evenkeel_rules::{CustomRules, RULES, RuleTestRun, rule};

use crate::outcome::{FAILED, Outcome, REFUSED};

#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// The rule's code, such as VLT-01
    #[arg(value_name = "CODE", required_unless_present_any = ["list", "test"])]
    code: Option<String>,
    /// List all rules
    #[arg(long, conflicts_with_all = ["code", "test"])]
    list: bool,
    /// Run the tests of the repository's own rules, or of one of them
    #[arg(long)]
    test: bool,
    /// A directory of the repository whose own rules are meant too
    #[arg(short = 'C', long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
}

pub(crate) fn run(flags: &Flags) -> Outcome {
    let mut out = Outcome::default();
    let ours = flags.code.as_deref().and_then(rule);
    if let (Some(rule), false) = (ours, flags.test) {
        out.stdout.extend_from_slice(page(rule).as_bytes());
        return out;
    }
    let Some(custom) = of_directory(&flags.project, &mut out) else {
        return out;
    };
    let rule = flags.code.as_deref().map(|code| (code, custom.get(code)));
    match (rule, flags.test) {
        (Some((code, None)), _) => out.refuse(&unknown(code, &custom)),
        (Some((_, Some(rule))), true) => tell(&rule.test(), &mut out),
        (None, true) => tell(&custom.test(), &mut out),
        (Some((_, Some(rule))), false) => {
            let page = custom_page(rule);
            out.stdout.extend_from_slice(page.as_bytes());
        }
        (None, false) => out.stdout.extend_from_slice(list(&custom).as_bytes()),
    }
    out
}

/// The rules of a project; nothing where they cannot be used, which is then told.
pub(super) fn custom(project: &Project, out: &mut Outcome) -> Option<CustomRules> {
    custom_rules(project)
        .map_err(|diagnostics| {
            super::report(&diagnostics, project, out);
            out.code = REFUSED;
        })
        .ok()
}

fn of_directory(directory: &Path, out: &mut Outcome) -> Option<CustomRules> {
    // Only a configuration names rules; without one the repository need not be looked through.
    let absolute = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    if !absolute
        .ancestors()
        .any(|above| above.join(CONFIG).exists())
    {
        return Some(CustomRules::default());
    }
    let project = Project::open(directory);
    super::report(&project.diagnostics, &project, out);
    if !project.is_usable() {
        out.code = REFUSED;
        return None;
    }
    custom(&project, out)
}

fn unknown(code: &str, custom: &CustomRules) -> String {
    if rule(code).is_some() {
        return format!("the tests of {code} are evenkeel's own");
    }
    let codes = RULES.iter().map(|rule| rule.code);
    let codes = codes.chain(custom.iter().map(|rule| rule.code.as_str()));
    let hint = match evenkeel_config::closest(code, codes) {
        Some(near) => format!("did you mean {near}?"),
        None => "`evenkeel rule --list` shows all rules".to_owned(),
    };
    format!("there is no rule {code}; {hint}")
}

/// A line for each test, and a line of numbers.
fn tell(runs: &[RuleTestRun<'_>], out: &mut Outcome) {
    out.is_styled = true;
    let mut failed = 0;
    let mut text = String::new();
    for run in runs {
        let name = format!("{}: {}", run.code, harmless(&run.title));
        text.push_str(&match &run.failure {
            None => format!("{}  {name}\n", Style::Green.paint("pass")),
            Some(failure) => {
                failed += 1;
                let failure = harmless(failure);
                format!("{}  {name}\n      {failure}\n", Style::Red.paint("fail"))
            }
        });
    }
    text.push_str(&format!(
        "{} passed, {failed} failed\n",
        runs.len() - failed
    ));
    out.stdout.extend_from_slice(text.as_bytes());
    if failed > 0 {
        out.code = FAILED;
    }
}
