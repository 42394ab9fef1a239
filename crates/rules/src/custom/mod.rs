//! Rules that a repository brings itself, as expressions in CEL.
//!
//! They mean what `spec.validations` of a ValidatingAdmissionPolicy mean: an expression that is true of an object that
//! keeps the rule. One that cannot be evaluated has not passed: its object is not evaluated.

#[cfg(feature = "cel")]
mod cel;
#[cfg(not(feature = "cel"))]
#[path = "without_cel.rs"]
mod cel;
mod run;
mod self_test;

use evenkeel_config::{CustomRule as Source, RuleFile, RuleSeverity, Spanned};
use evenkeel_diagnostics::{Code, Diagnostic, Severity, SourceMap};

use crate::RULES;

pub(crate) use run::Session;
pub use self_test::RuleTestRun;

/// A code that another rule has.
const TAKEN: Code = Code::new("rules/code");

/// The rules of a repository.
#[derive(Debug, Default)]
pub struct CustomRules {
    rules: Vec<CustomRule>,
}

/// A rule of a repository, ready to run.
#[derive(Debug)]
pub struct CustomRule {
    /// Its code, such as `ACME-01`.
    pub code: String,
    /// What it demands, in one sentence without a final dot.
    pub statement: String,
    /// Why it is there and what to do about a finding, in Markdown; may be empty.
    pub docs: String,
    /// How bad it is to break it, unless the configuration says otherwise.
    pub severity: Severity,
    source: Source,
    program: cel::Program,
}

impl CustomRules {
    /// Compiles the rules of files.
    ///
    /// # Errors
    /// What is wrong with their expressions, at the place in the file; rules that have a code twice; without the
    /// feature `cel`, every rule.
    pub fn compile(
        files: Vec<RuleFile>,
        sources: &SourceMap,
    ) -> Result<CustomRules, Vec<Diagnostic>> {
        let mut rules: Vec<CustomRule> = Vec::new();
        let mut diagnostics = Vec::new();
        for file in files {
            // Where none can run, one says it.
            let few = if cel::IS_THERE { usize::MAX } else { 1 };
            for Spanned { value: source, .. } in file.rules.into_iter().take(few) {
                diagnostics.extend(taken(&source, &rules));
                match cel::Program::compile(&source, sources) {
                    Ok(program) => rules.push(CustomRule::new(source, program)),
                    Err(found) => diagnostics.extend(found),
                }
            }
        }
        match diagnostics.is_empty() {
            true => Ok(CustomRules { rules }),
            false => Err(diagnostics),
        }
    }

    /// The rules, in the order of their files.
    pub fn iter(&self) -> impl Iterator<Item = &CustomRule> {
        self.rules.iter()
    }

    /// The rule of a code; case does not count.
    pub fn get(&self, code: &str) -> Option<&CustomRule> {
        let mut rules = self.rules.iter();
        rules.find(|rule| rule.code.eq_ignore_ascii_case(code))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl CustomRule {
    fn new(source: Source, program: cel::Program) -> CustomRule {
        let text = |text: &Option<Spanned<String>>| {
            let text = text.as_ref();
            text.map_or_else(String::new, |text| text.value.trim_end().to_owned())
        };
        CustomRule {
            code: source.code.value.as_str().to_owned(),
            statement: source.statement.value.clone(),
            docs: text(&source.docs),
            severity: match source.severity {
                None | Some(RuleSeverity::Error) => Severity::Error,
                Some(RuleSeverity::Warn) => Severity::Warning,
                Some(RuleSeverity::Info) => Severity::Note,
            },
            source,
            program,
        }
    }

    /// Its variables: name and expression, as they are written.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let variables = self.source.variables.iter();
        variables.map(|it| {
            (
                it.value.name.value.as_str(),
                it.value.expression.value.as_str(),
            )
        })
    }

    /// Its expression, as it is written.
    pub fn expression(&self) -> &str {
        &self.source.expression.value
    }
}

fn taken(source: &Source, others: &[CustomRule]) -> Option<Diagnostic> {
    let code = source.code.value.as_str();
    let other = others.iter().find(|other| other.code == code);
    let is_ours = RULES.iter().any(|rule| rule.code == code);
    if !is_ours && other.is_none() {
        return None;
    }
    let message = format!("there is a rule {code} already");
    let diagnostic = Diagnostic::error(TAKEN, message).at(source.code.span);
    Some(match other {
        Some(other) => diagnostic.with_secondary(other.source.code.span, "here"),
        None => diagnostic.with_help(format!(
            "`evenkeel rule {code}` shows it; take another group of letters"
        )),
    })
}
