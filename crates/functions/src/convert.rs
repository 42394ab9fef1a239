//! TODO family convert: to be written.

pub(crate) const SPRIG: &[evenkeel_template::Function] = &[];

pub(crate) const HELM: &[evenkeel_template::Function] = &[];

pub(crate) const HELM4: &[evenkeel_template::Function] = &[];

pub(crate) const ARGO: &[evenkeel_template::Function] = &[];
