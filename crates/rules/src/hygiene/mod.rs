//! HYG: hygiene.

pub(crate) mod acceptance;
pub(crate) mod probes;
pub(crate) mod reachable_chart;
pub(crate) mod resources;
pub(crate) mod restricted;
pub(crate) mod secret_data;
mod tracked_keys;

/// Directories that hold inputs of tests, and examples.
const TESTS: &[&str] = &[
    "example", "examples", "fixture", "fixtures", "sample", "samples", "test", "testdata", "tests",
];
