//! Running the rules over the environments of a repository.

use std::borrow::Cow;
use std::collections::HashSet;
use std::iter::once;

use evenkeel_config::{Config, Date, RuleLevel};
use evenkeel_diagnostics::{Severity, SourceMap};
use evenkeel_gitops::explain::Explainer;
use evenkeel_gitops::{Environment, WorkTree};
use evenkeel_renderer::Renderer;

use crate::context::{Check, Context, Skipped, Survey};
use crate::custom::Session;
use crate::fold::{Folded, fold};
use crate::rule::Run;
use crate::suppress::Acceptances;
use crate::{CustomRule, CustomRules, Finding, RULES, Rerender, Rule};

/// What is checked: a repository with all its environments, also those that nobody asked for, as rules compare them.
#[derive(Clone, Copy)]
pub struct Checked<'a> {
    /// The environments, rendered by `renderer`.
    pub environments: &'a [Environment],
    /// What is demanded of them.
    pub config: &'a Config,
    /// The rules that the repository brings itself.
    pub custom: &'a CustomRules,
    /// The files.
    pub tree: &'a dyn WorkTree,
    /// What rendered them: it renders again what a finding is about, to explain it.
    pub renderer: &'a Renderer,
}

/// How it is checked.
#[derive(Default)]
pub struct Options<'a> {
    /// The environments that are asked for; default: all.
    pub envs: Option<&'a [String]>,
    /// The Application that is asked for, with the environment in its name or without; default: all.
    pub app: Option<&'a str>,
    /// Renders again, for the rules that ask for it; without it they do not run.
    pub rerender: Option<&'a dyn Rerender>,
    /// The day, by which waivers expire; without it none does.
    pub today: Option<Date>,
}

/// What the rules say.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The environments that were looked at.
    pub envs: Vec<String>,
    /// The codes of the rules that ran.
    pub rules: Vec<Cow<'static, str>>,
    /// What breaks a rule, the worst first.
    pub findings: Vec<Folded>,
    /// What breaks a rule and is accepted.
    pub waived: Vec<Waived>,
    /// What the rules could not look at.
    pub not_evaluated: Vec<NotEvaluated>,
    /// How many findings were known before (see [`Report::retain_new`]).
    pub known: usize,
}

/// A finding that the configuration or a comment accepts.
#[derive(Debug, Clone)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// Why it is accepted.
    pub reason: String,
    /// Whether a comment in place accepts it, rather than the configuration.
    pub in_place: bool,
}

/// Something that a rule could not look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotEvaluated {
    /// The rule's code.
    pub rule: Cow<'static, str>,
    /// The environment; empty where it is about the repository.
    pub env: String,
    /// Why, as a sentence without a final dot.
    pub reason: String,
    /// Nothing hides what the rule looks at: the configuration declares nothing that it could go by.
    pub is_undeclared: bool,
}

impl Report {
    /// Whether a finding fails the check.
    pub fn has_errors(&self) -> bool {
        let mut findings = self.findings.iter();
        findings.any(|folded| folded.finding.severity == Severity::Error)
    }

    /// Every finding, effects of others included.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().flat_map(Folded::all)
    }

    /// Takes out the findings whose fingerprints are known, and counts them.
    pub fn retain_new(&mut self, known: &HashSet<String>, sources: &SourceMap) {
        if known.is_empty() {
            return;
        }
        let folded = std::mem::take(&mut self.findings).into_iter();
        let all = folded.flat_map(|folded| {
            let Folded { finding, effects } = folded;
            std::iter::once(finding).chain(effects)
        });
        let (old, new): (Vec<Finding>, Vec<Finding>) =
            all.partition(|finding| known.contains(&finding.fingerprint()));
        self.known = old.len();
        self.findings = fold(new, sources);
    }
}

