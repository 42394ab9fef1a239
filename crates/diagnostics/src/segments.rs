//! Which action wrote which bytes: range arithmetic over output text.

use crate::FrameId;

/// From `start` (a byte offset of the text it describes) up to the next segment's start, the text was
/// written by the node at `from..to` of the file that runs in `frame`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// First byte of the output that this segment covers.
    pub start: u32,
    /// First byte of the template node (literal text or action) in its file.
    pub from: u32,
    /// One past the node's last byte.
    pub to: u32,
    /// The frame that was running.
    pub frame: FrameId,
}

impl Segment {
    /// Whether `next` only continues this segment: same node of the same frame.
    fn same_writer(&self, next: &Segment) -> bool {
        self.frame == next.frame && self.from == next.from && self.to == next.to
    }
}

/// Segments of one text, ordered by `start`; the first starts at 0 unless the text's beginning has no
/// known writer. They never describe bytes past the text: the owner of the text keeps that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segments {
    list: Vec<Segment>,
}

impl Segments {
    /// No segments: nothing is known of the text.
    pub fn new() -> Segments {
        Segments::default()
    }

    /// Whether nothing is known of the text.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The segments in order.
    pub fn as_slice(&self) -> &[Segment] {
        &self.list
    }

    /// Says that all bytes from `segment.start` on are written by it. A segment that starts where the
    /// last one did replaces it; one with the same writer as the last is merged into it.
    pub fn push(&mut self, segment: Segment) {
        if let Some(last) = self.list.last() {
            if last.same_writer(&segment) {
                return;
            }
            if last.start == segment.start {
                self.list.pop();
                return self.push(segment);
            }
        }
        self.list.push(segment);
    }

    /// The segment that wrote the byte at `offset`.
    pub fn at(&self, offset: u32) -> Option<&Segment> {
        let after = self.list.partition_point(|s| s.start <= offset);
        self.list[..after].last()
    }

    /// Appends the segments of `source` that describe its bytes `from..to`, moved so that byte `from`
    /// comes to stand at `at`.
    pub fn append_range(&mut self, at: u32, source: &Segments, from: u32, to: u32) {
        if from >= to {
            return;
        }
        let first = source
            .list
            .partition_point(|s| s.start <= from)
            .saturating_sub(1);
        let end = source.list.partition_point(|s| s.start < to);
        let Some((head, tail)) = source.list.get(first..end).and_then(<[_]>::split_first) else {
            return;
        };
        self.push(Segment {
            start: at + head.start.max(from) - from,
            ..*head
        });
        // Neighbours of one text have different writers and starts, so only the first can merge.
        self.list.extend(tail.iter().map(|s| Segment {
            start: at + s.start - from,
            ..*s
        }));
    }

    /// The segments of the bytes `from..to`, counted from `from`.
    pub fn slice(&self, from: u32, to: u32) -> Segments {
        let mut out = Segments::new();
        out.append_range(0, self, from, to);
        out
    }

    /// Cuts off the segments of the bytes from `at` on and gives them, counted from `at`. Looks from the
    /// end, for what is cut off is mostly short.
    pub fn split_off(&mut self, at: u32) -> Segments {
        let keep = self
            .list
            .iter()
            .rposition(|s| s.start < at)
            .map_or(0, |i| i + 1);
        let (before, after) = self.list.split_at(keep);
        // The byte at `at` may belong to a segment that began before.
        let open = before
            .last()
            .filter(|_| after.first().is_none_or(|s| s.start > at));
        let mut list = Vec::with_capacity(after.len() + usize::from(open.is_some()));
        list.extend(open.map(|s| Segment { start: 0, ..*s }));
        list.extend(after.iter().map(|s| Segment {
            start: s.start - at,
            ..*s
        }));
        self.list.truncate(keep);
        Segments { list }
    }

    /// Forgets everything at and after `end`.
    pub fn truncate(&mut self, end: u32) {
        self.list
            .truncate(self.list.partition_point(|s| s.start < end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seg(start: u32, from: u32) -> Segment {
        Segment {
            start,
            from,
            to: from + 1,
            frame: FrameId(0),
        }
    }

    #[test]
    fn merges_and_replaces() {
        let mut s = Segments::new();
        s.push(seg(0, 1));
        s.push(seg(4, 1));
        s.push(seg(4, 2));
        s.push(seg(4, 3));
        assert_eq!(s.as_slice(), [seg(0, 1), seg(4, 3)]);
        assert_eq!(s.at(3), Some(&seg(0, 1)));
        assert_eq!(s.at(9), Some(&seg(4, 3)));
    }

    #[test]
    fn slices_move_starts() {
        let mut s = Segments::new();
        s.push(seg(0, 1));
        s.push(seg(4, 2));
        s.push(seg(8, 3));
        assert_eq!(s.slice(2, 5).as_slice(), [seg(0, 1), seg(2, 2)]);
        assert_eq!(s.slice(4, 8).as_slice(), [seg(0, 2)]);
        assert!(s.slice(3, 3).is_empty());
    }

    #[test]
    fn splitting_gives_what_slicing_gives() {
        for at in 0..=12 {
            let mut s = Segments::new();
            for (start, from) in [(0, 1), (3, 2), (7, 3), (8, 1)] {
                s.push(seg(start, from));
            }
            let (head, tail) = (s.slice(0, at), s.slice(at, 13));
            assert_eq!(s.split_off(at), tail, "cut at {at}");
            assert_eq!(s, head, "cut at {at}");
        }
    }

    #[test]
    fn slicing_and_appending_gives_the_whole() {
        let mut s = Segments::new();
        for (start, from) in [(0, 1), (3, 2), (7, 3), (8, 1)] {
            s.push(seg(start, from));
        }
        for cut in 0..=12 {
            let mut whole = Segments::new();
            whole.append_range(0, &s, 0, cut);
            whole.append_range(cut, &s, cut, 12);
            assert_eq!(whole, s, "cut at {cut}");
        }
    }
}
