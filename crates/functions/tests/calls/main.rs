//! Calls of functions through templates.

mod budgets;
mod recorded;
mod support;
