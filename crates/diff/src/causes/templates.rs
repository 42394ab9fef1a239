//! Lines of templates that are not the same on both sides.

use evenkeel_gitops::explain::Explanation;
use rustc_hash::FxHashSet;

use super::decide::{Decider, Question, first_writer};
use super::verdict::Verdict;
use crate::cause::{CauseKind, Place, Said};
use crate::change::Sides;
use crate::tokens::Side as Which;

impl Decider<'_, '_> {
    /// The lines of the templates that wrote a field, where they are not the same.
    pub(super) fn template(
        &self,
        question: &Question,
        before: &Explanation,
        after: &Explanation,
    ) -> Option<Verdict> {
        if self.is_one_tree {
            return None;
        }
        let [old, new] = [
            (Which::Before, before, after),
            (Which::After, after, before),
        ]
        .map(|(which, own, other)| {
            let line = self.changed_line(question, which, own, other);
            line.or_else(|| self.new_writer(which, own))
        });
        if old.is_none() && new.is_none() {
            return None;
        }
        let name = new
            .as_ref()
            .or(old.as_ref())
            .map(|place| place.file.clone());
        Some(Verdict {
            kind: CauseKind::Template,
            name: name.unwrap_or_default(),
            sides: Sides {
                before: old.map(said),
                after: new.map(said),
            },
            hops: Vec::new(),
        })
    }

    /// The line of a template that wrote the first line of a text which the other side does not have.
    fn changed_line(
        &self,
        question: &Question,
        which: Which,
        own: &Explanation,
        other: &Explanation,
    ) -> Option<Place> {
        let field = match which {
            Which::Before => question.fields.before.as_ref(),
            Which::After => question.fields.after.as_ref(),
        };
        let (mine, theirs) = (own.value.as_str()?, other.value.as_str()?);
        let object = field?.object;
        let line = new_line_of(mine, theirs)?;
        let side = self.side(which);
        let explainer = &side.explainer;
        let writer = explainer.writer_of(object.app, object.object, &own.field, line)?;
        let place = side.place(writer.span)?;
        (!self.is_known(which, &place)).then_some(place)
    }

    fn new_writer(&self, which: Which, own: &Explanation) -> Option<Place> {
        let side = self.side(which);
        let mut places = own
            .writers
            .iter()
            .filter_map(|writer| side.place(writer.span));
        places.find(|place| !self.is_known(which, place))
    }

    /// The line of a template that only one side has, which wrote what that side has only.
    pub(super) fn new_line(&self, which: Which, own: &Explanation) -> Option<Verdict> {
        if self.is_one_tree {
            return None;
        }
        let side = self.side(which);
        let condition = || {
            let mut places = own.conditions.iter().filter_map(|one| side.place(one.span));
            places.find(|place| !self.is_known(which, place))
        };
        let place = condition().or_else(|| self.new_writer(which, own))?;
        Some(self.template_of_one(which, place))
    }

    fn template_of_one(&self, which: Which, place: Place) -> Verdict {
        let name = place.file.clone();
        let said = Some(said(place));
        Verdict {
            kind: CauseKind::Template,
            name,
            sides: match which {
                Which::Before => Sides {
                    before: said,
                    after: None,
                },
                Which::After => Sides {
                    before: None,
                    after: said,
                },
            },
            hops: Vec::new(),
        }
    }

    fn is_known(&self, which: Which, place: &Place) -> bool {
        let other = match which {
            Which::Before => self.sides.after,
            Which::After => self.sides.before,
        };
        other.has_file(&place.file) && other.has_line(place)
    }

    /// Where nothing tells the sides apart: the innermost condition, or the template.
    pub(super) fn last_resort(&self, which: Which, own: &Explanation) -> Option<Verdict> {
        let side = self.side(which);
        if let Some(condition) = own.conditions.last() {
            let place = side.place(condition.span)?;
            let mut verdict = self.template_of_one(which, place);
            verdict.kind = CauseKind::Condition;
            verdict.name = condition.text.clone();
            return Some(verdict);
        }
        let place = side.place(first_writer(own)?.span)?;
        Some(self.template_of_one(which, place))
    }
}

fn said(place: Place) -> Said {
    Said {
        text: place.text.trim().to_owned(),
        place: Some(place),
    }
}

/// The first line of a text that another one does not have.
pub(super) fn new_line_of<'t>(own: &'t str, other: &str) -> Option<&'t str> {
    let known: FxHashSet<&str> = other.lines().map(str::trim).collect();
    let mut lines = own.lines().map(str::trim);
    lines.find(|line| line.len() > 2 && !known.contains(line))
}
