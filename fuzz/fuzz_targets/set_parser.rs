//! Any text after `--set` and its kin gives values or an error.

#![no_main]

use std::sync::Arc;

use evenkeel_diagnostics::SourceMap;
use evenkeel_values_merger::{HelmVersion, ValueOptions, user_values};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let argument = || vec![text.to_owned()];
    let all = [
        ValueOptions { set: argument(), ..ValueOptions::default() },
        ValueOptions { set_string: argument(), ..ValueOptions::default() },
        ValueOptions { set_json: argument(), ..ValueOptions::default() },
        ValueOptions { set_file: argument(), ..ValueOptions::default() },
        ValueOptions { set_literal: argument(), ..ValueOptions::default() },
    ];
    for options in all {
        let mut reader = |_: &str| Ok(Arc::from(&b"content"[..]));
        let _ = user_values(&options, &mut reader, &SourceMap::new(), HelmVersion::default());
    }
});
