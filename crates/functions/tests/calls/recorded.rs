//! Replays the calls that were recorded from Go: `fixtures/functions`, whose README says what is in them.

use std::path::{Path, PathBuf};

use evenkeel_diagnostics::Origin;
use evenkeel_value::{Data, DataEntry, DataItem};

use crate::support::{self, Outcome, call};

/// What a record (a case, or its `helm3`) says.
fn wanted(record: &Data) -> Option<Outcome> {
    let text = |key| record.get(key).and_then(Data::as_str);
    text("want")
        .map(|want| Outcome::Output(want.as_bytes().to_vec()))
        .or_else(|| text("want_hex").map(|hex| Outcome::Output(unhex(hex))))
        .or_else(|| text("error").map(|error| Outcome::Error(error.to_owned())))
}

fn unhex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits");
    (0..text.len()).step_by(2).map(byte).collect()
}

fn data_of(json: &serde_json::Value) -> Data {
    use serde_json::Value;
    match json {
        Value::Null => Data::Null,
        Value::Bool(b) => Data::Bool(*b),
        Value::Number(n) => Data::Float(n.as_f64().expect("a number that fits a float")),
        Value::String(text) => Data::str(text),
        Value::Array(items) => {
            let item = |value| DataItem {
                value: data_of(value),
                origin: Origin::NONE,
            };
            Data::List(items.iter().map(item).collect())
        }
        Value::Object(entries) => {
            let entry = |(key, value): (&String, &Value)| DataEntry {
                key: key.as_bytes().into(),
                value: data_of(value),
                origin: Origin::NONE,
            };
            Data::map(entries.iter().map(entry).collect())
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the recorded calls are files of this repository"
)]
fn families() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/functions");
    let entries = std::fs::read_dir(folder).expect("the folder of recorded calls");
    let paths = entries.map(|entry| entry.expect("a folder entry").path());
    let mut files: Vec<_> = paths
        .filter(|p| p.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    files
}

/// The calls of one file that answer otherwise than recorded.
#[expect(
    clippy::disallowed_methods,
    reason = "the recorded calls are files of this repository"
)]
fn failures(path: &Path) -> Vec<String> {
    let text = std::fs::read(path).expect("a readable file");
    let parsed = serde_json::from_slice(&text).map(|cases| data_of(&cases));
    let Ok(Data::List(cases)) = parsed else {
        panic!("{} is no JSON array", path.display());
    };
    let mut failures = Vec::new();
    for case in cases.iter().map(|item| &item.value) {
        let expr = case
            .get("expr")
            .and_then(Data::as_str)
            .expect("an expression");
        let data = case.get("data").cloned().unwrap_or_default();
        let helm4 = wanted(case).expect("an outcome");
        let helm3 = case.get("helm3").and_then(wanted);
        let checks = [
            ("Helm 4", evenkeel_functions::helm4(), &helm4),
            (
                "Helm 3",
                evenkeel_functions::helm3(),
                helm3.as_ref().unwrap_or(&helm4),
            ),
        ];
        for (profile, functions, want) in checks {
            let got = call(expr, &data, functions);
            if *want != got {
                failures.push(format!("{profile}: {expr}\n  want {want}\n  got  {got}"));
            }
        }
    }
    failures
}

#[test]
fn calls_answer_as_recorded() {
    let all = support::on_large_stack(|| {
        families()
            .iter()
            .flat_map(|family| failures(family))
            .collect::<Vec<_>>()
    });
    assert!(
        all.is_empty(),
        "{} calls differ:\n{}",
        all.len(),
        all.join("\n")
    );
}
