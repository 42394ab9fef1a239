//! The Jinja dialect: `fixtures/charts-jinja` and small charts made here.

#![expect(
    clippy::disallowed_methods,
    reason = "a test that writes charts to a temporary folder"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use evenkeel_diagnostics::{FileId, FrameKind};
use evenkeel_renderer::{
    Budget, Failure, HelmVersion, LoadOptions, Rendered, Renderer, Request, ValueOptions,
    line_writer,
};

/// A chart in the dialect with the given files below `jinja/`.
fn chart(values: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let annotations = "annotations: {evenkeel.dev/dialect: jinja}\n";
    let about = format!("apiVersion: v2\nname: app\nversion: 0.1.0\n{annotations}");
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("is below")).expect("a folder");
        std::fs::write(path, text).expect("is writable");
    };
    write("Chart.yaml", &about);
    write("values.yaml", values);
    for (name, text) in files {
        write(&format!("jinja/{name}"), text);
    }
    dir
}

fn render(
    renderer: &Renderer,
    chart: &Path,
    set: &[&str],
    request: &Request,
) -> Result<Rendered, Failure> {
    let chart = renderer
        .load(chart, &LoadOptions::default())
        .expect("it loads");
    let options = ValueOptions {
        set: set.iter().map(|&set| set.to_owned()).collect(),
        ..ValueOptions::default()
    };
    let mut no_files = |name: &str| -> Result<Arc<[u8]>, String> { Err(format!("no {name}")) };
    let values = renderer
        .values(&options, &mut no_files, request.helm)
        .expect("they merge");
    renderer.render(&chart, &values, request)
}

/// The text of the only document of a chart with one file, whether reads are logged or not.
fn text(values: &str, template: &str) -> String {
    let dir = chart(values, &[("x.yaml", template)]);
    let [plain, traced] = [false, true].map(|trace| {
        let request = Request {
            trace,
            ..Request::default()
        };
        let rendered = render(&Renderer::new(), dir.path(), &[], &request)
            .unwrap_or_else(|failure| panic!("{:?}", failure.diagnostic));
        String::from_utf8_lossy(rendered.manifests[0].text()).into_owned()
    });
    assert_eq!(plain, traced, "logging reads changes nothing");
    plain
}

#[track_caller]
fn check(values: &str, expression: &str, want: &str) {
    let got = text(values, &format!("kind: A\nx: {{{{ {expression} }}}}\n"));
    assert_eq!(got.trim_end(), format!("kind: A\nx: {want}"));
}

/// The place, code, message and help of a chart's failure.
fn failure(values: &str, files: &[(&str, &str)], request: &Request) -> String {
    let dir = chart(values, files);
    let renderer = Renderer::new();
    let failure = render(&renderer, dir.path(), &[], request).expect_err("it fails");
    assert!(!failure.is_helms());
    let diagnostic = &failure.diagnostic;
    let locate = |span: evenkeel_diagnostics::Span| {
        let place = renderer
            .sources()
            .locate(span.file, span.start)
            .unwrap_or_default();
        place.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let code = &diagnostic.code.0;
    let mut lines = vec![format!(
        "{} {code}: {}",
        locate(diagnostic.primary.span),
        diagnostic.message
    )];
    lines.extend(
        diagnostic
            .trace
            .iter()
            .map(|entry| format!("  {} at {}", entry.name, locate(entry.call))),
    );
    lines.extend(diagnostic.help.iter().map(|help| format!("  help: {help}")));
    lines.join("\n")
}

#[track_caller]
fn check_failure(values: &str, template: &str, want: &str) {
    assert_eq!(
        failure(values, &[("x.yaml", template)], &Request::default()),
        want
    );
}

#[test]
fn both_dialects_give_equal_objects() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/charts-jinja");
    let sets: [&[&str]; 4] = [
        &[],
        &["nodeSelector.disk=ssd", "image.tag=2.1", "replicas=5"],
        &["route.enabled=false", "labels=null"],
        &[
            "cache.enabled=false",
            "limits.ratio=3",
            "ports[0].port=443",
            "ports[0].name=https",
        ],
    ];
    for helm in [HelmVersion::V3_22, HelmVersion::V4_3] {
        for set in sets {
            let request = Request {
                helm,
                ..Request::default()
            };
            let objects = |folder: &str| {
                let rendered = render(&Renderer::new(), &root.join(folder), set, &request)
                    .unwrap_or_else(|failure| panic!("{:?}", failure.diagnostic));
                let objects = rendered.manifests.iter().map(|document| {
                    let data = evenkeel_yaml::decode(document.text(), FileId::NONE).unwrap();
                    let json = evenkeel_yaml::to_json_pretty(&data.to_value()).unwrap();
                    let head = document.head();
                    (
                        format!("{} {}", head.kind, head.name),
                        String::from_utf8(json).unwrap(),
                    )
                });
                objects.collect::<BTreeMap<_, _>>()
            };
            assert_eq!(objects("helm"), objects("jinja"), "{set:?}");
        }
    }
}

