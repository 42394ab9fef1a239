//! From a difference to the line that made it: the explanations of both sides are held against each other.

use std::rc::Rc;

use evenkeel_gitops::FieldPath;
use evenkeel_gitops::explain::{Cause, Condition, Explanation, Writer};
use evenkeel_value::Data;

use super::said::shown;
use super::side::{Field, Side};
use super::verdict::Verdict;
use crate::cause::{Hop, Place, Said};
use crate::change::Sides;
use crate::fields::Fields;
use crate::keys::Shape;
use crate::tokens::{Side as Which, Tokens};

/// Hops that are followed; more is a cycle.
pub(super) const MAX_HOPS: usize = 16;

/// A score from which on a value accounts for a field: its text is in there.
pub(super) const ACCOUNTS: u8 = 2;

/// Finds out what made differences between two sides.
pub(super) struct Decider<'s, 'a> {
    pub(super) sides: Sides<&'s Side<'a>>,
    /// Whether both sides are rendered from the same files.
    pub(super) is_one_tree: bool,
}

/// A difference that is asked about.
#[derive(Debug, Default)]
pub(super) struct Question {
    /// The field on the sides that have it.
    pub(super) fields: Sides<Option<Field>>,
    /// The same field on the sides that have the object but not the field.
    pub(super) around: Sides<Option<Field>>,
    /// Its values, where they are known.
    pub(super) values: Sides<Option<Data>>,
    /// The Application on the sides that have it.
    pub(super) apps: Sides<Option<usize>>,
    /// What it is called where nothing is found.
    pub(super) name: String,
}

/// Two values of one name that are not the same.
pub(super) struct Differing<'e> {
    score: u8,
    pub(super) before: std::borrow::Cow<'e, Cause>,
    pub(super) after: std::borrow::Cow<'e, Cause>,
}

impl<'s, 'a> Decider<'s, 'a> {
    pub(super) fn side(&self, which: Which) -> &'s Side<'a> {
        match which {
            Which::Before => self.sides.before,
            Which::After => self.sides.after,
        }
    }

    /// What made a difference.
    pub(super) fn decide(&self, question: &Question) -> Verdict {
        let explain = |side: &Side<'a>, field: &Option<Field>| side.explain(field.as_ref()?);
        let before = explain(self.sides.before, &question.fields.before);
        let after = explain(self.sides.after, &question.fields.after);
        let found = match (before, after) {
            (Some(before), Some(after)) => self.both(question, &before, &after),
            (Some(own), None) => self.one(question, Which::Before, &own),
            (None, Some(own)) => self.one(question, Which::After, &own),
            (None, None) => None,
        };
        found.unwrap_or_else(|| Verdict::unknown(question.name.clone()))
    }

    /// Of a field that both sides have.
    fn both(
        &self,
        question: &Question,
        before: &Rc<Explanation>,
        after: &Rc<Explanation>,
    ) -> Option<Verdict> {
        let values = self.values(question, before, after);
        let accounts = |values: &Differing<'_>| values.score >= ACCOUNTS;
        if let Some(values) = values.as_ref().filter(|values| accounts(values)) {
            return Some(self.chase(question, &values.before, &values.after));
        }
        if let Some(found) = self.template(question, before, after) {
            return Some(found);
        }
        if let Some(values) = values {
            return Some(self.chase(question, &values.before, &values.after));
        }
        let sides = [
            (Which::After, &after.conditions, &before.conditions),
            (Which::Before, &before.conditions, &after.conditions),
        ];
        for (which, own, other) in sides {
            let mut alone = own.iter().filter(|one| !self.holds(which, one, other));
            if let Some(found) = alone.find_map(|one| self.condition(question, which, one, other)) {
                return Some(found);
            }
        }
        let line = |side: &Side<'_>, of: &Explanation| side.place(first_writer(of)?.span);
        let lines = Sides {
            before: line(self.sides.before, before),
            after: line(self.sides.after, after),
        };
        let said = |place: Option<Place>, data: &Data| {
            place.map(|place| Said {
                text: shown(data),
                place: Some(place),
            })
        };
        Some(Verdict {
            sides: Sides {
                before: said(lines.before, &before.value),
                after: said(lines.after, &after.value),
            },
            ..Verdict::unknown(question.name.clone())
        })
    }

