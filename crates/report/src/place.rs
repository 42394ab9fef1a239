//! Places as other programs name them.

use evenkeel_diagnostics::{LineColumn, Source, SourceKind, Span};

use crate::Results;

/// A range of a file of the repository.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    /// From the repository's root, with `/` between the parts.
    pub(crate) file: String,
    /// Its first character.
    pub(crate) start: LineColumn,
    /// One past its last character.
    pub(crate) end: LineColumn,
}

impl Results<'_> {
    /// A place in a file; of text that is in no file of its own, the place that the text stands at. `None` where there
    /// is no file, as for `--set`.
    pub(crate) fn place(&self, span: Span) -> Option<Place> {
        let (source, span) = self.on_disk(span)?;
        let span = match is_point(span) {
            true => self.first_line(span),
            false => span,
        };
        Some(Place {
            file: self.relative(&source.name),
            start: self.sources.line_column(span.file, span.start)?,
            end: self.sources.line_column(span.file, span.end)?,
        })
    }

    /// The part of a place that is in its first line, without the spaces behind it; of a mere point, such as the origin of
    /// a value, the rest of the line.
    pub(crate) fn first_line(&self, span: Span) -> Span {
        let Some(source) = self.sources.get(span.file) else {
            return span;
        };
        let end = match is_point(span) {
            true => source.content.len(),
            false => span.end as usize,
        };
        let text = source.content.get(span.start as usize..end);
        let line = text.and_then(|text| text.split(|byte| *byte == b'\n').next());
        let length = line.map_or(0, |line| line.trim_ascii_end().len());
        // Files have less than 4 GiB, as every span has.
        Span::new(span.file, span.start, span.start + length as u32)
    }

    fn on_disk(&self, mut span: Span) -> Option<(Source, Span)> {
        // Texts lie in one another: the argument of `tpl` in a values file, that of another `tpl` in it.
        const MAX_DEPTH: usize = 16;
        for _ in 0..MAX_DEPTH {
            let source = self.sources.get(span.file)?;
            if source.kind == SourceKind::File {
                return Some((source, span));
            }
            span = source.parent;
        }
        None
    }

    fn relative(&self, name: &str) -> String {
        let root = self.root.trim_end_matches('/');
        let inner = name
            .strip_prefix(root)
            .and_then(|rest| rest.strip_prefix('/'));
        let inner = inner.or_else(|| name.strip_prefix("./")).unwrap_or(name);
        inner.replace('\\', "/")
    }
}

/// Whether a place says where something begins, and not how far it goes.
fn is_point(span: Span) -> bool {
    span.end <= span.start + 1
}

impl Place {
    /// `file:line:column`.
    pub(crate) fn shown(&self) -> String {
        format!("{}:{}:{}", self.file, self.start.line, self.start.column)
    }
}
