//! A chart in memory.

use std::sync::Arc;

use evenkeel_diagnostics::{Diagnostic, FileId};
use evenkeel_value::Data;

use crate::content::Content;
use crate::{Lock, Metadata};

/// One file of a chart.
#[derive(Debug, Clone)]
pub struct ChartFile {
    /// Its path inside the chart, such as `templates/service.yaml`; `/` separates.
    pub name: Arc<str>,
    /// Its id in the source map; [`FileId::NONE`] for files that no diagnostic points into.
    pub file: FileId,
    pub(crate) data: Arc<[u8]>,
}

impl ChartFile {
    /// A file over bytes that are at hand.
    pub fn new(name: impl Into<Arc<str>>, data: impl Into<Arc<[u8]>>, file: FileId) -> ChartFile {
        ChartFile {
            name: name.into(),
            file,
            data: data.into(),
        }
    }

    /// The bytes, without a byte order mark.
    pub fn data(&self) -> &Arc<[u8]> {
        &self.data
    }
}

/// A file that Helm only hands on: to templates as `.Files`, to the cluster if it lies in `crds/`.
#[derive(Debug, Clone)]
pub struct OtherFile {
    /// Its path inside the chart; `/` separates.
    pub name: Arc<str>,
    /// Its id in the source map; [`FileId::NONE`] for files that no diagnostic points into.
    pub file: FileId,
    pub(crate) content: Content,
}

impl OtherFile {
    /// The bytes, without a byte order mark. They are read now if the chart was loaded with
    /// [`LoadOptions::defer_files`](crate::LoadOptions::defer_files).
    ///
    /// # Errors
    /// A file that was deferred and cannot be read any more, in Helm's words.
    pub fn data(&self) -> Result<&Arc<[u8]>, Diagnostic> {
        self.content.data()
    }
}

/// A chart as loaded, Helm's `chart.Chart`: nothing of it depends on values.
#[derive(Debug, Clone)]
pub struct Chart {
    /// `Chart.yaml` (and the dependencies of `requirements.yaml`), validated and sanitized.
    pub metadata: Arc<Metadata>,
    /// Where `Chart.yaml` is, for diagnostics.
    pub metadata_file: FileId,
    /// The defaults of `values.yaml`: always a map, empty where there is no such file.
    pub values: Data,
    /// Where `values.yaml` is; [`FileId::NONE`] where there is none.
    pub values_file: FileId,
    /// `values.schema.json`.
    pub schema: Option<ChartFile>,
    /// `Chart.lock` or `requirements.lock`.
    pub lock: Option<Lock>,
    /// `templates/**`, in Helm's order; of two with one name the later wins.
    pub templates: Vec<ChartFile>,
    /// What `.Files` sees, `crds/**` included, in Helm's order; of two with one name the later wins.
    pub files: Vec<OtherFile>,
    /// The charts of `charts/`, sorted by the name of their file or directory (Helm's own order is
    /// random here; where it matters, processing sorts by `Chart.yaml`).
    pub dependencies: Vec<Arc<Chart>>,
    /// What Helm says on stderr while loading, this chart's and its dependencies'.
    pub warnings: Vec<Diagnostic>,
}

impl Chart {
    /// The chart's name.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// The manifests of `crds/`: files with the extension yaml, yml or json, in any case
    /// (Helm's `CRDObjects`, of this chart alone).
    pub fn crds(&self) -> impl Iterator<Item = &OtherFile> {
        self.files
            .iter()
            .filter(|file| file.name.starts_with("crds/") && is_manifest(&file.name))
    }

    /// Whether this is a library chart, whose templates only define.
    pub fn is_library(&self) -> bool {
        self.metadata.chart_type.eq_ignore_ascii_case("library")
    }
}

fn is_manifest(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    let Some((_, extension)) = base.rsplit_once('.') else {
        return false;
    };
    ["yaml", "yml", "json"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}
