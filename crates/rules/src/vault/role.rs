//! VLT-02.

use std::collections::BTreeSet;

use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;

use super::operators::{
    CONFIG, KUBERNETES_ROLE, Role, kubernetes_auths, mount_of, mount_of_engine, roles,
};
use crate::context::{Check, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "VLT-02",
    statement: "Every Vault role that a VaultAuth logs in with is rendered, at a mount that is rendered too",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
Roles are usually named after their environment, once where they are made and once where they are used. When the two \
drift apart, Vault answers every login with `invalid role name`, and no Secret is written.

The rule looks at `VaultAuth`s of method `kubernetes` and wants a `KubernetesAuthEngineRole` with the role's name \
(`spec.name`, else the object's) at the same mount. The mounts of these roles, and those of \
`KubernetesAuthEngineConfig`s, must be mounts of an `AuthEngineMount`. The Vault Config Operator joins `spec.path` and \
the name of mounts and configurations; a role's `spec.path` is the mount itself. A leading `auth/` does not count.

Where an environment renders no role, or no mount, these are somebody else's: the rule is then not evaluated for them, \
unless the environment is `closed`. What exists without being rendered is declared under `external` with kind \
`KubernetesAuthEngineRole` or `AuthEngineMount`.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Names that a hint lists.
const SHOWN: usize = 5;

fn check(check: &mut Check<'_>) {
    let roles: Vec<Role<'_, '_>> = roles(check.context)
        .into_iter()
        .filter(|role| role.subject.object.identity.kind == KUBERNETES_ROLE)
        .collect();
    for auth in kubernetes_auths(check.context) {
        has_role(auth, &roles, check);
    }
    mounts(&roles, check);
}

fn has_role(auth: &Subject<'_>, roles: &[Role<'_, '_>], check: &mut Check<'_>) {
    let name = auth.text("spec.kubernetes.role");
    let mount = mount_of(auth.text("spec.mount"));
    let named = || roles.iter().filter(|role| role.name() == name);
    let shared = !auth.text("spec.vaultAuthGlobalRef.name").is_empty();
    let fits =
        |role: &Role<'_, '_>| role.mount() == mount || shared && auth.text("spec.mount").is_empty();
    if named().any(fits)
        || check
            .context
            .is_external(KUBERNETES_ROLE, auth.namespace(), name)
    {
        return;
    }
    if roles.is_empty() && !check.context.is_closed() {
        check.skip(
            "no KubernetesAuthEngineRole is rendered: the roles of VaultAuths come from elsewhere",
        );
        return;
    }
    if let Some(role) = named().next() {
        let message = format!(
            "VaultAuth {} logs in at the mount {mount}; its role {name} is at {}",
            auth.name(),
            role.mount()
        );
        let path = FieldPath::of_keys(["spec", "mount"]);
        check.report(
            Finding::new(auth, path, message)
                .hint("say the same mount in both")
                .evidence(mount),
        );
        return;
    }
    let env = &check.context.environment.name;
    let message = format!(
        "VaultAuth {} logs in with the role {name}, which {env} does not render",
        auth.name()
    );
    let known: BTreeSet<&str> = roles.iter().map(Role::name).collect();
    let path = FieldPath::of_keys(["spec", "kubernetes", "role"]);
    let finding = Finding::new(auth, path, message)
        .evidence(name)
        .meant(closest(name, known.iter().copied()))
        .hint(render_or_name(KUBERNETES_ROLE, name, &known));
    check.report(finding);
}

