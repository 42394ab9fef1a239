//! The text format of a topic: cases of named sections, in the manner of Go's txtar.

#![expect(
    clippy::disallowed_methods,
    reason = "the harness reads its own fixtures"
)]

use std::fmt;
use std::path::{Path, PathBuf};

use super::calls::{parse_calls, write_calls};
use super::escape::{escape, needs_escape, unescape};
use super::{Args, Body, Case, Expectation, File};

/// One file of `fixtures/conformance`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The comment lines at the top, without their `# `.
    pub header: Vec<String>,
    /// The cases, in order.
    pub cases: Vec<Case>,
}

/// A topic that does not follow the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for FormatError {}

struct Section<'a> {
    line: usize,
    name: &'a str,
    encoding: Option<&'a str>,
    body: &'a [u8],
}

/// Every topic below `directory`, in the order of their paths (relative ones, without `.txt`).
///
/// # Errors
/// A file that cannot be read or does not follow the format; the text names it.
pub fn load_all(directory: &Path) -> Result<Vec<(String, PathBuf, Topic)>, String> {
    let mut topics = Vec::new();
    for entry in walkdir::WalkDir::new(directory).sort_by_file_name() {
        let entry = entry.map_err(|e| e.to_string())?;
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let topic = parse(&bytes).map_err(|e| format!("{}: {e}", path.display()))?;
        let name = path
            .strip_prefix(directory)
            .unwrap_or(path)
            .with_extension("");
        topics.push((name.to_string_lossy().into_owned(), path.to_owned(), topic));
    }
    Ok(topics)
}

/// Reads a topic.
///
/// # Errors
/// The first line that does not follow the format.
pub fn parse(text: &[u8]) -> Result<Topic, FormatError> {
    let mut topic = Topic {
        header: Vec::new(),
        cases: Vec::new(),
    };
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut id: Option<(usize, &str)> = None;
    let mut start = 0;
    for (index, line) in text.split_inclusive(|&b| b == b'\n').enumerate() {
        let begin = start;
        start += line.len();
        if let Some(name) = marker(line, "== ", " ==") {
            // The writer puts a blank line before each header; it belongs to no section.
            if let Some(last) = sections.last_mut() {
                last.body = last.body.strip_suffix(b"\n").unwrap_or(last.body);
            }
            finish(&mut topic, id.take(), &mut sections)?;
            id = Some((index + 1, name));
        } else if let Some(name) = marker(line, "-- ", " --") {
            let (name, encoding) = split_encoding(name);
            sections.push(Section {
                line: index + 1,
                name,
                encoding,
                body: &text[start..start],
            });
        } else if let Some(section) = sections.last_mut() {
            let from = begin - section.body.len();
            section.body = &text[from..start];
        } else if let Some(comment) = line.strip_prefix(b"#").filter(|_| id.is_none()) {
            let comment = String::from_utf8_lossy(comment);
            topic.header.push(comment.trim().to_owned());
        } else if line != b"\n" {
            return Err(error(index + 1, "text outside of a section"));
        }
    }
    finish(&mut topic, id, &mut sections)?;
    Ok(topic)
}

fn marker<'a>(line: &'a [u8], open: &str, close: &str) -> Option<&'a str> {
    let inner = line
        .strip_suffix(b"\n")
        .unwrap_or(line)
        .strip_prefix(open.as_bytes())?;
    std::str::from_utf8(inner.strip_suffix(close.as_bytes())?).ok()
}

fn split_encoding(name: &str) -> (&str, Option<&str>) {
    match name
        .strip_suffix(')')
        .and_then(|rest| rest.split_once(" ("))
    {
        Some((name, encoding)) => (name, Some(encoding)),
        None => (name, None),
    }
}

fn error(line: usize, message: impl Into<String>) -> FormatError {
    FormatError {
        line,
        message: message.into(),
    }
}

fn finish(
    topic: &mut Topic,
    id: Option<(usize, &str)>,
    sections: &mut Vec<Section<'_>>,
) -> Result<(), FormatError> {
    let Some((line, id)) = id else {
        return match sections.first() {
            Some(section) => Err(error(section.line, "a section before the first case")),
            None => Ok(()),
        };
    };
    let mut case = Case {
        id: id.to_owned(),
        files: Vec::new(),
        args: Args::More(Vec::new()),
        body: Body::Run {
            helm4: None,
            helm3: None,
        },
    };
    for section in sections.drain(..) {
        let content = decode(&section)?;
        take_section(&mut case, &section, content)?;
    }
    if topic.cases.iter().any(|other| other.id == case.id) {
        return Err(error(line, format!("a second case {:?}", case.id)));
    }
    topic.cases.push(case);
    Ok(())
}

fn decode(section: &Section<'_>) -> Result<Vec<u8>, FormatError> {
    let mut content = section.body.to_vec();
    for encoding in section.encoding.into_iter().flat_map(|e| e.split(", ")) {
        content = match encoding {
            "no newline" => content.strip_suffix(b"\n").unwrap_or(&content).to_vec(),
            "escaped" => unescape(&content)
                .ok_or_else(|| error(section.line, "an unknown escape in this section"))?,
            other => return Err(error(section.line, format!("unknown encoding {other:?}"))),
        };
    }
    Ok(content)
}

