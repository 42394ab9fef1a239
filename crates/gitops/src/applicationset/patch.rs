//! `templatePatch`: `applyTemplatePatch` with the strategic merge patch of `k8s.io/apimachinery`.
//!
//! Of the lists of an Application only `metadata.finalizers` merge; all others are replaced. The path of the field
//! at hand decides, for there are no other types in the way.

use std::sync::Arc;

use evenkeel_diagnostics::{FileId, Origin};
use evenkeel_value::{Data, DataEntry, DataItem, number};
use evenkeel_yaml as yaml;

use super::failure::{Failure, PATCH};
use super::fields;
use super::leaf::lossy;

const DIRECTIVE: &[u8] = b"$patch";
const RETAIN_KEYS: &[u8] = b"$retainKeys";
const SET_ORDER: &[u8] = b"$setElementOrder/";
const DELETE_FROM: &[u8] = b"$deleteFromPrimitiveList/";

/// The Application with a rendered patch applied. `file` is the patch's text, `at` where it is written.
pub(super) fn apply(
    application: &Data,
    text: &[u8],
    file: FileId,
    at: Origin,
) -> Result<Data, Failure> {
    let patch = decode(text, file, at)?;
    let shown = shown(text, &patch);
    let patch = match patch {
        Data::Null => return Ok(application.clone()),
        Data::Map(entries) => entries,
        other => {
            let kind = other.json_kind();
            let text = format!(
                "invalid templatePatch {}: json: cannot unmarshal {kind} into Go value of type \
                 v1alpha1.Application",
                number::quote(&shown)
            );
            return Err(Failure::of(PATCH, text, at));
        }
    };
    if let Some(wrong) = fields::mismatch(&patch) {
        let words = format!("invalid templatePatch {}: ", number::quote(&shown));
        return Err(Failure::of(PATCH, wrong.text, wrong.origin).within(&words));
    }
    let Data::Map(original) = application else {
        return Ok(application.clone());
    };
    let merged = merge_maps(original, &patch, Place::Typed).map_err(|failure| {
        failure.coded(PATCH).within(&format!(
            "error while applying templatePatch template to json {}: ",
            number::quote(&shown)
        ))
    })?;
    Ok(with_project(merged, application))
}

fn is_json(text: &[u8]) -> bool {
    text.trim_ascii().first() == Some(&b'{')
}

/// The patch in messages: the JSON that it is turned into.
fn shown(text: &[u8], patch: &Data) -> Vec<u8> {
    let json = (!is_json(text)).then(|| yaml::to_json(&patch.to_value()).ok());
    json.flatten().unwrap_or_else(|| text.to_vec())
}

/// JSON if it begins like it, else YAML.
fn decode(text: &[u8], file: FileId, at: Origin) -> Result<Data, Failure> {
    let json = is_json(text);
    let data = if json {
        yaml::json::decode(text, file)
    } else {
        yaml::decode(text, file)
    };
    data.map_err(|mut error| {
        // Argo CD uses the conversion without the words around it.
        if let Some(text) = error.text().strip_prefix("error converting YAML to JSON: ") {
            error = yaml::Error::new(error.kind(), text).at(error.span());
        }
        let words = if json {
            "invalid templatePatch"
        } else {
            "error while converting template to json"
        };
        Failure::yaml(&error, at)
            .coded(PATCH)
            .within(&format!("{words} {}: ", number::quote(text)))
    })
}

/// A patch does not change the project, lest it escape it.
fn with_project(merged: Vec<DataEntry>, application: &Data) -> Data {
    let project = application
        .get("spec")
        .and_then(|spec| spec.entry("project"));
    let change = |mut entry: DataEntry| {
        if entry.key.as_ref() == b"spec"
            && let Data::Map(spec) = &entry.value
        {
            let others = spec.iter().filter(|field| field.key.as_ref() != b"project");
            entry.value = Data::map(others.chain(project).cloned().collect());
        }
        entry
    };
    Data::map(merged.into_iter().map(change).collect())
}

/// Where the maps at hand stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Fields with types.
    Typed,
    /// The metadata, whose finalizers merge.
    Metadata,
    /// Within `valuesObject`, of whose fields Kubernetes knows nothing.
    Raw,
}

fn merge_maps(
    original: &[DataEntry],
    patch: &[DataEntry],
    place: Place,
) -> Result<Vec<DataEntry>, Failure> {
    let find = |key: &[u8]| patch.iter().find(|entry| entry.key.as_ref() == key);
    if let Some(directive) = find(DIRECTIVE) {
        return directed(directive, patch);
    }
    let mut merged = original.to_vec();
    if let Some(retain) = find(RETAIN_KEYS)
        && let Data::List(keys) = &retain.value
    {
        merged.retain(|entry| keys.iter().any(|k| k.value == Data::Str(entry.key.clone())));
    }
    for entry in patch {
        if entry.key.as_ref() == RETAIN_KEYS || entry.key.starts_with(SET_ORDER) {
            continue;
        }
        if let Some(name) = entry.key.strip_prefix(DELETE_FROM) {
            delete_from(&mut merged, name, &entry.value);
            continue;
        }
        let known = merged.iter().position(|known| known.key == entry.key);
        let value = match known.map(|index| &merged[index].value) {
            _ if entry.value == Data::Null => None,
            Some(old) => merge_values(old, entry, place)?,
            None => without_directives(&entry.value),
        };
        match (known, value) {
            (Some(index), Some(value)) => {
                let kept = matches!((&merged[index].value, &value), (Data::Map(_), Data::Map(_)));
                merged[index].value = value;
                if !kept {
                    merged[index].origin = entry.origin;
                }
            }
            (Some(index), None) => drop(merged.remove(index)),
            (None, Some(value)) => merged.push(DataEntry {
                value,
                ..entry.clone()
            }),
            (None, None) => {}
        }
    }
    merged.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(merged)
}

