//! Any bytes parse as a template or give an error.

#![no_main]

use std::sync::Arc;

use evenkeel_template::Ast;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let _ = Ast::parse(Arc::from(text), evenkeel_functions::helm4());
});
