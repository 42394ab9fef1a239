//! `evenkeel golden`: what every Application deploys, kept in the repository.

mod check;
mod reports;

use std::path::PathBuf;

use clap::Args;
use evenkeel_gitops::Environment;
use evenkeel_project::{Golden, GoldenFiles, Variations, goldens};
use evenkeel_report::diff::Layout;

use super::{ProjectFlags, Session};
use crate::outcome::Outcome;

/// What is said where there are none.
const NO_GOLDENS: &str =
    "no goldens are kept here; `golden:` in evenkeel.yaml names their directory";

#[derive(Debug, Args)]
#[command(
    after_help = "Goldens are rendered at the start of 1970 with seed 0, unless --now and --seed say otherwise.\n\
                  Exit codes: 0 the goldens are current, 1 some are not, 2 it could not run."
)]
pub(crate) struct Flags {
    #[command(flatten)]
    project: ProjectFlags,
    /// Compare what is rendered with the goldens (the default)
    #[arg(long, conflicts_with = "update")]
    check: bool,
    /// Make the goldens what is rendered now
    #[arg(long)]
    update: bool,
    /// Show each difference by its object
    #[arg(long, conflicts_with = "update")]
    all: bool,
    /// List all that a cause changes
    #[arg(long, conflicts_with = "update")]
    effects: bool,
}

pub(crate) fn run(flags: &Flags, width: usize) -> Outcome {
    let mut out = Outcome::default();
    let Some(session) = flags.project.open_repeatable(&mut out) else {
        return out;
    };
    let directory = match directory(&session) {
        Ok(Some(directory)) => directory,
        Ok(None) => {
            out.refuse(NO_GOLDENS);
            return out;
        }
        Err(reason) => {
            out.refuse(&reason);
            return out;
        }
    };
    let environments = session.render(&mut out);
    if !flags.update {
        let layout = Layout {
            width,
            all: flags.all,
            lists_effects: flags.effects,
        };
        compare(&session, &environments, layout, &mut out);
        return out;
    }
    if out.code != 0 {
        // An Application that failed would lose its golden.
        out.refuse("no golden is written, for not everything could be rendered");
        return out;
    }
    let kept = Kept::new(&session, &environments);
    match kept.files.update(&directory) {
        Ok(done) => {
            let text = format!(
                "{}: {} written, {} unchanged, {} removed\n",
                directory.display(),
                done.written,
                done.unchanged,
                done.removed
            );
            out.stdout.extend_from_slice(text.as_bytes());
        }
        Err((path, error)) => out.refuse(&format!(
            "{}: {error}; the goldens are as they were",
            path.display()
        )),
    }
    out
}

/// Where the goldens are, if the repository keeps any.
fn directory(session: &Session) -> Result<Option<PathBuf>, String> {
    let Some(golden) = session.project.config.golden.as_ref() else {
        return Ok(None);
    };
    let path = golden.value.as_str();
    let place = session.project.tree.locate(path);
    place
        .map(Some)
        .ok_or_else(|| format!("`golden: {path}` leads out of the repository"))
}

/// Compares the goldens of environments with what they render to, and shows what differs and why.
pub(crate) fn check(
    session: &Session,
    environments: &[Environment],
    width: usize,
    out: &mut Outcome,
) {
    let layout = Layout {
        width,
        all: false,
        lists_effects: false,
    };
    compare(session, environments, layout, out);
}

fn compare(session: &Session, environments: &[Environment], layout: Layout, out: &mut Outcome) {
    let directory = match directory(session) {
        Ok(Some(directory)) => directory,
        Ok(None) => {
            out.stderr
                .extend_from_slice(format!("{NO_GOLDENS}\n").as_bytes());
            return;
        }
        Err(reason) => return out.refuse(&reason),
    };
    let kept = Kept::new(session, environments);
    match kept.files.stale(&directory) {
        Ok(mut stale) => {
            stale.retain(|file| !file.has_moved());
            check::show(session, &kept, &directory, &stale, layout, out);
        }
        Err((path, error)) => out.refuse(&format!("{}: {error}", path.display())),
    }
}

/// What shall be kept.
struct Kept<'e> {
    environments: &'e [Environment],
    /// The goldens of each environment.
    goldens: Vec<(String, Vec<Golden>)>,
    files: GoldenFiles,
}

impl<'e> Kept<'e> {
    fn new(session: &Session, environments: &'e [Environment]) -> Kept<'e> {
        let project = &session.project;
        let variations = Variations::of(project, environments, &session.options);
        let all = environments.iter();
        let goldens = all.map(|env| (env.name.clone(), goldens(env, &variations)));
        let goldens: Vec<(String, Vec<Golden>)> = goldens.collect();
        let mut files = GoldenFiles::default();
        for golden in goldens.iter().flat_map(|(_, goldens)| goldens) {
            files.add(&golden.file, golden.text());
        }
        for env in project.env_names() {
            if !environments.iter().any(|rendered| rendered.name == env) {
                files.leave(env);
            }
        }
        reports::add(session, environments, &mut files);
        Kept {
            environments,
            goldens,
            files,
        }
    }
}
