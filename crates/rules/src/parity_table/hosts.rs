//! By which hosts an Application is reached.

use super::Fact;
use crate::context::Subject;
use crate::fields::select;
use crate::routes::exposed;

/// Group, kind and fields with hosts, beside those that the rules about routes know.
const FIELDS: &[(&str, &str, &str)] = &[
    ("networking.istio.io", "Gateway", "spec.servers[].hosts[]"),
    ("networking.istio.io", "VirtualService", "spec.hosts[]"),
    ("projectcontour.io", "HTTPProxy", "spec.virtualhost.fqdn"),
    ("serving.knative.dev", "DomainMapping", "metadata.name"),
];

/// Objects that some router makes up a host for if they name none.
const ANY: &[(&str, &str, &str)] = &[
    ("route.openshift.io", "Route", "(the router's)"),
    ("networking.k8s.io", "Ingress", "(any)"),
];

/// What external-dns reads.
const EXTERNAL_DNS: &str = "external-dns.alpha.kubernetes.io/hostname";

pub(super) fn hosts(subjects: &[&Subject<'_>]) -> Vec<Fact> {
    subjects
        .iter()
        .flat_map(|subject| match is(subject, "", "Service") {
            true => of_service(subject),
            false => served(subject),
        })
        .collect()
}

fn is(subject: &Subject<'_>, group: &str, kind: &str) -> bool {
    let id = &subject.object.identity;
    id.group == group && id.kind == kind
}

fn served(subject: &Subject<'_>) -> Vec<Fact> {
    // A certificate's names are not served by anybody yet.
    if is(subject, "cert-manager.io", "Certificate") {
        return Vec::new();
    }
    let known = exposed::hosts(subject).into_iter().map(|(_, host)| host);
    let fields = FIELDS
        .iter()
        .filter(|(group, kind, _)| is(subject, group, kind));
    let others = fields.flat_map(|(_, _, field)| select(subject.data(), field));
    let others = others.map(|(_, host)| host);
    let others = others.filter(|host| host.contains('.'));
    let all: Vec<Fact> = known.chain(others).map(Fact::just).collect();
    if !all.is_empty() {
        return all;
    }
    let any = ANY
        .iter()
        .filter(|(group, kind, _)| is(subject, group, kind));
    any.map(|(_, _, text)| Fact::just(*text)).collect()
}

/// The hosts that stand for a Service outside of the cluster, or that it stands for.
fn of_service(service: &Subject<'_>) -> Vec<Fact> {
    let annotated = service.annotation(EXTERNAL_DNS).unwrap_or_default();
    let annotated = annotated.split(',').map(str::trim);
    let mut all: Vec<Fact> = annotated
        .filter(|host| !host.is_empty())
        .map(Fact::just)
        .collect();
    match service.text("spec.type") {
        "ExternalName" => all.push(Fact {
            of: service.name().to_owned(),
            ..Fact::just(format!(
                "{} → {}",
                service.name(),
                service.text("spec.externalName")
            ))
        }),
        "LoadBalancer" if all.is_empty() => {
            all.push(Fact::just(format!("{} (load balancer)", service.name())));
        }
        _ => {}
    }
    all
}
