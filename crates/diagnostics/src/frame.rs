//! Who called whom: templates, includes and `tpl` strings, as an arena of frames.

use std::sync::Arc;

use crate::{FileId, Span};

/// Identifies a frame of a [`FrameArena`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FrameId(pub u32);

/// Why a frame was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameKind {
    /// A file of `templates/`, executed for its own output.
    Template,
    /// `{{ template "x" }}` or `{{ block "x" }}`.
    Invoke,
    /// `{{ include "x" . }}`.
    Include,
    /// `{{ tpl "…" . }}`.
    Tpl,
    /// An action, while reads are logged.
    Statement,
    /// What an `if`, a `with` or a `range` decided, while reads are logged.
    Branch,
    /// The `else` of such a block, within its frame.
    Else,
    /// One turn of a `range`, while reads are logged.
    Turn,
    /// A sub-chart's values hand-over.
    SubChart,
    /// An Argo CD Application's parameter hand-over.
    Application,
}

impl FrameKind {
    /// Whether a template was entered, rather than a part of the one that was running.
    pub fn is_call(self) -> bool {
        !matches!(
            self,
            FrameKind::Statement | FrameKind::Branch | FrameKind::Else | FrameKind::Turn
        )
    }
}

/// One activation: a template running because some place called it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The frame that called, or `None` at the top.
    pub parent: Option<FrameId>,
    /// Where the call stands (in the parent's file).
    pub call: Span,
    /// The file whose text runs in this frame.
    pub file: FileId,
    /// The template's name, such as `app/templates/_helpers.tpl` or `app.labels`.
    pub name: Arc<str>,
    /// Why it was entered.
    pub kind: FrameKind,
}

/// All frames of one render. Frames are only ever added.
#[derive(Debug, Default, Clone)]
pub struct FrameArena {
    frames: Vec<Frame>,
}

impl FrameArena {
    /// An arena without frames.
    pub fn new() -> FrameArena {
        FrameArena::default()
    }

    /// Adds a frame and returns its id.
    pub fn push(&mut self, frame: Frame) -> FrameId {
        let id = FrameId(u32::try_from(self.frames.len()).unwrap_or(u32::MAX));
        self.frames.push(frame);
        id
    }

    /// Forgets the frames from the `len`th on: for calls that have written nothing.
    pub fn truncate(&mut self, len: usize) {
        self.frames.truncate(len);
    }

    /// The frame of an id of this arena.
    pub fn get(&self, id: FrameId) -> Option<&Frame> {
        self.frames.get(id.0 as usize)
    }

    /// The frame and its callers, innermost first.
    pub fn chain(&self, id: FrameId) -> impl Iterator<Item = &Frame> {
        std::iter::successors(self.get(id), |frame| frame.parent.and_then(|p| self.get(p)))
    }

    /// How many frames there are.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether no frame was added yet.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }
}
