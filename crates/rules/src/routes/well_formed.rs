//! RTE-03.

use evenkeel_diagnostics::Severity;

use super::exposed::written;
use crate::context::Check;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "RTE-03",
    statement: "Every exposed host is a name with a domain",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
Hosts are put together from a name and a domain. When the domain is empty, what is left is `relay`: valid YAML, a host \
that nobody can reach.

The rule looks at the hosts of Routes, Ingresses, Gateways, their routes, and Certificates. A host has at least one \
dot, no label of more than 63 characters (RFC 1035) and no blank; Certificates may have names without a dot. A field \
that is absent or empty is no finding: it means any host, or one that the router makes up. An empty part of a host, \
such as that of `relay.`, is ENV-05's. In a repository of charts that no Application deploys, the charts' defaults are \
worth no more than a note.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// The longest label of a host name.
const MAX_LABEL: usize = 63;

fn check(check: &mut Check<'_>) {
    for subject in check.context.subjects() {
        for (path, host) in written(subject) {
            // That a part is empty is ENV-05's.
            if host.split('.').any(str::is_empty) {
                continue;
            }
            // `commonName` is a host by convention only, and names within the cluster may be certified too.
            let is_name = !host.contains('.') || host.contains(char::is_whitespace);
            if subject.object.identity.kind == "Certificate" && is_name {
                continue;
            }
            let Some((problem, hint)) = problem(host) else {
                continue;
            };
            let mut finding = Finding::new(subject, path, format!("`{host}` {problem}"))
                .evidence(host)
                .hint(hint);
            if check.context.shows_defaults(subject) {
                finding.own_severity = Some(Severity::Note);
            }
            check.report(finding);
        }
    }
}

/// What is wrong with a host, and what to look at.
fn problem(host: &str) -> Option<(&'static str, &'static str)> {
    let mut labels = host.split('.');
    if host.contains(char::is_whitespace) {
        return Some(("holds a blank", "see what the host is put together from"));
    }
    if labels.any(|label| label.len() > MAX_LABEL) {
        let hint = "shorten the name that it is put together from";
        return Some(("has a label of more than 63 characters", hint));
    }
    let is_single = !host.contains('.') && host != "localhost" && host != "*";
    is_single.then_some(("has no domain", "see whether the base domain was empty"))
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "The base domain is empty",
        outcome: Outcome::Fails,
        repository: r#"
-- shop/values.yaml --
baseDomain: ""
-- shop/templates/all.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec:
  host: shop{{ with .Values.baseDomain }}.{{ . }}{{ end }} #~ `shop` has no domain
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: relay #~ `relay` has no domain
"#,
    },
    Example {
        title: "Hosts with a domain, and one with a wildcard",
        outcome: Outcome::Passes,
        repository: r#"
-- ingress.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: shop.example.com
    - host: "*.example.com"
"#,
    },
    Example {
        title: "A Route whose host the router makes up, and an Ingress for any host",
        outcome: Outcome::NearMiss,
        repository: r#"
-- all.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec: {to: {kind: Service, name: relay}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec: {rules: [{http: {paths: []}}]}
"#,
    },
];
