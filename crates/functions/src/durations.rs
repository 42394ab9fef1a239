//! TODO family durations: to be written.

pub(crate) const FUNCTIONS: &[evenkeel_template::Function] = &[];
