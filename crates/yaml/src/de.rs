//! Typed reading: a `serde` deserializer over decoded values that knows places.

use std::fmt;
use std::marker::PhantomData;

use evenkeel_diagnostics::{FileId, Span};
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};

use crate::read::Input;
use crate::sigs::{ReadOptions, decode_tree, parse};
use crate::tree::{Tree, TreeEntry, TreeNode, bool_text, float_text};
use crate::{Error, ErrorKind};

/// Reads the first document of `text` into a type.
///
/// Scalars are resolved as everywhere in this crate; where the type wants a string, numbers and bools
/// become one as sigs.k8s.io/yaml does it. Null stands for an absent value, an empty map or an empty
/// list.
///
/// # Errors
/// As [`crate::decode_with`], and serde's description of a value that does not fit, with its place.
pub fn from_slice<T: DeserializeOwned>(text: &[u8], options: &ReadOptions) -> Result<T, Error> {
    let input = Input::new(text);
    let document = parse(&input, options)?;
    let tree = decode_tree(&document, options.strict)?.value;
    let tree = tree.unwrap_or(TreeNode {
        value: Tree::Null,
        span: document.place(0, 0),
    });
    T::deserialize(&tree).map_err(|fail| Error::new(ErrorKind::Decode, fail.text).at(fail.span))
}

/// A value with its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// From the value's first byte to one past its last.
    pub span: Span,
}

/// What a [`Spanned`] asks the deserializer for; no type of the program has these names.
const SPANNED: &str = "$evenkeel::Spanned";
const SPANNED_FIELDS: &[&str] = &["file", "start", "end", "value"];

impl<'de, T: de::Deserialize<'de>> de::Deserialize<'de> for Spanned<T> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Spanned<T>, D::Error> {
        deserializer.deserialize_struct(SPANNED, SPANNED_FIELDS, SpannedVisitor(PhantomData))
    }
}

struct SpannedVisitor<T>(PhantomData<T>);

impl<'de, T: de::Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
    type Value = Spanned<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a YAML file")
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut parts: A) -> Result<Spanned<T>, A::Error> {
        let mut number = || parts.next_element::<u32>().map(Option::unwrap_or_default);
        let (file, start, end) = (number()?, number()?, number()?);
        let value = parts.next_element()?;
        let value = value.ok_or_else(|| de::Error::custom("a value of a YAML file is missing"))?;
        Ok(Spanned {
            value,
            span: Span::new(FileId::from_raw(file), start, end),
        })
    }
}

/// A failure, located as soon as a value is known.
#[derive(Debug)]
pub(crate) struct Fail {
    text: String,
    span: Span,
}

impl Fail {
    fn at(mut self, span: Span) -> Fail {
        if self.span == Span::NONE {
            self.span = span;
        }
        self
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Fail {}

impl de::Error for Fail {
    fn custom<T: fmt::Display>(text: T) -> Fail {
        Fail {
            text: text.to_string(),
            span: Span::NONE,
        }
    }
}

impl TreeNode {
    fn give<'de, V: Visitor<'de>>(&'de self, visitor: V) -> Result<V::Value, Fail> {
        match &self.value {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(b) => visitor.visit_bool(*b),
            Tree::Int(n) => visitor.visit_i64(*n),
            Tree::Uint(n) => visitor.visit_u64(*n),
            Tree::Float(n) => visitor.visit_f64(*n),
            Tree::Str(text) => match std::str::from_utf8(text) {
                Ok(text) => visitor.visit_borrowed_str(text),
                Err(_) => visitor.visit_borrowed_bytes(text),
            },
            Tree::List(items) => visitor.visit_seq(Items(items.iter())),
            Tree::Map(entries) => visitor.visit_map(Entries {
                rest: entries.iter(),
                value: None,
            }),
        }
    }

    /// What sigs.k8s.io/yaml makes of a scalar for a string field.
    fn as_text(&self) -> Option<String> {
        Some(match &self.value {
            Tree::Bool(b) => String::from_utf8_lossy(bool_text(*b)).into_owned(),
            Tree::Int(n) => n.to_string(),
            Tree::Uint(n) => n.to_string(),
            Tree::Float(n) => float_text(*n),
            _ => return None,
        })
    }

    fn give_text<'de, V: Visitor<'de>>(&'de self, visitor: V) -> Result<V::Value, Fail> {
        match self.as_text() {
            Some(text) => visitor.visit_string(text),
            None => self.give(visitor),
        }
    }
}

impl<'de> de::Deserializer<'de> for &'de TreeNode {
    type Error = Fail;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        self.give(visitor).map_err(|fail| fail.at(self.span))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        self.give_text(visitor).map_err(|fail| fail.at(self.span))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        match self.value {
            Tree::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fail> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        match self.value {
            Tree::Null => visitor.visit_seq(Items([].iter())),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        let given = match self.value {
            Tree::Null => visitor.visit_map(Entries {
                rest: [].iter(),
                value: None,
            }),
            _ => self.give(visitor),
        };
        given.map_err(|fail| fail.at(self.span))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fail> {
        if name == SPANNED {
            return visitor.visit_seq(Parts {
                node: self,
                given: 0,
            });
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fail> {
        let given = match &self.value {
            Tree::Map(entries) => {
                let access = Entries {
                    rest: entries.iter(),
                    value: None,
                };
                visitor.visit_enum(de::value::MapAccessDeserializer::new(access))
            }
            Tree::Str(text) => {
                let text = String::from_utf8_lossy(text).into_owned();
                visitor.visit_enum(IntoDeserializer::<Fail>::into_deserializer(text))
            }
            _ => match self.as_text() {
                Some(text) => visitor.visit_enum(IntoDeserializer::<Fail>::into_deserializer(text)),
                None => Err(de::Error::custom(format_args!(
                    "expected one of {name}: {}",
                    variants.join(", ")
                ))),
            },
        };
        given.map_err(|fail| fail.at(self.span))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        tuple tuple_struct identifier ignored_any
    }
}

struct Items<'t>(std::slice::Iter<'t, TreeNode>);

impl<'t> de::SeqAccess<'t> for Items<'t> {
    type Error = Fail;

    fn next_element_seed<T: DeserializeSeed<'t>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fail> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }
}

struct Entries<'t> {
    rest: std::slice::Iter<'t, TreeEntry>,
    value: Option<&'t TreeEntry>,
}

impl<'t> de::MapAccess<'t> for Entries<'t> {
    type Error = Fail;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, Fail> {
        self.value = self.rest.next();
        let Some(entry) = self.value else {
            return Ok(None);
        };
        let Some(key) = entry.key.json() else {
            return Err(Fail {
                text: "a key must be a string".to_owned(),
                span: entry.key_span,
            });
        };
        let key = String::from_utf8_lossy(&key).into_owned();
        let key = seed.deserialize(IntoDeserializer::<Fail>::into_deserializer(key));
        key.map(Some).map_err(|fail| fail.at(entry.key_span))
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Result<V::Value, Fail> {
        match self.value.take() {
            Some(entry) => seed.deserialize(&entry.value),
            None => Err(de::Error::custom("a value was asked for before its key")),
        }
    }
}

/// What a [`Spanned`] is made of: file, start, end, value.
struct Parts<'t> {
    node: &'t TreeNode,
    given: u8,
}

impl<'t> de::SeqAccess<'t> for Parts<'t> {
    type Error = Fail;

