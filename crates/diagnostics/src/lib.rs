//! Places, diagnostics and provenance: the vocabulary that every other crate speaks.
//!
//! Architecture Invariant: this crate does no I/O and depends on no other crate of the workspace.
//! It never prints; `evenkeel-cli` (and later `evenkeel-report`) turn a [`Diagnostic`] into text.

mod diagnostic;
mod distance;
mod frame;
mod segments;
mod source;

pub use diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, Label, Severity, TraceEntry};
pub use distance::edit_distance;
pub use frame::{Frame, FrameArena, FrameId, FrameKind};
pub use segments::{Segment, Segments};
pub use source::{FileId, LineColumn, Origin, Source, SourceKind, SourceMap, Span};
