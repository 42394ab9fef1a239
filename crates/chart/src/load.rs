//! Loading from a path.

use std::path::{Path, PathBuf};

use evenkeel_diagnostics::{Code, Diagnostic, SourceMap};

use crate::{Chart, HelmVersion};

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
}

/// Loads the chart at `path`, a directory or an archive, and all charts within it.
///
/// Follows Helm 4's `pkg/chart/loader.Load` or Helm 3's, after `options.helm`.
///
/// # Errors
/// A diagnostic whose `native` is Helm's own text, where Helm fails too; without `native` where only we
/// refuse (symbolic links that leave the boundary, limits of ours).
pub fn load(
    path: &Path,
    _sources: &SourceMap,
    _options: &LoadOptions,
) -> Result<Chart, Diagnostic> {
    Err(Diagnostic::error(
        Code::new("chart/load"),
        format!("cannot load {} yet", path.display()),
    ))
}
