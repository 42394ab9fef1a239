//! The kinds of the operators that configure Vault and read from it.

use evenkeel_manifest::FieldPath;

use crate::context::{Context, Subject};
use crate::fields::select;

/// The group of the Vault Config Operator.
pub(super) const CONFIG: &str = "redhatcop.redhat.io";
/// The group of the Vault Secrets Operator.
pub(super) const SECRETS: &str = "secrets.hashicorp.com";

/// Roles of auth methods, with the field that names their policies.
const ROLES: &[(&str, &str)] = &[
    (KUBERNETES_ROLE, "spec.policies[]"),
    ("JWTOIDCAuthEngineRole", "spec.tokenPolicies[]"),
    ("AzureAuthEngineRole", "spec.tokenPolicies[]"),
    ("GCPAuthEngineRole", "spec.tokenPolicies[]"),
    ("CertAuthEngineRole", "spec.tokenPolicies[]"),
];

/// What the Vault Secrets Operator makes Secrets of.
const SECRET_KINDS: &[&str] = &["VaultStaticSecret", "VaultDynamicSecret", "VaultPKISecret"];

/// The role of the auth method `kubernetes`.
pub(super) const KUBERNETES_ROLE: &str = "KubernetesAuthEngineRole";

/// A role of an auth method.
pub(super) struct Role<'c, 'a> {
    pub(super) subject: &'c Subject<'a>,
    /// Its policies, with the fields that name them.
    pub(super) policies: Vec<(FieldPath, &'c str)>,
}

impl<'c> Role<'c, '_> {
    /// Its name in Vault.
    pub(super) fn name(&self) -> &'c str {
        name_in_vault(self.subject)
    }

    /// Where its auth method is mounted.
    pub(super) fn mount(&self) -> &'c str {
        mount_of(self.subject.text("spec.path"))
    }
}

pub(super) fn roles<'c, 'a>(context: &'c Context<'a>) -> Vec<Role<'c, 'a>> {
    let kinds = ROLES.iter().flat_map(|(kind, field)| {
        let subjects = context.of_kind(CONFIG, kind);
        subjects.map(move |subject| Role {
            subject,
            policies: select(subject.data(), field),
        })
    });
    kinds.collect()
}

pub(super) fn policies<'c, 'a>(context: &'c Context<'a>) -> Vec<&'c Subject<'a>> {
    context.of_kind(CONFIG, "Policy").collect()
}

/// The operator takes `spec.name` for the name in Vault, else that of the object.
pub(super) fn name_in_vault<'c>(subject: &'c Subject<'_>) -> &'c str {
    match subject.text("spec.name") {
        "" => subject.name(),
        name => name,
    }
}

/// A secret that an operator reads from Vault.
pub(super) struct SecretUse<'c, 'a> {
    pub(super) subject: &'c Subject<'a>,
    /// The path of Vault's API that is read.
    pub(super) path: String,
}

/// The field that names a secret's path.
pub(super) fn path_field() -> FieldPath {
    FieldPath::of_keys(["spec", "path"])
}

/// The field with a policy's text.
pub(super) fn policy_field() -> FieldPath {
    FieldPath::of_keys(["spec", "policy"])
}

/// The static secrets that are read by logins with a role.
pub(super) fn secrets_of<'c, 'a>(
    context: &'c Context<'a>,
    role: &Role<'_, '_>,
) -> Vec<SecretUse<'c, 'a>> {
    let secrets = context.of_kind(SECRETS, "VaultStaticSecret");
    let of_role = secrets.filter(|secret| {
        let auth = auth_of(context, secret);
        auth.is_some_and(|auth| {
            auth.text("spec.kubernetes.role") == role.name()
                && mount_of(auth.text("spec.mount")) == role.mount()
        })
    });
    let uses = of_role.filter_map(|subject| {
        let mount = subject.text("spec.mount").trim_matches('/');
        let path = subject.text("spec.path").trim_matches('/');
        let path = match subject.text("spec.type") {
            "kv-v1" => format!("{mount}/{path}"),
            "kv-v2" => format!("{mount}/data/{path}"),
            _ => return None,
        };
        Some(SecretUse { subject, path })
    });
    uses.collect()
}

/// The secrets of every kind that the Vault Secrets Operator reads.
pub(super) fn secrets<'c, 'a>(context: &'c Context<'a>) -> Vec<&'c Subject<'a>> {
    let kinds = SECRET_KINDS.iter();
    kinds
        .flat_map(|kind| context.of_kind(SECRETS, kind))
        .collect()
}

/// The VaultAuths that log in with a ServiceAccount's token.
pub(super) fn kubernetes_auths<'c, 'a>(context: &'c Context<'a>) -> Vec<&'c Subject<'a>> {
    let auths = context.of_kind(SECRETS, "VaultAuth");
    auths
        .filter(|auth| matches!(auth.text("spec.method"), "kubernetes" | ""))
        .filter(|auth| !auth.text("spec.kubernetes.role").is_empty())
        .collect()
}

/// The namespace and name that a reference stands for: `name` in the namespace of who refers, or `namespace/name`.
pub(super) fn referred<'c>(from: &'c Subject<'_>, reference: &'c str) -> (&'c str, &'c str) {
    reference
        .split_once('/')
        .unwrap_or((from.namespace(), reference))
}

/// The VaultAuth of a secret.
pub(super) fn auth_of<'c, 'a>(
    context: &'c Context<'a>,
    secret: &Subject<'_>,
) -> Option<&'c Subject<'a>> {
    let (namespace, name) = referred(secret, secret.text("spec.vaultAuthRef"));
    let mut auths = context.of_kind(SECRETS, "VaultAuth");
    auths.find(|auth| auth.name() == name && auth.namespace() == namespace)
}

/// Where a mount or its configuration is: the operator joins the path with the name.
pub(super) fn mount_of_engine(subject: &Subject<'_>) -> String {
    let path = subject.text("spec.path").trim_matches('/');
    let path = path.strip_prefix("auth/").unwrap_or(path);
    let joined = format!("{path}/{}", name_in_vault(subject));
    joined.trim_matches('/').to_owned()
}

/// An auth method's mount; both operators take `kubernetes` where none is said.
pub(super) fn mount_of(path: &str) -> &str {
    let path = path.trim_matches('/');
    let path = path.strip_prefix("auth/").unwrap_or(path);
    if path.is_empty() { "kubernetes" } else { path }
}
