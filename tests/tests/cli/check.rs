//! `check`: what is reported, what is left out, what is mended.

use crate::workdir::Workdir;

const CONFIG: &str = "envs:\n  prod: { forbid: [localhost] }\n  test: {}\n";

/// A chart that two environments install, one of which forbids what it says.
fn repository(config: &str) -> Workdir {
    let dir = Workdir::chart(&[
        ("templates/map.yaml", MAP),
        ("values.yaml", "api: http://localhost\n"),
        ("values-prod.yaml", "{}\n"),
        ("values-test.yaml", "{}\n"),
    ]);
    dir.write("evenkeel.yaml", format!("charts: [app]\n{config}"));
    dir
}

const MAP: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop }\ndata:\n  api: {{ .Values.api }}\n";

#[test]
fn the_code_says_whether_something_is_wrong() {
    let dir = repository(CONFIG);
    let ran = dir.run("check -C @");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("error[PAR-04]"), "{}", ran.stdout);
    assert!(ran.stdout.contains("@app/values.yaml:1"), "{}", ran.stdout);
    assert_eq!(dir.run("check -C @ --env test").code, 0);
    assert_eq!(dir.run("check -C @ --app other").code, 0);
    assert_eq!(dir.run("check -C @ --app app").code, 1);
    dir.run("check -C @ --env staging").fails(2, &["staging"]);
}

#[test]
fn what_does_not_render_hides_nothing_elsewhere() {
    let dir = repository(CONFIG);
    dir.write("app/values-test.yaml", "api: {a: [\n");
    let ran = dir.run("check -C @");
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("error[PAR-04]"), "{}", ran.stdout);
    assert!(ran.stderr.contains("values-test.yaml"), "{}", ran.stderr);
}

#[test]
fn a_baseline_leaves_out_what_is_known() {
    let dir = repository(CONFIG);
    let ran = dir.run("check -C @ --write-baseline @known.json");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = dir.run("check -C @ --baseline @known.json");
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    // Lines move, and something else is wrong too.
    dir.write(
        "app/values.yaml",
        "# moved\n\napi: http://localhost\nb: http://localhost:81\n",
    );
    dir.write(
        "app/templates/map.yaml",
        format!("{MAP}  b: {{{{ .Values.b }}}}\n"),
    );
    let ran = dir.run("check -C @ --baseline @known.json");
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.stdout.matches("error[PAR-04]").count(),
        1,
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("data.b"), "{}", ran.stdout);
}

#[test]
fn a_baseline_that_is_none_is_refused() {
    let dir = repository(CONFIG);
    dir.write("known.json", "{");
    dir.run("check -C @ --baseline @known.json")
        .fails(2, &["@known.json:1:1: this is no baseline"]);
    dir.run("check -C @ --baseline @other.json")
        .fails(2, &["cannot read @other.json"]);
}

#[test]
fn only_what_a_revision_does_not_have_is_new() {
    let dir = repository(CONFIG);
    dir.git(&["init", "--quiet"]);
    dir.git(&["add", "--all"]);
    dir.git(&["commit", "--quiet", "--message", "first"]);
    assert_eq!(dir.run("check -C @ --new-since HEAD").code, 0);
    dir.write("app/templates/more.yaml", MAP.replace("shop", "more"));
    let ran = dir.run("check -C @ --new-since HEAD");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("ConfigMap/more"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("ConfigMap/shop"), "{}", ran.stdout);
    dir.run("check -C @ --new-since nowhere")
        .fails(2, &["git knows no revision `nowhere`"]);
}

#[test]
fn waivers_and_comments_accept() {
    let dir = repository(&format!(
        "{CONFIG}waive:\n  - {{ rule: PAR-04, reason: a trial, owner: web }}\n"
    ));
    let ran = dir.run("check -C @");
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("1 waived"), "{}", ran.stdout);
    let dir = repository(CONFIG);
    dir.write(
        "app/values.yaml",
        "# allow(PAR-04): a trial\napi: http://localhost\n",
    );
    let ran = dir.run("check -C @");
    assert_eq!(ran.code, 0, "{}", ran.stdout);
}

#[test]
fn keys_are_found_in_files_that_nothing_renders() {
    let dir = repository("envs: {prod: {}}\n");
    let key = format!("AKIA{}", "Q3EGRZ5XJ7T2NWYK");
    dir.write("hack/push.sh", format!("export AWS_KEY={key}\n"));
    let ran = dir.run("check -C @");
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    let found = "hack/push.sh holds an access key of AWS";
    assert!(ran.stdout.contains(found), "{}", ran.stdout);
    let accepted = format!("export AWS_KEY={key} # allow(HYG-01): revoked\n");
    dir.write("hack/push.sh", accepted);
    let ran = dir.run("check -C @");
    assert_eq!(ran.code, 0, "{}", ran.stdout);
}

#[test]
fn what_is_accepted_in_vain_can_be_taken_out() {
    let waive = "waive:\n  - { rule: PAR-04, reason: a trial, owner: web }\n  - rule: RTE-03\n    reason: was needed\n    owner: web\n";
    let dir = repository(&format!("{CONFIG}{waive}"));
    dir.write(
        "app/values.yaml",
        "api: http://localhost # allow(RTE-03): was needed\n",
    );
    let ran = dir.run("check -C @ --fix");
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stderr.contains("2 fixes made"), "{}", ran.stderr);
    assert_eq!(dir.read("app/values.yaml"), "api: http://localhost\n");
    let left = "waive:\n  - { rule: PAR-04, reason: a trial, owner: web }\n";
    assert_eq!(
        dir.read("evenkeel.yaml"),
        format!("charts: [app]\n{CONFIG}{left}")
    );
    let ran = dir.run("check -C @ --fix");
    assert!(ran.stderr.contains("nothing to fix"), "{}", ran.stderr);
}

#[test]
fn keys_that_nothing_reads_can_be_taken_out() {
    let dir = Workdir::chart(&[]);
    dir.write(
        "evenkeel.yaml",
        "root: {chart: root}\nenvs: {local: {}, prod: {}}\n",
    );
    dir.write(
        "root/Chart.yaml",
        "{apiVersion: v2, name: root, version: 1.0.0}\n",
    );
    let values = |dead: &str| {
        format!(
            "envs:\n  - name: local\n    domain: a.example\n{dead}  - name: prod\n    domain: b.example\n"
        )
    };
    dir.write(
        "root/values.yaml",
        values("    fooEnabled: true # a trial\n"),
    );
    dir.write(
        "root/templates/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  \
         {{- range .Values.envs }}\n  {{ .name }}: {{ .domain }}\n  {{- end }}\n",
    );
    assert_eq!(dir.run("check -C @").code, 1);
    let ran = dir.run("check -C @ --fix");
    assert!(ran.stderr.contains("1 fix made"), "{}", ran.stderr);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert_eq!(dir.read("root/values.yaml"), values(""));
}
