//! RTE-04.

use std::collections::{HashMap, HashSet};

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use super::exposed::is_public;
use crate::apps::{Cluster, cluster};
use crate::context::{Context, Subject, Survey};
use crate::fields::find;
use crate::hosts::is_below;
use crate::rule::Run;
use crate::{Example, Finding, Input, Outcome, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "RTE-04",
    statement: "Every host and path is served once, a Route's host in one namespace, a public host in one environment",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
Of two Routes with one host and path the older one wins, and which one that is differs from cluster to cluster. A host \
that two namespaces claim is given to the first; the router refuses the other (`HostAlreadyClaimed`).

Within an environment the rule compares the hosts and paths of Routes and Ingresses that go to the same cluster and \
router (`ingressClassName`; OpenShift's own class makes Routes). Paths with `pathType: Exact` are compared with each other. \
Ingresses that nginx treats as canaries of others are left out, and those for other entry points of Traefik. Several namespaces may share a host in Ingresses, but \
not on OpenShift.

Between environments it compares public hosts: those below a domain of `publicDomains`, and those that lie below the \
`domain` of neither environment where both declare one. The world can reach only one of the two.",
    examples: EXAMPLES,
    run: Run::Repository(check),
};

/// The router of OpenShift.
const ROUTER: &str = "route";

/// The class of Ingresses that it serves.
const ROUTER_CLASS: &str = "openshift-default";

/// Where an Ingress says which ports of its router it is for, by the names that the router has for them.
const ENTRY_POINTS: &str = "traefik.ingress.kubernetes.io/router.entrypoints";

/// A router, and the ports of it.
type Router<'c> = (Cluster<'c>, &'c str, &'c str);

/// A host and path that an object serves.
struct Claim<'c, 'a> {
    subject: &'c Subject<'a>,
    field: FieldPath,
    host: &'c str,
    path: &'c str,
    is_exact: bool,
    router: Router<'c>,
}

fn check(survey: &mut Survey<'_>) {
    let all: Vec<(&Context<'_>, Vec<Claim<'_, '_>>)> = survey
        .all
        .iter()
        .map(|context| (context, claims(context)))
        .collect();
    for (i, (context, claims)) in all.iter().enumerate() {
        for finding in within(claims) {
            survey.report_in(context, finding);
        }
        for (other, before) in &all[..i] {
            for finding in between(context, claims, other, before) {
                survey.report_in(context, finding);
            }
        }
    }
}

fn claims<'c, 'a>(context: &'c Context<'a>) -> Vec<Claim<'c, 'a>> {
    let mut claims = Vec::new();
    for subject in context.of_kind("route.openshift.io", "Route") {
        claims.push(Claim {
            subject,
            field: FieldPath::of_keys(["spec", "host"]),
            host: subject.text("spec.host"),
            path: normal(subject.text("spec.path")),
            is_exact: false,
            router: (cluster_of(context, subject), ROUTER, ""),
        });
    }
    for subject in context.of_kind("networking.k8s.io", "Ingress") {
        if subject.annotation("nginx.ingress.kubernetes.io/canary") != Some("true") {
            claims.extend(of_ingress(context, subject));
        }
    }
    // A word is no host yet (RTE-03).
    claims.retain(|claim| claim.host.contains('.'));
    claims
}

fn of_ingress<'c, 'a>(context: &'c Context<'a>, subject: &'c Subject<'a>) -> Vec<Claim<'c, 'a>> {
    let class = match subject.text("spec.ingressClassName") {
        "" => subject
            .annotation("kubernetes.io/ingress.class")
            .unwrap_or_default(),
        class => class,
    };
    let router = if class == ROUTER_CLASS { ROUTER } else { class };
    let ports = subject.annotation(ENTRY_POINTS).unwrap_or_default();
    let rules = find(subject.data(), "spec.rules[]").into_iter();
    let claims = rules.flat_map(|(field, rule)| {
        let host = rule.get("host").and_then(Data::as_str).unwrap_or_default();
        let paths = find(rule, "http.paths[]").into_iter();
        paths.map(move |(_, path)| {
            let text = |key: &str| path.get(key).and_then(Data::as_str).unwrap_or_default();
            Claim {
                subject,
                field: field.join(Step::Key("host".to_owned())),
                host,
                path: normal(text("path")),
                is_exact: text("pathType") == "Exact",
                router: (cluster_of(context, subject), router, ports),
            }
        })
    });
    claims.collect()
}

fn cluster_of<'c>(context: &'c Context<'_>, subject: &Subject<'_>) -> Cluster<'c> {
    cluster(&context.environment.apps[subject.app])
}

/// `/shop/` and `/shop` are one; none means all.
fn normal(path: &str) -> &str {
    path.trim_end_matches('/')
}

