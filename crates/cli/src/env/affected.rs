//! `evenkeel affected`: the Applications that a change reaches.

use std::fmt::Write;

use clap::Args;
use evenkeel_diff::Presence;
use evenkeel_project::{AffectedApp, AffectedEnv, Revision, affected};
use evenkeel_report::diff::presence;
use evenkeel_report::paint::{Style, harmless};
use serde_json::json;

use super::{Format, ProjectFlags, revision};
use crate::outcome::{FOUND, Outcome};

#[derive(Debug, Args)]
#[command(
    after_help = "Both sides are rendered, so a change that alters no object affects nothing.\n\
                  Exit codes: 0 nothing is affected, 1 something is, 2 it could not run."
)]
pub(crate) struct Flags {
    #[command(flatten)]
    project: ProjectFlags,
    /// The git revision to compare the work tree with
    #[arg(long, value_name = "REV")]
    since: String,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(flags: &Flags) -> Outcome {
    let mut out = Outcome::default();
    let Some(session) = flags.project.open_repeatable(&mut out) else {
        return out;
    };
    let revision = match Revision::check_out(session.project.tree.root(), &flags.since) {
        Ok(revision) => revision,
        Err(reason) => {
            out.refuse(&reason);
            return out;
        }
    };
    let rendered = revision::render(
        &session,
        flags.project.is_all(),
        &flags.since,
        &revision,
        &mut out,
    );
    let Some((_, before)) = rendered else {
        return out;
    };
    let after = session.render(&mut out);
    let affected = affected(&before, &after);
    if !affected.is_empty() && out.code == 0 {
        out.code = FOUND;
    }
    match flags.format {
        Format::Text => {
            let text = text(&affected, &flags.since);
            out.stdout.extend_from_slice(text.as_bytes());
            out.is_styled = true;
        }
        Format::Json => {
            let environments: Vec<_> = affected.iter().map(environment).collect();
            let value = json!({
                "since": flags.since,
                "commit": revision.commit,
                "environments": environments,
            });
            super::print_json(&value, &mut out);
        }
    }
    out
}

fn text(affected: &[AffectedEnv], since: &str) -> String {
    let mut out = String::new();
    for environment in affected {
        let note = match environment.presence {
            Presence::Both => "",
            Presence::Before => " (gone)",
            Presence::After => " (new)",
        };
        let name = harmless(&environment.name);
        // Writing to a string does not fail.
        let _ = writeln!(out, "{}{note}", Style::Bold.paint(name));
        for app in &environment.apps {
            let _ = writeln!(out, "  {}", line(app));
        }
    }
    let _ = match affected {
        [] => writeln!(out, "nothing is affected since {since}"),
        _ => {
            let apps: usize = affected
                .iter()
                .map(|environment| environment.apps.len())
                .sum();
            writeln!(out, "{} affected since {since}", count(apps, "Application"))
        }
    };
    out
}

fn line(app: &AffectedApp) -> String {
    let mut parts = vec![
        (app.added, "added"),
        (app.changed, "changed"),
        (app.removed, "removed"),
    ];
    parts.retain(|(count, _)| *count > 0);
    let mut parts: Vec<String> = parts
        .into_iter()
        .map(|(n, what)| format!("{} {what}", count(n, "object")))
        .collect();
    match app.presence {
        Presence::Both => {}
        Presence::Before => parts.insert(0, "gone".to_owned()),
        Presence::After => parts.insert(0, "new".to_owned()),
    }
    parts.extend(
        app.unknown
            .iter()
            .map(|reason| format!("unknown: {}", harmless(reason))),
    );
    format!("{}: {}", harmless(&app.name), parts.join(", "))
}

fn count(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

fn environment(environment: &AffectedEnv) -> serde_json::Value {
    let apps: Vec<_> = environment
        .apps
        .iter()
        .map(|app| {
            json!({
                "name": app.name,
                "presence": presence(app.presence),
                "objects": { "added": app.added, "changed": app.changed, "removed": app.removed },
                "unknown": app.unknown,
            })
        })
        .collect();
    json!({
        "env": environment.name,
        "presence": presence(environment.presence),
        "apps": apps,
    })
}
