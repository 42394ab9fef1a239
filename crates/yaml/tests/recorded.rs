//! Replays what Go's emitters and its JSON decoder were recorded to give.

#[path = "../../value/tests/notation/mod.rs"]
mod notation;

use evenkeel_diagnostics::FileId;
use evenkeel_value::fmt::sprintf;
use evenkeel_value::{Data, Value, ty};
use evenkeel_yaml::{Error, json};
use notation::{bytes, value};
use serde_json::Value as Json;

fn cases(text: &str) -> Vec<Json> {
    serde_json::from_str(text).expect("a fixture is a JSON array")
}

fn check_output(case: &Json, key: &str, got: Result<Vec<u8>, Error>) {
    let got = got.map_err(|error| error.text().to_owned());
    let want = match case[key]["error"].as_str() {
        Some(error) => Err(error.to_owned()),
        None => Ok(bytes(&case[key])),
    };
    let show = |result: &Result<Vec<u8>, String>| match result {
        Ok(text) => String::from_utf8_lossy(text).into_owned(),
        Err(error) => format!("error: {error}"),
    };
    let (got_text, want_text) = (show(&got), show(&want));
    assert!(
        got == want,
        "{key} of {}\ngot:\n{got_text}\nwant:\n{want_text}",
        case["value"]
    );
}

#[test]
fn three_emitters() {
    for case in cases(include_str!("../../../fixtures/emit/documents.json")) {
        let value = value(&case["value"]);
        check_output(&case, "yaml", evenkeel_yaml::to_yaml(&value));
        check_output(&case, "pretty", evenkeel_yaml::to_yaml_pretty(&value));
        check_output(&case, "json", evenkeel_yaml::to_json(&value));
        if case.get("indented").is_some() {
            check_output(&case, "indented", evenkeel_yaml::to_json_pretty(&value));
            let raw = if case.get("raw").is_some() {
                "raw"
            } else {
                "json"
            };
            check_output(&case, raw, evenkeel_yaml::to_json_raw(&value));
        }
    }
}

fn check_decoded(case: &Json, key: &str, data: &Data, error: Option<&Error>) {
    let show = |value: Value| String::from_utf8_lossy(&sprintf(b"%#v", &[value])).into_owned();
    let (got, want) = (show(data.to_value()), show(value(&case[key]["data"])));
    assert_eq!(got, want, "{key} of {}", case["text"]);
    assert_eq!(
        error.map(Error::text),
        case[key]["error"].as_str(),
        "{key} of {}",
        case["text"]
    );
}

#[test]
fn json_decoded_into_anything_maps_and_lists() {
    for case in cases(include_str!("../../../fixtures/emit/json.json")) {
        let text = bytes(&case["text"]);
        match json::decode(&text, FileId::NONE) {
            Ok(data) => check_decoded(&case, "any", &data, None),
            Err(error) => check_decoded(&case, "any", &Data::Null, Some(&error)),
        }
        let map = json::decode_map(&text, FileId::NONE);
        check_decoded(&case, "map", &map.data, map.error.as_ref());
        let list = json::decode_list(&text, FileId::NONE);
        check_decoded(&case, "list", &list.data, list.error.as_ref());
    }
}

/// Runs on a stack as large as that of a render.
fn on_large_stack<R: Send + 'static>(run: impl FnOnce() -> R + Send + 'static) -> R {
    let thread = std::thread::Builder::new().stack_size(256 << 20);
    thread
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no panic")
}

fn nested(depth: usize) -> Value {
    use evenkeel_value::List;
    (0..depth).fold(Value::int(1), |inner, _| Value::List(List::of([inner])))
}

#[test]
fn nesting_has_the_limits_of_go() {
    let texts = on_large_stack(|| {
        let [deep, deeper] = [nested(10_000), nested(10_001)];
        let text =
            |result: Result<Vec<u8>, Error>| result.err().map(|error| error.text().to_owned());
        let brackets = "[".repeat(10_001).into_bytes();
        [
            text(evenkeel_yaml::to_yaml(&deep)),
            text(evenkeel_yaml::to_yaml(&deeper)),
            text(evenkeel_yaml::to_json(&deeper)),
            text(evenkeel_yaml::to_yaml_pretty(&deeper)),
            json::decode(&brackets, FileId::NONE)
                .err()
                .map(|error| error.text().to_owned()),
        ]
    });
    let [deep, deeper, json, pretty, decoded] = texts.each_ref().map(Option::as_deref);
    assert_eq!(deep, None);
    assert_eq!(deeper, Some("yaml: exceeded max depth of 10000"));
    assert_eq!(json, None);
    assert_eq!(pretty, None);
    assert_eq!(decoded, Some("invalid character '[' exceeded max depth"));
}

#[test]
fn values_that_contain_themselves_are_errors() {
    let texts = on_large_stack(|| {
        let map = evenkeel_value::Map::new(ty::MAP);
        map.insert("self", map.clone());
        let itself = Value::Map(map);
        let text =
            |result: Result<Vec<u8>, Error>| result.err().map(|error| error.text().to_owned());
        [
            text(evenkeel_yaml::to_json(&itself)),
            text(evenkeel_yaml::to_yaml(&itself)),
        ]
    });
    let cycle = "json: unsupported value: encountered a cycle via map[string]interface {}";
    assert_eq!(texts[0].as_deref(), Some(cycle));
    assert_eq!(
        texts[1],
        Some(format!("error marshaling into JSON: {cycle}"))
    );
}
