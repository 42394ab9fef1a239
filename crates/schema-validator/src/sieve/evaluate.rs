//! Values against a schema whose form is known.

use evenkeel_value::{Entry, Item, Value};
use serde_json::{Map as Object, Value as Json};

use super::{Draft, form, pattern};

/// One look at values: yes, no, or not known.
pub(crate) struct Look<'a> {
    pub(crate) root: &'a Json,
    pub(crate) draft: Draft,
    pub(crate) fuel: u32,
    pub(crate) depth: u32,
}

/// References and values within one another that are followed.
const DEPTH: u32 = 200;

impl<'a> Look<'a> {
    /// Whether the value fits the schema; `None` where that is not known.
    pub(crate) fn fits(&mut self, schema: &'a Json, value: &Value) -> Option<bool> {
        let keywords = match schema {
            Json::Bool(answer) => return Some(*answer),
            Json::Object(keywords) => keywords,
            _ => return None,
        };
        self.fuel = self.fuel.checked_sub(1 + keywords.len() as u32)?;
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        let answer = self.keywords(keywords, value);
        self.depth -= 1;
        answer
    }

    fn keywords(&mut self, keywords: &'a Object<String, Json>, value: &Value) -> Option<bool> {
        for (name, want) in keywords {
            if !self.keyword(keywords, name, want, value)? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn keyword(
        &mut self,
        keywords: &'a Object<String, Json>,
        name: &str,
        want: &'a Json,
        value: &Value,
    ) -> Option<bool> {
        match name {
            "type" => Some(match want {
                Json::Array(all) => all.iter().any(|one| is_of_type(value, one)),
                one => is_of_type(value, one),
            }),
            "const" => equal(want, value),
            "enum" => any(want.as_array()?, |one| equal(one, value)),
            "$ref" => {
                let schema = form::target(self.root, want.as_str()?)?;
                self.fits(schema, value)
            }
            "allOf" => self.all_of(want.as_array()?, value),
            "anyOf" => any(want.as_array()?, |one| self.fits(one, value)),
            "oneOf" => self.one_of(want.as_array()?, value),
            "not" => self.fits(want, value).map(|fits| !fits),
            "if" => {
                let branch = if self.fits(want, value)? {
                    "then"
                } else {
                    "else"
                };
                keywords
                    .get(branch)
                    .map_or(Some(true), |schema| self.fits(schema, value))
            }
            "format" if self.draft == Draft::Seven => match value {
                Value::Str(_) | Value::Bytes(_) => None,
                _ => Some(true),
            },
            _ => match value {
                Value::Map(map) => self.of_object(keywords, name, want, &map.borrow()),
                Value::List(list) => self.of_array(name, want, &list.borrow()),
                Value::Str(text) => of_string(name, want, text),
                Value::Nil | Value::Bool(_) => Some(true),
                _ => of_number(name, want, value),
            },
        }
    }

    fn all_of(&mut self, all: &'a [Json], value: &Value) -> Option<bool> {
        for one in all {
            if !self.fits(one, value)? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn one_of(&mut self, all: &'a [Json], value: &Value) -> Option<bool> {
        let mut count = 0;
        for one in all {
            count += u32::from(self.fits(one, value)?);
        }
        Some(count == 1)
    }

    fn of_object(
        &mut self,
        keywords: &'a Object<String, Json>,
        name: &str,
        want: &'a Json,
        entries: &[Entry],
    ) -> Option<bool> {
        match name {
            "required" => {
                let names = want.as_array()?;
                Some(names.iter().all(|name| has(entries, name)))
            }
            "properties" => {
                let schemas = want.as_object()?;
                for entry in entries {
                    let Some(schema) = schemas.get(entry.key.as_utf8()?) else {
                        continue;
                    };
                    if !self.fits(schema, &entry.value)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            "additionalProperties" => {
                let known = keywords.get("properties").and_then(Json::as_object);
                for entry in entries {
                    let name = entry.key.as_utf8()?;
                    let is_known = known.is_some_and(|known| known.contains_key(name));
                    if !is_known && !self.fits(want, &entry.value)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            "minProperties" => Some(entries.len() as u64 >= want.as_u64()?),
            "maxProperties" => Some(entries.len() as u64 <= want.as_u64()?),
            _ => Some(true),
        }
    }

    fn of_array(&mut self, name: &str, want: &'a Json, items: &[Item]) -> Option<bool> {
        match name {
            "items" => {
                for item in items {
                    if !self.fits(want, &item.value)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            "minItems" => Some(items.len() as u64 >= want.as_u64()?),
            "maxItems" => Some(items.len() as u64 <= want.as_u64()?),
            "uniqueItems" if want == &Json::Bool(true) => are_unique(items),
            _ => Some(true),
        }
    }
}

/// Whether the answer is yes for any; not known where one is not known before a yes.
fn any<'a>(all: &'a [Json], mut ask: impl FnMut(&'a Json) -> Option<bool>) -> Option<bool> {
    for one in all {
        if ask(one)? {
            return Some(true);
        }
    }
    Some(false)
}

fn has(entries: &[Entry], name: &Json) -> bool {
    name.as_str().is_some_and(|name| {
        entries
            .binary_search_by(|entry| entry.key.as_bytes().cmp(name.as_bytes()))
            .is_ok()
    })
}

fn is_of_type(value: &Value, want: &Json) -> bool {
    matches!(
        (value, want.as_str().unwrap_or_default()),
        (Value::Nil, "null")
            | (Value::Bool(_), "boolean")
            | (Value::Map(_), "object")
            | (Value::List(_), "array")
            | (Value::Str(_), "string")
            | (
                Value::Int(..) | Value::Uint(..) | Value::Float(..),
                "number"
            )
            | (Value::Int(..) | Value::Uint(..), "integer")
    ) || matches!(
        (value, want.as_str()),
        (Value::Float(n, _), Some("integer")) if n.fract() == 0.0
    )
}

/// The number, where a double holds it exactly enough to compare.
fn number(value: &Value) -> Option<f64> {
    let n = match value {
        Value::Int(n, _) => *n as f64,
        Value::Uint(n, _) => *n as f64,
        Value::Float(n, _) => *n,
        _ => return None,
    };
    exact(n)
}

fn exact(n: f64) -> Option<f64> {
    (n.abs() < 9e15).then_some(n)
}

fn equal(want: &Json, value: &Value) -> Option<bool> {
    Some(match (want, value) {
        (Json::Null, Value::Nil) => true,
        (Json::Bool(want), Value::Bool(b)) => want == b,
        (Json::String(want), Value::Str(text)) => want.as_bytes() == text.as_bytes(),
        (Json::Number(want), Value::Int(..) | Value::Uint(..) | Value::Float(..)) => {
            exact(want.as_f64()?)? == number(value)?
        }
        (Json::Array(want), Value::List(list)) => {
            let items = list.borrow();
            want.len() == items.len() && {
                let mut same = true;
                for (want, item) in want.iter().zip(items.iter()) {
                    same = same && equal(want, &item.value)?;
                }
                same
            }
        }
        (Json::Object(want), Value::Map(map)) => {
            let entries = map.borrow();
            let mut same = want.len() == entries.len();
            for entry in entries.iter() {
                same = same
                    && match want.get(entry.key.as_utf8()?) {
                        Some(want) => equal(want, &entry.value)?,
                        None => false,
                    };
            }
            same
        }
        (_, Value::Bytes(_) | Value::Complex(..) | Value::Object(_)) => return None,
        _ => false,
    })
}

/// Whether no string stands twice; lists of anything else are not looked at.
fn are_unique(items: &[Item]) -> Option<bool> {
    let mut texts: Vec<_> = items
        .iter()
        .map(|item| item.value.as_str().map(|text| text.as_bytes()))
        .collect::<Option<_>>()?;
    texts.sort_unstable();
    Some(texts.windows(2).all(|pair| pair[0] != pair[1]))
}

fn of_string(name: &str, want: &Json, text: &[u8]) -> Option<bool> {
    let length = || {
        std::str::from_utf8(text)
            .ok()
            .map(|text| text.chars().count() as u64)
    };
    match name {
        "minLength" => Some(length()? >= want.as_u64()?),
        "maxLength" => Some(length()? <= want.as_u64()?),
        "pattern" => pattern::is_match(want.as_str()?, text),
        _ => Some(true),
    }
}

fn of_number(name: &str, want: &Json, value: &Value) -> Option<bool> {
    let bound = || exact(want.as_f64()?);
    match name {
        "minimum" => Some(number(value)? >= bound()?),
        "maximum" => Some(number(value)? <= bound()?),
        "exclusiveMinimum" => Some(number(value)? > bound()?),
        "exclusiveMaximum" => Some(number(value)? < bound()?),
        _ => Some(true),
    }
}
