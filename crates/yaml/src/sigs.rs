//! YAML by way of JSON: what sigs.k8s.io/yaml makes of a document.
//!
//! Its `Unmarshal` decodes YAML into an `interface{}`, turns map keys into strings, writes JSON and reads
//! that again, so that all numbers are `float64` and `.nan` is an error. Here the detour is only taken
//! where its outcome is not obvious.

use std::sync::Arc;

use evenkeel_diagnostics::{FileId, Origin, Span};
use evenkeel_value::{Data, DataEntry, DataItem, number};

use crate::data::DataBuilder;
use crate::decode::{Decoded, MAX_DEPTH, Stop, decode as decode_document};
use crate::gosyntax;
use crate::read::{Document, Input, Limits};
use crate::tree::{self, Key, Tree, TreeBuilder, TreeNode};
use crate::{Error, ErrorKind};

pub(crate) const CONVERTING: &str = "error converting YAML to JSON: ";
pub(crate) const UNMARSHALING: &str = "error unmarshaling JSON: while decoding JSON: ";

/// How to read a document, for the `_with` variants.
#[derive(Debug, Clone, Copy)]
pub struct ReadOptions {
    /// What origins and spans name.
    pub file: FileId,
    /// The offset of the text in that file.
    pub base: u32,
    /// How big a document may be.
    pub limits: Limits,
    /// Whether keys that occur twice are refused (`UnmarshalStrict`).
    pub strict: bool,
}

impl ReadOptions {
    /// The usual limits, not strict, from the file's first byte.
    pub fn new(file: FileId) -> ReadOptions {
        ReadOptions {
            file,
            base: 0,
            limits: Limits::default(),
            strict: false,
        }
    }
}

/// Reads the first document of `text` as `yaml.Unmarshal` of sigs.k8s.io/yaml does it into an
/// `interface{}`: numbers are floats, keys strings; no document is null.
///
/// # Errors
/// Go's text, such as `error converting YAML to JSON: yaml: line 2: mapping values are not allowed in
/// this context`.
pub fn decode(text: &[u8], file: FileId) -> Result<Data, Error> {
    decode_with(text, &ReadOptions::new(file))
}

/// [`decode`] with options.
///
/// # Errors
/// As [`decode`]; with `strict` also `yaml: unmarshal errors:` for keys that occur twice.
pub fn decode_with(text: &[u8], options: &ReadOptions) -> Result<Data, Error> {
    let input = Input::new(text);
    let document = parse(&input, options)?;
    decode_parsed(&document, options.strict)
}

/// [`decode`] into an empty `map[string]interface {}`: null leaves it empty, anything but a map is an
/// error.
///
/// # Errors
/// As [`decode`], and `json: cannot unmarshal string into Go value of type map[string]interface {}`.
pub fn decode_map(text: &[u8], file: FileId) -> Result<Data, Error> {
    decode_map_as(text, file, "map[string]interface {}")
}

/// [`decode_map`] into a map type with a name, such as `common.Values`.
///
/// # Errors
/// As [`decode_map`], with that name.
pub fn decode_map_as(text: &[u8], file: FileId, go_type: &str) -> Result<Data, Error> {
    expect_map(decode(text, file)?, go_type)
}

/// [`decode`] into an empty `[]interface {}`: null leaves it empty, anything but a list is an error.
///
/// # Errors
/// As [`decode`], and `json: cannot unmarshal object into Go value of type []interface {}`.
pub fn decode_list(text: &[u8], file: FileId) -> Result<Data, Error> {
    match decode(text, file)? {
        Data::Null => Ok(Data::List(Arc::from([]))),
        data @ Data::List(_) => Ok(data),
        other => Err(mismatch(&other, "[]interface {}")),
    }
}

pub(crate) fn expect_map(data: Data, go_type: &str) -> Result<Data, Error> {
    match data {
        // A JSON null replaces the pointer to the map, not the map.
        Data::Null => Ok(Data::empty_map()),
        data @ Data::Map(_) => Ok(data),
        other => Err(mismatch(&other, go_type)),
    }
}

/// `json.UnmarshalTypeError`, as it comes out of sigs.k8s.io/yaml.
fn mismatch(data: &Data, go_type: &str) -> Error {
    let found = data.json_kind();
    let text =
        format!("{UNMARSHALING}json: cannot unmarshal {found} into Go value of type {go_type}");
    Error::new(ErrorKind::Decode, text)
}

/// Parses, with the prefix that sigs.k8s.io/yaml puts before errors.
pub(crate) fn parse<'a>(
    input: &'a Input<'a>,
    options: &ReadOptions,
) -> Result<Document<'a>, Error> {
    let document = Document::parse_at(input, options.file, options.base, options.limits);
    document.map_err(|error| error.prefixed(CONVERTING))
}

/// What comes after parsing: [`decode`] for a document that is there already.
pub(crate) fn decode_parsed(document: &Document<'_>, strict: bool) -> Result<Data, Error> {
    if !strict {
        let mut builder = DataBuilder { kinds: false };
        match decode_document(document, &mut builder, None) {
            Ok(decoded) => return finish(decoded),
            Err(Stop::Error(error)) => return Err(error.prefixed(CONVERTING)),
            Err(Stop::Unsure) => {}
        }
    }
    let decoded = decode_tree(document, strict)?;
    let too_deep = decoded.too_deep;
    let Some(tree) = decoded.value else {
        return Ok(Data::Null);
    };
    let data = convert(&tree, false).map_err(|error| error.prefixed(CONVERTING))?;
    check_floats(&data).map_err(|error| error.prefixed(CONVERTING))?;
    finish(Decoded {
        value: Some(data),
        too_deep,
    })
}

