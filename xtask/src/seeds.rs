//! First inputs for the fuzz targets, from the conformance suite.

use std::path::Path;
use std::process::ExitCode;

use evenkeel_tests::charts_in;
use evenkeel_tests::conformance::{Args, Body, Case, load_all};

use crate::workspace;

/// How many of one kind are enough.
const ENOUGH: usize = 400;

/// Runs `cargo xtask fuzz-seeds`: fills `fuzz/corpus`.
pub(crate) fn run() -> Result<ExitCode, String> {
    let corpus = workspace::root().join("fuzz/corpus");
    let (mut templates, mut yaml, mut json, mut sets) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (_, _, topic) in load_all(&workspace::conformance())? {
        for case in &topic.cases {
            templates.extend(files(case, |path| path.contains("/templates/")));
            yaml.extend(files(case, |path| {
                path.ends_with("values.yaml") || path.ends_with("Chart.yaml")
            }));
            sets.extend(set_arguments(case));
            for items in files(case, |path| path.ends_with("items.json")) {
                json.extend(items.split(|&b| b == b'\n').step_by(7).map(<[u8]>::to_vec));
            }
            if let Body::Calls(calls) = &case.body {
                let calls = calls.iter().step_by(5);
                templates.extend(
                    calls.map(|call| format!("{{{{ {} }}}}\n", call.expression).into_bytes()),
                );
            }
        }
    }
    let archives = charts_in(&workspace::root().join("charts"));
    let archives: Result<Vec<_>, String> = archives.iter().map(|chart| pack(chart)).collect();
    for (target, inputs) in [
        ("template_parse", &templates),
        ("template_exec", &templates),
        ("yaml_decode", &yaml),
        ("yaml_emit", &json),
        ("set_parser", &sets),
        ("chart_archive", &archives?),
    ] {
        let folder = corpus.join(target);
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        for (at, input) in inputs
            .iter()
            .step_by(inputs.len().div_ceil(ENOUGH).max(1))
            .enumerate()
        {
            std::fs::write(folder.join(format!("seed-{at:03}")), input)
                .map_err(|e| e.to_string())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn files(case: &Case, wanted: impl Fn(&str) -> bool) -> Vec<Vec<u8>> {
    case.files
        .iter()
        .filter(|file| wanted(&file.path))
        .map(|file| file.content.clone())
        .collect()
}

/// What follows `--set` and its kin.
fn set_arguments(case: &Case) -> Vec<Vec<u8>> {
    let (Args::More(args) | Args::Whole(args)) = &case.args;
    let spaced = args
        .windows(2)
        .filter(|pair| pair[0].starts_with("--set"))
        .map(|pair| &*pair[1]);
    let joined = args
        .iter()
        .filter(|arg| arg.starts_with("--set"))
        .filter_map(|arg| arg.split_once('='));
    let joined = joined.map(|(_, value)| value).take(20);
    spaced
        .chain(joined)
        .map(|text| text.as_bytes().to_vec())
        .collect()
}

/// A chart as a tar: the target packs it itself.
fn pack(chart: &Path) -> Result<Vec<u8>, String> {
    let mut archive = tar::Builder::new(Vec::new());
    let name = chart.file_name().unwrap_or_default();
    archive
        .append_dir_all(name, chart)
        .map_err(|e| e.to_string())?;
    archive.into_inner().map_err(|e| e.to_string())
}
