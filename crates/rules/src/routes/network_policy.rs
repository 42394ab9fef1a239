//! RTE-08.

use std::collections::BTreeSet;

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::Step;

use super::policies::{Dns, Policy, Way, policies};
use super::selected;
use crate::context::{Check, Context, Subject};
use crate::fields::each_text;
use crate::hosts::{Mention, in_cluster, mentions};
use crate::presence::{ByPlace, Inventory, Place};
use crate::rule::Run;
use crate::services::{Service, service_at, services};
use crate::workloads::{Port, Workload, workloads};
use crate::{Example, Finding, Input, Outcome, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "RTE-08",
    statement: "NetworkPolicies let pods look up names and reach the Services of the cluster that they name",
    severity: Severity::Warning,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
As soon as one NetworkPolicy restricts a pod's egress, everything that no policy allows is refused, DNS first of all: \
every name the pod looks up times out, which looks like an outage of whatever it asks for.

For each workload that restricted pods belong to, the rule takes all policies that select it together. They have to \
allow DNS (UDP 53; on OpenShift 5353, where its servers listen and which is what policies see), if the pods name a \
host or some egress is allowed. And they have to allow each Service of the cluster that the pods name in their \
arguments, environment variables and ConfigMaps: the pods behind it, at the port that it leads to. Policies that \
select those pods have to let these in.

Blocks of addresses are taken to hold what is needed, labels of namespaces that are not rendered to fit. Services \
whose pods an operator runs have labels that are not known; for them the rule is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// A Service that the pods of a workload ask for.
struct Dependency<'s, 'c, 'a> {
    service: &'s Service<'c, 'a>,
    port: Option<u16>,
}

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let inventory = Inventory::new(context);
    let policies = policies(context, &inventory);
    if policies.is_empty() {
        return;
    }
    let config_maps = context.of_kind("", "ConfigMap");
    let view = View {
        context,
        services: services(context, &inventory),
        workloads: workloads(context, &inventory),
        policies,
        config_maps: ByPlace::new(config_maps.map(|map| (inventory.place(map), map))),
    };
    let is_openshift = context.is_openshift();
    let mut reported = BTreeSet::new();
    for workload in view.workloads.iter() {
        let texts = view.texts(workload);
        let names_host = texts
            .iter()
            .flat_map(|text| mentions(text))
            .any(|mention| mention.is_name() && !mention.is_searched());
        let out = view.restricting(Way::Out, workload);
        let mut findings = Vec::new();
        findings.extend(dns(&out, workload, names_host, is_openshift));
        let (dependencies, unknown) = view.dependencies(workload, &texts);
        for host in unknown.iter().filter(|_| !out.is_empty()) {
            check.skip(format!("the pods behind {host} are not rendered"));
        }
        for dependency in dependencies {
            match view.pods_behind(&dependency) {
                Ok(servers) => findings.extend(view.refused(&out, workload, &servers, &dependency)),
                Err(reason) if !out.is_empty() => check.skip(reason),
                Err(_) => {}
            }
        }
        for finding in findings {
            // Pods of several workloads suffer from one policy.
            if reported.insert((finding.object.clone(), finding.message.clone())) {
                check.report(finding);
            }
        }
    }
}

/// What is looked at, together.
struct View<'c, 'a> {
    context: &'c Context<'a>,
    services: ByPlace<'c, Service<'c, 'a>>,
    workloads: ByPlace<'c, Workload<'c, 'a>>,
    policies: ByPlace<'c, Policy<'c, 'a>>,
    config_maps: ByPlace<'c, &'c Subject<'a>>,
}

impl<'c, 'a> View<'c, 'a> {
    /// The policies that restrict the traffic of a workload.
    fn restricting(&self, way: Way, workload: &Workload<'_, '_>) -> Vec<&Policy<'c, 'a>> {
        let policies = self.policies.at(workload.at);
        policies
            .filter(|policy| policy.restricts(way, workload))
            .collect()
    }

