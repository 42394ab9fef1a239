//! RTE-01.

use evenkeel_diagnostics::Severity;

use super::exposed::{hosts, is_public};
use crate::context::Check;
use crate::hosts::is_below;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "RTE-01",
    statement: "Every exposed host lies below the environment's domain or a declared public one",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
A host of another environment's domain is served by nobody, or by that environment: the deployment looks well, and its \
users do not get there.

The environment's `domain` and `publicDomains` say where hosts may lie. The rule looks at the hosts of Routes, \
Ingresses, Gateways, their routes, and Certificates. Names that only the cluster knows (`*.svc`, `*.local`) are no \
exposed hosts. RTE-02 tells in addition whether hosts below the domain are derived from it.

An environment without `domain` is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let declared = context
        .settings
        .and_then(|env| Some((env, env.domain.as_ref()?)));
    let Some((settings, domain)) = declared else {
        return check.undeclared("the configuration declares no `domain`");
    };
    let domain = domain.value.trim_start_matches("*.");
    for subject in context.subjects() {
        for (path, host) in hosts(subject) {
            if is_below(host, domain) || is_public(host, &settings.public_domains) {
                continue;
            }
            let finding = Finding::new(subject, path, format!("{host} is not below {domain}"))
                .evidence(host)
                .hint("derive the host from the base domain, or list its domain under `publicDomains`");
            check.report(finding);
        }
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A default leads to a developer's machine",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {domain: apps.example.com}}
-- shop/values.yaml --
baseDomain: apps-crc.testing
-- shop/templates/route.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec:
  host: shop.{{ .Values.baseDomain }} #~ shop.apps-crc.testing is not below apps.example.com
"#,
    },
    Example {
        title: "Hosts below the domain and below a public one",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {domain: apps.example.com, publicDomains: [example.net]}}
-- ingress.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: shop.apps.example.com
    - host: www.example.net
"#,
    },
    Example {
        title: "A comment names another domain, and a certificate a name of the cluster",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {domain: apps.example.com}}
-- certificate.yaml --
# Was shop.apps-crc.testing once.
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop}
spec:
  dnsNames: [shop.apps.example.com, shop.apps.svc, shop.apps.svc.cluster.local]
"#,
    },
    Example {
        title: "No domain is declared",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- route.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec: {host: shop.example.com}
"#,
    },
];
