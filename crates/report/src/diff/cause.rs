//! Causes in words.

use evenkeel_diff::{Cause, CauseKind, Class, Differences, Place, Presence, Reason, Sides};

use super::effect::{Effect, effect};
use super::values::compact;
use crate::describe::counted;

/// The classes in the order of reports: what wants attention first.
pub(super) const CLASSES: [&str; 6] = [
    "unexplained",
    "security",
    "expected",
    "version",
    "implied",
    "identity",
];

/// A cause with its number and what it changes.
pub(super) struct Shown<'a> {
    /// From 1; the same in all formats.
    pub(super) number: usize,
    pub(super) cause: &'a Cause,
    pub(super) effects: Vec<Effect<'a>>,
    pub(super) follow: Vec<Effect<'a>>,
}

/// All causes, in their order.
pub(super) fn shown(differences: &Differences) -> Vec<Shown<'_>> {
    let causes = differences.causes.iter().enumerate();
    let resolve = |indexes: &[_]| {
        let indexes = indexes.iter();
        indexes
            .filter_map(|index| effect(differences, *index))
            .collect()
    };
    causes
        .map(|(i, cause)| Shown {
            number: i + 1,
            cause,
            effects: resolve(&cause.effects),
            follow: resolve(&cause.follow),
        })
        .collect()
}

impl<'a> Shown<'a> {
    pub(super) fn class(&self) -> &'a Class {
        &self.cause.class
    }

    /// What it is called.
    pub(super) fn title(&self) -> String {
        let name = &self.cause.name;
        match self.cause.kind {
            CauseKind::Unknown => format!("unknown cause of {name}"),
            CauseKind::Template if !name.contains("template") => format!("template {name}"),
            CauseKind::File if !name.contains("file") => format!("file {name}"),
            _ => name.clone(),
        }
    }

    /// What both sides say: the cause itself, or the first effect of one that has no values.
    pub(super) fn values(&self) -> Sides<Option<String>> {
        let sides = &self.cause.sides;
        let says = |said: &Option<evenkeel_diff::Said>| {
            let text = said.as_ref().map(|said| said.text.clone());
            text.filter(|text| !text.is_empty())
        };
        let said = Sides {
            before: says(&sides.before),
            after: says(&sides.after),
        };
        if said.before.is_some() || said.after.is_some() {
            return said;
        }
        let change = self.effects.first().and_then(|effect| effect.field);
        change.map_or(said, |(_, change)| Sides {
            before: change.before.as_ref().map(compact),
            after: change.after.as_ref().map(compact),
        })
    }

    /// `only in local (6 objects)`, where the Application or the object is what one side has only.
    pub(super) fn alone(&self) -> Option<String> {
        let first = self.effects.first()?;
        match first.field {
            None => {
                let objects = counted(first.app.objects_alone, "object");
                let objects = objects.map_or_else(String::new, |count| format!(" ({count})"));
                Some(format!("{}{objects}", first.alone()))
            }
            Some((object, _)) if object.presence != Presence::Both => Some(first.alone()),
            Some(_) => None,
        }
    }

    /// The lines to look at, each once: that of the side before, then that of the side after.
    pub(super) fn places(&self) -> Vec<&'a Place> {
        let sides = [&self.cause.sides.before, &self.cause.sides.after];
        let mut places: Vec<&Place> = sides
            .into_iter()
            .filter_map(|said| said.as_ref()?.place.as_ref())
            .collect();
        places.dedup();
        places
    }

    /// `+4, 2 follow`: what there is besides the first effect.
    pub(super) fn count(&self) -> Option<String> {
        let more = self.cause.effects.len().saturating_sub(1);
        let effects = (more > 0).then(|| format!("+{more}"));
        let follow = match self.cause.follow.len() {
            0 => None,
            1 => Some("1 follows".to_owned()),
            count => Some(format!("{count} follow")),
        };
        let parts: Vec<String> = [effects, follow].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Why it is meant: reason, owner, review.
pub(super) fn reason(reason: &Reason) -> String {
    let review = reason.review.map(|date| format!("review {date}"));
    let owner = reason.owner.clone();
    let more: Vec<String> = owner.into_iter().chain(review).collect();
    match more.is_empty() {
        true => reason.text.clone(),
        false => format!("{} ({})", reason.text, more.join(", ")),
    }
}

/// `file:line`.
pub(super) fn at(place: &Place) -> String {
    format!("{}:{}", place.file, place.line)
}
