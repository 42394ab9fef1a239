//! Changes that follow from others.

use evenkeel_manifest::{FieldPath, Identity, Step};
use evenkeel_value::Data;
use rustc_hash::FxHashSet;

use crate::change::{App, AppDiff, Change, ChangeKind, Class, ObjectDiff, Presence, Sides};

/// Lengths of digests in hexadecimal: MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512.
const DIGESTS: &[usize] = &[32, 40, 56, 64, 96, 128];

/// Finds the objects of Applications that one side has only, and checksums of what differs. `names` are those of the
/// environments, which the names of Applications may end with.
pub(super) fn apply(apps: &mut [AppDiff], names: &Sides<String>) {
    let alone = apps.iter().filter(|app| app.presence != Presence::Both);
    let alone: FxHashSet<(String, bool)> = alone
        .map(|app| (app.name.clone(), app.presence == Presence::Before))
        .collect();
    for app in apps {
        for object in &mut app.objects {
            if let Some(name) = child(object, &alone, names) {
                set(object, &name);
            }
        }
        checksums(app);
    }
}

fn set(object: &mut ObjectDiff, name: &str) {
    for change in &mut object.changes {
        change.class = Class::Implied {
            of: format!("Application {name}"),
        };
    }
}

/// The Application that an object of one side declares, where it is compared as such.
fn child(
    object: &ObjectDiff,
    alone: &FxHashSet<(String, bool)>,
    names: &Sides<String>,
) -> Option<String> {
    let id = &object.identity;
    let is_before = object.presence == Presence::Before;
    if object.presence == Presence::Both || !is_application(id) {
        return None;
    }
    let name = match is_before {
        true => App::base_name(&id.name, &names.before),
        false => App::base_name(&id.name, &names.after),
    };
    let found = [name, id.name.as_str()].into_iter();
    let mut found = found.filter(|name| alone.contains(&((*name).to_owned(), is_before)));
    found.next().map(str::to_owned)
}

pub(crate) fn is_application(id: &Identity) -> bool {
    id.group == "argoproj.io" && id.kind == "Application"
}

fn checksums(app: &mut AppDiff) {
    let source = app
        .objects
        .iter()
        .filter(|object| object.changes.iter().any(|change| !is_checksum(change)))
        .min_by_key(|object| !holds_configuration(&object.identity))
        .map(|object| {
            let id = object.renamed.as_ref().unwrap_or(&object.identity);
            format!("{}/{}", id.kind, id.name)
        });
    let Some(source) = source else { return };
    for object in &mut app.objects {
        let changes = object.changes.iter_mut();
        for change in changes.filter(|change| is_checksum(change)) {
            change.class = Class::Implied { of: source.clone() };
        }
    }
}

fn holds_configuration(id: &Identity) -> bool {
    id.group.is_empty() && (id.kind == "ConfigMap" || id.kind == "Secret")
}

/// Whether a change is that of an annotation which holds a digest.
pub(crate) fn is_checksum(change: &Change) -> bool {
    let Some(key) = annotation(&change.path) else {
        return false;
    };
    let sides = [&change.before, &change.after];
    let digests = || {
        let sides = sides.into_iter().flatten();
        sides
            .map(Data::as_str)
            .all(|text| text.is_some_and(is_digest))
    };
    let is_named = || {
        let key = key.to_ascii_lowercase();
        key.starts_with("checksum") || key.contains("/checksum") || key.ends_with("hash")
    };
    match change.kind {
        ChangeKind::Changed => digests() || is_named() && !sides.contains(&&None),
        // That it comes or goes is a decision.
        ChangeKind::Added | ChangeKind::Removed | ChangeKind::Moved => false,
    }
}

/// The key of an annotation.
fn annotation(path: &FieldPath) -> Option<&str> {
    let [.., Step::Key(parent), Step::Key(key)] = path.0.as_slice() else {
        return None;
    };
    (parent == "annotations").then_some(key)
}

fn is_digest(text: &str) -> bool {
    let text = text.strip_prefix("sha256:").unwrap_or(text);
    DIGESTS.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}
