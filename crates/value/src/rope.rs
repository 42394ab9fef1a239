//! Text under construction together with the segments that say what wrote it.

use evenkeel_diagnostics::{Segment, Segments};

use crate::Str;

/// A byte buffer whose bytes know their writers. Everything that moves text goes through one, so that
/// `indent`, trimming, splitting and the removal of `<no value>` move the segments along.
#[derive(Debug, Clone, Default)]
pub struct Rope {
    text: Vec<u8>,
    segments: Segments,
}

impl Rope {
    /// An empty rope.
    pub fn new() -> Rope {
        Rope::default()
    }

    /// An empty rope with room for `bytes` bytes.
    pub fn with_capacity(bytes: usize) -> Rope {
        Rope {
            text: Vec::with_capacity(bytes),
            segments: Segments::new(),
        }
    }

    /// The text so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// The segments so far.
    pub fn segments(&self) -> &Segments {
        &self.segments
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no text yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Declares that what is pushed next (with [`Rope::push_bytes`]) is written by this node;
    /// `segment.start` is ignored.
    pub fn set_writer(&mut self, segment: Segment) {
        self.segments.push(Segment {
            start: self.position(),
            ..segment
        });
    }

    /// Appends bytes that belong to whoever wrote the bytes before them (see [`Rope::set_writer`]).
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
    }

    /// Appends the bytes `from..to` of `source` with their segments, if it has any.
    pub fn push_range(&mut self, source: &Str, from: usize, to: usize) {
        if let Some(segments) = source.segments() {
            let at = self.position();
            self.segments
                .append_range(at, segments, from as u32, to as u32);
        }
        self.text.extend_from_slice(&source[from..to]);
    }

    /// Appends a whole string with its segments, if it has any.
    pub fn push_str(&mut self, source: &Str) {
        self.push_range(source, 0, source.len());
    }

    /// Appends the bytes `from..to` of another rope with their segments.
    pub fn push_rope(&mut self, source: &Rope, from: usize, to: usize) {
        let at = self.position();
        self.segments
            .append_range(at, &source.segments, from as u32, to as u32);
        self.text.extend_from_slice(&source.text[from..to]);
    }

    /// Cuts the text at `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.text.truncate(len);
        self.segments.truncate(len as u32);
    }

    /// Cuts off everything from byte `at` on and gives it, with its segments.
    pub fn split_off(&mut self, at: usize) -> Str {
        let tail = self.text.get(at..).unwrap_or_default();
        if tail.is_empty() {
            self.segments.truncate(at as u32);
            return Str::default();
        }
        let tail = Str::with_segments(tail, self.segments.split_off(at as u32));
        self.text.truncate(at);
        tail
    }

    /// A copy without every occurrence of `needle` (which must not be empty).
    #[must_use]
    pub fn without(self, needle: &[u8]) -> Rope {
        let Some(first) = find(&self.text, needle) else {
            return self;
        };
        let mut out = Rope::with_capacity(self.text.len());
        let (mut from, mut hit) = (0, Some(first));
        while let Some(at) = hit {
            out.push_rope(&self, from, from + at);
            from += at + needle.len();
            hit = find(&self.text[from..], needle);
        }
        out.push_rope(&self, from, self.text.len());
        out
    }

    /// The finished text, with its segments.
    pub fn into_str(self) -> Str {
        let (text, segments) = self.into_parts();
        Str::with_segments(text, segments)
    }

    /// The finished text and segments, apart.
    pub fn into_parts(mut self) -> (Vec<u8>, Segments) {
        // The last writer may have written nothing.
        self.segments.truncate(self.position());
        (self.text, self.segments)
    }

    fn position(&self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FrameId;

    use super::*;

    fn rope(parts: &[(&str, u32)]) -> Rope {
        let mut rope = Rope::new();
        for (text, from) in parts {
            rope.set_writer(Segment {
                start: 0,
                from: *from,
                to: from + 1,
                frame: FrameId(0),
            });
            rope.push_bytes(text.as_bytes());
        }
        rope
    }

    #[test]
    fn removal_keeps_writers() {
        let out = rope(&[("a<no value>b", 1), ("<no value>", 2), ("c", 3)]).without(b"<no value>");
        assert_eq!(out.as_bytes(), b"abc");
        let starts: Vec<_> = out
            .segments()
            .as_slice()
            .iter()
            .map(|s| (s.start, s.from))
            .collect();
        assert_eq!(starts, [(0, 1), (2, 3)]);
    }

    #[test]
    fn splitting_gives_both_parts_their_writers() {
        let mut head = rope(&[("ab", 1), ("cd", 2), ("ef", 3)]);
        let tail = head.split_off(3);
        assert_eq!(
            (head.as_bytes(), tail.as_bytes()),
            (&b"abc"[..], &b"def"[..])
        );
        let writers = |s: &Segments| {
            s.as_slice()
                .iter()
                .map(|s| (s.start, s.from))
                .collect::<Vec<_>>()
        };
        assert_eq!(writers(head.segments()), [(0, 1), (2, 2)]);
        assert_eq!(tail.segments().map(writers), Some(vec![(0, 2), (1, 3)]));
    }

    #[test]
    fn ranges_carry_their_writers() {
        let source = rope(&[("one\n", 1), ("two\n", 2)]).into_str();
        let mut out = Rope::new();
        out.push_bytes(b"  ");
        out.push_range(&source, 0, 4);
        out.push_bytes(b"  ");
        out.push_range(&source, 4, 8);
        assert_eq!(out.as_bytes(), b"  one\n  two\n");
        assert_eq!(out.segments().at(9).map(|s| s.from), Some(2));
    }
}
