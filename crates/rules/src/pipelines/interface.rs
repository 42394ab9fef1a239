//! What Pipelines, tasks and templates ask for and give.

use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

use crate::context::{Check, Subject};
use crate::fields::find;
use crate::{Finding, presence::listed};

/// A named part of an interface.
pub(super) struct Slot<'d> {
    pub(super) path: FieldPath,
    pub(super) name: &'d str,
    /// Whether it may be left out.
    pub(super) optional: bool,
}

/// What has to be given to a Pipeline, a task or a template.
pub(super) struct Interface<'d> {
    /// What it is, as a person says it.
    pub(super) title: String,
    pub(super) params: Vec<Slot<'d>>,
    pub(super) workspaces: Vec<Slot<'d>>,
    pub(super) results: Vec<Slot<'d>>,
}

impl<'d> Interface<'d> {
    /// The interface that a specification declares.
    pub(super) fn of(title: String, spec: &'d Data) -> Interface<'d> {
        Interface {
            title,
            params: slots(spec, "params[]"),
            workspaces: slots(spec, "workspaces[]"),
            results: slots(spec, "results[]"),
        }
    }
}

/// The named items of a list.
pub(super) fn slots<'d>(data: &'d Data, field: &str) -> Vec<Slot<'d>> {
    let items = find(data, field).into_iter();
    let named = items.filter_map(|(path, item)| {
        let is_optional = matches!(item.get("optional"), Some(Data::Bool(true)));
        Some(Slot {
            path,
            name: item.get("name")?.as_str()?,
            optional: item.get("default").is_some() || is_optional,
        })
    });
    named.collect()
}

/// The names of slots.
pub(super) fn names<'s>(slots: &'s [Slot<'_>]) -> impl Iterator<Item = &'s str> + Clone {
    slots.iter().map(|slot| slot.name)
}

/// The slot that was probably meant by what is given and nobody asked for.
pub(super) fn meant<'s>(asked: &'s [Slot<'_>], given: &[Slot<'_>], name: &str) -> Option<&'s str> {
    let open = names(asked).filter(|name| !names(given).any(|known| known == *name));
    closest(name, open)
}

/// What has to be given and is not, even under a similar name.
pub(super) fn missing<'s, 'd>(
    asked: &'s [Slot<'d>],
    given: &'s [Slot<'_>],
) -> impl Iterator<Item = &'s Slot<'d>> {
    asked.iter().filter(|slot| {
        let similar = |other: &str| meant(asked, given, other) == Some(slot.name);
        let unasked = names(given).filter(|name| !names(asked).any(|known| known == *name));
        !slot.optional
            && !names(given).any(|name| name == slot.name)
            && !unasked.into_iter().any(similar)
    })
}

/// Compares what is asked for with what is given: what is missing is an error at `at`, what nobody asked for a
/// warning at itself, or an error where it was meant for what is missing.
pub(super) fn compare(
    subject: &Subject<'_>,
    at: &FieldPath,
    what: &str,
    title: &str,
    asked: &[Slot<'_>],
    given: &[Slot<'_>],
    check: &mut Check<'_>,
) {
    for slot in missing(asked, given) {
        let message = format!("{title} gets no {what} {}", slot.name);
        check.report(Finding::new(subject, at.clone(), message).hint(format!(
            "give it, or declare a default; given are: {}",
            listed(names(given))
        )));
    }
    for slot in given {
        if names(asked).any(|name| name == slot.name) {
            continue;
        }
        let mut path = at.clone();
        path.0.extend(slot.path.0.iter().cloned());
        let message = format!("{title} has no {what} {}", slot.name);
        let mut finding = Finding::new(subject, path, message)
            .evidence(slot.name)
            .meant(meant(asked, given, slot.name));
        let mut needed = asked.iter().filter(|slot| !slot.optional);
        let is_slip = needed.any(|slot| finding.suggestion.as_deref() == Some(slot.name));
        finding.own_severity = (!is_slip).then_some(Severity::Warning);
        check.report(finding);
    }
}
