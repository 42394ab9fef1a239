//! PAR-07.

use std::sync::LazyLock;

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;
use regex::Regex;

use crate::context::{Check, Subject};
use crate::fields::each_text;
use crate::hosts::{is_in_comment, is_searched};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "PAR-07",
    statement: "No placeholder is left in what an environment deploys",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
A placeholder stands in a default so that each environment replaces it. Where one is rendered, the environment's \
values are missing or name another key: an image that does not exist, a password that everybody knows.

Placeholders are: words that ask to be replaced (`CHANGEME`, `change-me`, `REPLACE_ME`, `FIXME`), alone or as a part of \
a value between other signs; `TODO` and `TBD` as the whole of a value; `<your-domain>` and `YOUR_TOKEN_HERE`; \
the tag of a commit that is only zeros (`v0.0.0-commit.0000000`, `sha-0000000`), and the hash of forty or sixty-four \
zeros. The rule looks at every text of every object. Comments in scripts do not count, nor does what a script only \
compares with or searches for. An empty value where one is needed is ENV-05's.

Only environments that say what they are for (`class`) are evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// What asks to be replaced. The groups stand for the placeholder itself.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    const PATTERNS: &[&str] = &[
        // Words, as a whole or between signs.
        r"(?:^|[^A-Za-z0-9])((?i:change[-_ ]?me|replace[-_ ]?me|fix[-_]?me|insert[-_]here))(?:$|[^A-Za-z0-9])",
        r"^\s*(TODO|TBD|(?i:<(?:todo|tbd)>))\s*$",
        r"(<(?i:your|replace|insert|change|enter|put)(?:[-_ ][A-Za-z0-9_ -]+)>)",
        r"(?:^|[^A-Za-z0-9_-])((?i:your)[-_][A-Za-z0-9_-]+[-_](?i:here))(?:$|[^A-Za-z0-9_-])",
        // A commit that nobody made.
        r"(?i:commit|sha|rev|git)[.:_-]?(g?0{7,40})(?:$|[^A-Za-z0-9])",
        r"(?:^|[^A-Za-z0-9])(0{64}|0{40})(?:$|[^A-Za-z0-9])",
    ];
    Regex::new(&PATTERNS.join("|")).expect("the patterns are right")
});

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let class = context.settings.and_then(|env| env.class);
    if class.is_none() {
        return check
            .undeclared("the configuration does not say what the environment is for (`class`)");
    }
    let mut found = Vec::new();
    for subject in context.subjects() {
        if context.is_final(subject) {
            look(subject, &context.environment.name, &mut found);
        }
    }
    for finding in found {
        check.report(finding);
    }
}

fn look(subject: &Subject<'_>, env: &str, found: &mut Vec<Finding>) {
    each_text(subject.data(), &mut |steps, text| {
        // One finding a field is enough: it has to be written anew.
        if let Some(placeholder) = placeholder(text) {
            let message = format!("the placeholder {placeholder} is still there in {env}");
            let finding = Finding::new(subject, FieldPath(steps.to_vec()), message)
                .evidence(placeholder)
                .hint(format!(
                    "set the value for {env}: what stands there is a default"
                ));
            found.push(finding);
        }
    });
}

/// The first placeholder of a text that is used, not searched for.
fn placeholder(text: &str) -> Option<&str> {
    let found = PLACEHOLDER.captures_iter(text).filter_map(|groups| {
        let mut groups = groups.iter().skip(1).flatten();
        groups.next()
    });
    let mut used = found.filter(|found| {
        !is_in_comment(text, found.start()) && !is_searched(text, found.start(), found.end())
    });
    used.next().map(|found| found.as_str())
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "Defaults that were to be replaced",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- shop/values.yaml --
image: {tag: v0.0.0-commit.0000000}
mail: admin@CHANGEME.example.com
-- shop/templates/all.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: shop
      image: quay.io/acme/shop:{{ .Values.image.tag }} #~ the placeholder 0000000 is still there in prod
      env:
        - name: MAIL
          value: {{ .Values.mail }} #~ the placeholder CHANGEME is still there in prod
"#,
    },
    Example {
        title: "Everything is set",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- shop/values.yaml --
tag: v0.0.0-commit.0000000
-- shop/templates/all.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec: {containers: [{name: shop, image: "quay.io/acme/shop:{{ "v1.2.0-commit.g0a1b2c3" | default .Values.tag }}"}]}
"#,
    },
    Example {
        title: "A comment, a comparison, and words that hold such a word",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- all.yaml --
# CHANGEME
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
  zero: "00000000-0000-0000-0000-000000000000"
  run.sh: |
    # CHANGEME: see the TODO list
    if [ "$TOKEN" = CHANGEME ]; then exit 1; fi
    notify exchangements
"#,
    },
    Example {
        title: "Nothing says what the environment is for",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {password: CHANGEME}
"#,
    },
];

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[track_caller]
    fn check(text: &str, want: Option<&str>) {
        assert_eq!(placeholder(text), want, "{text}");
    }

    #[test]
    fn what_asks_to_be_replaced() {
        check("CHANGEME", Some("CHANGEME"));
        check("https://change-me.example.com/x", Some("change-me"));
        check("password=REPLACE_ME;", Some("REPLACE_ME"));
        check("https://<your-domain>/x", Some("<your-domain>"));
        check("YOUR_TOKEN_HERE", Some("YOUR_TOKEN_HERE"));
        check("TODO", Some("TODO"));
        check("quay.io/acme/web:v0.0.0-commit.0000000", Some("0000000"));
        check("web:sha-00000000", Some("00000000"));
        check(&"0".repeat(40), Some("0".repeat(40).as_str()));
    }

    #[test]
    fn what_only_looks_like_it() {
        check("exchangement", None);
        check("see the TODO list", None);
        check("<no value>", None);
        check("your-team", None);
        check("v1.0.0-commit.g0000001", None);
        check("00000000-0000-0000-0000-000000000000", None);
        check("10000000", None);
        check("#0000000", None);
        check(
            "[ \"$sha\" = 0000000000000000000000000000000000000000 ] || x\n",
            None,
        );
        check("set -e\n# CHANGEME\nrun\n", None);
    }
}
