//! HYG-02.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::context::{Check, Subject};
use crate::pods::{Container, Pod, WORKLOADS, pods};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "HYG-02",
    statement: "Every container says what it needs and what it may take",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
A container without requests is put on a node that is full already; one without limits takes what its neighbours need. \
Init containers and sidecars count too: a pod needs the most that any of its init containers asks for.

The rule looks at the containers of workloads, Jobs, CronJobs and Pods in environments that declare what they are for; \
each needs `resources.requests` and `resources.limits` with something in them, here or for the whole pod. Which of CPU \
and memory is left to the author. A namespace that has a LimitRange gives what is missing. Tekton's tasks are left out: \
steps share the resources of their pod. Environments without `class` are not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    if context.settings.is_none_or(|env| env.class.is_none()) {
        return check
            .undeclared("the configuration does not say what the environment is for (`class`)");
    }
    let ranges = context.of_kind("", "LimitRange");
    let ranged: Vec<&str> = ranges.map(Subject::namespace).collect();
    let workloads = context.subjects().iter().filter(|subject| {
        let id = &subject.object.identity;
        WORKLOADS.contains(&(id.group.as_str(), id.kind.as_str()))
    });
    for subject in workloads.filter(|subject| !ranged.contains(&subject.namespace())) {
        for pod in pods(subject) {
            for container in &pod.containers {
                look(subject, &pod, container, check);
            }
        }
    }
}

fn look(subject: &Subject<'_>, pod: &Pod<'_>, container: &Container<'_>, check: &mut Check<'_>) {
    // The kubelet starts these into a running pod: they have no resources of their own.
    if matches!(&container.place[0], Step::Key(list) if list == "ephemeralContainers") {
        return;
    }
    let whole = FieldPath(pod.path.clone());
    let whole = whole.get(subject.data());
    let has = |key: &str| {
        let places = [Some(container.data), whole];
        let mut all = places.into_iter().flatten();
        all.any(|data| states(data, key))
    };
    let missing: Vec<&str> = ["requests", "limits"]
        .into_iter()
        .filter(|key| !has(key))
        .collect();
    if missing.is_empty() {
        return;
    }
    // What is missing is missing there; where nothing is, the container's place is shown.
    let mut path = pod.path.clone();
    path.extend(container.place.iter().cloned());
    path.push(Step::Key("resources".to_owned()));
    let message = format!("no {}", missing.join(" and no "));
    let finding = Finding::new(subject, FieldPath(path), message)
        .hint("set `resources.requests` and `resources.limits`");
    check.report(finding);
}

fn states(data: &Data, key: &str) -> bool {
    let resources = data.get("resources").and_then(|at| at.get(key));
    matches!(resources, Some(Data::Map(entries)) if !entries.is_empty())
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A bare init container, and a container without limits",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- shop/templates/deployment.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      initContainers:
        - {name: wait, image: "quay.io/acme/wait:v1"} #~ no requests and no limits
      containers:
        - {name: shop, resources: {requests: {cpu: 10m}}} #~ no limits
"#,
    },
    Example {
        title: "Resources that a template begins",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- shop/values.yaml --
resources: {requests: {cpu: 10m}}
-- shop/templates/deployment.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - name: shop
          resources:
            {{- toYaml .Values.resources | nindent 12 }} #~ no limits
"#,
    },
    Example {
        title: "Requests and limits",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- job.yaml --
apiVersion: batch/v1
kind: Job
metadata: {name: seed}
spec:
  template:
    spec:
      containers:
        - {name: seed, resources: {requests: {cpu: 10m, memory: 32Mi}, limits: {memory: 64Mi}}}
"#,
    },
    Example {
        title: "A LimitRange of the namespace gives them, and a step of Tekton",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- all.yaml --
apiVersion: v1
kind: LimitRange
metadata: {name: defaults, namespace: shop}
spec: {limits: [{type: Container, default: {memory: 64Mi}, defaultRequest: {memory: 32Mi}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: shop}
spec: {containers: [{name: shop}]}
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: build}
spec: {steps: [{name: build, image: "quay.io/acme/build:v1"}]}
"#,
    },
    Example {
        title: "Nothing says what the environment is for",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec: {containers: [{name: shop}]}
"#,
    },
];
