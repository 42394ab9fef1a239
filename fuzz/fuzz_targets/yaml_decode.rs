//! Any bytes decode as YAML and as JSON or give an error.

#![no_main]

use evenkeel_diagnostics::FileId;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let _ = evenkeel_yaml::decode(text, FileId::NONE);
    let _ = evenkeel_yaml::decode_map(text, FileId::NONE);
    let _ = evenkeel_yaml::decode_documents(text, FileId::NONE);
    let _ = evenkeel_yaml::decode_kinds(text, FileId::NONE);
    let _ = evenkeel_yaml::json::decode(text, FileId::NONE);
});