/// What is claimed twice in one environment.
fn within(claims: &[Claim<'_, '_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut served: HashMap<_, &Claim<'_, '_>> = HashMap::new();
    let mut owners: HashMap<_, &Claim<'_, '_>> = HashMap::new();
    let mut pairs: HashSet<(*const Subject<'_>, *const Subject<'_>)> = HashSet::new();
    for claim in claims {
        let owner = owners.entry((claim.router, claim.host)).or_insert(claim);
        let key = (claim.router, claim.host, claim.path, claim.is_exact);
        let first = served.entry(key).or_insert(claim);
        let namespaces = (owner.subject.namespace(), claim.subject.namespace());
        if !std::ptr::eq(first.subject, claim.subject) {
            // Two objects that share one path often share all; and that two Applications have one object is OPR-08's.
            let (one, other) = (
                &first.subject.object.identity,
                &claim.subject.object.identity,
            );
            if one == other || !pairs.insert((first.subject, claim.subject)) {
                continue;
            }
            let message = format!(
                "{}{} is also served by {}",
                claim.host,
                claim.path,
                first.subject.object.short_name()
            );
            let hint = match first.subject.app == claim.subject.app {
                true => "give each a host or a path of its own".to_owned(),
                false => format!(
                    "that is of {}: give each a host or a path of its own",
                    first.subject.app_name
                ),
            };
            found.push(finding(claim, message).hint(hint));
        } else if claim.router.1 == ROUTER && namespaces.0 != namespaces.1 {
            let message = format!("the namespace {} claims {} too", namespaces.0, claim.host);
            let hint = "the router admits a host to one namespace only: serve it from there, or under another host";
            found.push(finding(claim, message).hint(hint));
        }
    }
    found
}

/// The public hosts that another environment serves too.
fn between(
    context: &Context<'_>,
    claims: &[Claim<'_, '_>],
    other: &Context<'_>,
    before: &[Claim<'_, '_>],
) -> Vec<Finding> {
    let mut reported: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for claim in claims {
        let is_shared = before.iter().any(|known| known.host == claim.host);
        if is_shared && !reported.contains(&claim.host) && is_world(claim.host, [context, other]) {
            reported.push(claim.host);
            let message = format!(
                "{} is also served by {}",
                claim.host, other.environment.name
            );
            found.push(finding(claim, message).hint(format!(
                "derive it from the domain of {}, or serve it from one of them",
                context.environment.name
            )));
        }
    }
    found
}

/// Whether the world knows a host, rather than one environment.
fn is_world(host: &str, contexts: [&Context<'_>; 2]) -> bool {
    let settings = contexts.map(|context| context.settings);
    let public = |env: &evenkeel_config::Environment| is_public(host, &env.public_domains);
    if settings.iter().flatten().any(|env| public(env)) {
        return true;
    }
    let outside = |env: Option<&evenkeel_config::Environment>| {
        let domain = env.and_then(|env| env.domain.as_ref());
        domain.is_some_and(|domain| !is_below(host, domain.value.trim_start_matches("*.")))
    };
    settings.into_iter().all(outside)
}

fn finding(claim: &Claim<'_, '_>, message: String) -> Finding {
    Finding::new(claim.subject, claim.field.clone(), message).evidence(claim.host)
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "Two objects serve one path, two namespaces one host",
        outcome: Outcome::Fails,
        repository: r#"
-- shop.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec: {host: shop.example.com, path: /}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  ingressClassName: openshift-default
  rules:
    - host: shop.example.com #~ shop.example.com is also served by Route/shop
      http: {paths: [{path: /, pathType: Prefix}]}
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: search, namespace: search}
spec:
  host: shop.example.com #~ the namespace apps claims shop.example.com too
  path: /search
"#,
    },
    Example {
        title: "Two environments serve a public host",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs:
  sno: {domain: sno.example}
  prod: {domain: prod.example, publicDomains: [example.net]}
-- shop.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: relay.example.net #~ relay.example.net is also served by sno
      http: {paths: [{path: /}]}
"#,
    },
    Example {
        title: "Each host and path once",
        outcome: Outcome::Passes,
        repository: r#"
-- shop.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec: {host: shop.example.com}
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: search}
spec: {host: shop.example.com, path: /search}
"#,
    },
    Example {
        title: "A canary, two routers, two entry points, an exact path, and Ingresses of two namespaces",
        outcome: Outcome::NearMiss,
        repository: r#"
-- shop.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}, {path: /, pathType: Exact}]}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: next, annotations: {nginx.ingress.kubernetes.io/canary: "true"}}
spec: {ingressClassName: nginx, rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: inside}
spec: {ingressClassName: internal, rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: search, namespace: search}
spec: {ingressClassName: nginx, rules: [{host: shop.example.com, http: {paths: [{path: /search}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: plain, annotations: {traefik.ingress.kubernetes.io/router.entrypoints: web}}
spec: {ingressClassName: traefik, rules: [{host: shop.example.com, http: {paths: [{path: /}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: secure, annotations: {traefik.ingress.kubernetes.io/router.entrypoints: websecure}}
spec: {ingressClassName: traefik, rules: [{host: shop.example.com, http: {paths: [{path: /}]}}]}
"#,
    },
];
