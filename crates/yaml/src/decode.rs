//! A composed document to values, as yaml.v2 decodes into `interface{}`.
//!
//! Follows go-yaml's `decode.go`. Works on a stack of its own, because aliases can nest values much
//! deeper than text can.

use std::collections::HashSet;

use evenkeel_diagnostics::Span;

use crate::read::{Document, Node, NodeKind, over_budget};
use crate::resolve::{self, Scalar};
use crate::{Error, ErrorKind};

/// How deep `encoding/json` reads (`maxNestingDepth`): values below are not built, because the
/// document is refused for them in the end.
pub(crate) const MAX_DEPTH: usize = 10_000;

/// Which keys of the top mapping matter.
pub(crate) type Wanted<'w> = &'w dyn Fn(&[u8]) -> bool;

/// Puts decoded values together.
pub(crate) trait Builder {
    type Value;
    type Key;
    type Map;

    fn scalar(&mut self, scalar: Scalar<'_>, span: Span) -> Result<Self::Value, Stop>;
    fn list(&mut self, items: Vec<(Self::Value, Span)>, span: Span) -> Self::Value;
    fn new_map(&mut self) -> Self::Map;
    /// A map's key, from a scalar.
    fn scalar_key(&mut self, scalar: Scalar<'_>) -> Result<Self::Key, Stop>;
    /// A map's key, from a value that an alias or a collection gave.
    fn value_key(&mut self, value: Self::Value) -> Result<Self::Key, Stop>;
    /// Sets an entry; the later of two with one key wins. `key` is the key's place, `value_at` that
    /// of the value.
    fn insert(
        &mut self,
        map: &mut Self::Map,
        key: (Self::Key, Span),
        value: Self::Value,
        value_at: u32,
    );
    fn map(&mut self, map: Self::Map, span: Span) -> Self::Value;
}

/// Why decoding ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The document is refused.
    Error(Error),
    /// The builder cannot tell; a more thorough one has to.
    Unsure,
}

impl Stop {
    /// go-yaml's `failf`.
    pub(crate) fn fail(text: impl AsRef<str>) -> Stop {
        Stop::Error(Error::new(
            ErrorKind::Decode,
            format!("yaml: {}", text.as_ref()),
        ))
    }

    fn at(self, span: Span) -> Stop {
        match self {
            Stop::Error(error) => Stop::Error(error.at(span)),
            Stop::Unsure => Stop::Unsure,
        }
    }
}

/// What decoding gave.
pub(crate) struct Decoded<V> {
    /// The value; `None` if there is no document.
    pub(crate) value: Option<V>,
    /// Whether values were left out because they are nested too deep for JSON.
    pub(crate) too_deep: bool,
}

/// Decodes the document with `builder`. Of a mapping at the top, entries with scalar keys that `wanted`
/// does not take are passed over.
pub(crate) fn decode<B: Builder>(
    document: &Document<'_>,
    builder: &mut B,
    wanted: Option<Wanted<'_>>,
) -> Result<Decoded<B::Value>, Stop> {
    let mut decoder = Decoder {
        document,
        builder,
        wanted,
        frames: Vec::new(),
        maps: Vec::new(),
        aliases: HashSet::new(),
        depth: 0,
        too_deep: false,
        // go-yaml counts the document node.
        decoded: 1,
        by_alias: 0,
        alias_depth: 0,
    };
    let value = decoder.run()?;
    Ok(Decoded {
        value,
        too_deep: decoder.too_deep,
    })
}

enum Frame<B: Builder> {
    Sequence {
        node: u32,
        next: u32,
        items: Vec<(B::Value, Span)>,
    },
    /// A mapping; one that is merged writes into the map below it.
    Mapping {
        node: u32,
        next: u32,
        key: Option<(B::Key, Span)>,
        merged: bool,
    },
    /// The rest of a merge key's list, which is worked off backwards.
    Merges(Vec<u32>),
    /// An alias is being followed.
    Alias(u32),
}

struct Decoder<'d, B: Builder> {
    document: &'d Document<'d>,
    builder: &'d mut B,
    wanted: Option<Wanted<'d>>,
    frames: Vec<Frame<B>>,
    maps: Vec<B::Map>,
    aliases: HashSet<u32>,
    /// How many collections are open.
    depth: usize,
    too_deep: bool,
    decoded: usize,
    by_alias: usize,
    alias_depth: usize,
}

/// What to do next.
enum Next<V> {
    /// A value is complete.
    Value(V, u32),
    /// A merged mapping is complete.
    Merged,
    /// Go on with the top frame.
    Go,
}

