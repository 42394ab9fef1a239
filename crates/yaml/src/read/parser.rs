//! Tokens to events.
//!
//! Follows go-yaml's `parserc.go`: the same states, so that a text is refused at the same token with
//! the same words.

use super::fault::Fault;
use super::input::Input;
use super::scanner::{Scanner, TagParts};
use super::token::{Mark, ScalarStyle, Scan, Text, Token, TokenKind};

/// What the parser found next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventKind {
    StreamStart,
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias,
    Scalar,
    SequenceStart,
    SequenceEnd,
    MappingStart,
    MappingEnd,
}

/// What stands for no tag.
pub(crate) const NO_TAG: u32 = u32::MAX;

/// An event with its place and properties.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    /// Of a scalar.
    pub(crate) style: ScalarStyle,
    /// Of a scalar: whether go-yaml resolves the text. It is plain, or its tag is `!`.
    pub(crate) implicit: bool,
    /// Of the start of a collection: whether it is in brackets.
    pub(crate) flow: bool,
    /// Of a scalar; the name of an alias.
    pub(crate) text: Text,
    /// The name of the node's anchor; empty if it has none.
    pub(crate) anchor: Text,
    /// Index for [`Parser::resolved_tag`], or [`NO_TAG`].
    pub(crate) tag: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

#[derive(Debug, Clone, Copy)]
enum State {
    StreamStart,
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirstEntry,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingFirstKey,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirstEntry,
    FlowSequenceEntry,
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirstKey,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// Where a node may stand, which decides what it may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Block,
    BlockOrIndentless,
    Flow,
}

pub(crate) struct Parser<'a> {
    pub(crate) scanner: Scanner<'a>,
    state: State,
    states: Vec<State>,
    directives: Vec<TagParts>,
    /// Tags of nodes, handles replaced.
    tags: Vec<Box<[u8]>>,
}

fn event(kind: EventKind, start: u32, end: u32) -> Event {
    Event {
        kind,
        style: ScalarStyle::Plain,
        implicit: false,
        flow: false,
        text: Text::default(),
        anchor: Text::default(),
        tag: NO_TAG,
        start,
        end,
    }
}

