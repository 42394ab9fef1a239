//! The repository that an environment is rendered from.

use std::sync::Arc;

use evenkeel_diagnostics::Diagnostic;
use evenkeel_renderer::{Chart, HelmVersion, Renderer};

use crate::applicationset::Repository;

/// The files of a repository, as its owner (`evenkeel-project`) reads them, and what is made of them. All
/// paths are relative to the root, with `/` between their parts.
pub trait WorkTree: Repository + Sync {
    /// The chart in a directory, with its unvendored `file://` dependencies in place.
    ///
    /// # Errors
    /// As [`Renderer::load`].
    fn chart(
        &self,
        path: &str,
        helm: HelmVersion,
        renderer: &Renderer,
    ) -> Result<Arc<Chart>, Diagnostic>;

    /// What `kustomize build` prints for a directory, or the text of its failure; `None` if there is no
    /// such program.
    fn kustomize(&self, path: &str) -> Option<Result<Vec<u8>, String>>;

    /// Whether there is such a file.
    fn has(&self, path: &str) -> bool;

    /// Whether there is such a directory; the root is the empty path.
    fn has_directory(&self, path: &str) -> bool;

    /// The files whose path matches a shell pattern, in which `*` takes no slash and `**` does; sorted.
    fn glob(&self, pattern: &str) -> Vec<String>;
}