    /// Of a field or an object that one side has only.
    fn one(&self, question: &Question, which: Which, own: &Rc<Explanation>) -> Option<Verdict> {
        if let Some(found) = self.new_line(which, own) {
            return Some(found);
        }
        let is_whole = own.field.0.is_empty();
        if !is_whole && let Some(found) = self.value_of_one(question, which, own, true) {
            return Some(found);
        }
        let mut conditions = own.conditions.iter();
        if let Some(found) = conditions.find_map(|one| self.condition(question, which, one, &[])) {
            return Some(found);
        }
        let found = match is_whole {
            true => self.name_of_one(question, which),
            false => self.value_of_one(question, which, own, false),
        };
        if found.is_some() {
            return found;
        }
        // What both sides have around it may have been made of something that is not the same.
        let explain = |side: &Side<'a>, field: &Option<Field>| side.explain(field.as_ref()?);
        let around = match which {
            Which::Before => explain(self.sides.after, &question.around.after),
            Which::After => explain(self.sides.before, &question.around.before),
        };
        if let Some(other) = around {
            let (before, after) = match which {
                Which::Before => (own, &other),
                Which::After => (&other, own),
            };
            if let Some(values) = self.values(question, before, after) {
                return Some(self.chase(question, &values.before, &values.after));
            }
        }
        self.last_resort(which, own)
    }

    /// The values that a field of one side was made of, where the other side has others; or where it has none.
    fn value_of_one(
        &self,
        question: &Question,
        which: Which,
        own: &Explanation,
        only_missing: bool,
    ) -> Option<Verdict> {
        let mut best: Option<(u8, &Cause, Cause)> = None;
        for cause in &own.causes {
            let Some(other) = self.other(question, which, cause) else {
                continue;
            };
            let value = winning(cause);
            let theirs = winning(&other);
            if same(value, theirs) || only_missing && !is_empty(theirs) {
                continue;
            }
            let score = score(value, Some(&own.value), Some(&own.value));
            if best.as_ref().is_none_or(|(known, ..)| score > *known) {
                best = Some((score, cause, other));
            }
        }
        let (_, cause, other) = best?;
        Some(self.chase_from(question, which, cause, &other))
    }

    /// An object that is called otherwise on the other side, because of a value.
    fn name_of_one(&self, question: &Question, which: Which) -> Option<Verdict> {
        let field = match which {
            Which::Before => question.fields.before.as_ref(),
            Which::After => question.fields.after.as_ref(),
        };
        let names = ["name", "namespace"].into_iter();
        names
            .filter_map(|key| {
                let own = self.side(which).explain(&Field {
                    object: field?.object,
                    path: FieldPath::of_keys(["metadata", key]),
                })?;
                (own.field.0.len() == 2).then(|| self.value_of_one(question, which, &own, false))?
            })
            .next()
    }

