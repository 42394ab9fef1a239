//! What several fuzz targets need.

use std::path::PathBuf;
use std::sync::Arc;

use evenkeel_chart::{Chart, ChartFile, LoadOptions};
use evenkeel_diagnostics::FileId;
use evenkeel_renderer::Renderer;

/// A file name of this process in memory, where the system has such a place.
pub fn scratch(name: &str) -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() { memory } else { std::env::temp_dir() };
    folder.join(format!("evenkeel-fuzz-{}-{name}", std::process::id()))
}

/// A chart with some values and no template.
pub fn chart(renderer: &Renderer) -> Arc<Chart> {
    let folder = scratch("chart");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("it can be written");
    write("Chart.yaml", "apiVersion: v2\nname: demo\nversion: 0.1.0\n");
    write("values.yaml", "number: 3\ntext: abc\nlist: [b, a, 3, null]\nmap: {b: 1, a: x}\nnone: null\n");
    let chart = renderer.load(&folder, &LoadOptions::default()).expect("the chart loads");
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    chart
}

/// `chart` with one template.
pub fn with_template(chart: &Chart, text: &[u8]) -> Arc<Chart> {
    let mut chart = chart.clone();
    chart.templates = vec![ChartFile::new("templates/t.yaml", text, FileId::NONE)];
    Arc::new(chart)
}
