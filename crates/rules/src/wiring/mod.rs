//! ENV: the wiring from ApplicationSets to what is deployed.

pub(crate) mod missing_field;
