//! `diff` of files and folders with manifests.

use crate::workdir::{Ran, Workdir};

/// A Service and a Deployment.
const SHOP: &str = "\
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 1 }
";

fn workdir(files: &[(&str, &str)]) -> Workdir {
    let dir = Workdir::chart(&[]);
    for (path, text) in files {
        dir.write(path, text);
    }
    dir
}

/// Compares two files.
fn diff(before: &str, after: &str) -> Ran {
    workdir(&[("a.yaml", before), ("b.yaml", after)]).run("diff @a.yaml @b.yaml")
}

impl Ran {
    #[track_caller]
    fn finds(&self, parts: &[&str]) {
        assert_eq!(self.code, u8::from(!parts.is_empty()), "{}", self.stderr);
        for part in parts {
            assert!(self.stdout.contains(part), "no {part} in\n{}", self.stdout);
        }
        let is_same = self.stdout.contains("\nno differences\n");
        assert_eq!(is_same, parts.is_empty(), "{}", self.stdout);
    }
}

#[test]
fn files_are_compared() {
    let changed = SHOP.replace("replicas: 1", "replicas: 2");
    diff(SHOP, &changed).finds(&[
        "@a.yaml → @b.yaml",
        "Deployment/web",
        "spec.replicas: 1 → 2",
    ]);
    diff(SHOP, SHOP).finds(&[]);
    diff("", "").finds(&[]);
    diff("", SHOP).finds(&[
        "Service/web: only in @b.yaml",
        "Deployment/web: only in @b.yaml",
    ]);
}

#[test]
fn how_documents_are_spread_does_not_matter() {
    let (service, deployment) = SHOP.split_once("---\n").expect("two documents");
    let dir = workdir(&[
        ("one.yaml", SHOP),
        ("many/b/service.yml", service),
        ("many/a.yaml", deployment),
        ("many/README.md", "not: a manifest"),
        (
            "list.json",
            r#"{"apiVersion": "v1", "kind": "List", "items": [
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 1}},
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}]}"#,
        ),
        (
            "stream.json",
            r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 1}}"#,
        ),
    ]);
    for other in ["@many", "@list.json", "@stream.json"] {
        dir.run(&format!("diff @one.yaml {other}")).finds(&[]);
    }
    dir.run_with("diff - @one.yaml", &mut SHOP.as_bytes())
        .finds(&[]);
    dir.run_with("diff @many -", &mut service.as_bytes())
        .finds(&["@many → stdin", "Deployment/web: only in @many"]);
}

#[test]
fn documents_that_name_no_object_are_compared_by_their_place() {
    let dir = workdir(&[
        ("a/values.yaml", "x: 1\n---\nz: 1\n"),
        ("b/values.yaml", "x: 1\n---\nz: 2\n"),
    ]);
    dir.run("diff @a @b")
        .finds(&["Document/values.yaml#2", "~ z: 1 → 2"]);
}

#[test]
fn objects_that_come_twice_are_paired_in_their_order() {
    let object = |size: u32| format!("kind: K\nmetadata: {{ name: x }}\nsize: {size}\n---\n");
    let (before, after) = (object(1) + &object(2), object(1) + &object(3));
    let ran = diff(&before, &after);
    ran.finds(&["~ size: 2 → 3", "1 unexplained of 1 "]);
    for part in ["note", "K/x comes again", "@a.yaml:5:1", "@b.yaml:5:1"] {
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    diff(SHOP, "a: 1\n---\nb: [1\n").fails(2, &["neither YAML nor JSON", "@b.yaml:"]);
    diff("a: 1\nb: c: d\n", SHOP).fails(2, &["@a.yaml:2:5", "mapping values are not allowed"]);
    diff("{\"a\": 1} x", SHOP).fails(2, &["@a.yaml:1:10"]);
    diff("\u{0}\u{1}ELF", SHOP).fails(2, &["a binary file", "@a.yaml:1:1"]);
    diff("a: 1\n---\nb: *x\n", "a: 1\n---\nb: *x\n").fails(2, &["@a.yaml:3:4", "unknown anchor"]);
}

#[test]
fn arguments_that_mean_nothing_are_refused() {
    let dir = workdir(&[("a.yaml", SHOP), ("local/a.yaml", SHOP)]);
    dir.write("evenkeel.yaml", "envs: { local: {}, prod: {} }\n");
    dir.run("diff @a.yaml @gone.yaml")
        .fails(2, &["no file or folder `@gone.yaml`"]);
    dir.run("diff - -").fails(2, &["only one side"]);
    dir.run("diff @a.yaml @a.yaml --app x").fails(2, &["--app"]);
    dir.run("diff prod test -C @").fails(
        2,
        &["no environment `test` (the environments are local, prod), and no file or folder"],
    );
}

#[test]
fn paths_and_ignore_choose_what_is_shown() {
    let changed = SHOP
        .replace("replicas: 1", "replicas: 2")
        .replace("80", "81");
    let dir = workdir(&[("a.yaml", SHOP), ("b.yaml", &changed)]);
    let run = |flags: &str| dir.run(&format!("diff @a.yaml @b.yaml {flags}"));
    run("--path Deployment/web").finds(&["spec.replicas", "1 unexplained of 1 "]);
    run("--path */*:spec.replicas").finds(&["spec.replicas", "1 unexplained of 1 "]);
    run("--path Deployment/web:spec.template").finds(&[]);
    run("--ignore Deployment/*:spec.replicas --ignore Service/web").finds(&[]);
    run("--path x").fails(2, &["`--path x` cannot be read", "Kind/name"]);
}
