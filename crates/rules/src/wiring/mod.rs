//! ENV: the wiring from ApplicationSets to what is deployed.

pub(crate) mod blank_value;
pub(crate) mod env_block;
pub(crate) mod env_identity;
pub(crate) mod knob;
pub(crate) mod missing_field;
pub(crate) mod renders_something;
pub(crate) mod required_parameter;
pub(crate) mod shadowed_key;
pub(crate) mod unread_parameter;
