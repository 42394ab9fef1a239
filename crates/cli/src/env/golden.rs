//! `evenkeel golden`: what every Application renders to, kept in the repository.

use std::path::PathBuf;

use clap::Args;
use evenkeel_gitops::Environment;
use evenkeel_project::{Stale, stale_goldens, update_goldens};
use evenkeel_report::paint::{Style, harmless};
use similar::{ChangeTag, TextDiff};

use super::{ProjectFlags, Session};
use crate::outcome::{FOUND, Outcome};

/// How many lines of difference are shown for one golden.
const LINES: usize = 60;

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
}

pub(crate) fn run(flags: &Flags) -> Outcome {
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
        check(&session, &environments, &mut out);
        return out;
    }
    if out.code != 0 {
        // An Application that failed would lose its golden.
        out.refuse("no golden is written, for not everything could be rendered");
        return out;
    }
    match update_goldens(&directory, &environments, &session.project.env_names()) {
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
        Err((path, error)) => out.refuse(&format!("{}: {error}", path.display())),
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

/// Compares the goldens of environments with what they render to, and shows what differs.
pub(crate) fn check(session: &Session, environments: &[Environment], out: &mut Outcome) {
    let directory = match directory(session) {
        Ok(Some(directory)) => directory,
        Ok(None) => {
            out.stderr
                .extend_from_slice(format!("{NO_GOLDENS}\n").as_bytes());
            return;
        }
        Err(reason) => return out.refuse(&reason),
    };
    let known = session.project.env_names();
    let stale = match stale_goldens(&directory, environments, &known) {
        Ok(stale) => stale,
        Err((path, error)) => return out.refuse(&format!("{}: {error}", path.display())),
    };
    out.is_styled = true;
    let total: usize = environments
        .iter()
        .map(|environment| evenkeel_project::outputs(environment).len())
        .sum();
    if stale.is_empty() {
        let text = format!("goldens: {total} current\n");
        out.stdout.extend_from_slice(text.as_bytes());
        return;
    }
    if out.code == 0 {
        out.code = FOUND;
    }
    for golden in &stale {
        let path = directory.join(&golden.name);
        let text = difference(golden, &path.display().to_string());
        out.stdout.extend_from_slice(text.as_bytes());
    }
    let others = stale
        .iter()
        .filter(|golden| golden.rendered.is_some())
        .count();
    let left_over = match stale.len() - others {
        0 => String::new(),
        count => format!(", {count} left over"),
    };
    let summary = format!(
        "goldens: {others} of {total} are not what is rendered{left_over}; `evenkeel golden --update` accepts it"
    );
    let summary = format!("{}\n", Style::Red.paint(summary));
    out.stdout.extend_from_slice(summary.as_bytes());
}

/// A golden and what is rendered, as a unified diff.
fn difference(stale: &Stale, path: &str) -> String {
    let text = |side: &Option<Vec<u8>>| {
        let text = side
            .as_ref()
            .map(|text| String::from_utf8_lossy(text).into_owned());
        harmless(&text.unwrap_or_default())
    };
    let name = |side: &Option<Vec<u8>>, name: &str| match side {
        Some(_) => name.to_owned(),
        None => "/dev/null".to_owned(),
    };
    let (old, new) = (text(&stale.golden), text(&stale.rendered));
    let mut lines = vec![
        Style::Bold
            .paint(format!("--- {}", name(&stale.golden, path)))
            .to_string(),
        Style::Bold
            .paint(format!("+++ {}", name(&stale.rendered, "rendered")))
            .to_string(),
    ];
    let diff = TextDiff::from_lines(&old, &new);
    for hunk in diff.unified_diff().iter_hunks() {
        lines.push(Style::Cyan.paint(hunk.header()).to_string());
        for change in hunk.iter_changes() {
            let line = format!("{}{}", change.tag(), change.value().trim_end_matches('\n'));
            lines.push(match change.tag() {
                ChangeTag::Delete => Style::Red.paint(line).to_string(),
                ChangeTag::Insert => Style::Green.paint(line).to_string(),
                ChangeTag::Equal => line,
            });
        }
    }
    if lines.len() > LINES {
        let more = format!("… {} more lines", lines.len() - LINES);
        lines.truncate(LINES);
        lines.push(Style::Dim.paint(more).to_string());
    }
    lines.push(String::new());
    lines.join("\n")
}
