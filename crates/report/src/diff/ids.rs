//! Names for differences that links can hold on to.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use evenkeel_diff::{ChangeIndex, Differences};
use sha2::{Digest, Sha256};

use super::effect::{Effect, effects};

/// The name of each difference: the same in the next run, also where others came or went.
pub(super) struct Ids(HashMap<ChangeIndex, String>);

impl Ids {
    /// Names all differences.
    pub(super) fn of(differences: &Differences) -> Ids {
        let mut taken = HashSet::new();
        let mut ids = HashMap::new();
        for effect in effects(differences) {
            let id = id(&effect);
            let mut unique = id.clone();
            // Only manifests that hold an object twice have two of one name.
            let mut count = 1;
            while !taken.insert(unique.clone()) {
                count += 1;
                unique = format!("{id}-{count}");
            }
            ids.insert(effect.index, unique);
        }
        Ids(ids)
    }

    /// The name of a difference; empty if there is none.
    pub(super) fn get(&self, index: ChangeIndex) -> &str {
        self.0.get(&index).map_or("", String::as_str)
    }
}

fn id(effect: &Effect<'_>) -> String {
    let env = effect.comparison.env.as_deref().unwrap_or_default();
    let mut parts = vec![env.to_owned(), effect.app.name.clone()];
    if let Some((object, change)) = effect.field {
        let id = &object.identity;
        let path = change.path.to_string();
        parts.extend([&id.group, &id.kind, &id.namespace, &id.name, &path].map(String::clone));
    }
    let digest = Sha256::digest(parts.join("\0"));
    digest[..5]
        .iter()
        .fold("change-".to_owned(), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
