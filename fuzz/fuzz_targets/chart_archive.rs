//! Any bytes load as a chart archive, and any tar inside a sound gzip stream, or give a diagnostic.

#![no_main]

use std::io::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

use evenkeel_chart::LoadOptions;
use evenkeel_diagnostics::SourceMap;
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| evenkeel_fuzz::scratch("chart.tgz"));

fuzz_target!(|bytes: &[u8]| {
    load(bytes);
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    packed.write_all(bytes).expect("memory takes it");
    load(&packed.finish().expect("memory takes it"));
});

fn load(bytes: &[u8]) {
    std::fs::write(&*FILE, bytes).expect("it can be written");
    let _ = evenkeel_chart::load(&FILE, &SourceMap::new(), &LoadOptions::default());
}
