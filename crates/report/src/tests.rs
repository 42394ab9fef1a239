//! Every format over the same findings. `cargo xtask bless` rewrites the snapshots.

use std::path::Path;

use anstream::adapter::strip_str;
use boon::{Compiler, Draft, Schemas};
use evenkeel_rules::RULES;
use serde_json::Value;

use crate::fixture::Fixture;
use crate::{Layout, github, json, junit, sarif, summary, text};

fn terminal(width: usize, lists_effects: bool) -> String {
    let layout = Layout {
        width,
        lists_effects,
    };
    let text = Fixture::new()
        .shown(|results| format!("{}{}", text(results, layout), summary(results, width)));
    let lines = strip_str(&text).to_string();
    let lines: Vec<&str> = lines.lines().map(str::trim_end).collect();
    let text = lines.join("\n");
    // Which rules are deep is no matter of a format.
    let (before, after) = text.split_once("--deep: ").expect("deep rules");
    let after = after.split_once(';').map_or("", |(_, after)| after);
    format!("{before}--deep: CODES;{after}")
}

#[test]
fn a_terminal_of_80_columns() {
    insta::assert_snapshot!(terminal(80, false));
}

#[test]
fn a_terminal_of_120_columns_with_effects() {
    insta::assert_snapshot!(terminal(120, true));
}

#[test]
fn json_has_everything() {
    let value = Fixture::new().shown(json);
    validate("schemas/report.schema.json", &value);
    insta::assert_snapshot!(pretty(&value));
}

#[test]
fn sarif_has_everything() {
    let mut value = Fixture::new().shown(sarif);
    validate("fixtures/report/sarif.schema.json", &value);
    let driver = &mut value["runs"][0]["tool"]["driver"];
    driver["semanticVersion"] = "VERSION".into();
    // The texts of the rules are tested where they are written.
    for rule in driver["rules"].as_array_mut().into_iter().flatten() {
        for key in ["shortDescription", "fullDescription", "help"] {
            assert!(
                rule[key]["text"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{rule}"
            );
            rule[key] = "TEXT".into();
        }
    }
    insta::assert_snapshot!(pretty(&value));
}

#[test]
fn junit_has_everything() {
    let mut text = Fixture::new().shown(junit);
    for rule in RULES {
        text = text.replace(rule.statement, "STATEMENT");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn github_has_everything() {
    insta::assert_snapshot!(Fixture::new().shown(github));
}

pub(crate) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("JSON")
}

/// Holds a value to a schema of the repository.
pub(crate) fn validate(schema: &str, value: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(schema);
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.set_default_draft(Draft::V2020_12);
    let schema = compiler
        .compile(&path.display().to_string(), &mut schemas)
        .expect("a schema");
    if let Err(error) = schemas.validate(value, schema) {
        panic!("{error:#}");
    }
}
