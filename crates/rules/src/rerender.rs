//! Rendering again with one input changed.

use evenkeel_gitops::Environment;

/// Renders an environment once more, with one of its inputs changed. The owner of the repository (`evenkeel-project`)
/// implements it.
pub trait Rerender: Sync {
    /// The environment `env` below another domain: every value of the root that is exactly the environment's declared
    /// `domain` becomes `domain`; nothing else changes.
    ///
    /// # Errors
    /// Why that is not possible, such as that no value of the root holds the domain; a sentence without a final dot.
    fn with_domain(&self, env: &str, domain: &str) -> Result<Environment, String>;
}
