//! `evenkeel diff`: what differs between two environments.

use clap::Args;
use evenkeel_diagnostics::Span;
use evenkeel_diff::{
    App, AppDiff, Change, ChangeKind, Class, Comparison, Counts, ObjectDiff, Presence,
    compare_environments,
};
use serde_json::{Value, json};

use super::{Format, RepositoryFlags, Session, diff_text, report};
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
    let envs = format!("{},{}", flags.before, flags.after);
    let Some(session) = flags.repository.open_repeatable(&envs, &mut out) else {
        return out;
    };
    let environments = session.render(&mut out);
    let [before, after] = environments.as_slice() else {
        out.refuse("a comparison takes two environments");
        return out;
    };
    let mut comparison = compare_environments(&session.project.config, before, after);
    if !comparison.diagnostics.is_empty() {
        report(&comparison.diagnostics, &session.project, &mut out);
        out.code = REFUSED;
    }
    if let Some(name) = &flags.app {
        let (old, new) = (before.app(name), after.app(name));
        let found = old.map(|i| &before.apps[i]).or(new.map(|i| &after.apps[i]));
        let Some(app) = found else {
            out.refuse(&format!("neither environment has an Application `{name}`"));
            return out;
        };
        let names = [before, after].map(|env| App::base_name(&app.name, &env.name));
        // Of an environment's own name and the other's, one is taken off.
        let name = names.into_iter().min_by_key(|name| name.len());
        comparison
            .apps
            .retain(|app| Some(app.name.as_str()) == name);
        // What the others use is not known here.
        comparison.unused.clear();
    }
    let counts = Counts::of(&comparison.apps);
    if counts.unexplained > 0 && out.code == 0 {
        out.code = FOUND;
    }
    let sides = [before.name.as_str(), after.name.as_str()];
    match flags.format {
        Format::Text => {
            let text = diff_text::text(sides, &comparison, counts, flags.all);
            out.stdout.extend_from_slice(text.as_bytes());
            out.is_styled = true;
        }
        Format::Json => {
            super::print_json(&document(sides, &comparison, counts, &session), &mut out)
        }
    }
    out
}

/// Everything, for programs.
fn document(
    [before, after]: [&str; 2],
    comparison: &Comparison,
    counts: Counts,
    session: &Session,
) -> Value {
    let place = |span: Span| session.project.sources().locate(span.file, span.start);
    let unused: Vec<Value> = comparison
        .unused
        .iter()
        .map(|unused| json!({ "app": unused.app, "path": unused.path, "at": place(unused.span) }))
        .collect();
    let apps: Vec<Value> = comparison
        .apps
        .iter()
        .map(|diff| app(diff, &place))
        .collect();
    json!({
        "before": before,
        "after": after,
        "counts": {
            "unexplained": counts.unexplained,
            "expected": counts.expected,
            "derived": counts.derived,
        },
        "apps": apps,
        "unusedExpectations": unused,
    })
}

type Place<'a> = &'a dyn Fn(Span) -> Option<String>;

fn app(app: &AppDiff, place: Place<'_>) -> Value {
    let objects: Vec<Value> = app.objects.iter().map(|diff| object(diff, place)).collect();
    let mut value = json!({
        "name": app.name,
        "presence": presence(app.presence),
        "objects": objects,
    });
    if app.presence != Presence::Both {
        value["objectCount"] = app.objects_alone.into();
        add_class(&mut value, &app.class, place);
    }
    value
}

fn object(object: &ObjectDiff, place: Place<'_>) -> Value {
    let changes: Vec<Value> = object
        .changes
        .iter()
        .map(|diff| change(diff, place))
        .collect();
    let identity = &object.identity;
    let mut value = json!({
        "group": identity.group,
        "kind": identity.kind,
        "namespace": identity.namespace,
        "name": identity.name,
        "presence": presence(object.presence),
        "changes": changes,
    });
    if let Some(renamed) = &object.renamed {
        value["after"] = json!({ "namespace": renamed.namespace, "name": renamed.name });
    }
    value
}

fn change(change: &Change, place: Place<'_>) -> Value {
    let kind = match change.kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
    };
    let mut value = json!({ "path": change.path.to_string(), "kind": kind });
    if let Some(before) = &change.before {
        value["before"] = super::json(before);
    }
    if let Some(after) = &change.after {
        value["after"] = super::json(after);
    }
    add_class(&mut value, &change.class, place);
    value
}

fn add_class(value: &mut Value, class: &Class, place: Place<'_>) {
    value["class"] = match class {
        Class::Derived => "derived",
        Class::Expected { .. } => "expected",
        Class::Unexplained => "unexplained",
    }
    .into();
    if let Class::Expected { reason, span } = class {
        value["reason"] = reason.as_str().into();
        value["at"] = place(*span).into();
    }
}

/// What JSON calls a side.
pub(crate) fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Both => "both",
        Presence::Before => "before",
        Presence::After => "after",
    }
}
