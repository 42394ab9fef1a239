//! OPR: operators, certificates, ownership.

pub(crate) mod channel;
pub(crate) mod issuer;
pub(crate) mod owner;
pub(crate) mod solver;
