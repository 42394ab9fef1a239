//! What the emitters write and the reader does not take, as both Helms answer: found by fuzzing.

use evenkeel_diagnostics::FileId;
use evenkeel_value::Value;
use evenkeel_yaml::{decode, to_yaml, to_yaml_pretty};

#[test]
fn a_literal_that_starts_with_a_tab_reads_back_from_one_emitter_only() {
    let value = Value::str("\tx\ny");
    let quoted = to_yaml(&value).expect("a string is written");
    assert_eq!(quoted, b"\"\\tx\\ny\"\n");
    assert!(decode(&quoted, FileId::NONE).is_ok());

    let literal = to_yaml_pretty(&value).expect("a string is written");
    assert_eq!(literal, b"|-\n  \tx\n  y\n");
    let error = decode(&literal, FileId::NONE).expect_err("yaml.v2 refuses it");
    let want = "error converting YAML to JSON: yaml: line 2: found a tab character where an \
                indentation space is expected";
    assert_eq!(error.text(), want);
}
