//! Calls of every function: the hand-written seeds, and the first seed of each function with one
//! argument after the other replaced by what it does not expect.

use std::collections::BTreeMap;

use evenkeel_tests::conformance::{Args, Body, Call, Case, File, Topic};

use super::header;
use crate::workspace;

/// How many calls of a function are enough; seeds and arities are kept beyond it.
const ENOUGH: usize = 24;
const AT_LEAST: usize = 20;

/// What an argument is replaced by.
const WRONG: [&str; 11] = [
    "nil",
    r#""a\xffb""#,
    "-1",
    r#"(list 1 "a" nil)"#,
    r#""""#,
    ".Values.float",
    r#"(dict "k" 1)"#,
    "true",
    ".Values.none",
    "7",
    r#""1é""#,
];

/// The same for functions that print something else each time when they succeed (seeds marked `- `): of
/// these none is a string or an integer.
const WRONG_TYPES: [&str; 8] = [
    "nil",
    "true",
    "1.5",
    r#"(list 1 "a" nil)"#,
    r#"(dict "k" 1)"#,
    ".Values.none",
    ".Values.float",
    ".Values.map",
];

/// Other ways to call, for functions that would have too few calls.
const SHAPES: [&str; 14] = [
    "kindOf (CALL)",
    "nil | FN",
    "\"x\" | CALL",
    "list (CALL) | len",
    "FN nil nil nil",
    "FN .Values $.Release",
    "not (CALL)",
    "empty (CALL)",
    "FN (list)",
    "FN .Values.list",
    "FN $unknown",
    "FN (FN)",
    "(FN).Field",
    "FN 1 2 3 4 5",
];

const VALUES: &str = "number: 3
text: abc
list: [b, a, 3, null]
map: {b: 1, a: x}
none: null
float: 1.5
big: 1e20
";

const HELPERS: &str = "{{ define \"greet\" }}hi {{ . }}{{ end }}\n";

struct Seed<'a> {
    random: bool,
    function: &'a str,
    arguments: Vec<&'a str>,
    call: &'a str,
    wrap: &'a str,
}

/// One topic per file of seeds.
pub(super) fn topics() -> Result<Vec<(String, Topic)>, String> {
    let folder = workspace::conformance().join("seeds");
    let mut topics = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|e| e.to_string())?;
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "seeds") {
            continue;
        }
        let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
        let family = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        topics.push((format!("functions_{family}"), topic(&family, &text)?));
    }
    Ok(topics)
}

fn topic(family: &str, text: &str) -> Result<Topic, String> {
    let mut functions: BTreeMap<&str, Vec<Seed<'_>>> = BTreeMap::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let seed = parse_seed(line);
        functions.entry(seed.function).or_default().push(seed);
    }
    let mut cases = Vec::new();
    for (function, seeds) in functions {
        let calls = calls(&seeds);
        if calls.len() < AT_LEAST {
            return Err(format!(
                "{function}: {} calls; write more seeds",
                calls.len()
            ));
        }
        let calls = calls.into_iter().map(|expression| Call {
            expression,
            helm4: None,
            helm3: None,
        });
        let file = |path: &str, text: &str| File {
            path: path.to_owned(),
            content: text.into(),
        };
        cases.push(Case {
            id: format!("calls-{function}"),
            files: vec![
                file("demo/values.yaml", VALUES),
                file("demo/templates/_helpers.tpl", HELPERS),
            ],
            args: Args::More(Vec::new()),
            body: Body::Calls(calls.collect()),
        });
    }
    Ok(Topic {
        header: header(&format!("Calls of the functions of the family {family}.")),
        cases,
    })
}

fn parse_seed(line: &str) -> Seed<'_> {
    let (random, line) = match line.strip_prefix("- ") {
        Some(line) => (true, line),
        None => (false, line),
    };
    let (call, wrap) = line.split_once(" ~ ").unwrap_or((line, "_"));
    let mut arguments = split_arguments(call);
    let head = arguments.remove(0);
    let name = head.trim_start_matches('(');
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(name.len());
    Seed {
        random,
        function: &name[..end],
        arguments,
        call,
        wrap,
    }
}

/// The words of a call; parentheses and quotes hold a word together.
fn split_arguments(call: &str) -> Vec<&str> {
    let (mut words, mut depth, mut quoted, mut escaped, mut start) =
        (Vec::new(), 0, false, false, 0);
    for (at, c) in call.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            ' ' if !quoted && depth == 0 => {
                words.push(&call[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&call[start..]);
    words
}

fn calls(seeds: &[Seed<'_>]) -> Vec<String> {
    let mut calls: Vec<String> = Vec::new();
    let add = |calls: &mut Vec<String>, seed: &Seed<'_>, call: &str| {
        let expression = seed.wrap.replace('_', call);
        let expression = if seed.wrap == "_" {
            call.to_owned()
        } else {
            expression
        };
        if !calls.contains(&expression) {
            calls.push(expression);
        }
    };
    for seed in seeds {
        add(&mut calls, seed, seed.call);
    }
    let Some(first) = seeds.first().filter(|seed| !seed.call.starts_with('(')) else {
        return calls;
    };
    for arguments in arities(&first.arguments) {
        add(
            &mut calls,
            first,
            &[&[first.function], arguments.as_slice()].concat().join(" "),
        );
    }
    let wrong: &[&str] = if first.random { &WRONG_TYPES } else { &WRONG };
    let places = first.arguments.len().max(1);
    for replacement in wrong {
        for place in 0..places {
            if calls.len() >= ENOUGH {
                break;
            }
            let mut words = vec![first.function];
            words.extend(&first.arguments);
            words.resize(words.len().max(place + 2), replacement);
            words[place + 1] = replacement;
            add(&mut calls, first, &words.join(" "));
        }
    }
    for shape in SHAPES {
        if calls.len() < AT_LEAST {
            let call = shape
                .replace("CALL", first.call)
                .replace("FN", first.function);
            add(&mut calls, first, &call);
        }
    }
    calls
}

/// The arguments with none, with one fewer and with one more.
fn arities<'a>(arguments: &[&'a str]) -> Vec<Vec<&'a str>> {
    let fewer = &arguments[..arguments.len().saturating_sub(1)];
    vec![
        Vec::new(),
        fewer.to_vec(),
        [arguments, &["\"extra\""]].concat(),
    ]
}
