//! Loading from a path.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use evenkeel_diagnostics::{Diagnostic, FileId, SourceKind, SourceMap, Span};
use evenkeel_value::number::quote;

use crate::assemble::{Loader, named};
use crate::decode::{ChartBase, Document, decode};
use crate::directory::RawFile;
use crate::paths::{self, os_error_text};
use crate::{Chart, HelmVersion, archive, directory, fail, unvendored};

/// What a chart may use; each overrun is a diagnostic.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of all files together, decompressed.
    pub total: u64,
    /// Bytes of one file, where the Helm version has such a limit.
    pub file: u64,
    /// Files and archive entries.
    pub entries: u32,
    /// Charts within charts.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            total: 100 << 20,
            file: 5 << 20,
            entries: 100_000,
            depth: 32,
        }
    }
}

/// How to load.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The Helm whose behaviour is wanted.
    pub helm: HelmVersion,
    /// What the chart may use.
    pub limits: Limits,
    /// Symbolic links may not leave this directory. `None`: the Git work tree around the chart, or
    /// where there is none, the directory that the chart lies in.
    pub boundary: Option<PathBuf>,
    /// Whether dependencies of `file://` repositories that are not in `charts/` are loaded from where they
    /// are, as `helm dependency build` would put them there. Helm itself does not.
    pub resolve_file_dependencies: bool,
    /// Whether files that loading does not look into are read when a render asks for them, if ever. Their
    /// directory has to stay as it is until then.
    pub defer_files: bool,
}

/// Loads the chart at `path`, a directory or an archive, and all charts within it.
///
/// Follows Helm 4's `pkg/chart/loader.Load` or Helm 3's, after `options.helm`.
///
/// # Errors
/// A diagnostic whose `native` is Helm's own text, where Helm fails too; without `native` where only we
/// refuse (symbolic links that leave the boundary, limits of ours).
pub fn load(path: &Path, sources: &SourceMap, options: &LoadOptions) -> Result<Chart, Diagnostic> {
    load_within(path, sources, options, 0)
}

/// `depth` counts the charts that this one is a dependency of.
pub(crate) fn load_within(
    path: &Path,
    sources: &SourceMap,
    options: &LoadOptions,
    depth: u32,
) -> Result<Chart, Diagnostic> {
    let full = || paths::absolute(path).display().to_string();
    let metadata = fs::metadata(path).map_err(|error| {
        // Helm looks for the path before it loads it, and says so in its own way.
        let native = if error.kind() == io::ErrorKind::NotFound {
            format!(
                "path {} not found",
                quote(path.to_string_lossy().as_bytes())
            )
        } else {
            format!("stat {}: {}", full(), os_error_text(&error))
        };
        fail::helm(fail::UNREADABLE, native)
    })?;
    let detects = options.helm.detects_chart_version_first();
    let files = if metadata.is_dir() {
        if detects {
            detect_in_directory(path, sources)?;
        }
        directory::read(path, sources, options)?
    } else {
        let files = archive::read_file(path, options)?;
        if detects {
            detect_in_archive(&files)?;
        }
        files
    };
    let archives_left = options.limits.total.saturating_mul(3);
    let mut loader = Loader {
        sources,
        options,
        archives_left,
    };
    let mut chart = loader.assemble(&named(&files), &title(path), depth)?;
    if options.resolve_file_dependencies && metadata.is_dir() {
        unvendored::resolve(&mut chart, path, sources, options, depth)?;
    }
    Ok(chart)
}

/// The path as diagnostics show it.
fn title(path: &Path) -> String {
    let shown = path.display().to_string();
    shown.strip_suffix('/').unwrap_or(&shown).to_owned()
}

/// Helm 4 looks at `Chart.yaml` before anything else, `.helmignore` included.
fn detect_in_directory(directory: &Path, sources: &SourceMap) -> Result<(), Diagnostic> {
    let path = directory.join("Chart.yaml");
    let text = fs::read(&path).map_err(|error| {
        let full = paths::absolute(directory).join("Chart.yaml");
        let full = full.display();
        let operation = if path.is_dir() { "read" } else { "open" };
        let text = os_error_text(&error);
        let native = format!("unable to detect chart at {full}: {operation} {full}: {text}");
        fail::helm(fail::UNREADABLE, native)
    })?;
    let text: Arc<[u8]> = Arc::from(text);
    let locate = || {
        let name = format!("{}/Chart.yaml", title(directory));
        sources.add(name, Arc::clone(&text), SourceKind::File)
    };
    check_version(&text).map_err(|error| error.at(Span::new(locate(), 0, 0)))
}

fn detect_in_archive(files: &[RawFile]) -> Result<(), Diagnostic> {
    let Some(file) = files.iter().find(|file| &*file.path == "Chart.yaml") else {
        let native = "unable to detect chart version, no Chart.yaml found";
        return Err(fail::helm(fail::INVALID, native));
    };
    check_version(file.content.data()?)
}

/// Whether charts of this version can be rendered. Helm 4 knows `v3` behind a switch and does not
/// install it.
fn check_version(text: &[u8]) -> Result<(), Diagnostic> {
    let cannot =
        |text: String| fail::helm(fail::INVALID, format!("cannot load Chart.yaml: {text}"));
    let tree = evenkeel_yaml::decode_kinds(text, FileId::NONE)
        .map_err(|error| cannot(error.text().to_owned()))?;
    let mut base = Document(ChartBase::default());
    decode(&mut base, &tree, "loader").map_err(|error| {
        cannot(format!(
            "error unmarshaling JSON: while decoding JSON: {}",
            error.text
        ))
    })?;
    match &*base.0.api_version {
        "" | "v1" | "v2" => Ok(()),
        "v3" => Err(fail::helm(fail::INVALID, "invalid chart apiVersion")),
        _ => Err(fail::helm(fail::INVALID, "unsupported chart version")),
    }
}
