//! The Argo CD chain of this repository renders as Helm renders each of its Applications by hand:
//! `fixtures/golden`, recorded by `cargo xtask oracle --chain --record`.

#![expect(clippy::disallowed_methods, reason = "a test that reads goldens")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use evenkeel_project::{Project, RenderOptions, outputs};
use similar::TextDiff;

#[test]
fn every_application_renders_as_helm_renders_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let project = Project::open(&root);
    let names = project.choose_envs("all").expect("there are environments");
    let environments = project.render(&names, &RenderOptions::default());
    let rendered: BTreeMap<String, Vec<u8>> = environments.iter().flat_map(outputs).collect();
    let goldens = goldens(&root.join("fixtures/golden"), &names);
    let all: BTreeSet<&String> = rendered.keys().chain(goldens.keys()).collect();
    for name in all {
        let text = |outputs: &BTreeMap<String, Vec<u8>>| {
            let text = outputs.get(name).cloned().unwrap_or_default();
            String::from_utf8(text).expect("text")
        };
        let (want, got) = (text(&goldens), text(&rendered));
        let diff = TextDiff::from_lines(&want, &got);
        let diff = diff.unified_diff().header("helm", "ours").to_string();
        assert!(want == got, "{name}\n{diff}");
    }
}

fn goldens(directory: &Path, envs: &[String]) -> BTreeMap<String, Vec<u8>> {
    let folders = envs.iter().flat_map(|env| {
        let folder = directory.join(env);
        let entries = std::fs::read_dir(folder).expect("the environment is recorded");
        entries.map(move |entry| (env, entry.expect("a golden")))
    });
    let files = folders.map(|(env, entry)| {
        let name = format!("{env}/{}", entry.file_name().to_string_lossy());
        (name, std::fs::read(entry.path()).expect("it can be read"))
    });
    files.collect()
}
