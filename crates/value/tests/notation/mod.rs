//! The notation for values and texts in `fixtures/fmt` and `fixtures/emit`; their README describes it.

use evenkeel_value::{Item, List, Map, Str, Type, Value, ty};
use serde_json::Value as Json;

/// A text: a JSON string, or `{"hex": …}` where it is no UTF-8.
pub(crate) fn bytes(json: &Json) -> Vec<u8> {
    match json {
        Json::String(text) => text.clone().into_bytes(),
        other => hex(other["hex"]
            .as_str()
            .expect("a text is a string or has hex")),
    }
}

fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs
        .map(|pair| byte(pair).expect("hexadecimal digits"))
        .collect()
}

/// A value.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(b) => Value::Bool(*b),
        Json::String(text) => Value::str(text.as_str()),
        Json::Array(items) => Value::List(List::of(items.iter().map(value))),
        Json::Object(object) => {
            let (kind, content) = object.iter().next().expect("a typed value has one key");
            typed(kind, content)
        }
        Json::Number(_) => panic!("numbers have types: {json}"),
    }
}

fn typed(kind: &str, content: &Json) -> Value {
    let signed = |ty: Type| Value::Int(text(content).parse().expect("an integer"), ty);
    let unsigned = |ty: Type| Value::Uint(text(content).parse().expect("an integer"), ty);
    match kind {
        "hex" => Value::Str(Str::from(hex(text(content)))),
        "bytes" => Value::Bytes(hex(text(content)).into()),
        "int" => signed(ty::INT),
        "int32" => signed(ty::INT32),
        "int64" => signed(ty::INT64),
        "duration" => signed(ty::DURATION),
        "month" => signed(ty::MONTH),
        "uint8" => unsigned(ty::UINT8),
        "uint64" => unsigned(ty::UINT64),
        "float64" => Value::float(text(content).parse().expect("a float")),
        "float32" => {
            let narrow: f32 = text(content).parse().expect("a float");
            Value::Float(f64::from(narrow), ty::FLOAT32)
        }
        "complex" => {
            let part = |at: usize| text(&content[at]).parse().expect("a float");
            Value::Complex(part(0), part(1))
        }
        "strings" => list(ty::STRINGS, content, value),
        "ints" => list(ty::INTS, content, value),
        "map" => map(ty::MAP, content),
        "string map" => map(ty::STRING_MAP, content),
        "nil" if text(content) == ty::MAP.name => Value::Map(Map::nil(ty::MAP)),
        "nil" => Value::List(List::nil(ty::LIST)),
        _ => panic!("unknown type {kind}"),
    }
}

fn text(json: &Json) -> &str {
    json.as_str().expect("a string")
}

fn list(ty: Type, content: &Json, element: fn(&Json) -> Value) -> Value {
    let items = content.as_array().expect("a list").iter();
    Value::List(List::new(ty, items.map(element).map(Item::from).collect()))
}

fn map(ty: Type, content: &Json) -> Value {
    let map = Map::new(ty);
    for pair in content.as_array().expect("a list of pairs") {
        map.insert(bytes(&pair[0]), value(&pair[1]));
    }
    Value::Map(map)
}
