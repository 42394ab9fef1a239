//! OPR-01.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;

use crate::context::{Check, Subject};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "OPR-01",
    statement: "Operators are subscribed to the channels that they are pinned to",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
An operator on another channel is another version of it, with other kinds and defaults; on `latest` it is another one \
every few months, in each environment at another time.

`pins` of the configuration says the channel of each package. The rule compares it with `spec.channel` of every OLM \
`Subscription` of the package. A `Subscription` with `startingCSV` and automatic approval (the default) is a warning: \
OLM installs that version and upgrades it at once, so that the version says nothing; approve by hand \
(`installPlanApproval: Manual`) or leave it out. Packages without a pin are not looked at; where nothing is pinned, \
the rule is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let pins = &context.config.pins;
    for subscription in context.of_kind("operators.coreos.com", "Subscription") {
        if pins.is_empty() {
            check.undeclared("the configuration pins no channels (`pins`)");
            return;
        }
        if let Some(pin) = pins.get(subscription.text("spec.name")) {
            compare(subscription, &pin.value, check);
        }
        let version = subscription.text("spec.startingCSV");
        if !version.is_empty() && subscription.text("spec.installPlanApproval") != "Manual" {
            let message = format!("{version} is upgraded as soon as it is installed");
            let path = FieldPath::of_keys(["spec", "startingCSV"]);
            let mut finding = Finding::new(subscription, path, message).hint(
                "set installPlanApproval: Manual to stay at this version, or leave startingCSV out",
            );
            finding.own_severity = Some(Severity::Warning);
            check.report(finding);
        }
    }
}

fn compare(subscription: &Subject<'_>, pin: &str, check: &mut Check<'_>) {
    let channel = subscription.text("spec.channel");
    if channel == pin {
        return;
    }
    let package = subscription.text("spec.name");
    let message = match channel {
        "" => format!("{package} names no channel; it is pinned to {pin}"),
        channel => format!("{package} is subscribed to {channel}; it is pinned to {pin}"),
    };
    let path = FieldPath::of_keys(["spec", "channel"]);
    let finding = Finding::new(subscription, path, message)
        .evidence(channel)
        .hint(format!(
            "set the channel to {pin}, or change the pin in `pins`"
        ));
    check.report(finding);
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "The channel moves, and a version that does not stay",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
pins: {openshift-gitops-operator: gitops-1.18}
-- operators.yaml --
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: gitops}
spec:
  name: openshift-gitops-operator
  channel: latest #~ openshift-gitops-operator is subscribed to latest; it is pinned to gitops-1.18
  startingCSV: openshift-gitops-operator.v1.18.1 #~ openshift-gitops-operator.v1.18.1 is upgraded as soon as it is installed
"#,
    },
    Example {
        title: "The pinned channel",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
pins: {openshift-gitops-operator: gitops-1.18}
-- operators.yaml --
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: gitops}
spec: {name: openshift-gitops-operator, channel: gitops-1.18}
"#,
    },
    Example {
        title: "A version that is approved by hand, a package without a pin, and a Subscription of Knative",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
pins: {openshift-gitops-operator: gitops-1.18}
-- operators.yaml --
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: openshift-gitops-operator}
spec:
  name: openshift-gitops-operator
  channel: "gitops-1.18" # not latest
  startingCSV: openshift-gitops-operator.v1.18.1
  installPlanApproval: Manual
---
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: other}
spec: {name: other-operator, channel: latest}
---
apiVersion: messaging.knative.dev/v1
kind: Subscription
metadata: {name: events}
spec: {name: openshift-gitops-operator, channel: {name: events}}
"#,
    },
    Example {
        title: "Nothing is pinned",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- operators.yaml --
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: gitops}
spec: {name: openshift-gitops-operator, channel: latest}
"#,
    },
];
