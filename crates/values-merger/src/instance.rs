//! Charts as they take part in one render.

use std::rc::Rc;
use std::sync::Arc;

use evenkeel_chart::{Chart, HelmVersion, Metadata};
use evenkeel_diagnostics::Diagnostic;
use evenkeel_value::{Data, Map, Value};

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
    pub(crate) values: Defaults,
}

/// The defaults that coalescing starts from.
#[derive(Debug, Clone)]
pub(crate) enum Defaults {
    /// The chart's own, untouched.
    Chart(Data),
    /// The chart's own with those of its dependencies and what import-values took.
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

    /// The defaults that coalescing starts from, as a value of one's own.
    pub fn defaults(&self) -> Value {
        match &self.values {
            Defaults::Chart(data) => data.to_value(),
            Defaults::Imported(map) => Value::Map(map.clone()),
        }
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
    _user: &Data,
    _helm: HelmVersion,
) -> Result<Instance, Diagnostic> {
    Ok(Instance {
        metadata: Arc::clone(&chart.metadata),
        full_path: Rc::from(chart.name()),
        is_root: true,
        dependencies: Vec::new(),
        values: Defaults::Chart(chart.values.clone()),
        chart: Arc::clone(chart),
    })
}
