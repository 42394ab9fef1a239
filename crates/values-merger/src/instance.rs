//! Charts as they take part in one render.

use std::rc::Rc;
use std::sync::Arc;

use evenkeel_chart::{Chart, HelmVersion, Metadata};
use evenkeel_diagnostics::Diagnostic;
use evenkeel_value::{Data, Map};

use crate::coalesce::{Tree, own_map};
use crate::graph::Graph;
use crate::process::Process;

/// One chart of one render: enabled, aliased, with imported values. It shares the files of the loaded
/// chart.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The loaded chart that gives templates, files and schema. Use this struct's own `metadata`,
    /// `values` and `dependencies` instead of the chart's.
    pub chart: Arc<Chart>,
    /// The metadata as templates see it: the alias for a name, the enabled dependencies.
    pub metadata: Arc<Metadata>,
    /// Helm's `ChartFullPath`: `root/charts/sub`, the prefix of template names.
    pub full_path: Rc<str>,
    /// Whether Helm's `IsRoot` holds.
    pub is_root: bool,
    /// The enabled dependencies, in Helm's order.
    pub dependencies: Vec<Instance>,
    /// What Helm says on stderr while processing; of the root, for all charts.
    pub warnings: Vec<Diagnostic>,
    pub(crate) values: Defaults,
}

/// The defaults that coalescing starts from.
#[derive(Debug, Clone)]
pub(crate) enum Defaults {
    /// The chart's own, untouched.
    Chart(Data),
    /// The chart's own with those of its dependencies and what import-values took. Never changed once
    /// it is here.
    Imported(Map),
}

impl Instance {
    /// The name, which is the alias where there is one.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Whether only definitions (files that start with `_`) count.
    pub fn is_library(&self) -> bool {
        self.metadata.chart_type.eq_ignore_ascii_case("library")
    }

    /// The defaults that coalescing starts from, as a map of the caller's own.
    pub fn defaults(&self) -> Map {
        self.values.own()
    }
}

impl Tree for &Instance {
    fn name(&self) -> &str {
        Instance::name(self)
    }

    fn defaults(&self) -> Map {
        self.values.own()
    }

    fn children(&self) -> impl Iterator<Item = Self> {
        self.dependencies.iter()
    }
}

/// Decides which dependencies take part, under which name and with which imported values, as Helm's
/// `ProcessDependencies` (Helm 4) and `ProcessDependenciesWithMerge` (Helm 3) do.
///
/// `user` are the merged values of [`crate::user_values`].
///
/// # Errors
/// A diagnostic whose native text is Helm's without the prefix `chart dependencies processing failed: `.
pub fn process_dependencies(
    chart: &Arc<Chart>,
    user: &Data,
    helm: HelmVersion,
) -> Result<Instance, Diagnostic> {
    let mut graph = Graph::default();
    let root = graph.add(chart, None);
    let mut process = Process {
        graph,
        helm,
        warnings: Vec::new(),
    };
    process
        .switch(root, &|| own_map(user), "")
        .map_err(|error| error.diagnostic())?;
    process.import(root).map_err(|error| error.diagnostic())?;
    let mut instance = process.graph.instance(root);
    instance.warnings = process.warnings;
    Ok(instance)
}