    /// The texts that tell the pods of a workload what to ask for: their own and those of their ConfigMaps.
    fn texts<'w>(&'w self, workload: &Workload<'w, '_>) -> Vec<&'w str> {
        let mut texts = Vec::new();
        for container in &workload.pod.containers {
            each_text(container.data, &mut |steps, text| {
                let first = steps.first().and_then(|step| match step {
                    Step::Key(key) => Some(key.as_str()),
                    _ => None,
                });
                if matches!(first, Some("args" | "command" | "env" | "script")) {
                    texts.push(text);
                }
            });
        }
        let config = self.config_maps.at(workload.at);
        for subject in config.filter(|map| workload.pod.config_maps.contains(map.name())) {
            if let Some(data) = subject.data().get("data") {
                each_text(data, &mut |_, text| texts.push(text));
            }
        }
        texts
    }

    /// The Services that texts name, and the names of the cluster's DNS that stand for none that is rendered.
    fn dependencies<'t>(
        &self,
        workload: &Workload<'_, '_>,
        texts: &[&'t str],
    ) -> (Vec<Dependency<'_, 'c, 'a>>, BTreeSet<&'t str>) {
        let mut found: Vec<Dependency<'_, 'c, 'a>> = Vec::new();
        let mut unknown = BTreeSet::new();
        let all = texts.iter().flat_map(|text| mentions(text));
        for mention in all.filter(|mention| !mention.is_searched() && !mention.is_cut()) {
            let Some(service) = self.service(workload, &mention) else {
                let is_name = in_cluster(mention.host).is_some_and(|name| name.namespace.is_some());
                unknown.extend(is_name.then_some(mention.host));
                continue;
            };
            if service.is_external() {
                continue;
            }
            let port = mention.port;
            let is_new = !found
                .iter()
                .any(|known| std::ptr::eq(known.service, service) && known.port == port);
            if is_new {
                found.push(Dependency { service, port });
            }
        }
        (found, unknown)
    }

    /// The Service that a host stands for, seen from a workload.
    fn service(
        &self,
        workload: &Workload<'_, '_>,
        mention: &Mention<'_>,
    ) -> Option<&Service<'c, 'a>> {
        let (name, namespace) = match in_cluster(mention.host) {
            Some(name) => (name.service, name.namespace?),
            // A single word in a URL may be a Service beside the pods.
            None if !mention.host.contains('.') && !mention.scheme.is_empty() => {
                (mention.host, workload.at.namespace)
            }
            None => return None,
        };
        let at = Place {
            namespace,
            ..workload.at
        };
        service_at(&self.services, at, name)
    }

    /// The workloads behind a Service.
    ///
    /// # Errors
    /// Why they are not known.
    fn pods_behind(
        &self,
        dependency: &Dependency<'_, 'c, 'a>,
    ) -> Result<Vec<&Workload<'c, 'a>>, String> {
        let service = dependency.service;
        let servers: Vec<_> = selected::of(service, &self.workloads).collect();
        match servers.is_empty() {
            true => Err(format!(
                "the pods behind the Service {} are not rendered",
                service.subject.name()
            )),
            false => Ok(servers),
        }
    }

    /// What a workload may not reach, or what does not let it in.
    fn refused(
        &self,
        out: &[&Policy<'_, '_>],
        workload: &Workload<'_, '_>,
        servers: &[&Workload<'_, '_>],
        dependency: &Dependency<'_, '_, '_>,
    ) -> Option<Finding> {
        let service = dependency.service;
        let number = dependency.port.map(Port::Number);
        let port = number.and_then(|number| service.port(number));
        let target = port
            .and_then(|port| port.target)
            .or(number.filter(|_| service.is_headless()));
        let from = workload.subject.object.short_name();
        let name = service.subject.name();
        let shown = target.map_or_else(String::new, |port| format!(" at port {port}"));
        let reaches = |server: &&&Workload<'_, '_>| {
            out.iter()
                .any(|policy| policy.allows(Way::Out, server, server, target, self.context))
        };
        let Some(server) = servers.iter().find(reaches) else {
            let first = servers.first()?.subject.object.short_name();
            if let Some(policy) = out.first() {
                let message = format!("{from} may not reach the Service {name}");
                let path = policy.rules_field(Way::Out);
                let hint = format!("allow egress to the pods of {first}{shown}");
                return Some(Finding::new(policy.subject, path, message).hint(hint));
            }
            return self.shut_out(workload, servers.first()?, target, name);
        };
        self.shut_out(workload, server, target, name)
    }

    /// The policy of the pods behind a Service that does not let a workload in.
    fn shut_out(
        &self,
        workload: &Workload<'_, '_>,
        server: &Workload<'_, '_>,
        target: Option<Port<'_>>,
        name: &str,
    ) -> Option<Finding> {
        let restricting = self.restricting(Way::In, server);
        let policy = restricting.first()?;
        let admits = restricting
            .iter()
            .any(|policy| policy.allows(Way::In, workload, server, target, self.context));
        if admits {
            return None;
        }
        let from = workload.subject.object.short_name();
        let message = format!("the pods behind the Service {name} do not let {from} in");
        let path = policy.rules_field(Way::In);
        let shown = target.map_or_else(String::new, |port| format!(" at port {port}"));
        let hint = format!("allow ingress from the pods of {from}{shown}");
        Some(Finding::new(policy.subject, path, message).hint(hint))
    }
}

