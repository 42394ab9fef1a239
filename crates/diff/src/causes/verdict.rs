//! What made one difference.

use crate::cause::{CauseKind, Hop, Said};
use crate::change::Sides;

/// What made a difference, before those with one cause are put together.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub(super) kind: CauseKind,
    pub(super) name: String,
    pub(super) sides: Sides<Option<Said>>,
    /// From what is edited to the chart.
    pub(super) hops: Vec<Hop>,
}

/// What tells one cause from another.
pub(super) type Key = (CauseKind, String, Sides<Option<(String, usize)>>);

impl Verdict {
    /// Nothing was found; the field is called by its path.
    pub(super) fn unknown(name: String) -> Verdict {
        Verdict {
            kind: CauseKind::Unknown,
            name,
            sides: Sides::default(),
            hops: Vec::new(),
        }
    }

    /// Two differences with the same lines have the same cause; without lines the name tells.
    pub(super) fn key(&self) -> Key {
        let line = |said: &Option<Said>| {
            let place = said.as_ref()?.place.as_ref()?;
            Some((place.file.clone(), place.line))
        };
        let lines = Sides {
            before: line(&self.sides.before),
            after: line(&self.sides.after),
        };
        let has_lines = lines.before.is_some() || lines.after.is_some();
        let name = match has_lines {
            true => String::new(),
            false => self.name.clone(),
        };
        (self.kind, name, lines)
    }
}
