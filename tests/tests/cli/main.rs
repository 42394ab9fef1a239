//! The command line from the outside, run in this process on charts in temporary directories.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests write charts and read what is written"
)]

mod applications;
mod bad_input;
mod check;
mod custom_rules;
mod diff_files;
mod environments;
mod manifests;
mod repositories;
mod template;
mod workdir;
