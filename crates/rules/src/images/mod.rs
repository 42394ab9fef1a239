//! IMG: images and versions.

mod reference;

pub(crate) mod owned_tag;
pub(crate) mod pinned;
