//! PAR-04.

use std::collections::{BTreeSet, HashMap};

use evenkeel_config::{Glob, Spanned};
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::context::{Check, Subject};
use crate::fields::each_text;
use crate::hosts::{Mention, is_listening, is_loopback, is_searched, mentions};
use crate::pods::{Pod, pods};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "PAR-04",
    statement: "No endpoint that an environment forbids occurs in what it renders",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
An endpoint of a developer's machine in another environment means that an overlay is missing or a default won: what \
depends on it fails at run time, long after the deployment looked well.

`forbid` of an environment lists globs of hosts: `[localhost, \"*.testing\", \"vault-dev.*\"]`. `localhost` also stands \
for all other names of the own machine (`127.0.0.0/8`, `::1`, `*.localhost`). The rule looks for them in every text of \
every object: URLs, hosts with ports, arguments, environment variables, scripts, configuration files; comments in \
scripts do not count. An Application's own fields are looked at only where what it deploys cannot be rendered.

Within a pod, the own machine is the pod itself. So these are in order: probes and lifecycle hooks; addresses to listen \
at; a port that a container of the pod declares as `containerPort` (of a ConfigMap: of a pod that reads it); \
`NO_PROXY`. In order is also what a script only searches for, such as a placeholder that `sed` replaces, written out or \
in an environment variable.

An environment without `forbid` is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Fields of containers that the pod's own kubelet acts on.
const OWN_POD: &[&str] = &[
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
];

/// Ports declared by the pods that read a ConfigMap, by its namespace and name.
type Readers<'c> = HashMap<(&'c str, &'c str), BTreeSet<u16>>;

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let Some(settings) = context.settings.filter(|env| !env.forbid.is_empty()) else {
        check.undeclared("the configuration forbids no hosts (`forbid`)");
        return;
    };
    let described: Vec<Vec<Pod<'_>>> = context.subjects().iter().map(pods).collect();
    let mut readers = Readers::new();
    for (subject, pods) in context.subjects().iter().zip(&described) {
        for pod in pods {
            for name in &pod.config_maps {
                let ports = readers.entry((subject.namespace(), name)).or_default();
                ports.extend(&pod.ports);
            }
        }
    }
    let mut found = Vec::new();
    for (subject, pods) in context.subjects().iter().zip(&described) {
        if context.is_final(subject) {
            let own = Own {
                pods,
                readers: &readers,
            };
            look(
                subject,
                &settings.forbid,
                &own,
                &context.environment.name,
                &mut found,
            );
        }
    }
    for finding in found {
        check.report(finding);
    }
}

fn look(
    subject: &Subject<'_>,
    forbid: &[Spanned<Glob>],
    own: &Own<'_>,
    env: &str,
    found: &mut Vec<Finding>,
) {
    each_text(subject.data(), &mut |steps, text| {
        let mut reported: Vec<&str> = Vec::new();
        for mention in mentions(text) {
            let Some(glob) = forbid
                .iter()
                .find(|glob| forbids(&glob.value, mention.host))
            else {
                continue;
            };
            // Once for each host of a field is enough.
            if reported.contains(&mention.host)
                || mention.is_searched()
                || is_searched_variable(steps, own.pods)
                || is_loopback(mention.host) && own.allows(subject, steps, &mention)
            {
                continue;
            }
            reported.push(mention.host);
            let path = FieldPath(steps.to_vec());
            found.push(finding(subject, path, &mention, glob.value.as_str(), env));
        }
    });
}

/// `localhost` stands for every name of the own machine.
fn forbids(glob: &Glob, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    glob.matches(&host) || glob.as_str() == "localhost" && is_loopback(&host)
}

fn finding(
    subject: &Subject<'_>,
    path: FieldPath,
    mention: &Mention<'_>,
    glob: &str,
    env: &str,
) -> Finding {
    let message = format!("{} is forbidden in {env} (`{glob}`)", mention.shown());
    let hint = match (is_loopback(mention.host), mention.port) {
        (true, Some(port)) => format!(
            "give it {env}'s own endpoint; if a container of the same pod serves it, declare containerPort {port} there"
        ),
        _ => format!("give it {env}'s own endpoint in the values of {env}"),
    };
    Finding::new(subject, path, message)
        .evidence(mention.shown())
        .hint(hint)
}

/// What is known of the pods around a field.
struct Own<'c> {
    pods: &'c [Pod<'c>],
    readers: &'c Readers<'c>,
}

impl Own<'_> {
    /// Whether the own machine is meant, and right.
    fn allows(&self, subject: &Subject<'_>, steps: &[Step], mention: &Mention<'_>) -> bool {
        let keys = || steps.iter().filter_map(key);
        if keys().any(|key| OWN_POD.contains(&key)) || mention.is_listened() {
            return true;
        }
        let name = variable(steps, self.pods).or_else(|| keys().next_back());
        let name = name.unwrap_or_default();
        if name.eq_ignore_ascii_case("no_proxy") || mention.scheme.is_empty() && is_listening(name)
        {
            return true;
        }
        let Some(port) = mention.port else {
            return false;
        };
        let id = &subject.object.identity;
        let around = self.pods.iter().filter(|pod| steps.starts_with(&pod.path));
        let by_readers = || {
            let reader = self.readers.get(&(id.namespace.as_str(), id.name.as_str()));
            id.kind == "ConfigMap" && reader.is_some_and(|ports| ports.contains(&port))
        };
        around.into_iter().any(|pod| pod.ports.contains(&port)) || by_readers()
    }
}

