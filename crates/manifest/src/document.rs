//! One document of a rendered file.

use std::ops::Range;
use std::sync::Arc;

use evenkeel_diagnostics::{FileId, Segments};
use evenkeel_value::{Data, Rope};
use evenkeel_yaml as yaml;

use crate::Head;

/// What one template file rendered to.
#[derive(Debug, Clone)]
pub struct RenderedFile {
    /// The template's path, such as `app/templates/service.yaml`.
    pub path: Arc<str>,
    /// Its output, with the segments that say what wrote it.
    pub output: Rope,
}

/// One document, as a range of the file that it was split from.
#[derive(Debug, Clone)]
pub struct Document {
    file: Arc<RenderedFile>,
    range: Range<usize>,
    head: Arc<Head>,
}

/// What names an object in a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The API group: empty for the core group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// `metadata.namespace` as the document states it; empty if it does not.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
}

impl Identity {
    /// What names an object that is there as data.
    pub fn of(object: &Data) -> Identity {
        let text = |data: Option<&Data>| data.and_then(Data::as_str).unwrap_or_default().to_owned();
        let api_version = text(object.get("apiVersion"));
        let metadata = object.get("metadata");
        Identity {
            group: api_version
                .split_once('/')
                .map_or_else(String::new, |(group, _)| group.to_owned()),
            kind: text(object.get("kind")),
            namespace: text(metadata.and_then(|m| m.get("namespace"))),
            name: text(metadata.and_then(|m| m.get("name"))),
        }
    }
}

impl Document {
    pub(crate) fn new(file: Arc<RenderedFile>, range: Range<usize>, head: Head) -> Document {
        Document {
            file,
            range,
            head: Arc::new(head),
        }
    }

    /// Tells this document from all others of a run: its file, and its place there.
    pub fn id(&self) -> (usize, usize) {
        (Arc::as_ptr(&self.file).addr(), self.range.start)
    }

    /// The path of the template that wrote it.
    pub fn path(&self) -> &str {
        &self.file.path
    }

    /// Its text, without separator and `# Source:` line.
    pub fn text(&self) -> &[u8] {
        &self.file.output.as_bytes()[self.range.clone()]
    }

    /// What wrote its bytes, counted from its start.
    pub fn segments(&self) -> Segments {
        self.file
            .output
            .segments()
            .slice(self.range.start as u32, self.range.end as u32)
    }

    /// The fields that Helm itself looks at.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Group, kind, namespace and name.
    pub fn identity(&self) -> Identity {
        Identity {
            group: self.head.group().to_owned(),
            kind: self.head.kind.clone(),
            namespace: self.head.namespace.clone(),
            name: self.head.name.clone(),
        }
    }

    /// The document as data; the origins' offsets count from the start of [`Document::text`].
    ///
    /// # Errors
    /// Those of [`yaml::decode`]; a document that [`crate::sort`] gave has none.
    pub fn parse(&self) -> Result<Data, yaml::Error> {
        yaml::decode(self.text(), FileId::NONE)
    }

    pub(crate) fn file(&self) -> &Arc<RenderedFile> {
        &self.file
    }

    /// Where in its file it stands.
    pub(crate) fn range(&self) -> Range<usize> {
        self.range.clone()
    }
}
