//! Loads the charts of `fixtures/charts-load` and compares with what Helm said of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot prepare fails")]
#![expect(clippy::disallowed_methods, reason = "the test writes charts to load")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use evenkeel_chart::{Chart, HelmVersion, LoadOptions, load};
use evenkeel_diagnostics::{FileId, SourceMap};
use evenkeel_value::{Data, Map};

/// What "TEMPLATE" in a fixture stands for; only its being there matters.
const TEMPLATE: &str = "a: 1\n";
const CHART: &str = "apiVersion: v2\nname: c\nversion: 0.1.0\n";

#[test]
fn directories_load_as_in_helm() {
    let mut failures = Vec::new();
    for case in cases("directories.yaml") {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("chart");
        let mut files = BTreeMap::from([
            ("Chart.yaml".to_owned(), CHART.to_owned()),
            ("templates/v.yaml".to_owned(), TEMPLATE.to_owned()),
        ]);
        for entry in entries(case.get("files")) {
            match &entry.1 {
                Data::Null => files.remove(&entry.0),
                text => files.insert(entry.0, string(text)),
            };
        }
        fs::create_dir(&path).unwrap();
        for (name, text) in files {
            let file = path.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        failures.extend(compare(&case, &path));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn archives_load_as_in_helm() {
    let mut failures = Vec::new();
    for case in cases("archives.yaml") {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("chart.tgz");
        let format = case.get("format").map_or_else(String::new, string);
        let mut tar = Vec::new();
        for entry in items(case.get("entries")) {
            let [name, content] = &items(Some(&entry))[..] else {
                panic!("not a pair")
            };
            write_entry(&mut tar, &string(name), &string(content), &format);
        }
        tar.resize(tar.len() + 1024, 0);
        fs::write(&path, gzip(&tar)).unwrap();
        failures.extend(compare(&case, &path));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What differs between Helm's word on a case and ours, for each version.
fn compare(case: &Data, path: &Path) -> Vec<String> {
    let versions = [(HelmVersion::V4_3, "helm4"), (HelmVersion::V3_22, "helm3")];
    let mut failures = Vec::new();
    for (helm, key) in versions {
        let want = case
            .get(key)
            .or_else(|| case.get("want"))
            .expect("an expectation");
        let want: BTreeMap<_, _> = entries(Some(want))
            .into_iter()
            .map(|(k, v)| (k, string(&v)))
            .collect();
        let options = LoadOptions {
            helm,
            ..LoadOptions::default()
        };
        let mut got = BTreeMap::new();
        match load(path, &SourceMap::new(), &options) {
            Ok(chart) => describe(&chart, chart.name(), true, helm, &mut got),
            Err(error) => {
                let text = error
                    .native
                    .unwrap_or_else(|| format!("(ours) {}", error.message));
                let text = text.replace(&path.display().to_string(), "CHART");
                got.insert("error".to_owned(), text);
            }
        }
        // Helm's checks after loading are not this test's matter.
        let loaded_only = want.get("error").is_some_and(|text| {
            text.contains("missing in charts/ directory") || text.contains("not installable")
        });
        if want != got && !loaded_only {
            let name = case.get("name").map_or_else(String::new, string);
            failures.push(format!("{name} {key}\n  want {want:?}\n  got  {got:?}"));
        }
    }
    failures
}

/// The line that the recording template printed in every chart.
fn describe(
    chart: &Chart,
    path: &str,
    is_root: bool,
    helm: HelmVersion,
    out: &mut BTreeMap<String, String>,
) {
    let metadata = &chart.metadata;
    let files: BTreeMap<&str, usize> = chart
        .files
        .iter()
        .map(|file| (&*file.name, file.data().unwrap().len()))
        .collect();
    let files: String = files
        .iter()
        .map(|(name, size)| format!("{name}={size};"))
        .collect();
    let quoted = |text: &Arc<str>| format!("{:?}", &**text);
    let annotations = metadata
        .annotations
        .as_ref()
        .map_or("null".to_owned(), |map| {
            let pairs = map
                .iter()
                .map(|(key, value)| format!("{}:{}", quoted(key), quoted(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        });
    let keywords = match &metadata.keywords {
        None if helm.is_helm4() => "[]".to_owned(),
        None => "null".to_owned(),
        Some(list) => format!(
            "[{}]",
            list.iter().map(quoted).collect::<Vec<_>>().join(",")
        ),
    };
    let values = if is_root {
        root_values(chart)
    } else {
        String::new()
    };
    let line = [
        files,
        metadata.name.to_string(),
        metadata.version.to_string(),
        metadata.app_version.to_string(),
        metadata.chart_type.to_string(),
        metadata.description.to_string(),
        annotations,
        keywords,
        values,
    ];
    if chart
        .templates
        .iter()
        .any(|file| &*file.name == "templates/v.yaml")
    {
        out.insert(path.to_owned(), line.join("|"));
    }
    for sub in &chart.dependencies {
        describe(
            sub,
            &format!("{path}/charts/{}", sub.name()),
            false,
            helm,
            out,
        );
    }
}

/// The root's values as coalescing leaves them: every sub-chart gets its globals.
fn root_values(chart: &Chart) -> String {
    let values = chart.values.to_value();
    let map = values.as_map().unwrap();
    for sub in &chart.dependencies {
        let globals = Map::default();
        globals.insert("global", Map::default());
        map.insert(sub.name(), globals);
    }
    String::from_utf8(evenkeel_yaml::to_json(&values).unwrap()).unwrap()
}

fn cases(name: &str) -> Vec<Data> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/charts-load")
        .join(name);
    let text = fs::read(path).unwrap();
    items(Some(&evenkeel_yaml::decode(&text, FileId::NONE).unwrap()))
}

fn items(data: Option<&Data>) -> Vec<Data> {
    match data {
        Some(Data::List(items)) => items.iter().map(|item| item.value.clone()).collect(),
        _ => Vec::new(),
    }
}

fn entries(data: Option<&Data>) -> Vec<(String, Data)> {
    let Some(Data::Map(entries)) = data else {
        return Vec::new();
    };
    let key = |key: &[u8]| String::from_utf8_lossy(key).into_owned();
    entries
        .iter()
        .map(|entry| (key(&entry.key), entry.value.clone()))
        .collect()
}

fn string(data: &Data) -> String {
    let text = data.as_str().expect("a string");
    if text == "TEMPLATE" {
        TEMPLATE.to_owned()
    } else {
        text.to_owned()
    }
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// One tar entry; `-> target` as content makes a symbolic link.
fn write_entry(tar: &mut Vec<u8>, name: &str, content: &str, format: &str) {
    let long = name.len() > 100;
    match format {
        "gnu" if long => write_block(
            tar,
            "",
            "././@LongLink",
            b'L',
            format!("{name}\0").as_bytes(),
        ),
        "ustar" if long => {
            let at = name[..150.min(name.len())].rfind('/').unwrap();
            return write_block(tar, &name[..at], &name[at + 1..], b'0', content.as_bytes());
        }
        _ if long || !name.is_ascii() => {
            let record = |size: usize| format!("{size} path={name}\n");
            let mut size = record(0).len();
            while record(size).len() != size {
                size = record(size).len();
            }
            write_block(tar, "", "PaxHeader", b'x', record(size).as_bytes());
        }
        _ => {}
    }
    let short: String = name.chars().filter(char::is_ascii).take(100).collect();
    match content.strip_prefix("->") {
        Some(_) => write_block(tar, "", &short, b'2', b""),
        None => write_block(tar, "", &short, b'0', content.as_bytes()),
    }
}

fn write_block(tar: &mut Vec<u8>, prefix: &str, name: &str, kind: u8, content: &[u8]) {
    let mut block = [0; 512];
    let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(124, format!("{:011o}\0", content.len()).as_bytes());
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    put(345, prefix.as_bytes());
    let sum: u32 = block.iter().map(|&b| u32::from(b)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    tar.extend_from_slice(&block);
    tar.extend_from_slice(content);
    tar.resize(tar.len().next_multiple_of(512), 0);
}
