//! HYG-03.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;
use evenkeel_value::{Data, DataItem};

use crate::context::{Check, Context, Subject};
use crate::pods::{Container, Pod, WORKLOADS, pods};
use crate::quantity::quantity;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "HYG-03",
    statement: "Pods run restricted: not as root, without privileges, without the host",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
What a container may do beyond its work, an intruder may do too. Kubernetes' profile `restricted` (Pod Security \
Standards) and OpenShift's SCC `restricted-v2` take that away; a namespace that enforces one of them refuses other pods.

Each container of a workload, Job, CronJob or Pod needs `runAsNonRoot: true` and a `seccompProfile` of type \
`RuntimeDefault` or `Localhost`, here or for the pod, and itself `allowPrivilegeEscalation: false` and `capabilities` \
that drop `ALL`. What is absent is not restricted. It must not be `privileged`, add capabilities other than \
`NET_BIND_SERVICE`, run as user 0, or take a port of the host; the pod must not share the host's network, processes or \
IPC, nor mount its directories. On OpenShift a user must not be written out at all: each namespace has a range of its \
own (`fsGroup` is CIP-01's). Tekton's steps run in pods of the pipelines' own account, and are left out.

Environments without `class` are not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    if context.settings.is_none_or(|env| env.class.is_none()) {
        return check
            .undeclared("the configuration does not say what the environment is for (`class`)");
    }
    let is_openshift = is_openshift(context);
    let workloads = context.subjects().iter().filter(|subject| {
        let id = &subject.object.identity;
        WORKLOADS.contains(&(id.group.as_str(), id.kind.as_str()))
    });
    for subject in workloads {
        for pod in pods(subject) {
            host(subject, &pod, check);
            for container in &pod.containers {
                look(subject, &pod, container, is_openshift, check);
            }
        }
    }
}

/// Whether the cluster is one of OpenShift: it is declared as one, or gets Routes.
fn is_openshift(context: &Context<'_>) -> bool {
    let versions = context.settings.map(|env| &env.cluster.api_versions);
    let declared = matches!(versions, Some(Some(evenkeel_config::ApiVersions::Release(release)))
        if release.value.to_string().starts_with("openshift"));
    declared
        || context
            .of_kind("route.openshift.io", "Route")
            .next()
            .is_some()
}

/// What a pod takes of its host: one finding for all of it.
fn host(subject: &Subject<'_>, pod: &Pod<'_>, check: &mut Check<'_>) {
    let path = FieldPath(pod.path.clone());
    let Some(data) = path.get(subject.data()) else {
        return;
    };
    let shared = ["hostNetwork", "hostPID", "hostIPC"];
    let mut taken: Vec<&str> = shared
        .into_iter()
        .filter(|key| is_true(data, &[key]))
        .collect();
    if let Some(Data::List(volumes)) = data.get("volumes") {
        let mut volumes = volumes.iter();
        if volumes.any(|volume| volume.value.get("hostPath").is_some()) {
            taken.push("hostPath");
        }
    }
    if !taken.is_empty() {
        let message = format!("the pod takes of its host: {}", taken.join(", "));
        let finding = Finding::new(subject, path, message)
            .hint("leave them out, or waive the finding for what has to manage the host");
        check.report(finding);
    }
}

/// One finding for a container: the hint is the block that makes it restricted.
fn look(
    subject: &Subject<'_>,
    pod: &Pod<'_>,
    container: &Container<'_>,
    is_openshift: bool,
    check: &mut Check<'_>,
) {
    let whole = FieldPath(pod.path.clone());
    let whole = whole
        .get(subject.data())
        .and_then(|pod| pod.get("securityContext"));
    let own = container.data.get("securityContext");
    let (missing, block) = missing(own, whole);
    let excess = excess(container.data, own, whole, is_openshift);
    let mut said = Vec::new();
    if !missing.is_empty() {
        said.push(format!("no {}", missing.join(", no ")));
    }
    said.extend(excess);
    if said.is_empty() {
        return;
    }
    let mut path = pod.path.clone();
    path.extend(container.place.iter().cloned());
    let mut finding = Finding::new(
        subject,
        FieldPath(path),
        format!("not restricted: {}", said.join(", ")),
    );
    if !block.is_empty() {
        finding = finding.hint(format!("add `securityContext: {{{}}}`", block.join(", ")));
    }
    check.report(finding);
}

