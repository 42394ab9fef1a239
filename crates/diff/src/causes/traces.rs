//! How the fields that differ came to be, for reports that show all of it.

use std::collections::BTreeMap;

use evenkeel_diagnostics::FrameKind;
use evenkeel_gitops::explain::{Cause, Explanation, Layer};

use super::Asked;
use super::hidden::is_hidden;
use super::said::shown;
use super::side::{Field, Side};
use crate::cause::{ChangeIndex, Hop, Trace, TraceLayer};
use crate::change::Sides;
use crate::redact::{HIDDEN, is_secret_name};

/// Hops that are followed; more is a cycle.
const MAX_HOPS: usize = 16;

impl Asked<'_, '_, '_> {
    /// The traces of all changes of fields and objects.
    pub(super) fn traces(&self) -> BTreeMap<ChangeIndex, Sides<Option<Trace>>> {
        let mut traces = BTreeMap::new();
        for (app_index, app) in self.comparison.apps.iter().enumerate() {
            for (i, object) in app.objects.iter().enumerate() {
                for (j, change) in object.changes.iter().enumerate() {
                    let question = self.question(object, change);
                    let hides = is_hidden(object, change);
                    let index = ChangeIndex {
                        comparison: self.index,
                        app: app_index,
                        change: Some((i, j)),
                    };
                    let trace = |side: &Side<'_>, field: &Option<Field>| {
                        let explanation = side.explain(field.as_ref()?)?;
                        Some(trace(side, &explanation, hides))
                    };
                    let sides = Sides {
                        before: trace(self.sides.before, &question.fields.before),
                        after: trace(self.sides.after, &question.fields.after),
                    };
                    traces.insert(index, sides);
                }
            }
        }
        traces
    }
}

fn trace(side: &Side<'_>, explanation: &Explanation, hides: bool) -> Trace {
    let mut writers = explanation.writers.iter();
    let writer = writers.find(|writer| writer.span.file.is_some());
    let calls = writer.map_or(&[][..], |writer| &writer.calls);
    let calls = calls.iter().filter(|call| call.kind != FrameKind::Template);
    let layers = explanation.causes.iter().flat_map(|cause| {
        let layers = cause.layers.iter().enumerate();
        layers.map(|(i, layer)| TraceLayer {
            value: cause.name.clone(),
            wins: i == 0,
            text: match hides || is_named_secret(cause) {
                true => HIDDEN.to_owned(),
                false => shown(&layer.value),
            },
            hops: hops(side, cause, layer, hides, MAX_HOPS),
        })
    });
    let mut trace = Trace {
        written: writer.and_then(|writer| side.place(writer.span)),
        calls: calls
            .map(|call| (call.name.clone(), side.place(call.span)))
            .collect(),
        conditions: explanation
            .conditions
            .iter()
            .map(|condition| {
                let text = match condition.held {
                    true => condition.text.clone(),
                    false => format!("else of {}", condition.text),
                };
                (text, side.place(condition.span))
            })
            .collect(),
        layers: layers.collect(),
    };
    if hides && let Some(place) = &mut trace.written {
        place.text = HIDDEN.to_owned();
    }
    trace
}

fn is_named_secret(cause: &Cause) -> bool {
    cause.name.rsplit('.').next().is_some_and(is_secret_name)
}

/// The way of a value, what is edited first.
fn hops(side: &Side<'_>, cause: &Cause, layer: &Layer, hides: bool, left: usize) -> Vec<Hop> {
    let mut hops = match &layer.hop {
        Some(next) if left > 0 => {
            let mut causes = next.causes.iter().filter(|cause| !cause.layers.is_empty());
            let is_it = |cause: &&Cause| cause.layers[0].value == next.value;
            let found = causes.clone().find(is_it).or_else(|| causes.next());
            let found =
                found.map(|cause| self::hops(side, cause, &cause.layers[0], hides, left - 1));
            found.unwrap_or_default()
        }
        _ => Vec::new(),
    };
    let mut place = side.place(layer.span).or_else(|| {
        let mut writers = layer.hop.as_ref()?.writers.iter();
        side.place(writers.find(|writer| writer.span.file.is_some())?.span)
    });
    if hides && let Some(place) = &mut place {
        place.text = HIDDEN.to_owned();
    }
    hops.push(Hop {
        what: layer.what.clone(),
        name: match &cause.path {
            Some(path) => path.to_string(),
            None => cause.name.clone(),
        },
        place,
    });
    hops
}
