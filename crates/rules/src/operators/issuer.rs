//! OPR-05.

use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};

use crate::context::{Check, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "OPR-05",
    statement: "Every issuer that certificates are asked of is rendered",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
cert-manager waits without end for an issuer that is not there; the host answers with the router's certificate or none.

The rule looks at `issuerRef` of `Certificate`s (kind `Issuer` unless it says another) and at the annotations \
`cert-manager.io/issuer` and `cert-manager.io/cluster-issuer` of Ingresses, Gateways and Routes. An `Issuer` must be \
in the same namespace. Issuers of other groups than `cert-manager.io` are not looked at.

Where an environment renders no issuer of the kind, issuers are somebody else's: the rule is then not evaluated, \
unless the environment is `closed`. One that exists without being rendered is declared under `external` with kind `Issuer` or \
`ClusterIssuer`.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

const GROUP: &str = "cert-manager.io";

/// Annotations that ask for a certificate, with the kind of issuer that they name.
const ANNOTATIONS: &[(&str, &str)] = &[
    ("cert-manager.io/issuer", "Issuer"),
    ("cert-manager.io/cluster-issuer", "ClusterIssuer"),
    ("cert-manager.io/issuer-name", "Issuer"),
];

/// Objects that cert-manager, or its part for OpenShift, reads annotations of.
const ANNOTATED: &[(&str, &str)] = &[
    ("networking.k8s.io", "Ingress"),
    ("gateway.networking.k8s.io", "Gateway"),
    ("route.openshift.io", "Route"),
];

fn check(check: &mut Check<'_>) {
    let context = check.context;
    for certificate in context.of_kind(GROUP, "Certificate") {
        if !matches!(certificate.text("spec.issuerRef.group"), "" | GROUP) {
            continue;
        }
        let kind = match certificate.text("spec.issuerRef.kind") {
            "" => "Issuer",
            kind => kind,
        };
        let name = certificate.text("spec.issuerRef.name");
        let path = FieldPath::of_keys(["spec", "issuerRef", "name"]);
        exists(certificate, path, kind, name, check);
    }
    for (group, kind) in ANNOTATED {
        for subject in context.of_kind(group, kind) {
            annotated(subject, check);
        }
    }
}

fn annotated(subject: &Subject<'_>, check: &mut Check<'_>) {
    let annotations = FieldPath::of_keys(["metadata", "annotations"]);
    let Some(data) = annotations.get(subject.data()) else {
        return;
    };
    let text = |key: &str| data.get(key).and_then(evenkeel_value::Data::as_str);
    if text("cert-manager.io/issuer-group").is_some_and(|group| group != GROUP) {
        return;
    }
    for (key, kind) in ANNOTATIONS {
        let kind = text("cert-manager.io/issuer-kind").unwrap_or(kind);
        if let Some(name) = text(key) {
            let path = annotations.join(Step::Key((*key).to_owned()));
            exists(subject, path, kind, name, check);
        }
    }
}

fn exists(subject: &Subject<'_>, path: FieldPath, kind: &str, name: &str, check: &mut Check<'_>) {
    let context = check.context;
    let namespace = match kind {
        "Issuer" => subject.namespace(),
        "ClusterIssuer" => "",
        _ => return,
    };
    let issuers = || context.of_kind(GROUP, kind);
    let here: Vec<&str> = issuers()
        .filter(|issuer| kind == "ClusterIssuer" || issuer.namespace() == namespace)
        .map(Subject::name)
        .collect();
    if name.is_empty() || here.contains(&name) || context.is_external(kind, namespace, name) {
        return;
    }
    if issuers().next().is_none() && !context.is_closed() {
        check.skip(format!(
            "no {kind} is rendered: those that are named come from elsewhere"
        ));
        return;
    }
    let place = match namespace {
        "" => context.environment.name.clone(),
        namespace => format!("the namespace {namespace}"),
    };
    let message = format!("{place} has no {kind} {name}");
    let mut finding = Finding::new(subject, path, message)
        .evidence(name)
        .meant(closest(name, here.iter().copied()));
    finding.hints.push(match here[..] {
        [] => format!("render the {kind} {name}"),
        _ => format!("there are: {}", here.join(", ")),
    });
    check.report(finding);
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "Issuers that are called otherwise, or are in another namespace",
        outcome: Outcome::Fails,
        repository: r#"
-- certificates.yaml --
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: letsencrypt-dns01}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: internal, namespace: other}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop}
spec:
  issuerRef:
    kind: ClusterIssuer
    name: letsencrypt-dns02 #~ prod has no ClusterIssuer letsencrypt-dns02
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    cert-manager.io/issuer: internal #~ the namespace apps has no Issuer internal
"#,
    },
    Example {
        title: "The issuer is there",
        outcome: Outcome::Passes,
        repository: r#"
-- certificates.yaml --
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: internal}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop}
spec: {issuerRef: {name: internal}}
"#,
    },
    Example {
        title: "An issuer of another group, one that is external, and an annotation that something else reads",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {closed: true}}
external:
  - {kind: ClusterIssuer, names: ["platform-*"], reason: the cluster's own}
-- certificates.yaml --
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop}
spec: {issuerRef: {group: awspca.cert-manager.io, kind: AWSPCAClusterIssuer, name: private}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations: {cert-manager.io/cluster-issuer: "platform-dns01"} # not dns01
---
apiVersion: v1
kind: Service
metadata: {name: shop, annotations: {cert-manager.io/issuer: notes}}
"#,
    },
    Example {
        title: "Issuers come from elsewhere",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- certificates.yaml --
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop}
spec: {issuerRef: {kind: ClusterIssuer, name: letsencrypt}}
"#,
    },
];