/// `$patch: replace` and `$patch: delete`.
fn directed(directive: &DataEntry, patch: &[DataEntry]) -> Result<Vec<DataEntry>, Failure> {
    match directive.value.as_str() {
        Some("replace") => {
            let others = patch.iter().filter(|entry| entry.key != directive.key);
            Ok(others.cloned().collect())
        }
        Some("delete") => Ok(Vec::new()),
        _ => {
            let text = "unknown $patch directive: it is replace or delete";
            Err(Failure::new(text, directive.origin))
        }
    }
}

fn merge_values(old: &Data, entry: &DataEntry, place: Place) -> Result<Option<Data>, Failure> {
    let raw = |key: &[u8]| {
        let text = format!(
            "unable to find api field in struct RawExtension for the json field {}",
            number::quote(key)
        );
        let help = "a templatePatch cannot merge into maps and lists within valuesObject; state all of it in one \
                    of template and patch, or use values, which is text";
        Failure::new(text, entry.origin).with_help(help)
    };
    match (old, &entry.value) {
        (Data::Map(_), Data::Map(_)) | (Data::List(_), Data::List(_)) if place == Place::Raw => {
            Err(raw(&entry.key))
        }
        (Data::Map(old), Data::Map(new)) => {
            let place = match entry.key.as_ref() {
                b"valuesObject" => Place::Raw,
                b"metadata" => Place::Metadata,
                _ => Place::Typed,
            };
            Ok(Some(Data::map(merge_maps(old, new, place)?)))
        }
        (Data::List(old), Data::List(new))
            if place == Place::Metadata && entry.key.as_ref() == b"finalizers" =>
        {
            Ok(Some(merge_finalizers(old, new)))
        }
        (Data::List(_), Data::List(_)) => Ok(Some(entry.value.clone())),
        _ => Ok(without_directives(&entry.value)),
    }
}

/// Strings that merge (`mergeSlice`, `mergeSortedSlice`): each list keeps its order, and those of the patch come
/// first, but after those that stood before them.
fn merge_finalizers(old: &[DataItem], new: &[DataItem]) -> Data {
    let place = |item: &DataItem| old.iter().position(|known| known == item);
    let mut kept = old.iter().filter(|item| !new.contains(item)).peekable();
    let mut merged: Vec<DataItem> = Vec::new();
    for item in new {
        while let (Some(before), Some(at)) = (kept.peek(), place(item)) {
            if place(before).is_none_or(|known| known > at) {
                break;
            }
            merged.extend(kept.next().cloned());
        }
        if !merged.contains(item) {
            merged.push(item.clone());
        }
    }
    merged.extend(kept.cloned());
    Data::List(merged.into())
}

fn delete_from(merged: &mut [DataEntry], name: &[u8], gone: &Data) {
    let Data::List(gone) = gone else {
        return;
    };
    for entry in merged.iter_mut().filter(|entry| entry.key.as_ref() == name) {
        if let Data::List(items) = &entry.value {
            let kept = items.iter().filter(|item| !gone.contains(item));
            entry.value = Data::List(kept.cloned().collect());
        }
    }
}

/// A value of the patch that meets none: without nulls, and without what only says how to merge.
fn without_directives(data: &Data) -> Option<Data> {
    match data {
        Data::Map(entries) => {
            if entries.iter().any(|entry| entry.key.as_ref() == DIRECTIVE) {
                return None;
            }
            let kept = entries.iter().filter(|entry| entry.value != Data::Null);
            let kept = kept.filter_map(|entry| {
                Some(DataEntry {
                    value: without_directives(&entry.value)?,
                    ..entry.clone()
                })
            });
            Some(Data::Map(kept.collect()))
        }
        Data::List(items) => {
            let kept = items.iter().filter_map(|item| {
                Some(DataItem {
                    value: without_directives(&item.value)?,
                    ..item.clone()
                })
            });
            Some(Data::List(kept.collect::<Arc<[_]>>()))
        }
        other => Some(other.clone()),
    }
}

/// Names a patch in messages and places.
pub(super) fn title(application: &Data) -> String {
    let name = application
        .get("metadata")
        .and_then(|metadata| metadata.get("name"));
    match name {
        Some(Data::Str(name)) => format!("templatePatch of {}", lossy(name)),
        _ => "templatePatch".to_owned(),
    }
}