#[test]
fn a_folder_without_the_annotation_is_helm_s() {
    let dir = chart("", &[("x.yaml", "kind: A\n")]);
    std::fs::write(
        dir.path().join("Chart.yaml"),
        "apiVersion: v2\nname: app\nversion: 0.1.0\n",
    )
    .unwrap();
    let rendered = render(&Renderer::new(), dir.path(), &[], &Request::default()).unwrap();
    assert!(rendered.manifests.is_empty());
}

#[test]
fn values_print_as_yaml() {
    let values = "{whole: 10000000, port: 8080, half: 0.5, nothing: [null], t: true, list: [1, {b: 2, a: x}], s: 'a: b'}";
    check(values, "Values.whole", "10000000");
    check(values, "Values.port + 1", "8081");
    check(values, "'p-' ~ Values.port", "p-8080");
    check(values, "Values.half * 3", "1.5");
    check(values, "Values.nothing[0]", "null");
    check(values, "Values.t", "true");
    check(values, "Values.list", r#"[1,{"a":"x","b":2}]"#);
    check(values, "Values.s | quote", r#""a: b""#);
    check(
        values,
        "[Values.port, none, {'k': 1.0}]",
        r#"[8080,null,{"k":1}]"#,
    );
}

#[test]
fn functions_take_the_piped_value_last() {
    let values = "{a: {b: [3, 1]}, name: web, empty: ''}";
    check(values, "Values.name | trunc(2) | upper", "WE");
    check(values, "trunc(2, Values.name)", "we");
    check(values, "Values.name | replace('w', 'v')", "veb");
    check(values, "Values.empty | default('x')", "x");
    check(values, "Values.nothing | default('x')", "x");
    check(values, "coalesce(Values.nothing, Values.name)", "web");
    check(values, "ternary('y', 'n', Values.name == 'web')", "y");
    check(values, "dig('c', 'none', Values.a)", "none");
    check(values, "Values.a.b | sortAlpha | join('-')", "1-3");
    check(values, "dict(k=Values.name) | toJson", r#"{"k":"web"}"#);
    check(values, "dict('k', 1) | toJson", r#"{"k":1}"#);
    check(values, "Values.a.b | len + until(3) | len", "5");
    check(values, "Values.a['b'][0] | int64 | add(4)", "7");
    check(values, "Values.a.b[-1]", "1");
    check(
        values,
        "Values.a | items | list | toJson",
        r#"[[["b",[3,1]]]]"#,
    );
    check(values, "printf('%s-%d', Values.name, 7)", "web-7");
    check(
        values,
        "Release.Name ~ '/' ~ Template.Name",
        "release-name/app/jinja/x.yaml",
    );
    check(values, "tpl('{{ Values.name }}{{ n }}', {'n': 1})", "web1");
}

#[test]
fn changes_of_maps_are_seen_by_all() {
    let template = "{% set _ = set(Values.a, 'n', 'new') %}\nkind: A\nx: {{ Values.a.n }}\n";
    assert_eq!(text("a: {}", template), "kind: A\nx: new\n");
}

#[test]
fn failures_name_place_and_path() {
    check_failure(
        "image: {tags: x}",
        "kind: A\nx: {{ Values.image.tag }}\n",
        "x.yaml:2:7 jinja/undefined: `Values.image.tag` is undefined\n  help: did you mean `tags`?",
    );
    check_failure(
        "a: {}",
        "kind: A\nx: {{ Values.b.c | quote }}\n",
        "x.yaml:2:13 jinja/undefined: `Values.b` is undefined\n  help: did you mean `a`?",
    );
    check_failure(
        "",
        "a\n{% if x %}",
        "x.yaml:2:9 jinja/parse: unexpected end of input, expected end of block",
    );
    check_failure(
        "",
        "x: {{ 'a' | nindnt(2) }}",
        "x.yaml:1:13 jinja/exec: unknown filter: filter nindnt is unknown\n  help: did you mean `nindent`?",
    );
    check_failure(
        "",
        "x: {{ Values | nindent(2) }}",
        "x.yaml:1:16 jinja/exec: nindent: wrong type for value; expected string; got common.Values",
    );
    check_failure(
        "",
        "x: {{ nindent(2) }}",
        "x.yaml:1:7 jinja/exec: wrong number of args for nindent: want 2 got 1",
    );
    check_failure(
        "",
        "x: {{ Values.x | required('give x') }}",
        "x.yaml:1:18 template/fail: give x",
    );
}

#[test]
fn failures_tell_who_included() {
    let files = [
        ("x.yaml", "kind: A\nx: {{ include('_p.yaml') }}\n"),
        ("_p.yaml", "{% include '_q.yaml' %}"),
        ("_q.yaml", "\n{{ fail('stop') }}"),
    ];
    assert_eq!(
        failure("", &files, &Request::default()),
        "_q.yaml:2:4 template/fail: stop\n  _q.yaml at _p.yaml:1:4\n  _p.yaml at x.yaml:2:7",
    );
}

#[test]
fn budgets_end_what_does_not_end() {
    let request = Request {
        budget: Budget {
            steps: 10_000,
            ..Budget::default()
        },
        ..Request::default()
    };
    let check = |files: &[(&str, &str)]| {
        let failure = failure("", files, &request);
        assert!(failure.contains("budget/render"), "{failure}");
    };
    check(&[("x.yaml", "{% for i in range(100000) %}{{ i }}{% endfor %}")]);
    check(&[("x.yaml", "{{ until(1000000) }}")]);
    check(&[
        ("x.yaml", "{{ include('_p.yaml') }}"),
        ("_p.yaml", "{{ include('_p.yaml') }}"),
    ]);
    // Each include has the fuel that its caller has left.
    let inner = "{% for i in range(900) %}{{ i }}{% endfor %}";
    check(&[
        (
            "x.yaml",
            "{% for i in range(20) %}{{ include('_p.yaml') }}{% endfor %}",
        ),
        ("_p.yaml", inner),
    ]);
    check(&[
        ("a.yaml", inner),
        ("b.yaml", inner),
        ("c.yaml", inner),
        ("d.yaml", inner),
        ("e.yaml", inner),
    ]);
    check(&[(
        "x.yaml",
        "{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = [ns.x] %}{% endfor %}",
    )]);
}

#[test]
fn what_nests_too_deep_is_refused() {
    let deep = "{% set ns = namespace(x=[]) %}{% for i in range(100) %}{% for j in range(200) %}{% set ns.x = [ns.x] %}{% endfor %}{% endfor %}";
    for printed in [
        "{{ ns.x }}",
        "{{ ns.x | toJson }}",
        "{{ ns.x == [ns.x] }}",
        "{{ ns.x ~ '' }}",
        "",
    ] {
        let dir = chart("", &[("x.yaml", &format!("{deep}{printed}"))]);
        // Whatever comes out: the program goes on.
        let _ = render(&Renderer::new(), dir.path(), &[], &Request::default());
    }
    let brackets = format!("{{{{ {}1{} }}}}", "[".repeat(5000), "]".repeat(5000));
    assert!(failure("", &[("x.yaml", &brackets)], &Request::default()).contains("jinja/parse"));
}

#[test]
fn output_knows_its_lines() {
    let files = [
        (
            "x.yaml",
            "kind: A\nmetadata:\n  name: {{ Values.app }}\n  labels:\n    {{- include('_p.yaml') | nindent(4) }}\n{% include '_q.yaml' %}",
        ),
        ("_p.yaml", "one: 1\ntwo: {{ Values.app }}\n"),
        ("_q.yaml", "spec:\n  x: y\n"),
    ];
    let dir = chart("app: web", &files);
    let renderer = Renderer::new();
    let rendered = render(&renderer, dir.path(), &[], &Request::default()).unwrap();
    let document = &rendered.manifests[0];
    let (text, segments) = (document.text(), document.segments());
    let mut got = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(|&b| b == b'\n') {
        let writer = line_writer(text, &segments, start, &rendered.frames, renderer.sources());
        let place = writer.and_then(|w| renderer.sources().locate(w.span.file, w.span.start));
        let place: PathBuf = place.unwrap_or_default().into();
        let line = String::from_utf8_lossy(line).trim().to_owned();
        got.push(format!(
            "{line} <- {}",
            place.file_name().unwrap_or_default().to_string_lossy()
        ));
        start += text[start..]
            .iter()
            .position(|&b| b == b'\n')
            .map_or(text.len(), |at| at + 1);
    }
    assert_eq!(
        got,
        [
            "kind: A <- x.yaml:1:1",
            "metadata: <- x.yaml:2:1",
            "name: web <- x.yaml:3:3",
            "labels: <- x.yaml:4:3",
            "one: 1 <- _p.yaml:1:1",
            "two: web <- _p.yaml:2:1",
            " <- ",
            "spec: <- _q.yaml:1:1",
            "x: y <- _q.yaml:2:3",
        ]
    );
}

#[test]
fn reads_belong_to_their_statements() {
    let partial = "{{ Values.open }}-{{ x }}";
    let template = "{% set image = Values.image %}\nkind: A\n{% if Values.open %}\nx: {{ image.tag }}\n{% for p in Values.ports %}\np{{ loop.index }}: {{ p.port }}\n{% endfor %}\ny: {{ include('_p.yaml', x=image.tag) | upper }}\nz: {{ include('_p.yaml', x='') }}\n{% endif %}\n";
    let values = "image: {tag: v1}\nopen: true\nports: [{port: 1}, {port: 2}]\n";
    let dir = chart(values, &[("x.yaml", template), ("_p.yaml", partial)]);
    let renderer = Renderer::new();
    let request = Request {
        trace: true,
        ..Request::default()
    };
    let rendered = render(&renderer, dir.path(), &[], &request).unwrap();
    let (document, trace) = (&rendered.manifests[0], rendered.trace.unwrap());
    let segments = document.segments();
    let reads = |text: &str| {
        let at = document
            .text()
            .windows(text.len())
            .position(|w| w == text.as_bytes())
            .unwrap();
        let segment = segments.at(at as u32).unwrap();
        let mut names = Vec::new();
        let mut frame = Some(segment.frame);
        while let Some(id) = frame {
            let known = rendered.frames.get(id).unwrap();
            let kind = match known.kind {
                FrameKind::Branch => "if ",
                _ => "",
            };
            names.extend(trace.reads.of(id).iter().map(|read| {
                let origin = renderer
                    .sources()
                    .line_column(read.origin.file, read.origin.offset);
                format!(
                    "{kind}{}@{}",
                    read.name,
                    origin.map_or(0, |origin| origin.line)
                )
            }));
            frame = known.parent;
        }
        names.join(", ")
    };
    assert_eq!(
        reads("v1"),
        ".Values.image.tag@1, .Values.image@1, if .Values.open@2"
    );
    assert_eq!(
        reads("TRUE-V1"),
        ".Values.image.tag@1, .Values.image@1, if .Values.open@2"
    );
    assert_eq!(reads("true-"), ".Values.open@2, if .Values.open@2");
    assert_eq!(
        reads("2\n"),
        ".Values.ports.1.port@3, if .Values.ports@3, if .Values.open@2"
    );
}
