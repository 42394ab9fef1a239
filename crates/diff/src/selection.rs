//! The differences that somebody asks for: `--path` and `--ignore`.

use evenkeel_manifest::Identity;

use crate::change::{AppDiff, Change, ObjectDiff, Presence};
use crate::pattern::Pattern;

/// Which differences are looked at.
#[derive(Debug, Default)]
pub struct Selection {
    /// Only these; all if there are none.
    only: Vec<Pattern>,
    /// None of these.
    ignored: Vec<Pattern>,
}

impl Selection {
    /// Reads the patterns, each `Kind/name` or `Kind/name:field` as in `expect` of `evenkeel.yaml`.
    ///
    /// # Errors
    /// A sentence that names the pattern that cannot be read.
    pub fn new(only: &[String], ignored: &[String]) -> Result<Selection, String> {
        let parse = |flag: &str, patterns: &[String]| {
            let patterns = patterns.iter().map(|text| {
                Pattern::parse(text).map_err(|reason| {
                    format!("`{flag} {text}` cannot be read: {reason}; write `Kind/name` or `Kind/name:spec.field`")
                })
            });
            patterns.collect::<Result<Vec<_>, String>>()
        };
        Ok(Selection {
            only: parse("--path", only)?,
            ignored: parse("--ignore", ignored)?,
        })
    }

    /// Leaves what is asked for. Applications of one side are looked at as a whole, and so stay unless only some
    /// paths are asked for.
    pub fn apply(&self, apps: &mut Vec<AppDiff>) {
        apps.retain_mut(|app| {
            if app.presence != Presence::Both {
                return self.only.is_empty();
            }
            for object in &mut app.objects {
                let ObjectDiff {
                    identity,
                    renamed,
                    changes,
                    ..
                } = object;
                let names = [Some(&*identity), renamed.as_ref()];
                changes.retain(|change| self.shows(names, change));
            }
            app.objects.retain(|object| !object.changes.is_empty());
            !app.objects.is_empty()
        });
    }

    fn shows(&self, names: [Option<&Identity>; 2], change: &Change) -> bool {
        let is_for =
            |pattern: &&Pattern| names.into_iter().flatten().any(|name| pattern.is_for(name));
        let mut only = self.only.iter().filter(is_for);
        let mut ignored = self.ignored.iter().filter(is_for);
        let is_wanted =
            self.only.is_empty() || only.any(|pattern| pattern.meets(&change.path, change.place()));
        is_wanted && !ignored.any(|pattern| pattern.covers(&change.path, change.place()))
    }
}
