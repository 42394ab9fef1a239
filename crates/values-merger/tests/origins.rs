//! Every leaf of merged values knows where it was written.

#![expect(clippy::unwrap_used, reason = "a test that cannot prepare fails")]
#![expect(clippy::disallowed_methods, reason = "the test writes charts to load")]

use std::fs;
use std::sync::Arc;

use evenkeel_chart::{LoadOptions, load};
use evenkeel_diagnostics::SourceMap;
use evenkeel_value::Map;
use evenkeel_values_merger::{
    HelmVersion, Instance, Speaker, UserValues, ValueOptions, coalesce_values, explain,
    process_dependencies, user_values,
};

const USER: &str = "a:\n  b: 2\nsub:\n  x: 3\nglobal: {g: 4}\n";

struct Setup {
    sources: SourceMap,
    user: UserValues,
    root: Instance,
    values: Map,
    folder: String,
}

fn setup() -> Setup {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::create_dir_all(path.join("charts/sub")).unwrap();
    let chart = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
    fs::write(path.join("Chart.yaml"), chart("root")).unwrap();
    fs::write(
        path.join("values.yaml"),
        "a: {b: 1, c: 1}\nsub: {x: 1, w: 1}\n",
    )
    .unwrap();
    fs::write(path.join("charts/sub/Chart.yaml"), chart("sub")).unwrap();
    fs::write(
        path.join("charts/sub/values.yaml"),
        "x: 0\n\nz: 0\nglobal: {g: 0, h: 0}\n",
    )
    .unwrap();
    let sources = SourceMap::new();
    let options = ValueOptions {
        files: vec!["user.yaml".to_owned()],
        set: vec!["n=1,a.d.e=5".to_owned()],
        set_json: vec![r#"j={"k": [7]}"#.to_owned()],
        ..ValueOptions::default()
    };
    let helm = HelmVersion::V4_3;
    let mut reader = |_: &str| Ok(Arc::from(USER.as_bytes()));
    let user = user_values(&options, &mut reader, &sources, helm).unwrap();
    let chart = Arc::new(load(path, &sources, &LoadOptions::default()).unwrap());
    let root = process_dependencies(&chart, &user.data, helm).unwrap();
    let values = coalesce_values(&root, &user.data, helm).unwrap();
    Setup {
        sources,
        user,
        root,
        values,
        folder: path.display().to_string(),
    }
}

impl Setup {
    fn origin(&self, path: &str) -> String {
        let (holder, key) = path.rsplit_once('.').unwrap_or(("", path));
        let mut map = self.values.clone();
        for part in holder.split('.').filter(|part| !part.is_empty()) {
            map = map.get(part.as_bytes()).unwrap().as_map().unwrap().clone();
        }
        let origin = map.origin(key.as_bytes()).unwrap();
        let place = self
            .sources
            .locate(origin.file, origin.offset)
            .unwrap_or_default();
        place.replace(&self.folder, "chart")
    }
}

#[test]
fn winners_keep_their_origin() {
    let setup = setup();
    for (path, want) in [
        ("a.b", "user.yaml:2:3"),
        ("a.c", "chart/values.yaml:1:11"),
        ("a.d.e", "--set:1:9"),
        ("n", "--set:1:1"),
        ("j", "--set-json:1:1"),
        ("j.k", "--set-json:1:4"),
        ("sub.x", "user.yaml:4:3"),
        ("sub.w", "chart/values.yaml:2:13"),
        ("sub.z", "chart/charts/sub/values.yaml:3:1"),
        ("sub.global.g", "user.yaml:5:10"),
        ("sub.global.h", "chart/charts/sub/values.yaml:4:16"),
    ] {
        assert_eq!(setup.origin(path), want, "{path}");
    }
}

#[test]
fn explain_lists_winners_first() {
    let setup = setup();
    let check = |path: &[&str], want: &[&str]| {
        let opinions = explain(&setup.root, &setup.user, path, HelmVersion::V4_3);
        let shown = opinions.iter().map(|opinion| {
            let place = setup
                .sources
                .locate(opinion.origin.file, opinion.origin.offset);
            let place = place.unwrap_or_default().replace(&setup.folder, "chart");
            match &opinion.speaker {
                Speaker::User(kind) => format!("{} {place}", kind.flag()),
                Speaker::Chart(name) => format!("{name} {place}"),
            }
        });
        assert_eq!(shown.collect::<Vec<_>>(), want, "{path:?}");
    };
    check(
        &["sub", "x"],
        &[
            "-f user.yaml:4:3",
            "root chart/values.yaml:2:7",
            "root/charts/sub chart/charts/sub/values.yaml:1:1",
        ],
    );
    check(
        &["sub", "global", "g"],
        &[
            "-f user.yaml:5:10",
            "root/charts/sub chart/charts/sub/values.yaml:4:10",
        ],
    );
    check(&["a", "d", "e"], &["--set --set:1:9"]);
    check(&["j", "k", "0"], &["--set-json --set-json:1:10"]);
    check(&["nope"], &[]);
}

#[test]
fn charts_and_user_values_cross_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<evenkeel_chart::Chart>();
    shared::<UserValues>();
}
