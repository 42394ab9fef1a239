//! IMG-02.

use evenkeel_diagnostics::Severity;

use super::reference::{Reference, images};
use crate::context::Check;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "IMG-02",
    statement: "The tags of the platform's own images keep to its grammar",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
Whoever writes tags (the pipeline), chooses among them (the image updater) and compares them (the release) has to read \
them alike. A tag of another form is never updated, or sorts before older ones: a commit of digits only, such as \
`-commit.0123456`, is a number to SemVer, and numbers have no leading zero.

`images.owned` of the configuration lists the repositories of the platform's own images, `images.tag` the form of their \
tags. The rule looks at the containers of every object that describes pods, as IMG-01 does. An image with a digest only \
has no tag to look at. Without both settings the rule is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let settings = &context.config.images;
    let Some(grammar) = &settings.tag else {
        return check.undeclared("the configuration gives no form of tags (`images.tag`)");
    };
    if settings.owned.is_empty() {
        return check.undeclared("the configuration names no images (`images.owned`)");
    }
    for subject in context.subjects() {
        if !context.is_final(subject) {
            continue;
        }
        for (path, image) in images(subject) {
            let reference = Reference::new(image);
            let mut owned = settings.owned.iter();
            let Some(tag) = reference.tag else { continue };
            if !owned.any(|glob| glob.value.matches(reference.repository))
                || grammar.value.is_match(tag)
            {
                continue;
            }
            let form = grammar.value.as_str();
            let finding = Finding::new(subject, path, format!("the tag {tag} is not {form}"))
                .evidence(tag)
                .hint("use a tag that the pipeline wrote");
            check.report(finding);
        }
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A commit without its `g`",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
images: {owned: ["quay.io/acme/*"], tag: '^v\d+\.\d+\.\d+-commit\.g[0-9a-f]{7,}$'}
-- shop/values.yaml --
tag: v0.1.0-commit.0123456
-- shop/templates/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: shop
      image: "quay.io/acme/shop:{{ .Values.tag }}" #~ the tag v0.1.0-commit.0123456 is not ^v\d+\.\d+\.\d+-commit\.g[0-9a-f]{7,}$
"#,
    },
    Example {
        title: "A tag of the pipeline",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
images: {owned: ["quay.io/acme/*"], tag: '^v\d+\.\d+\.\d+-commit\.g[0-9a-f]{7,}$'}
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - {name: shop, image: "quay.io/acme/shop:v0.1.0-commit.g0123456"}
"#,
    },
    Example {
        title: "Somebody else's image, and a digest",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
images: {owned: ["quay.io/acme/*"], tag: '^v\d+$'}
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - {name: proxy, image: "quay.io/other/proxy:1.2.3"}
    - {name: shop, image: "quay.io/acme/shop@sha256:0123"}
"#,
    },
    Example {
        title: "No form of tags is given",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - {name: shop, image: "quay.io/acme/shop:v1"}
"#,
    },
];
