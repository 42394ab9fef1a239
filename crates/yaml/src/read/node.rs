//! The composed tree of one document, flat in memory, with the place of every node.

use std::collections::HashMap;

use evenkeel_diagnostics::{FileId, Span};

use super::input::Input;
use super::parser::{Event, EventKind, Parser};
use super::token::{MAX_INPUT, ScalarStyle, Text, offset};
use crate::resolve::tag;
use crate::{Error, ErrorKind};

/// How much a text may make the reader do.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Nodes of the document, those that aliases repeat included.
    pub nodes: usize,
}

impl Default for Limits {
    /// Ten megabytes of anything but the densest lists.
    fn default() -> Limits {
        Limits { nodes: 6_000_000 }
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// A scalar.
    Scalar(ScalarStyle),
    /// A mapping.
    Mapping,
    /// A sequence.
    Sequence,
    /// A reference to an earlier node.
    Alias,
}

/// A node; its children follow it, each after the last one's subtree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    /// Whether go-yaml resolves the scalar by its text.
    pub(crate) implicit: bool,
    pub(crate) flow: bool,
    tag: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// A scalar's text; an alias's name.
    pub(crate) text: Text,
    /// Index of the node after the subtree; of an alias the node that it stands for.
    pub(crate) link: u32,
}

/// A document: what go-yaml's `parser.parse` composes.
#[derive(Debug)]
pub struct Document<'a> {
    source: &'a [u8],
    arena: Vec<u8>,
    tags: Vec<Box<[u8]>>,
    pub(crate) nodes: Vec<Node>,
    file: FileId,
    /// Offset of the text in the file.
    base: u32,
    pub(crate) limits: Limits,
}

impl<'a> Document<'a> {
    /// Parses the first document of `input`. Text behind it is not looked at, as in Go.
    ///
    /// # Errors
    /// What go-yaml says of text that is no YAML, and `Budget` if there are too many nodes.
    pub fn parse(
        input: &'a Input<'a>,
        file: FileId,
        limits: Limits,
    ) -> Result<Document<'a>, Error> {
        Document::parse_at(input, file, 0, limits)
    }

    /// [`Document::parse`] for text that begins at the offset `base` of the file.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_at(
        input: &'a Input<'a>,
        file: FileId,
        base: u32,
        limits: Limits,
    ) -> Result<Document<'a>, Error> {
        if input.bytes().len() >= MAX_INPUT {
            return Err(Error::new(ErrorKind::Budget, "yaml: text of 1 GiB or more"));
        }
        let mut composer = Composer {
            nodes: Vec::with_capacity(input.bytes().len() / 16),
            open: Vec::new(),
            anchors: HashMap::new(),
            reached: 0,
            file,
            base,
            limits,
        };
        let mut parser = Parser::new(input);
        composer.compose(&mut parser)?;
        let (tags, arena) = parser.into_parts();
        let nodes = composer.nodes;
        Ok(Document {
            source: input.bytes(),
            arena,
            tags,
            nodes,
            file,
            base,
            limits,
        })
    }

    /// The top node; `None` if the text holds no document.
    pub fn root(&self) -> Option<NodeRef<'_>> {
        self.node(0)
    }

    /// The bytes that spans of this document count.
    pub fn source(&self) -> &'a [u8] {
        self.source
    }

    pub(crate) fn node(&self, index: u32) -> Option<NodeRef<'_>> {
        let node = self.nodes.get(index as usize)?;
        Some(NodeRef {
            document: self,
            index,
            node,
        })
    }

    pub(crate) fn text(&self, text: Text) -> &[u8] {
        text.bytes(self.source, &self.arena)
    }

    pub(crate) fn tag(&self, node: &Node) -> Option<&[u8]> {
        self.tags.get(node.tag as usize).map(|tag| &**tag)
    }

    /// Index of the node after the subtree of `index`.
    pub(crate) fn after(&self, index: u32) -> u32 {
        match self.nodes.get(index as usize) {
            Some(Node {
                kind: NodeKind::Mapping | NodeKind::Sequence,
                link,
                ..
            }) => *link,
            _ => index + 1,
        }
    }

    /// `isMerge` of go-yaml.
    pub(crate) fn is_merge(&self, node: &Node) -> bool {
        matches!(node.kind, NodeKind::Scalar(_))
            && self.text(node.text) == b"<<"
            && (node.implicit || self.tag(node) == Some(tag::MERGE))
    }

    pub(crate) fn span(&self, node: &Node) -> Span {
        self.place(node.start, node.end)
    }

    /// Offsets of this document's text as a place in the file.
    pub(crate) fn place(&self, start: u32, end: u32) -> Span {
        place(self.file, self.base, start, end)
    }

    /// The line of an offset, counted from 1, as go-yaml counts.
    pub(crate) fn line(&self, offset: u32) -> usize {
        let before = self.source.get(..offset as usize).unwrap_or_default();
        let mut breaks = 0;
        let mut at = 0;
        while at < before.len() {
            let width = super::scanner::break_width(before, at);
            breaks += usize::from(width != 0);
            at += width.max(1);
        }
        breaks + 1
    }
}

/// One node of a [`Document`].
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'d> {
    document: &'d Document<'d>,
    index: u32,
    node: &'d Node,
}

impl<'d> NodeRef<'d> {
    /// What it is.
    pub fn kind(self) -> NodeKind {
        self.node.kind
    }

    /// From its first byte (that of an anchor or a tag, if it has one) to one past its last. A block
    /// collection ends where its last child ends.
    pub fn span(self) -> Span {
        self.document.span(self.node)
    }

