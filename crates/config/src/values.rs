//! Values that the configuration sets in charts.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use evenkeel_diagnostics::{FileId, Origin, Span};
use evenkeel_value::{Data, DataEntry, DataItem};
use evenkeel_yaml::{NodeKind, NodeRef, Spanned};

use crate::field::Field;
use crate::reader::{Reader, is_plain};
use crate::shape::Shape;

/// Deeper values help nobody, and recursion stays shallow.
pub(crate) const MAX_DEPTH: usize = 64;

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
        let mut branches = Branches::new();
        for (key, value) in reader.entries(node, "a mapping of values")? {
            let Some(path) = path(&key, reader) else {
                continue;
            };
            let Some(tree) = tree(value, reader, MAX_DEPTH) else {
                continue;
            };
            if !put(&mut branches, &path, tree, origin(key.span)) {
                let message = format!("`{}` is set twice", key.value);
                let help = "write the value once, as a path or as nested keys";
                reader.invalid::<()>(key.span, message, help);
            }
        }
        Some(Values {
            data: Tree::Map(branches).into_data(),
        })
    }

    fn absent() -> Option<Values> {
        Some(Values::default())
    }
}

pub(crate) fn origin(span: Span) -> Origin {
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
    if names.len() > MAX_DEPTH || names.iter().any(String::is_empty) {
        let start: String = key.value.chars().take(60).collect();
        let message = format!("`{start}` is no path of values");
        return reader.invalid(
            key.span,
            message,
            "names stand between the dots, and no more than 64",
        );
    }
    Some(names)
}

/// Values that grow.
enum Tree {
    Map(Branches),
    Leaf(Data),
}

type Branches = BTreeMap<String, (Origin, Tree)>;

impl Tree {
    fn into_data(self) -> Data {
        let branches = match self {
            Tree::Leaf(data) => return data,
            Tree::Map(branches) => branches.into_iter(),
        };
        let entries = branches.map(|(key, (origin, tree))| DataEntry {
            key: key.as_bytes().into(),
            value: tree.into_data(),
            origin,
        });
        Data::map(entries.collect())
    }
}

/// Puts a tree at a path; false if a leaf stands in its way.
fn put(branches: &mut Branches, path: &[String], tree: Tree, origin: Origin) -> bool {
    let Some((name, rest)) = path.split_first() else {
        return false;
    };
    match branches.entry(name.clone()) {
        Entry::Vacant(place) if rest.is_empty() => {
            place.insert((origin, tree));
            true
        }
        // Paths and nested keys may name parts of one map.
        Entry::Occupied(mut there) if rest.is_empty() => join(&mut there.get_mut().1, tree),
        place => {
            let (_, inner) = place.or_insert_with(|| (origin, Tree::Map(Branches::new())));
            match inner {
                Tree::Map(inner) => put(inner, rest, tree, origin),
                Tree::Leaf(_) => false,
            }
        }
    }
}

/// Joins two maps; false if they have a leaf in common.
fn join(there: &mut Tree, tree: Tree) -> bool {
    let (Tree::Map(branches), Tree::Map(new)) = (there, tree) else {
        return false;
    };
    new.into_iter()
        .all(|(key, (origin, tree))| put(branches, &[key], tree, origin))
}

/// Any value.
fn tree(node: NodeRef<'_>, reader: &mut Reader<'_>, depth: usize) -> Option<Tree> {
    let Some(left) = depth.checked_sub(1) else {
        let message = format!("values are nested deeper than {MAX_DEPTH}");
        return reader.invalid(node.span(), message, "");
    };
    Some(match node.kind() {
        NodeKind::Mapping => {
            let entries = reader.entries(node, "a mapping")?.into_iter();
            let entries = entries.filter_map(|(key, value)| {
                let tree = tree(value, reader, left)?;
                Some((key.value, (origin(key.span), tree)))
            });
            Tree::Map(entries.collect())
        }
        NodeKind::Sequence => {
            let items = reader.items(node, "a list")?.into_iter();
            let items = items.filter_map(|item| {
                let value = tree(item, reader, left)?.into_data();
                let origin = origin(item.span());
                Some(DataItem { value, origin })
            });
            Tree::Leaf(Data::List(items.collect()))
        }
        _ => Tree::Leaf(scalar(node, reader)),
    })
}

/// A scalar as Helm reads it: what is plain or has a tag is resolved, what is quoted is a string.
pub(crate) fn scalar(node: NodeRef<'_>, reader: &Reader<'_>) -> Data {
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
