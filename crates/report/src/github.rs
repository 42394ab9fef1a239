//! Workflow commands of GitHub Actions, which show findings beside the lines of a pull request
//! (docs.github.com: "Workflow commands", `error`, `warning`, `notice`).

use evenkeel_diagnostics::Severity;

use crate::describe::{counted, lines, owner, place_to_edit};
use crate::paint::harmless;
use crate::place::Place;
use crate::{Failure, Results};

/// A line for each failure and each finding, effects counted.
pub fn github(results: &Results<'_>) -> String {
    let mut text: String = results
        .failures
        .iter()
        .map(|one| failure(one, results))
        .collect();
    for folded in &results.report.findings {
        let finding = &folded.finding;
        let mut lines = lines(finding, results);
        let more = counted(folded.effects.len(), "more effect");
        lines.extend(more.map(|more| format!("and {more} of the same cause")));
        text.push_str(&command(
            finding.severity,
            place_to_edit(finding, results).as_ref(),
            &finding.rule,
            &lines.join("\n"),
        ));
    }
    text
}

fn failure(failure: &Failure<'_>, results: &Results<'_>) -> String {
    let diagnostic = failure.diagnostic;
    let owner = owner(failure.env, failure.app);
    let mut lines = vec![format!("{owner}: {}", diagnostic.message)];
    lines.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    let place = results.place(diagnostic.primary.span);
    let code = &diagnostic.code.0;
    command(diagnostic.severity, place.as_ref(), code, &lines.join("\n"))
}

fn command(severity: Severity, place: Option<&Place>, title: &str, message: &str) -> String {
    let name = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties: Vec<String> = Vec::new();
    if let Some(place) = place {
        properties.push(format!("file={}", escaped_property(&place.file)));
        properties.push(format!("line={}", place.start.line));
        properties.push(format!("col={}", place.start.column));
    }
    properties.push(format!("title={}", escaped_property(title)));
    format!("::{name} {}::{}\n", properties.join(","), escaped(message))
}

/// `escapeData` of the actions toolkit. Logs are shown in terminals too.
fn escaped(text: &str) -> String {
    harmless(text).replace('%', "%25").replace('\n', "%0A")
}

/// `escapeProperty` of the actions toolkit.
fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
