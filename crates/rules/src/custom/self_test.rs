//! The tests that a rule brings.

use evenkeel_config::{RuleTest, Verdict};
use evenkeel_diagnostics::{Code, Diagnostic, Span};
use evenkeel_value::Data;

use super::cel::{Budget, Inputs, Judgement, Surroundings};
use super::{CustomRule, CustomRules};

/// A test that does not give what it wants.
const FAILED: Code = Code::new("rules/test");

/// A test of a rule that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTestRun<'r> {
    /// The rule's code.
    pub code: &'r str,
    /// What the test shows; its number where it has no title.
    pub title: String,
    /// What is wrong with its result, if something is.
    pub failure: Option<String>,
    /// Where it stands.
    pub place: Span,
}

impl CustomRules {
    /// Runs the tests that the rules bring.
    pub fn test(&self) -> Vec<RuleTestRun<'_>> {
        self.iter().flat_map(CustomRule::test).collect()
    }
}

impl CustomRule {
    /// Runs the rule's own tests.
    pub fn test(&self) -> Vec<RuleTestRun<'_>> {
        let tests = (1..).zip(&self.source.tests);
        let runs = tests.map(|(number, test)| RuleTestRun {
            code: &self.code,
            title: match &test.value.title {
                Some(title) => title.value.clone(),
                None => format!("test {number}"),
            },
            failure: self.failure(&test.value),
            place: test.span,
        });
        runs.collect()
    }

    fn failure(&self, test: &RuleTest) -> Option<String> {
        let given = test.objects.iter().map(|object| object.0.clone());
        let mut objects: Vec<Data> = given.collect();
        if objects.is_empty() {
            objects.push(test.object.0.clone());
        }
        let surroundings = Surroundings::new(objects.into_iter(), &test.env.0);
        let inputs = Inputs {
            object: &test.object.0,
            values: Some(&test.values.0),
            app: &test.app.0,
        };
        let judgement = self
            .program
            .judge(&inputs, &surroundings, &mut Budget::default());
        let (got, detail) = match &judgement {
            Judgement::Keeps => (Verdict::Pass, String::new()),
            Judgement::Breaks { message, .. } => (Verdict::Fail, format!(": {message}")),
            Judgement::Unknown(reason) => (Verdict::NotEvaluated, format!(": {reason}")),
        };
        if got != test.want {
            let (want, got) = (test.want.as_str(), got.as_str());
            return Some(format!("wants {want}, got {got}{detail}"));
        }
        let Judgement::Breaks { message, path } = judgement else {
            return None;
        };
        let differs = |what: &str, want: &Option<evenkeel_config::Spanned<String>>, got: String| {
            let want = want.as_ref().filter(|want| want.value != got)?;
            Some(format!("wants the {what} `{}`, got `{got}`", want.value))
        };
        differs("message", &test.message, message)
            .or_else(|| differs("path", &test.path, path.to_string()))
    }
}

impl RuleTestRun<'_> {
    /// The failure as the program shows problems.
    pub fn diagnostic(&self) -> Option<Diagnostic> {
        let failure = self.failure.as_ref()?;
        let message = format!("{}, {}: {failure}", self.code, self.title);
        Some(Diagnostic::error(FAILED, message).at(self.place))
    }
}
