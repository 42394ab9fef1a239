//! One text for all that means the same.

use std::sync::Arc;

use evenkeel_diff::{App, Object};
use evenkeel_manifest::install_rank;
use evenkeel_value::{Data, DataEntry, DataItem};
use evenkeel_yaml as yaml;

use super::files::BEGIN;

/// The keys that an object begins with. The others follow by name, as all keys below do.
const FIRST: &[&str] = &["apiVersion", "kind", "metadata"];

/// Numbers that a float holds exactly.
const EXACT: f64 = 9e15;

/// Sorts objects by the order in which Helm installs kinds, then by namespace and name.
pub(super) fn sort(objects: &mut [Object]) {
    objects.sort_by(|a, b| {
        let key = |object: &Object| object.identity.clone();
        let (a, b) = (key(a), key(b));
        let rank = install_rank(&a.kind).cmp(&install_rank(&b.kind));
        rank.then_with(|| (a.namespace, a.name, a.group).cmp(&(b.namespace, b.name, b.group)))
    });
}

/// The file of an Application: its objects, as documents.
pub(super) fn text(app: &App, env: &str) -> Vec<u8> {
    let mut text = format!("# {BEGIN}: what {} of {env} deploys.\n", app.name).into_bytes();
    for object in &app.objects {
        text.extend_from_slice(b"---\n");
        text.extend(document(&object.data));
    }
    text
}

fn document(data: &Data) -> Vec<u8> {
    let Data::Map(entries) = data else {
        return written(data);
    };
    let first = FIRST.iter().filter_map(|key| data.entry(key));
    let rest = entries
        .iter()
        .filter(|entry| !FIRST.iter().any(|key| entry.key.as_ref() == key.as_bytes()));
    first
        .chain(rest)
        .flat_map(|entry| written(&Data::map(vec![entry.clone()])))
        .collect()
}

/// Block style, indented by two, texts of several lines as such.
fn written(data: &Data) -> Vec<u8> {
    // Decoded data is neither too deep nor of a type that YAML does not know.
    yaml::to_yaml_pretty(&data.to_value()).unwrap_or_default()
}

/// Data whose whole numbers are integers: how they are written makes no difference.
pub(super) fn data(data: &Data) -> Data {
    match data {
        Data::Float(n) if n.fract() == 0.0 && n.abs() < EXACT => Data::Int(*n as i64),
        Data::List(items) => {
            let items = items.iter().map(|item| DataItem {
                value: self::data(&item.value),
                origin: item.origin,
            });
            Data::List(items.collect())
        }
        Data::Map(entries) => {
            let entries = entries.iter().map(|entry| DataEntry {
                key: Arc::clone(&entry.key),
                value: self::data(&entry.value),
                origin: entry.origin,
            });
            Data::Map(entries.collect())
        }
        other => other.clone(),
    }
}