/// The mounts of roles and configurations.
fn mounts(roles: &[Role<'_, '_>], check: &mut Check<'_>) {
    let context = check.context;
    let mounts: BTreeSet<String> = context
        .of_kind(CONFIG, "AuthEngineMount")
        .map(mount_of_engine)
        .collect();
    let of_roles = roles
        .iter()
        .map(|role| (role.subject, "spec.path", role.mount().to_owned()));
    let configs = context.of_kind(CONFIG, "KubernetesAuthEngineConfig");
    let of_configs = configs.map(|config| (config, "metadata.name", mount_of_engine(config)));
    for (subject, field, mount) in of_roles.chain(of_configs) {
        if mounts.contains(&mount)
            || context.is_external("AuthEngineMount", subject.namespace(), &mount)
        {
            continue;
        }
        if mounts.is_empty() && !context.is_closed() {
            check.skip("no AuthEngineMount is rendered: auth methods are mounted elsewhere");
            return;
        }
        let message = format!(
            "{} {} is of the mount {mount}, which {} does not render",
            subject.object.identity.kind,
            subject.name(),
            context.environment.name
        );
        let known: BTreeSet<&str> = mounts.iter().map(String::as_str).collect();
        let finding = Finding::new(subject, FieldPath::of_keys(field.split('.')), message)
            .evidence(&mount)
            .meant(closest(&mount, known.iter().copied()))
            .hint(render_or_name("AuthEngineMount", &mount, &known));
        check.report(finding);
    }
}

fn render_or_name(kind: &str, name: &str, known: &BTreeSet<&str>) -> String {
    let listed: Vec<&str> = known.iter().copied().take(SHOWN).collect();
    match listed[..] {
        [] => format!("render the {kind} {name}"),
        _ => format!(
            "render the {kind} {name}, or name one that there is: {}",
            listed.join(", ")
        ),
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "The role of another environment",
        outcome: Outcome::Fails,
        repository: r#"
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: AuthEngineMount
metadata: {name: kubernetes}
spec: {type: kubernetes}
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: gitops-prod}
spec: {path: kubernetes, policies: [default]}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: k8s}
spec:
  method: kubernetes
  mount: kubernetes
  kubernetes:
    role: gitops-sno #~ VaultAuth k8s logs in with the role gitops-sno, which prod does not render
    serviceAccount: default
"#,
    },
    Example {
        title: "Role, configuration and login are of three mounts",
        outcome: Outcome::Fails,
        repository: r#"
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: AuthEngineMount
metadata: {name: prod}
spec: {type: kubernetes, path: clusters}
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineConfig
metadata:
  name: prod #~ KubernetesAuthEngineConfig prod is of the mount prod, which prod does not render
spec: {kubernetesHost: "https://kubernetes.default.svc"}
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec:
  path: cluster/prod #~ KubernetesAuthEngineRole shop is of the mount cluster/prod, which prod does not render
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: k8s}
spec:
  method: kubernetes
  mount: clusters/prod #~ VaultAuth k8s logs in at the mount clusters/prod; its role shop is at cluster/prod
  kubernetes: {role: shop, serviceAccount: default}
"#,
    },
    Example {
        title: "All agree",
        outcome: Outcome::Passes,
        repository: r#"
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: AuthEngineMount
metadata: {name: kubernetes}
spec: {type: kubernetes}
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineConfig
metadata: {name: kubernetes}
spec: {kubernetesHost: "https://kubernetes.default.svc"}
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: shop}
spec: {path: kubernetes}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: k8s}
spec: {method: kubernetes, mount: kubernetes, kubernetes: {role: shop, serviceAccount: default}}
"#,
    },
    Example {
        title: "Mounts written in different ways, a role named apart from its object, another that is external",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
external:
  - {kind: KubernetesAuthEngineRole, names: [audit], reason: made by the Vault team}
-- vault.yaml --
apiVersion: redhatcop.redhat.io/v1alpha1
kind: AuthEngineMount
metadata: {name: mount-of-prod}
spec: {type: kubernetes, path: clusters/, name: prod}
---
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata: {name: role-of-the-shop}
spec: {path: auth/clusters/prod, name: shop} # not `kubernetes`
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: k8s}
spec: {"kubernetes": {"role": "shop", "serviceAccount": default}, mount: clusters/prod}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: audit}
spec: {method: kubernetes, mount: clusters/prod, kubernetes: {role: audit, serviceAccount: audit}}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: builder}
spec: {method: appRole, mount: approle, appRole: {roleId: builder, secretRef: builder}}
"#,
    },
    Example {
        title: "Roles come from elsewhere",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultAuth
metadata: {name: k8s}
spec: {method: kubernetes, mount: kubernetes, kubernetes: {role: shop, serviceAccount: default}}
"#,
    },
];
