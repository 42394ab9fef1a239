//! The report as JSON; `schemas/report.schema.json` describes it.

use evenkeel_diagnostics::Span;
use evenkeel_rules::Finding;
use serde_json::{Value, json as object};

use crate::describe::severity;
use crate::summary::Numbers;
use crate::{Failure, Results};

/// The version of the format. Additions do not change it.
const VERSION: u32 = 1;

/// The whole report, effects, waived findings and numbers included.
pub fn json(results: &Results<'_>) -> Value {
    let report = results.report;
    let findings = report.findings.iter().map(|folded| {
        let mut value = finding(&folded.finding, results);
        let effects = folded.effects.iter();
        value["effects"] = effects.map(|effect| finding(effect, results)).collect();
        value
    });
    let waived = report.waived.iter().map(|waived| {
        let mut value = finding(&waived.finding, results);
        value["reason"] = waived.reason.as_str().into();
        value["inPlace"] = waived.in_place.into();
        value
    });
    let skipped = report.not_evaluated.iter();
    let skipped = skipped.map(
        |skipped| object!({ "rule": skipped.rule, "env": skipped.env, "reason": skipped.reason, "undeclared": skipped.is_undeclared }),
    );
    let envs = report.envs.iter();
    let numbers = envs.map(|env| (env.clone(), numbers(env, results)));
    object!({
        "version": VERSION,
        "envs": report.envs,
        "rules": report.rules,
        "findings": findings.collect::<Vec<_>>(),
        "waived": waived.collect::<Vec<_>>(),
        "notEvaluated": skipped.collect::<Vec<_>>(),
        "failures": results.failures.iter().map(|one| failure(one, results)).collect::<Vec<_>>(),
        "known": report.known,
        "summary": {
            "repository": self::numbers("", results),
            "envs": numbers.collect::<serde_json::Map<_, _>>(),
        },
    })
}

fn numbers(env: &str, results: &Results<'_>) -> Value {
    let numbers = Numbers::of(env, results);
    object!({
        "errors": numbers.errors,
        "warnings": numbers.warnings,
        "infos": numbers.notes,
        "waived": numbers.waived,
        "notEvaluated": numbers.not_evaluated,
        "failures": numbers.failures,
    })
}

fn finding(finding: &Finding, results: &Results<'_>) -> Value {
    let calls = finding.calls.iter();
    let calls =
        calls.map(|call| object!({ "name": call.name, "place": place(call.call, results) }));
    let values = finding.values.iter();
    let values = values.map(
        |hop| object!({ "what": hop.what, "name": hop.name, "place": place(hop.place, results) }),
    );
    let id = &finding.object;
    let has_object = !id.kind.is_empty();
    let id = has_object.then(|| {
        object!({ "group": id.group, "kind": id.kind, "namespace": id.namespace, "name": id.name })
    });
    object!({
        "rule": finding.rule,
        "severity": severity(finding.severity),
        "env": finding.env,
        "app": finding.app,
        "object": id,
        "path": finding.path.to_string(),
        "message": finding.message,
        "hints": finding.hints,
        "didYouMean": finding.suggestion,
        "place": place(finding.place, results),
        "calls": calls.collect::<Vec<_>>(),
        "values": values.collect::<Vec<_>>(),
        "fingerprint": finding.fingerprint(),
    })
}

fn failure(failure: &Failure<'_>, results: &Results<'_>) -> Value {
    let diagnostic = failure.diagnostic;
    object!({
        "env": failure.env,
        "app": failure.app,
        "code": diagnostic.code.0,
        "severity": severity(diagnostic.severity),
        "message": diagnostic.message,
        "hints": diagnostic.help,
        "place": place(diagnostic.primary.span, results),
    })
}

/// Null where there is no file.
fn place(span: Span, results: &Results<'_>) -> Value {
    results.place(span).map_or(Value::Null, |place| {
        object!({
            "file": place.file,
            "line": place.start.line,
            "column": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        })
    })
}