impl<B: Builder> Decoder<'_, B> {
    fn run(&mut self) -> Result<Option<B::Value>, Stop> {
        if self.document.nodes.is_empty() {
            return Ok(None);
        }
        let mut next = self.enter(0, false)?;
        loop {
            next = match next {
                Next::Value(value, node) => match self.deliver(value, node)? {
                    Some(value) => return Ok(Some(value)),
                    None => Next::Go,
                },
                Next::Merged => {
                    self.leave_aliases();
                    Next::Go
                }
                Next::Go => self.step()?,
            };
        }
    }

    fn node(&self, index: u32) -> Option<&Node> {
        self.document.nodes.get(index as usize)
    }

    /// `decoder.unmarshal`: counts, and refuses documents that are mostly aliases.
    fn count(&mut self) -> Result<(), Stop> {
        self.decoded += 1;
        if self.alias_depth > 0 {
            self.by_alias += 1;
        }
        if self.by_alias > 100
            && self.decoded > 1000
            && self.by_alias as f64 / self.decoded as f64 > allowed_alias_ratio(self.decoded)
        {
            return Err(Stop::fail("document contains excessive aliasing"));
        }
        if self.decoded > self.document.limits.nodes.saturating_add(1) {
            return Err(Stop::Error(over_budget(self.document.limits)));
        }
        Ok(())
    }

    /// Begins to decode a node.
    fn enter(&mut self, index: u32, merged: bool) -> Result<Next<B::Value>, Stop> {
        self.count()?;
        let document = self.document;
        let Some(node) = document.nodes.get(index as usize) else {
            return Ok(Next::Go);
        };
        match node.kind {
            NodeKind::Scalar(_) => {
                let scalar = scalar_of(document, node)?;
                let value = self.builder.scalar(scalar, document.span(node));
                return Ok(Next::Value(
                    value.map_err(|stop| stop.at(document.span(node)))?,
                    index,
                ));
            }
            NodeKind::Alias => {
                if !self.aliases.insert(index) {
                    let name = String::from_utf8_lossy(document.text(node.text));
                    let text = format!("anchor '{name}' value contains itself");
                    return Err(Stop::fail(text).at(document.span(node)));
                }
                self.alias_depth += 1;
                self.frames.push(Frame::Alias(index));
                return self.enter(node.link, merged);
            }
            NodeKind::Sequence => {
                self.depth += 1;
                self.frames.push(Frame::Sequence {
                    node: index,
                    next: index + 1,
                    items: Vec::new(),
                });
            }
            NodeKind::Mapping => {
                if !merged {
                    self.depth += 1;
                    let map = self.builder.new_map();
                    self.maps.push(map);
                }
                self.frames.push(Frame::Mapping {
                    node: index,
                    next: index + 1,
                    key: None,
                    merged,
                });
            }
        }
        Ok(Next::Go)
    }

    /// Goes on with the top frame.
    fn step(&mut self) -> Result<Next<B::Value>, Stop> {
        let document = self.document;
        match self.frames.last_mut() {
            Some(Frame::Sequence { node, next, .. }) => {
                let at = *next;
                if at >= link(document, *node) {
                    return Ok(self.finish_sequence());
                }
                *next = document.after(at);
                self.enter(at, false)
            }
            Some(Frame::Mapping {
                node, next, key, ..
            }) => {
                let at = *next;
                if at >= link(document, *node) {
                    return Ok(self.finish_mapping());
                }
                *next = document.after(at);
                if key.is_some() {
                    self.enter(at, false)
                } else {
                    self.key(at)
                }
            }
            Some(Frame::Merges(rest)) => match rest.pop() {
                Some(at) => self.merge_one(at),
                None => {
                    self.frames.pop();
                    Ok(Next::Go)
                }
            },
            // An alias frame is popped with the value that it waits for.
            Some(Frame::Alias(_)) => Ok(Next::Merged),
            None => Err(Stop::Unsure),
        }
    }

    fn finish_sequence(&mut self) -> Next<B::Value> {
        let Some(Frame::Sequence { node, items, .. }) = self.frames.pop() else {
            return Next::Go;
        };
        let span = self
            .node(node)
            .map_or(Span::NONE, |n| self.document.span(n));
        let value = if self.is_too_deep() {
            self.builder.list(Vec::new(), span)
        } else {
            self.builder.list(items, span)
        };
        self.depth -= 1;
        Next::Value(value, node)
    }

    fn finish_mapping(&mut self) -> Next<B::Value> {
        let Some(Frame::Mapping { node, merged, .. }) = self.frames.pop() else {
            return Next::Go;
        };
        if merged {
            return Next::Merged;
        }
        let Some(mut map) = self.maps.pop() else {
            return Next::Go;
        };
        if self.is_too_deep() {
            map = self.builder.new_map();
        }
        let span = self
            .node(node)
            .map_or(Span::NONE, |n| self.document.span(n));
        self.depth -= 1;
        Next::Value(self.builder.map(map, span), node)
    }

    /// Whether the collection that ends here is too deep; its content is dropped then.
    fn is_too_deep(&mut self) -> bool {
        let deep = self.depth > MAX_DEPTH;
        self.too_deep |= deep;
        deep
    }

    /// A key of the mapping on top.
    fn key(&mut self, at: u32) -> Result<Next<B::Value>, Stop> {
        let document = self.document;
        let Some(node) = document.nodes.get(at as usize) else {
            return Ok(Next::Go);
        };
        if !matches!(node.kind, NodeKind::Scalar(_)) {
            return self.enter(at, false);
        }
        if document.is_merge(node) {
            return self.merge();
        }
        if let Some(wanted) = self.wanted
            && self.frames.len() == 1
            && !wanted(document.text(node.text))
        {
            self.pass_value();
            return Ok(Next::Go);
        }
        self.count()?;
        let scalar = scalar_of(document, node)?;
        let span = document.span(node);
        let made = self
            .builder
            .scalar_key(scalar)
            .map_err(|stop| stop.at(span))?;
        if let Some(Frame::Mapping { key, .. }) = self.frames.last_mut() {
            *key = Some((made, span));
        }
        Ok(Next::Go)
    }

    /// Moves the mapping on top behind its next node, and returns that.
    fn pass_value(&mut self) -> u32 {
        let Some(Frame::Mapping { next, .. }) = self.frames.last_mut() else {
            return u32::MAX;
        };
        let at = *next;
        *next = self.document.after(at);
        at
    }

    /// `decoder.merge`, for the value behind a `<<`.
    fn merge(&mut self) -> Result<Next<B::Value>, Stop> {
        let document = self.document;
        let at = self.pass_value();
        let Some(node) = document.nodes.get(at as usize) else {
            return Ok(Next::Go);
        };
        if node.kind != NodeKind::Sequence {
            return self.merge_one(at);
        }
        let mut items = Vec::new();
        let mut item = at + 1;
        while item < node.link {
            items.push(item);
            item = document.after(item);
        }
        self.frames.push(Frame::Merges(items));
        Ok(Next::Go)
    }

    fn merge_one(&mut self, at: u32) -> Result<Next<B::Value>, Stop> {
        let document = self.document;
        let Some(node) = document.nodes.get(at as usize) else {
            return Ok(Next::Go);
        };
        let target = match node.kind {
            NodeKind::Alias => document.nodes.get(node.link as usize).map(|n| n.kind),
            kind => Some(kind),
        };
        if target != Some(NodeKind::Mapping) {
            let text = "map merge requires map or sequence of maps as the value";
            return Err(Stop::fail(text).at(document.span(node)));
        }
        self.enter(at, true)
    }

    /// The aliases on top are followed to their ends.
    fn leave_aliases(&mut self) {
        while let Some(Frame::Alias(node)) = self.frames.last() {
            self.aliases.remove(node);
            self.alias_depth -= 1;
            self.frames.pop();
        }
    }

    /// Hands a complete value to the frame below; gives it back if there is none.
    fn deliver(&mut self, value: B::Value, mut node: u32) -> Result<Option<B::Value>, Stop> {
        while let Some(Frame::Alias(alias)) = self.frames.last() {
            node = *alias;
            self.aliases.remove(alias);
            self.alias_depth -= 1;
            self.frames.pop();
        }
        let place = self
            .node(node)
            .map_or(Span::NONE, |n| self.document.span(n));
        match self.frames.last_mut() {
            None => return Ok(Some(value)),
            Some(Frame::Sequence { items, .. }) => items.push((value, place)),
            Some(Frame::Mapping { key, .. }) => match key.take() {
                Some(key) => {
                    if let Some(map) = self.maps.last_mut() {
                        self.builder.insert(map, key, value, place.start);
                    }
                }
                None => {
                    let made = self
                        .builder
                        .value_key(value)
                        .map_err(|stop| stop.at(place))?;
                    *key = Some((made, place));
                }
            },
            Some(Frame::Merges(_) | Frame::Alias(_)) => {}
        }
        Ok(None)
    }
}

fn link(document: &Document<'_>, node: u32) -> u32 {
    document
        .nodes
        .get(node as usize)
        .map_or(0, |node| node.link)
}

/// The value of a scalar node.
fn scalar_of<'d>(document: &'d Document<'_>, node: &Node) -> Result<Scalar<'d>, Stop> {
    let text = document.text(node.text);
    let tag = document.tag(node);
    if tag.is_none() && !node.implicit {
        return Ok(Scalar::Str(text.into()));
    }
    resolve::scalar(tag, text).map_err(|text| Stop::fail(text).at(document.span(node)))
}

/// How much of the decoding aliases may cause, by how much there is of it.
fn allowed_alias_ratio(decoded: usize) -> f64 {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    let decoded = decoded as f64;
    if decoded <= LOW {
        0.99
    } else if decoded >= HIGH {
        0.10
    } else {
        0.99 - 0.89 * ((decoded - LOW) / (HIGH - LOW))
    }
}
