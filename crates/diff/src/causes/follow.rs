//! Follows a value to the line that people edit.

use evenkeel_diagnostics::Span;
use evenkeel_gitops::explain::{Cause, Explanation, Layer};
use evenkeel_value::Data;

use super::decide::{ACCOUNTS, Decider, MAX_HOPS, Question, first_writer, score, winning};
use super::said::shown;
use super::side::{Field, Side};
use super::templates::new_line_of;
use super::verdict::Verdict;
use crate::cause::{CauseKind, Hop, Place, Said};
use crate::change::Sides;

impl Decider<'_, '_> {
    /// Follows what both sides say over the Applications that handed it on.
    pub(super) fn follow(
        &self,
        before: &Cause,
        after: &Cause,
        hops: &mut Vec<Hop>,
        left: usize,
    ) -> Verdict {
        let [old, new] = [before, after].map(|cause| cause.layers.first());
        let next = |layer: Option<&'_ Layer>| layer.and_then(|layer| layer.hop.clone());
        if let (Some(old), Some(new)) = (next(old), next(new))
            && left > 0
        {
            hops.push(self.hop(after, &new));
            let question = Question {
                values: Sides {
                    before: Some(old.value.clone()),
                    after: Some(new.value.clone()),
                },
                ..Question::default()
            };
            if let Some(values) = self.values(&question, &old, &new) {
                return self.follow(&values.before, &values.after, hops, left - 1);
            }
            if let Some(found) = self.template(&question, &old, &new) {
                return found;
            }
        }
        let old = end(self.sides.before, before, MAX_HOPS);
        let new = end(self.sides.after, after, MAX_HOPS);
        let named = new.as_ref().or(old.as_ref());
        let (kind, name) = match named {
            Some(end) => (end.kind, end.name.clone()),
            None => (CauseKind::Value, named_by(after)),
        };
        let mut sides = Sides {
            before: old.map(|end| end.said),
            after: new.map(|end| end.said),
        };
        match kind {
            CauseKind::File => self.narrow(&mut sides, before, after),
            CauseKind::Value => self.narrow_texts(&mut sides, before, after),
            _ => {}
        }
        Verdict {
            kind,
            name,
            sides,
            hops: Vec::new(),
        }
    }

    /// Points at the first line in which two files differ.
    fn narrow(&self, sides: &mut Sides<Option<Said>>, before: &Cause, after: &Cause) {
        let text = |cause: &Cause| {
            let layer = cause.layers.first()?;
            let Data::Str(text) = &layer.value else {
                return None;
            };
            Some((layer.span, text.clone()))
        };
        let (Some((old, a)), Some((new, b))) = (text(before), text(after)) else {
            return;
        };
        let common = a.iter().zip(b.iter()).take_while(|(a, b)| a == b).count();
        let line = a[..common]
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        let said = |side: &Side<'_>, span: Span| {
            let at = span.start + u32::try_from(line).unwrap_or(0);
            let place = side.place(Span::new(span.file, at, at + 1))?;
            Some(Said {
                text: place.text.trim().to_owned(),
                place: Some(place),
            })
        };
        sides.before = said(self.sides.before, old);
        sides.after = said(self.sides.after, new);
    }

    /// Of two texts with lines, points at the first that the other does not have.
    fn narrow_texts(&self, sides: &mut Sides<Option<Said>>, before: &Cause, after: &Cause) {
        let text = |cause: &Cause| {
            let data = winning(cause)?.as_str()?.to_owned();
            data.trim_end().contains('\n').then_some(data)
        };
        let (Some(old), Some(new)) = (text(before), text(after)) else {
            return;
        };
        let both = [
            (self.sides.before, &mut sides.before, &old, &new),
            (self.sides.after, &mut sides.after, &new, &old),
        ];
        for (side, said, own, other) in both {
            let line = new_line_of(own, other);
            let place = said.as_ref().and_then(|said| said.place.as_ref());
            let found = line.and_then(|line| side.line_below(place?, line));
            if let (Some(said), Some(found)) = (said, found) {
                said.text = found.text.trim().to_owned();
                said.place = Some(found);
            }
        }
    }

    fn hop(&self, cause: &Cause, application: &Explanation) -> Hop {
        let what = cause.layers.first().map_or("", |layer| layer.what.as_str());
        let (what, name) = match what.rsplit_once("parameter ") {
            Some((kind, name)) => (format!("{kind}parameter"), name.to_owned()),
            None => (what.to_owned(), named_by(cause)),
        };
        let writer = first_writer(application);
        Hop {
            what,
            name,
            place: writer.and_then(|writer| self.sides.after.place(writer.span)),
        }
    }
}

/// Where the way of a value ends.
struct End {
    kind: CauseKind,
    name: String,
    said: Said,
}

/// The line where the value of a field is written: of values if it is one, else of the template.
pub(super) fn place_of(side: &Side<'_>, field: &Field) -> Option<Place> {
    let explanation = side.explain(field)?;
    let causes = explanation.causes.iter();
    let mut best: Option<(u8, &Cause)> = None;
    for cause in causes.filter(|cause| !cause.layers.is_empty()) {
        let score = score(winning(cause), Some(&explanation.value), None);
        if best.is_none_or(|(known, _)| score > known) {
            best = Some((score, cause));
        }
    }
    let value = best.filter(|(score, _)| *score >= ACCOUNTS);
    let value = value.and_then(|(_, cause)| end(side, cause, MAX_HOPS)?.said.place);
    value.or_else(|| side.place(first_writer(&explanation)?.span))
}

/// The line where a value of one side is written.
fn end(side: &Side<'_>, cause: &Cause, left: usize) -> Option<End> {
    let layer = cause.layers.first()?;
    if let Some(hop) = &layer.hop
        && left > 0
    {
        let has_layers = |cause: &&Cause| !cause.layers.is_empty();
        let is_it = |cause: &&Cause| winning(cause) == Some(&hop.value);
        let mut causes = hop.causes.iter().filter(has_layers);
        let next = causes.clone().find(is_it).or_else(|| causes.next());
        let end = next.and_then(|next| end(side, next, left - 1));
        let place = || side.place(first_writer(hop)?.span);
        return end.or_else(|| {
            Some(End {
                kind: CauseKind::Value,
                name: named_by(cause),
                said: Said {
                    place: place(),
                    text: shown(&layer.value),
                },
            })
        });
    }
    let kind = match layer.what.as_str() {
        "Chart.yaml" => CauseKind::Chart,
        "file of the chart" => CauseKind::File,
        _ if layer.span == Span::NONE && cause.path.is_none() => CauseKind::Fact,
        _ => CauseKind::Value,
    };
    Some(End {
        kind,
        name: named_by(cause),
        said: Said {
            place: side.place(layer.span),
            text: shown(&layer.value),
        },
    })
}

/// What a value is called: by its path, or as the template calls it.
fn named_by(cause: &Cause) -> String {
    match (&cause.path, cause.name.strip_prefix(".Chart.")) {
        (Some(path), _) => path.to_string(),
        (None, Some(field)) => {
            let mut name = field.to_owned();
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            name
        }
        (None, None) => cause.name.clone(),
    }
}
