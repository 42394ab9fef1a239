//! Which class a change is of, as far as the objects themselves tell.
//!
//! Classes are tried in one order: identity, implied, security, expected, version. What `evenkeel.yaml` expects is added
//! between the last two by [`Policy`](crate::Policy), so there are two steps here.

mod implied;
mod security;
mod version;

pub(crate) use implied::{is_application, is_checksum};
pub(crate) use version::is_label;

use evenkeel_value::Data;

use crate::change::{App, AppDiff, Class, Object, ObjectDiff, ObjectIndex, Risk, Sides};
use crate::facts::Facts;

/// The data of an object on both sides, where they have it.
pub(crate) type Objects<'a> = Sides<Option<&'a Data>>;

/// Finds the changes that follow from declared facts or from other changes, and those that matter for security.
/// `sides` are what was compared.
pub fn classify(apps: &mut [AppDiff], facts: &Facts, sides: Sides<&[App]>) {
    implied::apply(apps, facts.names());
    for object in apps.iter_mut().flat_map(|app| &mut app.objects) {
        let data = objects_of(object, sides);
        let identity = object.identity.clone();
        for change in &mut object.changes {
            if change.class != Class::Unexplained {
                continue;
            }
            if facts.account_for(change) {
                change.class = Class::Identity;
            } else if let Some(risk) = risk(&identity, change, data) {
                change.class = Class::Security { risk, reason: None };
            }
        }
    }
}

/// Finds the changes of versions among those that nothing explains yet.
pub fn classify_versions(apps: &mut [AppDiff]) {
    for object in apps.iter_mut().flat_map(|app| &mut app.objects) {
        for change in &mut object.changes {
            if change.class == Class::Unexplained && version::is_version(&object.identity, change) {
                change.class = Class::Version;
            }
        }
    }
}

fn risk(
    identity: &evenkeel_manifest::Identity,
    change: &crate::change::Change,
    data: Objects<'_>,
) -> Option<Risk> {
    // The version of an image is no other image.
    if version::is_version(identity, change) {
        return None;
    }
    security::risk(identity, change, data)
}

/// An object of both sides.
pub(crate) fn objects_of<'a>(object: &ObjectDiff, sides: Sides<&'a [App]>) -> Objects<'a> {
    let find = |apps: &'a [App], index: Option<ObjectIndex>| {
        find_object(apps, index?).map(|object| &object.data)
    };
    Sides {
        before: find(sides.before, object.index.before),
        after: find(sides.after, object.index.after),
    }
}

/// The object of an index. It is most often where the index says.
fn find_object(apps: &[App], index: ObjectIndex) -> Option<&Object> {
    let direct = apps
        .get(index.app)
        .and_then(|app| app.objects.get(index.object));
    let is_it = |object: &&Object| object.index == index;
    direct
        .filter(is_it)
        .or_else(|| apps.iter().flat_map(|app| &app.objects).find(is_it))
}
