//! One cause, one finding.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use evenkeel_diagnostics::{SourceMap, Span};

use crate::Finding;

/// A finding, and what else comes from the same cause.
#[derive(Debug, Clone)]
pub struct Folded {
    /// The first of them, in the order of environments, Applications and objects among the worst.
    pub finding: Finding,
    /// The others: findings of the same rule that the same line of values brings, or, where no values do, the
    /// same line of a template or file.
    pub effects: Vec<Finding>,
}

/// What causes a finding: the rule, and the place that a person edits. Of a finding that is about no object, what it is
/// about there too: two things may be missing from one place, each for a reason of its own. So may what
/// Kustomize brings.
type Cause = (String, Arc<str>, u32, String);

impl Folded {
    /// The finding and its effects.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        std::iter::once(&self.finding).chain(&self.effects)
    }
}

/// Folds findings by their causes, and puts the worst first; the order is kept among the equally bad. Those that yield
/// to others of the same line are left out.
pub(crate) fn fold(mut findings: Vec<Finding>, sources: &SourceMap) -> Vec<Folded> {
    if findings.iter().any(|finding| finding.yields) {
        let firm = findings.iter().filter(|finding| !finding.yields);
        let firm: HashSet<(Arc<str>, u32)> =
            firm.filter_map(|finding| line(finding, sources)).collect();
        findings.retain(|finding| {
            let line = finding.yields.then(|| line(finding, sources)).flatten();
            line.is_none_or(|line| !firm.contains(&line))
        });
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut folded: Vec<Folded> = Vec::new();
    let mut known: HashMap<Cause, usize> = HashMap::new();
    for finding in findings {
        let cause = cause(&finding, sources);
        let first = cause.as_ref().and_then(|cause| known.get(cause));
        match first {
            Some(&first) => folded[first].effects.push(finding),
            None => {
                known.extend(cause.map(|cause| (cause, folded.len())));
                folded.push(Folded {
                    finding,
                    effects: Vec::new(),
                });
            }
        }
    }
    folded
}

/// The line that a person edits.
fn line(finding: &Finding, sources: &SourceMap) -> Option<(Arc<str>, u32)> {
    let place = place(finding);
    let at = sources.line_column(place.file, place.start)?;
    Some((sources.get(place.file)?.name, at.line))
}

fn place(finding: &Finding) -> Span {
    let value = finding.source().map(|hop| hop.place);
    value.unwrap_or(finding.place)
}

fn cause(finding: &Finding, sources: &SourceMap) -> Option<Cause> {
    let place = place(finding);
    let file = sources.get(place.file)?;
    let what = match finding.subject {
        Some(_) if finding.is_around => finding.message.clone(),
        Some(_) => String::new(),
        None => finding.evidence.clone(),
    };
    Some((finding.rule.to_string(), file.name, place.start, what))
}
