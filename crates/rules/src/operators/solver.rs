//! OPR-06.

use evenkeel_config::Class;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};

use crate::context::{Check, Subject};
use crate::presence::{Inventory, Place, Presence, Unknowns};
use crate::references::references;
use crate::rule::Run;
use crate::{Example, Finding, Input, Outcome, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "OPR-06",
    statement: "The credentials of issuers are delivered to cert-manager, and its ACME server fits the environment",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
An issuer whose solver lacks its credentials takes every request and answers none; a certificate of a staging server \
is one that no browser trusts.

Where the configuration says which secrets there are (`secrets`), each Secret that a solver of an `Issuer` or \
`ClusterIssuer` names must be delivered: to the issuer's namespace, or to `cert-manager` for a ClusterIssuer. Whether \
it holds the key is VLT-07. Without `secrets` this is left to VLT-06.

Where an environment declares what it is for, one of class `production` must not ask a staging server. In one of class \
`local` the production server of Let's Encrypt is a warning: certificates for machines that come and go use up the limit of the whole \
domain.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

const GROUP: &str = "cert-manager.io";

/// The production server of Let's Encrypt.
const LETS_ENCRYPT: &str = "acme-v02.api.letsencrypt.org";

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let issuers = ["ClusterIssuer", "Issuer"]
        .iter()
        .flat_map(|kind| context.of_kind(GROUP, kind));
    let issuers: Vec<&Subject<'_>> = issuers.collect();
    if issuers.is_empty() {
        return;
    }
    let class = context.settings.and_then(|env| env.class);
    if class.is_none() {
        check.undeclared("the configuration does not say what the environment is for (`class`)");
    }
    if context.config.secrets.is_empty() {
        check.undeclared("the configuration has no catalogue of secrets (`secrets`)");
    }
    let inventory = Inventory::new(context);
    let mut unknowns = Unknowns::default();
    for issuer in issuers {
        if let Some(finding) = class.and_then(|class| server(issuer, class)) {
            check.report(finding);
        }
        if !context.config.secrets.is_empty() {
            delivered(issuer, &inventory, &mut unknowns, check);
        }
    }
    unknowns.report(check);
}

fn server(issuer: &Subject<'_>, class: Class) -> Option<Finding> {
    let server = issuer.text("spec.acme.server");
    let path = FieldPath::of_keys(["spec", "acme", "server"]);
    let is_staging = server.contains("staging");
    match class {
        Class::Production if is_staging => {
            let message = format!("{} asks a staging server in production", issuer.name());
            let hint = "name the production server of the authority";
            Some(Finding::new(issuer, path, message).hint(hint))
        }
        Class::Local if server.contains(LETS_ENCRYPT) => {
            let message = format!(
                "{} asks the production server for a local environment",
                issuer.name()
            );
            let hint = "name the staging server: its limits are wide";
            let mut finding = Finding::new(issuer, path, message).hint(hint);
            finding.own_severity = Some(Severity::Warning);
            Some(finding)
        }
        _ => None,
    }
}

/// Reports a Secret of a solver that does not reach cert-manager; each once for an issuer.
fn delivered(
    issuer: &Subject<'_>,
    inventory: &Inventory<'_, '_>,
    unknowns: &mut Unknowns,
    check: &mut Check<'_>,
) {
    let mut all = references(issuer);
    all.retain(|reference| reference.path.0.contains(&Step::Key("solvers".to_owned())));
    let mut seen = Vec::new();
    for reference in all {
        let (kind, name) = (reference.kind, reference.name);
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let at = Place {
            namespace: reference.namespace,
            ..inventory.place(issuer)
        };
        match inventory.find(at, kind, name) {
            Presence::There => {}
            Presence::Unknown(reason) => unknowns.note(kind, name, reason),
            Presence::Absent => {
                let message = format!("nothing delivers {name} to {}", at.namespace);
                let finding = Finding::new(issuer, reference.path, message)
                    .evidence(name)
                    .hint("deliver it from a path of the catalogue: the solver cannot work without it");
                check.report(inventory.explain(at, kind, name, finding));
            }
        }
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A solver without its credentials, and a staging server in production",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
secrets: [{path: cert-manager/route53, keys: [key]}]
-- issuers.yaml --
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: dns}
spec:
  acme:
    server: https://acme-staging-v02.api.letsencrypt.org/directory #~ dns asks a staging server in production
    privateKeySecretRef: {name: account}
    solvers:
      - dns01:
          route53:
            secretAccessKeySecretRef:
              name: route53 #~ nothing delivers route53 to cert-manager
              key: key
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: route53}
spec: {path: cert-manager/route53, destination: {name: route53, create: true}}
"#,
    },
    Example {
        title: "Delivered to cert-manager",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
secrets: [{path: cert-manager/route53, keys: [key]}]
-- issuers.yaml --
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: dns}
spec:
  acme:
    server: https://acme-v02.api.letsencrypt.org/directory
    solvers: [{dns01: {route53: {secretAccessKeySecretRef: {name: route53, key: key}}}}]
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: route53, namespace: cert-manager}
spec: {path: cert-manager/route53, destination: {name: route53, create: true}}
"#,
    },
    Example {
        title: "An issuer of a namespace, whose account's Secret cert-manager writes itself",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: edge}}
secrets: [{path: cert-manager/dns, keys: [token]}]
-- issuers.yaml --
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: dns, namespace: shop} # staging once
spec:
  acme:
    server: https://acme-staging-v02.api.letsencrypt.org/directory
    privateKeySecretRef: {name: account}
    solvers: [{dns01: {cloudflare: {apiTokenSecretRef: {name: dns, key: token}}}}]
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: dns, namespace: shop}
spec: {path: cert-manager/dns, destination: {name: dns, create: true}}
"#,
    },
    Example {
        title: "Nothing is said of the environment and of secrets",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- issuers.yaml --
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: http}
spec: {acme: {server: "https://acme-v02.api.letsencrypt.org/directory"}}
"#,
    },
];
