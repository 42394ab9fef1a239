//! VLT-08.

use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;

use super::operators::{SECRETS, path_field};
use crate::context::Check;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "VLT-08",
    statement: "Every path that is read from Vault is in the catalogue of secrets",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
Somebody has to put each secret into Vault before an environment works, by hand and from a list. A path that is not on \
the list is found missing when a pod does not start.

The catalogue is `secrets` of the configuration: each path, without the mount, and its keys. The rule compares it with \
`spec.path` of every `VaultStaticSecret`. Add a new path there and to the checklist that people seed Vault from.

A configuration without `secrets` is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let catalogue = &check.context.config.secrets;
    for secret in check.context.of_kind(SECRETS, "VaultStaticSecret") {
        let path = secret.text("spec.path").trim_matches('/');
        if catalogue.is_empty() {
            check.undeclared("the configuration has no catalogue of secrets (`secrets`)");
            return;
        }
        let known = || {
            catalogue
                .iter()
                .map(|secret| secret.value.path.value.trim_matches('/'))
        };
        if path.is_empty() || known().any(|known| known == path) {
            continue;
        }
        let message = format!("the path {path} is not in the catalogue of secrets");
        let finding = Finding::new(secret, path_field(), message)
            .evidence(path)
            .meant(closest(path, known()))
            .hint("add it to `secrets` and to the checklist that Vault is seeded from");
        check.report(finding);
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A new path that nobody seeds",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
secrets: [{path: shop/db, keys: [password]}]
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: mail}
spec:
  mount: kv
  path: shop/mail #~ the path shop/mail is not in the catalogue of secrets
"#,
    },
    Example {
        title: "The path is known",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
secrets: [{path: shop/db, keys: [password]}]
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db}
spec: {mount: kv, path: shop/db}
"#,
    },
    Example {
        title: "A slash before the path, a comment with another, and a catalogued path that is not used",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
secrets: [{path: shop/db, keys: [password]}, {path: shop/mail, keys: [token]}]
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db}
spec: {mount: kv, "path": "/shop/db"} # was shop/database
"#,
    },
    Example {
        title: "There is no catalogue",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db}
spec: {mount: kv, path: shop/db}
"#,
    },
];
