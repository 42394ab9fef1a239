//! VLT-04.

use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;

use super::operators::{SECRETS, referred, secrets};
use crate::context::{Check, Subject};
use crate::fields::select;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "VLT-04",
    statement: "Every secret from Vault names a VaultAuth that is there and allows it, and that a VaultConnection",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
`vaultAuthRef` of a `VaultStaticSecret`, `VaultDynamicSecret` or `VaultPKISecret` means a `VaultAuth` in the secret's \
own namespace, unless it is written `namespace/name`; `vaultConnectionRef` of a `VaultAuth` works the same way. A \
secret delivered to one more namespace therefore needs both there. Without them the operator writes no Secret, and \
pods that mount it do not start.

A `VaultAuth` in another namespace has to list the secret's namespace in `allowedNamespaces`, or `*`. References that \
are left out mean the operator's `default` objects and are not looked at.

Where an environment renders none of the kind referred to, these are somebody else's: the rule is then not evaluated, \
unless the environment is `closed`. What exists without being rendered is declared under `external`.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    for secret in secrets(context) {
        if let Some(auth) = resolve(secret, "vaultAuthRef", "VaultAuth", check) {
            allows(secret, auth, check);
        }
    }
    for auth in context.of_kind(SECRETS, "VaultAuth") {
        resolve(auth, "vaultConnectionRef", "VaultConnection", check);
    }
}

/// What a field refers to; reports it if that is not there.
fn resolve<'a>(
    from: &Subject<'_>,
    field: &str,
    kind: &str,
    check: &mut Check<'a>,
) -> Option<&'a Subject<'a>> {
    let context = check.context;
    let reference = from.text(&format!("spec.{field}"));
    if reference.is_empty() {
        return None;
    }
    let (namespace, name) = referred(from, reference);
    let mut there = context.of_kind(SECRETS, kind);
    let is_it = |to: &&Subject<'_>| to.name() == name && to.namespace() == namespace;
    if let Some(found) = there.find(is_it) {
        return Some(found);
    }
    if context.is_external(kind, namespace, name) {
        return None;
    }
    let mut all = context.of_kind(SECRETS, kind).peekable();
    if all.peek().is_none() && !context.is_closed() {
        check.skip(format!(
            "no {kind} is rendered: those that are referred to come from elsewhere"
        ));
        return None;
    }
    let message = format!(
        "{} {} refers to the {kind} {name}, which is not in {namespace}",
        from.object.identity.kind,
        from.name()
    );
    let mut hints = vec![format!("render a {kind} {name} in {namespace}")];
    let mut near = Vec::new();
    for other in all {
        if other.namespace() == namespace {
            near.push(other.name());
        } else if other.name() == name && hints.len() == 1 {
            hints.push(format!("there is one in {}", other.namespace()));
        }
    }
    let path = FieldPath::of_keys(["spec", field]);
    let mut finding = Finding::new(from, path, message)
        .evidence(reference)
        .meant(closest(name, near.into_iter()));
    finding.hints = hints;
    check.report(finding);
    None
}

/// Reports a VaultAuth of another namespace that does not allow the secret's.
fn allows(secret: &Subject<'_>, auth: &Subject<'_>, check: &mut Check<'_>) {
    let allowed = select(auth.data(), "spec.allowedNamespaces[]");
    let is_allowed = allowed
        .iter()
        .any(|(_, namespace)| *namespace == "*" || *namespace == secret.namespace());
    // The operator's own VaultAuth, of this name, is for all.
    if auth.namespace() == secret.namespace() || auth.name() == "default" || is_allowed {
        return;
    }
    let message = format!(
        "VaultAuth {}/{} does not allow the namespace {}",
        auth.namespace(),
        auth.name(),
        secret.namespace()
    );
    let path = FieldPath::of_keys(["spec", "vaultAuthRef"]);
    let hint = format!(
        "add {} to its allowedNamespaces, or render a VaultAuth there",
        secret.namespace()
    );
    check.report(Finding::new(secret, path, message).hint(hint));
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A secret in a namespace that has no VaultAuth, and one without its VaultConnection",
        outcome: Outcome::Fails,
        repository: r#"
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultConnection
metadata: {name: vault, namespace: apps}
spec: {address: "https://vault.example.net:8200"}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: k8s, namespace: apps}
spec:
  vaultConnectionRef: valt #~ VaultAuth k8s refers to the VaultConnection valt, which is not in apps
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: route53, namespace: cert-manager}
spec:
  vaultAuthRef: k8s #~ VaultStaticSecret route53 refers to the VaultAuth k8s, which is not in cert-manager
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: shared, namespace: shop}
spec:
  vaultAuthRef: apps/k8s #~ VaultAuth apps/k8s does not allow the namespace shop
"#,
    },
    Example {
        title: "Each namespace has its own",
        outcome: Outcome::Passes,
        repository: r#"
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultConnection
metadata: {name: vault}
spec: {address: "https://vault.example.net:8200"}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: k8s}
spec: {vaultConnectionRef: vault}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db}
spec: {vaultAuthRef: k8s}
"#,
    },
    Example {
        title: "References to another namespace, to the operator's defaults and to something external",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
external:
  - {kind: VaultAuth, names: [audit], namespace: audit, reason: made by the auditors}
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: k8s, namespace: vault}
spec: {allowedNamespaces: [shop]} # not valt/vault
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db, namespace: shop}
spec: {"vaultAuthRef": "vault/k8s"}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultPKISecret
metadata: {name: certificate, namespace: shop}
spec: {role: shop}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultDynamicSecret
metadata: {name: audit, namespace: audit}
spec: {vaultAuthRef: audit}
"#,
    },
    Example {
        title: "Logins come from elsewhere",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db}
spec: {vaultAuthRef: k8s}
"#,
    },
];
