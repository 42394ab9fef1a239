//! HYG-07.

use evenkeel_config::{Date, RuleLevel, Spanned};
use evenkeel_diagnostics::{Severity, Span};

use crate::context::Survey;
use crate::suppress::{Comment, Used, is_expired};
use crate::{Example, Finding, Input, Outcome, RULES, Rule, Run, Scope, removal, rule};

pub(crate) const RULE: Rule = Rule {
    code: "HYG-07",
    statement: "What is accepted has a reason, still happens, and is looked at when it is due",
    severity: Severity::Warning,
    scope: Scope::General,
    inputs: &[Input::Configuration],
    docs: "\
A waiver outlives what it was made for, and then hides the next defect. So every entry of `waive` and every comment \
`allow(CODE): reason` has to accept something, and entries with a date are due on that day.

The rule reports waivers and comments that nothing needs any more, waivers whose `expires` is over (they accept nothing \
from then on), waivers and entries of `parity.off` and `expect` whose `review` is over (they still hold), comments \
without a reason, and names of rules that there are not, in `rules` too.

What a part of the check cannot see is not judged: nothing is unused where only some environments or one Application \
are checked, where the rule could not be evaluated, where an environment does not render, or where the rule renders \
again and `--deep` is not given.

A comment stands behind what it is about or on a line of its own above it: `# allow(RTE-06): reason` in YAML, \
`{{/* allow(RTE-06): reason */}}` in a template. The line is that of the template or that of the values, whichever \
is the better place for the reason.",
    examples: EXAMPLES,
    run: Run::Acceptance(check),
};

fn check(survey: &mut Survey<'_>) {
    let mut found = Vec::new();
    for waiver in &survey.acceptances.waivers {
        let Used { what, place, .. } = waiver;
        if !is_rule(survey, &what.rule.value) {
            found.push(no_such_rule(survey, &what.rule.value, what.rule.span));
        } else if let Some(last) = &what.expires
            && is_expired(what, survey.acceptances.today)
        {
            let message = format!(
                "the waiver of {} expired on {}",
                what.rule.value, last.value
            );
            let hint = "fix what it covers, or give it another day and say why";
            found.push(Finding::at(last.span, message).hint(hint));
        } else if !waiver.is_used && is_judged(survey, &what.rule.value, env_of(&what.env)) {
            let message = format!(
                "nothing breaks {} where this waiver accepts it",
                what.rule.value
            );
            let fix = removal::entry(*place, survey.sources);
            found.push(Finding::at(*place, message).hint("delete it").fix(fix));
        }
        let subject = || format!("the waiver of {}", what.rule.value);
        found.extend(due(&what.review, survey.acceptances.today, subject));
    }
    for comment in &survey.acceptances.comments {
        found.extend(comment_finding(survey, comment));
    }
    for off in &survey.config.parity.off {
        let off = &off.value;
        let subject = || format!("{} being off in {}", off.app.value, off.env.value);
        found.extend(due(&off.review, survey.acceptances.today, subject));
    }
    for entry in &survey.config.expect {
        let entry = &entry.value;
        let subject = || format!("the difference in {}", entry.path.value);
        found.extend(due(&entry.review, survey.acceptances.today, subject));
    }
    for (code, _) in survey.config.rules.iter() {
        if !is_rule(survey, &code.value) {
            found.push(no_such_rule(survey, &code.value, code.span));
        }
    }
    for finding in found {
        survey.report(finding);
    }
}

fn comment_finding(survey: &Survey<'_>, comment: &Used<Comment>) -> Option<Finding> {
    let Comment { code, reason } = &comment.what;
    if !is_rule(survey, code) {
        return Some(no_such_rule(survey, code, comment.place));
    }
    if reason.is_empty() {
        let message = format!("{code} is allowed here without a reason");
        let hint = format!("say why: `allow({code}): reason`");
        return Some(Finding::at(comment.place, message).hint(hint));
    }
    if comment.is_used || !is_judged(survey, code, None) {
        return None;
    }
    let message = format!("nothing breaks {code} on the line that this comment is about");
    let fix = removal::comment(comment.place, survey.sources);
    Some(
        Finding::at(comment.place, message)
            .hint("delete the comment")
            .fix(fix),
    )
}

