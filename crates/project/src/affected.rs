//! `affected`: the Applications that a change of the repository reaches.

use evenkeel_diff as diff;
use evenkeel_diff::{Presence, Tokens};
use evenkeel_gitops::{App, Environment};

/// An environment with Applications that are not what they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedEnv {
    /// Its name.
    pub name: String,
    /// Which sides have it.
    pub presence: Presence,
    /// Its Applications that are not what they were.
    pub apps: Vec<AffectedApp>,
}

/// An Application that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedApp {
    /// Its name, as the environment says it.
    pub name: String,
    /// Which sides have it.
    pub presence: Presence,
    /// How many of its objects are new.
    pub added: usize,
    /// How many are gone.
    pub removed: usize,
    /// How many are others than they were.
    pub changed: usize,
    /// Why its objects are not known on one of the sides, or on both.
    pub unknown: Vec<String>,
}

/// Compares two renders of a repository, an older and a newer one: the environments and Applications whose
/// objects differ. Comments, order and layout of manifests do not count, for a cluster does not see them. An
/// Application that failed to render before is affected; one with sources that cannot be looked into is if
/// the Application itself differs.
pub fn affected(before: &[Environment], after: &[Environment]) -> Vec<AffectedEnv> {
    let find = |all: &'_ [Environment], name: &str| all.iter().position(|env| env.name == name);
    let mut affected: Vec<AffectedEnv> = after
        .iter()
        .map(|new| match find(before, &new.name) {
            Some(old) => AffectedEnv {
                name: new.name.clone(),
                presence: Presence::Both,
                apps: apps(&before[old], new),
            },
            None => whole(new, Presence::After),
        })
        .collect();
    let gone = before.iter().filter(|old| find(after, &old.name).is_none());
    affected.extend(gone.map(|old| whole(old, Presence::Before)));
    affected.retain(|env| env.presence != Presence::Both || !env.apps.is_empty());
    affected
}

fn whole(environment: &Environment, presence: Presence) -> AffectedEnv {
    let apps = environment.apps.iter().map(|app| AffectedApp {
        name: app.name.clone(),
        presence,
        added: if presence == Presence::After {
            app.objects.len()
        } else {
            0
        },
        removed: if presence == Presence::Before {
            app.objects.len()
        } else {
            0
        },
        changed: 0,
        unknown: Vec::new(),
    });
    AffectedEnv {
        name: environment.name.clone(),
        presence,
        apps: apps.collect(),
    }
}

fn apps(before: &Environment, after: &Environment) -> Vec<AffectedApp> {
    let own_name = |app: &App| app.name.clone();
    let objects = |environment| diff::apps_of(environment, own_name);
    let diffs = diff::compare(&objects(before), &objects(after), &Tokens::default());
    let mut affected: Vec<AffectedApp> = diffs.into_iter().map(of_diff).collect();
    for new in &after.apps {
        let Some(old) = before.apps.iter().find(|old| old.name == new.name) else {
            continue;
        };
        let unknown = unknown(old, new);
        if unknown.is_empty() {
            continue;
        }
        match affected.iter_mut().find(|app| app.name == new.name) {
            Some(app) => app.unknown = unknown,
            None => affected.push(AffectedApp {
                name: new.name.clone(),
                presence: Presence::Both,
                added: 0,
                removed: 0,
                changed: 0,
                unknown,
            }),
        }
    }
    affected
}

fn of_diff(app: diff::AppDiff) -> AffectedApp {
    let alone = |presence| {
        if app.presence == presence {
            app.objects_alone
        } else {
            0
        }
    };
    // A cluster knows nothing of renames: one object goes and another comes.
    let is_renamed = |object: &diff::ObjectDiff| object.renamed.is_some();
    let count = |presence| {
        let objects = app.objects.iter();
        objects
            .filter(|object| object.presence == presence || is_renamed(object))
            .count()
    };
    let changed = app
        .objects
        .iter()
        .filter(|object| object.presence == Presence::Both && !is_renamed(object));
    AffectedApp {
        added: alone(Presence::After) + count(Presence::After),
        removed: alone(Presence::Before) + count(Presence::Before),
        changed: changed.count(),
        presence: app.presence,
        name: app.name,
        unknown: Vec::new(),
    }
}

/// Why the objects of an Application may differ although none that is known does.
fn unknown(old: &App, new: &App) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(diagnostic) = old.diagnostics.first() {
        reasons.push(format!("it failed to render: {}", diagnostic.message));
    }
    if old.data() != new.data() {
        reasons.extend(new.opaque_reasons());
    }
    reasons
}
