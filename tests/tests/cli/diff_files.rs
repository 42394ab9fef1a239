//! `evenkeel diff A B` on files that are broken, hostile, huge or not what one expects: a correct answer or a clear
//! error, never a crash.

use evenkeel_tests::edits::{Found, found_in_json};

use crate::workdir::Workdir;

const WEB: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  a: one\n";

fn dir() -> Workdir {
    Workdir::chart(&[])
}

/// Compares `before` and `after` of the directory, and gives the changes as text.
#[track_caller]
fn changes(dir: &Workdir, before: &str, after: &str) -> Vec<String> {
    let ran = dir.run(&format!("diff {before} {after} --format json"));
    let found = found_in_json(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.stderr));
    assert_eq!(ran.code, u8::from(!found.is_empty()), "{}", ran.stderr);
    found.iter().map(Found::to_string).collect()
}

/// Whichever side a file is on, the comparison fails and says these.
#[track_caller]
fn refused(text: impl AsRef<[u8]>, messages: &[&str]) {
    let dir = dir();
    dir.write("web.yaml", WEB).write("bad.yaml", text);
    dir.run("diff @bad.yaml @web.yaml").fails(2, messages);
    dir.run("diff @web.yaml @bad.yaml").fails(2, messages);
}

#[test]
fn a_binary_file_is_refused() {
    refused(
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe",
        &["@bad.yaml"],
    );
    refused(b"\x00\x01\x02\x03", &["@bad.yaml"]);
}

#[test]
fn invalid_yaml_is_located_in_its_file() {
    refused(
        "kind: ConfigMap\nmetadata:\n  name: a: b\n",
        &["@bad.yaml:3:"],
    );
    // Lines count from the beginning of the file, not of the document.
    refused(
        format!("{WEB}---\nkind: [Secret\nmetadata: {{}}\n"),
        &["@bad.yaml:"],
    );
    refused(
        format!("{WEB}---\nkind: Secret\nmetadata:\n\tname: a\n"),
        &["@bad.yaml:10:"],
    );
}

#[test]
fn templates_that_are_not_rendered_are_refused() {
    refused(
        "kind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n",
        &["@bad.yaml:3:"],
    );
}

#[test]
fn empty_files_have_no_objects() {
    let dir = dir();
    dir.write("empty.yaml", "").write("web.yaml", WEB);
    dir.write("comments.yaml", "# nothing\n---\n---\n# at all\n");
    assert_eq!(changes(&dir, "@empty.yaml", "@comments.yaml"), [""; 0]);
    assert_eq!(
        changes(&dir, "@empty.yaml", "@web.yaml"),
        ["added /ConfigMap//web "]
    );
    assert_eq!(
        changes(&dir, "@web.yaml", "@comments.yaml"),
        ["removed /ConfigMap//web "]
    );
}

#[test]
fn documents_that_are_no_objects_are_data_all_the_same() {
    let dir = dir();
    let one = |before: &str, after: &str| {
        dir.write("a.yaml", before).write("b.yaml", after);
        let changes = changes(&dir, "@a.yaml", "@b.yaml");
        assert_eq!(changes.len(), 1, "{changes:?}");
        changes[0].clone()
    };
    assert!(one("a: 1\nb: 2\n", "a: 1\nb: 3\n").ends_with(" b"));
    assert!(one("- 1\n- 2\n", "- 1\n- 3\n").ends_with(" [1]"));
    assert!(one("just words\n", "other words\n").starts_with("changed "));
    one("just words\n", "a: 1\nb: 2\n");
}

#[test]
fn what_is_not_there_is_named() {
    let dir = dir();
    dir.write("web.yaml", WEB);
    dir.run("diff @web.yaml @none.yaml")
        .fails(2, &["@none.yaml"]);
    dir.run("diff @none.yaml @web.yaml")
        .fails(2, &["@none.yaml"]);
    dir.run("diff @none/ @web.yaml").fails(2, &["@none"]);
}

#[test]
fn a_folder_may_be_compared_with_a_file() {
    let dir = dir();
    dir.write("web.yaml", WEB);
    dir.write("folder/deep/web.yml", WEB.replace("one", "two"));
    dir.write("folder/README.md", "# No manifest: [\n");
    assert_eq!(
        changes(&dir, "@web.yaml", "@folder"),
        ["changed /ConfigMap//web data.a"]
    );
    assert_eq!(changes(&dir, "@folder", "@folder/deep/web.yml"), [""; 0]);
}

