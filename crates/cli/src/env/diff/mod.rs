//! `evenkeel diff`: what differs, and why.

mod environments;

use clap::Args;
use evenkeel_diff::{Counts, Differences};
use evenkeel_report::diff as show;

use super::{Format, RepositoryFlags, Session, report};
use crate::outcome::{FOUND, Outcome, REFUSED};

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 every difference is explained, 1 some are not, 2 it could not run."
)]
pub(crate) struct Flags {
    /// The environment to compare with
    before: String,
    /// The environment to compare
    after: String,
    #[command(flatten)]
    repository: RepositoryFlags,
    /// Only this Application
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// Show the differences that are explained, too (JSON always has them)
    #[arg(long)]
    all: bool,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(flags: &Flags) -> Outcome {
    let mut out = Outcome::default();
    if let Some((session, differences)) = environments::compare(flags, &mut out) {
        present(flags, &session, &differences, &mut out);
    }
    out
}

/// Shows what differs. The code says whether all of it is explained.
fn present(flags: &Flags, session: &Session, differences: &Differences, out: &mut Outcome) {
    if !differences.diagnostics.is_empty() {
        report(&differences.diagnostics, &session.project, out);
        out.code = REFUSED;
    }
    let apps = differences.comparisons.iter().flat_map(|one| &one.apps);
    if Counts::of(apps).open > 0 && out.code == 0 {
        out.code = FOUND;
    }
    let compared = show::Compared {
        differences,
        sources: session.project.sources(),
    };
    match flags.format {
        Format::Text => {
            let text = show::text(&compared, flags.all);
            out.stdout.extend_from_slice(text.as_bytes());
            out.is_styled = true;
        }
        Format::Json => super::print_json(&show::json(&compared), out),
    }
}
