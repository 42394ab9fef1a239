//! VLT-05.

use evenkeel_config::{Class, Vault};
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

use super::operators::{CONFIG, SECRETS};
use crate::context::{Check, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "VLT-05",
    statement: "All objects of an environment speak to the declared Vault, by TLS where that is required",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
One operator configures Vault, another reads from it, and each is told the address on its own. With two addresses the \
roles are made in one Vault and looked for in the other; with plain `http` every secret crosses the network readable.

The rule compares `spec.address` of `VaultConnection`s, and `spec.connection.address` of the Vault Config Operator's \
objects, with `vault.address` of the environment; a `/` at the end does not count. Where `vault.tls` is set, and in \
each environment of class `production`, the address must be of `https` and the server's certificate be verified. With \
`vault.caSecret`, connections by TLS must name that Secret.

Addresses that are left out are the operators' own defaults and are not looked at. An environment that renders \
addresses but declares no `vault` is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// How a kind of objects is told of the Vault.
struct Fields {
    address: &'static str,
    insecure: &'static str,
    ca_secret: &'static str,
}

const CONNECTION: Fields = Fields {
    address: "spec.address",
    insecure: "spec.skipTLSVerify",
    ca_secret: "spec.caCertSecretRef",
};

const CONFIGURED: Fields = Fields {
    address: "spec.connection.address",
    insecure: "spec.connection.tLSConfig.skipVerify",
    ca_secret: "spec.connection.tLSConfig.tlsSecret.name",
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    for subject in context.subjects() {
        let id = &subject.object.identity;
        let fields = match (id.group.as_str(), id.kind.as_str()) {
            (SECRETS, "VaultConnection") => CONNECTION,
            (CONFIG, _) => CONFIGURED,
            _ => continue,
        };
        if subject.text(fields.address).is_empty() {
            continue;
        }
        let settings = context.settings;
        let Some(vault) = settings.and_then(|env| env.vault.as_ref()) else {
            check.undeclared("the configuration declares no Vault for the environment (`vault`)");
            return;
        };
        let production = settings.is_some_and(|env| env.class == Some(Class::Production));
        look(subject, &fields, vault, production, check);
    }
}

fn look(
    subject: &Subject<'_>,
    fields: &Fields,
    vault: &Vault,
    production: bool,
    check: &mut Check<'_>,
) {
    let env = &check.context.environment.name;
    let address = subject.text(fields.address);
    let declared = vault.address.value.as_str();
    if address.trim_end_matches('/') != declared.trim_end_matches('/') {
        let message = format!("{address} is not the Vault of {env}");
        let hint = format!("{env} declares {declared}");
        check.report(
            finding(subject, fields.address, message)
                .evidence(address)
                .hint(hint),
        );
        return;
    }
    let is_tls = address.starts_with("https://");
    if !is_tls && (vault.tls || production) {
        let message = format!("{address} is no address of TLS, which {env} requires");
        let hint =
            "give Vault a certificate and declare its https address, or waive this with a reason";
        check.report(
            finding(subject, fields.address, message)
                .evidence(address)
                .hint(hint),
        );
        return;
    }
    let insecure = FieldPath::of_keys(fields.insecure.split('.'));
    if is_tls && matches!(insecure.get(subject.data()), Some(Data::Bool(true))) {
        let message = format!("the certificate of {address} is not verified");
        let hint = "name the Secret with the certificate authority instead";
        check.report(finding(subject, fields.insecure, message).hint(hint));
    }
    if let Some(secret) = vault.ca_secret.as_ref().filter(|_| is_tls)
        && subject.text(fields.ca_secret) != secret.value
    {
        let message = format!(
            "the certificate authority of {address} is not the declared Secret {}",
            secret.value
        );
        let hint = format!("set {} to {}", fields.ca_secret, secret.value);
        check.report(finding(subject, fields.ca_secret, message).hint(hint));
    }
}

fn finding(subject: &Subject<'_>, field: &str, message: String) -> Finding {
    Finding::new(subject, FieldPath::of_keys(field.split('.')), message)
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "Two Vaults, and a certificate that nobody looks at",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {vault: {address: "https://vault.example.net:8200", tls: true, caSecret: vault-ca}}}
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: Policy
metadata: {name: shop}
spec:
  connection:
    address: http://vault-dev.vault-dev.svc:8200 #~ http://vault-dev.vault-dev.svc:8200 is not the Vault of prod
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultConnection
metadata: {name: vault}
spec:
  address: https://vault.example.net:8200
  skipTLSVerify: true #~ the certificate of https://vault.example.net:8200 is not verified
  caCertSecretRef: old-ca #~ the certificate authority of https://vault.example.net:8200 is not the declared Secret vault-ca
"#,
    },
    Example {
        title: "Production on plain http, although that is what is declared",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production, vault: {address: "http://vault.example.net:8200", tls: false}}}
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultConnection
metadata: {name: vault}
spec:
  address: http://vault.example.net:8200 #~ http://vault.example.net:8200 is no address of TLS, which prod requires
"#,
    },
    Example {
        title: "Both operators speak to the declared Vault",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {vault: {address: "https://vault.example.net:8200", tls: true, caSecret: vault-ca}}}
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: Policy
metadata: {name: shop}
spec: {connection: {address: "https://vault.example.net:8200", tLSConfig: {tlsSecret: {name: vault-ca}}}}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultConnection
metadata: {name: vault}
spec: {address: "https://vault.example.net:8200", skipTLSVerify: false, caCertSecretRef: vault-ca}
"#,
    },
    Example {
        title: "A comment names another Vault, a slash ends the address, an object leaves it to its operator",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: local, vault: {address: "http://vault-dev.vault-dev.svc:8200", tls: false}}}
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultConnection
metadata: {name: vault}
spec: {"address": "http://vault-dev.vault-dev.svc:8200/"} # https://vault.example.net:8200
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: Policy
metadata: {name: shop}
spec: {type: acl}
"#,
    },
    Example {
        title: "No Vault is declared",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultConnection
metadata: {name: vault}
spec: {address: "https://vault.example.net:8200"}
"#,
    },
];
