//! Manifests that belong to no Application: files and folders, as people have them on disk.

mod read;
mod split;

use std::any::Any;
use std::sync::Arc;

use evenkeel_diagnostics::{Diagnostic, FileId, Severity};

use crate::{App, AppDiff, Tokens, compare};

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
        objects,
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
    let apps = objects.map(|objects| {
        [App {
            name: String::new(),
            objects,
        }]
    });
    ManifestDiff {
        apps: compare(&apps[0], &apps[1], &Tokens::default()),
        diagnostics,
        spent: Box::new(apps),
    }
}
