//! How deep a value nests while it is written, and whether it contains itself.

use std::collections::HashSet;

use crate::{Error, ErrorKind};

/// From this depth on, `encoding/json` looks for values that contain themselves.
const CYCLE_DEPTH: usize = 1000;

/// The containers around the value at hand.
#[derive(Default)]
pub(crate) struct Nesting {
    depth: usize,
    /// Their identities, from [`CYCLE_DEPTH`] on.
    open: Vec<usize>,
    /// The same, to look them up.
    identities: HashSet<usize>,
}

impl Nesting {
    /// Opens a container of identity `id` (0 for structs, which cannot contain themselves); whether it is
    /// known to contain itself.
    pub(crate) fn enter(&mut self, id: usize) -> bool {
        self.depth += 1;
        if self.depth <= CYCLE_DEPTH {
            return false;
        }
        self.open.push(id);
        id != 0 && !self.identities.insert(id)
    }

    /// Closes the innermost container.
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
        if self.depth >= CYCLE_DEPTH
            && let Some(id) = self.open.pop()
        {
            self.identities.remove(&id);
        }
    }

    /// How many containers are open.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Gives up on more than `limit` open containers.
    pub(crate) fn check(&self, limit: usize) -> Result<(), Error> {
        if self.depth > limit {
            return Err(Error::new(ErrorKind::Budget, "value is nested too deeply"));
        }
        Ok(())
    }
}
