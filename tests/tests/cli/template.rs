//! `evenkeel template` from the outside: flags, outputs, exit codes.

use std::io::{self, Write};

use crate::workdir::Workdir;

const CONFIG: (&str, &str) = (
    "templates/config.yaml",
    "kind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  text: {{ .Values.text | quote }}\n",
);
const DEFAULTS: (&str, &str) = ("values.yaml", "text: hello\n");
const TEST_HOOK: (&str, &str) = (
    "templates/tests/t.yaml",
    "kind: Pod\nmetadata:\n  name: t\n  annotations: {helm.sh/hook: test}\n",
);

#[test]
fn renders_with_values_from_every_side() {
    let dir = Workdir::chart(&[CONFIG, DEFAULTS]);
    let want = |name: &str, text: &str| {
        format!(
            "---\n# Source: app/templates/config.yaml\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  text: \"{text}\"\n"
        )
    };
    dir.run("template web @app").prints(&want("web", "hello"));
    dir.run("template @app")
        .prints(&want("release-name", "hello"));
    dir.run("template web @app --set text=ahoy")
        .prints(&want("web", "ahoy"));
    dir.run("--debug template web @app")
        .prints(&want("web", "hello"));
    dir.run("template --name-template {{`x`}}-1 @app")
        .prints(&want("x-1", "hello"));
    dir.write("v.yaml", "text: file\n");
    dir.run("template web @app -f@v.yaml")
        .prints(&want("web", "file"));
    dir.run("template web @app -f @v.yaml --set-string text=1")
        .prints(&want("web", "1"));
    let stdin = &mut "text: stdin\n".as_bytes();
    dir.run_with("template web @app -f -", stdin)
        .prints(&want("web", "stdin"));
}

#[test]
fn hooks_and_crds_can_be_left_out_or_in() {
    let crd = ("crds/w.yaml", "kind: CustomResourceDefinition\n");
    let dir = Workdir::chart(&[("templates/a.yaml", "a: 1\n"), TEST_HOOK, crd]);
    let plain = "---\n# Source: app/templates/a.yaml\na: 1\n";
    let hook = format!(
        "---\n# Source: app/templates/tests/t.yaml\n{}\n",
        TEST_HOOK.1
    );
    let crd = "---\n# Source: app/crds/w.yaml\nkind: CustomResourceDefinition\n\n";
    dir.run("template r @app").prints(&format!("{plain}{hook}"));
    dir.run("template r @app --skip-tests").prints(plain);
    dir.run("template r @app --no-hooks").prints(plain);
    dir.run("template r @app --no-hooks --include-crds")
        .prints(&format!("{crd}{plain}"));
    dir.run("template r @app -s templates/tests/*.yaml")
        .prints(&format!("{hook}\n"));
    dir.run("template r @app -s templates/no.yaml --error-format helm")
        .fails(
            1,
            &["Error: could not find template templates/no.yaml in chart\n"],
        );
}

#[test]
fn the_profiles_differ_where_helm_differs() {
    let dir = Workdir::chart(&[("templates/a.yaml", "a: {{ typeOf .Values }}\n---\nb: 1\n")]);
    dir.run("template r @app").prints(
        "---\n# Source: app/templates/a.yaml\na: common.Values\n\n---\n# Source: app/templates/a.yaml\nb: 1\n",
    );
    dir.run("template r @app --helm-version=3").prints(
        "---\n# Source: app/templates/a.yaml\na: chartutil.Values\n---\n# Source: app/templates/a.yaml\nb: 1\n",
    );
}

#[test]
fn output_goes_to_files() {
    let dir = Workdir::chart(&[("templates/a.yaml", "a: 1\n---\na: 2\n"), TEST_HOOK]);
    let wrote = "wrote @out/app/templates/a.yaml\nwrote @out/app/templates/a.yaml\n\
                 wrote @out/app/templates/tests/t.yaml\n\n";
    dir.run("template r @app --output-dir @out").prints(wrote);
    assert_eq!(
        dir.read("out/app/templates/a.yaml"),
        "---\n# Source: app/templates/a.yaml\na: 1\n\n---\n# Source: app/templates/a.yaml\na: 2\n\n"
    );
    dir.run("template r @app --output-dir @out --release-name --no-hooks");
    assert!(dir.path("out/r/app/templates/a.yaml").exists());
}

