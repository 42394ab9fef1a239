//! `evenkeel affected`: the Applications that a change reaches.

use std::fmt::Write;

use clap::Args;
use evenkeel_diff::Presence;
use evenkeel_gitops::Environment;
use evenkeel_project::{AffectedApp, AffectedEnv, Project, Revision, affected};
use evenkeel_report::diff::presence;
use evenkeel_report::paint::{Style, harmless};
use serde_json::json;

use super::{Format, ProjectFlags, Session, report};
use crate::outcome::{FOUND, Outcome, REFUSED};

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
    let Some(before) = render_revision(&session, flags, &revision, &mut out) else {
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

/// Renders what a revision has. What failed there is told, and is no failure of this run: the work tree may
/// be what mends it.
fn render_revision(
    session: &Session,
    flags: &Flags,
    revision: &Revision,
    out: &mut Outcome,
) -> Option<Vec<Environment>> {
    let mut told = Outcome::default();
    let project = Project::at(revision.root());
    report(&project.diagnostics, &project, &mut told);
    let environments = if project.is_usable() {
        // Environments that only the work tree has are new.
        let names: Vec<String> = match flags.project.is_all() {
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
        Some(old.render(&mut told))
    } else {
        out.code = REFUSED;
        None
    };
    if !told.stderr.is_empty() {
        // Nobody can open the files of the revision where they are.
        let directory = revision.root().display().to_string();
        let text = String::from_utf8_lossy(&told.stderr).replace(&format!("{directory}/"), "");
        let title = format!("at {}:\n", flags.since);
        out.stderr.extend_from_slice(title.as_bytes());
        out.stderr.extend_from_slice(text.as_bytes());
    }
    environments
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
