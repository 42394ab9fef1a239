//! Finds charts on disk.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// How deep below a given folder charts are looked for.
const DEPTH: usize = 4;

/// The chart at `folder`, or the charts below it; charts within charts do not count.
pub fn charts_in(folder: &Path) -> Vec<PathBuf> {
    let is_chart = |path: &Path| path.join("Chart.yaml").is_file();
    if is_chart(folder) {
        return vec![folder.to_owned()];
    }
    let mut charts = Vec::new();
    let mut walk = WalkDir::new(folder)
        .max_depth(DEPTH)
        .sort_by_file_name()
        .into_iter();
    while let Some(entry) = walk.next() {
        let Ok(entry) = entry else { continue };
        if entry.file_type().is_dir() && is_chart(entry.path()) {
            charts.push(entry.into_path());
            walk.skip_current_dir();
        }
    }
    charts
}
