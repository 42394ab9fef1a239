//! The set's template: generators' own laid over it, and the Application that it becomes.
//!
//! Follows `mergeGeneratorTemplate` (`applicationset/generators`) and `GetTempApplication`
//! (`applicationset/controllers/template`).

use std::sync::Arc;

use evenkeel_diagnostics::Origin;
use evenkeel_value::{Data, DataEntry, DataItem};

const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";
/// What of the metadata of a template (or of a patched Application) Argo CD takes over.
const METADATA: &[&str] = &["name", "labels", "annotations", "finalizers"];
/// A field of any content: it is taken whole.
const RAW: &[u8] = b"valuesObject";

/// A generator's template with what it leaves empty taken from the set's: `mergo.Merge` without overriding.
pub(super) fn merged(own: Option<&Data>, base: &Data) -> Data {
    match own {
        Some(own @ Data::Map(_)) => filled(own, base),
        _ => base.clone(),
    }
}

fn filled(own: &Data, base: &Data) -> Data {
    let (Data::Map(own_entries), Data::Map(base_entries)) = (own, base) else {
        return if is_empty(own) {
            base.clone()
        } else {
            own.clone()
        };
    };
    let mut entries = own_entries.to_vec();
    for entry in base_entries.iter() {
        match entries.iter_mut().find(|known| known.key == entry.key) {
            None => entries.push(entry.clone()),
            Some(known) if is_empty(&known.value) => *known = entry.clone(),
            Some(known) if known.key.as_ref() == RAW => {}
            Some(known) => known.value = filled(&known.value, &entry.value),
        }
    }
    Data::map(entries)
}

/// Go's zero values, and maps and lists without content.
pub(super) fn is_empty(data: &Data) -> bool {
    match data {
        Data::Null | Data::Bool(false) => true,
        Data::Bool(true) => false,
        Data::Int(n) => *n == 0,
        Data::Uint(n) => *n == 0,
        Data::Float(n) => *n == 0.0,
        Data::Str(text) => text.is_empty(),
        Data::List(items) => items.is_empty(),
        Data::Map(entries) => entries.is_empty(),
    }
}

/// The Application of a rendered template. Without `finalizers` it gets Argo CD's own, if `finalize` says so.
pub(super) fn application(rendered: &Data, namespace: Option<&DataEntry>, finalize: bool) -> Data {
    let mut metadata = taken(rendered.get("metadata"), METADATA);
    if finalize
        && !metadata
            .iter()
            .any(|e| e.key.as_ref() == b"finalizers" && !is_empty(&e.value))
    {
        let finalizers = Data::List(Arc::from([DataItem {
            value: Data::str(FINALIZER),
            origin: Origin::NONE,
        }]));
        metadata.push(entry("finalizers", finalizers, Origin::NONE));
    }
    metadata.extend(namespace.cloned());
    let origin = |name| rendered.entry(name).map_or(Origin::NONE, |e| e.origin);
    let mut entries = vec![
        entry(
            "apiVersion",
            Data::str("argoproj.io/v1alpha1"),
            Origin::NONE,
        ),
        entry("kind", Data::str("Application"), Origin::NONE),
        entry("metadata", Data::map(metadata), origin("metadata")),
    ];
    entries.extend(taken(Some(rendered), &["spec", "operation"]));
    Data::map(entries)
}

fn taken(from: Option<&Data>, names: &[&str]) -> Vec<DataEntry> {
    let entries = names.iter().filter_map(|name| from?.entry(name));
    entries.filter(|e| e.value != Data::Null).cloned().collect()
}

pub(super) fn entry(key: &str, value: Data, origin: Origin) -> DataEntry {
    DataEntry {
        key: key.as_bytes().into(),
        value,
        origin,
    }
}