    /// The two values of one name that differ between the sides and tell most of the field.
    pub(super) fn values<'e>(
        &self,
        question: &Question,
        before: &'e Explanation,
        after: &'e Explanation,
    ) -> Option<Differing<'e>> {
        let mut best: Option<Differing<'e>> = None;
        for new in &after.causes {
            let by_path = before
                .causes
                .iter()
                .find(|old| old.path.is_some() && old.path == new.path);
            let old = by_path.or_else(|| before.causes.iter().find(|old| old.name == new.name));
            let (old, is_read) = match old {
                Some(old) => (std::borrow::Cow::Borrowed(old), true),
                // What only one side has read need not be what makes the difference.
                None => match self.other(question, Which::After, new) {
                    Some(old) => (std::borrow::Cow::Owned(old), false),
                    None => continue,
                },
            };
            let (a, b) = (winning(&old), winning(new));
            if same(a, b) {
                continue;
            }
            let of = |value, field, whole| score(value, Some(field), whole);
            let mut score = match (&question.values.before, &question.values.after) {
                (x, y) if a == x.as_ref() && b == y.as_ref() => 3,
                (x, y) => of(a, &before.value, x.as_ref()).min(of(b, &after.value, y.as_ref())),
            };
            if !is_read {
                score = score.min(1);
            }
            if best.as_ref().is_none_or(|known| score > known.score) {
                best = Some(Differing {
                    score,
                    before: old,
                    after: std::borrow::Cow::Borrowed(new),
                });
            }
        }
        best
    }

    /// The source that renders the object, an index into its Application's; both sides have it at the same place.
    fn source(&self, question: &Question) -> Option<usize> {
        let of = |side: &Side<'_>, field: &Option<Field>| {
            let field = field.as_ref()?;
            Some(side.source_of(field.object))
        };
        of(self.sides.before, &question.fields.before)
            .or_else(|| of(self.sides.after, &question.fields.after))
    }

    /// What the other side says of a value that a side has read; `None` of what is no value.
    fn other(&self, question: &Question, which: Which, cause: &Cause) -> Option<Cause> {
        let path = cause.path.as_ref()?;
        let (app, side) = match which {
            Which::Before => (question.apps.after, self.sides.after),
            Which::After => (question.apps.before, self.sides.before),
        };
        let layers = side.explainer.layers(app?, self.source(question)?, path);
        Some(Cause {
            name: cause.name.clone(),
            path: Some(path.clone()),
            found: !layers.is_empty(),
            note: None,
            layers,
        })
    }

    /// Whether the other side has a condition too, with the same result.
    fn holds(&self, which: Which, condition: &Condition, others: &[Condition]) -> bool {
        let other = match which {
            Which::Before => self.sides.after,
            Which::After => self.sides.before,
        };
        let place = self.side(which).place(condition.span);
        others.iter().any(|one| {
            let is_here = match self.is_one_tree {
                true => one.span == condition.span,
                false => {
                    other.place(one.span).map(|at| at.file)
                        == place.as_ref().map(|at| at.file.clone())
                }
            };
            is_here && one.held == condition.held && one.text == condition.text
        })
    }

    /// The value that a condition read and that is another one on the other side.
    fn condition(
        &self,
        question: &Question,
        which: Which,
        condition: &Condition,
        others: &[Condition],
    ) -> Option<Verdict> {
        let twin = others.iter().find(|one| one.text == condition.text);
        for cause in &condition.causes {
            let known = twin.and_then(|twin| {
                let mut causes = twin.causes.iter();
                causes.find(|one| one.name == cause.name).cloned()
            });
            let other = match known {
                Some(other) => other,
                None => match self.other(question, which, cause) {
                    Some(other) => other,
                    None => continue,
                },
            };
            let deeper = self.deeper(question, which, cause, &other);
            let (cause, other) = match &deeper {
                Some((cause, other)) => (cause, other),
                None => (cause, &other),
            };
            if same(winning(cause), winning(other)) {
                continue;
            }
            let mut verdict = self.chase_from(question, which, cause, other);
            verdict.hops.push(Hop {
                what: "condition".to_owned(),
                name: condition.text.clone(),
                place: self.side(which).place(condition.span),
            });
            return Some(verdict);
        }
        None
    }

    /// Of two maps or lists, the first value within that is not the same.
    fn deeper(
        &self,
        question: &Question,
        which: Which,
        own: &Cause,
        other: &Cause,
    ) -> Option<(Cause, Cause)> {
        let is_collection =
            |cause: &Cause| matches!(winning(cause), Some(Data::Map(_) | Data::List(_)));
        let path = own.path.as_ref()?;
        if !is_collection(own) || !is_collection(other) {
            return None;
        }
        let (own_app, other_app) = match which {
            Which::Before => (question.apps.before, question.apps.after),
            Which::After => (question.apps.after, question.apps.before),
        };
        let source = self.source(question)?;
        let opposite = match which {
            Which::Before => self.sides.after,
            Which::After => self.sides.before,
        };
        let mine = self.side(which).explainer.value(own_app?, source, path)?;
        let theirs = opposite.explainer.value(other_app?, source, path)?;
        let changes = Fields::changes(&theirs, &mine, Shape::default(), &Tokens::default());
        let change = changes.first()?;
        let within = |side: &Side<'_>, app, below: &FieldPath| {
            let mut full = path.clone();
            full.0.extend(below.0.iter().cloned());
            let layers = side.explainer.layers(app, source, &full);
            Cause {
                name: own.name.clone(),
                found: !layers.is_empty(),
                path: Some(full),
                note: None,
                layers,
            }
        };
        let below = change.place();
        let pick = |indexed: &FieldPath| match indexed.0.is_empty() {
            true => below.clone(),
            false => indexed.clone(),
        };
        let mut found = (
            within(self.side(which), own_app?, &pick(&change.indexed.after)),
            within(opposite, other_app?, &pick(&change.indexed.before)),
        );
        // An item that the side does not have is not the one that moved into its place.
        if change.after.is_none() {
            found.0.layers.clear();
        }
        if change.before.is_none() {
            found.1.layers.clear();
        }
        Some(found)
    }

    fn chase_from(&self, question: &Question, which: Which, own: &Cause, other: &Cause) -> Verdict {
        match which {
            Which::Before => self.chase(question, own, other),
            Which::After => self.chase(question, other, own),
        }
    }

    /// Follows a value on both sides to the lines that people edit.
    fn chase(&self, question: &Question, before: &Cause, after: &Cause) -> Verdict {
        let deeper = self.deeper(question, Which::After, after, before);
        let (after, before) = match &deeper {
            Some((after, before)) => (after, before),
            None => (after, before),
        };
        let mut hops = Vec::new();
        let mut verdict = self.follow(before, after, &mut hops, MAX_HOPS);
        hops.reverse();
        verdict.hops.splice(0..0, hops);
        verdict
    }
}

