//! Running the rules over an environment.

use evenkeel_config::{Config, Date, RuleLevel};
use evenkeel_diagnostics::Severity;
use evenkeel_gitops::Environment;
use evenkeel_gitops::explain::Explainer;

use crate::context::{Check, Context};
use crate::{Finding, RULES, Rerender, Rule, suppress};

/// How an environment is checked.
#[derive(Default)]
pub struct Options<'a> {
    /// Renders again, for the rules that ask for it; without it they do not run.
    pub rerender: Option<&'a dyn Rerender>,
    /// The day, by which waivers expire; without it none does.
    pub today: Option<Date>,
}

/// What the rules say of one environment.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The environment.
    pub env: String,
    /// What breaks a rule, the worst first.
    pub findings: Vec<Finding>,
    /// What breaks a rule and is accepted.
    pub waived: Vec<Waived>,
    /// What the rules could not look at.
    pub not_evaluated: Vec<NotEvaluated>,
    /// The codes of the rules that ran.
    pub rules: Vec<&'static str>,
}

/// A finding that the configuration accepts.
#[derive(Debug, Clone)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// Why it is accepted.
    pub reason: String,
}

/// Something that a rule could not look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotEvaluated {
    /// The rule's code.
    pub rule: &'static str,
    /// Why, as a sentence without a final dot.
    pub reason: String,
}

impl Report {
    /// Whether a finding fails the check.
    pub fn has_errors(&self) -> bool {
        let mut findings = self.findings.iter();
        findings.any(|finding| finding.severity == Severity::Error)
    }
}

/// Checks one environment. The configuration's levels and waivers are applied; findings know their places through
/// `explainer`, which must be of the same environment.
pub fn check(
    environment: &Environment,
    config: &Config,
    explainer: &Explainer<'_>,
    options: &Options<'_>,
) -> Report {
    let context = Context::new(environment, config, options.rerender);
    let mut report = Report {
        env: environment.name.clone(),
        ..Report::default()
    };
    for rule in RULES {
        let level = config.rules.get(rule.code).map(|level| level.value);
        let runs = !rule.is_deep() || options.rerender.is_some();
        if level == Some(RuleLevel::Off) || !runs {
            continue;
        }
        report.rules.push(rule.code);
        run(rule, level, &context, &mut report, options.today);
    }
    let waived = report.waived.iter_mut().map(|waived| &mut waived.finding);
    for finding in report.findings.iter_mut().chain(waived) {
        finding.locate(explainer, &environment.sources);
    }
    // The order of rules, Applications and objects is kept among the equally bad.
    report
        .findings
        .sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    report
}

fn run(
    rule: &Rule,
    level: Option<RuleLevel>,
    context: &Context<'_>,
    report: &mut Report,
    today: Option<Date>,
) {
    let mut check = Check {
        context,
        findings: Vec::new(),
        skipped: Vec::new(),
    };
    (rule.check)(&mut check);
    for mut finding in check.findings {
        finding.rule = rule.code;
        finding.env.clone_from(&context.environment.name);
        let own = finding.own_severity.unwrap_or(rule.severity);
        finding.severity = level.map_or(own, severity);
        match suppress::waiver(&finding, context.config, today) {
            Some(waiver) => report.waived.push(Waived {
                finding,
                reason: waiver.reason.value.clone(),
            }),
            None => report.findings.push(finding),
        }
    }
    let skipped = check.skipped.into_iter();
    report
        .not_evaluated
        .extend(skipped.map(|reason| NotEvaluated {
            rule: rule.code,
            reason,
        }));
}

fn severity(level: RuleLevel) -> Severity {
    match level {
        RuleLevel::Error => Severity::Error,
        RuleLevel::Warn => Severity::Warning,
        RuleLevel::Info | RuleLevel::Off => Severity::Note,
    }
}
