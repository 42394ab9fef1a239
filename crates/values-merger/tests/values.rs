//! Compares merged values with those that Helm gave its templates (`fixtures/values-merger`).

#![expect(clippy::unwrap_used, reason = "a test that cannot prepare fails")]
#![expect(clippy::disallowed_methods, reason = "the test writes charts to load")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use evenkeel_chart::{LoadOptions, load};
use evenkeel_diagnostics::{Diagnostic, FileId, SourceMap};
use evenkeel_value::{Data, Map, Value, ty};
use evenkeel_values_merger::{
    HelmVersion, Instance, ValueOptions, coalesce_values, process_dependencies, subchart_values,
    user_values,
};

const VERSIONS: [(HelmVersion, &str); 2] =
    [(HelmVersion::V4_3, "helm4"), (HelmVersion::V3_22, "helm3")];

#[test]
fn nulls_of_every_layer() {
    check_charts("nulls.yaml");
}

#[test]
fn dependencies() {
    check_charts("dependencies.yaml");
}

/// Lines of the fixture: flag, whether there is a base, argument, outcome in Helm 4 and in Helm 3.
#[test]
fn set_arguments() {
    let text = String::from_utf8(read("set.tsv")).unwrap();
    let mut failures = Vec::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [flag, base, argument, helm4, helm3] = fields[..] else {
            panic!("{line}")
        };
        for (helm, want) in [(HelmVersion::V4_3, helm4), (HelmVersion::V3_22, helm3)] {
            let got = set(flag, base == "1", argument, helm);
            if got != want {
                failures.push(format!("{helm:?} {line}\n  got {got}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Values below some of the arguments.
const BASE: &str = r#"{"a":{"b":{"c":1},"x":[1,null,[2],{"k":1}]},"b":[[1,2],{"a":1},null,"s"],"c":"str","é":null}"#;

fn set(flag: &str, base: bool, argument: &str, helm: HelmVersion) -> String {
    let mut options = ValueOptions::default();
    if base {
        options.files.push("base".to_owned());
    }
    let arguments = match flag {
        "0" => &mut options.set,
        "1" => &mut options.set_string,
        "2" => &mut options.set_file,
        "3" => &mut options.set_json,
        _ => &mut options.set_literal,
    };
    arguments.push(argument.to_owned());
    let mut reader = |name: &str| match name {
        "base" => Ok(Arc::from(BASE.as_bytes())),
        "w" => Err("open w: no".to_owned()),
        _ => Ok(Arc::from(format!("F({name})").as_bytes())),
    };
    match user_values(&options, &mut reader, &SourceMap::new(), helm) {
        Ok(values) => json(&values.data.to_value()),
        // Helm says nothing of what is wrong with JSON.
        Err(_) if flag == "3" => "E:".to_owned(),
        Err(error) => {
            let text = error.native.unwrap_or_default();
            let (_, cause) = text.split_once(" data: ").unwrap_or(("", &text));
            format!("E:{cause}")
        }
    }
}

fn check_charts(fixture: &str) {
    let cases = evenkeel_yaml::decode(&read(fixture), FileId::NONE).unwrap();
    let Data::List(cases) = cases else {
        panic!("a list of cases")
    };
    let mut failures = Vec::new();
    for case in cases.iter().map(|item| &item.value) {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in strings(case.get("files").unwrap()) {
            let file = directory.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        for (helm, key) in VERSIONS {
            let want = case.get(key).or_else(|| case.get("want")).unwrap();
            let got = render(directory.path(), case, helm).unwrap_or_else(|error| {
                BTreeMap::from([("error".to_owned(), error.native.unwrap_or(error.message))])
            });
            let name = case.get("name").and_then(Data::as_str).unwrap_or_default();
            failures.extend(differences(&strings(want), &got).map(|d| format!("{name} {key} {d}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn differences<'a>(
    want: &'a BTreeMap<String, String>,
    got: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = String> + 'a {
    let charts = want
        .keys()
        .chain(got.keys().filter(|chart| !want.contains_key(*chart)));
    charts
        .filter(|chart| want.get(*chart) != got.get(*chart))
        .map(|chart| {
            format!(
                "{chart}\n  want {:?}\n  got  {:?}",
                want.get(chart),
                got.get(chart)
            )
        })
}

/// The values of every chart, by its path.
fn render(
    path: &Path,
    case: &Data,
    helm: HelmVersion,
) -> Result<BTreeMap<String, String>, Diagnostic> {
    let mut options = ValueOptions::default();
    let user = case.get("user").and_then(Data::as_str);
    options.files.extend(user.map(|_| "user.yaml".to_owned()));
    if let Some(Data::List(set)) = case.get("set") {
        let text = |data: &Data| data.as_str().unwrap_or_default().to_owned();
        options.set = set.iter().map(|item| text(&item.value)).collect();
    }
    let mut reader = |_: &str| Ok(Arc::from(user.unwrap_or_default().as_bytes()));
    let sources = SourceMap::new();
    let user = user_values(&options, &mut reader, &sources, helm)?;
    let chart = load(
        path,
        &sources,
        &LoadOptions {
            helm,
            ..LoadOptions::default()
        },
    )?;
    let root = process_dependencies(&Arc::new(chart), &user.data, helm)?;
    let values = coalesce_values(&root, &user.data, helm)?;
    let mut out = BTreeMap::new();
    describe(&root, values, &mut out);
    Ok(out)
}

/// Of two charts with one path (aliases, in Helm 3) the later is rendered.
fn describe(instance: &Instance, values: Map, out: &mut BTreeMap<String, String>) {
    for sub in &instance.dependencies {
        let values = subchart_values(&values, sub.name(), ty::MAP).unwrap_or_default();
        describe(sub, values, out);
    }
    out.insert(instance.full_path.to_string(), json(&Value::Map(values)));
}

fn json(value: &Value) -> String {
    String::from_utf8(evenkeel_yaml::to_json(value).unwrap()).unwrap()
}

fn strings(data: &Data) -> BTreeMap<String, String> {
    let Data::Map(entries) = data else {
        panic!("a map of strings")
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pair = |entry: &evenkeel_value::DataEntry| {
        (
            text(&entry.key),
            entry.value.as_str().unwrap_or_default().to_owned(),
        )
    };
    entries.iter().map(pair).collect()
}

fn read(name: &str) -> Vec<u8> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/values-merger");
    fs::read(fixtures.join(name)).unwrap()
}
