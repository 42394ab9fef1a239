//! Values as JSON, and the text of a schema as JSON.

use evenkeel_diagnostics::FileId;
use evenkeel_value::{Map, Value};
use evenkeel_yaml::json as go_json;
use serde_json::{Number, Value as Json};

/// The values as the validator wants them.
pub(crate) fn of_map(map: &Map) -> Json {
    let entries = map.borrow();
    entries
        .iter()
        .map(|entry| (entry.key.to_text().into_owned(), of_value(&entry.value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn of_value(value: &Value) -> Json {
    match value {
        Value::Nil | Value::Complex(..) | Value::Object(_) => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(n, _) => Json::Number((*n).into()),
        Value::Uint(n, _) => Json::Number((*n).into()),
        Value::Float(n, _) => Number::from_f64(*n).map_or(Json::Null, Json::Number),
        Value::Str(text) => Json::String(text.to_text().into_owned()),
        Value::Bytes(bytes) => Json::String(String::from_utf8_lossy(bytes).into_owned()),
        Value::List(list) => list
            .borrow()
            .iter()
            .map(|item| of_value(&item.value))
            .collect(),
        Value::Map(map) => of_map(map),
    }
}

/// Parses a schema; the error is the text that Go's streaming decoder gives.
pub(crate) fn parse(text: &[u8]) -> Result<Json, String> {
    let error = match serde_json::from_slice(text) {
        Ok(schema) => return Ok(schema),
        Err(error) => error,
    };
    let text = match go_json::decode(text, FileId::NONE) {
        Ok(_) => return Err(error.to_string()),
        Err(error) => error.text().to_owned(),
    };
    // `json.Decoder` names the end of its input in other words than `json.Unmarshal`, and leaves what
    // follows the first value to the caller, who has words of their own.
    Err(if text.ends_with("unexpected end of JSON input") {
        if is_blank(error.line(), error.column()) {
            "EOF"
        } else {
            "unexpected EOF"
        }
        .to_owned()
    } else if text.ends_with("after top-level value") {
        "invalid character after top-level value".to_owned()
    } else {
        text
    })
}

fn is_blank(line: usize, column: usize) -> bool {
    line <= 1 && column == 0
}
