//! What no output shows: writers of bytes, frames, places of errors, budgets, the read log.

mod support;

use std::sync::Arc;

use evenkeel_diagnostics::{FrameId, FrameKind, SourceMap, Span};
use evenkeel_template::{Ast, Budget, Error, ErrorKind, Executor, Options, TemplateSet};
use evenkeel_value::{Map, Value};
use support::{FUNCTIONS, File, TestHost};

fn set(sources: &SourceMap, files: &[(&str, &str)]) -> TemplateSet {
    let mut set = TemplateSet::new("gotpl", &FUNCTIONS);
    for (name, text) in files {
        let text: Arc<[u8]> = Arc::from(text.as_bytes());
        let kind = evenkeel_diagnostics::SourceKind::File;
        let file = sources.add(*name, Arc::clone(&text), kind);
        let ast = Ast::parse(text, &FUNCTIONS).expect("the template parses");
        set.add(name, file, &Arc::new(ast)).expect("a new name");
    }
    set
}

/// Executes the last file; gives each run of output bytes with the text of the node that wrote it and
/// the names of its frames, innermost first.
fn writers(files: &[(&str, &str)]) -> Vec<(String, String, String)> {
    let sources = SourceMap::new();
    let set = set(&sources, files);
    let mut executor = Executor::new(&set, &TestHost, &sources, Options::default());
    let main = files.last().expect("a file").0;
    let out = executor
        .execute(main, Value::Nil)
        .expect("it executes")
        .into_str();
    let segments = out.segments().expect("all output has writers").as_slice();
    let ends = segments
        .iter()
        .skip(1)
        .map(|s| s.start as usize)
        .chain([out.len()]);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    segments
        .iter()
        .zip(ends)
        .map(|(segment, end)| {
            let frames = executor.frames();
            let frame = frames.get(segment.frame).expect("a known frame");
            let source = sources.get(frame.file).expect("a known file");
            let node = &source.content[segment.from as usize..segment.to as usize];
            let chain: Vec<_> = frames.chain(segment.frame).map(|f| &*f.name).collect();
            (
                text(&out[segment.start as usize..end]),
                text(node),
                chain.join(" < "),
            )
        })
        .collect()
}

fn check_writers(files: &[(&str, &str)], want: &[(&str, &str, &str)]) {
    let got = writers(files);
    let got: Vec<_> = got
        .iter()
        .map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str()))
        .collect();
    assert_eq!(got, want);
}

#[test]
fn output_knows_its_writers() {
    check_writers(
        &[(
            "t",
            "a{{ 1 }}{{ if true }}b{{- 2 }}{{ end }}\n{{ $x := 3 }}{{ $x }}",
        )],
        &[
            ("a", "a", "t"),
            ("1", "{{ 1 }}", "t"),
            ("b", "b", "t"),
            ("2", "{{- 2 }}", "t"),
            ("\n", "\n", "t"),
            ("3", "{{ $x }}", "t"),
        ],
    );
}

