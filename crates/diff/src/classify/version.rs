//! Versions of what runs.

use evenkeel_manifest::{Identity, Step};
use evenkeel_value::Data;

use super::security::words;
use crate::change::{Change, ChangeKind};

/// Labels that say which version of a chart or program an object belongs to.
const LABELS: &[&str] = &[
    "helm.sh/chart",
    "app.kubernetes.io/version",
    "chart",
    "version",
    "app.openshift.io/version",
];

/// Words at the end of a key whose value is a version.
const KEYS: &[&str] = &["version", "tag", "revision"];

/// Whether a change is that of a version, and of nothing else.
pub(super) fn is_version(identity: &Identity, change: &Change) -> bool {
    if change.kind != ChangeKind::Changed {
        return false;
    }
    let (Some(before), Some(after)) = (text(&change.before), text(&change.after)) else {
        return false;
    };
    let Some(key) = last_key(&change.path.0) else {
        return false;
    };
    if is_label(change) {
        return LABELS.contains(&key);
    }
    if key == "image" && before.len() + after.len() < 1024 {
        return repository(before) == repository(after);
    }
    let is_revision = identity.group == "argoproj.io" && key == "targetRevision";
    let is_named = key != "apiVersion" && words(key).last().is_some_and(|w| KEYS.contains(&&**w));
    if is_revision || is_named && looks_like_one(before) && looks_like_one(after) {
        return true;
    }
    differ_in_versions(before, after)
}

/// Whether a change is that of a label which says a version.
pub(crate) fn is_label(change: &Change) -> bool {
    let [.., Step::Key(parent), Step::Key(_)] = change.path.0.as_slice() else {
        return false;
    };
    parent == "labels" || parent == "matchLabels"
}

fn text(data: &Option<Data>) -> Option<&str> {
    data.as_ref().and_then(Data::as_str)
}

/// What a field is called: an environment variable by its name.
pub(super) fn last_key(path: &[Step]) -> Option<&str> {
    match path {
        [.., Step::Key(list), Step::Named(name), Step::Key(value)]
            if list == "env" && value == "value" =>
        {
            Some(name)
        }
        [.., Step::Key(key) | Step::Named(key)] => Some(key),
        [.., Step::Key(key), Step::Index(_)] => Some(key),
        _ => None,
    }
}

/// An image without its tag and digest.
pub(super) fn repository(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(name, _)| name);
    // A colon before a slash is that of a port.
    match image.rfind(':') {
        Some(at) if !image[at..].contains('/') => &image[..at],
        _ => image,
    }
}

fn looks_like_one(text: &str) -> bool {
    let safe = |b: u8| b.is_ascii_alphanumeric() || b"._-+".contains(&b);
    text.len() <= 80 && text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().all(safe)
}

/// Whether two lines differ in one version that stands behind a colon, as the tag of an image in an argument.
fn differ_in_versions(before: &str, after: &str) -> bool {
    if before.contains('\n') || after.contains('\n') {
        return false;
    }
    let split = |text: &str, at: usize| -> Option<(usize, usize)> {
        let is_part = |b: &u8| b.is_ascii_alphanumeric() || b"._-+".contains(b);
        let bytes = text.as_bytes();
        let start = bytes.get(..at)?.iter().rposition(|b| !is_part(b))? + 1;
        let end = bytes[start..].iter().position(|b| !is_part(b));
        Some((start, end.map_or(bytes.len(), |end| start + end)))
    };
    let common = before.bytes().zip(after.bytes());
    let common = common.take_while(|(a, b)| a == b).count();
    let (Some(old), Some(new)) = (split(before, common), split(after, common)) else {
        return false;
    };
    let is_version = |text: &str| {
        let digits = text.strip_prefix('v').unwrap_or(text);
        digits.starts_with(|c: char| c.is_ascii_digit()) && digits.contains('.')
    };
    let (Some(a), Some(b)) = (before.get(old.0..old.1), after.get(new.0..new.1)) else {
        return false;
    };
    old.0 == new.0
        && before.as_bytes()[old.0 - 1] == b':'
        && is_version(a)
        && is_version(b)
        && before.get(old.1..) == after.get(new.1..)
}

#[cfg(test)]
mod tests {
    use evenkeel_manifest::FieldPath;

    use super::*;
    use crate::change::{Class, Sides};

    #[track_caller]
    fn check(path: &str, before: &str, after: &str, want: bool) {
        let change = Change {
            path: FieldPath::parse(path).expect("a path"),
            indexed: Sides::default(),
            kind: ChangeKind::Changed,
            before: Some(Data::str(before)),
            after: Some(Data::str(after)),
            class: Class::Unexplained,
            hazard: None,
        };
        let got = is_version(&Identity::default(), &change);
        assert_eq!(got, want, "{path}: {before} and {after}");
    }

    #[test]
    fn a_tag_is_a_version_and_a_repository_is_none() {
        let image = "spec.containers[web].image";
        check(
            image,
            "example.net:80/web:1.0",
            "example.net:80/web:1.1",
            true,
        );
        check(image, "example.net:80/web", "example.net:80/web:1.1", true);
        check(image, "web:1.0", "web@sha256:00", true);
        check(image, "example.net/web:1.0", "example.org/web:1.0", false);
    }

    #[test]
    fn labels_and_fields_may_be_versions() {
        let chart = "metadata.labels[\"helm.sh/chart\"]";
        check(chart, "web-1.0", "web-1.1", true);
        check("metadata.labels.team", "a1", "a2", false);
        check("spec.image.tag", "1.0", "1.1", true);
        check("apiVersion", "v1", "v2", false);
        check(
            "spec.containers[web].env[APP_VERSION].value",
            "1",
            "2",
            true,
        );
        check("spec.tlsVersion", "old", "new", false);
    }

    #[test]
    fn the_tag_of_an_image_in_an_argument_is_a_version() {
        let args = "spec.containers[web].args[0]";
        check(
            args,
            "--image=example.net/a:v1.0",
            "--image=example.net/a:v1.2",
            true,
        );
        check(
            args,
            "--image=example.net/a:v1.0",
            "--image=example.net/b:v1.0",
            false,
        );
        check(args, "--level=1.0", "--level=2.0", false);
    }
}
