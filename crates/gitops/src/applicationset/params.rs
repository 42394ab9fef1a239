//! The parameters that a generator gives, with the Go types that templates see.
//!
//! Most are `interface {}` all the way down, as JSON decodes. What Argo CD itself computes is typed: `values`
//! and a cluster's labels are `map[string]string`, `path.segments` is `[]string`. It shows: `hasKey .values "a"`
//! fails, and a selector cannot look into them.

use std::sync::Arc;

use evenkeel_diagnostics::Origin;
use evenkeel_value::{Data, DataEntry, DataItem, Entry, Item, List, Map, Str, Value, fmt, ty};

/// The parameters of one element: what templates see as `.`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params(pub(super) Vec<Param>);

/// One parameter.
#[derive(Debug, Clone)]
pub(super) struct Param {
    pub(super) name: Arc<[u8]>,
    pub(super) value: Typed,
    pub(super) origin: Origin,
}

/// Origins do not count.
impl PartialEq for Param {
    fn eq(&self, other: &Param) -> bool {
        self.name == other.name && self.value == other.value
    }
}

/// A value and its Go type.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Typed {
    /// `interface {}`, whatever lies within.
    Any(Data),
    /// A list that is `[]string`.
    Strings(Data),
    /// A map that is `map[string]string`.
    StringMap(Data),
    /// `map[string]interface {}` over typed values.
    Map(Params),
    /// `[]map[string]interface {}`.
    Maps(Vec<Params>),
}

impl Params {
    /// The parameters without their Go types.
    pub fn to_data(&self) -> Data {
        let entries = self.0.iter().map(|param| DataEntry {
            key: Arc::clone(&param.name),
            value: param.value.to_data(),
            origin: param.origin,
        });
        Data::map(entries.collect())
    }

    /// A mutable `map[string]interface {}`, for an executor.
    pub fn to_value(&self) -> Value {
        let entries = self.0.iter().map(|param| Entry {
            key: Str::from_arc(Arc::clone(&param.name)),
            value: param.value.to_value(),
            origin: param.origin,
        });
        Value::Map(Map::from_entries(ty::MAP, entries.collect()))
    }

