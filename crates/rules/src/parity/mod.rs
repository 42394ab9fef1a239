//! PAR: overlays and what environments have in common.

pub(crate) mod local_endpoint;
pub(crate) mod missing_overlay;
pub(crate) mod unknown_key;
