//! HYG: hygiene.

pub(crate) mod secret_data;
