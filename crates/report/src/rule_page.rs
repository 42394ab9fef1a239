//! The manual pages of the rules.

use std::fmt::Write;

use evenkeel_rules::{CustomRule, CustomRules, Example, Outcome, RULES, Rule};

use crate::describe::severity;

/// All rules, for a terminal; those that a repository brings itself last.
pub fn list(custom: &CustomRules) -> String {
    let lines = RULES.iter().map(|rule| {
        let deep = if rule.is_deep() { ", --deep only" } else { "" };
        format!(
            "{}  {}\n        {}, {}{deep}\n",
            rule.code,
            rule.statement,
            severity(rule.severity),
            rule.scope.as_str()
        )
    });
    let custom = custom.iter().map(|rule| {
        let severity = severity(rule.severity);
        format!(
            "{}  {}\n        {severity}, custom\n",
            rule.code, rule.statement
        )
    });
    lines.chain(custom).collect()
}

/// A table of all rules, in Markdown, with links to their pages beside it.
pub fn index() -> String {
    let mut page = "\
# Rules

What `evenkeel check` looks for. *General* rules hold in every repository of Helm charts and Argo CD; *policy* rules
where `evenkeel.yaml` says what is demanded. `rules:` in `evenkeel.yaml` changes a severity or turns a rule off.

| rule | demands | severity | scope |
|---|---|---|---|
"
    .to_owned();
    for rule in RULES {
        let deep = if rule.is_deep() { ", `--deep`" } else { "" };
        let _ = writeln!(
            page,
            "| [{code}]({code}.md) | {} | {} | {}{deep} |",
            rule.statement.replace('|', "\\|"),
            severity(rule.severity),
            rule.scope.as_str(),
            code = rule.code,
        );
    }
    page
}

/// A rule's page, in Markdown.
pub fn page(rule: &Rule) -> String {
    let mut page = format!("# {}: {}\n\n", rule.code, rule.statement);
    let inputs: Vec<&str> = rule.inputs.iter().map(|input| input.as_str()).collect();
    let _ = writeln!(
        page,
        "Severity: {}. Scope: {}. Looks at: {}.\n",
        severity(rule.severity),
        rule.scope.as_str(),
        inputs.join(", ")
    );
    let _ = writeln!(page, "{}", rule.docs);
    for example in rule.examples {
        page.push_str(&shown(example));
    }
    page
}

/// The page of a rule that a repository brings itself.
pub fn custom_page(rule: &CustomRule) -> String {
    let severity = severity(rule.severity);
    let mut page = format!(
        "# {}: {}\n\nSeverity: {severity}. Scope: custom.\n",
        rule.code, rule.statement
    );
    if !rule.docs.is_empty() {
        let _ = write!(page, "\n{}\n", rule.docs);
    }
    page.push_str("\n```cel\n");
    for (name, expression) in rule.variables() {
        let _ = writeln!(page, "variables.{name} = {}", expression.trim_end());
    }
    let _ = write!(page, "{}\n```\n", rule.expression().trim_end());
    page
}

fn shown(example: &Example) -> String {
    let says = match example.outcome {
        Outcome::Fails => "Found",
        Outcome::Passes => "In order",
        Outcome::NearMiss => "In order, though it looks like a finding",
        Outcome::NotEvaluated => "Not evaluated",
    };
    let mut text = format!("\n## {says}: {}\n", example.title);
    for (path, content) in example.files() {
        let _ = write!(
            text,
            "\n`{path}`\n\n```yaml\n{}\n```\n",
            content.trim_end().replace("#~ ", "# <- ")
        );
    }
    text
}