fn key(step: &Step) -> Option<&str> {
    match step {
        Step::Key(key) => Some(key),
        _ => None,
    }
}

/// The container of a field, and the rest of the path.
fn container<'p, 's>(steps: &'s [Step], pods: &[Pod<'p>]) -> Option<(&'p Data, &'s [Step])> {
    pods.iter().find_map(|pod| {
        let within = steps.strip_prefix(pod.path.as_slice())?;
        let mut containers = pod.containers.iter();
        containers.find_map(|container| {
            let rest = within.strip_prefix(container.place.as_slice())?;
            Some((container.data, rest))
        })
    })
}

/// The name of the environment variable whose value a field is.
fn variable<'p>(steps: &[Step], pods: &[Pod<'p>]) -> Option<&'p str> {
    let (container, rest) = container(steps, pods)?;
    let [Step::Key(env), Step::Index(_), Step::Key(value)] = rest else {
        return None;
    };
    let item = FieldPath(rest[..2].to_vec());
    let name = item.get(container)?.get("name")?.as_str();
    name.filter(|_| env == "env" && value == "value")
}

/// Whether a field is the value of an environment variable that its container's scripts only search for.
fn is_searched_variable(steps: &[Step], pods: &[Pod<'_>]) -> bool {
    let (Some(name), Some((container, _))) = (variable(steps, pods), container(steps, pods)) else {
        return false;
    };
    let mut uses = 0;
    let mut only_searched = true;
    for part in ["command", "args", "script"]
        .iter()
        .filter_map(|key| container.get(key))
    {
        each_text(part, &mut |_, text| {
            for (start, end) in uses_of(name, text) {
                uses += 1;
                only_searched &= is_searched(text, start, end);
            }
        });
    }
    uses > 0 && only_searched
}

/// The ranges of `$NAME` and `${NAME}` in a script.
fn uses_of(name: &str, text: &str) -> Vec<(usize, usize)> {
    let all = text.match_indices(name).filter_map(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        if before.ends_with("${") {
            let end = after.find('}')?;
            return Some((at - 2, at + name.len() + end + 1));
        }
        let ends = !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        (before.ends_with('$') && ends).then_some((at - 1, at + name.len()))
    });
    all.collect()
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A default of the developer's machine reaches production",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {forbid: [localhost, "*.testing"]}}
-- shop/values.yaml --
api: http://localhost:8080
-- shop/templates/all.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - name: shop
          image: shop:1
          env:
            - name: API_URL
              value: {{ .Values.api }} #~ http://localhost:8080 is forbidden in prod (`localhost`)
          args:
            - --registry=registry.apps-crc.testing:5000 #~ registry.apps-crc.testing:5000 is forbidden in prod (`*.testing`)
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
  run.sh: |
    # Not http://127.0.0.1 but:
    set -e
    curl http://127.0.0.1:9000/seed #~ http://127.0.0.1:9000 is forbidden in prod (`localhost`)
"#,
    },
    Example {
        title: "Nothing of a developer's machine",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {forbid: [localhost, "vault-dev.*"]}}
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultConnection
metadata: {name: vault}
spec: {address: "https://vault.example.net:8200"}
"#,
    },
    Example {
        title: "A script searches for a placeholder to replace it",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {forbid: [localhost]}}
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
    - name: set-endpoint
      image: web:1
      command: [/bin/sh, -c]
      args:
        - |
          # The page was built for http://localhost:8080.
          sed "s|http://localhost:8080|$API_URL|g" /in/script.js > /out/script.js
          sed -i "s|$PLACEHOLDER|$API_URL|g" /out/other.js
      env:
        - {name: PLACEHOLDER, value: "http://localhost:3000"}
  containers: [{name: web, image: "web:1"}]
"#,
    },
    Example {
        title: "The own pod is meant",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {forbid: [localhost]}}
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: web:1
      ports: [{containerPort: 8080}]
      args: [--listen=127.0.0.1:9090]
      env: [{name: NO_PROXY, value: "localhost,127.0.0.1,.svc"}]
      readinessProbe: {exec: {command: [curl, "http://localhost:9090/ready"]}}
      volumeMounts: [{name: proxy, mountPath: /etc/proxy}]
    - name: reload
      image: reload:1
      args: ["--webhook-url=http://127.0.0.1:8080/reload"]
  volumes: [{name: proxy, configMap: {name: proxy}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: proxy}
data:
  proxy.conf: |
    listen 127.0.0.1:9090;
    proxy_pass http://127.0.0.1:8080;
"#,
    },
    Example {
        title: "No host is forbidden",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {api: "http://localhost:8080"}
"#,
    },
];