#[test]
fn annotations_name_the_template_line() {
    let helpers = (
        "templates/_h.tpl",
        "{{- define \"l\" -}}\napp: x\n{{- end }}\n",
    );
    let dir = Workdir::chart(&[
        helpers,
        (
            "templates/a.yaml",
            "kind: A\nl:\n  {{- include \"l\" . | nindent 2 }}\n",
        ),
    ]);
    dir.run("template r @app --annotate").prints(
        "                     | ---\n\
         \x20                    | # Source: app/templates/a.yaml\n\
         @app/templates/a.yaml:1 | kind: A\n\
         @app/templates/a.yaml:2 | l:\n\
         @app/templates/_h.tpl:2 |   app: x\n"
            .replace(
                "                     |",
                &format!("{} |", " ".repeat(dir.width("app/templates/a.yaml:1"))),
            )
            .as_str(),
    );
}

#[test]
fn chance_can_be_held_or_found() {
    let random = (
        "templates/secret.yaml",
        "kind: Secret\nmetadata: {name: s}\np: {{ randAlphaNum 8 }}\n",
    );
    let dir = Workdir::chart(&[
        random,
        (
            "templates/now.yaml",
            "kind: Job\nat: {{ now | date \"2006\" }}\n",
        ),
        CONFIG,
    ]);
    let once = dir.run("template r @app --seed 7 --now 2030-05-06T07:08:09Z");
    assert!(once.stdout.contains("at: 2030\n"), "{}", once.stdout);
    assert_eq!(
        once.stdout,
        dir.run("template r @app --seed 7 --now 2030-05-06T07:08:09Z")
            .stdout
    );
    assert_ne!(
        once.stdout,
        dir.run("template r @app --seed 8 --now 2030-05-06T07:08:09Z")
            .stdout
    );
    let report = dir.run("template r @app --report-nondeterminism --now 2030-05-06T07:08:09Z");
    assert_eq!(report.stdout, "app/templates/secret.yaml: Secret s\n");
    assert_eq!(report.code, 1);
}

#[test]
fn errors_show_the_template_the_callers_and_the_values() {
    let helpers = (
        "templates/_h.tpl",
        "{{ define \"deep\" }}{{ .Values.image.tag.x }}{{ end }}\n",
    );
    let dir = Workdir::chart(&[
        helpers,
        ("templates/a.yaml", "kind: A\nx: {{ include \"deep\" . }}\n"),
        ("values.yaml", "image:\n  tagg: 1\n"),
    ]);
    dir.run("template r @app").fails(
        1,
        &[
            "nil pointer evaluating interface {}.x",
            "@app/templates/_h.tpl:1:23",
            "`include \"deep\"` called at @app/templates/a.yaml:2:7",
            "`.Values.image.tag` is not set",
            "did you mean `tagg`?",
            "@app/values.yaml:2:3",
        ],
    );
    let helm = dir.run("template r @app --error-format helm");
    assert_eq!(
        helm.stderr,
        "Error: app/templates/a.yaml:2:6\n  executing \"app/templates/a.yaml\" at <include \"deep\" .>:\n    \
         error calling include:\napp/templates/_h.tpl:1:29\n  executing \"deep\" at <.Values.image.tag.x>:\n    \
         nil pointer evaluating interface {}.x\n\nUse --debug flag to render out invalid YAML\n"
    );
}

