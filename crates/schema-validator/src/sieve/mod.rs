//! A quick yes: most values fit their schema, and most schemas use a few plain keywords.
//!
//! Compiling a schema with boon loads and checks its metaschema first, which costs more than the whole
//! render of a small chart. So the sieve looks first. It answers yes only where it is certain that the
//! schema is one and that the values fit; whatever it does not know, it leaves to boon, which also words
//! every failure. It never says no.

mod evaluate;
mod form;
mod pattern;

use evenkeel_value::{Map, Value};
use serde_json::Value as Json;

/// The most steps of one look: schemas that refer to themselves in a circle end here.
const FUEL: u32 = 200_000;

/// Whether the values certainly fit the schema.
pub(crate) fn fits(values: &Map, schema: &Json) -> bool {
    let Some(draft) = draft(schema) else {
        return false;
    };
    if !form::is_schema(schema, draft) {
        return false;
    }
    let mut look = evaluate::Look {
        root: schema,
        draft,
        fuel: FUEL,
        depth: 0,
    };
    look.fits(schema, &Value::Map(values.clone())) == Some(true)
}

/// The dialects that are known here. In both, what the sieve knows means the same but for `format` and
/// for the neighbours of `$ref`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Draft {
    /// draft-06 and draft-07: formats are checked, `$ref` hides its neighbours.
    Seven,
    /// 2019-09 and 2020-12.
    TwentyTwenty,
}

fn draft(schema: &Json) -> Option<Draft> {
    let url = match schema.get("$schema") {
        None => return Some(Draft::TwentyTwenty),
        Some(url) => url.as_str()?.trim_end_matches('#'),
    };
    let name = url
        .strip_prefix("https://")
        .or(url.strip_prefix("http://"))?;
    match name {
        "json-schema.org/draft-06/schema" | "json-schema.org/draft-07/schema" => Some(Draft::Seven),
        "json-schema.org/draft/2019-09/schema" | "json-schema.org/draft/2020-12/schema" => {
            Some(Draft::TwentyTwenty)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    use super::*;

    fn check(schema: &str, values: &str) -> bool {
        let schema = serde_json::from_str(schema).expect("a schema");
        let data = evenkeel_yaml::decode(values.as_bytes(), FileId::NONE).expect("values");
        let values = data.to_value().as_map().cloned().unwrap_or_default();
        fits(&values, &schema)
    }

    #[test]
    fn plain_keywords_are_known() {
        for (schema, values) in [
            ("true", "a: 1"),
            ("{}", "a: 1"),
            (r#"{"type":"object","required":["a"]}"#, "a: null"),
            (
                r#"{"properties":{"a":{"type":["integer","null"]}}}"#,
                "a: 2",
            ),
            (r#"{"properties":{"a":{"enum":["x",1,null]}}}"#, "a: 1"),
            (r#"{"properties":{"a":{"const":{"b":[1]}}}}"#, "a: {b: [1]}"),
            (
                r#"{"additionalProperties":false,"properties":{"a":{}}}"#,
                "a: 1",
            ),
            (r#"{"additionalProperties":{"type":"string"}}"#, "a: x"),
            (
                r#"{"properties":{"a":{"items":{"minimum":1}}}}"#,
                "a: [1, 2]",
            ),
            (
                r#"{"properties":{"a":{"anyOf":[{"type":"string"},{"maximum":3}]}}}"#,
                "a: 3",
            ),
            (
                r#"{"properties":{"a":{"oneOf":[{"type":"string"},{"type":"number"}]}}}"#,
                "a: 3",
            ),
            (r#"{"properties":{"a":{"not":{"minLength":2}}}}"#, "a: x"),
            (
                r##"{"$defs":{"p":{"type":"integer"}},"properties":{"a":{"$ref":"#/$defs/p"}}}"##,
                "a: 1",
            ),
            (
                r##"{"$schema":"http://json-schema.org/draft-07/schema#","$defs":{"p":{"required":["a"]}},"$ref":"#/$defs/p"}"##,
                "a: 1",
            ),
            (
                r#"{"if":{"required":["a"]},"then":{"required":["b"]}}"#,
                "{a: 1, b: 2}",
            ),
            (
                r#"{"properties":{"a":{"type":"string","format":"uri"}}}"#,
                "a: no uri",
            ),
        ] {
            assert!(check(schema, values), "{schema} {values}");
        }
    }

    #[test]
    fn what_is_not_certain_is_left_to_boon() {
        for (schema, values) in [
            ("false", "a: 1"),
            (r#"{"required":["b"]}"#, "a: 1"),
            (r#"{"type":"objekt"}"#, "a: 1"),
            (r#"{"properties":{"a":{"type":"integer"}}}"#, "a: 1.5"),
            (r#"{"properties":{"b":{"minLength":"x"}}}"#, "a: 1"),
            (r#"{"properties":{"b":{"pattern":"("}}}"#, "a: 1"),
            (
                r#"{"properties":{"a":{"oneOf":[{"type":"integer"},{"type":"number"}]}}}"#,
                "a: 3",
            ),
            (r##"{"properties":{"a":{"$ref":"#/$defs/none"}}}"##, "b: 1"),
            (r##"{"properties":{"a":{"$ref":"other.json"}}}"##, "b: 1"),
            (r##"{"$ref":"#"}"##, "a: 1"),
            (
                r#"{"$schema":"http://json-schema.org/draft-04/schema#"}"#,
                "a: 1",
            ),
            (
                r#"{"$schema":"http://json-schema.org/draft-07/schema#","properties":{"a":{"format":"uri"}}}"#,
                "a: x",
            ),
            (
                r##"{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"p":{}},"properties":{"a":{"$ref":"#/definitions/p","type":"string"}}}"##,
                "a: 1",
            ),
            (
                r##"{"$schema":"http://json-schema.org/draft-07/schema#","$defs":{"p":{"required":["b"]}},"$ref":"#/$defs/p"}"##,
                "a: 1",
            ),
            (r#"{"unevaluatedProperties":false}"#, "{}"),
            (r#"{"properties":{"a":{"pattern":"^[a-z]+$"}}}"#, "a: x1"),
            (r#"{"properties":{"a":{"pattern":"^\\d"}}}"#, "a: 1x"),
            (r#"{"properties":{"a":{"uniqueItems":true}}}"#, "a: [x, x]"),
        ] {
            assert!(!check(schema, values), "{schema} {values}");
        }
    }
}