/// What the layer says that won.
pub(super) fn winning(cause: &Cause) -> Option<&Data> {
    let layer = cause.layers.first()?;
    Some(&layer.value).filter(|value| **value != Data::Null)
}

/// Whether a value is as good as none, as `if` of a template sees it.
fn is_empty(data: Option<&Data>) -> bool {
    match data {
        None | Some(Data::Null | Data::Bool(false) | Data::Int(0)) => true,
        Some(Data::Str(text)) => text.is_empty(),
        Some(Data::List(items)) => items.is_empty(),
        Some(Data::Map(entries)) => entries.is_empty(),
        Some(_) => false,
    }
}

fn same(before: Option<&Data>, after: Option<&Data>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => before == after,
        (before, after) => before.is_none() && after.is_none(),
    }
}

/// How much of a field a value is: 3 all of it, 2 a part of its text, 1 none that shows.
pub(super) fn score(value: Option<&Data>, field: Option<&Data>, part: Option<&Data>) -> u8 {
    let Some(value) = value else { return 1 };
    if Some(value) == field || Some(value) == part {
        return 3;
    }
    let text = shown_whole(value);
    if text.is_empty() {
        return 1;
    }
    let holds = |data: Option<&Data>| {
        data.and_then(Data::as_str)
            .is_some_and(|whole| whole.contains(&text))
    };
    match holds(part) || holds(field) {
        true => 2,
        false => 1,
    }
}

fn shown_whole(data: &Data) -> String {
    match data {
        Data::Str(text) => String::from_utf8_lossy(text).trim().to_owned(),
        Data::Bool(_) | Data::Int(_) | Data::Uint(_) | Data::Float(_) => shown(data),
        _ => String::new(),
    }
}

/// What wrote a field: the first that is in a file.
pub(super) fn first_writer(explanation: &Explanation) -> Option<&Writer> {
    let mut writers = explanation.writers.iter();
    writers.find(|writer| writer.span.file.is_some())
}
