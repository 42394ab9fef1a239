//! YAML with the kinds of its numbers, for readers that know what type each field wants.

use std::sync::Arc;

use evenkeel_diagnostics::{FileId, Origin};
use evenkeel_value::{Data, DataEntry, DataItem};

use crate::Error;
use crate::read::Input;
use crate::sigs::{CONVERTING, ReadOptions, decode_tree, json_lossy, parse, unsupported_key};
use crate::tree::{Tree, TreeNode};

/// [`crate::decode`], but integers stay [`Data::Int`] and [`Data::Uint`]: sigs.k8s.io/yaml looks at the
/// YAML kind of a scalar when the field that it lands in is a string.
///
/// # Errors
/// As [`crate::decode`], but floats that JSON cannot hold are let through.
pub fn decode_kinds(text: &[u8], file: FileId) -> Result<Data, Error> {
    let input = Input::new(text);
    let document = parse(&input, &ReadOptions::new(file))?;
    match decode_tree(&document, false)?.value {
        Some(tree) => convert(&tree).map_err(|error| error.prefixed(CONVERTING)),
        None => Ok(Data::Null),
    }
}

fn convert(tree: &TreeNode) -> Result<Data, Error> {
    Ok(match &tree.value {
        Tree::Null => Data::Null,
        Tree::Bool(b) => Data::Bool(*b),
        Tree::Int(n) => Data::Int(*n),
        Tree::Uint(n) => Data::Uint(*n),
        Tree::Float(n) => Data::Float(*n),
        Tree::Str(text) => Data::Str(json_lossy(text).into()),
        Tree::List(items) => Data::List(
            items
                .iter()
                .map(|item| {
                    let origin = Origin::new(item.span.file, item.span.start);
                    Ok(DataItem { value: convert(item)?, origin })
                })
                .collect::<Result<Arc<[_]>, Error>>()?,
        ),
        Tree::Map(entries) => {
            let entries = entries.iter().map(|entry| {
                let Some(key) = entry.key.json() else {
                    return Err(unsupported_key(&entry.key, &entry.value).at(entry.key_span));
                };
                let origin = Origin::new(entry.key_span.file, entry.key_span.start);
                Ok(DataEntry { key: json_lossy(&key).into(), value: convert(&entry.value)?, origin })
            });
            Data::map(entries.collect::<Result<_, Error>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_kinds() {
        let data = decode_kinds(b"a: 1\nb: 1.0\n3: 18446744073709551615\n", FileId::NONE).unwrap();
        assert_eq!(data.get("a"), Some(&Data::Int(1)));
        assert_eq!(data.get("b"), Some(&Data::Float(1.0)));
        assert_eq!(data.get("3"), Some(&Data::Uint(u64::MAX)));
    }
}
