//! IMG-04.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel_config::Images;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;

use super::reference::{Reference, images};
use crate::context::{Check, Context, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "IMG-04",
    statement: "Every environment runs the tags of the reference",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
What was tried in one environment says something of another if both run the same. A tag that was forgotten when the \
others moved is found when something breaks that was mended long ago.

The rule compares the platform's own images (`images.owned`) with those of the environment that the others follow \
(`parity.reference`). An image that the reference does not run has nothing to be compared with. An environment that \
runs behind on purpose is declared under `images.lag`, with the reason.

Without `images.owned` or `parity.reference` the rule is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let settings = &context.config.images;
    if settings.owned.is_empty() {
        return check.undeclared("the configuration names no images (`images.owned`)");
    }
    let Some(reference) = context.reference() else {
        return check
            .undeclared("the configuration names no environment to follow (`parity.reference`)");
    };
    let named = |context: &&Context<'_>| context.environment.name == reference;
    let Some(other) = check.all.iter().find(named) else {
        return check.skip(format!("{reference} is not rendered"));
    };
    if std::ptr::eq(other, context) {
        return;
    }
    let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, image) in other.subjects().iter().flat_map(|at| owned(at, settings)) {
        let reference = Reference::new(image);
        let tags = wanted.entry(reference.repository).or_default();
        tags.extend(reference.tag);
    }
    for subject in context.subjects() {
        for (path, image) in owned(subject, settings) {
            let Reference {
                repository, tag, ..
            } = Reference::new(image);
            let (Some(tags), Some(tag)) = (wanted.get(repository), tag) else {
                continue;
            };
            if tags.is_empty() || tags.contains(tag) || may_lag(context, repository) {
                continue;
            }
            let env = &context.environment.name;
            let name = repository.rsplit('/').next().unwrap_or(repository);
            let tags: Vec<&str> = tags.iter().copied().collect();
            let message = format!(
                "{env} runs {name} {tag}, {reference} {}",
                tags.join(" and ")
            );
            let hint = format!(
                "`evenkeel version sync --from {reference}`, or say under `images.lag` why {env} differs"
            );
            let finding = Finding::new(subject, path, message).evidence(tag);
            check.report(finding.hint(hint));
        }
    }
}

/// The platform's own images of an object.
fn owned<'s>(subject: &'s Subject<'_>, settings: &Images) -> Vec<(FieldPath, &'s str)> {
    let mut images = images(subject);
    images.retain(|(_, image)| {
        let repository = Reference::new(image).repository;
        let mut owned = settings.owned.iter();
        owned.any(|glob| glob.value.matches(repository))
    });
    images
}

fn may_lag(context: &Context<'_>, repository: &str) -> bool {
    let mut lags = context.config.images.lag.iter().map(|lag| &lag.value);
    lags.any(|lag| {
        let is_it =
            |glob: &evenkeel_config::Spanned<evenkeel_config::Glob>| glob.value.matches(repository);
        lag.env.value == context.environment.name && lag.image.as_ref().is_none_or(is_it)
    })
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "An environment was forgotten",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {set: {tag: v2}}, prod: {set: {tag: v1}}}
parity: {reference: local}
images: {owned: ["quay.io/acme/*"]}
-- shop/templates/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: shop
      image: "quay.io/acme/shop:{{ .Values.tag }}" #~ prod runs shop v1, local v2
"#,
    },
    Example {
        title: "All run the same",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {}, prod: {}}
parity: {reference: local}
images: {owned: ["quay.io/acme/*"]}
-- shop/templates/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers: [{name: shop, image: "quay.io/acme/shop:v2"}]
"#,
    },
    Example {
        title: "A declared lag, somebody else's image, and one that the reference does not run",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {set: {tag: v2}}, prod: {set: {tag: v1, isProd: true}}}
parity: {reference: local}
images:
  owned: ["quay.io/acme/*"]
  lag: [{env: prod, image: "quay.io/acme/shop", reason: waits for the audit}]
-- shop/templates/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - {name: shop, image: "quay.io/acme/shop:{{ .Values.tag }}"}
    - {name: proxy, image: "quay.io/other/proxy:{{ .Values.tag }}"}
    {{- if .Values.isProd }}
    - {name: audit, image: "quay.io/acme/audit:v9"}
    {{- end }}
"#,
    },
    Example {
        title: "No environment is the reference",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {}, prod: {}}
images: {owned: ["quay.io/acme/*"]}
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
"#,
    },
];
