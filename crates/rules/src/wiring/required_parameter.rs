//! ENV-04.

use evenkeel_config::closest;
use evenkeel_diagnostics::{FileId, Severity};
use evenkeel_gitops::{App, ApplicationSource, HelmSource};
use evenkeel_manifest::{FieldPath, Step};

use crate::apps::declared;
use crate::context::Check;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "ENV-04",
    statement: "Applications are given the parameters that the configuration requires",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
Some values have no default that could be right: the environment's name, its domain, its namespace. A chart whose \
default stands in for a parameter that somebody dropped deploys another environment, or half of one.

`require` of the configuration lists Applications and the Helm parameters that they have to be given. A parameter \
counts as given if the Application sends it (`helm.parameters`, `helm.fileParameters`) or says it itself (`helm.values`, \
`helm.valuesObject`); values files do not count. An empty value is a value.

An Application that an environment does not have is not looked at; one that no environment has is a mistake in the \
configuration, and a finding.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    if context.config.require.is_empty() {
        check.undeclared("the configuration requires no parameters (`require`)");
    }
    for required in &context.config.require {
        let name = &required.value.app;
        let Some(app) = context.environment.app(&name.value) else {
            let mut all = check.all.iter();
            if all.all(|context| context.environment.app(&name.value).is_none()) {
                check.report(unknown(name, check));
            }
            continue;
        };
        let app = &context.environment.apps[app];
        for parameter in &required.value.parameters {
            missing(app, &parameter.value, check);
        }
    }
}

/// An Application that is nowhere.
fn unknown(name: &evenkeel_config::Spanned<String>, check: &Check<'_>) -> Finding {
    let apps = check
        .all
        .iter()
        .flat_map(|context| &context.environment.apps);
    let names = apps.map(|app| app.name.as_str());
    let message = format!("no environment has an Application {}", name.value);
    Finding::at(name.span, message)
        .evidence(&name.value)
        .meant(closest(&name.value, names))
        .hint("name one that there is, or delete the requirement")
}

/// Reports a parameter that none of an Application's sources sets.
fn missing(app: &App, name: &str, check: &mut Check<'_>) {
    let Some(application) = &app.application else {
        return;
    };
    let sources = || application.sources.iter();
    let charts = sources().filter_map(|source| source.helm.as_ref());
    if charts.clone().any(|helm| gives(helm, name)) {
        return;
    }
    let sent = charts.flat_map(|helm| &helm.parameters);
    let names = sent.map(|parameter| parameter.name.as_str());
    let Some(source) = sources().find(|source| source.reference.is_empty()) else {
        return;
    };
    let field = parameters_field(source);
    if let Some((subject, path)) = declared(check.context, app, &field) {
        let message = format!("{} is not given the parameter `{name}`", app.name);
        let finding = Finding::new(subject, path, message)
            .evidence(name)
            .meant(closest(name, names))
            .hint("send it in `helm.parameters` of the Application");
        check.report(finding);
    }
}

fn gives(helm: &HelmSource, name: &str) -> bool {
    let path = FieldPath::of_keys(name.split('.'));
    let text = evenkeel_yaml::decode(helm.values.as_bytes(), FileId::NONE).unwrap_or_default();
    // The object replaces the text.
    let values = helm.values_object.as_ref().unwrap_or(&text);
    helm.parameters.iter().any(|sent| sent.name == name)
        || helm.file_parameters.iter().any(|(sent, _)| sent == name)
        || path.get(values).is_some()
}

fn parameters_field(source: &ApplicationSource) -> FieldPath {
    let steps = ["helm", "parameters"].map(|key| Step::Key(key.to_owned()));
    steps
        .into_iter()
        .fold(source.field.clone(), |path, step| path.join(step))
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A parameter was dropped, another one misspelt",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
require:
  - {app: shop, parameters: [env, baseDomain]}
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm:
      parameters:
        - {name: baseDomian, value: apps.example.com} #~ shop-prod is not given the parameter `env` #~ shop-prod is not given the parameter `baseDomain`
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
    Example {
        title: "No environment has the Application",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
require:
  - {app: shopp, parameters: [env]} #~ no environment has an Application shopp
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: shop}
  destination: {namespace: shop}
-- shop/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
    Example {
        title: "What is required is sent",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
require: [{app: shop, parameters: [env]}]
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm: {parameters: [{name: env, value: prod}]}
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
    Example {
        title: "An empty value, one in `valuesObject`, and an Application of another environment",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
require: [{app: shop, parameters: [env, route.host]}, {app: shop-prod, parameters: [env]}]
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-prod}
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm:
      # was: {name: env, value: local}
      parameters: [{value: "", "name": "env"}]
      valuesObject: {route: {host: shop.example.com}}
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
    Example {
        title: "Nothing is required",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- app.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
];
