//! The hosts by which the world reaches an environment.

use evenkeel_config::Spanned;
use evenkeel_manifest::FieldPath;

use crate::context::Subject;
use crate::fields::select;
use crate::hosts::is_below;

/// Group, kind and the fields with hosts.
const SITES: &[(&str, &str, &[&str])] = &[
    ("route.openshift.io", "Route", &["spec.host"]),
    (
        "networking.k8s.io",
        "Ingress",
        &["spec.rules[].host", "spec.tls[].hosts[]"],
    ),
    (
        "gateway.networking.k8s.io",
        "Gateway",
        &["spec.listeners[].hostname"],
    ),
    (
        "gateway.networking.k8s.io",
        "HTTPRoute",
        &["spec.hostnames[]"],
    ),
    (
        "gateway.networking.k8s.io",
        "GRPCRoute",
        &["spec.hostnames[]"],
    ),
    (
        "gateway.networking.k8s.io",
        "TLSRoute",
        &["spec.hostnames[]"],
    ),
    (
        "cert-manager.io",
        "Certificate",
        &["spec.commonName", "spec.dnsNames[]"],
    ),
];

/// The hosts that an object exposes, with their fields. Names that only the cluster knows are none.
pub(crate) fn hosts<'s>(subject: &'s Subject<'_>) -> Vec<(FieldPath, &'s str)> {
    let mut all = written(subject);
    all.retain(|(_, host)| host.contains('.') && !is_internal(host));
    all
}

/// What stands in the fields for hosts, whether it is one or not.
pub(super) fn written<'s>(subject: &'s Subject<'_>) -> Vec<(FieldPath, &'s str)> {
    let id = &subject.object.identity;
    let site = SITES
        .iter()
        .find(|(group, kind, _)| id.group == *group && id.kind == *kind);
    let fields = site.map_or(&[][..], |(_, _, fields)| fields);
    let all = fields
        .iter()
        .flat_map(|field| select(subject.data(), field));
    all.collect()
}

/// Whether a host lies below a domain that is declared public.
pub(super) fn is_public(host: &str, public: &[Spanned<String>]) -> bool {
    let mut public = public.iter();
    public.any(|domain| is_below(host, domain.value.trim_start_matches("*.")))
}

fn is_internal(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    [".svc", ".local", ".localhost"]
        .iter()
        .any(|end| host.ends_with(end))
}
