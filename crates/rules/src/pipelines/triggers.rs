//! From an EventListener to the templates of its runs.

use std::collections::HashMap;

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use super::interface::{Slot, missing, names, slots};
use super::resolves::resolve;
use super::variables::{Variable, is_declared, variables};
use crate::Finding;
use crate::context::{Check, Subject};
use crate::fields::{each_text, find};

pub(super) const GROUP: &str = "triggers.tekton.dev";

/// What the templates that a binding feeds ask for; `None` where one of them is not known.
type Fed<'c> = HashMap<(&'c str, &'c str), Option<Vec<String>>>;

pub(super) fn check_triggers(check: &mut Check<'_>) {
    let context = check.context;
    let mut fed = Fed::new();
    for listener in context.of_kind(GROUP, "EventListener") {
        for (path, data) in find(listener.data(), "spec.triggers[]") {
            match data.get("triggerRef").and_then(Data::as_str) {
                Some(name) => {
                    let path = path.join(Step::Key("triggerRef".to_owned()));
                    resolve(listener, &path, (GROUP, "Trigger"), name, check);
                }
                None => trigger(listener, &path, data, &mut fed, check),
            }
        }
    }
    for subject in context.of_kind(GROUP, "Trigger") {
        if let Some(data) = subject.data().get("spec") {
            let path = FieldPath::of_keys(["spec"]);
            trigger(subject, &path, data, &mut fed, check);
        }
    }
    for binding in context.of_kind(GROUP, "TriggerBinding") {
        if let Some(Some(asked)) = fed.get(&(binding.namespace(), binding.name())) {
            unused(binding, asked, check);
        }
    }
    for subject in context.of_kind(GROUP, "TriggerTemplate") {
        template(subject, check);
    }
}

/// Looks at one trigger of an object.
fn trigger<'a>(
    subject: &'a Subject<'_>,
    path: &FieldPath,
    data: &'a Data,
    fed: &mut Fed<'a>,
    check: &mut Check<'a>,
) {
    let below = |rest: &FieldPath, key: &str| {
        let mut path = path.clone();
        path.0.extend(rest.0.iter().cloned());
        path.join(Step::Key(key.to_owned()))
    };
    let mut given: Vec<Slot<'_>> = Vec::new();
    let mut bindings = Vec::new();
    let mut is_known = true;
    for (rest, binding) in find(data, "bindings[]") {
        let text = |key: &str| binding.get(key).and_then(Data::as_str);
        let kind = text("kind").unwrap_or("TriggerBinding");
        match (text("ref"), text("name")) {
            (Some(name), _) => {
                let found = resolve(subject, &below(&rest, "ref"), (GROUP, kind), name, check);
                is_known &= found.is_some();
                if let Some(found) = found {
                    given.extend(slots(found.data(), "spec.params[]"));
                    bindings.push((found.namespace(), found.name()));
                }
            }
            (None, Some(name)) => given.push(Slot {
                path: rest,
                name,
                optional: true,
            }),
            (None, None) => {}
        }
    }
    let template = data.get("template");
    // The first versions of `v1alpha1` say `name`.
    let reference = ["ref", "name"].into_iter().find_map(|key| {
        let name = template?.get(key)?.as_str()?;
        Some((key, name))
    });
    let at = path.join(Step::Key("template".to_owned()));
    let asked = match reference {
        Some((key, name)) => {
            let at = at.join(Step::Key(key.to_owned()));
            let found = resolve(subject, &at, (GROUP, "TriggerTemplate"), name, check);
            found.map(|found| slots(found.data(), "spec.params[]"))
        }
        None => template.map(|template| slots(template, "spec.params[]")),
    };
    for key in bindings {
        let entry = fed.entry(key).or_insert_with(|| Some(Vec::new()));
        match (&asked, entry.as_mut()) {
            (Some(asked), Some(all)) => all.extend(names(asked).map(str::to_owned)),
            _ => *entry = None,
        }
    }
    if let (Some(asked), true) = (&asked, is_known) {
        let template = reference.map_or("the template", |(_, name)| name);
        for slot in missing(asked, &given) {
            let message = format!("no binding gives {template} the parameter {}", slot.name);
            let hint = "add it to the binding, or give it a default in the template";
            check.report(Finding::new(subject, at.clone(), message).hint(hint));
        }
    }
}

/// Reports what a binding takes of an event and no template asks for.
fn unused(binding: &Subject<'_>, asked: &[String], check: &mut Check<'_>) {
    for slot in slots(binding.data(), "spec.params[]") {
        if asked.iter().any(|name| name == slot.name) {
            continue;
        }
        let message = format!(
            "no template that {} feeds has a parameter {}",
            binding.name(),
            slot.name
        );
        let path = slot.path.join(Step::Key("name".to_owned()));
        let mut finding = Finding::new(binding, path, message)
            .evidence(slot.name)
            .meant(evenkeel_config::closest(
                slot.name,
                asked.iter().map(String::as_str),
            ));
        // A slip of a name leaves the template without its parameter.
        finding.own_severity = finding.suggestion.is_none().then_some(Severity::Warning);
        check.report(finding);
    }
}

/// Compares the parameters of a template with those that its runs use.
fn template(subject: &Subject<'_>, check: &mut Check<'_>) {
    let declared = slots(subject.data(), "spec.params[]");
    let Some(runs) = subject
        .data()
        .get("spec")
        .and_then(|spec| spec.get("resourcetemplates"))
    else {
        return;
    };
    let mut used: Vec<&str> = Vec::new();
    let mut unknown = Vec::new();
    each_text(runs, &mut |steps, text| {
        for variable in variables(text) {
            let Variable::TemplateParam(name) = variable else {
                continue;
            };
            if !is_declared(name, names(&declared)) {
                let mut path = FieldPath::of_keys(["spec", "resourcetemplates"]);
                path.0.extend(steps.iter().cloned());
                unknown.push((path, name));
            }
            used.push(name);
        }
    });
    // A variable with a slip in its name is the cause of a parameter that nothing uses.
    let is_clear = unknown.is_empty();
    for (path, name) in unknown {
        let message = format!("{} declares no parameter {name}", subject.name());
        let finding = Finding::new(subject, path, message)
            .evidence(name)
            .meant(evenkeel_config::closest(name, names(&declared)));
        check.report(finding);
    }
    let mut unused = declared.iter().filter(|slot| !used.contains(&slot.name));
    // One template, one decision: what is common to several templates is often given to all.
    if let (true, Some(first)) = (is_clear, unused.next()) {
        let names: Vec<&str> = std::iter::once(first)
            .chain(unused)
            .map(|slot| slot.name)
            .collect();
        let message = match names.as_slice() {
            [name] => format!("no run of {} uses the parameter {name}", subject.name()),
            names => {
                let names = names.join(", ");
                format!("no run of {} uses the parameters {names}", subject.name())
            }
        };
        let path = first.path.join(Step::Key("name".to_owned()));
        let mut finding = Finding::new(subject, path, message).evidence(first.name);
        finding.own_severity = Some(Severity::Warning);
        check.report(finding.hint("use it as $(tt.params.…), or remove it"));
    }
}
