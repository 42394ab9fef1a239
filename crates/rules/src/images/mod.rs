//! IMG: images and versions.

mod reference;

pub(crate) mod pinned;