#[test]
fn unknown_names_are_guessed() {
    let dir = Workdir::chart(&[
        ("templates/_h.tpl", "{{ define \"app.labels\" }}{{ end }}\n"),
        ("templates/a.yaml", "{{ include \"app.lables\" . }}\n"),
    ]);
    dir.run("template r @app").fails(
        1,
        &[
            "there is no template named `app.lables`",
            "did you mean `app.labels`?",
        ],
    );
    dir.write("app/templates/a.yaml", "{{ toYml 1 }}\n");
    dir.run("template r @app").fails(
        1,
        &["function \"toYml\" not defined", "did you mean `toYaml`?"],
    );
}

#[test]
fn documents_that_are_no_yaml_can_be_seen() {
    let dir = Workdir::chart(&[
        ("templates/a.yaml", "kind: A\nx: {{ .Values.x }}\n"),
        ("values.yaml", "x: 'b: c'\n"),
    ]);
    let plain = dir.run("template r @app");
    plain.fails(
        1,
        &[
            "mapping values are not allowed",
            "@app/templates/a.yaml:2:1",
        ],
    );
    assert_eq!(plain.stdout, "");
    let debug = dir.run("template r @app --debug");
    debug.fails(1, &["mapping values are not allowed"]);
    assert_eq!(
        debug.stdout,
        "---\n# Source: app/templates/a.yaml\nkind: A\nx: b: c\n"
    );
}

#[test]
fn post_renderers_change_manifests() {
    let dir = Workdir::chart(&[("templates/a.yaml", "kind: A\n"), TEST_HOOK]);
    dir.write("sed.sh", "#!/bin/sh\nsed \"s/kind: $1/kind: Changed/\"\n");
    let script = dir.path("sed.sh");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(script, mode).expect("can be made a program");
    let changed = "---\n# Source: app/templates/a.yaml\nkind: Changed\n";
    dir.run("template r @app --no-hooks --post-renderer @sed.sh --post-renderer-args A")
        .prints(changed);
    dir.run("template r @app --no-hooks --post-renderer @sed.sh --post-renderer-args A --helm-version 3")
        .prints(changed);
    let hooks = dir.run("template r @app --post-renderer @sed.sh --post-renderer-args Pod");
    assert!(
        hooks.stdout.contains("kind: Changed"),
        "Helm 4 passes hooks too: {}",
        hooks.stdout
    );
    let hooks = dir
        .run("template r @app --post-renderer @sed.sh --post-renderer-args Pod --helm-version 3");
    assert!(
        !hooks.stdout.contains("kind: Changed"),
        "Helm 3 does not: {}",
        hooks.stdout
    );
    dir.run("template r @app --post-renderer nope").fails(
        1,
        &["invalid argument \"nope\" for \"--post-renderer\" flag: plugin: {Name:nope Type:postrenderer/v1} not found"],
    );
}

#[test]
fn what_needs_a_network_or_a_cluster_says_so() {
    let dir = Workdir::chart(&[CONFIG]);
    for line in [
        "template r oci://example.com/app",
        "template r https://example.com/app.tgz",
        "template r app --repo https://example.com",
        "template r @app --dry-run=server",
        "template r @app --validate",
        "template r @app -f https://example.com/values.yaml",
    ] {
        let ran = dir.run(line);
        ran.fails(2, &["Error: "]);
        assert_eq!(ran.stderr.lines().count(), 1, "{line}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    dir.run("template r repo/app")
        .fails(1, &["Error: repo repo not found\n"]);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let dir = Workdir::chart(&[CONFIG, DEFAULTS]);
    assert_eq!(dir.run_into("template r @app", &mut Closed), 0);
}

#[test]
fn help_and_version_are_there() {
    let dir = Workdir::chart(&[]);
    let help = dir.run("template --help");
    assert!(
        help.stdout.contains("--report-nondeterminism"),
        "{}",
        help.stdout
    );
    assert!(dir.run("--help").stdout.contains("template"));
    assert!(dir.run("version").stdout.starts_with("evenkeel "));
    dir.run("frobnicate")
        .fails(1, &["unknown command \"frobnicate\""]);
}
