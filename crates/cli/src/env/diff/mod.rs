//! `evenkeel diff`: what differs, and why.

mod environments;
mod manifests;
mod output;
mod revisions;
mod sides;

use std::io::Read;

use clap::Args;
use evenkeel_diagnostics::{Diagnostic, Severity, SourceMap};
use evenkeel_diff::{Counts, Differences, Selection};
use evenkeel_renderer::on_large_stack;
use evenkeel_report::diff as show;

use super::{RepositoryFlags, Session, tell};
use crate::outcome::{FOUND, Outcome, REFUSED};
use output::OutputFlags;
use sides::Sides;

pub(super) use environments::differences;

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 every difference is explained, 1 some are not, 2 it could not run."
)]
pub(crate) struct Flags {
    /// The environment to compare with; or a file or folder with manifests, or `-` for standard input
    #[arg(required_unless_present = "since")]
    before: Option<String>,
    /// The environment, file or folder to compare
    #[arg(required_unless_present = "since")]
    after: Option<String>,
    /// Compare the environments of the work tree with what they were at this git revision
    #[arg(long, value_name = "REV", conflicts_with_all = ["before", "after"])]
    since: Option<String>,
    /// With `--since`, the environment: one, several with commas between them, or `all` (the default)
    #[arg(short, long, value_name = "ENV", requires = "since")]
    env: Option<String>,
    #[command(flatten)]
    repository: RepositoryFlags,
    /// Only this Application
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// Only these objects or fields: `Kind/name` or `Kind/name:spec.field`, with globs (repeatable)
    #[arg(long = "path", value_name = "PATTERN")]
    paths: Vec<String>,
    /// Leave these objects or fields out (repeatable)
    #[arg(long = "ignore", value_name = "PATTERN")]
    ignored: Vec<String>,
    #[command(flatten)]
    output: OutputFlags,
}

impl Flags {
    /// The two sides as they were typed; empty where a revision is compared.
    fn names(&self) -> [&str; 2] {
        [&self.before, &self.after].map(|name| name.as_deref().unwrap_or_default())
    }
}

/// Lines of text have `width` characters.
pub(crate) fn run(flags: &Flags, stdin: &mut dyn Read, width: usize) -> Outcome {
    let mut out = Outcome::default();
    let stdin = manifests::read_stdin(flags, stdin);
    // Manifests may be nested as deep as they like.
    let result = on_large_stack(|| compare(flags, stdin?, width, &mut out));
    if let Err(reason) = result {
        out.refuse(&reason);
    }
    out
}

fn compare(flags: &Flags, stdin: Vec<u8>, width: usize, out: &mut Outcome) -> Result<(), String> {
    let selection = Selection::new(&flags.paths, &flags.ignored)?;
    if let Some(since) = &flags.since {
        if let Some((session, differences)) = revisions::compare(flags, since, &selection, out) {
            present(flags, session.project.sources(), &differences, width, out);
        }
        return Ok(());
    }
    match sides::resolve(flags.names(), &flags.repository.project)? {
        Sides::Manifests => {
            if let Some((sources, differences)) = manifests::compare(flags, &selection, stdin, out)?
            {
                present(flags, &sources, &differences, width, out);
            }
        }
        Sides::Environments => {
            if let Some((session, differences)) = environments::compare(flags, &selection, out) {
                present(flags, session.project.sources(), &differences, width, out);
            }
        }
    }
    Ok(())
}

/// Shows what differs. The code says whether all of it is explained.
fn present(
    flags: &Flags,
    sources: &SourceMap,
    differences: &Differences,
    width: usize,
    out: &mut Outcome,
) {
    tell(&differences.diagnostics, sources, out);
    let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
    if differences.diagnostics.iter().any(is_error) {
        out.code = REFUSED;
    }
    let apps = differences.comparisons.iter().flat_map(|one| &one.apps);
    if Counts::of(apps).open > 0 && out.code == 0 {
        out.code = FOUND;
    }
    let compared = show::Compared {
        differences,
        sources,
    };
    flags.output.show(&compared, width, out);
}
