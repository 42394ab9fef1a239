//! Two environments.

use evenkeel_diff::{
    App, Comparison, Differences, EnvironmentDiff, Facts, Pair, Rendered, Selection, Sides,
    compare_environments, explain,
};
use evenkeel_gitops::Environment;

use super::{Flags, Session};
use crate::outcome::Outcome;

/// Renders both environments and compares them.
pub(super) fn compare(
    flags: &Flags,
    selection: &Selection,
    out: &mut Outcome,
) -> Option<(Session, Differences)> {
    let envs = flags.names().join(",");
    let session = flags.repository.open_repeatable(&envs, out)?;
    let environments = session.render(out);
    let [before, after] = environments.as_slice() else {
        out.refuse("a comparison takes two environments");
        return None;
    };
    let mut found = compare_environments(&session.project.config, before, after);
    if let Some(app) = &flags.app
        && let Err(reason) = only(app, [before, after], &mut found)
    {
        out.refuse(&reason);
        return None;
    }
    selection.apply(&mut found.apps);
    let traces = flags.output.wants_traces();
    let differences = differences(&session, [before, after], found, traces);
    Some((session, differences))
}

/// What differs between two environments, and what made it; and how fields came to be if `traces` are wanted.
pub(in crate::env) fn differences(
    session: &Session,
    [before, after]: [&Environment; 2],
    found: EnvironmentDiff,
    traces: bool,
) -> Differences {
    let mut differences = Differences {
        comparisons: vec![Comparison {
            env: None,
            names: Sides {
                before: before.name.clone(),
                after: after.name.clone(),
            },
            apps: found.apps,
        }],
        unused: found.unused,
        reopened: found.reopened,
        missing: found.missing,
        diagnostics: found.diagnostics,
        ..Differences::default()
    };
    let root = session.project.tree.root().display().to_string();
    let rendered = |environment| Rendered {
        environment,
        renderer: session.project.renderer(),
        root: &root,
    };
    let pair = Pair {
        sides: Sides {
            before: rendered(before),
            after: rendered(after),
        },
        facts: &Facts::new(&session.project.config, &before.name, &after.name),
    };
    explain(&mut differences, &[Some(pair)], traces);
    differences
}

/// Leaves one Application.
fn only(
    name: &str,
    [before, after]: [&Environment; 2],
    found: &mut EnvironmentDiff,
) -> Result<(), String> {
    let (old, new) = (before.app(name), after.app(name));
    let app = old.map(|i| &before.apps[i]).or(new.map(|i| &after.apps[i]));
    let Some(app) = app else {
        return Err(format!("neither environment has an Application `{name}`"));
    };
    let names = [before, after].map(|env| App::base_name(&app.name, &env.name));
    // Of an environment's own name and the other's, one is taken off.
    let name = names.into_iter().min_by_key(|name| name.len());
    found.apps.retain(|app| Some(app.name.as_str()) == name);
    // What the others use is not known here.
    found.unused.clear();
    Ok(())
}
