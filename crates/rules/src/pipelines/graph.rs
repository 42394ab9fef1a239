//! The tasks of a Pipeline, and what they take from it and from each other.

use std::collections::BTreeSet;

use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use super::interface::{Interface, Slot, compare, names, slots};
use super::resolves::resolve;
use super::runs::{GROUP, local_name};
use super::variables::{Variable, is_declared, variables};
use crate::Finding;
use crate::context::{Check, Subject};
use crate::fields::{each_text, find};
use crate::presence::listed;

/// Lists of tasks of a Pipeline.
const TASKS: &[&str] = &["spec.tasks[]", "spec.finally[]"];

/// The names of the tasks of a Pipeline's specification.
pub(super) fn task_names(spec: &Data) -> Vec<&str> {
    let lists = ["tasks[]", "finally[]"];
    let tasks = lists.iter().flat_map(|list| find(spec, list));
    tasks
        .filter_map(|(_, task)| task.get("name")?.as_str())
        .collect()
}

pub(super) fn check_pipelines(check: &mut Check<'_>) {
    let mut remote = BTreeSet::new();
    for subject in check.context.of_kind(GROUP, "Pipeline") {
        pipeline(subject, &mut remote, check);
    }
    if !remote.is_empty() {
        let names = listed(remote.iter().map(String::as_str));
        check.skip(format!(
            "what the tasks {names} ask for is not known from here"
        ));
    }
}

/// A task of a Pipeline.
struct Task<'d> {
    path: FieldPath,
    name: &'d str,
    data: &'d Data,
    /// What it asks for; `None` where that is not known.
    interface: Option<Interface<'d>>,
}

fn pipeline<'a>(subject: &'a Subject<'_>, remote: &mut BTreeSet<String>, check: &mut Check<'a>) {
    let Some(spec) = subject.data().get("spec") else {
        return;
    };
    let own = Interface::of(format!("the Pipeline {}", subject.name()), spec);
    let found = TASKS.iter().flat_map(|list| find(subject.data(), list));
    let mut tasks = Vec::new();
    for (path, data) in found {
        let name = data.get("name").and_then(Data::as_str).unwrap_or_default();
        let interface = interface(subject, &path, name, data, remote, check);
        tasks.push(Task {
            path,
            name,
            data,
            interface,
        });
    }
    for task in &tasks {
        order(subject, task, &tasks, check);
        inputs(subject, task, &own, check);
    }
    uses(subject, &own, &tasks, check);
}

/// What a task asks for.
fn interface<'a>(
    subject: &'a Subject<'_>,
    path: &FieldPath,
    name: &str,
    data: &'a Data,
    remote: &mut BTreeSet<String>,
    check: &mut Check<'a>,
) -> Option<Interface<'a>> {
    let title = format!("the task {name}");
    if let Some(spec) = data.get("taskSpec") {
        return Some(Interface::of(title, spec));
    }
    let reference = data.get("taskRef")?;
    let kind = reference.get("kind").and_then(Data::as_str);
    let Some(local) = local_name(reference).filter(|_| matches!(kind, None | Some("Task"))) else {
        remote.insert(name.to_owned());
        return None;
    };
    let at = path
        .join(Step::Key("taskRef".to_owned()))
        .join(Step::Key("name".to_owned()));
    let found = resolve(subject, &at, (GROUP, "Task"), local, check)?;
    Some(Interface::of(title, found.data().get("spec")?))
}

/// Reports tasks to wait for that are not there.
fn order(subject: &Subject<'_>, task: &Task<'_>, tasks: &[Task<'_>], check: &mut Check<'_>) {
    for (rest, before) in find(task.data, "runAfter[]") {
        let Some(before) = before.as_str() else {
            continue;
        };
        let is_there = tasks.iter().any(|known| known.name == before);
        if is_there && before != task.name {
            continue;
        }
        let message = match is_there {
            true => format!("the task {before} waits for itself"),
            false => format!("{} has no task {before} to wait for", subject.name()),
        };
        let mut path = task.path.clone();
        path.0.extend(rest.0);
        let others = tasks.iter().map(|task| task.name);
        let finding = Finding::new(subject, path, message)
            .evidence(before)
            .meant(closest(before, others.filter(|name| *name != task.name)));
        check.report(finding);
    }
}

/// Compares what a task gets with what it asks for, and with what the Pipeline has to give.
fn inputs(subject: &Subject<'_>, task: &Task<'_>, own: &Interface<'_>, check: &mut Check<'_>) {
    let mut params = slots(task.data, "params[]");
    params.extend(slots(task.data, "matrix.params[]"));
    let workspaces = slots(task.data, "workspaces[]");
    for slot in &workspaces {
        let item = slot.path.get(task.data);
        let named = item.and_then(|item| item.get("workspace")?.as_str());
        let wanted = named.unwrap_or(slot.name);
        if !names(&own.workspaces).any(|name| name == wanted) {
            let mut path = task.path.clone();
            path.0.extend(slot.path.0.iter().cloned());
            let key = if named.is_some() { "workspace" } else { "name" };
            let message = format!("{} has no workspace {wanted}", own.title);
            let finding = Finding::new(subject, path.join(Step::Key(key.to_owned())), message)
                .evidence(wanted)
                .meant(closest(wanted, names(&own.workspaces)));
            check.report(finding);
        }
    }
    let Some(interface) = &task.interface else {
        return;
    };
    // What stands in the Pipeline itself sees its parameters and workspaces without being given them.
    let is_embedded = task.data.get("taskSpec").is_some();
    let title = &interface.title;
    let inherited =
        |slot: &Slot<'_>, of: &[Slot<'_>]| is_embedded && names(of).any(|name| name == slot.name);
    let params_asked: Vec<Slot<'_>> =
        relaxed(&interface.params, |slot| inherited(slot, &own.params));
    let workspaces_asked: Vec<Slot<'_>> = relaxed(&interface.workspaces, |slot| {
        inherited(slot, &own.workspaces)
    });
    compare(
        subject,
        &task.path,
        "parameter",
        title,
        &params_asked,
        &params,
        check,
    );
    compare(
        subject,
        &task.path,
        "workspace",
        title,
        &workspaces_asked,
        &workspaces,
        check,
    );
}