#[test]
fn includes_keep_their_writers() {
    check_writers(
        &[
            ("lib", r#"{{ define "x" }}[{{ .y }}]{{ end }}"#),
            (
                "t",
                r#"<{{ include "x" (dict "y" 1) }}>{{ template "x" dict "y" 2 }}"#,
            ),
        ],
        &[
            ("<", "<", "t"),
            ("[", "[", "x < t"),
            ("1", "{{ .y }}", "x < t"),
            ("]", "]", "x < t"),
            (">", ">", "t"),
            ("[", "[", "x < t"),
            ("2", "{{ .y }}", "x < t"),
            ("]", "]", "x < t"),
        ],
    );
}

#[test]
fn other_functions_make_the_text_their_own() {
    check_writers(
        &[
            ("lib", r#"{{ define "x" }}x{{ end }}"#),
            (
                "t",
                r#"{{ include "x" . | printf "%s!" }}{{ $x := include "x" . }}{{ $x }}"#,
            ),
        ],
        &[
            ("x!", r#"{{ include "x" . | printf "%s!" }}"#, "t"),
            ("x", "x", "x < t"),
        ],
    );
}

#[test]
fn strings_of_tpl_are_files_of_their_own() {
    check_writers(
        &[("t", r#"{{ tpl "a{{ 1 }}" . }}{{ tpl "a{{ 1 }}" . }}"#)],
        &[
            ("a", "a", "gotpl < t"),
            ("1", "{{ 1 }}", "gotpl < t"),
            ("a", "a", "gotpl < t"),
            ("1", "{{ 1 }}", "gotpl < t"),
        ],
    );
}

/// The nodes that an error and the frames around it point at, innermost first.
fn places(files: &[(&str, &str)]) -> Vec<String> {
    let sources = SourceMap::new();
    let set = set(&sources, files);
    let mut executor = Executor::new(&set, &TestHost, &sources, Options::default());
    let main = files.last().expect("a file").0;
    let error = executor.execute(main, Value::Nil).expect_err("it fails");
    let (span, frame) = error.root().place().or(error.place()).expect("a place");
    let innermost = error
        .chain()
        .filter_map(Error::place)
        .last()
        .expect("a place");
    let frame = innermost.1.or(frame).expect("a frame");
    let show = |span: Span| {
        let source = sources.get(span.file).expect("a known file");
        let text = &source.content[span.start as usize..span.end as usize];
        format!("{}: {}", source.name, String::from_utf8_lossy(text))
    };
    let _ = span;
    let calls = executor
        .frames()
        .chain(frame)
        .filter(|f| f.kind != FrameKind::Template);
    [show(innermost.0)]
        .into_iter()
        .chain(calls.map(|f| show(f.call)))
        .collect()
}

#[test]
fn errors_know_their_places() {
    let files = [
        (
            "lib",
            r#"{{ define "x" }}{{ template "y" (list 1) }}{{ end }}{{ define "y" }}{{ .a | len }}{{ end }}"#,
        ),
        ("t", r#"a {{ print (include "x" .) }}"#),
    ];
    assert_eq!(
        places(&files),
        [
            "lib: .a",
            r#"lib: {{ template "y" (list 1) }}"#,
            r#"t: include "x" ."#,
        ]
    );
}

fn run(text: &str, options: Options) -> Result<Vec<u8>, Error> {
    let file = File {
        name: "t",
        text: text.as_bytes(),
    };
    support::run(&[file], Value::Map(Map::default()), options)
}

fn budget_error(text: &str, budget: Budget) -> String {
    let error = run(
        text,
        Options {
            budget,
            ..Options::default()
        },
    )
    .expect_err("the budget ends");
    assert_eq!(error.kind(), ErrorKind::Budget, "{error}");
    assert!(error.place().is_some(), "{error} has a place");
    error.text().to_owned()
}

#[test]
fn budgets_end_what_does_not_end_itself() {
    let (loops, recursion) = support::on_render_stack(|| {
        let steps = Budget {
            steps: 10_000,
            ..Budget::default()
        };
        let output = Budget {
            output: 10_000,
            ..Budget::default()
        };
        let depth = Budget {
            depth: 50,
            ..Budget::default()
        };
        let by_tpl = r#"{{ $d := dict }}{{ $_ := set $d "t" "{{ tpl .t . }}" }}{{ tpl $d.t $d }}"#;
        let by_include = r#"{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}"#;
        let doubling = r#"{{ $x := "0123456789" }}{{ range 40 }}{{ $x = print $x $x }}{{ end }}"#;
        (
            [
                budget_error("{{ range 100000000 }}{{ end }}", steps),
                budget_error("{{ range 100000000 }}text{{ end }}", output),
                budget_error(doubling, output),
            ],
            [
                budget_error(by_tpl, depth),
                budget_error(by_include, depth),
                budget_error(by_include, Budget::default()),
            ],
        )
    });
    assert_eq!(
        loops,
        [
            "the render takes more than 10000 steps",
            "the render writes more than 10000 bytes",
            "a function gives a string of more than 2500 bytes",
        ]
    );
    assert_eq!(recursion, ["templates call one another too deep"; 3]);
}

#[test]
fn values_that_unfold_without_end_are_not_printed() {
    let text = r#"{{ $x := "0123456789" }}{{ range 16 }}{{ $x = print $x $x }}{{ end }}
        {{ $x = list $x }}{{ range 60 }}{{ $x = list $x $x }}{{ end }}{{ $x }}"#;
    assert!(budget_error(text, Budget::default()).contains("nested too deep"));
}

#[test]
fn a_thousand_includes_within_one_another() {
    let out = support::on_render_stack(|| {
        let text: String = (0..1_000)
            .map(|i| {
                let next = i + 1;
                format!(
                    "{{{{ define \"d{i}\" }}}}{{{{ range list 1 }}}}{{{{ if true }}}}{{{{ with list 1 }}}}\
                     {{{{ include \"d{next}\" $ | printf \"%s\" }}}}\
                     {{{{ end }}}}{{{{ end }}}}{{{{ end }}}}{{{{ end }}}}"
                )
            })
            .collect();
        let end = r#"{{ define "d1000" }}end{{ end }}{{ include "d0" . }}"#;
        run(&(text + end), Options::default())
    });
    assert_eq!(out.expect("it is not too deep"), b"end");
}

#[test]
fn deep_text_parses_or_fails_but_does_not_crash() {
    let parens = |n| format!("{{{{ {}1{} }}}}", "(".repeat(n), ")".repeat(n));
    let blocks = |n| format!("{}{}", "{{ if 1 }}".repeat(n), "{{ end }}".repeat(n));
    let parse = |text: String| Ast::parse(Arc::from(text.into_bytes()), &FUNCTIONS);
    assert!(parse(parens(100)).is_ok());
    assert!(parse(blocks(100)).is_ok());
    let error = parse(parens(100_000)).expect_err("it nests too deep");
    assert_eq!(error.message(), "max expression depth exceeded");
    assert!(parse(blocks(100_000)).is_err());
    let chain = format!(
        "{{{{ if 0 }}}}{}{{{{ end }}}}",
        "{{ else if 0 }}".repeat(100_000)
    );
    assert!(parse(chain).is_err());
}

#[test]
fn an_executor_goes_on_after_an_error() {
    let sources = SourceMap::new();
    let files = [
        ("bad", r#"{{ $x := 1 }}a{{ fail "no" }}"#),
        ("good", "b{{ . }}"),
    ];
    let set = set(&sources, &files);
    let mut executor = Executor::new(&set, &TestHost, &sources, Options::default());
    assert!(executor.execute("bad", Value::Nil).is_err());
    let out = executor
        .execute("good", Value::int(1))
        .expect("it executes");
    assert_eq!(out.as_bytes(), b"b1");
}

#[test]
fn a_parsed_text_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Ast>();
}

/// The frames of a logged execution, outermost first, each with its text and what it read.
fn logged(text: &str, data: &serde_json::Value) -> Vec<String> {
    let sources = SourceMap::new();
    let set = set(&sources, &[("t", text)]);
    let options = Options {
        log_reads: true,
        ..Options::default()
    };
    let mut executor = Executor::new(&set, &support::TestHost, &sources, options);
    executor
        .execute("t", support::json(data))
        .expect("it executes");
    let (frames, log) = executor.into_log();
    let ids = (0..frames.len()).map(|id| FrameId(u32::try_from(id).expect("few frames")));
    ids.map(|id| {
        let frame = frames.get(id).expect("it is there");
        let reads: Vec<String> = log
            .of(id)
            .iter()
            .map(|read| match read.base {
                Some(base) => format!("{} of {}", read.name, base.0),
                None => read.name.clone(),
            })
            .collect();
        format!(
            "{} in {:?}: {:?} {}..{} reads {}",
            id.0,
            frame.parent.map(|parent| parent.0),
            frame.kind,
            frame.call.start,
            frame.call.end,
            reads.join(", ")
        )
    })
    .collect()
}

#[test]
fn reads_are_logged_under_the_statement_that_makes_them() {
    let text = r#"{{ if .a.b }}{{ index .a "c" }}{{ end }}{{ range .l }}{{ .x }}{{ end }}"#;
    let data = serde_json::json!({"a": {"b": 1, "c": 2}, "l": [{"x": 3}]});
    assert_eq!(
        logged(text, &data),
        [
            "0 in None: Template 0..0 reads ",
            "1 in Some(0): Branch 0..40 reads .a.b of 0",
            "2 in Some(1): Statement 13..31 reads .a of 0, c",
            "3 in Some(0): Branch 40..71 reads .l of 0",
            "4 in Some(3): Turn 40..71 reads item 0",
            "5 in Some(4): Statement 54..62 reads .x of 4",
        ]
    );
}

#[test]
fn variables_remember_the_statement_that_set_them() {
    let text =
        "{{ $x := .a }}{{ if .b }}{{ $x = .c }}{{ end }}{{ $x }}{{ with .d }}{{ . }}{{ end }}";
    let data = serde_json::json!({"a": 1, "b": true, "c": 2, "d": 3});
    assert_eq!(
        logged(text, &data)[1..],
        [
            "1 in Some(0): Statement 0..14 reads .a of 0",
            "2 in Some(0): Branch 14..47 reads .b of 0",
            "3 in Some(2): Statement 25..38 reads .c of 0",
            "4 in Some(0): Statement 47..55 reads $x of 3",
            "5 in Some(0): Branch 55..84 reads .d of 0",
            "6 in Some(5): Statement 68..75 reads . of 5",
        ]
    );
}
