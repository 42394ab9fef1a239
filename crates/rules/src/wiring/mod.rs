//! ENV: the wiring from ApplicationSets to what is deployed.

