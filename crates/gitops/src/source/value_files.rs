//! `helm.valueFiles`: which files they are (Argo CD's `getResolvedValueFiles`).

use evenkeel_diagnostics::{Code, Diagnostic};

use crate::WorkTree;
use crate::application::{Application, BuildEnvironment};
use crate::paths::normal;

/// A value file that is not there.
pub(crate) const MISSING: Code = Code::new("argocd/value-file");

/// A value file of an Application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ValueFile {
    /// There, by its path in the work tree.
    Found(String),
    /// Not there.
    Missing(String),
}

/// Finds the files that one entry of `valueFiles` names. `app_path` is the source's path.
///
/// # Errors
/// A path that leaves the repository, a URL, an unknown `$ref`.
pub(super) fn resolve(
    entry: &str,
    app_path: &str,
    application: &Application,
    build: &BuildEnvironment,
    tree: &dyn WorkTree,
) -> Result<Vec<ValueFile>, Diagnostic> {
    let (base, name) = match entry
        .strip_prefix('$')
        .map(|rest| reference(rest, application))
    {
        Some(Some((source, rest))) => {
            if !tree.is_this(&source.repo_url) {
                let message = format!(
                    "the value file `{entry}` lies in another repository, {}",
                    source.repo_url
                );
                return Err(Diagnostic::error(MISSING, message));
            }
            ("", build.expand(&format!("/{rest}")))
        }
        _ => (app_path, build.expand(entry)),
    };
    if name.contains("://") {
        let message = format!("the value file `{name}` is a URL, and nothing is fetched");
        return Err(Diagnostic::error(MISSING, message));
    }
    let Some(path) = normal(base, &name) else {
        let message = format!("the value file `{name}` leaves the repository");
        return Err(Diagnostic::error(MISSING, message));
    };
    if tree.has(&path) {
        return Ok(vec![ValueFile::Found(path)]);
    }
    if path.contains(['*', '?', '[']) {
        let found = tree.glob(&path);
        if !found.is_empty() {
            return Ok(found.into_iter().map(ValueFile::Found).collect());
        }
    }
    Ok(vec![ValueFile::Missing(path)])
}

/// The source that `$name/…` refers to, and the path within it.
fn reference<'a, 'e>(
    entry: &'e str,
    application: &'a Application,
) -> Option<(&'a crate::application::ApplicationSource, &'e str)> {
    let (name, rest) = entry.split_once('/').unwrap_or((entry, ""));
    let source = application
        .sources
        .iter()
        .find(|source| !source.reference.is_empty() && source.reference == name)?;
    Some((source, rest))
}
