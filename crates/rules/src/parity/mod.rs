//! PAR: overlays and what environments have in common.

pub(crate) mod difference;
pub(crate) mod local_endpoint;
pub(crate) mod missing_overlay;
pub(crate) mod namespace;
pub(crate) mod off;
pub(crate) mod other_env;
pub(crate) mod placeholder;
pub(crate) mod storage;
pub(crate) mod unknown_key;
