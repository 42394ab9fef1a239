//! Texts to objects, side by side.

use std::ops::Range;

use evenkeel_diagnostics::{Code, Diagnostic, FileId, Severity, Span};
use evenkeel_manifest::Identity;
use evenkeel_renderer::side_by_side;
use evenkeel_value::{Data, DataItem};
use evenkeel_yaml::{self as yaml, Limits, ReadOptions};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{ManifestFile, split::split};
use crate::change::{Object, ObjectIndex};

/// Text that is no YAML.
const SYNTAX: Code = Code::new("diff/syntax");
/// An object that one side has twice.
const DUPLICATE: Code = Code::new("diff/duplicate");

/// What a document is called that names no object.
const NAMELESS: &str = "Document";

/// How many nodes the smallest document may have, those that aliases repeat included.
const MIN_NODES: usize = 1_000_000;

/// How many objects that come twice are told on a side.
const DUPLICATES: usize = 5;

/// What both sides hold.
pub(super) struct Sides<'f> {
    /// The objects, without those whose text is the same on both sides.
    pub(super) entries: [Vec<Entry<'f>>; 2],
    /// What cannot be read, and objects that come twice.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// An object that is read again when it is compared: as data it is ten times its text.
pub(super) struct Entry<'f> {
    pub(super) identity: Identity,
    document: Document<'f>,
    index: ObjectIndex,
    /// The object where its document holds more than that.
    data: Option<Data>,
}

impl Entry<'_> {
    /// Whether its document holds nothing else.
    pub(super) fn is_whole(&self) -> bool {
        self.data.is_none()
    }

    /// The object.
    pub(super) fn object(&self) -> Object {
        let data = self.data.clone();
        Object {
            identity: self.identity.clone(),
            // It could be read before.
            data: data.unwrap_or_else(|| self.document.decode().unwrap_or_default()),
            index: self.index,
            is_followed: false,
        }
    }
}

/// A document of a file.
#[derive(Clone, Copy)]
struct Document<'f> {
    /// Its file: the index, and what it is.
    index: usize,
    file: &'f ManifestFile,
    /// Its place among the documents of the file.
    place: usize,
    text: &'f [u8],
    start: usize,
    /// Whether the other side has the same text, so that nothing can differ.
    is_shared: bool,
}

/// Reads all documents of both sides.
pub(super) fn sides<'f>(before: &'f [ManifestFile], after: &'f [ManifestFile]) -> Sides<'f> {
    let mut diagnostics = Vec::new();
    let mut sides = [before, after].map(|files| documents(files, &mut diagnostics));
    let [old, new] = &mut sides;
    let partners = share(old, new);
    let before = side_by_side(old, objects_of);
    let new_with: Vec<_> = new.iter().zip(&partners).collect();
    let after = side_by_side(&new_with, |(document, partner)| match partner {
        Some(partner) => Ok(names_of(&before[*partner])),
        None => objects_of(document),
    });
    let mut collect = |documents, read| collect(documents, read, &mut diagnostics);
    let entries = [collect(old, before), collect(new, after)];
    Sides {
        entries,
        diagnostics,
    }
}

fn documents<'f>(
    files: &'f [ManifestFile],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Document<'f>> {
    let mut documents = Vec::new();
    for (index, file) in files.iter().enumerate() {
        if let Some(at) = binary(&file.text) {
            let error = Diagnostic::error(
                SYNTAX,
                "this is a binary file, neither YAML nor JSON in UTF-8",
            );
            diagnostics.push(error.at(span(file.file, at..at)));
            continue;
        }
        let ranges = split(&file.text).into_iter().enumerate();
        documents.extend(ranges.map(|(place, range)| Document {
            index,
            file,
            place,
            start: range.start,
            text: &file.text[range],
            is_shared: false,
        }));
    }
    documents
}

/// Where a byte stands that no text has.
fn binary(text: &[u8]) -> Option<usize> {
    memchr::memchr(0, text)
}

/// Marks the documents whose text both sides have, each as often as both do. The result has, for each document after,
/// the index of the one before.
fn share(before: &mut [Document<'_>], after: &mut [Document<'_>]) -> Vec<Option<usize>> {
    let mut known: FxHashMap<&[u8], Vec<usize>> = FxHashMap::default();
    for (index, document) in before.iter().enumerate() {
        known.entry(document.key()).or_default().push(index);
    }
    let partner = |document: &mut Document<'_>| {
        let partner = known.get_mut(document.key())?.pop()?;
        document.is_shared = true;
        before[partner].is_shared = true;
        Some(partner)
    };
    after.iter_mut().map(partner).collect()
}

impl<'f> Document<'f> {
    /// What makes it the same as another: its text, for what it is called stands in there mostly.
    fn key(&self) -> &'f [u8] {
        self.text.trim_ascii()
    }

    /// What it says.
    fn decode(&self) -> Result<Data, Diagnostic> {
        let options = ReadOptions {
            base: u32::try_from(self.start).unwrap_or(u32::MAX),
            // Aliases must not make more of a text than it is.
            limits: Limits {
                nodes: MIN_NODES.max(self.text.len()),
            },
            ..ReadOptions::new(self.file.file)
        };
        yaml::decode_single(self.text, &options).map_err(|error| syntax(&error, self))
    }

    /// What it is called if it does not say so.
    fn name(&self, item: Option<usize>) -> Identity {
        let item = item.map_or_else(String::new, |item| format!("[{item}]"));
        Identity {
            kind: NAMELESS.to_owned(),
            name: format!("{}#{}{item}", self.file.name, self.place + 1),
            ..Identity::default()
        }
    }
}

