//! End-to-end tests of the binary live in `tests/`.
