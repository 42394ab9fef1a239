//! Services, and the ports by which they are asked for.

use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

use crate::context::{Context, Subject};
use crate::fields::find;
use crate::presence::{ByPlace, Inventory, Place};
use crate::workloads::{Port, shown_ports};

/// A rendered Service.
pub(crate) struct Service<'c, 'a> {
    pub(crate) subject: &'c Subject<'a>,
    pub(crate) at: Place<'c>,
    pub(crate) ports: Vec<ServicePort<'c>>,
}

/// A port of a Service.
pub(crate) struct ServicePort<'c> {
    /// Where it stands.
    pub(crate) path: FieldPath,
    pub(crate) name: Option<&'c str>,
    pub(crate) number: Option<u16>,
    /// What it leads to; the same number where nothing else is said.
    pub(crate) target: Option<Port<'c>>,
}

/// The rendered Services.
pub(crate) fn services<'c, 'a>(
    context: &'c Context<'a>,
    inventory: &Inventory<'c, 'a>,
) -> ByPlace<'c, Service<'c, 'a>> {
    ByPlace::new(context.of_kind("", "Service").map(|subject| {
        let at = inventory.place(subject);
        let ports = find(subject.data(), "spec.ports[]").into_iter();
        let service = Service {
            subject,
            at,
            ports: ports.map(port).collect(),
        };
        (at, service)
    }))
}

fn port((path, data): (FieldPath, &Data)) -> ServicePort<'_> {
    let number = data.get("port").and_then(Port::of);
    let number = match number {
        Some(Port::Number(number)) => Some(number),
        _ => None,
    };
    let target = data.get("targetPort").and_then(Port::of);
    ServicePort {
        path,
        name: data.get("name").and_then(Data::as_str),
        number,
        target: target.or(number.map(Port::Number)),
    }
}

impl<'c> Service<'c, '_> {
    /// The labels of its pods; `None` where somebody else says where it leads.
    pub(crate) fn selector(&self) -> Option<&'c Data> {
        let selector = self.subject.data().get("spec")?.get("selector")?;
        let is_some = matches!(selector, Data::Map(entries) if !entries.is_empty());
        (is_some && !self.is_external()).then_some(selector)
    }

    pub(crate) fn is_external(&self) -> bool {
        self.subject.text("spec.type") == "ExternalName"
    }

    /// Whether its name leads to the pods themselves, whose ports count.
    pub(crate) fn is_headless(&self) -> bool {
        self.subject.text("spec.clusterIP") == "None"
    }

    /// The port of a number or a name.
    pub(crate) fn port(&self, wanted: Port<'_>) -> Option<&ServicePort<'c>> {
        let mut ports = self.ports.iter();
        ports.find(|port| wanted.is(port.number, port.name))
    }

    /// Its ports, as a person says them.
    pub(crate) fn shown_ports(&self) -> String {
        shown_ports(self.ports.iter().map(|port| (port.number, port.name)))
    }
}

/// The Service of a name.
pub(crate) fn service_at<'s, 'c, 'a>(
    services: &'s ByPlace<'c, Service<'c, 'a>>,
    at: Place<'_>,
    name: &str,
) -> Option<&'s Service<'c, 'a>> {
    let mut here = services.at(at);
    here.find(|service| service.subject.name() == name)
}
