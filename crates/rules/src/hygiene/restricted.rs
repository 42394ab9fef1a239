//! HYG-03.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
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

const CONTEXT: &str = "securityContext";

/// A setting that a restricted container has.
struct Wanted {
    key: &'static str,
    /// What it is called where it is missing.
    name: &'static str,
    /// What to add.
    block: &'static str,
    /// Whether the pod may say it for all of its containers.
    is_for_pod: bool,
    holds: fn(&Data) -> bool,
}

const WANTED: &[Wanted] = &[
    Wanted {
        key: "runAsNonRoot",
        name: "runAsNonRoot",
        block: "runAsNonRoot: true",
        is_for_pod: true,
        holds: |said| *said == Data::Bool(true),
    },
    Wanted {
        key: "allowPrivilegeEscalation",
        name: "allowPrivilegeEscalation: false",
        block: "allowPrivilegeEscalation: false",
        is_for_pod: false,
        holds: |said| *said == Data::Bool(false),
    },
    Wanted {
        key: "capabilities",
        name: "dropped capabilities",
        block: "capabilities: {drop: [ALL]}",
        is_for_pod: false,
        holds: |said| {
            let drops = said.get("drop");
            drops.is_some_and(|drops| texts(drops).any(|text| text.eq_ignore_ascii_case("ALL")))
        },
    },
    Wanted {
        key: "seccompProfile",
        name: "seccompProfile",
        block: "seccompProfile: {type: RuntimeDefault}",
        is_for_pod: true,
        holds: |said| {
            let profile = said.get("type").and_then(Data::as_str);
            matches!(profile, Some("RuntimeDefault" | "Localhost"))
        },
    },
];

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
        .and_then(|pod| pod.get(CONTEXT))
        .filter(|context| **context != Data::Null);
    let own = container.data.get(CONTEXT);
    let missing = missing(own, whole);
    let excess = excess(container.data, own, whole, is_openshift);
    let mut said = Vec::new();
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|wanted| wanted.name).collect();
        said.push(format!("no {}", names.join(", no ")));
    }
    said.extend(excess.iter().map(|excess| excess.said.clone()));
    if said.is_empty() {
        return;
    }
    let path = match &excess[..] {
        [] => lacking(pod, container, whole.is_some(), &missing),
        [first, ..] => first.path(pod, container),
    };
    let message = format!("not restricted: {}", said.join(", "));
    let mut finding = Finding::new(subject, path, message);
    if !missing.is_empty() {
        let block: Vec<&str> = missing.iter().map(|wanted| wanted.block).collect();
        finding = finding.hint(format!("add `{CONTEXT}: {{{}}}`", block.join(", ")));
    }
    check.report(finding);
}

/// The field that does not say what is wanted: a setting that says something else, else the security context that
/// lacks it, the pod's where that can say all of it.
fn lacking(
    pod: &Pod<'_>,
    container: &Container<'_>,
    pod_has_context: bool,
    missing: &[&Wanted],
) -> FieldPath {
    let is_for_pod = pod_has_context && missing.iter().all(|wanted| wanted.is_for_pod);
    let mut path = pod.path.clone();
    if !is_for_pod {
        path.extend(container.place.iter().cloned());
    }
    let path = FieldPath(path).join(Step::Key(CONTEXT.to_owned()));
    match missing {
        [one] => path.join(Step::Key(one.key.to_owned())),
        _ => path,
    }
}

/// The settings that a container does not have.
fn missing(own: Option<&Data>, whole: Option<&Data>) -> Vec<&'static Wanted> {
    let lacks = |wanted: &&Wanted| {
        let own = own
            .and_then(|data| data.get(wanted.key))
            .filter(|data| **data != Data::Null);
        // What the container says counts, not what the pod says of all.
        let whole = whole.filter(|_| wanted.is_for_pod);
        let said = own.or_else(|| whole?.get(wanted.key));
        !said.is_some_and(wanted.holds)
    };
    WANTED.iter().filter(lacks).collect()
}

/// Something that a container asks for and a restricted one may not have.
struct Excess {
    said: String,
    /// Whether the pod asks for it, for all of its containers.
    is_of_pod: bool,
    /// The field, below the container or pod.
    field: &'static [&'static str],
}

impl Excess {
    fn path(&self, pod: &Pod<'_>, container: &Container<'_>) -> FieldPath {
        let mut path = pod.path.clone();
        if !self.is_of_pod {
            path.extend(container.place.iter().cloned());
        }
        path.extend(self.field.iter().map(|key| Step::Key((*key).to_owned())));
        FieldPath(path)
    }
}

fn excess(
    container: &Data,
    own: Option<&Data>,
    whole: Option<&Data>,
    is_openshift: bool,
) -> Vec<Excess> {
    let of_own = |said: String, field: &'static [&'static str]| Excess {
        said,
        is_of_pod: false,
        field,
    };
    let mut found = Vec::new();
    if is_true(container, &[CONTEXT, "privileged"]) {
        found.push(of_own("privileged".to_owned(), &[CONTEXT, "privileged"]));
    }
    let adds = own.and_then(|data| data.get("capabilities")?.get("add"));
    let adds = adds.into_iter().flat_map(texts);
    found.extend(
        adds.filter(|name| *name != "NET_BIND_SERVICE")
            .map(|name| format!("capability {name}"))
            .map(|said| of_own(said, &[CONTEXT, "capabilities", "add"])),
    );
    found.extend(ids(own, whole, is_openshift));
    if let Some(Data::List(ports)) = container.get("ports") {
        let mut ports = ports.iter().map(|port| port.value.get("hostPort"));
        if ports.any(|port| port.and_then(quantity).is_some_and(|port| port != 0.0)) {
            found.push(of_own("a port of the host".to_owned(), &["ports"]));
        }
    }
    found
}

/// Root, or a user that is written out where each namespace has its own.
fn ids(own: Option<&Data>, whole: Option<&Data>, is_openshift: bool) -> Vec<Excess> {
    const FIELDS: &[(&str, &[&str])] = &[
        ("runAsUser", &[CONTEXT, "runAsUser"]),
        ("runAsGroup", &[CONTEXT, "runAsGroup"]),
    ];
    let excess = |(key, field): &(&str, &'static [&'static str])| {
        let own = own.and_then(|data| data.get(key));
        let id = own.or_else(|| whole?.get(key)).and_then(quantity)?;
        // The SCC leaves the group to the pod.
        let is_fixed = is_openshift && *key == "runAsUser";
        (id == 0.0 || is_fixed).then(|| Excess {
            said: format!("{key} {id}"),
            is_of_pod: own.is_none(),
            field,
        })
    };
    FIELDS.iter().filter_map(excess).collect()
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
        title: "A helper that says it for all containers, and a pod that says who they run as",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {class: production}}
-- shop/templates/_helpers.tpl --
{{- define "context" -}}
capabilities: {drop: [ALL]}
allowPrivilegeEscalation: true #~ not restricted: no allowPrivilegeEscalation: false #~ not restricted: no allowPrivilegeEscalation: false
{{- end -}}
-- shop/templates/pods.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: one
      securityContext:
        {{- include "context" . | nindent 8 }}
    - name: two
      securityContext:
        {{- include "context" . | nindent 8 }}
---
apiVersion: v1
kind: Pod
metadata: {name: other}
spec:
  securityContext:
    runAsUser: 0 #~ not restricted: runAsUser 0
    runAsNonRoot: true
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: other
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
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
