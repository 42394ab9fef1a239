//! Runs, and what they give to their Pipelines.

use evenkeel_config::closest;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use super::graph::task_names;
use super::interface::{Interface, compare, slots};
use super::resolves::resolve;
use crate::Finding;
use crate::context::{Check, Subject};
use crate::fields::find;
use crate::references::runs;

pub(super) const GROUP: &str = "tekton.dev";

pub(super) fn check_runs(check: &mut Check<'_>) {
    for subject in check.context.subjects() {
        for path in runs(subject) {
            if let Some(data) = path.get(subject.data()) {
                run(subject, &path, data, check);
            }
        }
    }
}

/// Compares a run with the Pipeline or the Task that it runs.
fn run(subject: &Subject<'_>, path: &FieldPath, data: &Data, check: &mut Check<'_>) {
    for (field, kind) in [("pipelineRef", "Pipeline"), ("taskRef", "Task")] {
        let Some(reference) = data.get(field) else {
            continue;
        };
        let Some(name) = local_name(reference) else {
            check.skip(format!("a {kind} of a run is not known from here"));
            continue;
        };
        let at = path
            .join(Step::Key(field.to_owned()))
            .join(Step::Key("name".to_owned()));
        let Some(found) = resolve(subject, &at, (GROUP, kind), name, check) else {
            continue;
        };
        let Some(spec) = found.data().get("spec") else {
            continue;
        };
        let asked = Interface::of(format!("the {kind} {name}"), spec);
        let (params, workspaces) = (slots(data, "params[]"), slots(data, "workspaces[]"));
        compare(
            subject,
            path,
            "parameter",
            &asked.title,
            &asked.params,
            &params,
            check,
        );
        compare(
            subject,
            path,
            "workspace",
            &asked.title,
            &asked.workspaces,
            &workspaces,
            check,
        );
        if kind == "Pipeline" {
            task_settings(subject, path, data, spec, &asked.title, check);
        }
    }
}

/// Reports settings for tasks that a Pipeline does not have; Tekton refuses such a run.
fn task_settings(
    subject: &Subject<'_>,
    path: &FieldPath,
    data: &Data,
    pipeline: &Data,
    title: &str,
    check: &mut Check<'_>,
) {
    let tasks = task_names(pipeline);
    for (rest, settings) in find(data, "taskRunSpecs[]") {
        let name = settings.get("pipelineTaskName").and_then(Data::as_str);
        let Some(name) = name.filter(|name| !tasks.contains(name)) else {
            continue;
        };
        let mut path = path.clone();
        path.0.extend(rest.0);
        let path = path.join(Step::Key("pipelineTaskName".to_owned()));
        let finding = Finding::new(subject, path, format!("{title} has no task {name}"))
            .evidence(name)
            .meant(closest(name, tasks.iter().copied()));
        check.report(finding);
    }
}

/// The name of a Pipeline or a Task beside who refers to it; `None` where it comes from a resolver or a bundle.
pub(super) fn local_name(reference: &Data) -> Option<&str> {
    let is_remote = ["resolver", "bundle"]
        .iter()
        .any(|key| reference.get(key).is_some());
    let name = reference.get("name").and_then(Data::as_str)?;
    (!is_remote && !name.contains("$(")).then_some(name)
}
