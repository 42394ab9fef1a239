//! OPR: operators, certificates, ownership.

mod catalogue;
pub(crate) mod channel;
pub(crate) mod installer;
pub(crate) mod issuer;
pub(crate) mod order;
pub(crate) mod owner;
pub(crate) mod served;
pub(crate) mod solver;
