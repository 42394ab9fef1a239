//! What Jinja templates read, statement by statement.
//!
//! The engine tells which object is asked for which entry, and which text an expression gave, but not which
//! expression is running. So reads are kept until something is written or decided, and then belong to it;
//! which text stands where is known when a file has ended.

use std::sync::Arc;

use evenkeel_diagnostics::{FrameId, Origin};
use evenkeel_template::{Read, ReadLog};
use rustc_hash::FxHashMap;

use super::run::Text;

/// The text of an expression and what was read for it.
#[derive(Debug)]
struct Emission {
    text: String,
    reads: Vec<Read>,
    site: Option<FrameId>,
}

/// What a condition or a loop's iterable read, and its frame once it has one.
#[derive(Debug, Default)]
pub(super) struct Decision {
    pub(super) frame: Option<FrameId>,
    reads: Vec<Read>,
}

/// One file or `tpl` string that is running.
#[derive(Debug, Default)]
struct Layer {
    pending: Vec<Read>,
    /// The frame of the expression at hand, if it called something.
    site: Option<FrameId>,
    emitted: std::collections::VecDeque<Emission>,
    decisions: FxHashMap<(Arc<str>, usize), Decision>,
    variables: FxHashMap<(Arc<str>, String), Vec<Read>>,
}

/// The reads of a render.
#[derive(Debug, Default)]
pub(super) struct Tracing {
    layers: Vec<Layer>,
    log: Vec<(FrameId, Read)>,
}

impl Tracing {
    /// A file or `tpl` string starts.
    pub(super) fn enter(&mut self) {
        self.layers.push(Layer::default());
    }

    /// It ends.
    pub(super) fn leave(&mut self) {
        let Some(layer) = self.layers.pop() else {
            return;
        };
        for decision in layer.decisions.into_values() {
            if let Some(frame) = decision.frame {
                self.log
                    .extend(decision.reads.into_iter().map(|read| (frame, read)));
            }
        }
    }

    /// The entry `name` of what was read as `base`; `origin` is `None` where there is no such entry.
    pub(super) fn read(&mut self, base: &str, name: String, origin: Option<Origin>) {
        let Some(layer) = self.layers.last_mut() else {
            return;
        };
        // `.Values.a` was but a step on the way to `.Values.a.b`.
        let above = layer
            .pending
            .pop_if(|read| !base.is_empty() && read.name == base);
        let origin_above = above.map_or(Origin::NONE, |read| read.origin);
        let found = origin.is_some();
        let origin = origin.filter(|origin| *origin != Origin::NONE);
        layer.pending.push(Read {
            name,
            origin: origin.unwrap_or(origin_above),
            found,
            base: None,
        });
    }

    /// An expression gave a text.
    pub(super) fn emitted(&mut self, text: &str) {
        let Some(layer) = self.layers.last_mut() else {
            return;
        };
        let reads = std::mem::take(&mut layer.pending);
        let (text, site) = (text.to_owned(), layer.site.take());
        layer.emitted.push_back(Emission { text, reads, site });
    }

    /// The statement of a mark was evaluated.
    pub(super) fn decided(&mut self, name: &str, text: &Text, mark: usize) {
        let Some(layer) = self.layers.last_mut() else {
            return;
        };
        let reads = std::mem::take(&mut layer.pending);
        layer.site = None;
        let variable = text.marks.as_ref().and_then(|marks| marks.variable(mark));
        match variable {
            Some(variable) => {
                let key = (name.into(), variable.to_owned());
                layer.variables.insert(key, reads);
            }
            None => {
                let decision = layer.decisions.entry((name.into(), mark)).or_default();
                for read in reads {
                    if !decision.reads.contains(&read) {
                        decision.reads.push(read);
                    }
                }
            }
        }
    }

    /// The decision of a mark, for its frame.
    pub(super) fn decision(&mut self, name: &Arc<str>, mark: usize) -> Option<&mut Decision> {
        let layer = self.layers.last_mut()?;
        Some(layer.decisions.entry((Arc::clone(name), mark)).or_default())
    }

    /// The frame of the expression at hand, which calls something: what is pending are the arguments.
    pub(super) fn called(&mut self, open: impl FnOnce() -> FrameId) -> FrameId {
        let Some(layer) = self.layers.last_mut() else {
            return open();
        };
        let frame = *layer.site.get_or_insert_with(open);
        let reads = layer.pending.iter().cloned();
        self.log.extend(reads.map(|read| (frame, read)));
        frame
    }

    /// What is known of the expression `code` that wrote `text`: its reads, and its frame if it has one.
    /// Texts come in the order of the output; what was written in between went into a macro's result or
    /// nowhere.
    pub(super) fn take(
        &mut self,
        name: &Arc<str>,
        code: &str,
        text: &str,
    ) -> (Vec<Read>, Option<FrameId>) {
        let Some(layer) = self.layers.last_mut() else {
            return (Vec::new(), None);
        };
        let mut known = layer.emitted.iter();
        let Some(at) = known.position(|known| known.text == text) else {
            return (Vec::new(), None);
        };
        let (mut reads, mut site) = (Vec::new(), None);
        for known in layer.emitted.drain(..=at) {
            reads.extend(known.reads);
            site = known.site.or(site);
        }
        for word in words(code) {
            let key = (Arc::clone(name), word.to_owned());
            reads.extend(layer.variables.get(&key).into_iter().flatten().cloned());
        }
        (reads, site)
    }

    /// Notes the reads of a frame.
    pub(super) fn log(&mut self, frame: FrameId, reads: Vec<Read>) {
        self.log.extend(reads.into_iter().map(|read| (frame, read)));
    }

    /// Moves everything into the log of the render.
    pub(super) fn hand_over(&mut self, log: &mut ReadLog) {
        for (frame, read) in self.log.drain(..) {
            log.push(frame, read);
        }
    }
}

/// The names that may be variables in an expression: identifiers that follow no dot.
fn words(code: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let words = code.split(move |c| !is_part(c));
    words.filter_map(|word| word.split('.').next().filter(|first| !first.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_heads_of_chains() {
        let found: Vec<_> = words("a.b ~ f(c_1, d[e.x]) | g").collect();
        assert_eq!(found, ["a", "f", "c_1", "d", "e", "g"]);
    }
}
