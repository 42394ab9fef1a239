//! Workloads as Services and NetworkPolicies see them: by the labels and the ports of their pods.

use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

use crate::context::{Context, Subject};
use crate::fields::find;
use crate::pods::{Pod, pods, port_number};
use crate::presence::{ByPlace, Inventory, Place};

/// Groups whose objects run the pods that they describe.
const GROUPS: &[&str] = &["", "apps", "argoproj.io", "apps.openshift.io", "batch"];

/// Pods of one template.
pub(crate) struct Workload<'c, 'a> {
    pub(crate) subject: &'c Subject<'a>,
    pub(crate) at: Place<'c>,
    pub(crate) pod: Pod<'c>,
    labels: Option<&'c Data>,
    ports: Vec<ContainerPort<'c>>,
}

/// A port that a container declares.
struct ContainerPort<'c> {
    name: Option<&'c str>,
    number: Option<u16>,
}

/// A port as a Service or a policy names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Port<'d> {
    Number(u16),
    Name(&'d str),
}

impl<'d> Port<'d> {
    /// A port by number or name.
    pub(crate) fn of(data: &'d Data) -> Option<Port<'d>> {
        let name = || data.as_str().filter(|name| !name.is_empty());
        port_number(data)
            .map(Port::Number)
            .or_else(|| name().map(Port::Name))
    }

    /// Whether it names the port of a number and a name.
    pub(crate) fn is(self, number: Option<u16>, name: Option<&str>) -> bool {
        match self {
            Port::Number(wanted) => number == Some(wanted),
            Port::Name(wanted) => name == Some(wanted),
        }
    }
}

/// Ports by number and name, as a person says them.
pub(crate) fn shown_ports<'p>(
    ports: impl Iterator<Item = (Option<u16>, Option<&'p str>)>,
) -> String {
    let ports = ports.map(|port| match port {
        (Some(number), Some(name)) => format!("{number} ({name})"),
        (Some(number), None) => number.to_string(),
        (None, name) => name.unwrap_or_default().to_owned(),
    });
    ports.collect::<Vec<_>>().join(", ")
}

impl std::fmt::Display for Port<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Port::Number(number) => number.fmt(f),
            Port::Name(name) => f.write_str(name),
        }
    }
}

/// The workloads of an environment.
pub(crate) fn workloads<'c, 'a>(
    context: &'c Context<'a>,
    inventory: &Inventory<'c, 'a>,
) -> ByPlace<'c, Workload<'c, 'a>> {
    let subjects = context.subjects().iter().filter(|subject| {
        let group = subject.object.identity.group.as_str();
        GROUPS.contains(&group)
    });
    let all = subjects.flat_map(|subject| {
        let at = inventory.place(subject);
        let pods = pods(subject).into_iter();
        pods.map(move |pod| {
            // The labels stand beside the specification.
            let around = FieldPath(pod.path[..pod.path.len().saturating_sub(1)].to_vec());
            let template = around.get(subject.data());
            let workload = Workload {
                subject,
                at,
                labels: template.and_then(|template| template.get("metadata")?.get("labels")),
                ports: ports(&pod),
                pod,
            };
            (at, workload)
        })
    });
    ByPlace::new(all)
}

fn ports<'c>(pod: &Pod<'c>) -> Vec<ContainerPort<'c>> {
    let containers = pod.containers.iter().map(|container| container.data);
    let ports = containers.flat_map(|container| find(container, "ports[]"));
    let ports = ports.map(|(_, port)| ContainerPort {
        name: port.get("name").and_then(Data::as_str),
        number: port.get("containerPort").and_then(port_number),
    });
    // A port that is blank says nothing.
    ports
        .filter(|port| port.name.is_some() || port.number.is_some())
        .collect()
}

impl Workload<'_, '_> {
    /// Whether the labels of its pods fit a selector by equality, as Services have it.
    pub(crate) fn fits(&self, selector: &Data) -> bool {
        let Data::Map(wanted) = selector else {
            return false;
        };
        wanted.iter().all(|entry| {
            let key = String::from_utf8_lossy(&entry.key);
            self.label(&key).is_some_and(|value| *value == entry.value)
        })
    }

    /// Whether the labels of its pods fit a `LabelSelector`; an empty one fits all.
    pub(crate) fn fits_selector(&self, selector: &Data) -> bool {
        fits_selector(selector, &|key| self.label(key))
    }

    fn label(&self, key: &str) -> Option<&Data> {
        self.labels?.get(key)
    }

    /// Whether its containers say which ports they have. On the network of their node they have more than they say.
    pub(crate) fn declares_ports(&self) -> bool {
        let spec = FieldPath(self.pod.path.clone());
        let spec = spec.get(self.subject.data());
        let is_on_host = spec.and_then(|spec| spec.get("hostNetwork")) == Some(&Data::Bool(true));
        !self.ports.is_empty() && !is_on_host
    }

    /// Whether a container declares a port.
    pub(crate) fn has_port(&self, port: Port<'_>) -> bool {
        let mut ports = self.ports.iter();
        ports.any(|known| port.is(known.number, known.name))
    }

    /// The number of a port; that of a name only where a container declares it.
    pub(crate) fn number(&self, port: Port<'_>) -> Option<u16> {
        match port {
            Port::Number(number) => Some(number),
            Port::Name(name) => {
                let mut ports = self.ports.iter();
                ports.find(|known| known.name == Some(name))?.number
            }
        }
    }

    /// Its ports, as a person says them.
    pub(crate) fn shown_ports(&self) -> String {
        shown_ports(self.ports.iter().map(|port| (port.number, port.name)))
    }
}

/// Whether labels fit a `LabelSelector`.
pub(crate) fn fits_selector<'l>(selector: &Data, label: &dyn Fn(&str) -> Option<&'l Data>) -> bool {
    let labels = match selector.get("matchLabels") {
        Some(Data::Map(entries)) => &entries[..],
        _ => &[],
    };
    let equal = labels.iter().all(|entry| {
        let key = String::from_utf8_lossy(&entry.key);
        label(&key).is_some_and(|value| *value == entry.value)
    });
    let expressions = find(selector, "matchExpressions[]");
    equal
        && expressions.iter().all(|(_, expression)| {
            let key = expression.get("key").and_then(Data::as_str);
            let value = label(key.unwrap_or_default());
            let is_in = find(expression, "values[]")
                .iter()
                .any(|(_, known)| Some(*known) == value);
            match expression.get("operator").and_then(Data::as_str) {
                Some("In") => is_in,
                Some("NotIn") => !is_in,
                Some("Exists") => value.is_some(),
                Some("DoesNotExist") => value.is_none(),
                _ => true,
            }
        })
}
