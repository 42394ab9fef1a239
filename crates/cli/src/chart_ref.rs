//! The CHART argument: which chart it means, and whether it can be rendered.

use std::fs;

use evenkeel_renderer::Chart;

use crate::options::Options;
use crate::outcome::Stop;
use crate::values::is_url;

/// The path that a chart argument means, Helm's `LocateChart` as far as it needs no network.
pub(crate) fn locate(options: &Options) -> Result<String, Stop> {
    let chart = options.chart.trim();
    if let Some(flag) = &options.cluster {
        return Err(Stop::Refused(format!(
            "{flag} needs a cluster, and evenkeel never talks to one"
        )));
    }
    let exists = !chart.is_empty() && fs::metadata(chart).is_ok();
    // Helm 3 prefers what is on disk to --repo; Helm 4 does not look there then.
    if exists && (!options.repo || !options.helm.is_helm4()) {
        if options.verify {
            return Err(verify(chart));
        }
        return Ok(chart.to_owned());
    }
    if options.repo {
        return Err(Stop::Refused(format!(
            "charts from repositories are not supported yet: download {chart} and give its path instead of --repo"
        )));
    }
    if chart.starts_with(['/', '.']) {
        return Err(Stop::Helm(format!("path {chart:?} not found")));
    }
    if is_url(chart) {
        let text =
            format!("remote charts are not supported yet: download {chart} and give its path");
        return Err(Stop::Refused(text));
    }
    Err(match chart.split_once('/') {
        Some((repo, _)) => Stop::Helm(format!("repo {repo} not found")),
        None => Stop::Helm(format!(
            "non-absolute URLs should be in form of repo_name/path_to_chart, got: {chart}"
        )),
    })
}

fn verify(chart: &str) -> Stop {
    if fs::metadata(chart).is_ok_and(|meta| meta.is_dir()) {
        return Stop::Helm("unpacked charts cannot be verified".to_owned());
    }
    Stop::Refused("--verify is not supported: evenkeel checks no signatures".to_owned())
}

/// Whether Helm would install the chart: it is no library, and its dependencies are there.
pub(crate) fn check(chart: &Chart, options: &Options) -> Result<(), Stop> {
    let kind = &*chart.metadata.chart_type;
    if !["", "application"].contains(&kind) {
        return Err(Stop::Helm(format!("{kind} charts are not installable")));
    }
    let wanted = chart.metadata.dependencies.iter().flatten();
    let missing: Vec<&str> = wanted
        .map(|dependency| &*dependency.name)
        .filter(|name| !chart.dependencies.iter().any(|there| there.name() == *name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(", ");
    if options.dependency_update {
        return Err(Stop::Refused(format!(
            "--dependency-update is not supported yet: put {missing} into charts/ first"
        )));
    }
    let context = if options.helm.is_helm4() {
        "an error occurred while checking for chart dependencies. You may need to run \
         'helm dependency build' to fetch missing dependencies"
    } else {
        "An error occurred while checking for chart dependencies. You may need to run \
         `helm dependency build` to fetch missing dependencies"
    };
    Err(Stop::Helm(format!(
        "{context}: found in Chart.yaml, but missing in charts/ directory: {missing}"
    )))
}
