//! Replays `fixtures/yaml/decode.jsonl`, recorded from Go: see the README beside it.

use evenkeel_diagnostics::FileId;
use evenkeel_yaml::{ReadOptions, decode, decode_map, decode_with, to_json};

const CASES: &str = include_str!("../../../fixtures/yaml/decode.jsonl");

#[test]
fn every_recorded_reading_is_repeated() {
    let mut failures = Vec::new();
    for line in CASES.lines() {
        let case: Vec<Option<String>> = serde_json::from_str(line).expect("a line is a JSON list");
        let [Some(mode), text, Some(expected), hex @ ..] = case.as_slice() else {
            panic!("not a case: {line}");
        };
        let input = match (text, hex) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, [Some(hex)]) => bytes(hex),
            _ => panic!("no input: {line}"),
        };
        let found = outcome(mode, &input);
        if found != *expected {
            failures.push(format!("{line}\n  {found}"));
        }
    }
    let count = failures.len();
    assert!(
        failures.is_empty(),
        "{count} cases differ:\n{}",
        failures.join("\n")
    );
}

fn outcome(mode: &str, input: &[u8]) -> String {
    let file = FileId::NONE;
    let read = match mode {
        "any" => decode(input, file),
        "map" => decode_map(input, file),
        _ => decode_with(
            input,
            &ReadOptions {
                strict: true,
                ..ReadOptions::new(file)
            },
        ),
    };
    match read.and_then(|data| to_json(&data.to_value())) {
        Ok(json) => format!("V {}", String::from_utf8_lossy(&json)),
        Err(error) => format!("E {}", error.text()),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .chars()
        .filter_map(|c| c.to_digit(16))
        .map(|d| d as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] * 16 + pair[1])
        .collect()
}
