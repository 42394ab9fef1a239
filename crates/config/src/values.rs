//! Values that the configuration sets in charts.

use evenkeel_diagnostics::{FileId, Origin, Span};
use evenkeel_value::{Data, DataEntry, DataItem};
use evenkeel_yaml::{NodeKind, NodeRef, Spanned};

use crate::field::Field;
use crate::reader::{Reader, is_plain};
use crate::shape::Shape;

/// Deeper values help nobody, and recursion stays shallow.
const MAX_DEPTH: usize = 64;

/// A tree of values for a chart, each with its place in the configuration as origin.
///
/// At the top, a key may be a path with dots, as `--set` has it: `image.tag: v1` is `image: {tag: v1}`;
/// `\.` is a dot of a name. Keys below are names as they stand. Integers stay integers.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// The tree; always a map.
    pub data: Data,
}

impl Default for Values {
    fn default() -> Values {
        Values {
            data: Data::empty_map(),
        }
    }
}

impl Values {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        matches!(&self.data, Data::Map(entries) if entries.is_empty())
    }
}

impl Field for Values {
    const DEFAULT: &'static str = "`{}`";

    fn shape() -> Shape {
        Shape::Values
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Values> {
        let mut tree = Vec::new();
        for (key, value) in reader.entries(node, "a mapping of values")? {
            let Some(path) = path(&key, reader) else {
                continue;
            };
            let Some(data) = data(value, reader, MAX_DEPTH) else {
                continue;
            };
            if !put(&mut tree, &path, data, origin(key.span)) {
                let message = format!("`{}` is set twice", key.value);
                let help = "write the value once, as a path or as nested keys";
                reader.invalid::<()>(key.span, message, help);
            }
        }
        Some(Values {
            data: Data::map(tree),
        })
    }

    fn absent() -> Option<Values> {
        Some(Values::default())
    }
}

fn origin(span: Span) -> Origin {
    Origin::new(span.file, span.start)
}

/// The names of a path.
fn path(key: &Spanned<String>, reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let mut names = vec![String::new()];
    let mut letters = key.value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '.' => names.push(String::new()),
            '[' => {
                let message = format!("`{}` reaches into a list", key.value);
                return reader.invalid(key.span, message, "set the list as a whole");
            }
            _ => {
                let escaped = (letter == '\\').then(|| letters.next()).flatten();
                if let Some(name) = names.last_mut() {
                    name.push(escaped.unwrap_or(letter));
                }
            }
        }
    }
    if names.iter().any(String::is_empty) {
        let message = format!("`{}` is no path of values", key.value);
        return reader.invalid(key.span, message, "names stand between the dots");
    }
    Some(names)
}

/// Puts a value at a path; false if there is one.
fn put(tree: &mut Vec<DataEntry>, path: &[String], value: Data, origin: Origin) -> bool {
    let Some((name, rest)) = path.split_first() else {
        return false;
    };
    let found = tree.iter().position(|entry| *entry.key == *name.as_bytes());
    if rest.is_empty() {
        match found.map(|at| &mut tree[at].value) {
            // Nested keys and paths may name parts of one map.
            Some(there) => return join(there, value),
            None => tree.push(entry(name, value, origin)),
        }
        return true;
    }
    let mut inner = match found.map(|at| &tree[at].value) {
        Some(Data::Map(entries)) => entries.to_vec(),
        Some(_) => return false,
        None => Vec::new(),
    };
    if !put(&mut inner, rest, value, origin) {
        return false;
    }
    match found {
        Some(at) => tree[at].value = Data::map(inner),
        None => tree.push(entry(name, Data::map(inner), origin)),
    }
    true
}

/// Joins two maps without a common leaf; false if there is one.
fn join(there: &mut Data, value: Data) -> bool {
    let (Data::Map(old), Data::Map(new)) = (&*there, &value) else {
        return false;
    };
    let mut joined = old.to_vec();
    for entry in new.iter() {
        match joined.iter_mut().find(|other| other.key == entry.key) {
            Some(other) => {
                if !join(&mut other.value, entry.value.clone()) {
                    return false;
                }
            }
            None => joined.push(entry.clone()),
        }
    }
    *there = Data::map(joined);
    true
}

fn entry(name: &str, value: Data, origin: Origin) -> DataEntry {
    DataEntry {
        key: name.as_bytes().into(),
        value,
        origin,
    }
}

/// Any value.
fn data(node: NodeRef<'_>, reader: &mut Reader<'_>, depth: usize) -> Option<Data> {
    let Some(left) = depth.checked_sub(1) else {
        let message = format!("values are nested deeper than {MAX_DEPTH}");
        return reader.invalid(node.span(), message, "");
    };
    match node.kind() {
        NodeKind::Mapping => {
            let entries = reader.entries(node, "a mapping")?.into_iter();
            let entries = entries.filter_map(|(key, value)| {
                let value = data(value, reader, left)?;
                Some(entry(&key.value, value, origin(key.span)))
            });
            Some(Data::map(entries.collect()))
        }
        NodeKind::Sequence => {
            let items = reader.items(node, "a list")?.into_iter();
            let items = items.filter_map(|item| {
                let value = data(item, reader, left)?;
                let origin = origin(item.span());
                Some(DataItem { value, origin })
            });
            Some(Data::List(items.collect()))
        }
        _ => Some(scalar(node, reader)),
    }
}

/// A scalar as Helm reads it: what is plain or has a tag is resolved, what is quoted is a string.
fn scalar(node: NodeRef<'_>, reader: &Reader<'_>) -> Data {
    let text = if is_plain(node) {
        node.text()
    } else if node.tag().is_some() {
        reader.source(node.span())
    } else {
        return Data::Str(node.text().into());
    };
    match evenkeel_yaml::decode_kinds(text, FileId::NONE) {
        Ok(Data::Map(_) | Data::List(_)) | Err(_) => Data::Str(node.text().into()),
        Ok(data) => data,
    }
}