fn take_section(
    case: &mut Case,
    section: &Section<'_>,
    content: Vec<u8>,
) -> Result<(), FormatError> {
    let text =
        || String::from_utf8(content.clone()).map_err(|_| error(section.line, "text is not UTF-8"));
    let expectation = match section.name {
        "args" => {
            case.args = Args::More(text()?.lines().map(str::to_owned).collect());
            return Ok(());
        }
        "command" => {
            case.args = Args::Whole(text()?.lines().map(str::to_owned).collect());
            return Ok(());
        }
        "calls" => {
            let calls = parse_calls(&text()?)
                .map_err(|line| error(section.line, format!("a result without a call: {line}")))?;
            case.body = Body::Calls(calls);
            return Ok(());
        }
        "want" | "want helm 3" => Expectation::Stdout(content),
        "error" | "error helm 3" => Expectation::Error(text()?.trim_end().to_owned()),
        path => {
            case.files.push(File {
                path: path.to_owned(),
                content,
            });
            return Ok(());
        }
    };
    let Body::Run { helm4, helm3 } = &mut case.body else {
        return Err(error(
            section.line,
            "a list of calls has no other expectation",
        ));
    };
    *if section.name.ends_with(" 3") {
        helm3
    } else {
        helm4
    } = Some(expectation);
    Ok(())
}

/// Writes a topic, so that [`parse`] reads the same again.
pub fn write(topic: &Topic) -> Vec<u8> {
    let mut out = String::new();
    for line in &topic.header {
        out.push_str(format!("# {line}").trim_end());
        out.push('\n');
    }
    for case in &topic.cases {
        out.push_str(&format!("\n== {} ==\n", case.id));
        for file in &case.files {
            write_section(&mut out, &file.path, &file.content);
        }
        match &case.args {
            Args::More(args) if args.is_empty() => {}
            Args::More(args) => write_section(&mut out, "args", lines(args).as_bytes()),
            Args::Whole(args) => write_section(&mut out, "command", lines(args).as_bytes()),
        }
        write_body(&mut out, &case.body);
    }
    out.into_bytes()
}

fn lines(args: &[String]) -> String {
    args.iter().map(|arg| format!("{arg}\n")).collect()
}

fn write_body(out: &mut String, body: &Body) {
    match body {
        Body::Calls(calls) => write_section(out, "calls", write_calls(calls).as_bytes()),
        Body::Run { helm4, helm3 } => {
            for (suffix, expectation) in [("", helm4), (" helm 3", helm3)] {
                match expectation {
                    Some(Expectation::Stdout(stdout)) => {
                        write_section(out, &format!("want{suffix}"), stdout);
                    }
                    Some(Expectation::Error(message)) => {
                        write_section(
                            out,
                            &format!("error{suffix}"),
                            format!("{message}\n").as_bytes(),
                        );
                    }
                    None => {}
                }
            }
        }
    }
}

fn write_section(out: &mut String, name: &str, content: &[u8]) {
    let escaped = needs_escape(content);
    let complete = content.is_empty() || content.ends_with(b"\n");
    let encoding = match (escaped, complete) {
        (false, true) => "",
        (true, true) => " (escaped)",
        (false, false) => " (no newline)",
        (true, false) => " (no newline, escaped)",
    };
    out.push_str(&format!("-- {name}{encoding} --\n"));
    if escaped {
        out.push_str(&escape(content));
    } else {
        out.push_str(&String::from_utf8_lossy(content));
    }
    if !complete {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: &str, files: &[(&str, &[u8])], helm4: Expectation) -> Case {
        let files = files.iter().map(|(p, c)| File {
            path: (*p).to_owned(),
            content: c.to_vec(),
        });
        Case {
            id: id.to_owned(),
            files: files.collect(),
            args: Args::More(Vec::new()),
            body: Body::Run {
                helm4: Some(helm4),
                helm3: None,
            },
        }
    }

    #[test]
    fn topics_survive_a_round_trip() {
        let mut odd = run(
            "odd",
            &[
                ("demo/a", b""),
                ("demo/b", b"x"),
                ("demo/c", b"\xff\r\n-- y --\n"),
                ("demo/d/", b""),
            ],
            Expectation::Error("no\n\nway".to_owned()),
        );
        odd.args = Args::More(vec!["--set".to_owned(), "a=b".to_owned()]);
        let blank = run("blank", &[], Expectation::Stdout(b"\n\n".to_vec()));
        let last = run("last", &[], Expectation::Stdout(b"a\n\n".to_vec()));
        let topic = Topic {
            header: vec!["Title.".to_owned()],
            cases: vec![blank, odd, last],
        };
        let text = write(&topic);
        assert_eq!(
            parse(&text),
            Ok(topic),
            "{}",
            String::from_utf8_lossy(&text)
        );
    }

    #[test]
    fn what_makes_no_sense_is_named_with_its_line() {
        let check = |text: &str, line| assert_eq!(parse(text.as_bytes()).unwrap_err().line, line);
        check("x\n", 1);
        check("-- want --\n", 1);
        check("== a ==\n\nx\n", 3);
        check("== a ==\n== a ==\n", 2);
        check("== a ==\n-- f (rot13) --\n", 2);
    }
}
