//! VLT: Vault and secrets.

mod acl;
mod hcl;
mod operators;

pub(crate) mod address;
pub(crate) mod catalogue;
pub(crate) mod delivered;
pub(crate) mod keys;
pub(crate) mod login;
pub(crate) mod policy;
pub(crate) mod reference;
pub(crate) mod role;
