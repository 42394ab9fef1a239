//! PAR: overlays and what environments have in common.

pub(crate) mod local_endpoint;
