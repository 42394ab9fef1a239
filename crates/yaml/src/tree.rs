//! Decoded values with Go's key types and with places: what errors and typed reading need.

use std::collections::HashMap;

use evenkeel_diagnostics::Span;
use evenkeel_value::number::{self, FloatSize};

use crate::decode::{Builder, Stop};
use crate::gosyntax;
use crate::resolve::Scalar;

/// What yaml.v2 puts into an `interface{}`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Str(Vec<u8>),
    List(Vec<TreeNode>),
    Map(Vec<TreeEntry>),
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TreeNode {
    pub(crate) value: Tree,
    pub(crate) span: Span,
}

/// An entry of a map; no two have one key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TreeEntry {
    pub(crate) key: Key,
    pub(crate) key_span: Span,
    pub(crate) value: TreeNode,
}

/// A key of a `map[interface{}]interface{}`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Key {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Str(Vec<u8>),
}

/// A key that can be looked up; NaN is equal to nothing.
#[derive(PartialEq, Eq, Hash)]
enum Lookup {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(u64),
    Str(Vec<u8>),
}

impl Key {
    fn of(scalar: Scalar<'_>) -> Key {
        match scalar {
            Scalar::Null => Key::Null,
            Scalar::Bool(b) => Key::Bool(b),
            Scalar::Int(n) => Key::Int(n),
            Scalar::Uint(n) => Key::Uint(n),
            Scalar::Float(n) => Key::Float(n),
            Scalar::Str(text) => Key::Str(text.into_owned()),
        }
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(match self {
            Key::Null => Lookup::Null,
            Key::Bool(b) => Lookup::Bool(*b),
            Key::Int(n) => Lookup::Int(*n),
            Key::Uint(n) => Lookup::Uint(*n),
            Key::Float(n) if n.is_nan() => return None,
            // Zero equals minus zero.
            Key::Float(n) => Lookup::Float((n + 0.0).to_bits()),
            Key::Str(text) => Lookup::Str(text.clone()),
        })
    }

    /// The key in JSON, if sigs.k8s.io/yaml can make one of it.
    pub(crate) fn json(&self) -> Option<Vec<u8>> {
        Some(match self {
            Key::Null | Key::Uint(_) => return None,
            Key::Bool(b) => bool_text(*b).to_vec(),
            Key::Int(n) => n.to_string().into_bytes(),
            Key::Float(n) => float_key(*n).into_bytes(),
            Key::Str(text) => text.clone(),
        })
    }

    pub(crate) fn as_tree(&self) -> Tree {
        match self {
            Key::Null => Tree::Null,
            Key::Bool(b) => Tree::Bool(*b),
            Key::Int(n) => Tree::Int(*n),
            Key::Uint(n) => Tree::Uint(*n),
            Key::Float(n) => Tree::Float(*n),
            Key::Str(text) => Tree::Str(text.clone()),
        }
    }
}

pub(crate) fn bool_text(b: bool) -> &'static [u8] {
    if b { b"true" } else { b"false" }
}

/// How sigs.k8s.io/yaml writes a float as a string: with the precision of a float32.
pub(crate) fn float_text(n: f64) -> String {
    number::format_float(n, b'g', None, FloatSize::F32)
}

pub(crate) fn float_key(n: f64) -> String {
    match float_text(n).as_str() {
        "+Inf" => ".inf".to_owned(),
        "-Inf" => "-.inf".to_owned(),
        "NaN" => ".nan".to_owned(),
        text => text.to_owned(),
    }
}

/// Builds [`Tree`]s.
#[derive(Default)]
pub(crate) struct TreeBuilder {
    /// Whether a key that occurs twice is an error (`UnmarshalStrict`).
    pub(crate) strict: bool,
    /// What was wrong with entries, each with the offset that its line is counted from.
    pub(crate) complaints: Vec<(u32, String)>,
}

#[derive(Default)]
pub(crate) struct TreeMap {
    entries: Vec<TreeEntry>,
    places: HashMap<Lookup, usize>,
}

impl Builder for TreeBuilder {
    type Value = TreeNode;
    type Key = Key;
    type Map = TreeMap;

    fn scalar(&mut self, scalar: Scalar<'_>, span: Span) -> Result<TreeNode, Stop> {
        Ok(TreeNode {
            value: Key::of(scalar).as_tree(),
            span,
        })
    }

    fn list(&mut self, items: Vec<(TreeNode, Span)>, span: Span) -> TreeNode {
        TreeNode {
            value: Tree::List(items.into_iter().map(|(item, _)| item).collect()),
            span,
        }
    }

    fn new_map(&mut self) -> TreeMap {
        TreeMap::default()
    }

    fn scalar_key(&mut self, scalar: Scalar<'_>) -> Result<Key, Stop> {
        Ok(Key::of(scalar))
    }

    fn value_key(&mut self, value: TreeNode) -> Result<Key, Stop> {
        Ok(match value.value {
            Tree::Null => Key::Null,
            Tree::Bool(b) => Key::Bool(b),
            Tree::Int(n) => Key::Int(n),
            Tree::Uint(n) => Key::Uint(n),
            Tree::Float(n) => Key::Float(n),
            Tree::Str(text) => Key::Str(text),
            collection => {
                let text = gosyntax::text(&collection);
                return Err(Stop::fail(format!("invalid map key: {text}")));
            }
        })
    }

    fn insert(&mut self, map: &mut TreeMap, key: (Key, Span), value: TreeNode, value_at: u32) {
        let (key, key_span) = key;
        let lookup = key.lookup();
        let known = lookup
            .as_ref()
            .and_then(|lookup| map.places.get(lookup))
            .copied();
        if let Some(entry) = known.and_then(|at| map.entries.get_mut(at)) {
            if self.strict {
                let text = format!("key {} already set in map", gosyntax::text(&key.as_tree()));
                self.complaints.push((value_at, text));
                return;
            }
            *entry = TreeEntry {
                key,
                key_span,
                value,
            };
            return;
        }
        if let Some(lookup) = lookup {
            map.places.insert(lookup, map.entries.len());
        }
        map.entries.push(TreeEntry {
            key,
            key_span,
            value,
        });
    }

    fn map(&mut self, map: TreeMap, span: Span) -> TreeNode {
        TreeNode {
            value: Tree::Map(map.entries),
            span,
        }
    }
}
