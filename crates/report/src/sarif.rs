//! SARIF 2.1.0 (OASIS Standard, 27 March 2020), as code scanning reads it.
//!
//! A result stands at the line that a person edits. Its code flow leads from there through the Applications to the
//! template line; the effects of the same cause are related locations, for a cause is one thing to fix.

use evenkeel_diagnostics::Severity;
use evenkeel_rules::{CustomRule, Finding, Folded, Rule, Waived, rule};
use serde_json::{Value, json};

use crate::describe::{advice, chain, counted, owner, place_to_edit, subject};
use crate::place::Place;
use crate::{Failure, Results, rule_page};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
/// What file names are relative to: the repository's root, by the name that code scanning gives it.
const BASE: &str = "%SRCROOT%";
/// The fingerprint's name and version.
const FINGERPRINT: &str = "evenkeel/v1";
/// The file of what stands in no file.
const CONFIG: &str = "evenkeel.yaml";
/// How many effects the message links to.
const MAX_LINKS: usize = 10;

/// The report as one run; waived findings are suppressed results.
pub fn sarif(results: &Results<'_>) -> Value {
    let report = results.report;
    let found = report.findings.iter().map(|one| folded(one, results));
    let waived = report.waived.iter().map(|one| suppressed(one, results));
    let failed = results.failures.iter();
    let failed = failed.map(|one| notification(one, results));
    let skipped = report.not_evaluated.iter().map(|skipped| {
        let owner = owner(&skipped.env, "");
        json!({
            "level": "note",
            "message": { "text": format!("{owner}: not evaluated: {}", skipped.reason) },
            "associatedRule": { "id": skipped.rule },
        })
    });
    let is_whole = results
        .failures
        .iter()
        .all(|failure| failure.diagnostic.severity != Severity::Error);
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "evenkeel",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": report.rules.iter().map(|code| descriptor(code, results)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": is_whole,
                "toolExecutionNotifications": failed.chain(skipped).collect::<Vec<_>>(),
            }],
            "originalUriBaseIds": {
                BASE: { "description": { "text": "The root of the repository." } },
            },
            "results": found.chain(waived).collect::<Vec<_>>(),
        }],
    })
}

fn descriptor(code: &str, results: &Results<'_>) -> Value {
    let custom = results.custom.get(code);
    match (rule(code), custom) {
        (Some(rule), _) => described(rule),
        (None, Some(rule)) => described_custom(rule),
        (None, None) => json!({ "id": code }),
    }
}

fn described_custom(rule: &CustomRule) -> Value {
    let docs = match rule.docs.as_str() {
        "" => rule.statement.as_str(),
        docs => docs,
    };
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.statement },
        "fullDescription": { "text": docs },
        "help": { "text": docs, "markdown": rule_page::custom_page(rule) },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": ["custom"] },
    })
}

fn described(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.statement },
        "fullDescription": { "text": rule.docs },
        "help": { "text": rule.docs, "markdown": rule_page::page(rule) },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": [rule.scope.as_str()] },
    })
}

fn folded(folded: &Folded, results: &Results<'_>) -> Value {
    let mut value = result(&folded.finding, results);
    let related: Vec<Value> = (1..)
        .zip(&folded.effects)
        .map(|(id, effect)| {
            let mut location = location(place_of_effect(effect, results));
            location["id"] = json!(id);
            location["message"] = json!({ "text": owner(&effect.env, &effect.app) });
            location["logicalLocations"] = logical(effect);
            location
        })
        .collect();
    if let Some(more) = counted(related.len(), "more effect") {
        let links: Vec<String> = (1..)
            .zip(&folded.effects)
            .take(MAX_LINKS)
            .map(|(id, effect)| {
                let owner = owner(&effect.env, &effect.app);
                format!(
                    "[{}]({id})",
                    plain(&format!("{owner}, {}", subject(effect)))
                )
            })
            .collect();
        let text = value["message"]["text"].as_str().unwrap_or_default();
        let text = format!(
            "{text}\nAnd {more} of the same cause: {}.",
            links.join("; ")
        );
        value["message"]["text"] = text.into();
        value["relatedLocations"] = related.into();
    }
    value
}

