//! One cause, one finding.

use std::collections::HashMap;
use std::sync::Arc;

use evenkeel_diagnostics::SourceMap;

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

/// What causes a finding: the rule, and the place that a person edits.
type Cause = (String, Arc<str>, u32);

impl Folded {
    /// The finding and its effects.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        std::iter::once(&self.finding).chain(&self.effects)
    }
}

/// Folds findings by their causes, and puts the worst first; the order is kept among the equally bad.
pub(crate) fn fold(mut findings: Vec<Finding>, sources: &SourceMap) -> Vec<Folded> {
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

fn cause(finding: &Finding, sources: &SourceMap) -> Option<Cause> {
    let value = finding.source().map(|hop| hop.place);
    let place = value.unwrap_or(finding.place);
    let file = sources.get(place.file)?;
    Some((finding.rule.to_string(), file.name, place.start))
}
