//! Values of manifests as JSON.

use evenkeel_value::Data;
use serde_json::Value;

/// A value as JSON has it. Bytes that are no UTF-8 are replaced.
pub fn data(data: &Data) -> Value {
    match data {
        Data::Null => Value::Null,
        Data::Bool(b) => (*b).into(),
        Data::Int(n) => (*n).into(),
        Data::Uint(n) => (*n).into(),
        // Decoding makes every number a float; whole ones are written as what they were.
        Data::Float(n) if n.fract() == 0.0 && n.abs() < 9e15 => (*n as i64).into(),
        Data::Float(n) => (*n).into(),
        Data::Str(text) => String::from_utf8_lossy(text).into_owned().into(),
        Data::List(items) => items.iter().map(|item| self::data(&item.value)).collect(),
        Data::Map(entries) => Value::Object(
            entries
                .iter()
                .map(|entry| {
                    let key = String::from_utf8_lossy(&entry.key).into_owned();
                    (key, self::data(&entry.value))
                })
                .collect(),
        ),
    }
}
