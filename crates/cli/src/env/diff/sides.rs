//! What the two arguments mean.

use std::path::Path;

use evenkeel_project::Project;

use super::manifests;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sides {
    /// Two environments of the repository.
    Environments,
    /// Two files or folders with manifests.
    Manifests,
}

/// Finds out what two arguments mean, for the repository at `directory`. Environments come before files of their
/// names, for a repository may well keep a folder for each; `./prod` is the folder.
///
/// # Errors
/// What was looked for, and not found.
pub(super) fn resolve(names: [&str; 2], directory: &Path) -> Result<Sides, String> {
    if names.into_iter().any(manifests::is_path) {
        return match names.into_iter().find(|name| !manifests::exists(name)) {
            Some(name) => Err(format!("there is no file or folder `{name}`")),
            None => Ok(Sides::Manifests),
        };
    }
    let project = Project::open(directory);
    let known = project.env_names();
    let is_env = |name: &&str| known.contains(name);
    if names.iter().all(is_env) {
        return Ok(Sides::Environments);
    }
    let lost = names
        .into_iter()
        .find(|name| !is_env(name) && !manifests::exists(name));
    match lost {
        // What is wrong with it is told when it is opened to be rendered.
        Some(_) if !project.is_usable() => Ok(Sides::Environments),
        Some(name) => Err(format!(
            "there is no environment `{name}` ({}), and no file or folder of that name",
            match known.as_slice() {
                [] => "none is known here; `evenkeel init` looks for some".to_owned(),
                known => format!("the environments are {}", known.join(", ")),
            }
        )),
        None => match names.into_iter().find(|name| !manifests::exists(name)) {
            None => Ok(Sides::Manifests),
            Some(env) => Err(format!(
                "`{env}` is an environment and the other side is none: compare two environments, or two files or folders"
            )),
        },
    }
}
