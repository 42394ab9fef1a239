//! Charts and values that are broken, hostile or huge: a clear error or a correct result, never a crash.

use std::fs;
use std::io::Write;

use crate::workdir::Workdir;
use flate2::Compression;
use flate2::write::GzEncoder;

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append_data(&mut header, path, *content)
            .expect("goes to memory");
    }
    let tar = tar.into_inner().expect("goes to memory");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&tar).expect("goes to memory");
    gzip.finish().expect("goes to memory")
}

const CHART_YAML: &[u8] = b"apiVersion: v2\nname: app\nversion: 0.1.0\n";

#[test]
fn archives_may_be_whole_or_not() {
    let dir = Workdir::chart(&[]);
    let whole = archive(&[
        ("app/Chart.yaml", CHART_YAML),
        ("app/templates/a.yaml", b"a: 1\n"),
    ]);
    dir.write("app.tgz", &whole);
    dir.run("template r @app.tgz")
        .prints("---\n# Source: app/templates/a.yaml\na: 1\n");
    for cut in [0, 1, 5, whole.len() / 2, whole.len() - 30] {
        dir.write("cut.tgz", &whole[..cut]);
        let ran = dir.run("template r @cut.tgz");
        assert_ne!(ran.code, 0, "cut at {cut}: {}", ran.stdout);
        assert!(!ran.stderr.is_empty());
    }
    dir.write("noise.tgz", b"\x1f\x8bthis is no archive at all");
    assert_ne!(dir.run("template r @noise.tgz").code, 0);
}

#[test]
fn text_may_be_no_utf_8() {
    let dir = Workdir::chart(&[("templates/f.yaml", "b: {{ .Files.Get \"bin\" | b64enc }}\n")]);
    dir.write("app/bin", [0xff, 0x00, 0xfe]);
    dir.run("template r @app")
        .prints("---\n# Source: app/templates/f.yaml\nb: /wD+\n");
    dir.write("app/values.yaml", b"a: \xff\xfe\n");
    dir.run("template r @app")
        .fails(1, &["values.yaml", "invalid leading UTF-8 octet"]);
    dir.write("app/values.yaml", "a: 1\n");
    dir.write(
        "app/templates/f.yaml",
        b"# \xff\xfe {{ .Values.a }}\na: 1\n",
    );
    assert_ne!(dir.run("template r @app").stderr, "");
}

#[test]
fn aliases_may_go_in_circles() {
    let dir = Workdir::chart(&[("templates/a.yaml", "a: {{ .Values.a }}\n")]);
    dir.write("v.yaml", "a: &a [*a]\n");
    dir.run("template r @app -f @v.yaml")
        .fails(1, &["anchor 'a' value contains itself"]);
    let mut bomb = String::from("x0: &x0 [a,a,a,a,a,a,a,a,a,a]\n");
    for i in 1..12 {
        let list = vec![format!("*x{}", i - 1); 10].join(",");
        bomb.push_str(&format!("x{i}: &x{i} [{list}]\n"));
    }
    dir.write("v.yaml", bomb);
    assert_ne!(dir.run("template r @app -f @v.yaml").code, 0);
}

#[test]
fn nesting_may_be_deep() {
    let dir = Workdir::chart(&[("templates/a.yaml", "a: {{ len .Values }}\n")]);
    let deep = |n: usize| format!("a: {}{}\n", "[".repeat(n), "]".repeat(n));
    dir.write("v.yaml", deep(1_000));
    dir.run("template r @app -f @v.yaml")
        .prints("---\n# Source: app/templates/a.yaml\na: 1\n");
    dir.write("v.yaml", deep(200_000));
    assert_ne!(dir.run("template r @app -f @v.yaml").code, 0);
    dir.write("v.yaml", format!("{}1\n", "a: {b: ".repeat(3)));
    assert_ne!(dir.run("template r @app -f @v.yaml").code, 0);
    let parens = format!(
        "a: {{{{ {}1{} }}}}\n",
        "(".repeat(50_000),
        ")".repeat(50_000)
    );
    dir.write("app/templates/a.yaml", parens);
    assert_ne!(dir.run("template r @app").code, 0);
    let blocks = format!(
        "{}{}",
        "{{ if 1 }}".repeat(20_000),
        "{{ end }}".repeat(20_000)
    );
    dir.write("app/templates/a.yaml", blocks);
    let _ = dir.run("template r @app");
}

