//! VLT-03.

use std::collections::BTreeSet;

use evenkeel_config::Glob;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;

use super::operators::{
    KUBERNETES_ROLE, Role, auth_of, kubernetes_auths, mount_of, roles, secrets,
};
use crate::context::{Check, Context, Subject};
use crate::fields::select;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "VLT-03",
    statement: "A Vault role is bound to the namespaces and ServiceAccounts that log in with it",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
Vault compares the token of a login with the namespaces and ServiceAccounts of the role, and denies the login \
(`namespace not authorized`) if one of them is not bound. The secrets of that namespace then stay empty.

The rule looks at `KubernetesAuthEngineRole`s and at the `VaultAuth`s with the same role and mount. The Vault Secrets \
Operator logs in with a ServiceAccount in the namespace of the secret that is read, not of the `VaultAuth`; of a \
`VaultAuth` that no rendered secret uses, and that allows no other namespaces, its own counts. `targetServiceAccounts` \
is `[default]` where the role does not say it; `*` stands for any text in both lists.

A role that selects its namespaces by labels (`targetNamespaceSelector`) is not evaluated: which namespaces have them \
is known in the cluster only.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Where a login comes from.
struct Login<'c> {
    namespace: &'c str,
    account: &'c str,
    /// The VaultAuth.
    auth: &'c str,
}

fn check(check: &mut Check<'_>) {
    for role in roles(check.context) {
        if role.subject.object.identity.kind != KUBERNETES_ROLE {
            continue;
        }
        let logins = logins(check.context, &role);
        namespaces(&role, &logins, check);
        accounts(&role, &logins, check);
    }
}

fn logins<'c>(context: &'c Context<'_>, role: &Role<'_, '_>) -> Vec<Login<'c>> {
    let mut logins = Vec::new();
    for auth in kubernetes_auths(context) {
        if auth.text("spec.kubernetes.role") != role.name()
            || mount_of(auth.text("spec.mount")) != role.mount()
        {
            continue;
        }
        let users = secrets(context).into_iter().filter(|secret| {
            let used = auth_of(context, secret);
            used.is_some_and(|used| std::ptr::eq(used, auth))
        });
        let mut namespaces: BTreeSet<&str> = users.map(Subject::namespace).collect();
        let is_shared = !select(auth.data(), "spec.allowedNamespaces[]").is_empty();
        if namespaces.is_empty() && !is_shared {
            namespaces.insert(auth.namespace());
        }
        let all = namespaces.into_iter().map(|namespace| Login {
            namespace,
            account: auth.text("spec.kubernetes.serviceAccount"),
            auth: auth.name(),
        });
        logins.extend(all);
    }
    logins
}

fn namespaces(role: &Role<'_, '_>, logins: &[Login<'_>], check: &mut Check<'_>) {
    let spec = role.subject.data().get("spec");
    let targets = spec.and_then(|spec| spec.get("targetNamespaces"));
    let selects = targets.and_then(|targets| targets.get("targetNamespaceSelector"));
    if selects.is_some() {
        check.skip(format!(
            "the role {} selects its namespaces by labels",
            role.name()
        ));
        return;
    }
    let bound = select(
        role.subject.data(),
        "spec.targetNamespaces.targetNamespaces[]",
    );
    let mut reported = BTreeSet::new();
    for login in logins {
        if is_bound(&bound, login.namespace) || !reported.insert(login.namespace) {
            continue;
        }
        let message = format!(
            "the role {} is not bound to the namespace {}, where VaultAuth {} logs in",
            role.name(),
            login.namespace,
            login.auth
        );
        let path = FieldPath::of_keys(["spec", "targetNamespaces", "targetNamespaces"]);
        let hint = format!("add {} to targetNamespaces", login.namespace);
        check.report(Finding::new(role.subject, path, message).hint(hint));
    }
}

fn accounts(role: &Role<'_, '_>, logins: &[Login<'_>], check: &mut Check<'_>) {
    let mut bound = select(role.subject.data(), "spec.targetServiceAccounts[]");
    if bound.is_empty() {
        bound.push((FieldPath::default(), "default"));
    }
    let mut reported = BTreeSet::new();
    for login in logins {
        if login.account.is_empty()
            || is_bound(&bound, login.account)
            || !reported.insert(login.account)
        {
            continue;
        }
        let message = format!(
            "the role {} is not bound to the ServiceAccount {}, which VaultAuth {} logs in with",
            role.name(),
            login.account,
            login.auth
        );
        let path = FieldPath::of_keys(["spec", "targetServiceAccounts"]);
        let hint = format!("add {} to targetServiceAccounts", login.account);
        check.report(Finding::new(role.subject, path, message).hint(hint));
    }
}

fn is_bound(bound: &[(FieldPath, &str)], name: &str) -> bool {
    bound.iter().any(|(_, pattern)| {
        *pattern == name || Glob::new(pattern).is_ok_and(|glob| glob.matches(name))
    })
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A namespace was forgotten, and the ServiceAccount is another",
        outcome: Outcome::Fails,
        repository: r#"
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec:
  path: kubernetes
  targetServiceAccounts:
    - default #~ the role shop is not bound to the ServiceAccount builder, which VaultAuth build logs in with
  targetNamespaces:
    targetNamespaces:
      - apps #~ the role shop is not bound to the namespace cert-manager, where VaultAuth k8s logs in
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: k8s, namespace: cert-manager}
spec: {method: kubernetes, mount: kubernetes, kubernetes: {role: shop, serviceAccount: default}}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: build}
spec: {method: kubernetes, mount: kubernetes, kubernetes: {role: shop, serviceAccount: builder}}
"#,
    },
    Example {
        title: "Every namespace that reads secrets is bound",
        outcome: Outcome::Passes,
        repository: r#"
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec: {path: kubernetes, targetServiceAccounts: [default], targetNamespaces: {targetNamespaces: [apps]}}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: k8s}
spec: {method: kubernetes, mount: kubernetes, kubernetes: {role: shop, serviceAccount: default}}
"#,
    },
    Example {
        title: "The login is in the secret's namespace, patterns bind it, and another role is not meant",
        outcome: Outcome::NearMiss,
        repository: r#"
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec: {path: kubernetes, targetNamespaces: {targetNamespaces: ["shop-*"]}}
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: audit}
spec: {path: kubernetes, targetServiceAccounts: [audit], targetNamespaces: {targetNamespaces: [audit]}}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: k8s, namespace: vault}
spec:
  method: kubernetes
  mount: kubernetes
  allowedNamespaces: [shop-web]
  kubernetes: {role: shop, serviceAccount: default}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db, namespace: shop-web}
spec: {vaultAuthRef: vault/k8s, type: kv-v2, mount: kv, path: db}
"#,
    },
    Example {
        title: "Labels select the namespaces",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec:
  path: kubernetes
  targetNamespaces: {targetNamespaceSelector: {matchLabels: {vault: "yes"}}}
"#,
    },
];
