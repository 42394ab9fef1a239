//! RTE-02.

use std::collections::HashSet;

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;

use super::exposed::{self, is_public};
use crate::context::{Check, Context, Subject, subjects};
use crate::fields::each_text;
use crate::hosts::{is_below, mentions};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "RTE-02",
    statement: "Rendered with another base domain, every host that is not public follows",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Rerender],
    docs: "\
A host that is written out stays where it is when the environment moves to another domain, and nobody notices before \
the move. The rule moves it: the environment is rendered once more with the domain `sentinel.invalid`, and each host \
has to lie below that.

The environment's `domain` says which domain is replaced: every value of the root (its defaults, its files, `set` of \
the configuration) that is exactly this domain. A value that only contains it, such as `www.apps.example.com`, is a \
host that was written out, and does not follow.

Two things are findings: an exposed host (of Routes, Ingresses, Gateways, their routes, and Certificates) that lies \
neither below the domain nor below one of `publicDomains`; and any host below the old domain that is still there, in \
whatever field of whatever object.

The rule is not evaluated where no `domain` is declared or no value of the root holds it. It renders once more, and so \
runs with `--deep` only.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// A domain that nobody has (RFC 2606).
const SENTINEL: &str = "sentinel.invalid";

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let Some(domain) = context.settings.and_then(|env| env.domain.as_ref()) else {
        check.undeclared("the configuration declares no `domain`");
        return;
    };
    let domain = domain.value.trim_start_matches("*.");
    let env = &context.environment.name;
    let again = match context
        .rerender
        .map(|again| again.with_domain(env, SENTINEL))
    {
        Some(Ok(again)) => again,
        Some(Err(reason)) => return check.skip(reason),
        None => return,
    };
    for (before, after) in context.environment.apps.iter().zip(&again.apps) {
        if before.diagnostics.is_empty()
            && let Some(diagnostic) = after.diagnostics.first()
        {
            let name = &after.name;
            check.skip(format!(
                "{name} does not render with the domain {SENTINEL}: {}",
                diagnostic.message
            ));
        }
    }
    let again = subjects(&again);
    let twins = Context::twins(&again);
    for subject in context.subjects() {
        let twin = twins.get(&(subject.app_name, &subject.object.identity));
        // An object that is not there any more followed by its name.
        if let Some(twin) = twin
            && context.is_final(subject)
        {
            compare(subject, twin, domain, check);
        }
    }
}

/// Reports the hosts of an object that are the same in its twin.
fn compare(subject: &Subject<'_>, twin: &Subject<'_>, domain: &str, check: &mut Check<'_>) {
    let mut reported: HashSet<(FieldPath, String)> = HashSet::new();
    let public = check
        .context
        .settings
        .map(|env| env.public_domains.as_slice());
    let stays = |path: &FieldPath, host: &str| {
        let text = path.get(twin.data()).and_then(evenkeel_value::Data::as_str);
        text.is_some_and(|text| mentions(text).any(|mention| mention.host == host))
    };
    for (path, host) in exposed::hosts(subject) {
        if stays(&path, host) && !is_public(host, public.unwrap_or_default()) {
            reported.insert((path.clone(), host.to_owned()));
            check.report(finding(subject, path, host, domain));
        }
    }
    let mut texts = Vec::new();
    each_text(subject.data(), &mut |steps, text| {
        if text.contains(domain) {
            texts.push((FieldPath(steps.to_vec()), text));
        }
    });
    for (path, text) in texts {
        for mention in mentions(text).filter(|mention| is_below(mention.host, domain)) {
            let new = reported.insert((path.clone(), mention.host.to_owned()));
            let public = is_public(mention.host, public.unwrap_or_default());
            if new && !public && stays(&path, mention.host) {
                check.report(finding(subject, path.clone(), mention.host, domain));
            }
        }
    }
}

fn finding(subject: &Subject<'_>, path: FieldPath, host: &str, domain: &str) -> Finding {
    let message = match is_below(host, domain) {
        true => format!("{host} stays when the domain is no longer {domain}"),
        false => format!("{host} does not follow the environment's domain, {domain}"),
    };
    Finding::new(subject, path, message)
        .evidence(host)
        .hint("derive the host from the base domain, or list its domain under `publicDomains`")
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A host is written out in the environment's values",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {domain: apps.example.com, set: {baseDomain: apps.example.com}}}
-- shop/values.yaml --
host: shop.apps.example.com
baseDomain: ""
-- shop/templates/route.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec:
  host: {{ .Values.host | default (printf "shop.%s" .Values.baseDomain) }} #~ shop.apps.example.com stays when the domain is no longer apps.example.com
"#,
    },
    Example {
        title: "A host has nothing to do with the domain, and a setting points to the old one",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {domain: apps.example.com, set: {baseDomain: apps.example.com}}}
-- shop/templates/all.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: shop.example.net #~ shop.example.net does not follow the environment's domain, apps.example.com
    - host: www.{{ .Values.baseDomain }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
  API_URL: https://api.apps.example.com/v1 #~ api.apps.example.com stays when the domain is no longer apps.example.com
"#,
    },
    Example {
        title: "All hosts derive from the domain; a public one is declared",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs:
  prod:
    domain: apps.example.com
    publicDomains: [shop.example.net]
    set: {baseDomain: apps.example.com}
-- shop/templates/all.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: "shop.{{ .Values.baseDomain }}"
    - host: www.shop.example.net
"#,
    },
    Example {
        title: "A comment names a host, and names that only the cluster knows do not follow",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {domain: apps.example.com, set: {baseDomain: apps.example.com}}}
-- shop/templates/all.yaml --
# Was shop.apps.example.com once.
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: shop
  annotations: {note: "owner@example.com, see example.com"}
spec:
  dnsNames: ["shop.{{ .Values.baseDomain }}", shop.apps.svc, shop.apps.svc.cluster.local]
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
