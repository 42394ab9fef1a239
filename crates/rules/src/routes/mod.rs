//! RTE: routes, domains, references to services.

pub(crate) mod exposed;
mod policies;
mod selected;

pub(crate) mod backend;
pub(crate) mod cluster_dns;
pub(crate) mod declared_domain;
pub(crate) mod follows_domain;
pub(crate) mod network_policy;
pub(crate) mod tls;
pub(crate) mod unique_host;
pub(crate) mod well_formed;
