//! `values.schema.json`: whether values fit, in the words of Helm's own validator.
//!
//! [`check_values`] is Helm's `ValidateAgainstSchema`: it walks a chart and its sub-charts. The
//! validation itself is boon's, by the author of the Go library that Helm uses; this crate gives it the
//! values and words its findings as the Go library does.
//!
//! Architecture Invariant: this crate opens no file and no connection: a `$ref` to either is an error.

mod compile;
mod formats;
mod groups;
mod json;
mod sieve;
mod text;
mod words;

use evenkeel_diagnostics::{Code, Diagnostic, Origin, Span};
use evenkeel_value::{Map, Value};

/// A chart's schema and those of its enabled sub-charts.
#[derive(Debug, Clone, Default)]
pub struct ChartSchema<'a> {
    /// The chart's name: its alias where it has one.
    pub name: &'a str,
    /// The text of `values.schema.json`.
    pub schema: Option<&'a [u8]>,
    /// The sub-charts.
    pub dependencies: Vec<ChartSchema<'a>>,
}

/// What one chart's values do wrong.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// Helm's text.
    pub(crate) text: String,
    /// The places of the violations: keys and indices from the chart's values down.
    pub(crate) violations: Vec<Violation>,
}

/// One value that a schema refuses.
#[derive(Debug, Clone)]
pub(crate) struct Violation {
    pub(crate) path: Vec<String>,
    pub(crate) message: String,
}

/// Checks the coalesced values of a chart and its sub-charts against their schemas.
///
/// # Errors
/// One diagnostic for all violations; `native` is Helm's text, and each violation whose value was
/// written in a file points there. A schema that is no JSON or no schema fails in the same way.
pub fn check_values(chart: &ChartSchema<'_>, values: &Map) -> Result<(), Diagnostic> {
    let mut report = Report::default();
    report.chart(chart, values);
    if report.text.is_empty() {
        return Ok(());
    }
    let head = "values don't meet the specifications of the schema(s) in the following chart(s):";
    let message = match &*report.messages {
        [only] => only.clone(),
        all => format!("values do not fit the schema in {} places", all.len()),
    };
    let mut diagnostic = Diagnostic::error(Code::new("values/schema"), message)
        .with_native(format!("{head}\n{}", report.text));
    for (span, message) in report.places {
        if diagnostic.primary.span.file.is_some() {
            diagnostic = diagnostic.with_secondary(span, message);
        } else {
            diagnostic.primary.span = span;
            diagnostic.primary.text = message;
        }
    }
    Err(diagnostic)
}

#[derive(Default)]
struct Report {
    text: String,
    messages: Vec<String>,
    places: Vec<(Span, String)>,
}

impl Report {
    fn chart(&mut self, chart: &ChartSchema<'_>, values: &Map) {
        if let Some(schema) = chart.schema
            && let Err(failure) = compile::validate(values, schema)
        {
            self.text
                .push_str(&format!("{}:\n{}", chart.name, failure.text));
            if failure.violations.is_empty() {
                self.messages
                    .push(format!("chart {}: {}", chart.name, one_line(&failure.text)));
            }
            for violation in failure.violations {
                let place = violation.path.join(".");
                let message = match &*place {
                    "" => format!("chart {}: {}", chart.name, violation.message),
                    _ => format!("chart {}: `{place}`: {}", chart.name, violation.message),
                };
                if let Some(span) = locate(values, &violation.path) {
                    self.places.push((span, violation.message));
                }
                self.messages.push(message);
            }
        }
        for dependency in &chart.dependencies {
            match values.get(dependency.name.as_bytes()) {
                None | Some(Value::Nil) => {}
                Some(Value::Map(inner)) => self.chart(dependency, &inner),
                Some(other) => {
                    let got = other.ty().map_or("<nil>", |ty| ty.0.name);
                    let message =
                        format!("invalid type for values: expected object (map), got {got}");
                    self.text
                        .push_str(&format!("{}:\n{message}\n", dependency.name));
                    self.messages
                        .push(format!("chart {}: {message}", dependency.name));
                }
            }
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the value at `path` was written: its own key, or the nearest one above it.
fn locate(values: &Map, path: &[String]) -> Option<Span> {
    let mut at = Origin::NONE;
    let mut value = Value::Map(values.clone());
    for token in path {
        let (next, origin) = match &value {
            Value::Map(map) => (map.get(token.as_bytes())?, map.origin(token.as_bytes())?),
            Value::List(list) => {
                let item = list.borrow().get(token.parse::<usize>().ok()?)?.clone();
                (item.value, item.origin)
            }
            _ => break,
        };
        if origin.file.is_some() {
            at = origin;
        }
        value = next;
    }
    let end = path.last().map_or(1, |key| key.len().max(1)) as u32;
    at.file
        .is_some()
        .then(|| Span::new(at.file, at.offset, at.offset + end))
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    use super::*;

    const RECORDED: &str = include_str!("../../../fixtures/schema-validator/findings.txt");

    /// Findings in Go's words that boon words otherwise, or has no words for.
    const WORDED_OTHERWISE: &[&str] = &[
        "is not valid regex",
        "invalid $schema in",
        "1e6, 1.0",
        // boon counts the items behind `prefixItems` from the wrong one.
        "- at '/a/2': false schema",
    ];

    fn values(text: &str) -> Map {
        let data = evenkeel_yaml::decode(text.as_bytes(), FileId::NONE).expect("values parse");
        data.to_value().as_map().cloned().unwrap_or_default()
    }

    /// The order of several findings is random in Go.
    fn sorted(text: &str) -> Vec<&str> {
        let mut lines: Vec<_> = text.lines().collect();
        lines.sort_unstable();
        lines
    }

    #[test]
    fn finds_what_helm_finds() {
        let mut failures = Vec::new();
        for case in RECORDED.split("\n== ").skip(1) {
            let (head, want) = case.split_once("\n--\n").expect("a case has findings");
            let (schema, given) = head.split_once('\n').expect("a case has values");
            let got = compile::validate(&values(given), schema.as_bytes());
            let got = got.map_or_else(|failure| failure.text, |()| "ok".to_owned());
            let known = WORDED_OTHERWISE.iter().any(|words| want.contains(words));
            if known {
                assert_ne!(got, "ok", "{head}");
            } else if sorted(got.trim_end()) != sorted(want.trim_end()) {
                failures.push(format!("{head}\n--- want\n{want}\n--- got\n{got}"));
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    }

    #[test]
    fn sub_charts_are_checked_with_their_part() {
        let sub = ChartSchema {
            name: "sub",
            schema: Some(br#"{"properties":{"x":{"type":"integer"}}}"#),
            dependencies: Vec::new(),
        };
        let root = ChartSchema {
            name: "app",
            schema: None,
            dependencies: vec![sub],
        };
        assert!(check_values(&root, &values("{}")).is_ok());
        let native = |text| {
            check_values(&root, &values(text))
                .expect_err("fails")
                .native
        };
        let head =
            "values don't meet the specifications of the schema(s) in the following chart(s):";
        let want = format!("{head}\nsub:\n- at '/x': got string, want integer\n");
        assert_eq!(native("sub: {x: a}"), Some(want));
        let want =
            format!("{head}\nsub:\ninvalid type for values: expected object (map), got string\n");
        assert_eq!(native("sub: a"), Some(want));
    }
}
