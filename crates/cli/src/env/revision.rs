//! The repository as it was at a git revision.

use evenkeel_gitops::Environment;
use evenkeel_project::{Project, Revision};

use super::{Session, report};
use crate::outcome::{Outcome, REFUSED};

/// Renders what a revision has: all of its environments, or those that the session is about. What failed there is
/// told, and is no failure of this run: the work tree may be what mends it. `None` where the revision cannot be used.
pub(super) fn render(
    session: &Session,
    is_all: bool,
    since: &str,
    revision: &Revision,
    out: &mut Outcome,
) -> Option<(Session, Vec<Environment>)> {
    let mut told = Outcome::default();
    let project = Project::at(revision.root());
    report(&project.diagnostics, &project, &mut told);
    let rendered = if project.is_usable() {
        // Environments that only the work tree has are new.
        let names: Vec<String> = match is_all {
            true => project.env_names().into_iter().map(str::to_owned).collect(),
            false => session
                .names
                .iter()
                .filter(|name| project.env_names().contains(&name.as_str()))
                .cloned()
                .collect(),
        };
        let old = Session {
            project,
            names,
            options: session.options.clone(),
        };
        let environments = old.render(&mut told);
        Some((old, environments))
    } else {
        out.code = REFUSED;
        None
    };
    if !told.stderr.is_empty() {
        // Nobody can open the files of the revision where they are.
        let directory = revision.root().display().to_string();
        let text = String::from_utf8_lossy(&told.stderr).replace(&format!("{directory}/"), "");
        let title = format!("at {since}:\n");
        out.stderr.extend_from_slice(title.as_bytes());
        out.stderr.extend_from_slice(text.as_bytes());
    }
    rendered
}
