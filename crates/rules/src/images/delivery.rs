//! IMG-07.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use super::reference::{Reference, full_name, images};
use crate::context::{Check, Subject};
use crate::fields::list_items;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "IMG-07",
    statement: "Images name their registry, are pulled as their tag demands, and run with the commit of their tag",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
An image without a registry comes from wherever the node's container runtime looks first. A tag that moves (`main`, \
`stable`: one without a digit; of `latest` IMG-01 tells) with `imagePullPolicy: IfNotPresent` is another program on every node. A container that \
is told which commit it runs, and told wrong, sends whoever debugs it to the wrong source.

The rule looks at the containers of every object that describes pods, as IMG-01 does. A registry is what stands before \
the first slash if it holds a dot or a colon, or is `localhost`. A variable is about the commit if `COMMIT`, `SHA` or \
`REVISION` is a word of its name and its value is one; it is compared where the tag holds a commit too.

Environments without `class` are not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Words in the names of variables that hold a commit.
const COMMIT_WORDS: &[&str] = &["COMMIT", "REVISION", "SHA"];

/// The shortest and the longest name of a commit.
const COMMIT_LENGTH: std::ops::RangeInclusive<usize> = 7..=40;

fn check(check: &mut Check<'_>) {
    let context = check.context;
    if context.settings.is_none_or(|env| env.class.is_none()) {
        return check
            .undeclared("the configuration does not say what the environment is for (`class`)");
    }
    for subject in context.subjects() {
        if !context.is_final(subject) {
            continue;
        }
        for (path, image) in images(subject) {
            look(subject, &path, image, check);
        }
    }
}

fn look(subject: &Subject<'_>, path: &FieldPath, image: &str, check: &mut Check<'_>) {
    let reference = Reference::new(image);
    if full_name(reference.repository) != reference.repository {
        let message = format!("{image} names no registry");
        let hint = format!("write {}, or the registry that you mean", full_name(image));
        let finding = Finding::new(subject, path.clone(), message).evidence(image);
        check.report(finding.hint(hint));
    }
    let container = FieldPath(path.0[..path.0.len() - 1].to_vec());
    let Some(data) = container.get(subject.data()) else {
        return;
    };
    let policy = data.get("imagePullPolicy").and_then(Data::as_str);
    let moves = reference.digest.is_none() && reference.tag.is_some_and(moves);
    if let (Some(policy @ ("IfNotPresent" | "Never")), true) = (policy, moves) {
        let path = container.join(Step::Key("imagePullPolicy".to_owned()));
        let message = format!("{image} moves, and {policy} keeps what a node has of it");
        let finding = Finding::new(subject, path, message).evidence(policy);
        check.report(finding.hint("pin a tag that does not move, or pull `Always`"));
    }
    let commits = reference.tag.map(commits_of).unwrap_or_default();
    let env = container.join(Step::Key("env".to_owned()));
    let variables = data.get("env").map(|data| list_items(env, data));
    for (path, variable) in variables.into_iter().flatten() {
        let text = |key| variable.get(key).and_then(Data::as_str).unwrap_or_default();
        let (name, value) = (text("name"), text("value"));
        let is_same = |commit: &&str| commit.starts_with(value) || value.starts_with(*commit);
        if commits.is_empty() || !is_about_commit(name, value) || commits.iter().any(is_same) {
            continue;
        }
        let path = path.join(Step::Key("value".to_owned()));
        let message = format!("{name} is {value}, and the image of commit {}", commits[0]);
        let finding = Finding::new(subject, path, message).evidence(value);
        check.report(finding.hint("derive it from the tag, or leave it out"));
    }
}

/// Whether a tag is one that moves; `latest` is IMG-01's.
fn moves(tag: &str) -> bool {
    !tag.is_empty() && tag != "latest" && !tag.contains(|c: char| c.is_ascii_digit())
}

/// The names of commits in a tag: behind a `g`, or behind the word `commit` or `sha`, or any that is not a number.
fn commits_of(tag: &str) -> Vec<&str> {
    let mut before = "";
    let mut found = Vec::new();
    for part in tag.split(|c: char| !c.is_ascii_alphanumeric()) {
        let bare = part.strip_prefix('g').unwrap_or(part);
        let is_told = bare.len() < part.len() || ["commit", "sha"].contains(&before);
        let is_number = bare.chars().all(|c| c.is_ascii_digit());
        if is_commit(bare) && (is_told || !is_number) {
            found.push(bare);
        }
        before = part;
    }
    found
}

fn is_commit(text: &str) -> bool {
    COMMIT_LENGTH.contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn is_about_commit(name: &str, value: &str) -> bool {
    let mut words = name.split('_');
    words.any(|word| {
        COMMIT_WORDS
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    }) && is_commit(value)
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "No registry, a tag that moves, another commit",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- shop/values.yaml --
commit: 0123abc
-- shop/templates/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: load
      image: grafana/k6:1.2.0 #~ grafana/k6:1.2.0 names no registry
    - name: shop
      image: quay.io/acme/shop:v1-commit.gdef4567
      env:
        - name: COMMIT_HASH
          value: {{ .Values.commit | quote }} #~ COMMIT_HASH is 0123abc, and the image of commit def4567
    - name: tools
      image: quay.io/acme/tools:main
      imagePullPolicy: IfNotPresent #~ quay.io/acme/tools:main moves, and IfNotPresent keeps what a node has of it
"#,
    },
    Example {
        title: "Registry, policy and commit fit",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: shop
      image: quay.io/acme/shop:v1-commit.gdef4567
      imagePullPolicy: IfNotPresent
      env: [{name: COMMIT, value: def4567}]
"#,
    },
    Example {
        title: "A longer name of the same commit, a digest, a registry without a dot, a moving tag that is pulled",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: shop
      image: registry:5000/shop:v1-commit.gdef4567 # not grafana/k6
      env:
        - {name: GIT_SHA, value: def4567890}
        - {name: SHA_FILE, value: /run/sha}
        - {name: SCHEMA_REVISION, value: "12"}
    - {name: a, image: "localhost/a:main", imagePullPolicy: Always}
    - {name: b, image: "quay.io/acme/b:main@sha256:0123", imagePullPolicy: IfNotPresent}
"#,
    },
    Example {
        title: "Nothing says what the environment is for",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec: {containers: [{name: shop, image: nginx}]}
"#,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_stand_out_in_tags() {
        let check = |tag, want: &[&str]| assert_eq!(commits_of(tag), want, "{tag}");
        check("v0.4.2-commit.g3f9c1ab", &["3f9c1ab"]);
        check("v0.4.2-commit.0123456", &["0123456"]);
        check("sha-0123456", &["0123456"]);
        check("1.2.3-20240601", &[]);
        check("main-deadbee", &["deadbee"]);
        check("1.27.4", &[]);
    }
}