    /// The parameters that a decoded map gives; anything else gives none, as Go's nil map.
    pub(super) fn from_data(data: &Data) -> Params {
        let Data::Map(entries) = data else {
            return Params::default();
        };
        Params(entries.iter().map(Param::from_entry).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, name: &[u8]) -> Option<&Param> {
        self.0.iter().find(|param| param.name.as_ref() == name)
    }

    /// The text of a parameter that is a string.
    pub(super) fn text(&self, name: &[u8]) -> Option<&Arc<[u8]>> {
        match &self.get(name)?.value {
            Typed::Any(Data::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// Sets one; the former of that name goes.
    pub(super) fn set(&mut self, param: Param) {
        match self.0.iter_mut().find(|known| known.name == param.name) {
            Some(known) => *known = param,
            None => self.0.push(param),
        }
    }

    /// Sets a string.
    pub(super) fn set_text(&mut self, name: &str, text: &str, origin: Origin) {
        self.set(Param::new(name, Typed::Any(Data::str(text)), origin));
    }

    /// `mergo.Merge` with `WithOverride` into a `map[string]interface {}`: maps merge deeply, the rest is replaced,
    /// by null too.
    pub(super) fn override_with(&mut self, with: &Params) {
        for param in &with.0 {
            let known = self.0.iter_mut().find(|known| known.name == param.name);
            match known {
                Some(known) => known.override_with(param),
                None => self.0.push(param.clone()),
            }
        }
    }

    /// `github.com/jeremywohl/flatten` with dots between the keys. Only untyped maps and lists are entered.
    pub(super) fn flatten(&self) -> Vec<Flat> {
        let mut out = Vec::new();
        for param in &self.0 {
            flatten_typed(&param.value, param.name.to_vec(), param.origin, &mut out);
        }
        out
    }
}

impl Param {
    pub(super) fn new(name: &str, value: Typed, origin: Origin) -> Param {
        Param {
            name: Arc::from(name.as_bytes()),
            value,
            origin,
        }
    }

    fn from_entry(entry: &DataEntry) -> Param {
        Param {
            name: Arc::clone(&entry.key),
            value: Typed::Any(floats(&entry.value)),
            origin: entry.origin,
        }
    }

    fn override_with(&mut self, with: &Param) {
        let (Some(mut old), Some(new)) = (self.value.params(), with.value.params()) else {
            *self = with.clone();
            return;
        };
        if old.is_empty() {
            *self = with.clone();
            return;
        }
        old.override_with(&new);
        let both_strings = matches!(
            (&self.value, &with.value),
            (Typed::StringMap(_), Typed::StringMap(_))
        );
        self.value = if both_strings {
            Typed::StringMap(old.to_data())
        } else {
            Typed::Map(old)
        };
    }
}

impl Typed {
    fn to_data(&self) -> Data {
        match self {
            Typed::Any(data) | Typed::Strings(data) | Typed::StringMap(data) => data.clone(),
            Typed::Map(params) => params.to_data(),
            Typed::Maps(maps) => Data::List(
                maps.iter()
                    .map(|params| DataItem {
                        value: params.to_data(),
                        origin: Origin::NONE,
                    })
                    .collect(),
            ),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let plain = |data: &Data| data.to_value();
        match self {
            Typed::Any(data) => plain(data),
            Typed::Strings(data) => match plain(data) {
                Value::List(list) => Value::List(List::new(ty::STRINGS, list.items())),
                other => other,
            },
            Typed::StringMap(data) => match plain(data) {
                Value::Map(map) => Value::Map(Map::from_entries(ty::STRING_MAP, map.snapshot())),
                other => other,
            },
            Typed::Map(params) => params.to_value(),
            Typed::Maps(maps) => {
                let items = maps.iter().map(|params| Item::from(params.to_value()));
                Value::List(List::new(ty::MAPS, items.collect()))
            }
        }
    }

    /// The entries, where this is a map.
    fn params(&self) -> Option<Params> {
        match self {
            Typed::Any(data @ Data::Map(_)) | Typed::StringMap(data) => {
                Some(Params::from_data(data))
            }
            Typed::Map(params) => Some(params.clone()),
            _ => None,
        }
    }
}

/// One flat parameter: its dotted name and its value, which is no map and no list that could be entered.
pub(super) struct Flat {
    pub(super) name: Vec<u8>,
    pub(super) value: Value,
    pub(super) origin: Origin,
}

impl Flat {
    /// The value as `fmt.Sprintf("%v")` prints it.
    pub(super) fn text(&self) -> Arc<[u8]> {
        fmt::sprint(&self.value).into()
    }
}

fn flatten_typed(value: &Typed, name: Vec<u8>, origin: Origin, out: &mut Vec<Flat>) {
    match value {
        Typed::Any(data) => flatten_data(data, name, origin, out),
        Typed::Map(params) => {
            for param in &params.0 {
                flatten_typed(&param.value, joined(&name, &param.name), param.origin, out);
            }
        }
        other => out.push(Flat {
            name,
            value: other.to_value(),
            origin,
        }),
    }
}

fn flatten_data(data: &Data, name: Vec<u8>, origin: Origin, out: &mut Vec<Flat>) {
    match data {
        Data::Map(entries) => {
            for entry in entries.iter() {
                flatten_data(&entry.value, joined(&name, &entry.key), entry.origin, out);
            }
        }
        Data::List(items) => {
            for (index, item) in items.iter().enumerate() {
                let name = joined(&name, index.to_string().as_bytes());
                flatten_data(&item.value, name, item.origin, out);
            }
        }
        other => out.push(Flat {
            name,
            value: other.to_value(),
            origin,
        }),
    }
}

fn joined(name: &[u8], key: &[u8]) -> Vec<u8> {
    [name, key].join(&b'.')
}

/// Numbers as `encoding/json` decodes them.
pub(super) fn floats(data: &Data) -> Data {
    match data {
        Data::Int(n) => Data::Float(*n as f64),
        Data::Uint(n) => Data::Float(*n as f64),
        Data::List(items) if items.iter().any(|item| has_integers(&item.value)) => Data::List(
            items
                .iter()
                .map(|item| DataItem {
                    value: floats(&item.value),
                    origin: item.origin,
                })
                .collect(),
        ),
        Data::Map(entries) if entries.iter().any(|entry| has_integers(&entry.value)) => Data::Map(
            entries
                .iter()
                .map(|entry| DataEntry {
                    key: Arc::clone(&entry.key),
                    value: floats(&entry.value),
                    origin: entry.origin,
                })
                .collect(),
        ),
        other => other.clone(),
    }
}

fn has_integers(data: &Data) -> bool {
    match data {
        Data::Int(_) | Data::Uint(_) => true,
        Data::List(items) => items.iter().any(|item| has_integers(&item.value)),
        Data::Map(entries) => entries.iter().any(|entry| has_integers(&entry.value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    use super::*;

    fn params(yaml: &str) -> Params {
        let data = evenkeel_yaml::decode(yaml.as_bytes(), FileId::NONE).unwrap();
        Params::from_data(&data)
    }

    #[test]
    fn overriding_merges_maps_and_replaces_the_rest() {
        let mut base = params("{a: {x: 1, y: 2}, b: [1], c: keep, d: {x: 1}, e: text, f: {}}");
        base.override_with(&params(
            "{a: {y: 3, z: 4}, b: [], d: null, e: {x: 1}, f: {n: 1}}",
        ));
        let want = params("{a: {x: 1, y: 3, z: 4}, b: [], c: keep, d: null, e: {x: 1}, f: {n: 1}}");
        assert_eq!(base.to_data(), want.to_data());
    }

    #[test]
    fn flattening_enters_what_is_untyped() {
        let mut params = params("{a: {b: [x, 2]}, c: null, d: {}}");
        let values = Data::map(vec![DataEntry {
            key: Arc::from(&b"k"[..]),
            value: Data::str("v"),
            origin: Origin::NONE,
        }]);
        params.set(Param::new("values", Typed::StringMap(values), Origin::NONE));
        let flat: Vec<_> = params
            .flatten()
            .iter()
            .map(|flat| {
                let text = flat.text();
                format!("{}={}", flat.name.escape_ascii(), text.escape_ascii())
            })
            .collect();
        assert_eq!(flat, ["a.b.0=x", "a.b.1=2", "c=<nil>", "values=map[k:v]"]);
    }
}
