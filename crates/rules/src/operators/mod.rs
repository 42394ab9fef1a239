//! OPR: operators, certificates, ownership.

pub(crate) mod channel;
