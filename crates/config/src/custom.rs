//! Files with rules of one's own, which the configuration names under `custom`.

use evenkeel_yaml::{NodeKind, NodeRef, Spanned};

use evenkeel_value::{Data, DataEntry, DataItem};

use crate::field::Field;
use crate::glob::Glob;
use crate::reader::Reader;
use crate::shape::Shape;
use crate::values;

record! {
    owner "a file of rules";
    /// Rules in CEL, in a file of their own.
    pub struct RuleFile {
        /// The rules.
        "rules" => rules: Vec<Spanned<CustomRule>>,
    }
}

record! {
    owner "a rule";
    /// An invariant that each object it is about has to keep, as `spec.validations` of a ValidatingAdmissionPolicy.
    pub struct CustomRule {
        /// Its code, such as `ACME-01`; none that evenkeel has.
        "code" => code: Spanned<RuleCode>,
        /// What it demands, in one sentence without a final dot.
        "statement" => statement: Spanned<String>,
        /// Why it is there and what to do about a finding, in Markdown.
        "docs" => docs: Option<Spanned<String>>,
        /// How much its findings matter. Default: `error`.
        "severity" => severity: Option<RuleSeverity>,
        /// The objects that it is about. Default: all.
        "match" => matches: Match,
        /// Names for what several expressions need: `variables.<name>`, each evaluated after those above it.
        "variables" => variables: Vec<Spanned<Variable>>,
        /// What has to be true of an object.
        "expression" => expression: Spanned<String>,
        /// What is wrong where it is not: one line, no final dot.
        "message" => message: Option<Spanned<String>>,
        /// The same as an expression that gives a string; where it gives none, `message` is taken.
        "messageExpression" => message_expression: Option<Spanned<String>>,
        /// The field that is wrong, such as `spec.replicas`.
        "path" => path: Option<Spanned<String>>,
        /// The same as an expression that gives a string.
        "pathExpression" => path_expression: Option<Spanned<String>>,
        /// What to do about it.
        "hint" => hint: Option<Spanned<String>>,
        /// Objects that keep it and objects that break it.
        "tests" => tests: Vec<Spanned<RuleTest>>,
    }
}

record! {
    owner "what a rule is about";
    /// Which objects a rule looks at.
    pub struct Match {
        /// Their kinds, as `Deployment` or, with the group, `apps/Deployment`.
        "kinds" => kinds: Vec<Spanned<String>>,
        /// Their environments.
        "envs" => envs: Vec<Spanned<String>>,
        /// Their Applications, by the name with the environment or without it.
        "apps" => apps: Vec<Spanned<Glob>>,
    }
}

record! {
    owner "a variable";
    /// A name for the value of an expression.
    pub struct Variable {
        /// The name.
        "name" => name: Spanned<String>,
        /// Its value.
        "expression" => expression: Spanned<String>,
    }
}

record! {
    owner "a test of a rule";
    /// An object, and what the rule says of it.
    pub struct RuleTest {
        /// What it shows.
        "title" => title: Option<Spanned<String>>,
        /// Whether the object keeps the rule.
        "want" => want: Verdict,
        /// The object.
        "object" => object: Manifest,
        /// All objects of the environment. Default: the one.
        "objects" => objects: Vec<Manifest>,
        /// The chart's values.
        "values" => values: Manifest,
        /// The environment.
        "env" => env: Manifest,
        /// The Application.
        "app" => app: Manifest,
        /// The message of the finding.
        "message" => message: Option<Spanned<String>>,
        /// The field that the finding is in.
        "path" => path: Option<Spanned<String>>,
    }
}

choice! {
    what "a severity";
    /// How much the findings of a rule matter.
    pub enum RuleSeverity {
        /// they fail the check
        Error = "error",
        /// they are shown
        Warn = "warn",
        /// they are shown to who asks
        Info = "info",
    }
}