    fn next_element_seed<T: DeserializeSeed<'t>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fail> {
        self.given += 1;
        let number = match self.given {
            1 => self.node.span.file.to_raw(),
            2 => self.node.span.start,
            3 => self.node.span.end,
            4 => return seed.deserialize(self.node).map(Some),
            _ => return Ok(None),
        };
        seed.deserialize(IntoDeserializer::<Fail>::into_deserializer(number))
            .map(Some)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Config {
        name: String,
        #[serde(default)]
        level: Option<Level>,
        #[serde(default)]
        rules: Vec<Spanned<String>>,
        #[serde(default)]
        limits: BTreeMap<String, u32>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Level {
        Off,
        High,
    }

    fn read(text: &str) -> Result<Config, (String, String)> {
        let options = ReadOptions {
            strict: true,
            ..ReadOptions::new(FileId::NONE)
        };
        from_slice(text.as_bytes(), &options).map_err(|error| {
            let span = error.span();
            let place = text
                .get(span.start as usize..span.end as usize)
                .unwrap_or_default();
            (error.text().to_owned(), place.to_owned())
        })
    }

    #[test]
    fn values_find_their_fields() {
        let text = "name: 1.10\nlevel: high\nrules: [a, \"b\"]\nlimits: {x: 1, 2: 3}\n";
        let config = read(text).unwrap();
        assert_eq!(config.name, "1.1");
        assert_eq!(config.level, Some(Level::High));
        let rules: Vec<&str> = config
            .rules
            .iter()
            .map(|rule| &text[rule.span.start as usize..rule.span.end as usize])
            .collect();
        assert_eq!(rules, ["a", "\"b\""]);
        assert_eq!(
            config.limits,
            BTreeMap::from([("x".to_owned(), 1), ("2".to_owned(), 3)])
        );
        assert_eq!(
            read("name: a\nlevel:\nrules:\nlimits:\n").unwrap().rules,
            []
        );
        assert_eq!(read("name: a\nlevel: off\n").unwrap_err().1, "off");
    }

    #[test]
    fn misfits_have_places() {
        let check = |text: &str, message: &str, place: &str| {
            let (found, at) = read(text).unwrap_err();
            assert!(found.contains(message), "{found}");
            assert_eq!(at, place);
        };
        check(
            "name: a\nlimits: {x: b}\n",
            "invalid type: string \"b\", expected u32",
            "b",
        );
        check(
            "name: [x]\n",
            "invalid type: sequence, expected a string",
            "[x]",
        );
        check("name: a\nnmae: b\n", "unknown field `nmae`", "nmae");
        check("level: high\n", "missing field `name`", "level: high");
        check("name: a\nname: b\n", "key \"name\" already set in map", "");
        check("name: a\nlevel: low\n", "unknown variant `low`", "low");
    }
}
