//! RTE-06.

use evenkeel_config::Class;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

use crate::context::{Check, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "RTE-06",
    statement: "Exposed hosts use TLS, and in production a Route says what becomes of plain HTTP",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
A host without TLS sends passwords and cookies in the clear. The rule looks at the Routes and Ingresses of \
environments that declare what they are for: a Route needs `tls.termination`; an Ingress needs an entry under `tls` (an empty one, `tls: [{}]`, \
stands for the router's own certificate).

In an environment of class `production`, a Route with termination `edge` or `reencrypt` also needs \
`insecureEdgeTerminationPolicy`: when it is absent, plain HTTP gets no answer, and whoever types the address without \
`https://` believes that the site is down. Environments without `class` are not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let Some(class) = context.settings.and_then(|env| env.class) else {
        return check
            .undeclared("the configuration does not say what the environment is for (`class`)");
    };
    let is_production = class == Class::Production;
    for subject in context.of_kind("route.openshift.io", "Route") {
        route(subject, is_production, check);
    }
    for subject in context.of_kind("networking.k8s.io", "Ingress") {
        let tls = subject.data().get("spec").and_then(|spec| spec.get("tls"));
        if !matches!(tls, Some(Data::List(entries)) if !entries.is_empty()) {
            let path = FieldPath::of_keys(["spec"]);
            let finding = Finding::new(subject, path, "no TLS".to_owned())
                .hint("list the hosts under `tls`, or `tls: [{}]` for the router's certificate");
            check.report(finding);
        }
    }
}

fn route(subject: &Subject<'_>, is_production: bool, check: &mut Check<'_>) {
    let termination = subject.text("spec.tls.termination");
    let policy = subject.text("spec.tls.insecureEdgeTerminationPolicy");
    if termination.is_empty() {
        let path = FieldPath::of_keys(["spec"]);
        let finding = Finding::new(subject, path, "no TLS".to_owned())
            .hint("set `tls.termination: edge` and `insecureEdgeTerminationPolicy: Redirect`");
        check.report(finding);
    } else if is_production && termination != "passthrough" && policy.is_empty() {
        let path = FieldPath::of_keys(["spec", "tls"]);
        let message = "plain HTTP is not answered, and nothing says that this is meant".to_owned();
        let finding = Finding::new(subject, path, message)
            .hint("set `insecureEdgeTerminationPolicy`: Redirect, or None");
        check.report(finding);
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A Route and an Ingress in the clear, and a Route that leaves plain HTTP open",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- routes.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec: {host: shop.example.com} #~ no TLS
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec: {rules: [{host: www.example.com}]} #~ no TLS
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: api}
spec:
  host: api.example.com
  tls: {termination: edge} #~ plain HTTP is not answered, and nothing says that this is meant
"#,
    },
    Example {
        title: "TLS everywhere, and a redirect",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- routes.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec: {host: shop.example.com, tls: {termination: edge, insecureEdgeTerminationPolicy: Redirect}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec: {rules: [{host: www.example.com}], tls: [{hosts: [www.example.com], secretName: www}]}
"#,
    },
    Example {
        title: "The router's certificate, and a Route that passes TLS through",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- routes.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec: {rules: [{host: www.example.com}], tls: [{}]}
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: db}
spec: {host: db.example.com, tls: {termination: passthrough}}
"#,
    },
    Example {
        title: "Nothing says what the environment is for",
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
