//! Lists of template expressions, each with the result that Helm gives.
//!
//! ```text
//! trunc 3 "abcdef"
//!   = string "abc"
//! trunc nil "abc"
//!   ! template: demo/templates/t.yaml:1:9: executing …
//! ```
//!
//! `=` and `!` are Helm 4's results, `3=` and `3!` Helm 3's where they differ.

use super::Profile;

/// What one call gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// `%T %q` of the result.
    Value(String),
    /// The essential error message.
    Error(String),
}

/// One expression with its results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The text between `{{ $r :=` and `}}`.
    pub expression: String,
    /// Helm 4's result; `None` until it is recorded.
    pub helm4: Option<Outcome>,
    /// Helm 3's, where it differs.
    pub helm3: Option<Outcome>,
}

impl Call {
    /// What `profile` gives.
    pub fn outcome(&self, profile: Profile) -> Option<&Outcome> {
        match (profile, &self.helm3) {
            (Profile::Helm3, Some(outcome)) => Some(outcome),
            _ => self.helm4.as_ref(),
        }
    }
}

/// Reads a list of calls; `Err` holds the line that makes no sense.
///
/// # Errors
/// A result before any expression.
pub fn parse_calls(text: &str) -> Result<Vec<Call>, String> {
    let mut calls: Vec<Call> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let Some((helm3, outcome)) = parse_outcome(line) else {
            calls.push(Call {
                expression: line.to_owned(),
                helm4: None,
                helm3: None,
            });
            continue;
        };
        let Some(call) = calls.last_mut() else {
            return Err(line.to_owned());
        };
        let slot = if helm3 {
            &mut call.helm3
        } else {
            &mut call.helm4
        };
        *slot = Some(outcome);
    }
    Ok(calls)
}

fn parse_outcome(line: &str) -> Option<(bool, Outcome)> {
    let rest = line.strip_prefix("  ")?;
    let (helm3, rest) = match rest.strip_prefix('3') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    if let Some(value) = rest.strip_prefix("= ") {
        return Some((helm3, Outcome::Value(value.to_owned())));
    }
    rest.strip_prefix("! ")
        .map(|error| (helm3, Outcome::Error(error.to_owned())))
}

/// Writes a list of calls.
pub fn write_calls(calls: &[Call]) -> String {
    let mut out = String::new();
    for call in calls {
        out.push_str(&call.expression);
        out.push('\n');
        for (mark, outcome) in [("", &call.helm4), ("3", &call.helm3)] {
            match outcome {
                Some(Outcome::Value(value)) => out.push_str(&format!("  {mark}= {value}\n")),
                Some(Outcome::Error(error)) => out.push_str(&format!("  {mark}! {error}\n")),
                None => {}
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_survive_a_round_trip() {
        let text =
            "trunc 3 \"abc\"\n  = string \"abc\"\nfail \"x\"\n  ! a: x\n  3! b: x\nuntil 2\n";
        let calls = parse_calls(text).expect("it parses");
        assert_eq!(calls.len(), 3);
        assert_eq!(
            calls[1].outcome(Profile::Helm3),
            Some(&Outcome::Error("b: x".to_owned()))
        );
        assert_eq!(
            calls[0].outcome(Profile::Helm3),
            Some(&Outcome::Value("string \"abc\"".to_owned()))
        );
        assert_eq!(calls[2].outcome(Profile::Helm4), None);
        assert_eq!(write_calls(&calls), text);
        assert!(parse_calls("  = x").is_err());
    }
}
