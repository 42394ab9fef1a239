//! The work tree and a git revision.

use evenkeel_diff::{
    Comparison, Differences, Facts, Pair, Rendered, Selection, Sides, compare_revisions, explain,
};
use evenkeel_gitops::Environment;
use evenkeel_project::Revision;

use super::super::{ProjectFlags, revision};
use super::{Flags, Session};
use crate::outcome::Outcome;

/// What the side after is called.
const WORK_TREE: &str = "work tree";

/// Renders the environments of a revision and those of the work tree, and compares each with itself.
pub(super) fn compare(
    flags: &Flags,
    since: &str,
    selection: &Selection,
    out: &mut Outcome,
) -> Option<(Session, Differences)> {
    let project = ProjectFlags {
        repository: flags.repository.clone(),
        env: flags.env.clone().unwrap_or_else(|| "all".to_owned()),
    };
    let session = project.open_repeatable(out)?;
    let revision = match Revision::check_out(session.project.tree.root(), since) {
        Ok(revision) => revision,
        Err(reason) => {
            out.refuse(&reason);
            return None;
        }
    };
    let (old, before) = revision::render(&session, project.is_all(), since, &revision, out)?;
    let after = session.render(out);
    let sides = paired(&before, &after);
    let comparisons = sides.iter().map(|sides| {
        let mut apps = compare_revisions(&session.project.config, *sides);
        if let Some(name) = &flags.app {
            let is_it = |environment: &Environment, app: &str| {
                environment
                    .app(name)
                    .is_some_and(|found| environment.apps[found].name == app)
            };
            let environments = [sides.before, sides.after];
            apps.retain(|app| {
                environments
                    .iter()
                    .flatten()
                    .any(|one| is_it(one, &app.name))
            });
        }
        selection.apply(&mut apps);
        Comparison {
            env: sides.after.or(sides.before).map(|one| one.name.clone()),
            names: Sides {
                before: since.to_owned(),
                after: WORK_TREE.to_owned(),
            },
            apps,
        }
    });
    let mut differences = Differences {
        comparisons: comparisons.collect(),
        ..Differences::default()
    };
    let roots = [&old, &session].map(|session| session.project.tree.root().display().to_string());
    let facts = Facts::default();
    let pairs = sides.iter().map(|sides| {
        Some(Pair {
            sides: Sides {
                before: rendered(sides.before?, &old, &roots[0]),
                after: rendered(sides.after?, &session, &roots[1]),
            },
            facts: &facts,
        })
    });
    explain(
        &mut differences,
        &pairs.collect::<Vec<_>>(),
        flags.output.wants_traces(),
    );
    Some((session, differences))
}

fn rendered<'r>(environment: &'r Environment, session: &'r Session, root: &'r str) -> Rendered<'r> {
    Rendered {
        environment,
        renderer: session.project.renderer(),
        root,
    }
}

/// The environments of both sides by name: those of the work tree first, then those that are gone.
fn paired<'e>(
    before: &'e [Environment],
    after: &'e [Environment],
) -> Vec<Sides<Option<&'e Environment>>> {
    let find = |all: &'e [Environment], name: &str| all.iter().find(|one| one.name == name);
    let now = after.iter().map(|environment| Sides {
        before: find(before, &environment.name),
        after: Some(environment),
    });
    let gone = before.iter().filter(|old| find(after, &old.name).is_none());
    let gone = gone.map(|environment| Sides {
        before: Some(environment),
        after: None,
    });
    now.chain(gone).collect()
}
