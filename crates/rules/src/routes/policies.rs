//! What NetworkPolicies allow.

use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::context::{Context, Subject};
use crate::fields::find;
use crate::pods::port_number;
use crate::presence::{ByPlace, Inventory, Place};
use crate::workloads::{Port, Workload, fits_selector};

/// The label by which Kubernetes names every namespace.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// Namespaces that the DNS of a cluster runs in.
const DNS_NAMESPACES: &[&str] = &["kube-system", "openshift-dns"];

/// The port that everybody asks, and the one that OpenShift's servers listen at, which is what policies see.
const DNS_PORT: u16 = 53;
const OPENSHIFT_DNS_PORT: u16 = 5353;

/// The way of traffic, seen from the pods that a policy selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Out,
    In,
}

/// A NetworkPolicy.
pub(super) struct Policy<'c, 'a> {
    pub(super) subject: &'c Subject<'a>,
    at: Place<'c>,
}

/// Whether names can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dns {
    No,
    /// At 53, which is not where OpenShift's servers listen.
    WrongPort,
    Yes,
}

/// The policies of an environment.
pub(super) fn policies<'c, 'a>(
    context: &'c Context<'a>,
    inventory: &Inventory<'c, 'a>,
) -> ByPlace<'c, Policy<'c, 'a>> {
    let all = context.of_kind("networking.k8s.io", "NetworkPolicy");
    ByPlace::new(all.map(|subject| {
        let at = inventory.place(subject);
        (at, Policy { subject, at })
    }))
}

impl Way {
    /// The field with the rules.
    pub(super) fn field(self) -> &'static str {
        match self {
            Way::Out => "egress",
            Way::In => "ingress",
        }
    }

    fn peers(self) -> &'static str {
        match self {
            Way::Out => "to",
            Way::In => "from",
        }
    }

    fn policy_type(self) -> &'static str {
        match self {
            Way::Out => "Egress",
            Way::In => "Ingress",
        }
    }
}

impl<'c> Policy<'c, '_> {
    /// Whether it restricts the traffic of a workload: what no policy that does allows is then refused.
    pub(super) fn restricts(&self, way: Way, workload: &Workload<'_, '_>) -> bool {
        let spec = self.subject.data().get("spec");
        let empty = Data::empty_map();
        let selector = spec.and_then(|spec| spec.get("podSelector"));
        let types = find(self.subject.data(), "spec.policyTypes[]");
        let is_of_way = match types.is_empty() {
            // Without types a policy is for what comes in, and for what goes out if it has such rules.
            true => way == Way::In || spec.is_some_and(|spec| spec.get("egress").is_some()),
            false => types
                .iter()
                .any(|(_, kind)| kind.as_str() == Some(way.policy_type())),
        };
        is_of_way && self.at == workload.at && workload.fits_selector(selector.unwrap_or(&empty))
    }

    fn rules(&self, way: Way) -> impl Iterator<Item = &'c Data> {
        let rules = find(self.subject.data(), &format!("spec.{}[]", way.field()));
        rules.into_iter().map(|(_, rule)| rule)
    }

    /// The field with its rules, or what surrounds it.
    pub(super) fn rules_field(&self, way: Way) -> FieldPath {
        let path = FieldPath::of_keys(["spec", way.field()]);
        match path.get(self.subject.data()) {
            Some(_) => path,
            None => FieldPath::of_keys(["spec"]),
        }
    }

    /// Whether it has rules at all.
    pub(super) fn allows_something(&self, way: Way) -> bool {
        self.rules(way).next().is_some()
    }

    /// Whether its pods may look up names.
    pub(super) fn dns(&self, is_openshift: bool) -> Dns {
        let rules = self.rules(Way::Out).filter(|rule| {
            let peers = find(rule, "to[]");
            peers.is_empty() || peers.iter().any(|(_, peer)| may_be_dns(peer))
        });
        let allows = |rule: &Data| match is_openshift {
            true if has_port(rule, OPENSHIFT_DNS_PORT, "UDP", None) => Dns::Yes,
            true if has_port(rule, DNS_PORT, "UDP", None) => Dns::WrongPort,
            false if has_port(rule, DNS_PORT, "UDP", None) => Dns::Yes,
            _ => Dns::No,
        };
        rules.map(allows).max().unwrap_or(Dns::No)
    }

    /// Where it allows the DNS at the port that everybody asks.
    pub(super) fn dns_field(&self) -> Option<FieldPath> {
        let rules = find(self.subject.data(), "spec.egress[]").into_iter();
        let mut ports = rules.flat_map(|(path, rule)| {
            let ports = find(rule, "ports[]").into_iter();
            ports.map(move |(rest, port)| {
                let mut path = path.clone();
                path.0.extend(rest.0);
                (path.join(Step::Key("port".to_owned())), port)
            })
        });
        let found = ports
            .find(|(_, port)| port.get("port").and_then(Port::of) == Some(Port::Number(DNS_PORT)));
        found.map(|(path, _)| path)
    }

    /// Whether it allows traffic with a workload on one of the other side's ports. What a policy says of addresses
    /// is taken to hold.
    pub(super) fn allows(
        &self,
        way: Way,
        peer: &Workload<'_, '_>,
        server: &Workload<'_, '_>,
        port: Option<Port<'_>>,
        context: &Context<'_>,
    ) -> bool {
        self.rules(way).any(|rule| {
            let peers = find(rule, &format!("{}[]", way.peers()));
            let is_peer = peers.is_empty()
                || peers
                    .iter()
                    .any(|(_, data)| self.is_peer(data, peer, context));
            let number = port.and_then(|port| server.number(port));
            is_peer
                && match number {
                    Some(number) => has_port(rule, number, "TCP", Some(server)),
                    None => true,
                }
        })
    }

    fn is_peer(&self, peer: &Data, workload: &Workload<'_, '_>, context: &Context<'_>) -> bool {
        if peer.get("ipBlock").is_some() {
            return true;
        }
        let fits_pod = peer
            .get("podSelector")
            .is_none_or(|selector| workload.fits_selector(selector));
        let fits_namespace = match peer.get("namespaceSelector") {
            Some(selector) => fits_namespace(selector, workload.at, context),
            None => self.at == workload.at,
        };
        fits_pod && fits_namespace
    }
}

