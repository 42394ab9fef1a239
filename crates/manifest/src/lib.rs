//! Rendered text to documents: splitting, heads, hooks and Helm's order.
//!
//! [`sort`] is Helm's `releaseutil.SortManifests`: it takes the rendered files of a chart and gives the
//! manifests and the hooks in the order Helm prints them. [`Listing`] puts them together to what
//! `helm template` writes.
//!
//! Documents share the text of the file they were split from and keep the segments that say which
//! template line wrote which bytes.
//!
//! Architecture Invariant: this crate does no I/O and knows nothing of templates and charts.

mod document;
pub mod field_path;
mod head;
mod kinds;
mod listing;
mod scope;
mod sort;
mod space;
mod split;

pub use document::{Document, Identity, RenderedFile};
pub use field_path::{FieldPath, Step, each_place, path_to};
pub use head::Head;
pub use kinds::install_rank;
pub use listing::{Crd, Listing};
pub use scope::{Scope, ScopeTable, scope};
pub use sort::{Event, Hook, SortError, Sorted, read_documents, sort};
pub use split::split;

/// Where Helm versions differ in how they split and order manifests.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// How documents are cut out of a file.
    pub separator: Separator,
    /// Kinds in the order of installation; unknown kinds come after them.
    pub install_order: &'static [&'static str],
    /// Go's name of the head's type, as it stands in error texts.
    pub head_type: &'static str,
}

/// Which text between documents counts as their separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// `---` at the start of a line with the blanks behind it; documents keep their trailing blank
    /// lines (Helm 4.2 and later).
    Line,
    /// `---` after a line break with all white space around it; documents are trimmed (Helm 3).
    Trimmed,
}

/// Helm 4.
pub const HELM4: Rules = Rules {
    separator: Separator::Line,
    install_order: kinds::INSTALL_ORDER,
    head_type: "util.SimpleHead",
};

/// Helm 3.
pub const HELM3: Rules = Rules {
    separator: Separator::Trimmed,
    install_order: kinds::INSTALL_ORDER_BEFORE_WEBHOOKS,
    head_type: "releaseutil.SimpleHead",
};
