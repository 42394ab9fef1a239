//! Differences by what made them.

use rustc_hash::FxHashMap;

use super::verdict::Key;
use crate::cause::{Cause, CauseKind, ChangeIndex};
use crate::change::{Class, Risk, Sides};

/// How far apart the changed lines of a hunk are at most, as git has it.
const HUNK: usize = 3;

/// What tells causes apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Group {
    /// A declared fact, by its name and texts.
    Fact(&'static str, Sides<String>),
    /// An entry of the configuration, by its place.
    Entry(u32),
    /// An Application of one side.
    App(String),
    /// Whatever else, with its class.
    Lines(Key, &'static str, Option<Risk>, Option<u32>),
}

/// Causes as they are found.
#[derive(Default)]
pub(super) struct Groups {
    order: Vec<Group>,
    pub(super) causes: FxHashMap<Group, Cause>,
    /// Where the cause of each change is; for those that follow from others.
    pub(super) of: FxHashMap<ChangeIndex, Group>,
    /// The causes whose effects have the same lines.
    pub(super) lines: FxHashMap<Key, Group>,
}

impl Groups {
    pub(super) fn effect(
        &mut self,
        group: Group,
        index: ChangeIndex,
        make: impl FnOnce() -> Cause,
    ) {
        self.of.insert(index, group.clone());
        let order = &mut self.order;
        let cause = self.causes.entry(group.clone()).or_insert_with(|| {
            order.push(group);
            make()
        });
        cause.effects.push(index);
    }

    /// Adds what says the same as the effects of a cause, which it may be the first to make known.
    pub(super) fn label(&mut self, group: Group, index: ChangeIndex, make: impl FnOnce() -> Cause) {
        self.of.insert(index, group.clone());
        let order = &mut self.order;
        let cause = self.causes.entry(group.clone()).or_insert_with(|| {
            order.push(group);
            make()
        });
        cause.follow.push(index);
    }

    /// Adds one more to what a cause makes.
    pub(super) fn join(&mut self, group: &Group, index: ChangeIndex, follows: bool) {
        if follows {
            self.follow(group, index);
            return;
        }
        self.of.insert(index, group.clone());
        if let Some(cause) = self.causes.get_mut(group) {
            cause.effects.push(index);
        }
    }

    /// The cause with these lines; else one that has one of them.
    pub(super) fn with_line(&self, key: &Key) -> Option<Group> {
        let (kind, _, lines) = key;
        let has_one = |other: &&Key| {
            let same = |a: &Option<_>, b: &Option<_>| a.is_some() && a == b;
            other.0 == *kind
                && (same(&other.2.after, &lines.after) || same(&other.2.before, &lines.before))
        };
        let exact = self.lines.get(key);
        let near = || self.lines.keys().filter(has_one).min();
        exact.or_else(|| self.lines.get(near()?)).cloned()
    }

    pub(super) fn follow(&mut self, group: &Group, index: ChangeIndex) {
        self.of.insert(index, group.clone());
        if let Some(cause) = self.causes.get_mut(group) {
            cause.follow.push(index);
        }
    }

    /// Adds those of another comparison: what has the same lines is the same cause.
    pub(super) fn extend(&mut self, more: Groups) {
        let Groups {
            order, mut causes, ..
        } = more;
        for group in order {
            let Some(cause) = causes.remove(&group) else {
                continue;
            };
            match self.causes.get_mut(&group) {
                Some(known) => {
                    known.effects.extend(cause.effects);
                    known.follow.extend(cause.follow);
                }
                None => {
                    self.order.push(group.clone());
                    self.causes.insert(group, cause);
                }
            }
        }
    }

    /// By how much of a reader's time they are worth: what nothing explains first, what names explain last; within a
    /// class by how much they change.
    pub(super) fn causes(mut self) -> Vec<Cause> {
        let causes = self
            .order
            .iter()
            .filter_map(|group| self.causes.remove(group));
        let mut causes: Vec<Cause> = causes.collect();
        for cause in &mut causes {
            // A version that nothing but labels say is what they say.
            if cause.effects.is_empty() && !cause.follow.is_empty() {
                cause.effects.push(cause.follow.remove(0));
            }
        }
        let mut causes = hunks(causes);
        let rank = |cause: &Cause| match &cause.class {
            Class::Unexplained => 0,
            Class::Security { reason: None, .. } => 1,
            Class::Security { .. } => 2,
            Class::Expected(_) => 3,
            Class::Version => 4,
            Class::Implied { .. } => 5,
            Class::Identity => 6,
        };
        causes.sort_by_key(|cause| {
            let effects = cause.effects.len() + cause.follow.len();
            (rank(cause), std::cmp::Reverse(effects))
        });
        causes
    }
}

/// Puts together the lines of a template that one edit has changed: those that git shows in one hunk.
fn hunks(causes: Vec<Cause>) -> Vec<Cause> {
    let line = |cause: &Cause| {
        let said = cause.sides.after.as_ref().or(cause.sides.before.as_ref())?;
        let place = said.place.as_ref()?;
        (cause.kind == CauseKind::Template).then(|| (place.file.clone(), place.line))
    };
    let (mut templates, mut others): (Vec<Cause>, Vec<Cause>) =
        causes.into_iter().partition(|cause| line(cause).is_some());
    templates.sort_by_cached_key(line);
    // The last line of each, for hunks grow.
    let mut open: Vec<(usize, (String, usize))> = Vec::new();
    let mut merged: Vec<Cause> = Vec::new();
    for cause in templates {
        let Some(at) = line(&cause) else { continue };
        let is_near = |(index, last): &&mut (usize, (String, usize))| {
            last.0 == at.0 && at.1 - last.1 <= HUNK && merged[*index].class == cause.class
        };
        match open.iter_mut().rev().find(is_near) {
            Some((index, last)) => {
                last.1 = at.1;
                merged[*index].effects.extend(cause.effects);
                merged[*index].follow.extend(cause.follow);
            }
            None => {
                open.push((merged.len(), at));
                merged.push(cause);
            }
        }
    }
    others.extend(merged);
    others
}
