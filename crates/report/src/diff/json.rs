//! Differences as JSON; `schemas/diff.schema.json` describes it.

use evenkeel_diff::{
    AppDiff, Cause, CauseKind, Change, ChangeIndex, ChangeKind, Class, Comparison, Counts,
    HazardKind, Hop, Missing, ObjectDiff, Place, Presence, Said, Trace, Unused,
};
use serde_json::{Value, json as object};

use super::Compared;
use super::ids::Ids;
use crate::data::data;

/// The version of the format. Additions do not change it.
const VERSION: u32 = 1;

/// What the parts of the document need to know of the whole.
struct Document<'a> {
    compared: &'a Compared<'a>,
    ids: Ids,
}

/// Everything, explained or not.
pub fn json(compared: &Compared<'_>) -> Value {
    let differences = compared.differences;
    let document = Document {
        compared,
        ids: Ids::of(differences),
    };
    let comparisons = differences.comparisons.iter().enumerate();
    let causes = differences.causes.iter().enumerate();
    let apps = differences.comparisons.iter().flat_map(|one| &one.apps);
    let entry = |entry: &Unused| object!({ "app": entry.app, "path": entry.path, "at": compared.locate(entry.span) });
    let unused = differences.unused.iter().map(entry);
    let reopened = differences.reopened.iter().map(|reopened| {
        let mut value = entry(&reopened.entry);
        value["reason"] = reopened.reason.as_str().into();
        value["message"] = reopened.message.as_str().into();
        value
    });
    object!({
        "version": VERSION,
        "counts": counts(Counts::of(apps)),
        "comparisons": comparisons.map(|(i, one)| document.comparison(i, one)).collect::<Vec<_>>(),
        "causes": causes.map(|(i, one)| cause(i, one, compared)).collect::<Vec<_>>(),
        "missing": differences.missing.iter().map(missing).collect::<Vec<_>>(),
        "unusedExpectations": unused.collect::<Vec<_>>(),
        "reopenedExpectations": reopened.collect::<Vec<_>>(),
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

impl Document<'_> {
    fn comparison(&self, at: usize, comparison: &Comparison) -> Value {
        let apps = comparison.apps.iter().enumerate();
        object!({
            "env": comparison.env,
            "before": comparison.names.before,
            "after": comparison.names.after,
            "apps": apps.map(|(i, diff)| self.app(at, i, diff)).collect::<Vec<_>>(),
        })
    }

    fn app(&self, comparison: usize, at: usize, app: &AppDiff) -> Value {
        let index = |change| ChangeIndex {
            comparison,
            app: at,
            change,
        };
        let objects = app.objects.iter().enumerate();
        let objects = objects.map(|(i, diff)| {
            let changes = diff.changes.iter().enumerate();
            let changes = changes.map(|(j, diff)| self.change(index(Some((i, j))), diff));
            object(diff, changes.collect())
        });
        let mut value = object!({
            "name": app.name,
            "presence": presence(app.presence),
            "objects": objects.collect::<Vec<_>>(),
        });
        if app.presence != Presence::Both {
            value["id"] = self.ids.get(index(None)).into();
            value["objectCount"] = app.objects_alone.into();
            add_class(&mut value, &app.class, self.compared);
        }
        value
    }

    fn change(&self, index: ChangeIndex, change: &Change) -> Value {
        let mut value = object!({
            "id": self.ids.get(index),
            "path": change.path.to_string(),
            "kind": change_kind(change.kind),
        });
        if let Some(before) = &change.before {
            value["before"] = data(before);
        }
        if let Some(after) = &change.after {
            value["after"] = data(after);
        }
        add_class(&mut value, &change.class, self.compared);
        if let Some(hazard) = &change.hazard {
            value["hazard"] = object!({
                "kind": hazard_kind(hazard.kind),
                "advice": hazard.advice,
            });
        }
        if let Some(traces) = self.compared.differences.traces.get(&index) {
            value["trace"] = object!({
                "before": traces.before.as_ref().map(trace),
                "after": traces.after.as_ref().map(trace),
            });
        }
        value
    }
}

fn object(object: &ObjectDiff, changes: Vec<Value>) -> Value {
    let identity = &object.identity;
    let mut value = object!({
        "group": identity.group,
        "kind": identity.kind,
        "namespace": identity.namespace,
        "name": identity.name,
        "presence": presence(object.presence),
        "changes": changes,
    });
    if let Some(renamed) = &object.renamed {
        value["after"] = object!({ "namespace": renamed.namespace, "name": renamed.name });
    }
    value
}

fn change_kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
        ChangeKind::Moved => "moved",
    }
}

fn hazard_kind(kind: HazardKind) -> &'static str {
    match kind {
        HazardKind::Immutable => "immutable",
        HazardKind::RemovedApi => "removedApi",
        HazardKind::DataLoss => "dataLoss",
    }
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

fn cause(at: usize, cause: &Cause, compared: &Compared<'_>) -> Value {
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
        "id": format!("cause-{}", at + 1),
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
    object!({
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "text": place.text,
    })
}

fn trace(trace: &Trace) -> Value {
    let named = |list: &[(String, Option<Place>)]| -> Vec<Value> {
        let list = list.iter();
        list.map(|(name, at)| object!({ "name": name, "place": at.as_ref().map(place) }))
            .collect()
    };
    let layers = trace.layers.iter().map(|layer| {
        object!({
            "value": layer.value,
            "wins": layer.wins,
            "text": layer.text,
            "hops": layer.hops.iter().map(hop).collect::<Vec<_>>(),
        })
    });
    object!({
        "written": trace.written.as_ref().map(place),
        "calls": named(&trace.calls),
        "conditions": named(&trace.conditions),
        "layers": layers.collect::<Vec<_>>(),
    })
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
