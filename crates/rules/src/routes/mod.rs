//! RTE: routes, domains, references to services.

pub(crate) mod exposed;

pub(crate) mod declared_domain;
pub(crate) mod follows_domain;
pub(crate) mod tls;
pub(crate) mod well_formed;
