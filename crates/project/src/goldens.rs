//! Goldens: what every Application rendered to when somebody last looked, kept beside the charts.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::io::ErrorKind::{IsADirectory, NotADirectory, NotFound};
use std::path::{Path, PathBuf};

use evenkeel_gitops::Environment;

use crate::output::{Written, outputs, replace};

/// How the output of an Application begins.
const BEGIN: &[u8] = b"---\n# Source: ";

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
/// A golden is the byte-exact output of one Application. Any `*.yaml` in a folder of the directory that begins
/// as such output does is one; a folder that is none of the `known` environments has only stale ones.
///
/// # Errors
/// What the system says, with the path.
pub fn stale_goldens(
    directory: &Path,
    environments: &[Environment],
    known: &[&str],
) -> Result<Vec<Stale>, (PathBuf, io::Error)> {
    let mut stale = Vec::new();
    let mut left_over = BTreeSet::new();
    for folder in entries(directory)? {
        if !known.contains(&folder.as_str()) {
            left_over.extend(golden_names(directory, &folder)?);
        }
    }
    for environment in environments {
        left_over.extend(golden_names(directory, &environment.name)?);
        for (name, rendered) in outputs(environment) {
            left_over.remove(&name);
            let golden = read(&directory.join(&name))?;
            if golden.as_ref() != Some(&rendered) {
                stale.push(Stale {
                    name,
                    golden,
                    rendered: Some(rendered),
                });
            }
        }
    }
    for name in left_over {
        stale.push(Stale {
            golden: read(&directory.join(&name))?,
            name,
            rendered: None,
        });
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
    known: &[&str],
) -> Result<Written, (PathBuf, io::Error)> {
    let stale = stale_goldens(directory, environments, known)?;
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

/// The goldens that a folder has: its YAML files, but for those that no render can have written.
fn golden_names(directory: &Path, folder: &str) -> Result<Vec<String>, (PathBuf, io::Error)> {
    let mut goldens = Vec::new();
    for name in entries(&directory.join(folder))? {
        let name = format!("{folder}/{name}");
        if name.ends_with(".yaml")
            && read(&directory.join(&name))?.is_some_and(|text| text.starts_with(BEGIN))
        {
            goldens.push(name);
        }
    }
    Ok(goldens)
}

/// The names in a directory; none in what is no directory.
fn entries(directory: &Path) -> Result<Vec<String>, (PathBuf, io::Error)> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(Vec::new()),
        Err(error) => return Err((directory.to_owned(), error)),
    };
    let name = |entry: io::Result<fs::DirEntry>| {
        let name = entry.map(|entry| entry.file_name().to_string_lossy().into_owned());
        name.map_err(|error| (directory.to_owned(), error))
    };
    entries.map(name).collect()
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, (PathBuf, io::Error)> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), NotFound | IsADirectory) => Ok(None),
        Err(error) => Err((path.to_owned(), error)),
    }
}
