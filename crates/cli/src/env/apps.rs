//! `evenkeel apps`: the tree of Applications.

use std::fmt::Write;

use clap::{Args, ValueEnum};
use evenkeel_gitops::{App, Environment};

use super::ProjectFlags;
use crate::outcome::Outcome;

#[derive(Debug, Args)]
pub(crate) struct Flags {
    #[command(flatten)]
    project: ProjectFlags,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree
    Text,
    /// JSON
    Json,
    /// A Mermaid flowchart, for Markdown
    Mermaid,
}

pub(crate) fn run(flags: &Flags) -> Outcome {
    let mut out = Outcome::default();
    let Some(session) = flags.project.open(&mut out) else {
        return out;
    };
    let environments = session.render(&mut out);
    match flags.format {
        Format::Json => {
            let all: Vec<_> = environments.iter().map(json).collect();
            super::print_json(&serde_json::Value::from(all), &mut out);
        }
        Format::Text => {
            for environment in &environments {
                out.stdout.extend_from_slice(tree(environment).as_bytes());
            }
        }
        Format::Mermaid => {
            let text = mermaid(&environments);
            out.stdout.extend_from_slice(text.as_bytes());
        }
    }
    out
}

/// One Application in words: source, namespace, wave, number of objects.
fn describe(app: &App) -> String {
    let mut parts = Vec::new();
    if let Some(application) = &app.application {
        let sources: Vec<String> = application
            .sources
            .iter()
            .map(|source| match source.chart.as_str() {
                "" => source.path.clone(),
                chart => format!("{chart} {}", source.target_revision),
            })
            .filter(|source| !source.is_empty())
            .collect();
        parts.push(sources.join(" + "));
    } else if let Some(helm) = app.sources.iter().find_map(|source| source.helm.as_ref()) {
        parts.push(format!("chart {}", helm.chart.name()));
    }
    if !app.destination.namespace.is_empty() {
        parts.push(format!("→ {}", app.destination.namespace));
    }
    if let Some(application) = &app.application
        && application.sync_wave != 0
    {
        parts.push(format!("wave {}", application.sync_wave));
    }
    parts.push(match app.objects.len() {
        1 => "1 object".to_owned(),
        count => format!("{count} objects"),
    });
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

fn tree(environment: &Environment) -> String {
    let mut out = format!("{}\n", environment.name);
    let roots: Vec<usize> = children(environment, None);
    branch(environment, &roots, "", &mut out);
    out
}

fn children(environment: &Environment, parent: Option<usize>) -> Vec<usize> {
    let apps = environment.apps.iter().enumerate();
    apps.filter(|(_, app)| app.parent == parent)
        .map(|(index, _)| index)
        .collect()
}

fn branch(environment: &Environment, apps: &[usize], indent: &str, out: &mut String) {
    for (i, &index) in apps.iter().enumerate() {
        let app = &environment.apps[index];
        let last = i + 1 == apps.len();
        let (mark, next) = if last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        let name = match app.name.as_str() {
            "" => "(plain manifests)",
            name => name,
        };
        let _ = writeln!(out, "{indent}{mark}{name}: {}", describe(app));
        let below = format!("{indent}{next}");
        let inner = children(environment, Some(index));
        let bar = if inner.is_empty() { "   " } else { "│  " };
        for reason in app.opaque_reasons() {
            let _ = writeln!(out, "{below}{bar}opaque: {reason}");
        }
        for source in app.sources.iter().filter_map(|source| source.helm.as_ref()) {
            for file in &source.missing_value_files {
                let _ = writeln!(out, "{below}{bar}value file not there, and ignored: {file}");
            }
        }
        if !app.diagnostics.is_empty() {
            let _ = writeln!(out, "{below}{bar}failed: {}", app.diagnostics[0].message);
        }
        branch(environment, &inner, &below, out);
    }
}

fn json(environment: &Environment) -> serde_json::Value {
    let apps: Vec<serde_json::Value> = environment
        .apps
        .iter()
        .map(|app| {
            let sources: Vec<serde_json::Value> = app
                .application
                .iter()
                .flat_map(|application| &application.sources)
                .map(|source| {
                    serde_json::json!({
                        "repoURL": source.repo_url,
                        "path": source.path,
                        "chart": source.chart,
                        "targetRevision": source.target_revision,
                    })
                })
                .collect();
            let missing: Vec<&String> = app
                .sources
                .iter()
                .filter_map(|source| source.helm.as_ref())
                .flat_map(|helm| &helm.missing_value_files)
                .collect();
            let errors: Vec<&String> = app.diagnostics.iter().map(|d| &d.message).collect();
            serde_json::json!({
                "name": app.name,
                "parent": app.parent.map(|parent| environment.apps[parent].name.clone()),
                "namespace": app.destination.namespace,
                "wave": app.application.as_ref().map_or(0, |a| a.sync_wave),
                "sources": sources,
                "objects": app.objects.len(),
                "opaque": app.opaque_reasons().collect::<Vec<_>>(),
                "ignoredMissingValueFiles": missing,
                "diagnostics": errors,
            })
        })
        .collect();
    serde_json::json!({ "env": environment.name, "apps": apps })
}

fn mermaid(environments: &[Environment]) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (e, environment) in environments.iter().enumerate() {
        let _ = writeln!(out, "  subgraph env{e} [{}]", environment.name);
        for (i, app) in environment.apps.iter().enumerate() {
            let name = app.name.replace('"', "'");
            let count = app.objects.len();
            let _ = writeln!(out, "    e{e}a{i}[\"{name}<br/>{count} objects\"]");
        }
        for (i, app) in environment.apps.iter().enumerate() {
            if let Some(parent) = app.parent {
                let _ = writeln!(out, "    e{e}a{parent} --> e{e}a{i}");
            }
        }
        out.push_str("  end\n");
    }
    out
}
