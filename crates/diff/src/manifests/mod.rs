//! Manifests that belong to no Application: files and folders, as people have them on disk.

mod read;
mod split;

use std::any::Any;
use std::sync::Arc;

use evenkeel_diagnostics::{Diagnostic, FileId, Severity};
use evenkeel_manifest::Identity;
use evenkeel_renderer::side_by_side;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::compare::both;
use crate::{App, AppDiff, Class, ObjectDiff, Presence, Tokens, compare};
use read::Entry;

/// A file with manifests.
#[derive(Debug, Clone)]
pub struct ManifestFile {
    /// Its path within its folder; empty for a file that is a side by itself. Documents that name no object are paired
    /// by it.
    pub name: String,
    /// The file that diagnostics name.
    pub file: FileId,
    /// Its text: YAML, JSON or several of either.
    pub text: Arc<[u8]>,
}

/// What differs between two sets of manifests.
#[derive(Debug)]
pub struct ManifestDiff {
    /// One Application without a name, if anything differs.
    pub apps: Vec<AppDiff>,
    /// What cannot be read, which leaves nothing compared, and objects that come twice.
    pub diagnostics: Vec<Diagnostic>,
    /// What was read. Taking it apart takes longer than most comparisons: who ends anyway can forget it.
    pub spent: Box<dyn Any + Send>,
}

/// Compares two sets of manifests by object and field.
///
/// The items of `List` objects are objects, a document without a kind or a name is called by its file and place.
/// How documents are spread over files does not matter.
pub fn compare_manifests(before: &[ManifestFile], after: &[ManifestFile]) -> ManifestDiff {
    let read::Sides {
        entries,
        diagnostics,
    } = read::sides(before, after);
    let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
    if diagnostics.iter().any(is_error) {
        return ManifestDiff {
            apps: Vec::new(),
            diagnostics,
            spent: Box::new(()),
        };
    }
    let [old, new] = &entries;
    let tokens = Tokens::default();
    // Most have a partner of their name. One pair after the other is read and compared, and forgotten.
    let pairs = of_one_name(old, new);
    let diffs = side_by_side(&pairs, |(before, after)| {
        both(&before.object(), &after.object(), &tokens)
    });
    let taken: FxHashSet<*const Entry<'_>> = pairs
        .iter()
        .flat_map(|(before, after)| [*before, *after])
        .map(std::ptr::from_ref)
        .collect();
    let apps = [old, new].map(|entries| {
        let left = entries
            .iter()
            .filter(|entry| !taken.contains(&std::ptr::from_ref(*entry)));
        [App {
            name: String::new(),
            objects: side_by_side(&left.collect::<Vec<_>>(), |entry| entry.object()),
        }]
    });
    let rest = compare(&apps[0], &apps[1], &tokens);
    ManifestDiff {
        apps: merge(diffs, rest),
        diagnostics,
        spent: Box::new(apps),
    }
}

/// The objects that both sides have by a name that is no other object's.
fn of_one_name<'e, 'f>(
    before: &'e [Entry<'f>],
    after: &'e [Entry<'f>],
) -> Vec<(&'e Entry<'f>, &'e Entry<'f>)> {
    let by_name = |entries: &'e [Entry<'f>]| {
        let mut names: FxHashMap<&Identity, Option<&'e Entry<'f>>> = FxHashMap::default();
        for entry in entries {
            let once = names.entry(&entry.identity);
            once.and_modify(|one| *one = None).or_insert(Some(entry));
        }
        names
    };
    let (old, new) = (by_name(before), by_name(after));
    let partner = |entry: &'e Entry<'f>| {
        let before = (*old.get(&entry.identity)?)?;
        let after = (*new.get(&entry.identity)?)?;
        (before.is_whole() && after.is_whole()).then_some((before, after))
    };
    before.iter().filter_map(partner).collect()
}

/// Puts the objects that differ into the order of the side before, what only the side after has at the end.
fn merge(diffs: Vec<ObjectDiff>, mut rest: Vec<AppDiff>) -> Vec<AppDiff> {
    let mut objects: Vec<ObjectDiff> = diffs
        .into_iter()
        .filter(|object| !object.changes.is_empty())
        .collect();
    objects.extend(
        rest.iter_mut()
            .flat_map(|app| std::mem::take(&mut app.objects)),
    );
    objects.sort_by_key(|object| {
        let place = object.index.before.or(object.index.after);
        (
            object.index.before.is_none(),
            place.map(|place| (place.app, place.object)),
        )
    });
    if objects.is_empty() {
        return Vec::new();
    }
    vec![AppDiff {
        name: String::new(),
        presence: Presence::Both,
        class: Class::Unexplained,
        objects_alone: 0,
        objects,
    }]
}
