//! Random values through `toYaml`, `toYamlPretty` and `toJson`.

use evenkeel_tests::conformance::{Case, Topic};

use super::random::Random;
use super::{TEMPLATE, case, header};

const CASES: u64 = 40;
const ITEMS: usize = 50;

/// Each line of the output is a YAML comment, whatever the emitters print; what would end a comment or is
/// no YAML is shown as `<85>`.
const SHOW: &str = r##"{{- define "show" }}
{{- $text := index . 1 }}
{{- range $c := list "\u0001" "\r" "\u007f" "\u0085" "\u2028" "\ufeff" }}
{{- $text = replace $c (printf "<%x>" $c) $text }}
{{- end }}
{{- index . 0 }} {{ replace "\n" (printf "\n%s " (index . 0)) $text }}
{{- end }}
{{- range $i, $line := .Files.Lines "items.json" }}
{{- $value := mustFromJson $line }}
#{{ $i }}
{{ include "show" (list "#y" (toYaml $value)) }}
{{ include "show" (list "#p" (toYamlPretty $value)) }}
{{ include "show" (list "#j" (toJson $value)) }}
{{- end }}
"##;

/// What strings are made of: whatever a YAML emitter has to think about.
const PIECES: [&str; 78] = [
    "a",
    "word",
    "Long-ish",
    "é",
    "日本",
    "\u{1f600}",
    " ",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    ":",
    ": ",
    " #",
    "#",
    "-",
    "- ",
    "?",
    "? ",
    "!",
    "&",
    "*",
    "%",
    "@",
    "`",
    "'",
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ", ",
    "|",
    ">",
    "~",
    "null",
    "true",
    "yes",
    "No",
    "on",
    "y",
    "0",
    "1",
    "12",
    "007",
    "0x1F",
    "0o7",
    "0b1",
    "1e3",
    "1.",
    ".5",
    "-1",
    "+1",
    "1_000",
    "1:20",
    ".inf",
    ".NaN",
    "2020-01-02",
    "2020-01-02T03:04:05Z",
    "=",
    "<<",
    "---",
    "...",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "\r",
    "\u{1}",
    "\u{fffd}",
    "<b>&",
    "/",
    "x=y",
    "the quick brown fox jumps over the lazy dog",
];

const NUMBERS: [&str; 26] = [
    "0",
    "-0",
    "1",
    "-1",
    "7",
    "42",
    "255",
    "65535",
    "1000000",
    "16777216",
    "123456789",
    "2147483648",
    "9007199254740993",
    "1e15",
    "1e20",
    "1e21",
    "123456789012345678901234567890",
    "0.1",
    "1.5",
    "-2.25",
    "1e-5",
    "1e-7",
    "3.141592653589793",
    "5e-324",
    "1.7976931348623157e308",
    "100.0",
];

pub(super) fn topic() -> Topic {
    let cases = (0..CASES).map(sweep).collect();
    Topic {
        header: header("Random values through the three emitters."),
        cases,
    }
}

fn sweep(number: u64) -> Case {
    let mut random = Random::new(number);
    let items: Vec<_> = (0..ITEMS).map(|_| value(&mut random, 0)).collect();
    let files = vec![
        ("demo/items.json", items.join("\n")),
        (TEMPLATE, SHOW.to_owned()),
    ];
    case(format!("emit-{number:02}"), files, Vec::new())
}

/// A random value, as JSON.
fn value(random: &mut Random, depth: usize) -> String {
    match random.below(if depth < 3 { 14 } else { 8 }) {
        0 => "null".to_owned(),
        1 => (*random.pick(&["true", "false"])).to_owned(),
        2 => (*random.pick(&NUMBERS)).to_owned(),
        3..8 => string(random),
        8..11 => {
            let length = random.below(4);
            let items: Vec<_> = (0..length).map(|_| value(random, depth + 1)).collect();
            format!("[{}]", items.join(","))
        }
        _ => {
            let length = random.below(4);
            let entries: Vec<_> = (0..length)
                .map(|at| format!("{}:{}", key(random, at), value(random, depth + 1)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
    }
}

/// Most keys are plain words: go-yaml's order of keys that mix digits and letters is not transitive, so
/// Helm itself does not repeat it.
fn key(random: &mut Random, at: usize) -> String {
    match random.below(3) {
        0 => string(random),
        _ => quote(&format!(
            "{}{}",
            random.pick(&["key", "name", "spec", "a"]),
            ["A", "b", "C", "d"][at % 4]
        )),
    }
}

fn string(random: &mut Random) -> String {
    let pieces = match random.below(10) {
        0 => 0,
        1..5 => 1,
        5..9 => 2 + random.below(3),
        _ => 6 + random.below(8),
    };
    let text: String = (0..pieces).map(|_| *random.pick(&PIECES)).collect();
    quote(&text)
}

fn quote(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        _ if c.is_control() || matches!(c, '\u{2028}' | '\u{feff}') => {
            format!("\\u{:04x}", u32::from(c))
        }
        _ => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}
