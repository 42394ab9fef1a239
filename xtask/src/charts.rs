//! Finds charts on disk and makes cases of them: each with its defaults, and with each values file of its own.

use std::path::{Path, PathBuf};

use evenkeel_tests::charts_in;
use evenkeel_tests::conformance::Profile;
use walkdir::WalkDir;

/// One chart with one set of values.
pub(crate) struct Case {
    /// Such as `storefront` or `storefront values-prod.yaml`.
    pub(crate) name: String,
    /// Where to run: the folder that holds the chart.
    pub(crate) directory: PathBuf,
    /// The command line, without the program's name.
    pub(crate) args: Vec<String>,
}

/// Parses the value of `--helm-version`.
pub(crate) fn profile(text: &str) -> Result<Profile, String> {
    let found = Profile::ALL
        .into_iter()
        .find(|profile| profile.major() == text);
    found.ok_or_else(|| "give 4 or 3".to_owned())
}

/// The cases of all charts in `folders`; a chart's own values files are `values-*.yaml` beside its
/// values.yaml and what lies in its `ci` folder.
pub(crate) fn cases(folders: &[PathBuf]) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for folder in folders {
        let folder =
            std::path::absolute(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let before = cases.len();
        for chart in charts_in(&folder) {
            cases.push(case(&folder, &chart, None));
            for file in values_files(&chart) {
                cases.push(case(&folder, &chart, Some(&file)));
            }
        }
        if cases.len() == before {
            return Err(format!("{}: no chart found", folder.display()));
        }
    }
    Ok(cases)
}

fn values_files(chart: &Path) -> Vec<String> {
    let list = |folder: &str, prefix: &str| -> Vec<String> {
        let entries = WalkDir::new(chart.join(folder))
            .min_depth(1)
            .max_depth(1)
            .sort_by_file_name();
        let names = entries
            .into_iter()
            .flatten()
            .map(|e| e.file_name().to_string_lossy().into_owned());
        let wanted = names.filter(|name| name.starts_with(prefix) && name.ends_with(".yaml"));
        wanted
            .map(|name| Path::new(folder).join(name).to_string_lossy().into_owned())
            .collect()
    };
    [list("", "values-"), list("ci", "")].concat()
}

fn case(folder: &Path, chart: &Path, values: Option<&str>) -> Case {
    let inside = chart
        .strip_prefix(folder)
        .ok()
        .filter(|path| !path.as_os_str().is_empty());
    let directory = chart.parent().unwrap_or(chart).to_owned();
    let file_name = Path::new(chart.file_name().unwrap_or_default());
    let mut name = inside.unwrap_or(file_name).to_string_lossy().into_owned();
    let here = format!("./{}", file_name.display());
    let mut args: Vec<String> = ["template", "release", &here].map(str::to_owned).into();
    if let Some(values) = values {
        name = format!("{name} {values}");
        args.extend(["-f".to_owned(), format!("{here}/{values}")]);
    }
    Case {
        name,
        directory,
        args,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn the_example_chart_gives_two_cases() {
        let cases =
            cases(&[workspace::root().join("charts/storefront")]).expect("charts are there");
        let names: Vec<_> = cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names, ["storefront", "storefront values-prod.yaml"]);
        assert_eq!(cases[1].args[3..], ["-f", "./storefront/values-prod.yaml"]);
    }
}
