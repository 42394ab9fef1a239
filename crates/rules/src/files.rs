//! Places in the files of the repository.

use evenkeel_diagnostics::{Origin, SourceMap, Span};
use evenkeel_value::Data;

/// A place of values that stays the same where a file was read twice: its name and the offset.
pub(crate) type Line = (std::sync::Arc<str>, u32);

/// The place of a key of a mapping.
pub(crate) fn key_place(data: &Data, key: &str) -> Option<Span> {
    let entry = data.entry(key)?;
    Some(span_of_key(key, entry.origin))
}

/// The span of a key that was written at an origin.
pub(crate) fn span_of_key(key: &str, origin: Origin) -> Span {
    let length = u32::try_from(key.len()).unwrap_or(0);
    Span::new(origin.file, origin.offset, origin.offset + length)
}

/// Where an entry was written, whichever read of its file gave it; `None` of what no file holds.
pub(crate) fn line_of(origin: Origin, sources: &SourceMap) -> Option<Line> {
    let source = sources.get(origin.file)?;
    Some((source.name, origin.offset))
}
