//! IMG: images and versions.

mod reference;
mod updater;

pub(crate) mod composite;
pub(crate) mod delivery;
pub(crate) mod one_writer;
pub(crate) mod owned_tag;
pub(crate) mod pinned;
pub(crate) mod same_tag;
pub(crate) mod updater_agrees;

pub(crate) use reference::{Reference, has_blank_part, images};
