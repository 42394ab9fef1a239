//! Files that are left on disk until somebody asks for them.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare fails")]
#![expect(clippy::disallowed_methods, reason = "the test writes charts to load")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use evenkeel_chart::{Chart, LoadOptions, load};
use evenkeel_diagnostics::{Diagnostic, SourceMap};

/// Loads a chart with `files`, lets `then` change its directory, and gives the files as they are read.
fn check(files: &[(&str, &str)], then: impl Fn(&Path), want: &[&str]) {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("c");
    let metadata = ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n");
    for (name, text) in files.iter().chain([&metadata]) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let options = LoadOptions {
        defer_files: true,
        ..LoadOptions::default()
    };
    let chart = load(&root, &SourceMap::new(), &options).unwrap();
    then(&root);
    let got: Vec<String> = contents(&chart)
        .map(|data| match data {
            Ok(data) => String::from_utf8_lossy(&data).into_owned(),
            Err(error) => error.native.unwrap(),
        })
        .map(|text| text.replace(&root.display().to_string(), "ROOT"))
        .collect();
    assert_eq!(got, want);
}

/// The chart's templates and other files, then those of its dependencies.
fn contents(chart: &Chart) -> Box<dyn Iterator<Item = Result<Arc<[u8]>, Diagnostic>> + '_> {
    let templates = chart
        .templates
        .iter()
        .map(|file| Ok(Arc::clone(file.data())));
    let files = chart.files.iter().map(|file| file.data().cloned());
    let dependencies = chart.dependencies.iter().flat_map(|chart| contents(chart));
    Box::new(templates.chain(files).chain(dependencies))
}

#[test]
fn a_file_is_read_when_it_is_asked_for() {
    let late = |root: &Path| fs::write(root.join("a.txt"), "two").unwrap();
    check(&[("a.txt", "one")], late, &["two"]);
}

#[test]
fn no_more_is_read_than_the_budget_was_charged_with() {
    let late = |root: &Path| fs::write(root.join("a.txt"), "two and more").unwrap();
    check(&[("a.txt", "one")], late, &["two"]);
}

#[test]
fn a_byte_order_mark_is_left_out() {
    check(&[("a.txt", "\u{feff}one")], |_| {}, &["one"]);
}

#[test]
fn a_file_that_is_gone_fails_as_if_it_were_loaded() {
    let late = |root: &Path| fs::remove_file(root.join("a.txt")).unwrap();
    let want = "error reading a.txt: open ROOT/a.txt: no such file or directory";
    check(&[("a.txt", "one")], late, &[want]);
}

#[test]
fn what_loading_looks_into_is_at_hand() {
    let files = [
        ("templates/a.yaml", "template"),
        ("jinja/a.yaml", "jinja"),
        (
            "charts/d/Chart.yaml",
            "apiVersion: v2\nname: d\nversion: 0.1.0\n",
        ),
        ("charts/d/templates/a.yaml", "inner"),
    ];
    let late = |root: &Path| fs::remove_dir_all(root).unwrap();
    check(&files, late, &["template", "jinja", "inner"]);
}
