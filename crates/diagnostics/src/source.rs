//! Files, places in files, and the table that maps one to the other.

use std::sync::{Arc, RwLock};

/// Identifies a file (real or virtual) of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

impl FileId {
    /// The absence of a file: values and text that no file holds.
    pub const NONE: FileId = FileId(u32::MAX);

    /// Whether this names a file at all.
    pub fn is_some(self) -> bool {
        self != FileId::NONE
    }

    /// The id as a number, for channels that carry nothing else.
    pub fn to_raw(self) -> u32 {
        self.0
    }

    /// The id that [`FileId::to_raw`] gave.
    pub fn from_raw(raw: u32) -> FileId {
        FileId(raw)
    }
}

/// A byte range of one file. Line and column are computed when printing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The file that the range lies in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A place in no file.
    pub const NONE: Span = Span {
        file: FileId::NONE,
        start: 0,
        end: 0,
    };

    /// The range `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Span {
        Span { file, start, end }
    }
}

/// Where a leaf of merged values was written: a file (or a virtual file, such as one `--set`
/// argument) and a byte offset. It stands beside every map entry and list item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The file, or [`FileId::NONE`] for values that the program made.
    pub file: FileId,
    /// Byte offset of the key (map entry) or of the item (list).
    pub offset: u32,
}

/// No place.
impl Default for Origin {
    fn default() -> Origin {
        Origin::NONE
    }
}

impl Origin {
    /// A value that the program made: no file holds it.
    pub const NONE: Origin = Origin {
        file: FileId::NONE,
        offset: 0,
    };

    /// The origin at `offset` of `file`.
    pub fn new(file: FileId, offset: u32) -> Origin {
        Origin { file, offset }
    }
}

/// What a source is, which decides how its name is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A file of a chart or a values file.
    File,
    /// One argument of the command line (`--set a=b`): the content is the argument's value.
    Argument,
    /// The string that a template handed to `tpl`.
    Tpl,
    /// Values that an Argo CD Application holds inline.
    Inline,
}

/// One file with its content, as [`SourceMap`] keeps it.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as the user would type it, or a title such as `--set`.
    pub name: Arc<str>,
    /// The bytes as read.
    pub content: Arc<[u8]>,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// The place that this source was itself written at, for virtual files.
    pub parent: Span,
}

/// A line and a column, both counted from 1; the column counts characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// Every file that a run has read, by [`FileId`]. Shared between threads.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: RwLock<Vec<Source>>,
}

impl SourceMap {
    /// An empty table.
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    /// Adds a file and returns its id.
    pub fn add(&self, name: impl Into<Arc<str>>, content: Arc<[u8]>, kind: SourceKind) -> FileId {
        self.add_source(Source {
            name: name.into(),
            content,
            kind,
            parent: Span::NONE,
        })
    }

    /// Adds a source with all its fields and returns its id.
    pub fn add_source(&self, source: Source) -> FileId {
        let mut files = self.files.write().unwrap_or_else(|e| e.into_inner());
        let id = u32::try_from(files.len()).unwrap_or(u32::MAX - 1);
        files.push(source);
        FileId(id)
    }

    /// The file of an id, or `None` for [`FileId::NONE`] and ids of another table.
    pub fn get(&self, id: FileId) -> Option<Source> {
        let files = self.files.read().unwrap_or_else(|e| e.into_inner());
        files.get(id.0 as usize).cloned()
    }

    /// The ids of all files that there are now, in the order they were added.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        let files = self.files.read().unwrap_or_else(|e| e.into_inner());
        (0..files.len() as u32).map(FileId)
    }

    /// Line and column of a byte offset; offsets past the end give the last place.
    pub fn line_column(&self, file: FileId, offset: u32) -> Option<LineColumn> {
        let source = self.get(file)?;
        let end = (offset as usize).min(source.content.len());
        let before = &source.content[..end];
        let line = before.iter().filter(|&&b| b == b'\n').count() as u32 + 1;
        let start = before
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |i| i + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() as u32 + 1;
        Some(LineColumn { line, column })
    }

    /// `name:line:column` of a place, or `None` where there is no file.
    pub fn locate(&self, file: FileId, offset: u32) -> Option<String> {
        let at = self.line_column(file, offset)?;
        Some(format!(
            "{}:{}:{}",
            self.get(file)?.name,
            at.line,
            at.column
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one() {
        let map = SourceMap::new();
        let id = map.add(
            "a.yaml",
            Arc::from(&b"a: 1\n\xc3\xa9: 2\n"[..]),
            SourceKind::File,
        );
        assert_eq!(map.locate(id, 0).as_deref(), Some("a.yaml:1:1"));
        assert_eq!(map.locate(id, 7).as_deref(), Some("a.yaml:2:2"));
        assert_eq!(map.locate(id, 999).as_deref(), Some("a.yaml:3:1"));
        assert_eq!(map.locate(FileId::NONE, 0), None);
    }
}
