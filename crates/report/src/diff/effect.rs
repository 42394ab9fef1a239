//! Differences that causes point to, and their names.

use evenkeel_diff::{
    AppDiff, Change, ChangeIndex, Class, Comparison, Differences, Hazard, ObjectDiff, Presence,
};

/// A difference with everything that it lies in.
#[derive(Clone, Copy)]
pub(super) struct Effect<'a> {
    pub(super) index: ChangeIndex,
    pub(super) comparison: &'a Comparison,
    pub(super) app: &'a AppDiff,
    /// The object and its change; `None` where the Application is what one side has only.
    pub(super) field: Option<(&'a ObjectDiff, &'a Change)>,
}

/// The difference that an index points to; `None` if it points to none.
pub(super) fn effect(differences: &Differences, index: ChangeIndex) -> Option<Effect<'_>> {
    let comparison = differences.comparisons.get(index.comparison)?;
    let app = comparison.apps.get(index.app)?;
    let field = match index.change {
        None => None,
        Some((object, change)) => {
            let object = app.objects.get(object)?;
            Some((object, object.changes.get(change)?))
        }
    };
    Some(Effect {
        index,
        comparison,
        app,
        field,
    })
}

/// All differences, in their order.
pub(super) fn effects(differences: &Differences) -> impl Iterator<Item = Effect<'_>> {
    let comparisons = differences.comparisons.iter().enumerate();
    let apps = comparisons.flat_map(|(i, comparison)| {
        let apps = comparison.apps.iter().enumerate();
        apps.map(move |(j, app)| (i, j, comparison, app))
    });
    apps.flat_map(|(i, j, comparison, app)| {
        let at = move |change, field| Effect {
            index: ChangeIndex {
                comparison: i,
                app: j,
                change,
            },
            comparison,
            app,
            field,
        };
        let alone = (app.presence != Presence::Both).then(|| at(None, None));
        let objects = app.objects.iter().enumerate();
        let changes = objects.flat_map(move |(k, object)| {
            let changes = object.changes.iter().enumerate();
            changes.map(move |(l, change)| at(Some((k, l)), Some((object, change))))
        });
        alone.into_iter().chain(changes)
    })
}

/// What may go wrong when it is applied: of an object whose fields, or which in several environments, have the same
/// trouble, the first, and how many more there are.
pub(super) fn hazards(differences: &Differences) -> Vec<(Effect<'_>, &Hazard, usize)> {
    let mut found: Vec<(Effect<'_>, &Hazard, usize)> = Vec::new();
    for effect in effects(differences) {
        let Some(hazard) = effect.hazard() else {
            continue;
        };
        let object = |effect: &Effect<'_>| {
            effect
                .field
                .map(|(object, _)| (object.identity.kind.clone(), object.identity.name.clone()))
        };
        let same = found
            .iter_mut()
            .find(|(first, known, _)| *known == hazard && object(first) == object(&effect));
        match same {
            Some((.., more)) => *more += 1,
            None => found.push((effect, hazard, 0)),
        }
    }
    found
}

impl<'a> Effect<'a> {
    pub(super) fn class(&self) -> &'a Class {
        self.field
            .map_or(&self.app.class, |(_, change)| &change.class)
    }

    pub(super) fn hazard(&self) -> Option<&'a Hazard> {
        self.field?.1.hazard.as_ref()
    }

    /// `sno: db › StatefulSet/db: spec.selector`.
    pub(super) fn name(&self) -> String {
        match self.field {
            None => self.owner(),
            Some((_, change)) if change.path.0.is_empty() => {
                format!("{}: {}", self.subject(), self.alone())
            }
            Some((_, change)) => format!("{}: {}", self.subject(), change.path),
        }
    }

    /// `sno: db › StatefulSet/db`.
    pub(super) fn subject(&self) -> String {
        let Some((object, _)) = self.field else {
            return self.owner();
        };
        match self.owner() {
            owner if owner.is_empty() => self::subject(object),
            owner if self.app.name.is_empty() => format!("{owner}: {}", self::subject(object)),
            owner => format!("{owner} › {}", self::subject(object)),
        }
    }

    /// The environment, if both sides are one, and the Application.
    fn owner(&self) -> String {
        match (&self.comparison.env, self.app.name.as_str()) {
            (None, app) => app.to_owned(),
            (Some(env), "") => env.clone(),
            (Some(env), app) => format!("{env}: {app}"),
        }
    }

    /// Which side has it, where one has it only.
    pub(super) fn alone(&self) -> String {
        let presence = match self.field {
            None => self.app.presence,
            Some((object, _)) => object.presence,
        };
        match presence {
            Presence::Both => "whole object".to_owned(),
            presence => format!("only in {}", side(self.comparison, presence)),
        }
    }
}

/// `Kind/name`, or `Kind/before → after`.
pub(super) fn subject(object: &ObjectDiff) -> String {
    let identity = &object.identity;
    let renamed = object.renamed.as_ref();
    match renamed.filter(|renamed| renamed.name != identity.name) {
        None => format!("{}/{}", identity.kind, identity.name),
        Some(renamed) => format!("{}/{} → {}", identity.kind, identity.name, renamed.name),
    }
}

/// What the side is called that has something alone.
pub(super) fn side(comparison: &Comparison, presence: Presence) -> &str {
    match presence {
        Presence::After => &comparison.names.after,
        Presence::Before | Presence::Both => &comparison.names.before,
    }
}

/// `sno: v1.2.0 → work tree`.
pub(super) fn title(comparison: &Comparison) -> String {
    let names = &comparison.names;
    match &comparison.env {
        None => format!("{} → {}", names.before, names.after),
        Some(env) => format!("{env}: {} → {}", names.before, names.after),
    }
}

/// All comparisons in a line: `v1.2.0 → work tree in local, prod`.
pub(super) fn titles(differences: &Differences) -> String {
    let all = &differences.comparisons;
    let envs: Vec<&str> = all.iter().filter_map(|one| one.env.as_deref()).collect();
    match all.first() {
        Some(first)
            if envs.len() == all.len() && all.iter().all(|one| one.names == first.names) =>
        {
            let names = &first.names;
            format!("{} → {} in {}", names.before, names.after, envs.join(", "))
        }
        _ => all.iter().map(title).collect::<Vec<_>>().join(", "),
    }
}