/// Reports policies that keep pods from looking up names.
fn dns(
    out: &[&Policy<'_, '_>],
    workload: &Workload<'_, '_>,
    names_host: bool,
    is_openshift: bool,
) -> Option<Finding> {
    let policy = out.first()?;
    let reaches_pods = out.iter().any(|policy| policy.allows_something(Way::Out));
    if !names_host && !reaches_pods {
        return None;
    }
    let best = out.iter().map(|policy| policy.dns(is_openshift)).max();
    let name = workload.subject.object.short_name();
    let best = best?;
    let (message, hint) = match best {
        Dns::Yes => return None,
        Dns::WrongPort => (
            format!("{name} may ask the DNS at port 53, and OpenShift's listens at 5353"),
            "allow UDP and TCP 5353 to the namespace openshift-dns",
        ),
        Dns::No if is_openshift => (
            format!("{name} may not look up names"),
            "allow UDP and TCP 53 and 5353 to the namespace openshift-dns",
        ),
        Dns::No => (
            format!("{name} may not look up names"),
            "allow UDP and TCP 53 to the namespace kube-system",
        ),
    };
    let port = out
        .iter()
        .find_map(|policy| Some((policy.subject, policy.dns_field()?)));
    let (subject, path) = match best {
        Dns::WrongPort => port?,
        _ => (policy.subject, policy.rules_field(Way::Out)),
    };
    Some(Finding::new(subject, path, message).hint(hint))
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "No DNS, and a dependency at another port than the container's",
        outcome: Outcome::Fails,
        repository: r#"
-- shop.yaml --
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop}
spec:
  podSelector: {matchLabels: {app: shop}}
  policyTypes: [Egress]
  egress:
    - to: [{podSelector: {matchLabels: {app: cache}}}] #~ Deployment/shop may not look up names #~ Deployment/shop may not reach the Service cache
      ports: [{port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: shop}}}] #~ the pods behind the Service db do not let Deployment/report in
---
apiVersion: v1
kind: Service
metadata: {name: cache}
spec: {selector: {app: cache}, ports: [{port: 80, targetPort: redis}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: "shop:1", args: ["--cache=http://cache.apps.svc"]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: report}
spec:
  template:
    metadata: {labels: {app: report}}
    spec: {containers: [{name: report, image: "report:1", env: [{name: DB, value: "postgres://db:5432/shop"}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cache, labels: {app: cache}}
spec: {containers: [{name: cache, image: "cache:1", ports: [{name: redis, containerPort: 6379}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, labels: {app: db}}
spec: {containers: [{name: db, image: "db:1", ports: [{containerPort: 5432}]}]}
"#,
    },
    Example {
        title: "OpenShift's DNS listens at another port",
        outcome: Outcome::Fails,
        repository: r#"
-- shop.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{namespaceSelector: {}}]
      ports: [{port: 53, protocol: UDP}] #~ Pod/shop may ask the DNS at port 53, and OpenShift's listens at 5353
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec: {containers: [{name: shop, image: "shop:1", args: ["--api=https://api.example.com"]}]}
"#,
    },
    Example {
        title: "DNS and the one dependency are allowed",
        outcome: Outcome::Passes,
        repository: r#"
-- shop.yaml --
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
      ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop}
spec:
  podSelector: {matchLabels: {app: shop}}
  policyTypes: [Egress]
  egress:
    - to: [{podSelector: {matchLabels: {app: cache}}}]
      ports: [{port: redis}]
---
apiVersion: v1
kind: Service
metadata: {name: cache}
spec: {selector: {app: cache}, ports: [{port: 80, targetPort: 6379}]}
---
apiVersion: v1
kind: Pod
metadata: {name: shop, labels: {app: shop}}
spec: {containers: [{name: shop, image: "shop:1", args: ["--cache=http://cache.apps.svc:80"]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cache, labels: {app: cache}}
spec: {containers: [{name: cache, image: "cache:1", ports: [{name: redis, containerPort: 6379}]}]}
"#,
    },
    Example {
        title: "A pod that asks nobody, and policies that only restrict who comes in",
        outcome: Outcome::NearMiss,
        repository: r#"
-- shop.yaml --
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: seed}
spec: {podSelector: {matchLabels: {app: seed}}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop}
spec: {podSelector: {matchLabels: {app: shop}}, ingress: [{ports: [{port: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: seed, labels: {app: seed}}
spec: {containers: [{name: seed, image: "seed:1", args: [cp, -r, /from, /to]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: shop, labels: {app: shop}}
spec: {containers: [{name: shop, image: "shop:1", args: ["--api=https://api.example.com"]}]}
"#,
    },
    Example {
        title: "The pods behind a Service are those of an operator",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- shop.yaml --
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop}
spec: {podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}
---
apiVersion: db.example.com/v1
kind: Database
metadata: {name: orders}
---
apiVersion: v1
kind: Service
metadata: {name: reader}
spec: {selector: {database: orders}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec: {containers: [{name: shop, image: "shop:1", args: ["--db=postgres://reader:5432"]}]}
"#,
    },
];