/// Objects by what they are called, and what they are where that is kept.
type Named = Vec<(Identity, Option<Data>)>;

/// The objects of a document: what they are called, and what they are if the document holds more than one.
fn objects_of(document: &Document<'_>) -> Result<Named, Diagnostic> {
    let data = document.decode()?;
    let name = |data: &Data, item| identity(data).unwrap_or_else(|| document.name(item));
    Ok(match items(&data) {
        Some(items) => {
            let items = items.iter().enumerate();
            let object = |(place, item): (usize, &DataItem)| {
                let data = (!document.is_shared).then(|| item.value.clone());
                (name(&item.value, Some(place)), data)
            };
            items.map(object).collect()
        }
        None if data == Data::Null => Vec::new(),
        None => vec![(name(&data, None), None)],
    })
}

/// What the objects of a document are called whose text has been read on the side before. What is wrong with it has
/// been told there.
fn names_of(read: &Result<Named, Diagnostic>) -> Named {
    let objects = read.iter().flatten();
    objects.map(|(name, _)| (name.clone(), None)).collect()
}

/// The items of a `List`, as `kubectl get` prints it.
fn items(data: &Data) -> Option<&[DataItem]> {
    let kind = data.get("kind")?.as_str()?;
    let is_named = data
        .get("metadata")
        .and_then(|meta| meta.get("name"))
        .is_some();
    match data.get("items") {
        Some(Data::List(items)) if kind.ends_with("List") && !is_named => Some(items),
        _ => None,
    }
}

/// What an object is called; `None` if it does not say.
fn identity(data: &Data) -> Option<Identity> {
    let text = |data: Option<&Data>| data.and_then(Data::as_str).unwrap_or_default().to_owned();
    let version = text(data.get("apiVersion"));
    let metadata = data.get("metadata");
    let field = |key| text(metadata.and_then(|meta| meta.get(key)));
    let name = Some(field("name")).filter(|name| !name.is_empty());
    let identity = Identity {
        group: version
            .split_once('/')
            .map_or_else(String::new, |(group, _)| group.to_owned()),
        kind: text(data.get("kind")),
        namespace: field("namespace"),
        name: name.unwrap_or_else(|| field("generateName")),
    };
    (!identity.kind.is_empty() && !identity.name.is_empty()).then_some(identity)
}

/// Puts the objects of a side together, and tells what cannot be read and what comes twice.
fn collect<'f>(
    documents: &[Document<'f>],
    read: Vec<Result<Named, Diagnostic>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Entry<'f>> {
    let mut entries = Vec::new();
    let (mut known, mut duplicates) = (FxHashSet::default(), Vec::new());
    let (mut index, mut next) = (0, 0);
    for (document, read) in documents.iter().zip(read) {
        if document.index != index {
            (index, next) = (document.index, 0);
        }
        let found = read.unwrap_or_else(|error| {
            diagnostics.push(error);
            Vec::new()
        });
        for (identity, data) in found {
            let place = ObjectIndex {
                app: index,
                object: next,
            };
            next += 1;
            if !known.insert(identity.clone()) {
                duplicates.push((identity.clone(), document));
            }
            if !document.is_shared {
                entries.push(Entry {
                    identity,
                    document: *document,
                    index: place,
                    data,
                });
            }
        }
    }
    diagnostics.extend(note(&duplicates));
    entries
}

/// Tells which objects come twice.
fn note(duplicates: &[(Identity, &Document<'_>)]) -> Vec<Diagnostic> {
    let shown = duplicates.iter().take(DUPLICATES).enumerate();
    shown
        .map(|(i, (identity, document))| {
            let namespace = match identity.namespace.as_str() {
                "" => String::new(),
                namespace => format!(" in {namespace}"),
            };
            let (kind, name) = (&identity.kind, &identity.name);
            let mut note = Diagnostic::error(
                DUPLICATE,
                format!("{kind}/{name}{namespace} comes again; objects of one name are paired in their order"),
            );
            note.severity = Severity::Note;
            if i + 1 == DUPLICATES && duplicates.len() > DUPLICATES {
                let more = duplicates.len() - DUPLICATES;
                note = note.with_help(format!("so do {more} more"));
            }
            note.at(span(document.file.file, document.start..document.start))
        })
        .collect()
}

fn syntax(error: &yaml::Error, document: &Document<'_>) -> Diagnostic {
    let text = error.text();
    let text = text
        .strip_prefix("error converting YAML to JSON: ")
        .unwrap_or(text);
    let text = text.strip_prefix("yaml: ").unwrap_or(text);
    // The place says which line of the file it is.
    let text = match text
        .strip_prefix("line ")
        .and_then(|rest| rest.split_once(": "))
    {
        Some((_, rest)) => rest,
        None => text,
    };
    Diagnostic::error(SYNTAX, format!("this is neither YAML nor JSON: {text}"))
        .at(error.span())
        .at(span(document.file.file, document.start..document.start))
}

fn span(file: FileId, range: Range<usize>) -> Span {
    let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(file, offset(range.start), offset(range.end))
}
