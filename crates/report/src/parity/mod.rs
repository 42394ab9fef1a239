//! What each environment runs, as people and programs read it: one file per format, all over the same [`Parity`].

mod html;
mod json;
mod markdown;
#[cfg(test)]
mod tests;
mod text;

use evenkeel_diagnostics::{SourceMap, Span};
use evenkeel_rules::{
    Aspect, Fact, Facts, OffReason, ParityCell, ParityRow, ParityTable, State, Untrue,
};

pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use text::text;

use crate::describe::counted;

/// A table, and what is needed to show it.
#[derive(Clone, Copy)]
pub struct Parity<'a> {
    /// The table.
    pub table: &'a ParityTable,
    /// The files that the reasons of the configuration stand in.
    pub sources: &'a SourceMap,
}

impl Parity<'_> {
    /// `file:line:column` of a place in the configuration.
    fn locate(&self, span: Span) -> Option<String> {
        self.sources.locate(span.file, span.start)
    }

    /// What the table says, in a line.
    fn summary(&self) -> String {
        let table = self.table;
        let cells = || table.rows.iter().flat_map(|row| &row.cells);
        let off = cells().filter(|cell| matches!(cell.state, State::Off(_)));
        let different = cells().filter(|cell| differs(cell)).count();
        let mut parts = Vec::new();
        if let Some(reference) = self.reference() {
            parts.push(format!("{} off without a reason", table.unexplained()));
            parts.push(format!("{} off with one", off.count()));
            let overdue = counted(table.overdue(), "reason");
            parts.extend(overdue.map(|reasons| format!("{reasons} overdue")));
            parts.push(format!("{different} differ from {reference}"));
        }
        let count = |number, what| counted(number, what).unwrap_or_else(|| format!("no {what}s"));
        let mut line = format!(
            "{} in {}",
            count(table.rows.len(), "Application"),
            count(table.envs.len(), "environment"),
        );
        if !parts.is_empty() {
            line = format!("{line}: {}", parts.join(", "));
        }
        line
    }

    fn reference(&self) -> Option<&str> {
        let first = self.table.envs.first().map(String::as_str);
        first.filter(|_| self.table.has_reference)
    }

    /// What is to be said below the table: a heading, and a line for each thing.
    fn notes(&self) -> Vec<(&'static str, Vec<String>)> {
        let unknown = self.reasons(&|cell| match &cell.state {
            State::Unknown(reason) => vec![reason.clone()],
            _ => Vec::new(),
        });
        let opaque = self.reasons(&|cell| cell.opaque.clone());
        let untrue = self.table.untrue.iter().map(|entry| self.untrue(entry));
        let unused = self.table.unused.iter();
        let unused = unused.map(|chart| format!("{}: {}", chart.chart, chart.reason));
        let mut notes = vec![
            ("Not known", unknown),
            ("Not looked into, so more may be there", opaque),
            ("Reasons that are not true any more", untrue.collect()),
            ("Charts that nothing deploys, on purpose", unused.collect()),
        ];
        notes.retain(|(_, lines)| !lines.is_empty());
        notes
    }

    /// What cells say, each text once, with the environments that it is about.
    fn reasons(&self, of: &dyn Fn(&ParityCell) -> Vec<String>) -> Vec<String> {
        let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
        for row in &self.table.rows {
            for (cell, env) in row.cells.iter().zip(&self.table.envs) {
                for reason in of(cell) {
                    let line = format!("{}: {reason}", row.app);
                    match lines.iter_mut().find(|(known, _)| *known == line) {
                        Some((_, envs)) => envs.push(env),
                        None => lines.push((line, vec![env])),
                    }
                }
            }
        }
        let lines = lines.into_iter();
        lines
            .map(|(line, envs)| format!("{line} ({})", envs.join(", ")))
            .collect()
    }

    fn untrue(&self, entry: &Untrue) -> String {
        let Untrue { env, app, .. } = entry;
        let why = match entry.is_on {
            true => format!("{env} runs {app}"),
            false => format!("nothing expects {app} in {env}"),
        };
        match self.locate(entry.span) {
            Some(place) => format!("{place}: {why}"),
            None => why,
        }
    }
}

/// Whether a cell differs from the reference's in any aspect.
fn differs(cell: &ParityCell) -> bool {
    cell.aspects.values().any(Facts::differs)
}

/// A fact, with whose it is where a cell has several.
fn shown(fact: &Fact, row: &ParityRow, aspect: Aspect) -> String {
    match fact.name.as_str() {
        name if row.says_whose(aspect) && !name.is_empty() => format!("{name} {}", fact.text),
        _ => fact.text.clone(),
    }
}

/// What is to be said of an aspect: all facts, or what is not as in the reference.
fn listed(facts: &Facts, row: &ParityRow, aspect: Aspect) -> Vec<String> {
    let differs = facts.differs();
    let all = facts.all.iter().filter(|fact| fact.is_new || !differs);
    let all = all.map(|fact| shown(fact, row, aspect));
    let missing = facts.missing.iter();
    let missing = missing.map(|fact| format!("no {}", shown(fact, row, aspect)));
    all.chain(missing).collect()
}

/// Who answers for a reason and when to think again; empty where nobody says.
fn terms(off: &OffReason) -> String {
    let owner = off.reason.owner.clone();
    let overdue = if off.is_overdue { ", overdue" } else { "" };
    let review = off.reason.review;
    let review = review.map(|review| format!("review {review}{overdue}"));
    let terms: Vec<String> = owner.into_iter().chain(review).collect();
    terms.join(", ")
}
