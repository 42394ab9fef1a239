//! What was found before: in a file that is kept, or at a revision of git.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::{fs, io};

use evenkeel_rules::{Finding, Report};
use serde::{Deserialize, Serialize};

use crate::{CheckOptions, Project, Revision, check, replace};

/// Findings that are known, by their fingerprints.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    /// The fingerprints.
    pub fingerprints: HashSet<String>,
}

/// The file. What stands beside the fingerprints is for those who read it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    findings: BTreeMap<String, Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    rule: String,
    #[serde(default)]
    env: String,
    #[serde(default)]
    app: String,
    #[serde(default)]
    object: String,
    #[serde(default)]
    path: String,
    message: String,
}

/// The version of the file's format.
const VERSION: u32 = 1;

impl Baseline {
    /// Reads a file that [`Baseline::write`] wrote.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file, and where.
    pub fn read(path: &Path) -> Result<Baseline, String> {
        let name = path.display();
        let text = fs::read(path).map_err(|error| format!("cannot read {name}: {error}"))?;
        let file: File = serde_json::from_slice(&text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            format!("{name}:{line}:{column}: this is no baseline: {error}")
        })?;
        if file.version != VERSION {
            let version = file.version;
            return Err(format!(
                "{name} has version {version}, and this program knows version {VERSION}: write it anew"
            ));
        }
        Ok(Baseline {
            fingerprints: file.findings.into_keys().collect(),
        })
    }

    /// Writes all findings of a report, sorted, over what was there.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(report: &Report, path: &Path) -> io::Result<()> {
        let findings = report
            .all()
            .map(|finding| (finding.fingerprint(), Entry::new(finding)));
        let file = File {
            version: VERSION,
            findings: findings.collect(),
        };
        let mut text = serde_json::to_vec_pretty(&file)?;
        text.push(b'\n');
        replace(path, &text)
    }

    /// What a revision had: its files are checked with its own configuration. `None` where that cannot be used.
    pub fn at(revision: &Revision, options: &CheckOptions) -> Option<Baseline> {
        let project = Project::at(revision.root());
        if !project.is_usable() {
            return None;
        }
        let names: Vec<String> = project.env_names().into_iter().map(str::to_owned).collect();
        let environments = project.render(&names, &options.render);
        let report = check(&project, &environments, options);
        Some(Baseline {
            fingerprints: report.all().map(Finding::fingerprint).collect(),
        })
    }
}

impl Entry {
    fn new(finding: &Finding) -> Entry {
        let object = &finding.object;
        Entry {
            rule: finding.rule.to_string(),
            env: finding.env.clone(),
            app: finding.app.clone(),
            object: match object.kind.as_str() {
                "" => String::new(),
                kind => format!("{kind}/{}", object.name),
            },
            path: finding.path.to_string(),
            message: finding.message.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, want: &str) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("baseline.json");
        fs::write(&path, text).expect("it can be written");
        let error = Baseline::read(&path).expect_err("it is refused");
        assert!(error.contains(want), "{error}");
    }

    #[test]
    fn files_that_are_none_are_refused() {
        refused("{", ":1:1: this is no baseline");
        refused("{\"version\": 2, \"findings\": {}}", "has version 2");
        refused("[]", "this is no baseline");
    }
}