#[test]
fn values_may_be_big() {
    let dir = Workdir::chart(&[("templates/a.yaml", "a: {{ len .Values.list }}\n")]);
    let mut text = String::from("list:\n");
    while text.len() < 10 << 20 {
        text.push_str("- name: a rather ordinary item of a very long list\n  value: 12345\n");
    }
    let count = text.matches("- name").count();
    dir.write("v.yaml", text);
    dir.run("template r @app -f @v.yaml").prints(&format!(
        "---\n# Source: app/templates/a.yaml\na: {count}\n"
    ));
}

#[test]
fn endless_work_is_stopped() {
    for (name, template) in [
        (
            "tpl",
            "{{ define \"x\" }}{{ tpl \"{{ include \\\"x\\\" . }}\" . }}{{ end }}{{ include \"x\" . }}",
        ),
        (
            "range",
            "{{ range $i := until 100000 }}{{ range $j := until 100000 }}{{ end }}{{ end }}",
        ),
        (
            "output",
            "{{ range until 100000 }}{{ repeat 100000 \"x\" }}{{ end }}",
        ),
        (
            "tpl itself",
            "{{ $_ := set .Values \"t\" \"{{ tpl .Values.t . }}\" }}{{ tpl .Values.t . }}",
        ),
    ] {
        let dir = Workdir::chart(&[("templates/a.yaml", template)]);
        let ran = dir.run("template r @app");
        assert!([1, 2].contains(&ran.code), "{name}: {}", ran.code);
        assert!(!ran.stderr.is_empty(), "{name}");
    }
    // Helm itself stops this one.
    let dir = Workdir::chart(&[(
        "templates/a.yaml",
        "{{ define \"x\" }}{{ include \"x\" . }}{{ end }}{{ include \"x\" . }}",
    )]);
    dir.run("template r @app --error-format helm").fails(
        1,
        &["rendering template has a nested reference name: x: unable to execute template"],
    );
}

#[test]
fn values_may_hold_themselves() {
    let dir = Workdir::chart(&[(
        "templates/a.yaml",
        "{{ $_ := set .Values \"me\" .Values }}a: {{ toYaml .Values }}\n",
    )]);
    let ran = dir.run("template r @app");
    assert!([0, 1, 2].contains(&ran.code));
    dir.write(
        "app/templates/a.yaml",
        "{{ $_ := set .Values \"me\" .Values }}a: {{ .Values }}\n",
    );
    dir.run("template r @app").fails(2, &["nested too deeply"]);
}

#[test]
fn links_may_not_leave_the_folder() {
    let dir = Workdir::chart(&[("templates/a.yaml", "a: {{ .Files.Get \"secret\" }}\n")]);
    let outside = tempfile::tempdir().expect("a temporary directory");
    fs::write(outside.path().join("secret"), "x").expect("can be written");
    std::os::unix::fs::symlink(outside.path().join("secret"), dir.path("app/secret"))
        .expect("can be made");
    let ran = dir.run("template r @app");
    ran.fails(2, &["secret"]);
    assert!(!ran.stdout.contains('x'), "{}", ran.stdout);
}

#[test]
fn schemas_may_be_broken_or_remote() {
    let dir = Workdir::chart(&[
        ("templates/a.yaml", "a: 1\n"),
        ("values.schema.json", "{bad"),
    ]);
    dir.run("template r @app")
        .fails(1, &["invalid character 'b'"]);
    dir.run("template r @app --skip-schema-validation")
        .prints("---\n# Source: app/templates/a.yaml\na: 1\n");
    dir.write(
        "app/values.schema.json",
        r#"{"properties":{"a":{"$ref":"https://example.com/x.json"}}}"#,
    );
    dir.run("template r @app")
        .fails(1, &["https://example.com/x.json", "network"]);
    let deep = format!(
        "{}{}{}",
        r#"{"not":"#.repeat(5_000),
        "true",
        "}".repeat(5_000)
    );
    dir.write("app/values.schema.json", deep);
    let _ = dir.run("template r @app");
}

#[test]
fn there_may_be_no_chart() {
    let dir = Workdir::chart(&[]);
    dir.run("template r @nope --error-format helm")
        .fails(1, &["Error: path \"@nope\" not found\n"]);
    fs::create_dir(dir.path("empty")).expect("can be made");
    dir.run("template r @empty --error-format helm")
        .fails(1, &["unable to detect chart at @empty/Chart.yaml"]);
    dir.write("app/Chart.yaml", "apiVersion: v2\n");
    dir.run("template r @app --error-format helm")
        .fails(1, &["chart.metadata.name is required"]);
}
