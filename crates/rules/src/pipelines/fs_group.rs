//! CIP-01.

use evenkeel_config::FsGroup;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::context::{Check, Context, Subject};
use crate::fields::walk;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "CIP-01",
    statement: "Every file system group is one that the environment allows",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
OpenShift gives each namespace a range of groups of its own, and so does each cluster: an `fsGroup` of another one is \
refused by admission (no pod, and a run that never starts), or makes volumes that the pod cannot write. Such a number \
rarely stands in the environment's own values: it is a default of a chart, written for the cluster of its author.

`fsGroup` of an environment says what is allowed: `unset` for none (the namespace's own range applies), or a range \
`first/size` as OpenShift annotates namespaces with it. The rule looks at every number called `fsGroup` in every \
object: security contexts of pods, and the templates of pods in runs and TriggerTemplates of Tekton. The finding shows \
the layers that the number passed, from the field down to the file that a person edits.

An environment without `fsGroup` is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let declared = context.settings.and_then(|env| env.fs_group.as_ref());
    let Some(declared) = declared.map(|declared| declared.value) else {
        return check.undeclared("the configuration declares no groups (`fsGroup`)");
    };
    let mut found = Vec::new();
    for subject in context.subjects() {
        if !context.is_final(subject) {
            continue;
        }
        walk(subject.data(), &mut Vec::new(), &mut |steps, data| {
            let is_group = matches!(steps.last(), Some(Step::Key(key)) if key == "fsGroup");
            if let Some(group) = number(data).filter(|_| is_group)
                && !declared.allows(group)
            {
                let path = FieldPath(steps.to_vec());
                found.push(finding(context, subject, path, group, declared));
            }
        });
    }
    for finding in found {
        check.report(finding);
    }
}

fn finding(
    context: &Context<'_>,
    subject: &Subject<'_>,
    path: FieldPath,
    group: u64,
    declared: FsGroup,
) -> Finding {
    let env = &context.environment.name;
    let allowed = match declared {
        FsGroup::Unset => "declares none".to_owned(),
        FsGroup::Range { first, size } => format!("allows {first}/{size}"),
    };
    let message = match owner(context, group) {
        Some(owner) => format!("fsGroup {group} is of {owner}; {env} {allowed}"),
        None => format!("fsGroup {group} is set; {env} {allowed}"),
    };
    let hint = match declared {
        FsGroup::Unset => "leave it out: the namespace's own range applies".to_owned(),
        FsGroup::Range { first, .. } => format!("set it in the values of {env}, such as {first}"),
    };
    Finding::new(subject, path, message).hint(hint)
}

/// Another environment that allows a group.
fn owner<'c>(context: &'c Context<'_>, group: u64) -> Option<&'c str> {
    let mut envs = context.config.envs.iter();
    let owner = envs.find(|(name, env)| {
        let allows = |declared: FsGroup| declared.allows(group);
        name.value != context.environment.name
            && env.fs_group.is_some_and(|declared| allows(declared.value))
    });
    owner.map(|(name, _)| name.value.as_str())
}

/// A group; templates write large numbers as floats too, or as texts.
fn number(data: &Data) -> Option<u64> {
    match data {
        Data::Int(group) => u64::try_from(*group).ok(),
        Data::Uint(group) => Some(*group),
        Data::Float(group) => Some(*group as u64).filter(|whole| *whole as f64 == *group),
        _ => data.as_str()?.parse().ok(),
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A default of the developer's cluster reaches production",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs:
  prod: {fsGroup: unset}
  local: {fsGroup: 1000690000/10000}
-- ci/values.yaml --
fsGroup: 1000690000
-- ci/templates/trigger.yaml --
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: build}
spec:
  resourcetemplates:
    - apiVersion: tekton.dev/v1
      kind: PipelineRun
      spec:
        taskRunTemplate:
          podTemplate:
            securityContext:
              fsGroup: {{ int .Values.fsGroup }} #~ fsGroup 1000690000 is of local; prod declares none
"#,
    },
    Example {
        title: "A group beyond the range",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {fsGroup: 1000700000/10000}}
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  securityContext:
    fsGroup: 1000710000 #~ fsGroup 1000710000 is set; prod allows 1000700000/10000
  containers: [{name: shop}]
"#,
    },
    Example {
        title: "A group within the range",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {fsGroup: {range: 1000700000/10000}}}
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec: {securityContext: {fsGroup: 1.00070e+09}, containers: [{name: shop}]}
"#,
    },
    Example {
        title: "A policy about groups, a policy for changing them, and no group at all",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {fsGroup: unset}}
-- all.yaml --
apiVersion: security.openshift.io/v1
kind: SecurityContextConstraints
metadata: {name: build}
fsGroup: {type: MustRunAs, ranges: [{min: 1000690000, max: 1000699999}]}
---
apiVersion: v1
kind: Pod
metadata: {name: shop, annotations: {note: "fsGroup: 1000690000"}}
spec:
  securityContext: {fsGroupChangePolicy: OnRootMismatch, fsGroup: null}
  containers: [{name: shop}]
"#,
    },
    Example {
        title: "No groups are declared",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec: {securityContext: {fsGroup: 1000690000}, containers: [{name: shop}]}
"#,
    },
];
