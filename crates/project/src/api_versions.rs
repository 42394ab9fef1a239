//! What a cluster's APIs are, as charts ask for them.

use evenkeel_config::{ApiVersions, Cluster, parse_api_versions};
use evenkeel_diagnostics::{Code, Diagnostic, SourceKind, SourceMap};
use evenkeel_gitops::applicationset::Repository;

use crate::DiskTree;

/// A file of API versions that is not there.
const MISSING: Code = Code::new("config/api-versions");

/// The API versions of a cluster, as `--api-versions` takes them.
pub(crate) fn api_versions(
    cluster: &Cluster,
    tree: &DiskTree,
    sources: &SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    match &cluster.api_versions {
        None => Vec::new(),
        Some(ApiVersions::Release(release)) => release.value.api_versions(),
        Some(ApiVersions::List(list)) => list
            .iter()
            .map(|version| version.value.as_str().to_owned())
            .collect(),
        Some(ApiVersions::File(path)) => {
            let name = path.value.as_str();
            let Some(text) = tree.read(name) else {
                let message = format!("there is no file `{name}`");
                let help = "`kubectl api-versions` writes one";
                diagnostics.push(
                    Diagnostic::error(MISSING, message)
                        .at(path.span)
                        .with_help(help),
                );
                return Vec::new();
            };
            let file = sources.add(name, text.clone(), SourceKind::File);
            let (versions, found) = parse_api_versions(&text, file);
            diagnostics.extend(found);
            versions
        }
    }
}
