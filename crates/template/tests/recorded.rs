//! Cases recorded from Go's text/template: fixtures/template/*.txt, by fixtures/template/record.

mod support;

use std::path::Path;

use evenkeel_template::Options;
use support::File;

#[derive(Default)]
struct Case<'c> {
    name: &'c str,
    data: &'c str,
    option: &'c str,
    files: Vec<File<'c>>,
    want: Option<Result<&'c str, &'c str>>,
}

impl<'c> Case<'c> {
    fn section(&mut self, head: &'c str, body: &'c str) {
        let body = body.strip_suffix('\n').unwrap_or(body);
        match head.split_once(' ') {
            Some(("file", name)) => self.files.push(File {
                name,
                text: body.as_bytes(),
            }),
            _ if head == "data" => self.data = body,
            _ if head == "option" => self.option = body,
            _ if head == "want" => self.want = Some(Ok(body)),
            _ if head == "error" => self.want = Some(Err(body)),
            _ => panic!("unknown section {head} in {}", self.name),
        }
    }

    fn check(&self) -> Result<(), String> {
        let data = match self.data {
            "" => evenkeel_value::Value::Nil,
            text => support::json(&serde_json::from_str(text).expect("data is JSON")),
        };
        let options = Options {
            missing_key: support::missing_key(self.option),
            ..Options::default()
        };
        let got = match support::run(&self.files, data, options) {
            Ok(out) => format!("want\n{}", String::from_utf8_lossy(&out)),
            Err(error) => format!("error\n{error}"),
        };
        let want = match self.want.expect("a case has an expectation") {
            Ok(out) => format!("want\n{out}"),
            Err(error) => format!("error\n{error}"),
        };
        if got == want {
            return Ok(());
        }
        Err(format!(
            "=== {}\n--- got {got}\n--- not {want}\n",
            self.name
        ))
    }
}

fn parse(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let head = line.strip_prefix("=== ").map(|name| (true, name));
        let head = head.or_else(|| line.strip_prefix("--- ").map(|name| (false, name)));
        if let Some((is_case, name)) = head {
            if let (Some((head, start)), Some(case)) = (open.take(), cases.last_mut()) {
                let end = if is_case { at - 1 } else { at };
                case.section(head, &text[start..end]);
            }
            if is_case {
                cases.push(Case {
                    name: name.trim(),
                    ..Case::default()
                });
            } else {
                open = Some((name.trim(), at + line.len()));
            }
        }
        at += line.len();
    }
    if let (Some((head, start)), Some(case)) = (open, cases.last_mut()) {
        case.section(head, &text[start..]);
    }
    cases
}

#[test]
fn cases_recorded_from_go() {
    let (count, failures) = support::on_render_stack(check_all);
    assert!(count > 0, "there are no cases");
    assert!(
        failures.is_empty(),
        "{} of {count} differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[expect(clippy::disallowed_methods, reason = "the cases are files")]
fn check_all() -> (usize, Vec<String>) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/template");
    let mut failures = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(dir).expect("the fixtures are there") {
        let path = entry.expect("a directory entry").path();
        if path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a case file is UTF-8");
        for case in parse(&text) {
            count += 1;
            failures.extend(case.check().err());
        }
    }
    (count, failures)
}
