//! Keys in the files of a repository, by what they look like.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use evenkeel_diagnostics::{SourceKind, Span};
use regex::bytes::{Regex, RegexBuilder};

use super::TESTS;
use super::secret_data::is_private_key;
use crate::Finding;
use crate::context::Survey;

/// What a key is, and what it looks like, as its issuer documents it: a beginning that nothing else has.
const FORMS: &[(&str, &str)] = &[
    ("an access key of AWS", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    ("a key of Google's APIs", r"\bAIza[A-Za-z0-9_-]{35}\b"),
    (
        "a token of GitHub",
        r"\b(?:gh[oprsu]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b",
    ),
    ("a token of GitLab", r"\bglpat-[A-Za-z0-9_-]{20}"),
    (
        "a token of Slack",
        r"\bxox[abeprs]-[0-9]{8,}-[A-Za-z0-9-]{10,}",
    ),
    ("a token of npm", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("a token of Docker Hub", r"\bdckr_pat_[A-Za-z0-9_-]{27}"),
    ("a key of Stripe", r"\b[rs]k_live_[A-Za-z0-9]{24,}"),
    (
        "a key of SendGrid",
        r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b",
    ),
    ("a token of Vault", r"\bhv[bs]\.[A-Za-z0-9_-]{24,}"),
    ("a token of OpenShift", r"\bsha256~[A-Za-z0-9_-]{43}\b"),
    ("a key of age", r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"),
    (
        "a private key",
        r"-----BEGIN (?:[A-Z0-9]+ )?PRIVATE KEY-----",
    ),
];

/// All forms at once: most files have none.
static ANY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let forms: Vec<&str> = FORMS.iter().map(|(_, form)| *form).collect();
    regex(&forms.join("|"))
});

fn regex(form: &str) -> Option<Regex> {
    RegexBuilder::new(form).unicode(false).build().ok()
}

/// Files that are larger hold data of some kind.
const MAX_FILE: usize = 1 << 20;

/// A made-up key repeats itself; a true one of 16 characters has about 13 different ones.
const MIN_DIFFERENT: usize = 8;

/// Words of keys that stand for others.
const EXAMPLES: &[&str] = &["example", "xxxx", "12345678", "abcdefgh", "redacted"];

/// Reports the keys in the files of the repository, but for those of tests.
pub(super) fn check(survey: &mut Survey<'_>) {
    let tree = survey.tree;
    for path in tree.paths() {
        if path.split('/').any(|part| TESTS.contains(&part)) || is_chart_test(path) {
            continue;
        }
        let text = tree.read(path).filter(|text| text.len() <= MAX_FILE);
        let Some(text) = text else { continue };
        let keys = keys(&text);
        if keys.is_empty() {
            continue;
        }
        let shown = tree.shown(path);
        let content = Arc::clone(&text);
        let file = survey.sources.add(shown, content, SourceKind::File);
        for (what, range) in keys {
            // Files of a megabyte have offsets that fit.
            let place = Span::new(file, range.start as u32, range.end as u32);
            let finding = Finding::at(place, format!("{path} holds {what}"))
                .hint("replace it where it was issued: it is known to everybody who reads the repository")
                .yielding();
            survey.report(finding);
        }
    }
}

/// Whether a file holds values that charts are tried with: `ci/*-values.yaml` of chart-testing.
fn is_chart_test(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    name.ends_with("values.yaml") && parts.next() == Some("ci")
}

/// The keys in a text, and where they stand.
fn keys(text: &[u8]) -> Vec<(&'static str, Range<usize>)> {
    let Some(any) = &*ANY else {
        return Vec::new();
    };
    let found = any.find_iter(text).filter_map(|found| {
        let mut forms = FORMS.iter();
        let (what, _) = forms.find(|(_, form)| {
            regex(form).is_some_and(|form| form.find(found.as_bytes()).is_some())
        })?;
        let is_key = match *what == "a private key" {
            true => is_private_key(&String::from_utf8_lossy(&text[found.start()..])),
            false => is_true(found.as_bytes()),
        };
        is_key.then(|| (*what, found.range()))
    });
    found.collect()
}

/// Whether a key may be one, rather than an example of one.
fn is_true(key: &[u8]) -> bool {
    let text = String::from_utf8_lossy(key).to_ascii_lowercase();
    let body: Vec<u8> = key.iter().rev().take(16).copied().collect();
    let mut different = body.clone();
    different.sort_unstable();
    different.dedup();
    different.len() >= MIN_DIFFERENT && !EXAMPLES.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let found: Vec<&str> = keys(text.as_bytes()).iter().map(|key| key.0).collect();
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn every_form_compiles() {
        for (what, form) in FORMS {
            assert!(regex(form).is_some(), "{what}");
        }
    }

    // The keys are put together here, so that nobody takes this file for one that holds some.
    #[test]
    fn keys_are_known_by_their_forms() {
        check(
            &format!("export AWS=AKIA{}", "Q3EGRZ5XJ7T2NWYK"),
            &["an access key of AWS"],
        );
        let token = format!("ghp_{}", "8sJk2LmQ9xZ4vB7nC1tR6wY3aD5fG0hPeIuO");
        check(
            &format!("url: https://{token}@git.example.com"),
            &["a token of GitHub"],
        );
        check(
            &format!("a: {token}\nb: {token}"),
            &["a token of GitHub"; 2],
        );
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        let kind = "RSA PRIVATE KEY";
        check(
            &format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n"),
            &["a private key"],
        );
    }

    #[test]
    fn examples_and_parts_are_no_keys() {
        check("AKIAIOSFODNN7EXAMPLE", &[]);
        check("AKIAXXXXXXXXXXXXXXXX", &[]);
        check("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", &[]);
        check("-----BEGIN PRIVATE KEY-----\n{{ .Values.key }}\n", &[]);
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        check(
            &format!("-----BEGIN PRIVATE KEY-----\n{body}\n...\n-----END"),
            &[],
        );
        check("image: shop@sha256:0a1b", &[]);
    }
}
