//! OPR: operators, certificates, ownership.

pub(crate) mod access;
mod catalogue;
pub(crate) mod channel;
mod grants;
pub(crate) mod installer;
pub(crate) mod issuer;
pub(crate) mod order;
pub(crate) mod owner;
pub(crate) mod served;
pub(crate) mod solver;