#[cfg(unix)]
#[test]
fn folders_may_hold_themselves() {
    let dir = dir();
    dir.write("web.yaml", WEB).write("folder/web.yaml", WEB);
    std::os::unix::fs::symlink(dir.path("folder"), dir.path("folder/again")).expect("can be made");
    let ran = dir.run("diff @web.yaml @folder");
    assert!(
        ran.code == 0 || (ran.code == 2 && ran.stderr.contains("again")),
        "{ran:?}"
    );
}

#[test]
fn one_identity_may_come_often() {
    let dir = dir();
    let many = |values: &[&str]| -> String {
        let documents: Vec<String> = values
            .iter()
            .map(|value| WEB.replace("one", value))
            .collect();
        documents.join("---\n")
    };
    dir.write("a.yaml", many(&["x", "y", "z"]))
        .write("b.yaml", many(&["z", "x", "y"]));
    dir.write("c.yaml", many(&["z"]))
        .write("d.yaml", many(&["x", "w", "z"]));
    assert_eq!(changes(&dir, "@a.yaml", "@b.yaml"), [""; 0]);
    assert_eq!(
        changes(&dir, "@a.yaml", "@c.yaml"),
        ["removed /ConfigMap//web "; 2]
    );
    assert_eq!(
        changes(&dir, "@a.yaml", "@d.yaml"),
        ["changed /ConfigMap//web data.a"]
    );
}

#[test]
fn there_may_be_thousands_of_changes() {
    let dir = dir();
    let data = |value: &str| -> String {
        let lines = (0..5_000).map(|i| format!("  key-{i}: {value}\n"));
        WEB.replace("  a: one\n", &lines.collect::<String>())
    };
    dir.write("a.yaml", data("x")).write("b.yaml", data("y"));
    assert_eq!(changes(&dir, "@a.yaml", "@b.yaml").len(), 5_000);
    let list = |from: usize| -> String {
        let items = (from..from + 20_000).map(|i| format!("  - item-{i}\n"));
        format!(
            "apiVersion: v1\nkind: A\nmetadata:\n  name: a\nargs:\n{}",
            items.collect::<String>()
        )
    };
    dir.write("c.yaml", list(0)).write("d.yaml", list(10_000));
    assert_eq!(changes(&dir, "@c.yaml", "@d.yaml").len(), 20_000);
}

#[test]
fn nesting_has_a_limit() {
    let brackets = "[".repeat(100_000) + &"]".repeat(100_000);
    refused(
        format!("kind: A\nmetadata:\n  name: a\ndeep: {brackets}\n"),
        &["@bad.yaml"],
    );
    refused(
        format!(
            "kind: A\nmetadata:\n  name: a\ndeep: {}\n",
            "[".repeat(100_000)
        ),
        &["@bad.yaml"],
    );
    // Within a string it is text like any other.
    let dir = dir();
    let text = |end: &str| WEB.replace("one", &format!("'{brackets}{end}'"));
    dir.write("a.yaml", text("")).write("b.yaml", text(" "));
    assert_eq!(
        changes(&dir, "@a.yaml", "@b.yaml"),
        ["changed /ConfigMap//web data.a"]
    );
}

#[test]
fn aliases_have_a_limit() {
    let mut bomb = String::from("kind: A\nmetadata:\n  name: a\nx0: &x0 [a,a,a,a,a,a,a,a,a,a]\n");
    for i in 1..12 {
        let list = vec![format!("*x{}", i - 1); 10].join(",");
        bomb.push_str(&format!("x{i}: &x{i} [{list}]\n"));
    }
    refused(bomb, &["@bad.yaml"]);
    refused("kind: A\nmetadata: &m\n  name: *m\n", &["@bad.yaml"]);
}

#[test]
#[ignore = "writes 200 MB; run it by name"]
fn a_document_may_have_100_mb() {
    let dir = dir();
    let line = "x".repeat(90);
    let data = |last: &str| -> String {
        let lines = (0..1_000_000).map(|i| format!("  key-{i:07}: {line}\n"));
        WEB.replace("one", last) + &lines.collect::<String>()
    };
    dir.write("a.yaml", data("one"))
        .write("b.yaml", data("two"));
    let ran = dir.run("diff @a.yaml @b.yaml --format json");
    match ran.code {
        1 => assert_eq!(found_in_json(&ran.stdout).map(|found| found.len()), Ok(1)),
        code => assert!(
            code == 2 && ran.stderr.contains("@a.yaml"),
            "{code}: {}",
            ran.stderr
        ),
    }
}