/// `encoding/json` refuses what is nested too deep.
pub(crate) fn finish(decoded: Decoded<Data>) -> Result<Data, Error> {
    let data = decoded.value.unwrap_or_default();
    if decoded.too_deep
        && let Some(open) = too_deep(&data, MAX_DEPTH)
    {
        let text = format!("{UNMARSHALING}invalid character '{open}' exceeded max depth");
        return Err(Error::new(ErrorKind::Decode, text));
    }
    Ok(data)
}

/// How the first collection that is nested too deep for JSON begins.
fn too_deep(data: &Data, left: usize) -> Option<char> {
    match (data, left.checked_sub(1)) {
        (Data::List(_), None) => Some('['),
        (Data::Map(_), None) => Some('{'),
        (Data::List(items), Some(left)) => {
            items.iter().find_map(|item| too_deep(&item.value, left))
        }
        (Data::Map(entries), Some(left)) => entries
            .iter()
            .find_map(|entry| too_deep(&entry.value, left)),
        _ => None,
    }
}

/// Decodes with all that Go knows of the values, and checks that no key occurs twice if asked to.
pub(crate) fn decode_tree(
    document: &Document<'_>,
    strict: bool,
) -> Result<Decoded<TreeNode>, Error> {
    let mut builder = TreeBuilder {
        strict,
        complaints: Vec::new(),
    };
    let decoded = decode_document(document, &mut builder, None).map_err(|stop| match stop {
        Stop::Error(error) => error.prefixed(CONVERTING),
        Stop::Unsure => Error::new(ErrorKind::Decode, "yaml: cannot decode the document"),
    })?;
    let Some(&(first, _)) = builder.complaints.first() else {
        return Ok(decoded);
    };
    let mut text = format!("{CONVERTING}yaml: unmarshal errors:");
    for (at, complaint) in &builder.complaints {
        text.push_str(&format!("\n  line {}: {complaint}", document.line(*at)));
    }
    Err(Error::new(ErrorKind::Decode, text).at(document.place(first, first)))
}

/// `convertToJSONableObject`: keys become strings; null and integers beyond `int64` cannot. With `kinds`,
/// integers stay what they are.
pub(crate) fn convert(tree: &TreeNode, kinds: bool) -> Result<Data, Error> {
    Ok(match &tree.value {
        Tree::Null => Data::Null,
        Tree::Bool(b) => Data::Bool(*b),
        Tree::Int(n) if kinds => Data::Int(*n),
        Tree::Uint(n) if kinds => Data::Uint(*n),
        Tree::Int(n) => Data::Float(*n as f64),
        Tree::Uint(n) => Data::Float(*n as f64),
        Tree::Float(n) => Data::Float(*n),
        Tree::Str(text) => Data::Str(json_text(text)),
        Tree::List(items) => {
            let items = items
                .iter()
                .map(|item| Ok((convert(item, kinds)?, item.span)));
            list(items.collect::<Result<_, Error>>()?)
        }
        Tree::Map(entries) => {
            let entries = entries.iter().map(|entry| {
                let Some(key) = entry.key.json() else {
                    return Err(unsupported_key(&entry.key, &entry.value).at(entry.key_span));
                };
                let value = convert(&entry.value, kinds)?;
                Ok(DataEntry {
                    key: json_text(&key),
                    value,
                    origin: origin(entry.key_span),
                })
            });
            Data::map(entries.collect::<Result<_, Error>>()?)
        }
    })
}

fn unsupported_key(key: &Key, value: &TreeNode) -> Error {
    let go_type = if matches!(key, Key::Null) {
        "%!s(<nil>)"
    } else {
        "uint64"
    };
    let key = gosyntax::text(&key.as_tree());
    let value = gosyntax::text(&value.value);
    let text = format!("unsupported map key of type: {go_type}, key: {key}, value: {value}");
    Error::new(ErrorKind::Decode, text)
}

/// `json.Marshal` refuses the first float that is no number, in the order in which it writes.
pub(crate) fn check_floats(data: &Data) -> Result<(), Error> {
    match data {
        Data::Float(n) if !n.is_finite() => Err(unsupported_float(*n)),
        Data::List(items) => items.iter().try_for_each(|item| check_floats(&item.value)),
        Data::Map(entries) => entries
            .iter()
            .try_for_each(|entry| check_floats(&entry.value)),
        _ => Ok(()),
    }
}

fn unsupported_float(n: f64) -> Error {
    let text = format!("json: unsupported value: {}", tree::float_text(n));
    Error::new(ErrorKind::Decode, text)
}

/// Text after a detour through JSON: bytes that are no UTF-8 (`!!binary` can have some) are replaced,
/// each on its own.
pub(crate) fn json_text(text: &[u8]) -> Arc<[u8]> {
    if std::str::from_utf8(text).is_ok() {
        return Arc::from(text);
    }
    json_lossy(text).into()
}

fn json_lossy(mut text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    while !text.is_empty() {
        let (rune, width) = number::decode_rune(text);
        let (head, rest) = text.split_at_checked(width.max(1)).unwrap_or((text, &[]));
        match rune {
            Some(_) => out.extend_from_slice(head),
            None => out.extend_from_slice("\u{FFFD}".as_bytes()),
        }
        text = rest;
    }
    out
}

pub(crate) fn origin(span: Span) -> Origin {
    Origin::new(span.file, span.start)
}

pub(crate) fn list(items: Vec<(Data, Span)>) -> Data {
    let items = items.into_iter().map(|(value, span)| DataItem {
        value,
        origin: origin(span),
    });
    Data::List(items.collect())
}
