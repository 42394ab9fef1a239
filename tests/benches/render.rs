//! Renders within one process, beside what no renderer can do without: reading the chart's files and
//! writing the output.
//!
//! `cargo bench -p evenkeel-tests --bench render -- [CHART or folder]…`

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench: it reads charts, the clock, and prints what it measures"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use evenkeel_manifest::Listing;
use evenkeel_renderer::{LoadOptions, Renderer, Request, UserValues};
use evenkeel_tests::charts_in;
use walkdir::WalkDir;

/// How long each figure is measured.
const TIME: Duration = Duration::from_millis(700);

fn main() {
    let given: Vec<_> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let folders: Vec<PathBuf> = match given.as_slice() {
        [] => vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../charts")],
        _ => given.iter().map(PathBuf::from).collect(),
    };
    println!(
        "{:40} {:>10} {:>12} {:>12} {:>12} {:>8}",
        "in one process, ms each", "read+write", "load+render", "render", "renders/s", "of limit"
    );
    for folder in folders {
        for chart in charts_in(&folder) {
            measure(&chart);
        }
    }
}

fn measure(path: &Path) {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let Some(output) = load_and_render(path) else {
        println!("{name:40} does not render with its defaults");
        return;
    };
    let limit = time(|| {
        read_all(path);
        write(&output);
    });
    let whole = time(|| {
        write(&load_and_render(path).unwrap_or_default());
    });
    let renderer = Renderer::new();
    let chart = renderer.load(path, &LoadOptions::default());
    let render = chart.map_or(f64::NAN, |chart| {
        time(|| {
            let _ = renderer.render(&chart, &UserValues::default(), &Request::default());
        })
    });
    println!(
        "{name:40} {:>10.3} {:>12.3} {:>12.3} {:>12.0} {:>7.1}x",
        limit * 1e3,
        whole * 1e3,
        render * 1e3,
        1.0 / render,
        whole / limit,
    );
}

/// Seconds for one call, on average.
fn time(mut work: impl FnMut()) -> f64 {
    work();
    let start = Instant::now();
    let mut calls = 0_u32;
    while start.elapsed() < TIME {
        work();
        calls += 1;
    }
    start.elapsed().as_secs_f64() / f64::from(calls.max(1))
}

fn load_and_render(path: &Path) -> Option<Arc<[u8]>> {
    let renderer = Renderer::new();
    let chart = renderer.load(path, &LoadOptions::default()).ok()?;
    let rendered = renderer
        .render(&chart, &UserValues::default(), &Request::default())
        .ok()?;
    let hooks: Vec<_> = rendered.hooks.iter().collect();
    let listing = Listing::of(&[], &rendered.manifests, &hooks).into_rope();
    Some(Arc::from(listing.as_bytes()))
}

fn read_all(path: &Path) {
    for entry in WalkDir::new(path).into_iter().flatten() {
        if entry.file_type().is_file() {
            std::hint::black_box(std::fs::read(entry.path()).ok());
        }
    }
}

fn write(output: &[u8]) {
    let file = std::fs::File::create(std::env::temp_dir().join("evenkeel-bench-output"));
    if let Ok(mut file) = file {
        std::hint::black_box(file.write_all(output).is_ok());
    }
}
