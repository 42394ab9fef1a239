//! Whether a schema certainly is one: the part of the metaschemas that the sieve knows.

use serde_json::{Map as Object, Value as Json};

use super::Draft;

/// Whether this and every schema within it uses only keywords that are known here, each with a value of
/// the right form. Where it refers to must exist; [`super::evaluate`] sees to that when it gets there,
/// so references stand only to places where schemas stand.
pub(crate) fn is_schema(schema: &Json, draft: Draft) -> bool {
    let form = Form {
        root: schema,
        draft,
    };
    form.schema(schema, true)
}

struct Form<'a> {
    root: &'a Json,
    draft: Draft,
}

impl Form<'_> {
    fn schema(&self, schema: &Json, is_root: bool) -> bool {
        match schema {
            Json::Bool(_) => true,
            Json::Object(keywords) => {
                self.neighbours_count(keywords)
                    && keywords
                        .iter()
                        .all(|(name, value)| self.keyword(name, value, is_root))
            }
            _ => false,
        }
    }

    /// In draft-07, `$ref` stands alone: beside it, only words that ask nothing of a value are certain.
    fn neighbours_count(&self, keywords: &Object<String, Json>) -> bool {
        self.draft == Draft::TwentyTwenty
            || !keywords.contains_key("$ref")
            || keywords.keys().all(|name| {
                matches!(
                    name.as_str(),
                    "$ref"
                        | "$schema"
                        | "$defs"
                        | "definitions"
                        | "title"
                        | "description"
                        | "default"
                        | "$comment"
                )
            })
    }

    fn keyword(&self, name: &str, value: &Json, is_root: bool) -> bool {
        match name {
            "$schema" => is_root,
            "title" | "description" | "$comment" | "format" => value.is_string(),
            "default" | "const" => true,
            "examples" => value.is_array(),
            "deprecated" | "readOnly" | "writeOnly" | "uniqueItems" => value.is_boolean(),
            "type" => is_type(value),
            "enum" => value.as_array().is_some_and(|all| !all.is_empty()),
            "required" => is_set_of_strings(value),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.is_number(),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties"
            | "maxProperties" => value.is_u64(),
            "additionalProperties" | "items" | "not" | "if" | "then" | "else" => {
                self.schema(value, false)
            }
            "properties" | "$defs" | "definitions" => value
                .as_object()
                .is_some_and(|all| all.values().all(|inner| self.schema(inner, false))),
            "allOf" | "anyOf" | "oneOf" => value.as_array().is_some_and(|all| {
                !all.is_empty() && all.iter().all(|inner| self.schema(inner, false))
            }),
            "pattern" => value.as_str().is_some_and(super::pattern::is_plain),
            "$ref" => value
                .as_str()
                .is_some_and(|to| target(self.root, to).is_some()),
            _ => !is_meaningful(name),
        }
    }
}

/// The schema that a reference within the document names: `#` or `#/$defs/x`, where only definitions and
/// properties lead on, as everything there has been looked at.
pub(crate) fn target<'a>(root: &'a Json, reference: &str) -> Option<&'a Json> {
    let pointer = reference.strip_prefix('#')?;
    if pointer.contains(['%', '~']) {
        return None;
    }
    let mut tokens = pointer.split('/');
    if tokens.next() != Some("") {
        return None;
    }
    let mut at = root;
    while let Some(keyword) = tokens.next() {
        let inner = at.get(keyword)?;
        at = match keyword {
            "$defs" | "definitions" | "properties" => inner.get(tokens.next()?)?,
            "additionalProperties" | "items" | "not" => inner,
            _ => return None,
        };
    }
    Some(at)
}

/// Keywords of any draft that mean something which is not known here, or whose form is checked.
fn is_meaningful(name: &str) -> bool {
    name.starts_with('$')
        || matches!(
            name,
            "id" | "patternProperties"
                | "multipleOf"
                | "contains"
                | "minContains"
                | "maxContains"
                | "additionalItems"
                | "prefixItems"
                | "propertyNames"
                | "dependencies"
                | "dependentRequired"
                | "dependentSchemas"
                | "unevaluatedItems"
                | "unevaluatedProperties"
                | "contentEncoding"
                | "contentMediaType"
                | "contentSchema"
        )
}

fn is_type(value: &Json) -> bool {
    let known = |value: &Json| {
        value.as_str().is_some_and(|name| {
            matches!(
                name,
                "null" | "boolean" | "object" | "array" | "number" | "string" | "integer"
            )
        })
    };
    match value {
        Json::Array(all) => !all.is_empty() && is_set_of_strings(value) && all.iter().all(known),
        _ => known(value),
    }
}

fn is_set_of_strings(value: &Json) -> bool {
    let Some(all) = value.as_array() else {
        return false;
    };
    let mut names: Vec<_> = all.iter().filter_map(Json::as_str).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    count == all.len() && names.len() == count
}
