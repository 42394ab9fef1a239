//! RTE-05.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use super::selected;
use crate::context::{Check, Subject};
use crate::fields::find;
use crate::presence::{ByPlace, Inventory, Place, Presence, Unknowns};
use crate::rule::Run;
use crate::services::{Service, service_at, services};
use crate::workloads::{Port, Workload, workloads};
use crate::{Example, Finding, Input, Outcome, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "RTE-05",
    statement: "Every backend is a Service of the namespace with that port, and leads to a container that has it",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
The chain from a host to a container has four names: the Service's, its port's, the labels that it selects and the \
container's port. Where one of them is off, the answer is 503, and every object looks well by itself.

The rule follows the backends of Routes, Ingresses, the routes of the Gateway API, Traefik's IngressRoutes, webhooks \
and API services to a Service in the right namespace, and looks up the port there: by number or name; a Route's \
`targetPort` is the name of a Service's port or the number of the container's. Then it follows each Service: its \
selector has to fit the pods of a workload in its namespace, and a `targetPort` by name has to be a port of a container. A number that no \
container declares, while they declare others, is a warning, and so is a second workload that the selector fits and \
that does not declare the number.

Services that operators make (`el-<EventListener>`, `<CouchbaseCluster>-ui` …) are known; their ports are not looked at. A Service \
counts as missing where its namespace has others, or the environment is `closed`. Services without a selector lead \
where somebody else says. Where pods of operators, of charts that cannot be rendered, or of a controller that a role lets make pods, may be meant, \
the rule is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Group, kind, the field of a backend, and that of its port within.
const BACKENDS: &[(&str, &str, &str, &[&str])] = &[
    (
        "networking.k8s.io",
        "Ingress",
        "spec.rules[].http.paths[].backend.service",
        &["port.number", "port.name"],
    ),
    (
        "networking.k8s.io",
        "Ingress",
        "spec.defaultBackend.service",
        &["port.number", "port.name"],
    ),
    (
        "gateway.networking.k8s.io",
        "HTTPRoute",
        "spec.rules[].backendRefs[]",
        &["port"],
    ),
    (
        "gateway.networking.k8s.io",
        "GRPCRoute",
        "spec.rules[].backendRefs[]",
        &["port"],
    ),
    (
        "gateway.networking.k8s.io",
        "TCPRoute",
        "spec.rules[].backendRefs[]",
        &["port"],
    ),
    (
        "gateway.networking.k8s.io",
        "TLSRoute",
        "spec.rules[].backendRefs[]",
        &["port"],
    ),
    (
        "traefik.io",
        "IngressRoute",
        "spec.routes[].services[]",
        &["port"],
    ),
    (
        "traefik.io",
        "IngressRouteTCP",
        "spec.routes[].services[]",
        &["port"],
    ),
    (
        "admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration",
        "webhooks[].clientConfig.service",
        &["port"],
    ),
    (
        "admissionregistration.k8s.io",
        "MutatingWebhookConfiguration",
        "webhooks[].clientConfig.service",
        &["port"],
    ),
    (
        "apiregistration.k8s.io",
        "APIService",
        "spec.service",
        &["port"],
    ),
    ("route.openshift.io", "Route", "spec.to", &[]),
    (
        "route.openshift.io",
        "Route",
        "spec.alternateBackends[]",
        &[],
    ),
];

/// A Service that an object sends requests to.
struct Backend<'s> {
    path: FieldPath,
    at: Place<'s>,
    name: &'s str,
    port: Option<(FieldPath, Port<'s>)>,
    /// The port may be the container's.
    is_route: bool,
}

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let inventory = Inventory::new(context);
    let services = services(context, &inventory);
    let workloads = workloads(context, &inventory);
    let mut unknowns = Unknowns::default();
    for subject in context.subjects() {
        for backend in backends(subject, &inventory) {
            match inventory.find(backend.at, "Service", backend.name) {
                Presence::There => {
                    let service = service_at(&services, backend.at, backend.name);
                    if let Some(service) = service {
                        has_port(subject, &backend, service, &workloads, check);
                    }
                }
                Presence::Unknown(reason) => unknowns.note("Service", backend.name, reason),
                Presence::Absent => {
                    let message =
                        format!("{} has no Service {}", backend.at.namespace, backend.name);
                    let path = backend.path.join(Step::Key("name".to_owned()));
                    let finding = Finding::new(subject, path, message).evidence(backend.name);
                    let finding = inventory.explain(backend.at, "Service", backend.name, finding);
                    check.report(finding);
                }
            }
        }
    }
    for service in services.iter() {
        match selected::look(service, &workloads, &inventory) {
            Ok(findings) => findings
                .into_iter()
                .for_each(|finding| check.report(finding)),
            Err(reason) => unknowns.note("Service", service.subject.name(), reason),
        }
    }
    unknowns.report(check);
}

