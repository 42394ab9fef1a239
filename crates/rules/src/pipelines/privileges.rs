//! CIP-04.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};

use crate::context::{Check, Subject};
use crate::fields::{find, select};
use crate::rule::Run;
use crate::{Example, Finding, Input, Outcome, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "CIP-04",
    statement: "No run of a Pipeline is kept in Git under a fixed name, and nothing is granted a privileged SCC unnoticed",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
Argo CD applies what Git holds: a `PipelineRun` or `TaskRun` with a fixed name runs once, when it is first applied, and \
again whenever somebody deletes it to clean up. Hooks of Argo CD are made to run at each sync and are left out.

A ServiceAccount that may use the SCC `privileged`, or one of those that let pods choose their user or reach the node, \
owns the node of every pod that it runs. The rule looks at bindings to the ClusterRoles \
`system:openshift:scc:<name>`, at roles that may `use` such an SCC, and at the users and groups of SCCs. A grant that \
is needed is accepted by a waiver, which says why.

The rule looks at environments that declare what they are for (`class`); the others are not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// The SCCs that take away the isolation of a pod.
const SCCS: &[&str] = &[
    "anyuid",
    "hostaccess",
    "hostmount-anyuid",
    "hostnetwork",
    "hostnetwork-v2",
    "node-exporter",
    "privileged",
];

/// The ClusterRoles that OpenShift makes for its SCCs begin like this.
const ROLE: &str = "system:openshift:scc:";

const RBAC: &str = "rbac.authorization.k8s.io";

/// What makes an object a hook.
const HOOKS: &[&str] = &["argocd.argoproj.io/hook", "helm.sh/hook"];

fn check(check: &mut Check<'_>) {
    let context = check.context;
    if context
        .settings
        .and_then(|settings| settings.class)
        .is_none()
    {
        return check
            .undeclared("the configuration does not say what the environment is for (`class`)");
    }
    for kind in ["PipelineRun", "TaskRun"] {
        let runs = context.of_kind("tekton.dev", kind);
        for subject in runs.filter(|subject| !is_hook(subject) && !subject.name().is_empty()) {
            let path = FieldPath::of_keys(["metadata", "name"]);
            let message = format!(
                "the {kind} {} runs once, when it is applied",
                subject.name()
            );
            let hint = "start runs by a trigger or by hand, with generateName, outside of Git";
            check.report(Finding::new(subject, path, message).hint(hint));
        }
    }
    for kind in ["RoleBinding", "ClusterRoleBinding"] {
        for subject in context.of_kind(RBAC, kind) {
            binding(subject, check);
        }
    }
    for kind in ["Role", "ClusterRole"] {
        for subject in context.of_kind(RBAC, kind) {
            role(subject, check);
        }
    }
    for subject in context.of_kind("security.openshift.io", "SecurityContextConstraints") {
        members(subject, check);
    }
}

fn is_hook(subject: &Subject<'_>) -> bool {
    let annotations = FieldPath::of_keys(["metadata", "annotations"]);
    let annotations = annotations.get(subject.data());
    annotations.is_some_and(|annotations| HOOKS.iter().any(|key| annotations.get(key).is_some()))
}

fn grant(subject: &Subject<'_>, path: FieldPath, who: &str, scc: &str, check: &mut Check<'_>) {
    let message = format!("{who} may use the SCC {scc}");
    let hint = "grant a narrower SCC, or waive this with the reason";
    let finding = Finding::new(subject, path, message).evidence(scc);
    check.report(finding.hint(hint));
}

fn binding(subject: &Subject<'_>, check: &mut Check<'_>) {
    let role = subject.text("roleRef.name");
    let Some(scc) = role.strip_prefix(ROLE).filter(|scc| SCCS.contains(scc)) else {
        return;
    };
    let names = select(subject.data(), "subjects[].name");
    let names: Vec<&str> = names.iter().map(|(_, name)| *name).collect();
    let path = FieldPath::of_keys(["roleRef", "name"]);
    grant(subject, path, &names.join(", "), scc, check);
}

fn role(subject: &Subject<'_>, check: &mut Check<'_>) {
    for (path, rule) in find(subject.data(), "rules[]") {
        let has = |field: &str, wanted: &[&str]| {
            let all = select(rule, field);
            all.iter().any(|(_, text)| wanted.contains(text))
        };
        let is_use =
            has("verbs[]", &["use", "*"]) && has("apiGroups[]", &["security.openshift.io"]);
        if !is_use || !has("resources[]", &["securitycontextconstraints", "*"]) {
            continue;
        }
        for (rest, scc) in select(rule, "resourceNames[]") {
            if SCCS.contains(&scc) {
                let mut path = path.clone();
                path.0.extend(rest.0);
                let who = subject.object.short_name();
                grant(subject, path, &who, scc, check);
            }
        }
        if rule.get("resourceNames").is_none() {
            let path = path.join(Step::Key("resources".to_owned()));
            grant(
                subject,
                path,
                &subject.object.short_name(),
                "privileged",
                check,
            );
        }
    }
}

/// Users and groups that an SCC itself lists.
fn members(subject: &Subject<'_>, check: &mut Check<'_>) {
    if !SCCS.contains(&subject.name()) {
        return;
    }
    for field in ["users[]", "groups[]"] {
        for (path, who) in select(subject.data(), field) {
            grant(subject, path, who, subject.name(), check);
        }
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A run with a fixed name, and a binding to the privileged SCC",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- ci.yaml --
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  name: build-manual #~ the PipelineRun build-manual runs once, when it is applied
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: privileged}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:openshift:scc:privileged #~ pipeline may use the SCC privileged
subjects: [{kind: ServiceAccount, name: pipeline}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: any-user}
rules:
  - apiGroups: [security.openshift.io]
    resources: [securitycontextconstraints]
    resourceNames: [restricted-v2, anyuid] #~ Role/any-user may use the SCC anyuid
    verbs: [use]
"#,
    },
    Example {
        title: "Runs are started by triggers",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- ci.yaml --
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: build}
spec:
  resourcetemplates: [{apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {generateName: build-}}]
"#,
    },
    Example {
        title: "A hook, and a binding to an SCC that isolates",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- ci.yaml --
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: smoke, annotations: {argocd.argoproj.io/hook: PostSync}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: nonroot} # not privileged
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:openshift:scc:nonroot-v2"}
subjects: [{kind: ServiceAccount, name: pipeline}]
"#,
    },
    Example {
        title: "Nothing says what the environment is for",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- ci.yaml --
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: build-manual}
"#,
    },
];