choice! {
    what "a verdict";
    /// What a test wants.
    pub enum Verdict {
        /// the object keeps the rule
        Pass = "pass",
        /// the object breaks it
        Fail = "fail",
        /// the rule cannot say
        NotEvaluated = "notEvaluated",
    }
}

/// A code such as `ACME-01`: letters that name a group, and a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RuleCode(String);

impl RuleCode {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for RuleCode {
    fn shape() -> Shape {
        Shape::Text {
            what: "code",
            pattern: Some("^[A-Z]+-[0-9]+$"),
        }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<RuleCode> {
        let text = reader.text(node, "a code such as `ACME-01`")?;
        let is_code = text.split_once('-').is_some_and(|(group, number)| {
            !group.is_empty()
                && !number.is_empty()
                && group.bytes().all(|b| b.is_ascii_uppercase())
                && number.bytes().all(|b| b.is_ascii_digit())
        });
        if is_code {
            return Some(RuleCode(text));
        }
        let message = format!("`{text}` is no code of a rule");
        let help = "capital letters, `-` and digits, such as `ACME-01`";
        reader.invalid(node.span(), message, help)
    }
}

/// Any mapping, its keys as they stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest(pub Data);

impl Field for Manifest {
    const DEFAULT: &'static str = "`{}`";

    fn shape() -> Shape {
        Shape::Values
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Manifest> {
        match node.kind() {
            NodeKind::Mapping => data(node, reader, values::MAX_DEPTH).map(Manifest),
            _ => reader.mistyped(node, "a mapping"),
        }
    }

    fn absent() -> Option<Manifest> {
        Some(Manifest(Data::empty_map()))
    }
}

fn data(node: NodeRef<'_>, reader: &mut Reader<'_>, depth: usize) -> Option<Data> {
    let Some(left) = depth.checked_sub(1) else {
        let message = format!("the object is nested deeper than {}", values::MAX_DEPTH);
        return reader.invalid(node.span(), message, "");
    };
    Some(match node.kind() {
        NodeKind::Mapping => {
            let entries = reader.entries(node, "a mapping")?.into_iter();
            let entries = entries.filter_map(|(key, value)| {
                Some(DataEntry {
                    key: key.value.as_bytes().into(),
                    value: data(value, reader, left)?,
                    origin: values::origin(key.span),
                })
            });
            Data::map(entries.collect())
        }
        NodeKind::Sequence => {
            let items = reader.items(node, "a list")?.into_iter();
            let items = items.filter_map(|item| {
                Some(DataItem {
                    value: data(item, reader, left)?,
                    origin: values::origin(item.span()),
                })
            });
            Data::List(items.collect())
        }
        _ => values::scalar(node, reader),
    })
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    use crate::{Config, parse_rules};

    /// The messages for a file with one rule, of which only a part is given.
    #[track_caller]
    fn check(part: &str, want: &[&str]) {
        let rest = match part.starts_with("code:") {
            true => "",
            false => "code: ACME-01, ",
        };
        let text = format!("rules: [{{{rest}{part}, statement: s, expression: 'true'}}]");
        let (_, found) = parse_rules(text.as_bytes(), FileId::NONE, &Config::default());
        let found: Vec<_> = found.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn rules_are_read() {
        check("severity: warn", &[]);
        check(
            "tests: [{want: fail, object: {metadata: {labels: {a.b/c: d}}}}]",
            &[],
        );
    }

    #[test]
    fn what_is_wrong_is_told() {
        check("code: acme-1", &["`acme-1` is no code of a rule"]);
        check("hints: x", &["unknown key `hints` in a rule"]);
        check("severity: high", &["expected a severity, found `high`"]);
        check(
            "tests: [{object: {}}]",
            &["`want` is missing in a test of a rule"],
        );
        check(
            "tests: [{want: pass, object: [1]}]",
            &["expected a mapping, found a list"],
        );
    }
}
