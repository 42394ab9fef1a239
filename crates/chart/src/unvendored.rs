//! Dependencies of `file://` repositories that nobody has put into `charts/`.

use std::path::Path;
use std::sync::Arc;

use evenkeel_diagnostics::{Diagnostic, SourceMap, Span};

use crate::load::load_within;
use crate::{Chart, LoadOptions, fail};

/// Loads what `Chart.yaml` names by a `file://` path and `charts/` does not have, as
/// `helm dependency build` would (`downloader.Manager`).
///
/// # Errors
/// A path without a chart, or one that loads itself.
pub(crate) fn resolve(
    chart: &mut Chart,
    directory: &Path,
    sources: &SourceMap,
    options: &LoadOptions,
    depth: u32,
) -> Result<(), Diagnostic> {
    let wanted: Vec<(Arc<str>, String)> = chart
        .metadata
        .dependencies
        .iter()
        .flatten()
        .filter_map(|dependency| {
            let path = dependency.repository.strip_prefix("file://")?;
            Some((Arc::from(&*dependency.name), path.to_owned()))
        })
        .collect();
    for (name, path) in wanted {
        if chart
            .dependencies
            .iter()
            .any(|found| *found.name() == *name)
        {
            continue;
        }
        let place = Span::new(chart.metadata_file, 0, 0);
        if depth >= options.limits.depth {
            let message = format!("the dependency {name} nests deeper than {depth} charts");
            return Err(Diagnostic::error(fail::LIMIT, message).at(place));
        }
        let target = directory.join(&path);
        let loaded = load_within(&target, sources, options, depth + 1).map_err(|error| {
            let message = format!("the dependency {name} (file://{path}): {}", error.message);
            Diagnostic { message, ..error }.at(place)
        })?;
        chart.dependencies.push(Arc::new(loaded));
    }
    chart
        .dependencies
        .sort_by(|a, b| a.name().as_bytes().cmp(b.name().as_bytes()));
    Ok(())
}
