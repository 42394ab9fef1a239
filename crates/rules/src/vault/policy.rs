//! VLT-01.

use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;

use super::acl::{Acl, allows};
use super::operators::{
    Role, SecretUse, name_in_vault, path_field, policies, policy_field, roles, secrets_of,
};
use crate::context::{Check, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "VLT-01",
    statement: "Every policy that a Vault role names is rendered, and lets the role read each secret that uses it",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
A login with a role gets the role's policies. Vault accepts a role that names a policy which is not there; the login \
then works and reads nothing, every secret stays empty, and no object says why.

The rule looks at the roles that the Vault Config Operator makes (`KubernetesAuthEngineRole` and its like), at its \
`Policy` objects, and at the `VaultStaticSecret`s of the Vault Secrets Operator whose `VaultAuth` logs in with the \
role. A secret of type `kv-v2` is read at `<mount>/data/<path>`, one of type `kv-v1` at `<mount>/<path>`. Of the paths \
in the role's policies the most specific one that fits decides, as in Vault.

Where an environment renders no `Policy` at all, policies are somebody else's: the rule is then not evaluated, unless \
the environment is `closed`. A policy that exists without being rendered is declared under `external` with kind \
`Policy`. Where a role may read none of its secrets, the finding is at the policy. `default` and `root` are Vault's own.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Policies that every Vault has.
const BUILT_IN: &[&str] = &["default", "root"];

/// Paths that a hint lists.
const SHOWN: usize = 3;

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let policies: Vec<Policy<'_, '_>> = policies(context)
        .into_iter()
        .map(|subject| Policy {
            subject,
            name: name_in_vault(subject),
            acl: Acl::parse(subject.text("spec.policy")),
        })
        .collect();
    for role in roles(context) {
        if names_known(&role, &policies, check) {
            grants(&role, &policies, check);
        }
    }
}

/// A rendered policy.
struct Policy<'c, 'a> {
    subject: &'c Subject<'a>,
    name: &'c str,
    /// `None` where its text cannot be read.
    acl: Option<Acl>,
}

/// Whether all policies of a role are rendered, so that what it may read is known; reports those that are missing.
fn names_known(role: &Role<'_, '_>, policies: &[Policy<'_, '_>], check: &mut Check<'_>) -> bool {
    let mut all = true;
    for (path, name) in &role.policies {
        if policies.iter().any(|policy| policy.name == *name) || BUILT_IN.contains(name) {
            continue;
        }
        all = false;
        let namespace = role.subject.namespace();
        if check.context.is_external("Policy", namespace, name) {
            continue;
        }
        if policies.is_empty() && !check.context.is_closed() {
            check.skip("no Policy is rendered: those that roles name come from elsewhere");
            continue;
        }
        let env = &check.context.environment.name;
        let message = format!(
            "the role {} gets the policy {name}, which {env} does not render",
            role.name()
        );
        let known = policies.iter().map(|policy| policy.name);
        let listed: Vec<&str> = known.clone().collect();
        let hint = match listed[..] {
            [] => format!("render a Policy {name}"),
            _ => format!(
                "render a Policy {name}, or name one that there is: {}",
                listed.join(", ")
            ),
        };
        let finding = Finding::new(role.subject, path.clone(), message)
            .evidence(name)
            .meant(closest(name, known))
            .hint(hint);
        check.report(finding);
    }
    all
}

/// Reports the secrets that no policy of the role lets it read; where that is all of them, the policy.
fn grants(role: &Role<'_, '_>, policies: &[Policy<'_, '_>], check: &mut Check<'_>) {
    let own: Vec<&Policy<'_, '_>> = policies
        .iter()
        .filter(|policy| role.policies.iter().any(|(_, name)| *name == policy.name))
        .collect();
    let unread = own.iter().find(|policy| policy.acl.is_none());
    if let Some(policy) = unread {
        check.skip(format!("the text of the policy {} is no HCL", policy.name));
        return;
    }
    let acls: Vec<&Acl> = own
        .iter()
        .filter_map(|policy| policy.acl.as_ref())
        .collect();
    let secrets = secrets_of(check.context, role);
    let denied = secrets
        .iter()
        .filter(|secret| !allows(&acls, "read", &secret.path));
    let denied: Vec<&SecretUse<'_, '_>> = denied.collect();
    if denied.len() > 1
        && denied.len() == secrets.len()
        && let Some(policy) = own.first()
    {
        check.report(reads_nothing(policy, role, &denied));
        return;
    }
    for secret in denied {
        check.report(unreadable(secret.subject, &secret.path, role));
    }
}