/// Whether a namespace fits a selector. Of one that is not rendered only the name is known; what else a selector
/// asks for may be so.
fn fits_namespace(selector: &Data, at: Place<'_>, context: &Context<'_>) -> bool {
    let mut rendered = context.of_kind("", "Namespace");
    let rendered = rendered.find(|subject| subject.name() == at.namespace);
    let labels = rendered.and_then(|subject| subject.data().get("metadata")?.get("labels"));
    let name = Data::str(at.namespace);
    let is_rendered = rendered.is_some();
    let only_names = |selector: &Data| {
        let labels = selector.get("matchLabels");
        let keys = match labels {
            Some(Data::Map(entries)) => &entries[..],
            _ => &[],
        };
        selector.get("matchExpressions").is_none()
            && keys
                .iter()
                .all(|entry| entry.key.as_ref() == NAMESPACE_NAME.as_bytes())
    };
    if !is_rendered && !only_names(selector) {
        return true;
    }
    fits_selector(selector, &|key| match key {
        NAMESPACE_NAME => Some(&name),
        _ => labels.and_then(|labels| labels.get(key)),
    })
}

fn may_be_dns(peer: &Data) -> bool {
    if peer.get("ipBlock").is_some() {
        return true;
    }
    let Some(selector) = peer.get("namespaceSelector") else {
        return false;
    };
    DNS_NAMESPACES.iter().any(|namespace| {
        let name = Data::str(namespace);
        let named = find(selector, "matchLabels");
        let named = named
            .first()
            .and_then(|(_, labels)| labels.get(NAMESPACE_NAME));
        match named {
            Some(wanted) => *wanted == name,
            // Other labels may be those of that namespace.
            None if selector.get("matchExpressions").is_none() => true,
            None => fits_selector(selector, &|key| match key {
                NAMESPACE_NAME => Some(&name),
                _ => None,
            }),
        }
    })
}

/// Whether a rule is for a port. Names are those of the server's ports; those of an unknown server may be right.
fn has_port(rule: &Data, number: u16, protocol: &str, server: Option<&Workload<'_, '_>>) -> bool {
    let ports = find(rule, "ports[]");
    ports.is_empty()
        || ports.iter().any(|(_, entry)| {
            let known = entry.get("protocol").and_then(Data::as_str);
            let last = entry.get("endPort").and_then(port_number);
            known.unwrap_or("TCP") == protocol
                && match entry.get("port").and_then(Port::of) {
                    None => true,
                    Some(Port::Number(first)) => (first..=last.unwrap_or(first)).contains(&number),
                    Some(name) => server.is_none_or(|server| server.number(name) == Some(number)),
                }
        })
}
