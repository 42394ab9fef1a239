//! What Helm asks of a chart before it renders it.

use evenkeel_diagnostics::{Diagnostic, Span};

use crate::{Chart, HelmVersion, fail};

/// Only application charts can be rendered on their own (`checkIfInstallable`).
///
/// # Errors
/// Helm's `library charts are not installable`.
pub fn check_installable(chart: &Chart) -> Result<(), Diagnostic> {
    match &*chart.metadata.chart_type {
        "" | "application" => Ok(()),
        kind => {
            Err(
                fail::helm(fail::INVALID, format!("{kind} charts are not installable"))
                    .at(Span::new(chart.metadata_file, 0, 0)),
            )
        }
    }
}

/// Every dependency of `Chart.yaml` has to be in `charts/`, even one that is switched off
/// (`action.CheckDependencies`); only the names are compared.
///
/// # Errors
/// Helm's text, which names those that are missing.
pub fn check_dependencies(chart: &Chart, helm: HelmVersion) -> Result<(), Diagnostic> {
    let present = |name: &str| chart.dependencies.iter().any(|found| found.name() == name);
    let wanted = chart.metadata.dependencies.iter().flatten();
    let missing: Vec<&str> = wanted
        .map(|dependency| &*dependency.name)
        .filter(|name| !present(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(", ");
    let cause = format!("found in Chart.yaml, but missing in charts/ directory: {missing}");
    let advice = if helm.is_helm4() {
        "an error occurred while checking for chart dependencies. \
         You may need to run 'helm dependency build' to fetch missing dependencies"
    } else {
        "An error occurred while checking for chart dependencies. \
         You may need to run `helm dependency build` to fetch missing dependencies"
    };
    let help = "vendor them under charts/, or remove them from Chart.yaml";
    let mut error = fail::helm(fail::DEPENDENCY, format!("{advice}: {cause}"))
        .at(Span::new(chart.metadata_file, 0, 0))
        .with_help(help);
    error.message = format!("dependencies missing in charts/: {missing}");
    Err(error)
}