fn reads_nothing(
    policy: &Policy<'_, '_>,
    role: &Role<'_, '_>,
    secrets: &[&SecretUse<'_, '_>],
) -> Finding {
    let message = format!(
        "the role {} may read none of the {} secrets that use it",
        role.name(),
        secrets.len()
    );
    let mut paths: Vec<&str> = secrets.iter().map(|secret| secret.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let more = paths.len().saturating_sub(SHOWN);
    let mut list = paths[..paths.len() - more].join(", ");
    if more > 0 {
        list.push_str(&format!(" and {more} more"));
    }
    let granted = policy.acl.as_ref().and_then(Acl::first_path);
    Finding::new(policy.subject, policy_field(), message)
        .evidence(granted.unwrap_or_default())
        .hint(format!("grant read on {list}"))
}

fn unreadable(secret: &Subject<'_>, path: &str, role: &Role<'_, '_>) -> Finding {
    let names: Vec<&str> = role.policies.iter().map(|(_, name)| *name).collect();
    let message = format!("the role {} may not read {path}", role.name());
    let hint = match names[..] {
        [] => format!("the role has no policies: give it one that grants read on `{path}`"),
        [one] => format!("grant read on `{path}` in the policy {one}, or correct the path"),
        _ => format!(
            "grant read on `{path}` in one of the policies {}, or correct the path",
            names.join(", ")
        ),
    };
    Finding::new(secret, path_field(), message).hint(hint)
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "The role names a policy of another environment",
        outcome: Outcome::Fails,
        repository: r#"
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: Policy
metadata: {name: gitops-local}
spec:
  policy: |
    path "kv/data/*" { capabilities = ["read"] }
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: gitops-prod}
spec:
  path: kubernetes
  policies:
    - gitops-prod #~ the role gitops-prod gets the policy gitops-prod, which prod does not render
"#,
    },
    Example {
        title: "The policy covers another path than the secret's",
        outcome: Outcome::Fails,
        repository: r#"
-- vault/templates/role.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: Policy
metadata: {name: reader}
spec:
  policy: |
    path "kv/data/shop/*" { capabilities = ["read"] }
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec: {policies: [reader]}
-- shop/values.yaml --
secret: shops/db
-- shop/templates/secret.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: login}
spec:
  method: kubernetes
  mount: kubernetes
  kubernetes: {role: shop, serviceAccount: default}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db}
spec:
  vaultAuthRef: login
  type: kv-v2
  mount: kv
  path: {{ .Values.secret }} #~ the role shop may not read kv/data/shops/db
"#,
    },
    Example {
        title: "The policy is of another mount: one cause, one finding",
        outcome: Outcome::Fails,
        repository: r#"
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: Policy
metadata: {name: reader}
spec:
  policy: path "secret/data/*" { capabilities = ["read"] } #~ the role shop may read none of the 2 secrets that use it
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec: {policies: [reader]}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: login}
spec: {mount: kubernetes, kubernetes: {role: shop}}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db}
spec: {vaultAuthRef: login, type: kv-v2, mount: kv, path: db}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: mail}
spec: {vaultAuthRef: login, type: kv-v1, mount: kv, path: mail}
"#,
    },
    Example {
        title: "Policy, role and secret agree",
        outcome: Outcome::Passes,
        repository: r#"
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: Policy
metadata: {name: reader}
spec:
  policy: |
    path "kv/data/*" { capabilities = ["read", "list"] }
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec: {policies: [reader, default]}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: login, namespace: apps}
spec:
  mount: kubernetes
  kubernetes: {role: shop}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db, namespace: shop}
spec: {vaultAuthRef: apps/login, type: kv-v2, mount: kv, path: shop/db}
"#,
    },
    Example {
        title: "The object has another name than the policy that it makes; one is declared external",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
external:
  - {kind: Policy, names: ["platform-*"], reason: made by the Vault team}
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: Policy
metadata: {name: policy-of-the-shop}
spec:
  name: shop # not `reader`
  policy: path "kv/data/shop" { policy = "read" }
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec: {"policies": ["shop", platform-audit]}
"#,
    },
    Example {
        title: "Policies come from elsewhere",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec: {policies: [reader]}
"#,
    },
    Example {
        title: "Nothing comes from elsewhere: the environment is closed",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {closed: true}}
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec:
  policies: [reader] #~ the role shop gets the policy reader, which prod does not render
"#,
    },
];
