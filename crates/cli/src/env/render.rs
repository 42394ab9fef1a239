//! `evenkeel render`: whole environments.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use evenkeel_gitops::{App, Environment};
use evenkeel_project::{outputs, write_outputs};

use super::ProjectFlags;
use crate::outcome::Outcome;

#[derive(Debug, Args)]
pub(crate) struct Flags {
    #[command(flatten)]
    project: ProjectFlags,
    /// Only this Application
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// Write a file for each Application into this directory, and remove those that are gone
    #[arg(long, value_name = "DIR", conflicts_with = "stdout")]
    out: Option<PathBuf>,
    /// Print everything (the default)
    #[arg(long)]
    stdout: bool,
    /// What to print: manifests, objects as JSON, or a line for each object
    #[arg(long, value_enum, default_value_t = Format::Yaml)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// What `helm template` prints for each Application
    Yaml,
    /// All objects, with the namespaces that Argo CD adds
    Json,
    /// Environment, Application, kind, namespace and name
    List,
}

pub(crate) fn run(flags: &Flags) -> Outcome {
    let mut out = Outcome::default();
    let Some(session) = flags.project.open(&mut out) else {
        return out;
    };
    let mut environments = session.render(&mut out);
    if let Some(name) = &flags.app {
        keep_app(&mut environments, name, &mut out);
    }
    match (&flags.out, flags.format) {
        (Some(directory), _) => write(directory, &environments, &mut out),
        (None, Format::Yaml) => print_yaml(&environments, &mut out),
        (None, Format::Json) => print_json(&environments, &mut out),
        (None, Format::List) => print_list(&environments, &mut out),
    }
    out
}

fn keep_app(environments: &mut [Environment], name: &str, out: &mut Outcome) {
    let mut found = false;
    for environment in environments.iter_mut() {
        let kept = environment.app(name);
        found |= kept.is_some();
        let mut index = 0;
        environment.apps.retain(|_| {
            index += 1;
            Some(index - 1) == kept
        });
    }
    if !found {
        let known: Vec<&str> = environments
            .iter()
            .flat_map(|environment| environment.apps.iter().map(|app| app.name.as_str()))
            .collect();
        let hint = match known.is_empty() {
            true => "; `evenkeel apps` shows those that there are".to_owned(),
            false => format!("; there are {}", known.join(", ")),
        };
        out.refuse(&format!("no environment has an Application `{name}`{hint}"));
    }
}

fn write(directory: &std::path::Path, environments: &[Environment], out: &mut Outcome) {
    let files: Vec<_> = environments.iter().flat_map(outputs).collect();
    match write_outputs(directory, &files) {
        Ok(done) => {
            let text = format!(
                "{}: {} written, {} unchanged, {} removed\n",
                directory.display(),
                done.written,
                done.unchanged,
                done.removed
            );
            out.stderr.extend_from_slice(text.as_bytes());
        }
        Err((path, error)) => out.refuse(&format!("{}: {error}", path.display())),
    }
}

fn print_yaml(environments: &[Environment], out: &mut Outcome) {
    for environment in environments {
        for app in &environment.apps {
            let text = app.output();
            if text.is_empty() {
                continue;
            }
            let title = format!(
                "# Environment: {}\n# Application: {}\n",
                environment.name, app.name
            );
            out.stdout.extend_from_slice(title.as_bytes());
            out.stdout.extend_from_slice(&text);
        }
    }
}

fn print_json(environments: &[Environment], out: &mut Outcome) {
    let text = |text: &str| serde_json::Value::from(text);
    let objects = |app: &App| -> Vec<serde_json::Value> {
        let objects = app.objects.iter();
        objects
            .map(|object| evenkeel_report::data(&object.effective()))
            .collect()
    };
    let environments: Vec<serde_json::Value> = environments
        .iter()
        .map(|environment| {
            let apps: Vec<serde_json::Value> = environment
                .apps
                .iter()
                .map(|app| {
                    let opaque: Vec<_> = app.opaque_reasons().collect();
                    serde_json::json!({
                        "name": text(&app.name),
                        "namespace": text(&app.destination.namespace),
                        "objects": objects(app),
                        "opaque": opaque,
                    })
                })
                .collect();
            serde_json::json!({ "env": text(&environment.name), "apps": apps })
        })
        .collect();
    super::print_json(&serde_json::Value::from(environments), out);
}

fn print_list(environments: &[Environment], out: &mut Outcome) {
    for environment in environments {
        for app in &environment.apps {
            for object in &app.objects {
                let namespace = match object.identity.namespace.as_str() {
                    "" => "-",
                    namespace => namespace,
                };
                let line = format!(
                    "{}\t{}\t{namespace}\t{}\n",
                    environment.name,
                    app.name,
                    object.short_name()
                );
                out.stdout.extend_from_slice(line.as_bytes());
            }
        }
    }
}
