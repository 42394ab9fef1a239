//! Mending what rules find.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use evenkeel_diagnostics::{Applicability, Edit, Fix, SourceMap};
use evenkeel_gitops::Environment;
use evenkeel_rules::Report;

use crate::{Project, RenderOptions, affected, replace};

/// What became of the fixes of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fixed {
    /// How many were made.
    pub made: usize,
    /// How many were left, as something would render to something else.
    pub refused: usize,
    /// The files that changed, sorted.
    pub files: Vec<PathBuf>,
}

/// Makes the safe fixes of a report: after each, all environments still render to the same objects, or it is taken
/// back. Files are written as a whole or not at all.
///
/// # Errors
/// The file that could not be read or written, and what the system says.
pub fn fix(
    project: &Project,
    environments: &[Environment],
    report: &Report,
    options: &RenderOptions,
) -> Result<Fixed, (PathBuf, io::Error)> {
    let fixes = report.all().filter_map(|finding| finding.fix.as_ref());
    let fixes: Vec<&Fix> = fixes
        .filter(|fix| fix.applicability == Applicability::Safe)
        .collect();
    let work = Work {
        root: project.tree.root(),
        sources: project.sources(),
        environments,
        options,
    };
    let mut fixed = Fixed::default();
    if fixes.is_empty() {
        return Ok(fixed);
    }
    // All at once is the rule; where that goes wrong, one after the other tells which.
    let mut made: Vec<&Fix> = fixes.clone();
    if !work.keeps_all(&fixes)? {
        made.clear();
        for fix in fixes {
            made.push(fix);
            if !work.keeps_all(&made)? {
                made.pop();
                fixed.refused += 1;
            }
        }
    }
    fixed.made = made.len();
    fixed.files = work.edited(&made).into_keys().collect();
    Ok(fixed)
}

struct Work<'a> {
    root: &'a Path,
    sources: &'a SourceMap,
    environments: &'a [Environment],
    options: &'a RenderOptions,
}

impl Work<'_> {
    /// Writes the files with these fixes; takes them back if anything renders to something else.
    fn keeps_all(&self, fixes: &[&Fix]) -> Result<bool, (PathBuf, io::Error)> {
        let edited = self.edited(fixes);
        let mut before = Vec::new();
        let mut written = Ok(());
        for (path, text) in &edited {
            let at = |error| (path.clone(), error);
            written = fs::read(path).map_err(at).and_then(|old| {
                replace(path, text).map_err(at)?;
                before.push((path, old));
                Ok(())
            });
            if written.is_err() {
                break;
            }
        }
        let keeps = written.is_ok() && self.renders_the_same();
        if !keeps {
            for (path, old) in before {
                replace(path, &old).map_err(|error| (path.clone(), error))?;
            }
        }
        written.map(|()| keeps)
    }

    fn renders_the_same(&self) -> bool {
        let project = Project::at(self.root);
        let names: Vec<String> = self
            .environments
            .iter()
            .map(|env| env.name.clone())
            .collect();
        let known = project.env_names();
        if !project.is_usable() || names.iter().any(|name| !known.contains(&name.as_str())) {
            return false;
        }
        let after = project.render(&names, self.options);
        let errors = |environments: &[Environment]| -> usize {
            let all = environments.iter().map(|env| env.diagnostics().count());
            all.sum()
        };
        affected(self.environments, &after).is_empty()
            && errors(self.environments) == errors(&after)
    }

    /// The texts of the files with these fixes. Of edits that overlap the first is made.
    fn edited(&self, fixes: &[&Fix]) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut by_file: BTreeMap<PathBuf, (Arc<[u8]>, Vec<&Edit>)> = BTreeMap::new();
        for edit in fixes.iter().flat_map(|fix| &fix.edits) {
            let Some(source) = self.sources.get(edit.span.file) else {
                continue;
            };
            let path = PathBuf::from(&*source.name);
            let (_, edits) = by_file
                .entry(path)
                .or_insert_with(|| (source.content, Vec::new()));
            edits.push(edit);
        }
        let texts = by_file.into_iter().map(|(path, (text, mut edits))| {
            edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
            let mut new = Vec::with_capacity(text.len());
            let mut at = 0;
            for edit in edits {
                let (start, end) = (edit.span.start as usize, edit.span.end as usize);
                if start < at {
                    continue;
                }
                new.extend_from_slice(&text[at..start]);
                new.extend_from_slice(edit.text.as_bytes());
                at = end;
            }
            new.extend_from_slice(&text[at..]);
            (path, new)
        });
        texts.collect()
    }
}
