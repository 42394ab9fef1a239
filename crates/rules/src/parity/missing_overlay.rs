//! PAR-01.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::Step;

use crate::apps::declared;
use crate::context::Check;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "PAR-01",
    statement: "The values file that an Application names for its environment exists",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
With `ignoreMissingValueFiles` an Application runs without the values of its environment, on defaults that were \
written for another one. Without it Argo CD fails, and so does the render.

A values file is the environment's own if its name ends with the environment's: `values-prod.yaml`, `prod.yaml`. Such \
a file must be there, whatever the Application forgives. A file with more after the environment's name, such as \
`values-prod-secrets.yaml`, is an optional addition.

An environment that the configuration does not declare is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    if context.settings.is_none() {
        check.undeclared("the configuration does not declare the environment");
        return;
    }
    let env = context.environment.name.as_str();
    for app in &context.environment.apps {
        let Some(application) = &app.application else {
            continue;
        };
        for (source, render) in application.sources.iter().zip(&app.sources) {
            let Some(prepared) = &render.helm else {
                continue;
            };
            let missing = prepared.missing_value_files.iter();
            for file in missing.filter(|file| is_of(file, env)) {
                let named = source.helm.iter().flat_map(|helm| &helm.value_files);
                let index = named.clone().position(|named| last(named) == last(file));
                let steps = ["helm", "valueFiles"].map(|key| Step::Key(key.to_owned()));
                let steps = steps.into_iter().chain(index.map(Step::Index));
                let field = steps.fold(source.field.clone(), |path, step| path.join(step));
                let Some((subject, path)) = declared(context, app, &field) else {
                    continue;
                };
                let message = format!("{} runs without {file}, which does not exist", app.name);
                let hint =
                    format!("create {file}; `ignoreMissingValueFiles` hides that it is missing");
                let name = last(file);
                let finding = Finding::new(subject, path, message)
                    .evidence(name)
                    .hint(hint);
                check.report(finding);
            }
        }
    }
}

/// Whether a file is an environment's: its name without the extension is the environment's, or ends with it.
fn is_of(file: &str, env: &str) -> bool {
    let name = last(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let before = stem.strip_suffix(env);
    before.is_some_and(|before| before.is_empty() || before.ends_with(['-', '_', '.']))
}

/// The name of a file without its directories.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "The overlay is forgiven, and missing",
        outcome: Outcome::Fails,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm:
      ignoreMissingValueFiles: true
      valueFiles:
        - values-common.yaml
        - values-prod.yaml #~ shop-prod runs without shop/values-prod.yaml, which does not exist
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values-common.yaml --
replicas: 1
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
    Example {
        title: "The overlay is there",
        outcome: Outcome::Passes,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm: {valueFiles: [values-prod.yaml]}
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values-prod.yaml --
replicas: 2
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
    Example {
        title: "An optional addition is missing",
        outcome: Outcome::NearMiss,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm:
      ignoreMissingValueFiles: true
      valueFiles: [values-prod-secrets.yaml, values-nonprod.yaml]
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
];
