//! What a render is asked for, and what it gives.

use std::sync::Arc;

use evenkeel_chart::HelmVersion;
use evenkeel_diagnostics::{Diagnostic, FrameArena, SourceMap};
use evenkeel_manifest::{Crd, Document, Hook, RenderedFile};
use evenkeel_template::{Budget, ReadLog};
use evenkeel_value::Data;

use crate::KubeVersion;

/// What templates see as `.Release`.
#[derive(Debug, Clone)]
pub struct Release {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Whether it is an upgrade (`--is-upgrade`) rather than an installation.
    pub is_upgrade: bool,
}

impl Default for Release {
    fn default() -> Release {
        Release {
            name: "release-name".to_owned(),
            namespace: "default".to_owned(),
            is_upgrade: false,
        }
    }
}

/// The time that templates see; it does not run.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Nanoseconds of the second.
    pub nanos: u32,
    /// The local time zone, such as `UTC` or `Europe/Berlin`.
    pub zone: String,
}

/// The start of 1970, in UTC.
impl Default for Clock {
    fn default() -> Clock {
        Clock {
            seconds: 0,
            nanos: 0,
            zone: "UTC".to_owned(),
        }
    }
}

/// How to render.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The Helm whose behaviour is wanted.
    pub helm: HelmVersion,
    /// The release.
    pub release: Release,
    /// The cluster's version; by default what a release of that Helm assumes.
    pub kube_version: Option<KubeVersion>,
    /// API versions besides the ones that Helm knows, in the order given.
    pub api_versions: Vec<String>,
    /// Whether `values.schema.json` is not looked at.
    pub skip_schema_validation: bool,
    /// The time.
    pub clock: Clock,
    /// Makes random functions reproducible.
    pub seed: Option<u64>,
    /// What the templates may use.
    pub budget: Budget,
    /// Whether nobody wants the definitions of `crds/`: [`Rendered::crds`] stays empty then.
    pub skip_crds: bool,
    /// Whether to keep a [`Trace`], at some cost.
    pub trace: bool,
}

/// What explains an output: kept where a [`Request`] asks for it.
#[derive(Debug, Clone)]
pub struct Trace {
    /// What the templates read. Its frames are those of the render.
    pub reads: ReadLog,
    /// The root chart's `.Values` before the first template ran, those of sub-charts under their names;
    /// each entry with the place that won.
    pub values: Data,
}

/// The outputs of all templates, before they are sorted into documents.
#[derive(Debug, Clone)]
pub struct Files {
    /// Templates that were executed for their own output, without notes.
    pub files: Vec<RenderedFile>,
    /// The root chart's `NOTES.txt`, as rendered.
    pub notes: Option<RenderedFile>,
    /// The custom resource definitions of all charts that take part, in Helm's order.
    pub crds: Vec<Crd>,
    /// Who called whom: what the segments of the files refer to.
    pub frames: FrameArena,
    /// What is worth knowing without being an error.
    pub warnings: Vec<Diagnostic>,
    /// What explains the outputs.
    pub trace: Option<Box<Trace>>,
    /// What spans point into.
    pub(crate) sources: Arc<SourceMap>,
}

/// A finished render.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The manifests, in the order of installation.
    pub manifests: Vec<Document>,
    /// The hooks, sorted by kind.
    pub hooks: Vec<Hook>,
    /// The root chart's `NOTES.txt`, as rendered.
    pub notes: Option<RenderedFile>,
    /// The custom resource definitions of all charts that take part, in Helm's order.
    pub crds: Vec<Crd>,
    /// Who called whom: what the documents' segments refer to.
    pub frames: FrameArena,
    /// What is worth knowing without being an error.
    pub warnings: Vec<Diagnostic>,
    /// What explains the documents.
    pub trace: Option<Box<Trace>>,
}

/// Why there is no render.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What is wrong.
    pub diagnostic: Box<Diagnostic>,
    /// Whether it happened while rendering, when Helm points to its `--debug` flag.
    pub while_rendering: bool,
    /// What was rendered all the same, if the failure is a document that is no YAML.
    pub partial: Option<Partial>,
}

/// The outputs around a document that is no YAML.
#[derive(Debug, Clone)]
pub struct Partial {
    /// All files, sorted by path.
    pub files: Vec<Arc<RenderedFile>>,
    /// The hooks found before the failure.
    pub hooks: Vec<Hook>,
}

impl Failure {
    /// A failure before the first template.
    pub(crate) fn early(diagnostic: Diagnostic) -> Failure {
        Failure {
            diagnostic: Box::new(diagnostic),
            while_rendering: false,
            partial: None,
        }
    }

    /// A failure of a template or later.
    pub(crate) fn rendering(diagnostic: Diagnostic) -> Failure {
        Failure {
            diagnostic: Box::new(diagnostic),
            while_rendering: true,
            partial: None,
        }
    }

    /// Whether Helm fails here too; if not, it is we who refuse.
    pub fn is_helms(&self) -> bool {
        self.diagnostic.native.is_some()
    }
}
