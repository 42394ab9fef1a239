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

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;
    use evenkeel_diff::ObjectIndex;
    use evenkeel_manifest::Identity;

    use super::*;
    use crate::Golden;

    fn app(texts: &[&str]) -> App {
        let objects = texts.iter().map(|text| {
            let decoded = yaml::decode(text.as_bytes(), FileId::NONE).expect("YAML");
            Object {
                identity: Identity::of(&decoded),
                data: data(&decoded),
                index: ObjectIndex::default(),
                is_followed: false,
            }
        });
        App {
            name: "web".to_owned(),
            objects: objects.collect(),
        }
    }

    #[test]
    fn objects_and_keys_have_an_order_and_texts_their_lines() {
        let mut app = app(&[
            "{z: 1, kind: Zebra, metadata: {name: a}, apiVersion: v1}",
            "{kind: Service, metadata: {name: b}, ports: [1000690000, 1.5]}",
            "{kind: Service, metadata: {name: a}}",
            "{kind: ConfigMap, data: {run.sh: \"#!/bin/sh\\nexit 0\\n\", b: '2', a: x}}",
        ]);
        sort(&mut app.objects);
        let text = String::from_utf8(text(&app, "prod")).expect("UTF-8");
        let (_, text) = text.split_once('\n').expect("a first line");
        assert_eq!(
            text,
            "\
---
kind: ConfigMap
data:
  a: x
  b: \"2\"
  run.sh: |
    #!/bin/sh
    exit 0
---
kind: Service
metadata:
  name: a
---
kind: Service
metadata:
  name: b
ports:
  - 1000690000
  - 1.5
---
apiVersion: v1
kind: Zebra
metadata:
  name: a
z: 1
"
        );
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let texts = [
            "yes",
            "on",
            "y",
            "null",
            "~",
            "",
            "012",
            "0x1F",
            "0o17",
            "0b1",
            "1_000",
            "1e3",
            ".5",
            "2024-01-01",
            "1:20",
            "=",
            "<<",
            "!x",
            "a: b",
            "# c",
            "- d",
            " e ",
            "f\tg",
            "a\n b\n",
            "\n",
            "x \ny",
            "é\u{7f}",
            "1000690000",
            "-0",
            "+1",
            ".inf",
            "NaN",
            "true",
        ];
        let values = texts.iter().map(|text| DataItem {
            value: Data::str(text),
            origin: Default::default(),
        });
        let mut app = app(&["{kind: ConfigMap, metadata: {name: a}}"]);
        let Data::Map(entries) = &app.objects[0].data else {
            panic!("a map");
        };
        let mut entries = entries.to_vec();
        entries.push(DataEntry {
            key: b"data".as_slice().into(),
            value: Data::List(values.collect()),
            origin: Default::default(),
        });
        app.objects[0].data = Data::map(entries);
        let text = text(&app, "prod");
        let read = Golden::read("prod/web.yaml", &text).expect("is what we wrote");
        assert_eq!(read.app.name, "web");
        assert_eq!(read.app.objects[0].data, app.objects[0].data);
    }
}