/// A review that is over.
fn due(
    review: &Option<Spanned<Date>>,
    today: Option<Date>,
    subject: impl Fn() -> String,
) -> Option<Finding> {
    let review = review.as_ref()?;
    let is_over = today.is_some_and(|today| review.value < today);
    is_over.then(|| {
        let message = format!("the review of {} was due on {}", subject(), review.value);
        let hint = "think again whether the reason still holds, and set the next day";
        Finding::at(review.span, message).hint(hint)
    })
}

fn no_such_rule(survey: &Survey<'_>, code: &str, place: Span) -> Finding {
    let near = {
        let ours = RULES.iter().map(|rule| rule.code);
        let custom = survey.custom.iter().map(|rule| rule.code.as_str());
        evenkeel_config::closest(code, ours.chain(custom))
    };
    Finding::at(place, format!("there is no rule {code}"))
        .meant(near)
        .hint("`evenkeel rule --list` shows all rules")
}

fn is_rule(survey: &Survey<'_>, code: &str) -> bool {
    rule(code).is_some() || survey.custom.get(code).is_some()
}

fn env_of(env: &Option<Spanned<String>>) -> Option<&str> {
    env.as_ref().map(|env| env.value.as_str())
}

/// Whether all was looked at that a rule could have found in an environment, or in all of them.
fn is_judged(survey: &Survey<'_>, code: &str, env: Option<&str>) -> bool {
    let level = survey.config.rules.get(code).map(|level| level.value);
    // Rules of one's own are never deep.
    let runs = rule(code).is_none_or(|rule| survey.is_deep || !rule.is_deep());
    let is_meant = |name: &str| name.is_empty() || env.is_none_or(|env| env == name);
    let mut skipped = survey.acceptances.not_evaluated.iter();
    let mut contexts = survey.all.iter();
    level != Some(RuleLevel::Off)
        && runs
        && !skipped.any(|skipped| skipped.rule.eq_ignore_ascii_case(code) && is_meant(&skipped.env))
        && contexts.all(|context| !is_meant(&context.environment.name) || context.is_complete())
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A waiver of nothing, one that is over, one of no rule, and a review that is due",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {domain: apps.example.com}}
waive:
  - {rule: RTE-03, reason: was once needed, owner: web} #~ nothing breaks RTE-03 where this waiver accepts it
  - rule: RTE-01
    reason: moves next month
    owner: web
    expires: 2026-03-31 #~ the waiver of RTE-01 expired on 2026-03-31
  - {rule: RTE-99, reason: never was one, owner: web} #~ there is no rule RTE-99
  - rule: RTE-06
    reason: only a redirect
    owner: web
    review: 2026-01-31 #~ the review of the waiver of RTE-06 was due on 2026-01-31
rules: {rte-1: off} #~ there is no rule rte-1
expect:
  - path: "Route/shop:spec.host"
    reason: until the shop has moved
    review: 2026-01-31 #~ the review of the difference in Route/shop:spec.host was due on 2026-01-31
-- route.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec: {host: shop.example.net}
"#,
    },
    Example {
        title: "A comment that nothing needs, and one without a reason",
        outcome: Outcome::Fails,
        repository: r#"
-- shop/templates/route.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop} # allow(RTE-03): was once needed #~ nothing breaks RTE-03 on the line that this comment is about
{{/* allow(RTE-06) */}} #~ RTE-06 is allowed here without a reason
spec: {host: shop.example.net}
"#,
    },
    Example {
        title: "A waiver and a comment, both needed",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production, domain: apps.example.com}}
waive:
  - {rule: RTE-01, reason: moves next month, owner: web, expires: 2026-12-31, review: 2026-12-01}
-- route.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
# allow(RTE-06): only a redirect
spec: {host: shop.example.net}
"#,
    },
    Example {
        title: "The rule that is accepted could not be evaluated, and a comment of another tool",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
waive:
  - {rule: RTE-02, reason: the domain is not declared yet, owner: web}
-- route.yaml --
# allow(dead_code): says another tool
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
];