/// What a container does not say, and what to add.
fn missing(own: Option<&Data>, whole: Option<&Data>) -> (Vec<&'static str>, Vec<&'static str>) {
    // What the container says counts, not what the pod says of all.
    let said = |key: &str| {
        let own = own
            .and_then(|data| data.get(key))
            .filter(|data| **data != Data::Null);
        own.or_else(|| whole?.get(key))
    };
    let profile = said("seccompProfile").and_then(|profile| profile.get("type")?.as_str());
    let drops = own.and_then(|data| data.get("capabilities")?.get("drop"));
    let holds = [
        (
            said("runAsNonRoot") == Some(&Data::Bool(true)),
            "runAsNonRoot",
            "runAsNonRoot: true",
        ),
        (
            own.is_some_and(|data| {
                data.get("allowPrivilegeEscalation") == Some(&Data::Bool(false))
            }),
            "allowPrivilegeEscalation: false",
            "allowPrivilegeEscalation: false",
        ),
        (
            drops.is_some_and(|drops| texts(drops).any(|text| text.eq_ignore_ascii_case("ALL"))),
            "dropped capabilities",
            "capabilities: {drop: [ALL]}",
        ),
        (
            matches!(profile, Some("RuntimeDefault" | "Localhost")),
            "seccompProfile",
            "seccompProfile: {type: RuntimeDefault}",
        ),
    ];
    let lacks = holds.into_iter().filter(|(holds, ..)| !holds);
    lacks.map(|(_, name, block)| (name, block)).unzip()
}

/// What a container asks for that a restricted one may not have.
fn excess(
    container: &Data,
    own: Option<&Data>,
    whole: Option<&Data>,
    is_openshift: bool,
) -> Vec<String> {
    let mut found = Vec::new();
    if is_true(container, &["securityContext", "privileged"]) {
        found.push("privileged".to_owned());
    }
    let adds = own.and_then(|data| data.get("capabilities")?.get("add"));
    let adds = adds.into_iter().flat_map(texts);
    found.extend(
        adds.filter(|name| *name != "NET_BIND_SERVICE")
            .map(|name| format!("capability {name}")),
    );
    for key in ["runAsUser", "runAsGroup"] {
        let own = own.and_then(|data| data.get(key));
        let Some(id) = own.or_else(|| whole?.get(key)).and_then(quantity) else {
            continue;
        };
        // The SCC leaves the group to the pod.
        let is_fixed = is_openshift && key == "runAsUser";
        if id == 0.0 || is_fixed {
            found.push(format!("{key} {id}"));
        }
    }
    if let Some(Data::List(ports)) = container.get("ports") {
        let mut ports = ports.iter().map(|port| port.value.get("hostPort"));
        if ports.any(|port| port.and_then(quantity).is_some_and(|port| port != 0.0)) {
            found.push("a port of the host".to_owned());
        }
    }
    found
}

fn is_true(data: &Data, keys: &[&str]) -> bool {
    let found = keys.iter().try_fold(data, |at, key| at.get(key));
    found == Some(&Data::Bool(true))
}

fn texts(data: &Data) -> impl Iterator<Item = &str> {
    let items: &[DataItem] = match data {
        Data::List(items) => items,
        _ => &[],
    };
    items.iter().filter_map(|item| item.value.as_str())
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "Nothing is said, and too much is asked for",
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
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - {name: web, image: "quay.io/acme/web:v1"} #~ not restricted: no allowPrivilegeEscalation: false, no dropped capabilities
        - {name: root, securityContext: {runAsUser: 0, allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [SYS_TIME]}}} #~ not restricted: capability SYS_TIME, runAsUser 0
---
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec: {hostNetwork: true, containers: []} #~ the pod takes of its host: hostNetwork
"#,
    },
    Example {
        title: "A restricted pod",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: shop
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"#,
    },
    Example {
        title: "A port below 1024, a user of one's own where nothing gives users out, and a step of Tekton",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- all.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: shop
      ports: [{containerPort: 80}]
      securityContext:
        runAsUser: 1000
        runAsNonRoot: true
        seccompProfile: {type: Localhost, localhostProfile: shop.json}
        allowPrivilegeEscalation: false
        capabilities: {drop: [all], add: [NET_BIND_SERVICE]}
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
