//! Goldens: what every Application rendered to when somebody last looked, kept beside the charts.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use evenkeel_gitops::Environment;

use crate::output::{Written, outputs, replace};

/// A golden that is not what is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// Its path below the directory of the goldens: `<env>/<app>.yaml`.
    pub name: String,
    /// What it says; `None` if it is not there.
    pub golden: Option<Vec<u8>>,
    /// What is rendered; `None` if nothing renders it any more.
    pub rendered: Option<Vec<u8>>,
}

/// The goldens of some environments that are not what is rendered, by name.
///
/// A golden is the byte-exact output of one Application. All `*.yaml` in the folder of an environment are its goldens.
///
/// # Errors
/// What the system says, with the path.
pub fn stale_goldens(
    directory: &Path,
    environments: &[Environment],
) -> Result<Vec<Stale>, (PathBuf, io::Error)> {
    let mut stale = Vec::new();
    for environment in environments {
        let mut gone = golden_names(directory, &environment.name)?;
        for (name, rendered) in outputs(environment) {
            gone.remove(&name);
            let golden = read(&directory.join(&name))?;
            if golden.as_ref() != Some(&rendered) {
                stale.push(Stale {
                    name,
                    golden,
                    rendered: Some(rendered),
                });
            }
        }
        for name in gone {
            stale.push(Stale {
                golden: read(&directory.join(&name))?,
                name,
                rendered: None,
            });
        }
    }
    stale.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(stale)
}

/// Makes the goldens of some environments what is rendered. Each file is replaced at once; goldens that
/// nothing renders any more go, nothing else does.
///
/// # Errors
/// What the system says, with the path.
pub fn update_goldens(
    directory: &Path,
    environments: &[Environment],
) -> Result<Written, (PathBuf, io::Error)> {
    let stale = stale_goldens(directory, environments)?;
    let rendered: usize = environments.iter().map(|env| outputs(env).len()).sum();
    let mut done = Written::default();
    for Stale { name, rendered, .. } in stale {
        let path = directory.join(name);
        let result = match rendered {
            Some(text) => replace(&path, &text).map(|()| done.written += 1),
            None => fs::remove_file(&path).map(|()| done.removed += 1),
        };
        result.map_err(|error| (path, error))?;
    }
    done.unchanged = rendered - done.written;
    Ok(done)
}

/// The goldens that an environment has: the YAML files in its folder.
fn golden_names(directory: &Path, env: &str) -> Result<BTreeSet<String>, (PathBuf, io::Error)> {
    let folder = directory.join(env);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err((folder, error)),
    };
    let mut names = BTreeSet::new();
    for entry in entries {
        let entry = entry.map_err(|error| (folder.clone(), error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // What is being written at this moment begins with a dot.
        if name.ends_with(".yaml") && !name.starts_with('.') {
            names.insert(format!("{env}/{name}"));
        }
    }
    Ok(names)
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, (PathBuf, io::Error)> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err((path.to_owned(), error)),
    }
}
