//! What the statements of a render read: the raw material of `explain`.

use evenkeel_diagnostics::{FrameId, Origin};
use evenkeel_value::{List, Map};
use rustc_hash::FxHashMap;

/// One read of a map entry, a list item or a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// What was read, as the template says it: `.Values.a.b`, `$x`, `key` for `get` and `index`, `item 0` for
    /// the turn of a loop.
    pub name: String,
    /// Where the entry was written; of a missing one, where the map that lacks it was. None of what
    /// templates made themselves.
    pub origin: Origin,
    /// Whether there was such an entry.
    pub found: bool,
    /// The frame that gave what was read from: a variable's assignment, the `with` or the turn of a loop
    /// that set the dot, or the template's activation.
    pub base: Option<FrameId>,
}

/// The reads of one executor, by the frame of the statement that made them.
///
/// While reads are logged, each action has a frame of its own
/// ([`FrameKind::Statement`](evenkeel_diagnostics::FrameKind::Statement)), and so have a branch and a turn
/// of a loop, whose reads decide what stands in them. So the frames around a piece of output tell all
/// that it depends on, wherever functions move it to.
#[derive(Debug, Clone, Default)]
pub struct ReadLog {
    reads: FxHashMap<u32, Vec<Read>>,
    /// The last entry that the field chain at hand came through.
    chain: Option<(Origin, bool)>,
    /// Where the entry was written that the last chain ended at.
    last: Origin,
    /// Where the arguments of the call at hand were written, of those that are entries as they stand.
    pub(crate) arguments: Vec<Origin>,
}

impl ReadLog {
    /// What the statement of a frame read, in order.
    pub fn of(&self, frame: FrameId) -> &[Read] {
        self.reads.get(&frame.0).map_or(&[], Vec::as_slice)
    }

    /// Adds a read by the statement of a frame; the same one twice in a row counts once.
    pub fn push(&mut self, frame: FrameId, read: Read) {
        let reads = self.reads.entry(frame.0).or_default();
        if reads.last() != Some(&read) {
            reads.push(read);
        }
    }

    /// A field chain begins.
    pub(crate) fn begin(&mut self) {
        self.chain = None;
    }

    /// The chain comes to the entry `name` of a map.
    pub(crate) fn step(&mut self, map: &Map, name: &[u8]) {
        let above = self.chain.map_or(Origin::NONE, |(origin, _)| origin);
        self.chain = Some(match map.origin(name) {
            Some(origin) if origin != Origin::NONE => (origin, true),
            known => (above, known.is_some()),
        });
    }

    /// The chain ends: where its last entry was written, and whether there was one.
    pub(crate) fn end(&mut self) -> (Origin, bool) {
        let end = self.chain.take().unwrap_or((Origin::NONE, true));
        self.last = if end.1 { end.0 } else { Origin::NONE };
        end
    }

    /// Where the argument that was just evaluated was written, if it is an entry as it stands.
    pub(crate) fn take_last(&mut self, is_entry: bool) -> Origin {
        let last = std::mem::take(&mut self.last);
        if is_entry { last } else { Origin::NONE }
    }
}

/// Where the item of a list was written.
pub(crate) fn item_origin(list: &List, index: usize) -> Origin {
    list.borrow()
        .get(index)
        .map_or(Origin::NONE, |item| item.origin)
}