fn suppressed(waived: &Waived, results: &Results<'_>) -> Value {
    let mut value = result(&waived.finding, results);
    value["suppressions"] = json!([{
        "kind": if waived.in_place { "inSource" } else { "external" },
        "status": "accepted",
        "justification": waived.reason,
    }]);
    value
}

fn result(finding: &Finding, results: &Results<'_>) -> Value {
    let owner = owner(&finding.env, &finding.app);
    let mut lines = vec![match subject(finding) {
        subject if subject.is_empty() => format!("{} ({owner})", plain(&finding.message)),
        subject => plain(&format!("{} ({owner}, {subject})", finding.message)),
    }];
    lines.extend(advice(finding).map(|advice| plain(&advice)));
    let mut place = location(place_to_edit(finding, results));
    place["logicalLocations"] = logical(finding);
    let mut value = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": lines.join("\n") },
        "locations": [place],
        "partialFingerprints": { FINGERPRINT: finding.fingerprint() },
    });
    if let Some(index) = results
        .report
        .rules
        .iter()
        .position(|code| *code == finding.rule)
    {
        value["ruleIndex"] = json!(index);
    }
    if let Some(flow) = flow(finding, results) {
        value["codeFlows"] = json!([{ "threadFlows": [{ "locations": flow }] }]);
    }
    value
}

/// The way of the value, and the templates that were running; nothing where one line says all.
fn flow(finding: &Finding, results: &Results<'_>) -> Option<Vec<Value>> {
    let calls = finding.calls.iter();
    let calls = calls.map(|call| (format!("called as {}", call.name), call.call));
    let steps = chain(finding).into_iter().chain(calls);
    let steps: Vec<Value> = steps
        .filter_map(|(text, span)| {
            let mut location = location(Some(results.place(span)?));
            location["message"] = json!({ "text": plain(&text) });
            Some(json!({ "location": location }))
        })
        .collect();
    (steps.len() > 1).then_some(steps)
}

/// Effects share the line that a person edits; what tells them apart is the line that is rendered.
fn place_of_effect(effect: &Finding, results: &Results<'_>) -> Option<Place> {
    let place = results.place(effect.place);
    place.or_else(|| place_to_edit(effect, results))
}

/// A location. Code scanning refuses a whole report for one result without a file, so what stands in none is shown at
/// the configuration.
fn location(place: Option<Place>) -> Value {
    let Some(place) = place else {
        return json!({ "physicalLocation": {
            "artifactLocation": { "uri": CONFIG, "uriBaseId": BASE },
        }});
    };
    let artifact = match uri(&place.file) {
        uri if uri.starts_with('/') => json!({ "uri": format!("file://{uri}") }),
        uri => json!({ "uri": uri, "uriBaseId": BASE }),
    };
    json!({ "physicalLocation": {
        "artifactLocation": artifact,
        "region": {
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        },
    }})
}

fn logical(finding: &Finding) -> Value {
    let id = &finding.object;
    let owner = owner(&finding.env, &finding.app);
    let names = [
        &finding.env,
        &finding.app,
        &id.namespace,
        &id.kind,
        &id.name,
    ];
    let names = names.into_iter().filter(|name| !name.is_empty());
    let path: Vec<&str> = names.map(String::as_str).collect();
    let name = match id.kind.is_empty() {
        true => owner,
        false => format!("{}/{}", id.kind, id.name),
    };
    json!([{ "name": name, "fullyQualifiedName": path.join("/"), "kind": "resource" }])
}

fn notification(failure: &Failure<'_>, results: &Results<'_>) -> Value {
    let diagnostic = failure.diagnostic;
    let owner = owner(failure.env, failure.app);
    let mut value = json!({
        "level": level(diagnostic.severity),
        "message": { "text": plain(&format!("{owner}: {}", diagnostic.message)) },
        "descriptor": { "id": diagnostic.code.0 },
    });
    if let Some(place) = results.place(diagnostic.primary.span) {
        value["locations"] = json!([location(Some(place))]);
    }
    value
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Text in which nothing is a link (3.11.6).
fn plain(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
}

/// A path as a URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