    /// A scalar's text, quotes and folding undone; an alias's name; empty for collections.
    pub fn text(self) -> &'d [u8] {
        self.document.text(self.node.text)
    }

    /// The tag in its long form, if one is written.
    pub fn tag(self) -> Option<&'d [u8]> {
        self.document.tag(self.node)
    }

    /// Whether a collection is written in braces or brackets.
    pub fn is_flow(self) -> bool {
        self.node.flow
    }

    /// The node itself, or the one that it is an alias of.
    pub fn resolved(self) -> NodeRef<'d> {
        match self.node.kind {
            NodeKind::Alias => self.document.node(self.node.link).unwrap_or(self),
            _ => self,
        }
    }

    /// The children: items of a sequence; keys and values of a mapping by turns.
    pub fn children(self) -> impl Iterator<Item = NodeRef<'d>> {
        let end = match self.node.kind {
            NodeKind::Mapping | NodeKind::Sequence => self.node.link,
            _ => self.index,
        };
        let document = self.document;
        let first = (self.index + 1 < end).then_some(self.index + 1);
        let next = move |&at: &u32| Some(document.after(at)).filter(|&next| next < end);
        std::iter::successors(first, next).filter_map(move |at| document.node(at))
    }

    /// The entries of a mapping as they are written: merge keys are not followed.
    pub fn entries(self) -> impl Iterator<Item = (NodeRef<'d>, NodeRef<'d>)> {
        let mut children = match self.node.kind {
            NodeKind::Mapping => Some(self.children()),
            _ => None,
        };
        std::iter::from_fn(move || {
            let children = children.as_mut()?;
            Some((children.next()?, children.next()?))
        })
    }

    /// The last value that a mapping gives `key` itself, aliases followed.
    pub fn get(self, key: &str) -> Option<NodeRef<'d>> {
        let found = self
            .entries()
            .filter(|(k, _)| k.resolved().text() == key.as_bytes())
            .last();
        found.map(|(_, value)| value.resolved())
    }
}

/// Events to nodes.
struct Composer {
    nodes: Vec<Node>,
    /// Collections that are not ended yet.
    open: Vec<u32>,
    anchors: HashMap<Box<[u8]>, u32>,
    /// Where the text of the nodes so far ends.
    reached: u32,
    file: FileId,
    base: u32,
    limits: Limits,
}

impl Composer {
    fn compose(&mut self, parser: &mut Parser<'_>) -> Result<(), Error> {
        loop {
            let event = parser
                .next()
                .map_err(|fault| fault.into_error(self.file, self.base))?;
            match event.kind {
                EventKind::StreamStart | EventKind::DocumentStart => {}
                EventKind::StreamEnd | EventKind::DocumentEnd => return Ok(()),
                EventKind::Alias => {
                    let name = parser.scanner.text_of(event.text);
                    let Some(&target) = self.anchors.get(name) else {
                        return Err(self.unknown_anchor(event, name));
                    };
                    self.add(parser, event, NodeKind::Alias, target)?;
                }
                EventKind::Scalar => self.add(parser, event, NodeKind::Scalar(event.style), 0)?,
                EventKind::SequenceStart => self.begin(parser, event, NodeKind::Sequence)?,
                EventKind::MappingStart => self.begin(parser, event, NodeKind::Mapping)?,
                EventKind::SequenceEnd | EventKind::MappingEnd => self.finish(event),
            }
        }
    }

    fn add(
        &mut self,
        parser: &Parser<'_>,
        event: Event,
        kind: NodeKind,
        link: u32,
    ) -> Result<(), Error> {
        let index = self.nodes.len();
        if index >= self.limits.nodes {
            let place = place(self.file, self.base, event.start, event.end);
            return Err(over_budget(self.limits).at(place));
        }
        self.reached = self.reached.max(event.end);
        if !event.anchor.is_empty() {
            self.anchors
                .insert(parser.scanner.text_of(event.anchor).into(), offset(index));
        }
        let Event {
            implicit,
            flow,
            text,
            tag,
            start,
            end,
            ..
        } = event;
        self.nodes.push(Node {
            kind,
            implicit,
            flow,
            tag,
            start,
            end,
            text,
            link,
        });
        Ok(())
    }

    fn begin(&mut self, parser: &Parser<'_>, event: Event, kind: NodeKind) -> Result<(), Error> {
        self.open.push(offset(self.nodes.len()));
        self.add(parser, event, kind, 0)
    }

    fn finish(&mut self, event: Event) {
        let link = offset(self.nodes.len());
        // The end of a block collection is only noticed at the token behind it.
        let Some(node) = self
            .open
            .pop()
            .and_then(|at| self.nodes.get_mut(at as usize))
        else {
            return;
        };
        node.link = link;
        if node.flow {
            self.reached = self.reached.max(event.end);
        }
        node.end = if node.flow { event.end } else { self.reached }.max(node.end);
    }

    fn unknown_anchor(&self, event: Event, name: &[u8]) -> Error {
        let name = String::from_utf8_lossy(name);
        let text = format!("yaml: unknown anchor '{name}' referenced");
        Error::new(ErrorKind::Syntax, text).at(place(self.file, self.base, event.start, event.end))
    }
}

/// The refusal of a text with too many nodes.
pub(crate) fn over_budget(limits: Limits) -> Error {
    Error::new(
        ErrorKind::Budget,
        format!("yaml: document has more than {} nodes", limits.nodes),
    )
}

fn place(file: FileId, base: u32, start: u32, end: u32) -> Span {
    Span::new(file, base.saturating_add(start), base.saturating_add(end))
}