/// The same slots, those that `is_given` without being written down as optional ones.
fn relaxed<'d>(slots: &[Slot<'d>], is_given: impl Fn(&Slot<'_>) -> bool) -> Vec<Slot<'d>> {
    let slots = slots.iter().map(|slot| Slot {
        path: slot.path.clone(),
        name: slot.name,
        optional: slot.optional || is_given(slot),
    });
    slots.collect()
}

/// Looks at every variable of a Pipeline.
fn uses(subject: &Subject<'_>, own: &Interface<'_>, tasks: &[Task<'_>], check: &mut Check<'_>) {
    let mut used: Vec<String> = Vec::new();
    let mut found = Vec::new();
    each_text(subject.data(), &mut |steps, text| {
        let around = tasks.iter().find(|task| steps.starts_with(&task.path.0));
        let embedded = around.filter(|_| steps.contains(&Step::Key("taskSpec".to_owned())));
        for variable in variables(text) {
            if let Variable::Param(name) = variable {
                used.push(name.to_owned());
            }
            if let Some((message, evidence, near)) = wrong(variable, own, tasks, embedded) {
                let path = FieldPath(steps.to_vec());
                let finding = Finding::new(subject, path, message).evidence(evidence);
                found.push(finding.meant(near));
            }
        }
    });
    // A variable with a slip in its name is the cause of a parameter that nothing uses.
    let is_clear = found.is_empty();
    for finding in found {
        check.report(finding);
    }
    for slot in own.params.iter().filter(|_| is_clear) {
        if used
            .iter()
            .any(|name| is_declared(name, std::iter::once(slot.name)))
        {
            continue;
        }
        let mut path = FieldPath::of_keys(["spec"]);
        path.0.extend(slot.path.0.iter().cloned());
        let path = path.join(Step::Key("name".to_owned()));
        let message = format!(
            "no task of {} uses the parameter {}",
            subject.name(),
            slot.name
        );
        let mut finding = Finding::new(subject, path, message).evidence(slot.name);
        finding.own_severity = Some(Severity::Warning);
        check.report(finding.hint("use it as $(params.…), or remove it"));
    }
}

/// What is wrong with a variable: a message, what says so, and what was meant.
fn wrong<'t>(
    variable: Variable<'t>,
    own: &'t Interface<'_>,
    tasks: &'t [Task<'_>],
    embedded: Option<&'t Task<'_>>,
) -> Option<(String, &'t str, Option<&'t str>)> {
    let inner = embedded.and_then(|task| task.interface.as_ref());
    match variable {
        Variable::Param(name) => {
            let inner = inner.into_iter().flat_map(|inner| names(&inner.params));
            let all = names(&own.params).chain(inner);
            let message = format!("{} has no parameter {name}", own.title);
            (!is_declared(name, all.clone())).then(|| (message, name, closest(name, all)))
        }
        Variable::Workspace(name) if embedded.is_none() => {
            let message = format!("{} has no workspace {name}", own.title);
            let near = || closest(name, names(&own.workspaces));
            (!names(&own.workspaces).any(|known| known == name)).then(|| (message, name, near()))
        }
        Variable::Task(name, result) => {
            let Some(task) = tasks.iter().find(|task| task.name == name) else {
                let near = closest(name, tasks.iter().map(|task| task.name));
                return Some((format!("{} has no task {name}", own.title), name, near));
            };
            let (result, interface) = (result?, task.interface.as_ref()?);
            let message = format!("the task {name} has no result {result}");
            (!is_declared(result, names(&interface.results)))
                .then(|| (message, result, closest(result, names(&interface.results))))
        }
        _ => None,
    }
}