/// Checks a repository. The configuration's levels, its waivers and those in comments are applied; findings know their
/// places, and those of one cause are folded.
pub fn check(checked: &Checked<'_>, options: &Options<'_>) -> Report {
    let contexts = checked.environments.iter();
    let contexts: Vec<Context<'_>> = contexts
        .map(|environment| Context::new(checked, environment, options.rerender))
        .collect();
    let asked: Vec<&Context<'_>> = contexts
        .iter()
        .filter(|context| options.asks_env(&context.environment.name))
        .collect();
    let sources = checked.renderer.sources();
    let mut acceptances = Acceptances::new(checked.config, sources, options.today);
    // What is about the whole repository walks through its files, which takes as long as a small environment.
    let parts: Vec<Option<&Context<'_>>> =
        once(None).chain(asked.iter().copied().map(Some)).collect();
    let mut runs = evenkeel_renderer::side_by_side(&parts, |part| match part {
        Some(context) => environment(context, &contexts, checked, options),
        None => survey(&contexts, checked, options, &acceptances, false),
    });
    // Its findings come last, though it takes longest and so begins first.
    runs.rotate_left(1);
    // Rules may have read files that no render does.
    acceptances.learn(sources);
    let mut report = Report {
        envs: asked.iter().map(|at| at.environment.name.clone()).collect(),
        rules: codes(checked, options),
        ..Report::default()
    };
    let mut findings = Vec::new();
    for run in runs {
        settle(run, &mut findings, &mut report, &mut acceptances, sources);
    }
    // A part of the findings does not tell what was accepted in vain.
    if options.is_whole() {
        acceptances.not_evaluated.clone_from(&report.not_evaluated);
        let run = survey(&contexts, checked, options, &acceptances, true);
        settle(run, &mut findings, &mut report, &mut acceptances, sources);
    }
    report.findings = fold(findings, sources);
    report
}

impl Options<'_> {
    fn asks_env(&self, name: &str) -> bool {
        self.envs
            .is_none_or(|envs| envs.iter().any(|env| env == name))
    }

    fn asks(&self, finding: &Finding) -> bool {
        let is_app = |app: &str| crate::suppress::is_app(app, finding);
        self.app.is_none_or(is_app) && (finding.env.is_empty() || self.asks_env(&finding.env))
    }

    fn is_whole(&self) -> bool {
        self.envs.is_none() && self.app.is_none()
    }
}

/// A rule that ran, and the level that the configuration gives it.
struct Ran {
    code: Cow<'static, str>,
    severity: Severity,
    level: Option<RuleLevel>,
}

impl Ran {
    /// `None` where the configuration turns the rule off.
    fn new(code: Cow<'static, str>, severity: Severity, config: &Config) -> Option<Ran> {
        let level = config.rules.get(&code).map(|level| level.value);
        (level != Some(RuleLevel::Off)).then_some(Ran {
            code,
            severity,
            level,
        })
    }
}

/// What rules found, before anything of it is accepted.
#[derive(Default)]
struct Found {
    findings: Vec<Finding>,
    not_evaluated: Vec<NotEvaluated>,
}

impl Found {
    fn add(&mut self, rule: &Ran, env: &str, findings: Vec<Finding>, skipped: Vec<Skipped>) {
        self.findings
            .extend(findings.into_iter().map(|mut finding| {
                finding.rule = rule.code.clone();
                let own = finding.own_severity.unwrap_or(rule.severity);
                finding.severity = rule.level.map_or(own, severity);
                finding
            }));
        self.not_evaluated
            .extend(skipped.into_iter().map(|skipped| NotEvaluated {
                rule: rule.code.clone(),
                env: env.to_owned(),
                reason: skipped.reason,
                is_undeclared: skipped.is_undeclared,
            }));
    }
}

/// The rules that run, and the levels that the configuration gives them.
fn runs_of<'o>(
    options: &'o Options<'_>,
    config: &'o Config,
) -> impl Iterator<Item = (&'static Rule, Ran)> + 'o {
    let runs = |rule: &&Rule| !rule.is_deep() || options.rerender.is_some();
    RULES.iter().filter(runs).filter_map(|rule| {
        let ran = Ran::new(Cow::Borrowed(rule.code), rule.severity, config)?;
        Some((rule, ran))
    })
}

/// The repository's own rules that run.
fn custom_runs_of<'c>(checked: &Checked<'c>) -> impl Iterator<Item = (&'c CustomRule, Ran)> {
    checked.custom.iter().filter_map(|rule| {
        let ran = Ran::new(Cow::Owned(rule.code.clone()), rule.severity, checked.config)?;
        Some((rule, ran))
    })
}

