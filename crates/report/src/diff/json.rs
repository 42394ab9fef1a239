//! Differences as JSON; `schemas/diff.schema.json` describes it.

use evenkeel_diff::{
    AppDiff, Cause, CauseKind, Change, ChangeIndex, ChangeKind, Class, Comparison, Counts,
    HazardKind, Hop, Missing, ObjectDiff, Place, Presence, Said,
};
use serde_json::{Value, json as object};

use super::Compared;
use crate::data::data;

/// The version of the format. Additions do not change it.
const VERSION: u32 = 1;

/// Everything, explained or not.
pub fn json(compared: &Compared<'_>) -> Value {
    let differences = compared.differences;
    let comparisons = differences.comparisons.iter();
    let apps = differences.comparisons.iter().flat_map(|one| &one.apps);
    let unused = differences.unused.iter().map(|unused| {
        object!({ "app": unused.app, "path": unused.path, "at": compared.locate(unused.span) })
    });
    object!({
        "version": VERSION,
        "counts": counts(Counts::of(apps)),
        "comparisons": comparisons.map(|one| comparison(one, compared)).collect::<Vec<_>>(),
        "causes": differences.causes.iter().map(|one| cause(one, compared)).collect::<Vec<_>>(),
        "missing": differences.missing.iter().map(missing).collect::<Vec<_>>(),
        "unusedExpectations": unused.collect::<Vec<_>>(),
    })
}

fn counts(counts: Counts) -> Value {
    object!({
        "identity": counts.identity,
        "implied": counts.implied,
        "security": counts.security,
        "expected": counts.expected,
        "version": counts.version,
        "unexplained": counts.unexplained,
        "open": counts.open,
    })
}

fn comparison(comparison: &Comparison, compared: &Compared<'_>) -> Value {
    object!({
        "env": comparison.env,
        "before": comparison.names.before,
        "after": comparison.names.after,
        "apps": comparison.apps.iter().map(|diff| app(diff, compared)).collect::<Vec<_>>(),
    })
}

fn app(app: &AppDiff, compared: &Compared<'_>) -> Value {
    let objects = app.objects.iter().map(|diff| object(diff, compared));
    let mut value = object!({
        "name": app.name,
        "presence": presence(app.presence),
        "objects": objects.collect::<Vec<_>>(),
    });
    if app.presence != Presence::Both {
        value["objectCount"] = app.objects_alone.into();
        add_class(&mut value, &app.class, compared);
    }
    value
}

fn object(object: &ObjectDiff, compared: &Compared<'_>) -> Value {
    let changes = object.changes.iter().map(|diff| change(diff, compared));
    let identity = &object.identity;
    let mut value = object!({
        "group": identity.group,
        "kind": identity.kind,
        "namespace": identity.namespace,
        "name": identity.name,
        "presence": presence(object.presence),
        "changes": changes.collect::<Vec<_>>(),
    });
    if let Some(renamed) = &object.renamed {
        value["after"] = object!({ "namespace": renamed.namespace, "name": renamed.name });
    }
    value
}

fn change(change: &Change, compared: &Compared<'_>) -> Value {
    let kind = match change.kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
        ChangeKind::Moved => "moved",
    };
    let mut value = object!({ "path": change.path.to_string(), "kind": kind });
    if let Some(before) = &change.before {
        value["before"] = data(before);
    }
    if let Some(after) = &change.after {
        value["after"] = data(after);
    }
    add_class(&mut value, &change.class, compared);
    if let Some(hazard) = &change.hazard {
        let kind = match hazard.kind {
            HazardKind::Immutable => "immutable",
            HazardKind::RemovedApi => "removedApi",
            HazardKind::DataLoss => "dataLoss",
        };
        value["hazard"] = object!({ "kind": kind, "advice": hazard.advice });
    }
    value
}

fn add_class(value: &mut Value, class: &Class, compared: &Compared<'_>) {
    value["class"] = class.name().into();
    match class {
        Class::Implied { of } => value["of"] = of.as_str().into(),
        Class::Security { risk, .. } => value["risk"] = risk.name().into(),
        _ => {}
    }
    if let Some(reason) = class.reason() {
        value["reason"] = reason.text.as_str().into();
        value["owner"] = reason.owner.as_deref().into();
        value["review"] = reason.review.map(|date| date.to_string()).into();
        value["at"] = compared.locate(reason.span).into();
    }
}

fn cause(cause: &Cause, compared: &Compared<'_>) -> Value {
    let kind = match cause.kind {
        CauseKind::Fact => "fact",
        CauseKind::Value => "value",
        CauseKind::Template => "template",
        CauseKind::Condition => "condition",
        CauseKind::Chart => "chart",
        CauseKind::File => "file",
        CauseKind::Application => "application",
        CauseKind::Unknown => "unknown",
    };
    let mut value = object!({
        "kind": kind,
        "name": cause.name,
        "before": cause.sides.before.as_ref().map(said),
        "after": cause.sides.after.as_ref().map(said),
        "hops": cause.hops.iter().map(hop).collect::<Vec<_>>(),
        "effects": cause.effects.iter().map(index).collect::<Vec<_>>(),
        "follow": cause.follow.iter().map(index).collect::<Vec<_>>(),
    });
    add_class(&mut value, &cause.class, compared);
    value
}

fn said(said: &Said) -> Value {
    object!({ "text": said.text, "place": said.place.as_ref().map(place) })
}

fn hop(hop: &Hop) -> Value {
    object!({ "what": hop.what, "name": hop.name, "place": hop.place.as_ref().map(place) })
}

fn place(place: &Place) -> Value {
    object!({ "file": place.file, "line": place.line, "column": place.column })
}

/// Indexes into `comparisons`, its `apps`, their `objects` and their `changes`; the last two only where the
/// Application has both sides.
fn index(index: &ChangeIndex) -> Value {
    match index.change {
        None => object!([index.comparison, index.app]),
        Some((object, change)) => object!([index.comparison, index.app, object, change]),
    }
}

fn missing(missing: &Missing) -> Value {
    object!({
        "app": missing.app,
        "group": missing.object.group,
        "kind": missing.object.kind,
        "namespace": missing.object.namespace,
        "name": missing.object.name,
        "path": missing.path,
        "value": missing.text,
        "message": missing.message,
        "place": missing.place.as_ref().map(place),
    })
}

/// What JSON calls a side.
pub fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Both => "both",
        Presence::Before => "before",
        Presence::After => "after",
    }
}
