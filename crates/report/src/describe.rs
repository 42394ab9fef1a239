//! The parts of a finding as texts.

use evenkeel_diagnostics::{Severity, Span};
use evenkeel_rules::Finding;

use crate::Results;
use crate::place::Place;

/// The word for a severity that the configuration has too.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    }
}

/// What a finding is in: an Application of an environment, an environment, or the repository.
pub(crate) fn owner(env: &str, app: &str) -> String {
    match (env, app) {
        ("", "") => "repository".to_owned(),
        (env, "") => env.to_owned(),
        ("", app) => app.to_owned(),
        (env, app) => format!("{env} › {app}"),
    }
}

/// Object and field; empty where a file is wrong, not what it renders to.
pub(crate) fn subject(finding: &Finding) -> String {
    let object = &finding.object;
    match (object.kind.is_empty(), finding.path.0.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!("{}/{}", object.kind, object.name),
        (false, false) => format!("{}/{}: {}", object.kind, object.name, finding.path),
    }
}

/// What to do about a finding.
pub(crate) fn advice(finding: &Finding) -> impl Iterator<Item = String> + '_ {
    let meant = finding.suggestion.iter();
    meant
        .map(|name| format!("did you mean `{name}`?"))
        .chain(finding.hints.iter().cloned())
}

/// The place that a person edits: that of the value, else that of the template line.
pub(crate) fn place_to_edit(finding: &Finding, results: &Results<'_>) -> Option<Place> {
    let values = finding.values.iter().rev().map(|hop| hop.place);
    let places = values.chain(std::iter::once(finding.place));
    places
        .filter(|place| place.file.is_some())
        .find_map(|place| results.place(place))
}

/// The hops of the values, from where they are written to the chart that uses them, then the template line.
pub(crate) fn chain(finding: &Finding) -> Vec<(String, Span)> {
    let hops = finding.values.iter().rev();
    let hops = hops.map(|hop| (format!("{} {}", hop.what, hop.name), hop.place));
    let what = match finding.object.kind.is_empty() {
        true => "here",
        false => "rendered here",
    };
    let template = finding.place.file.is_some();
    let template = template.then(|| (what.to_owned(), finding.place));
    hops.chain(template).collect()
}

/// The whole finding as lines of plain text, for formats that have no more than text.
pub(crate) fn lines(finding: &Finding, results: &Results<'_>) -> Vec<String> {
    let mut lines = vec![finding.message.clone()];
    let owner = owner(&finding.env, &finding.app);
    lines.push(match subject(finding) {
        subject if subject.is_empty() => format!("in {owner}"),
        subject => format!("in {owner}, {subject}"),
    });
    for (what, span) in chain(finding) {
        let at = results.place(span);
        lines.push(match at {
            Some(at) => format!("{}: {what}", at.shown()),
            None => what,
        });
    }
    lines.extend(advice(finding).map(|advice| format!("help: {advice}")));
    lines
}

/// A number of things, such as `3 findings`; `None` where there are none.
pub fn counted(count: usize, what: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        count => Some(format!("{count} {what}s")),
    }
}