impl<'a> Parser<'a> {
    pub(crate) fn new(input: &'a Input<'a>) -> Parser<'a> {
        Parser {
            scanner: Scanner::new(input),
            state: State::StreamStart,
            states: Vec::new(),
            directives: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// A tag of an event, in its long form.
    pub(crate) fn resolved_tag(&self, index: u32) -> &[u8] {
        self.tags.get(index as usize).map_or(&[], |tag| tag)
    }

    /// The tags and the arena of scalars, once no more events are wanted.
    pub(crate) fn into_parts(self) -> (Vec<Box<[u8]>>, Vec<u8>) {
        (self.tags, self.scanner.arena)
    }

    /// The next event; [`EventKind::StreamEnd`] for ever at the end.
    pub(crate) fn next(&mut self) -> Scan<Event> {
        match self.state {
            State::StreamStart => {
                let token = self.scanner.peek()?;
                self.scanner.skip_token();
                self.state = State::ImplicitDocumentStart;
                Ok(event(EventKind::StreamStart, token.start.offset, token.end))
            }
            State::ImplicitDocumentStart => self.document_start(true),
            State::DocumentStart => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(Context::Block),
            State::BlockSequenceFirstEntry => {
                self.scanner.skip_token();
                self.block_sequence_entry()
            }
            State::BlockSequenceEntry => self.block_sequence_entry(),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingFirstKey => {
                self.scanner.skip_token();
                self.block_mapping_key()
            }
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirstEntry => {
                self.scanner.skip_token();
                self.flow_sequence_entry(true)
            }
            State::FlowSequenceEntry => self.flow_sequence_entry(false),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => {
                let token = self.scanner.peek()?;
                self.state = State::FlowSequenceEntry;
                Ok(event(
                    EventKind::MappingEnd,
                    token.start.offset,
                    token.start.offset,
                ))
            }
            State::FlowMappingFirstKey => {
                self.scanner.skip_token();
                self.flow_mapping_key(true)
            }
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingEmptyValue => {
                let token = self.scanner.peek()?;
                self.state = State::FlowMappingKey;
                Ok(empty_scalar(token.start.offset))
            }
            State::End => Ok(event(EventKind::StreamEnd, 0, 0)),
        }
    }

    // ---- documents ----

    fn document_start(&mut self, implicit: bool) -> Scan<Event> {
        let mut token = self.scanner.peek()?;
        while !implicit && token.kind == TokenKind::DocumentEnd {
            token = self.advance()?;
        }
        if token.kind == TokenKind::StreamEnd {
            self.state = State::End;
            self.scanner.skip_token();
            return Ok(event(EventKind::StreamEnd, token.start.offset, token.end));
        }
        let explicit = is_directive(token.kind) || token.kind == TokenKind::DocumentStart;
        let start = token.start.offset;
        if implicit && !explicit {
            self.process_directives()?;
            self.states.push(State::DocumentEnd);
            self.state = State::BlockNode;
            return Ok(event(EventKind::DocumentStart, start, token.end));
        }
        self.process_directives()?;
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::DocumentStart {
            return refuse("did not find expected <document start>", token.start);
        }
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        self.scanner.skip_token();
        Ok(event(EventKind::DocumentStart, start, token.end))
    }

    fn document_content(&mut self) -> Scan<Event> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::DocumentStart | TokenKind::DocumentEnd | TokenKind::StreamEnd => {}
            kind if is_directive(kind) => {}
            _ => return self.node(Context::Block),
        }
        self.pop_state();
        Ok(empty_scalar(token.start.offset))
    }

    fn document_end(&mut self) -> Scan<Event> {
        let token = self.scanner.peek()?;
        let start = token.start.offset;
        let mut end = start;
        if token.kind == TokenKind::DocumentEnd {
            end = token.end;
            self.scanner.skip_token();
        }
        self.directives.clear();
        self.state = State::DocumentStart;
        Ok(event(EventKind::DocumentEnd, start, end))
    }

    fn process_directives(&mut self) -> Scan<()> {
        let mut version_seen = false;
        let mut token = self.scanner.peek()?;
        loop {
            match token.kind {
                TokenKind::VersionDirective if version_seen => {
                    return refuse("found duplicate %YAML directive", token.start);
                }
                TokenKind::VersionDirective if token.detail == 1 => version_seen = true,
                TokenKind::VersionDirective => {
                    return refuse("found incompatible YAML document", token.start);
                }
                TokenKind::TagDirective => {
                    let parts = self.scanner.tags.get(token.detail as usize).cloned();
                    let parts = parts.unwrap_or_default();
                    if !self.add_directive(parts) {
                        return refuse("found duplicate %TAG directive", token.start);
                    }
                }
                _ => break,
            }
            token = self.advance()?;
        }
        for (handle, rest) in [(&b"!"[..], &b"!"[..]), (b"!!", b"tag:yaml.org,2002:")] {
            self.add_directive(TagParts {
                handle: handle.to_vec(),
                rest: rest.to_vec(),
            });
        }
        Ok(())
    }

    /// Adds a directive unless there is one for its handle.
    fn add_directive(&mut self, parts: TagParts) -> bool {
        let is_new = self
            .directives
            .iter()
            .all(|known| known.handle != parts.handle);
        if is_new {
            self.directives.push(parts);
        }
        is_new
    }

    // ---- nodes ----

    fn node(&mut self, context: Context) -> Scan<Event> {
        let mut token = self.scanner.peek()?;
        if token.kind == TokenKind::Alias {
            self.pop_state();
            self.scanner.skip_token();
            let event = event(EventKind::Alias, token.start.offset, token.end);
            return Ok(Event {
                text: token.text,
                ..event
            });
        }
        let mut properties = event(EventKind::StreamEnd, token.start.offset, token.start.offset);
        if matches!(token.kind, TokenKind::Anchor | TokenKind::Tag) {
            token = self.properties(&mut properties)?;
        }
        self.content(context, token, properties)
    }

    /// An anchor and a tag, in either order. Returns the token behind them.
    fn properties(&mut self, event: &mut Event) -> Scan<Token> {
        let mut token = self.scanner.peek()?;
        let mut tag = None;
        loop {
            match token.kind {
                TokenKind::Anchor if event.anchor.is_empty() => event.anchor = token.text,
                TokenKind::Tag if tag.is_none() => tag = Some((token.detail, token.start)),
                _ => break,
            }
            event.end = token.end;
            token = self.advance()?;
        }
        if let Some((index, at)) = tag {
            event.tag = self.resolve_tag(index, at)?;
        }
        Ok(token)
    }

    fn resolve_tag(&mut self, index: u32, at: Mark) -> Scan<u32> {
        let parts = self
            .scanner
            .tags
            .get_mut(index as usize)
            .map(std::mem::take);
        let parts = parts.unwrap_or_default();
        let tag = if parts.handle.is_empty() {
            parts.rest
        } else {
            let found = self
                .directives
                .iter()
                .find(|known| known.handle == parts.handle);
            let tag = found.map(|known| [known.rest.as_slice(), &parts.rest].concat());
            match tag {
                Some(tag) if !tag.is_empty() => tag,
                _ => return refuse("found undefined tag handle", at),
            }
        };
        if tag.is_empty() {
            return Ok(NO_TAG);
        }
        self.tags.push(tag.into_boxed_slice());
        Ok(super::token::offset(self.tags.len() - 1))
    }

    fn content(&mut self, context: Context, token: Token, mut event: Event) -> Scan<Event> {
        let block = context != Context::Flow;
        let (kind, state) = match token.kind {
            TokenKind::Scalar => {
                self.pop_state();
                self.scanner.skip_token();
                event.implicit = match event.tag {
                    NO_TAG => token.style == ScalarStyle::Plain,
                    index => self.resolved_tag(index) == b"!",
                };
                event.kind = EventKind::Scalar;
                event.text = token.text;
                event.style = token.style;
                event.end = token.end;
                return Ok(event);
            }
            TokenKind::BlockEntry if context == Context::BlockOrIndentless => {
                (EventKind::SequenceStart, State::IndentlessSequenceEntry)
            }
            TokenKind::FlowSequenceStart => {
                (EventKind::SequenceStart, State::FlowSequenceFirstEntry)
            }
            TokenKind::FlowMappingStart => (EventKind::MappingStart, State::FlowMappingFirstKey),
            TokenKind::BlockSequenceStart if block => {
                (EventKind::SequenceStart, State::BlockSequenceFirstEntry)
            }
            TokenKind::BlockMappingStart if block => {
                (EventKind::MappingStart, State::BlockMappingFirstKey)
            }
            _ if !event.anchor.is_empty() || event.tag != NO_TAG => {
                self.pop_state();
                event.kind = EventKind::Scalar;
                event.implicit = event.tag == NO_TAG;
                return Ok(event);
            }
            _ => return refuse("did not find expected node content", token.start),
        };
        self.state = state;
        event.kind = kind;
        event.flow = matches!(
            token.kind,
            TokenKind::FlowSequenceStart | TokenKind::FlowMappingStart
        );
        event.end = token.end;
        Ok(event)
    }

    // ---- block collections ----

    fn block_sequence_entry(&mut self) -> Scan<Event> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::BlockEntry => {
                let next = self.advance()?;
                if matches!(next.kind, TokenKind::BlockEntry | TokenKind::BlockEnd) {
                    self.state = State::BlockSequenceEntry;
                    return Ok(empty_scalar(token.end));
                }
                self.states.push(State::BlockSequenceEntry);
                self.node(Context::Block)
            }
            TokenKind::BlockEnd => Ok(self.close(EventKind::SequenceEnd, token)),
            _ => refuse("did not find expected '-' indicator", token.start),
        }
    }

    fn indentless_sequence_entry(&mut self) -> Scan<Event> {
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::BlockEntry {
            self.pop_state();
            return Ok(event(
                EventKind::SequenceEnd,
                token.start.offset,
                token.start.offset,
            ));
        }
        let next = self.advance()?;
        if next.kind == TokenKind::BlockEntry || ends_entry(next.kind) {
            self.state = State::IndentlessSequenceEntry;
            return Ok(empty_scalar(token.end));
        }
        self.states.push(State::IndentlessSequenceEntry);
        self.node(Context::Block)
    }

    fn block_mapping_key(&mut self) -> Scan<Event> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Key => {
                let next = self.advance()?;
                if ends_entry(next.kind) {
                    self.state = State::BlockMappingValue;
                    return Ok(empty_scalar(token.end));
                }
                self.states.push(State::BlockMappingValue);
                self.node(Context::BlockOrIndentless)
            }
            TokenKind::BlockEnd => Ok(self.close(EventKind::MappingEnd, token)),
            _ => refuse("did not find expected key", token.start),
        }
    }

    fn block_mapping_value(&mut self) -> Scan<Event> {
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::Value {
            self.state = State::BlockMappingKey;
            return Ok(empty_scalar(token.start.offset));
        }
        let next = self.advance()?;
        if ends_entry(next.kind) {
            self.state = State::BlockMappingKey;
            return Ok(empty_scalar(token.end));
        }
        self.states.push(State::BlockMappingKey);
        self.node(Context::BlockOrIndentless)
    }

    // ---- flow collections ----

    fn flow_sequence_entry(&mut self, first: bool) -> Scan<Event> {
        let mut token = self.scanner.peek()?;
        if token.kind != TokenKind::FlowSequenceEnd {
            if !first {
                if token.kind != TokenKind::FlowEntry {
                    return refuse("did not find expected ',' or ']'", token.start);
                }
                token = self.advance()?;
            }
            if token.kind == TokenKind::Key {
                self.state = State::FlowPairKey;
                self.scanner.skip_token();
                let event = event(EventKind::MappingStart, token.start.offset, token.end);
                return Ok(Event {
                    flow: true,
                    ..event
                });
            }
            if token.kind != TokenKind::FlowSequenceEnd {
                self.states.push(State::FlowSequenceEntry);
                return self.node(Context::Flow);
            }
        }
        Ok(self.close(EventKind::SequenceEnd, token))
    }

    fn flow_pair_key(&mut self) -> Scan<Event> {
        let token = self.scanner.peek()?;
        if !matches!(
            token.kind,
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd
        ) {
            self.states.push(State::FlowPairValue);
            return self.node(Context::Flow);
        }
        // Go's parser skips the token here, so `[? : a]` loses its value indicator.
        self.scanner.skip_token();
        self.state = State::FlowPairValue;
        Ok(empty_scalar(token.end))
    }

    fn flow_pair_value(&mut self) -> Scan<Event> {
        let mut token = self.scanner.peek()?;
        if token.kind == TokenKind::Value {
            let next = self.advance()?;
            if !matches!(next.kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
                self.states.push(State::FlowPairEnd);
                return self.node(Context::Flow);
            }
            token = next;
        }
        self.state = State::FlowPairEnd;
        Ok(empty_scalar(token.start.offset))
    }

    fn flow_mapping_key(&mut self, first: bool) -> Scan<Event> {
        let mut token = self.scanner.peek()?;
        if token.kind != TokenKind::FlowMappingEnd {
            if !first {
                if token.kind != TokenKind::FlowEntry {
                    return refuse("did not find expected ',' or '}'", token.start);
                }
                token = self.advance()?;
            }
            if token.kind == TokenKind::Key {
                let next = self.advance()?;
                if ends_flow_entry(next.kind) || next.kind == TokenKind::Value {
                    self.state = State::FlowMappingValue;
                    return Ok(empty_scalar(next.start.offset));
                }
                self.states.push(State::FlowMappingValue);
                return self.node(Context::Flow);
            }
            if token.kind != TokenKind::FlowMappingEnd {
                self.states.push(State::FlowMappingEmptyValue);
                return self.node(Context::Flow);
            }
        }
        Ok(self.close(EventKind::MappingEnd, token))
    }

    fn flow_mapping_value(&mut self) -> Scan<Event> {
        let mut token = self.scanner.peek()?;
        if token.kind == TokenKind::Value {
            token = self.advance()?;
            if !ends_flow_entry(token.kind) {
                self.states.push(State::FlowMappingKey);
                return self.node(Context::Flow);
            }
        }
        self.state = State::FlowMappingKey;
        Ok(empty_scalar(token.start.offset))
    }

    // ---- helpers ----

    /// Removes the token in front and returns the next.
    fn advance(&mut self) -> Scan<Token> {
        self.scanner.skip_token();
        self.scanner.peek()
    }

    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// Ends a collection with its own token.
    fn close(&mut self, kind: EventKind, token: Token) -> Event {
        self.pop_state();
        self.scanner.skip_token();
        event(kind, token.start.offset, token.end)
    }
}

fn empty_scalar(at: u32) -> Event {
    Event {
        implicit: true,
        ..event(EventKind::Scalar, at, at)
    }
}

fn is_directive(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::VersionDirective | TokenKind::TagDirective)
}

/// Whether a block mapping's key or value is empty because of this token.
fn ends_entry(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd
    )
}

fn ends_flow_entry(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::FlowEntry | TokenKind::FlowMappingEnd)
}

/// The parser's context (the collection that it is in) starts before the problem, so go-yaml never
/// falls back to a line of it: where the problem is on line 0, so is the context.
fn refuse<T>(problem: &'static str, at: Mark) -> Scan<T> {
    Err(Fault::parser(problem, at))
}
