//! PAR: overlays and what environments have in common.

pub(crate) mod local_endpoint;
pub(crate) mod missing_overlay;
