//! `.argocd-source.yaml`: parameter overrides beside a chart (Argo CD's `mergeSourceParameters`).

use std::sync::Arc;

use evenkeel_diagnostics::{Diagnostic, SourceKind, SourceMap};
use evenkeel_value::{Data, DataEntry};

use super::SOURCE;
use crate::application::{Application, ApplicationSource};
use crate::paths::join;
use crate::{Step, WorkTree};

/// What the files may change: what belongs to tools.
const TOOLS: [&str; 4] = ["helm", "kustomize", "directory", "plugin"];

/// The Application object with what `.argocd-source.yaml` and `.argocd-source-<name>.yaml` beside its sources
/// say; `None` if there are no such files.
///
/// # Errors
/// A file that is no YAML.
pub(crate) fn with_overrides(
    object: &Data,
    application: &Application,
    tree: &dyn WorkTree,
    sources: &SourceMap,
) -> Result<Option<Data>, Diagnostic> {
    let mut changed = None;
    for source in &application.sources {
        for patch in patches(application, source, tree, sources)? {
            let base = changed.as_ref().unwrap_or(object);
            changed = Some(patched(base, &source.field.0, &patch));
        }
    }
    Ok(changed)
}

fn patches(
    application: &Application,
    source: &ApplicationSource,
    tree: &dyn WorkTree,
    sources: &SourceMap,
) -> Result<Vec<Data>, Diagnostic> {
    if !source.chart.is_empty() || !tree.is_this(&source.repo_url) {
        return Ok(Vec::new());
    }
    let own = format!(".argocd-source-{}.yaml", application.name);
    let mut patches = Vec::new();
    for name in [".argocd-source.yaml", &own] {
        let path = join(source.path.trim_matches('/'), name);
        let Some(text) = tree.read(&path) else {
            continue;
        };
        let file = sources.add(tree.shown(&path), Arc::clone(&text), SourceKind::File);
        let patch = evenkeel_yaml::decode(&text, file).map_err(|error| {
            let message = format!("{path} is no YAML: {}", error.text());
            Diagnostic::error(SOURCE, message).at(error.span())
        })?;
        patches.push(patch);
    }
    Ok(patches)
}

/// `data` with the tools' parts of `patch` merged in at a path.
fn patched(data: &Data, at: &[Step], patch: &Data) -> Data {
    let Some((step, rest)) = at.split_first() else {
        let Data::Map(entries) = patch else {
            return data.clone();
        };
        let tools = entries.iter().filter(|entry| {
            TOOLS
                .iter()
                .any(|tool| entry.key.as_ref() == tool.as_bytes())
        });
        return merge_patch(data, &Data::map(tools.cloned().collect()));
    };
    match (data, step) {
        (Data::Map(entries), Step::Key(key)) => {
            let mut entries = entries.to_vec();
            for entry in &mut entries {
                if entry.key.as_ref() == key.as_bytes() {
                    entry.value = patched(&entry.value, rest, patch);
                }
            }
            Data::map(entries)
        }
        (Data::List(items), Step::Index(index)) => {
            let mut items = items.to_vec();
            if let Some(item) = items.get_mut(*index) {
                item.value = patched(&item.value, rest, patch);
            }
            Data::List(items.into())
        }
        _ => data.clone(),
    }
}

/// RFC 7386: maps merge, null removes, everything else replaces.
pub(crate) fn merge_patch(base: &Data, patch: &Data) -> Data {
    let Data::Map(changes) = patch else {
        return patch.clone();
    };
    let mut entries: Vec<DataEntry> = match base {
        Data::Map(entries) => entries.to_vec(),
        _ => Vec::new(),
    };
    for change in changes.iter() {
        let known = entries.iter().position(|entry| entry.key == change.key);
        match (known, &change.value) {
            (Some(at), Data::Null) => {
                entries.remove(at);
            }
            (None, Data::Null) => {}
            (Some(at), value) => {
                entries[at].value = merge_patch(&entries[at].value, value);
                entries[at].origin = change.origin;
            }
            (None, value) => entries.push(DataEntry {
                value: merge_patch(&Data::Null, value),
                ..change.clone()
            }),
        }
    }
    Data::map(entries)
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    use super::*;
    use crate::FieldPath;

    #[test]
    fn tools_are_merged_and_nothing_else() {
        let yaml = |text: &str| evenkeel_yaml::decode(text.as_bytes(), FileId::NONE).expect("YAML");
        let object = yaml("spec: {source: {path: a, helm: {parameters: [{name: x}], values: v}}}");
        let patch = yaml("path: evil\nhelm: {parameters: [{name: y}], values: null, version: v3}");
        let path = FieldPath::of_keys(["spec", "source"]);
        let got = patched(&object, &path.0, &patch);
        let want = yaml("spec: {source: {path: a, helm: {parameters: [{name: y}], version: v3}}}");
        assert_eq!(got, want);
    }
}
