//! JUnit's XML, as the Jenkins plugin reads it: a suite for each environment, a case for each rule.

use std::fmt::Write;

use evenkeel_diagnostics::Severity;
use evenkeel_rules::{Finding, rule};

use crate::describe::{counted, lines};
use crate::{Failure, Results};

/// The suite of what belongs to no environment.
const REPOSITORY: &str = "repository";

/// What is said of one rule in one environment.
#[derive(Default)]
struct Case<'a> {
    code: &'a str,
    errors: Vec<&'a Finding>,
    others: Vec<&'a Finding>,
    skipped: Vec<&'a str>,
}

/// The report as XML. As with the exit code, only errors fail; warnings, notes and what is waived stand in the output of
/// their case. A rule that was not evaluated and found no error is skipped.
pub fn junit(results: &Results<'_>) -> String {
    let mut suites = String::new();
    let (mut tests, mut failed, mut broken, mut skipped) = (0, 0, 0, 0);
    let envs = results.report.envs.iter().map(String::as_str);
    for env in envs.chain([""]) {
        let cases = cases(env, results);
        let failures: Vec<&Failure<'_>> = results
            .failures
            .iter()
            .filter(|failure| failure.env == env)
            .filter(|failure| failure.diagnostic.severity == Severity::Error)
            .collect();
        if cases.is_empty() && failures.is_empty() {
            continue;
        }
        let (fails, skips) = (
            cases.iter().filter(|case| case.fails()).count(),
            cases.iter().filter(|case| case.is_skipped()).count(),
        );
        let name = if env.is_empty() { REPOSITORY } else { env };
        let count = cases.len() + failures.len();
        let _ = writeln!(
            suites,
            "  <testsuite name=\"{}\" tests=\"{count}\" failures=\"{fails}\" errors=\"{}\" skipped=\"{skips}\">",
            escaped(name),
            failures.len(),
        );
        suites.extend(failures.iter().map(|one| broken_case(name, one, results)));
        suites.extend(cases.iter().map(|case| case.xml(name, results)));
        suites.push_str("  </testsuite>\n");
        tests += count;
        failed += fails;
        broken += failures.len();
        skipped += skips;
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"evenkeel\" tests=\"{tests}\" failures=\"{failed}\" errors=\"{broken}\" skipped=\"{skipped}\">\n\
         {suites}</testsuites>\n"
    )
}

/// The rules that ran in an environment. Of those that are about the repository, the ones that said something.
fn cases<'a>(env: &str, results: &Results<'a>) -> Vec<Case<'a>> {
    let report = results.report;
    let codes = report.rules.iter();
    let cases = codes.map(|code| {
        let of_rule = |finding: &&Finding| finding.rule == *code && finding.env == env;
        let (errors, mut others): (Vec<&Finding>, Vec<&Finding>) = report
            .all()
            .filter(of_rule)
            .partition(|finding| finding.severity == Severity::Error);
        let waived = report.waived.iter().map(|waived| &waived.finding);
        others.extend(waived.filter(of_rule));
        let skipped = report.not_evaluated.iter();
        let skipped = skipped.filter(|skipped| skipped.rule == *code && skipped.env == env);
        Case {
            code,
            errors,
            others,
            skipped: skipped.map(|skipped| skipped.reason.as_str()).collect(),
        }
    });
    cases
        .filter(|case| !env.is_empty() || case.says_something())
        .collect()
}

impl Case<'_> {
    fn fails(&self) -> bool {
        !self.errors.is_empty()
    }

    fn is_skipped(&self) -> bool {
        !self.fails() && !self.skipped.is_empty()
    }

    fn says_something(&self) -> bool {
        self.fails() || self.is_skipped() || !self.others.is_empty()
    }

    fn xml(&self, suite: &str, results: &Results<'_>) -> String {
        let ours = rule(self.code).map(|rule| rule.statement);
        let custom = || results.custom.get(self.code).map(|rule| &*rule.statement);
        let name = match ours.or_else(custom) {
            Some(statement) => format!("{}: {statement}", self.code),
            None => self.code.to_owned(),
        };
        let mut inner = String::new();
        if self.fails() {
            let message = counted(self.errors.len(), "finding").unwrap_or_default();
            let text = escaped(&texts(&self.errors, results));
            let _ = writeln!(
                inner,
                "      <failure message=\"{message}\" type=\"{}\">{text}</failure>",
                escaped(self.code),
            );
        } else if self.is_skipped() {
            let reasons = escaped(&self.skipped.join("\n"));
            let _ = writeln!(
                inner,
                "      <skipped message=\"not evaluated: {reasons}\"/>"
            );
        }
        if !self.others.is_empty() {
            let text = escaped(&texts(&self.others, results));
            let _ = writeln!(inner, "      <system-out>{text}</system-out>");
        }
        case(suite, &name, &inner)
    }
}

fn broken_case(suite: &str, failure: &Failure<'_>, results: &Results<'_>) -> String {
    let diagnostic = failure.diagnostic;
    let name = match failure.app {
        "" => "renders".to_owned(),
        app => format!("{app} renders"),
    };
    let place = results.place(diagnostic.primary.span);
    let place = place.map_or(String::new(), |place| place.shown());
    let inner = format!(
        "      <error message=\"{}\" type=\"{}\">{}</error>\n",
        escaped(&diagnostic.message),
        escaped(&diagnostic.code.0),
        escaped(&place),
    );
    case(suite, &name, &inner)
}

fn case(suite: &str, name: &str, inner: &str) -> String {
    let (suite, name) = (escaped(suite), escaped(name));
    let open = format!("    <testcase classname=\"evenkeel.{suite}\" name=\"{name}\"");
    match inner.is_empty() {
        true => format!("{open}/>\n"),
        false => format!("{open}>\n{inner}    </testcase>\n"),
    }
}

fn texts(findings: &[&Finding], results: &Results<'_>) -> String {
    let texts = findings.iter().map(|finding| {
        let word = crate::describe::severity(finding.severity);
        format!("{word}: {}", lines(finding, results).join("\n  "))
    });
    texts.collect::<Vec<_>>().join("\n\n")
}

/// Text that XML 1.0 can hold, in an attribute too: what is no character of it, as most control characters, is
/// replaced.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            c if c.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}