/// The codes of the rules that run.
fn codes(checked: &Checked<'_>, options: &Options<'_>) -> Vec<Cow<'static, str>> {
    let ours = runs_of(options, checked.config).map(|(_, ran)| ran.code);
    let custom = custom_runs_of(checked).map(|(_, ran)| ran.code);
    ours.chain(custom).collect()
}

/// Runs the rules that are about one environment, and locates what they find.
fn environment(
    context: &Context<'_>,
    all: &[Context<'_>],
    checked: &Checked<'_>,
    options: &Options<'_>,
) -> Found {
    let mut found = Found::default();
    let env = &context.environment.name;
    let mut run = |ran: Ran, rule: &dyn Fn(&mut Check<'_>)| {
        let mut check = Check {
            context,
            all,
            findings: Vec::new(),
            skipped: Vec::new(),
        };
        rule(&mut check);
        for finding in &mut check.findings {
            finding.env.clone_from(env);
        }
        found.add(&ran, env, check.findings, check.skipped);
    };
    for (rule, ran) in runs_of(options, checked.config) {
        if let Run::Environment(rule) = rule.run {
            run(ran, &rule);
        }
    }
    let session = Session::new(context);
    for (rule, ran) in custom_runs_of(checked) {
        run(ran, &|check| session.run(rule, check));
    }
    found.findings.retain(|finding| options.asks(finding));
    locate(&mut found.findings, context.environment, checked.renderer);
    found
}

/// Runs the rules that are about the whole repository, before or after it is known what is accepted.
fn survey(
    contexts: &[Context<'_>],
    checked: &Checked<'_>,
    options: &Options<'_>,
    acceptances: &Acceptances<'_>,
    is_last: bool,
) -> Found {
    let mut found = Found::default();
    for (rule, ran) in runs_of(options, checked.config) {
        let run = match rule.run {
            Run::Repository(run) if !is_last => run,
            Run::Acceptance(run) if is_last => run,
            _ => continue,
        };
        let mut survey = Survey {
            all: contexts,
            config: checked.config,
            custom: checked.custom,
            tree: checked.tree,
            sources: checked.renderer.sources(),
            acceptances,
            is_deep: options.rerender.is_some(),
            findings: Vec::new(),
            skipped: Vec::new(),
        };
        run(&mut survey);
        found.add(&ran, "", survey.findings, survey.skipped);
    }
    found.findings.retain(|finding| options.asks(finding));
    for environment in checked.environments {
        let findings = found.findings.iter_mut();
        let of_env = findings.filter(|finding| finding.env == environment.name);
        locate(of_env, environment, checked.renderer);
    }
    found
}

/// Finds out where findings of an environment come from.
fn locate<'f>(
    findings: impl IntoIterator<Item = &'f mut Finding>,
    environment: &Environment,
    renderer: &Renderer,
) {
    let explainer = Explainer::new(environment, renderer);
    for finding in findings {
        finding.locate(&explainer, &environment.sources);
    }
}

/// Parts what is accepted from what is not.
fn settle(
    found: Found,
    findings: &mut Vec<Finding>,
    report: &mut Report,
    acceptances: &mut Acceptances<'_>,
    sources: &SourceMap,
) {
    report.not_evaluated.extend(found.not_evaluated);
    for finding in found.findings {
        match acceptances.accept(&finding, sources) {
            Some((reason, in_place)) => report.waived.push(Waived {
                finding,
                reason,
                in_place,
            }),
            None => findings.push(finding),
        }
    }
}

fn severity(level: RuleLevel) -> Severity {
    match level {
        RuleLevel::Error => Severity::Error,
        RuleLevel::Warn => Severity::Warning,
        RuleLevel::Info | RuleLevel::Off => Severity::Note,
    }
}
