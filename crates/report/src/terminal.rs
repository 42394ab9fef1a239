//! Findings for people at a terminal.

use annotate_snippets::Renderer;
use evenkeel_diagnostics::{Diagnostic, Span};
use evenkeel_rules::{Finding, Folded};

use crate::describe::{advice, counted, owner, subject};
use crate::paint::{Style, harmless};
use crate::{Results, snippet};

/// How findings are laid out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// How many characters a line has.
    pub width: usize,
    /// Whether every effect of a cause is listed, not only counted.
    pub lists_effects: bool,
}

/// What stands before a line of a file, and between it and its label.
const GUTTER: usize = 10;

/// Findings by environment and Application, those with the worst findings first.
pub fn text(results: &Results<'_>, layout: Layout) -> String {
    let mut text = String::new();
    for (owner, findings) in groups(&results.report.findings) {
        text.push_str(&format!("{}\n\n", Style::Bold.paint(harmless(&owner))));
        for folded in findings {
            text.push_str(&shown(folded, results, layout));
            text.push('\n');
        }
    }
    text
}

fn groups(findings: &[Folded]) -> Vec<(String, Vec<&Folded>)> {
    let mut groups: Vec<(String, Vec<&Folded>)> = Vec::new();
    for folded in findings {
        let owner = owner(&folded.finding.env, &folded.finding.app);
        match groups.iter_mut().find(|(known, _)| *known == owner) {
            Some((_, group)) => group.push(folded),
            None => groups.push((owner, vec![folded])),
        }
    }
    groups
}

/// A finding with its snippets; object and field stand beside the template line where there is room.
fn shown(folded: &Folded, results: &Results<'_>, layout: Layout) -> String {
    let mut diagnostic = diagnostic(&folded.finding, results, layout.width);
    let mut before = Vec::new();
    if !has_room(&diagnostic, results, layout) {
        before.push(std::mem::take(&mut diagnostic.primary.text));
    }
    let chain = value_chain(&folded.finding, results).into_iter();
    let after: Vec<String> = chain.chain(effects(folded, layout.lists_effects)).collect();
    let renderer = Renderer::styled().term_width(layout.width.saturating_sub(GUTTER));
    snippet::shown(
        &diagnostic,
        [&before, &after],
        results.sources,
        &renderer,
        layout.width,
    )
}

fn diagnostic(finding: &Finding, results: &Results<'_>, width: usize) -> Diagnostic {
    let mut diagnostic = finding.diagnostic();
    diagnostic.help = advice(finding).collect();
    let line = |span: Span| {
        let place = results.place(span)?;
        Some((place.file, place.start.line))
    };
    // One line is shown once: a plain manifest holds its values itself.
    let primary = line(diagnostic.primary.span);
    diagnostic
        .secondary
        .retain(|label| line(label.span) != primary || primary.is_none());
    for label in &mut diagnostic.secondary {
        label.span = results.first_line(label.span);
    }
    diagnostic.primary.span = results.first_line(diagnostic.primary.span);
    clip(&mut diagnostic.primary.span, results, width);
    let subject = subject(finding);
    if primary.is_some() {
        diagnostic.primary.text = subject;
    } else if !subject.is_empty() {
        diagnostic.message = format!("{subject}: {}", diagnostic.message);
    }
    diagnostic
}

/// Cuts a place so that its line need not be longer than `width`; what is cut off is not shown.
fn clip(span: &mut Span, results: &Results<'_>, width: usize) {
    let column = |at| {
        let at = results.sources.line_column(span.file, at);
        at.map_or(0, |at| at.column as usize)
    };
    let too_long = (GUTTER + column(span.end)).saturating_sub(width);
    // At least the beginning is marked; characters may have several bytes, which only makes it shorter.
    let length = (span.end - span.start).saturating_sub(too_long as u32);
    span.end = span.start + length.max(1);
}

/// Whether the primary label fits behind what it is about.
fn has_room(diagnostic: &Diagnostic, results: &Results<'_>, layout: Layout) -> bool {
    let label = diagnostic.primary.text.chars().count();
    let span = diagnostic.primary.span;
    let end = results.sources.line_column(span.file, span.end);
    let end = end.map_or(0, |end| end.column as usize);
    label == 0 || GUTTER + end + label <= layout.width
}

/// The way of the value through the Applications, where it has more than one step, or one that no snippet shows.
fn value_chain(finding: &Finding, results: &Results<'_>) -> Option<String> {
    let is_shown = match &finding.values[..] {
        [] => true,
        [hop] => hop.place.file.is_some(),
        _ => false,
    };
    if is_shown {
        return None;
    }
    let mut lines = vec!["the value comes".to_owned()];
    for hop in &finding.values {
        let at = results.sources.locate(hop.place.file, hop.place.start);
        let at = at.map_or(String::new(), |at| format!(", {at}"));
        lines.push(format!("  from {} `{}`{at}", hop.what, hop.name));
    }
    Some(lines.join("\n"))
}

/// What else has the same cause: a number, or a list.
fn effects(folded: &Folded, listed: bool) -> Option<String> {
    let more = counted(folded.effects.len(), "more effect")?;
    if !listed {
        return Some(format!(
            "and {more} of the same cause; `check --effects` lists them"
        ));
    }
    let mut lines = vec![format!("and {more} of the same cause")];
    for effect in &folded.effects {
        let owner = owner(&effect.env, &effect.app);
        let mut line = format!("  {owner}, {}", subject(effect));
        if effect.message != folded.finding.message {
            line.push_str(&format!(": {}", effect.message));
        }
        lines.push(line);
    }
    Some(lines.join("\n"))
}