fn backends<'s>(subject: &'s Subject<'_>, inventory: &Inventory<'s, '_>) -> Vec<Backend<'s>> {
    let id = &subject.object.identity;
    let rows = BACKENDS
        .iter()
        .filter(|(group, kind, ..)| id.group == *group && id.kind == *kind);
    let at = inventory.place(subject);
    let all = rows.flat_map(|(_, kind, field, ports)| {
        let found = find(subject.data(), field).into_iter();
        found.filter_map(move |(path, data)| {
            let text = |key: &str| data.get(key).and_then(Data::as_str);
            if !matches!(text("kind"), None | Some("Service"))
                || text("group").is_some_and(|group| !group.is_empty())
            {
                return None;
            }
            let name = text("name").filter(|name| !name.is_empty())?;
            let at = Place {
                namespace: text("namespace").unwrap_or(at.namespace),
                ..at
            };
            let is_route = *kind == "Route";
            let port = match is_route {
                true => find(subject.data(), "spec.port.targetPort"),
                false => ports
                    .iter()
                    .flat_map(|port| below(&path, data, port))
                    .collect(),
            };
            let mut port = port.into_iter();
            let port = port.find_map(|(path, data)| Some((path, Port::of(data)?)));
            Some(Backend {
                path,
                at,
                name,
                port,
                is_route,
            })
        })
    });
    all.collect()
}

/// The values at a pattern below a path.
fn below<'s>(path: &FieldPath, data: &'s Data, pattern: &str) -> Vec<(FieldPath, &'s Data)> {
    let found = find(data, pattern).into_iter();
    found
        .map(|(rest, data)| {
            let mut path = path.clone();
            path.0.extend(rest.0);
            (path, data)
        })
        .collect()
}

fn has_port(
    subject: &Subject<'_>,
    backend: &Backend<'_>,
    service: &Service<'_, '_>,
    workloads: &ByPlace<'_, Workload<'_, '_>>,
    check: &mut Check<'_>,
) {
    let Some((path, port)) = &backend.port else {
        return;
    };
    if service.is_external() || service.port(*port).is_some() {
        return;
    }
    let leads = |target: Option<Port<'_>>| {
        let resolved = |workload: &Workload<'_, '_>| {
            target
                .and_then(|target| workload.number(target))
                .map(Port::Number)
                == Some(*port)
        };
        target == Some(*port) || selected::of(service, workloads).any(resolved)
    };
    let is_target =
        matches!(port, Port::Number(_)) && service.ports.iter().any(|port| leads(port.target));
    if backend.is_route && is_target {
        return;
    }
    let message = format!("the Service {} has no port {port}", backend.name);
    let finding = Finding::new(subject, path.clone(), message)
        .evidence(&port.to_string())
        .hint(format!("it has: {}", service.shown_ports()));
    check.report(finding);
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "Each of the four names is off once",
        outcome: Outcome::Fails,
        repository: r#"
-- shop.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec:
  to: {kind: Service, name: shop}
  port:
    targetPort: web #~ the Service shop has no port web
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  defaultBackend:
    service:
      name: shopp #~ apps has no Service shopp
      port: {number: 80}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports:
    - name: http
      port: 80
      targetPort: www #~ Deployment/shop has no port www
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec:
  selector: {app: api} #~ the Service api selects no pods
  ports: [{port: 80, targetPort: 9000}]
---
apiVersion: v1
kind: Service
metadata: {name: admin}
spec:
  selector: {app: shop}
  ports:
    - port: 80
      targetPort: 9000 #~ Deployment/shop declares no port 9000
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: "shop:1", ports: [{name: http, containerPort: 8080}]}]}
"#,
    },
    Example {
        title: "From the host to the container",
        outcome: Outcome::Passes,
        repository: r#"
-- shop.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: shop, port: {name: http}}}}]}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec: {rules: [{backendRefs: [{name: shop, port: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    metadata: {labels: {app: shop, tier: web}}
    spec: {containers: [{name: shop, image: "shop:1", ports: [{name: http, containerPort: 8080}]}]}
"#,
    },
    Example {
        title: "A Route by the container's number, a Service that an operator makes, and one that leads outside",
        outcome: Outcome::NearMiss,
        repository: r#"
-- shop.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec: {to: {name: shop}, port: {targetPort: 8080}}
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: hooks}
spec: {to: {name: el-hooks}, port: {targetPort: http-listener}}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: hooks, namespace: apps}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: mirror}
spec: {defaultBackend: {service: {name: mirror, port: {number: 443}}}}
---
apiVersion: v1
kind: Service
metadata: {name: mirror}
spec: {type: ExternalName, externalName: mirror.example.net}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Pod
metadata: {name: shop, labels: {app: shop}}
spec: {containers: [{name: shop, image: "shop:1", ports: [{name: http, containerPort: 8080}]}]}
"#,
    },
    Example {
        title: "Services and pods of others",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- shop.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: team}
spec: {defaultBackend: {service: {name: shop, port: {number: 80}}}}
---
apiVersion: db.example.com/v1
kind: Database
metadata: {name: orders}
---
apiVersion: v1
kind: Service
metadata: {name: orders-reader}
spec: {selector: {database: orders}, ports: [{port: 5432}]}
"#,
    },
    Example {
        title: "Pods that a controller of the Application makes",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- all.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: storage}
rules:
  - {apiGroups: [""], resources: [pods, pods/log], verbs: ["*"]}
---
apiVersion: v1
kind: Service
metadata: {name: engines}
spec:
  clusterIP: None
  selector: {storage.example.com/component: engine}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: manager}
spec:
  selector: {matchLabels: {app: manager}}
  template:
    metadata: {labels: {app: manager}}
    spec: {containers: [{name: manager, image: "storage:1.0"}]}
"#,
    },
];
