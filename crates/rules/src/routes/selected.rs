//! What Services lead to.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};

use crate::Finding;
use crate::apps::has_part;
use crate::fields::each_text;
use crate::presence::{BY_HAND, ByPlace, Inventory};
use crate::services::{Service, ServicePort};
use crate::workloads::{Port, Workload};

/// The workloads that a Service selects.
pub(super) fn of<'w, 'c, 'a>(
    service: &Service<'_, '_>,
    workloads: &'w ByPlace<'c, Workload<'c, 'a>>,
) -> impl Iterator<Item = &'w Workload<'c, 'a>> {
    let selector = service.selector();
    let here = workloads.at(service.at);
    here.filter(move |workload| selector.is_some_and(|selector| workload.fits(selector)))
}

/// What is wrong between a Service and its pods.
///
/// # Errors
/// Why it cannot be told what it leads to.
pub(super) fn look(
    service: &Service<'_, '_>,
    workloads: &ByPlace<'_, Workload<'_, '_>>,
    inventory: &Inventory<'_, '_>,
) -> Result<Vec<Finding>, String> {
    let Some(selector) = service.selector() else {
        return Ok(Vec::new());
    };
    let selected: Vec<&Workload<'_, '_>> = of(service, workloads).collect();
    if !selected.is_empty() {
        let ports = service.ports.iter();
        let findings = ports.filter_map(|port| leads(service, port, &selected));
        return Ok(findings.collect());
    }
    let mut names = vec![service.subject.name()];
    each_text(selector, &mut |_, text| names.push(text));
    let app = service.subject.app_name;
    let has_workloads = workloads.at(service.at).next().is_some();
    match inventory.hidden_pods(service.at, &names) {
        Some(reason) => Err(reason),
        None if inventory.may_make_pods(service.subject.app) => {
            Err("its Application may make pods by itself".to_owned())
        }
        None if !has_workloads => Err("no workload is rendered beside it".to_owned()),
        // What looks for the pods of its own chart names the chart or the release; others' pods are not rendered here.
        None if inventory.is_by_hand() && !names[1..].iter().any(|name| has_part(name, app)) => {
            Err(BY_HAND.to_owned())
        }
        None => Ok(vec![selects_nothing(service, workloads)]),
    }
}

fn selects_nothing(
    service: &Service<'_, '_>,
    workloads: &ByPlace<'_, Workload<'_, '_>>,
) -> Finding {
    let message = format!("the Service {} selects no pods", service.subject.name());
    let path = FieldPath::of_keys(["spec", "selector"]);
    let finding = Finding::new(service.subject, path, message);
    let mut here = workloads.at(service.at);
    let namesake = here.find(|workload| workload.subject.name() == service.subject.name());
    match namesake {
        Some(workload) => finding.hint(format!(
            "the labels of the pods of {} differ",
            workload.subject.object.short_name()
        )),
        None => finding.hint("select the labels of a workload's pods"),
    }
}

/// Reports a port that leads to no container, or not to all.
fn leads(
    service: &Service<'_, '_>,
    port: &ServicePort<'_>,
    selected: &[&Workload<'_, '_>],
) -> Option<Finding> {
    let target = port.target?;
    let (with, without): (Vec<&Workload<'_, '_>>, Vec<&Workload<'_, '_>>) = selected
        .iter()
        .partition(|workload| workload.has_port(target));
    let field = match port.path.join(Step::Key("targetPort".to_owned())) {
        path if path.get(service.subject.data()).is_some() => path,
        _ => port.path.join(Step::Key("port".to_owned())),
    };
    let finding = |workload: &Workload<'_, '_>, message: String| {
        Finding::new(service.subject, field.clone(), message)
            .evidence(&target.to_string())
            .hint(format!("its ports: {}", workload.shown_ports()))
    };
    let first = without.first()?;
    let named = first.subject.object.short_name();
    match target {
        Port::Name(_) if with.is_empty() => {
            Some(finding(first, format!("{named} has no port {target}")))
        }
        // Pods without a port of that name are left out of the Service by themselves.
        Port::Name(_) => None,
        Port::Number(_) => {
            // Declared ports are a comment to Kubernetes: who declares none says nothing.
            let silent = without.iter().find(|workload| workload.declares_ports())?;
            let all_speak = without.iter().all(|workload| workload.declares_ports());
            if with.is_empty() && !all_speak || !with.is_empty() && service.is_headless() {
                return None;
            }
            let named = silent.subject.object.short_name();
            let message = match with.is_empty() {
                true => format!("{named} declares no port {target}"),
                false => format!(
                    "the Service {} also selects {named}, which declares no port {target}",
                    service.subject.name()
                ),
            };
            let mut finding = finding(silent, message);
            finding.own_severity = Some(Severity::Warning);
            Some(finding)
        }
    }
}
