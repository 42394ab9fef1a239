//! HYG-04.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::context::{Check, Subject};
use crate::pods::{Container, Pod, pods};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "HYG-04",
    statement: "Containers that serve have a readiness and a liveness probe, at a port that they have",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
Without a readiness probe a pod gets requests before it can answer them, and a rollout goes on over pods that never \
will. Without a liveness probe a program that hangs stays. A probe at a named port that the container does not declare \
never succeeds.

The rule looks at Deployments, StatefulSets, DaemonSets and ReplicaSets of environments that declare what they are for. A container serves \
if it declares a port; others (a sidecar that copies files) have nothing to ask. The names of ports are looked up in \
probes of all containers. Environments without `class` are not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Kinds whose pods run until they are told to stop.
const LONG_RUNNING: &[&str] = &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"];

/// Every probe of a container, and whether it is asked for.
const PROBES: &[(&str, bool)] = &[
    ("readinessProbe", true),
    ("livenessProbe", true),
    ("startupProbe", false),
];

fn check(check: &mut Check<'_>) {
    let context = check.context;
    if context.settings.is_none_or(|env| env.class.is_none()) {
        return check
            .undeclared("the configuration does not say what the environment is for (`class`)");
    }
    let workloads = context.subjects().iter().filter(|subject| {
        let id = &subject.object.identity;
        id.group == "apps" && LONG_RUNNING.contains(&id.kind.as_str())
    });
    for subject in workloads {
        for pod in pods(subject) {
            let all = pod.containers.iter();
            let containers = all.filter(|container| is_main(container));
            for container in containers {
                look(subject, &pod, container, check);
            }
        }
    }
}

fn is_main(container: &Container<'_>) -> bool {
    matches!(&container.place[0], Step::Key(list) if list == "containers")
}

fn look(subject: &Subject<'_>, pod: &Pod<'_>, container: &Container<'_>, check: &mut Check<'_>) {
    let mut path = pod.path.clone();
    path.extend(container.place.iter().cloned());
    let path = FieldPath(path);
    let ports = ports(container.data);
    let mut missing = Vec::new();
    for (probe, is_wanted) in PROBES {
        match container.data.get(probe) {
            None | Some(Data::Null) if *is_wanted && !ports.is_empty() => missing.push(*probe),
            Some(data) => {
                let path = path.join(Step::Key((*probe).to_owned()));
                named_port(subject, &path, data, &ports, check);
            }
            None => {}
        }
    }
    if !missing.is_empty() {
        let finding = Finding::new(subject, path, format!("no {}", missing.join(", no ")))
            .hint("probe an endpoint that tells whether the container can serve");
        check.report(finding);
    }
}

/// The ports that a container declares: their names, empty where they have none.
fn ports(container: &Data) -> Vec<&str> {
    let Some(Data::List(ports)) = container.get("ports") else {
        return Vec::new();
    };
    let names = ports.iter().map(|port| port.value.get("name"));
    names
        .map(|name| name.and_then(Data::as_str).unwrap_or_default())
        .collect()
}

/// Reports the name of a port that the container does not declare.
fn named_port(
    subject: &Subject<'_>,
    path: &FieldPath,
    probe: &Data,
    ports: &[&str],
    check: &mut Check<'_>,
) {
    for action in ["httpGet", "tcpSocket"] {
        let port = probe
            .get(action)
            .and_then(|action| action.get("port")?.as_str());
        // Kubernetes takes digits in quotes for a name that no port can have; HYG-05 tells.
        let Some(port) = port.filter(|port| port.parse::<u16>().is_err()) else {
            continue;
        };
        if ports.contains(&port) {
            continue;
        }
        let path = path.join(Step::Key(action.to_owned()));
        let path = path.join(Step::Key("port".to_owned()));
        let message = format!("the container has no port named {port}");
        let finding = Finding::new(subject, path, message)
            .evidence(port)
            .meant(evenkeel_config::closest(port, ports.iter().copied()))
            .hint("name the port under the container's `ports`, or probe by number");
        check.report(finding);
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A container that serves without a probe, and one that asks a port it does not have",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- shop/values.yaml --
port: web
-- shop/templates/deployment.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - {name: api, ports: [{containerPort: 8080}]} #~ no readinessProbe, no livenessProbe
        - name: shop
          ports: [{containerPort: 80, name: http}]
          readinessProbe:
            httpGet:
              port: {{ .Values.port }} #~ the container has no port named web
          livenessProbe: {httpGet: {port: http}}
"#,
    },
    Example {
        title: "Both probes, by name and by number",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- deployment.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - name: shop
          ports: [{containerPort: 80, name: http}]
          readinessProbe: {httpGet: {port: http}}
          livenessProbe: {tcpSocket: {port: 80}}
"#,
    },
    Example {
        title: "A Job, an init container, and a sidecar without a port",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- all.yaml --
apiVersion: batch/v1
kind: Job
metadata: {name: seed}
spec: {template: {spec: {containers: [{name: seed, ports: [{containerPort: 80}]}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      initContainers: [{name: wait, ports: [{containerPort: 80}]}]
      containers: [{name: reload, image: "quay.io/acme/reload:v1"}]
"#,
    },
    Example {
        title: "Nothing says what the environment is for",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- deployment.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec: {template: {spec: {containers: [{name: shop, ports: [{containerPort: 80}]}]}}}
"#,
    },
];
