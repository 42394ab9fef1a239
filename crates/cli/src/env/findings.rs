//! In which form findings are shown, and where.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use evenkeel_gitops::Environment;
use evenkeel_report::{Failure, Layout, Results, github, json, junit, sarif, summary, text};
use evenkeel_rules::{CustomRules, Report};

use super::Session;
use crate::outcome::Outcome;

/// How findings are shown.
#[derive(Debug, Clone, Args)]
pub(crate) struct FindingFlags {
    /// How to show what is found
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write it to a file; the numbers still go to stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// List everything that a cause brings, not only the first of it
    #[arg(long)]
    effects: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// JSON (schemas/report.schema.json)
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit's XML, for test reports
    Junit,
    /// Workflow commands of GitHub Actions
    Github,
}

/// A report with all that belongs to it.
pub(super) struct Shown<'a> {
    pub(super) report: &'a Report,
    pub(super) custom: &'a CustomRules,
    pub(super) session: &'a Session,
    pub(super) environments: &'a [Environment],
    pub(super) is_deep: bool,
    /// How many characters a line has.
    pub(super) width: usize,
}

impl FindingFlags {
    /// Shows a report, on stdout or in the file that is asked for.
    pub(super) fn show(&self, shown: &Shown<'_>, out: &mut Outcome) {
        shown.with_results(|results| {
            let text = self.text(results, shown.width);
            let Some(path) = &self.output else {
                out.is_styled = self.format == Format::Text;
                out.stdout.extend_from_slice(text.as_bytes());
                return;
            };
            let text = anstream::adapter::strip_str(&text).to_string();
            if let Err(error) = evenkeel_project::replace(path, text.as_bytes()) {
                return out.refuse(&format!("{}: {error}", path.display()));
            }
            out.is_styled = true;
            out.stdout
                .extend_from_slice(summary(results, shown.width).as_bytes());
        });
    }

    fn text(&self, results: &Results<'_>, width: usize) -> String {
        let pretty = |value| format!("{value:#}\n");
        match self.format {
            Format::Text => {
                let layout = Layout {
                    width,
                    lists_effects: self.effects,
                };
                format!("{}{}", text(results, layout), summary(results, width))
            }
            Format::Json => pretty(json(results)),
            Format::Sarif => pretty(sarif(results)),
            Format::Junit => junit(results),
            Format::Github => github(results),
        }
    }
}

impl Shown<'_> {
    /// Findings alone, without colours.
    pub(super) fn plain(&self) -> String {
        let layout = Layout {
            width: self.width,
            lists_effects: false,
        };
        let text = self.with_results(|results| text(results, layout));
        anstream::adapter::strip_str(&text).to_string()
    }

    fn with_results<T>(&self, show: impl FnOnce(&Results<'_>) -> T) -> T {
        let failures = self.environments.iter().flat_map(|environment| {
            let all = environment.diagnostics();
            all.map(|(app, diagnostic)| Failure {
                env: &environment.name,
                app: &app.name,
                diagnostic,
            })
        });
        let failures: Vec<Failure<'_>> = failures.collect();
        let project = &self.session.project;
        show(&Results {
            report: self.report,
            custom: self.custom,
            failures: &failures,
            sources: project.sources(),
            root: &project.tree.root().to_string_lossy(),
            is_deep: self.is_deep,
        })
    }
}
