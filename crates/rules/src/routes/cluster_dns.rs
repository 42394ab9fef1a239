//! RTE-07.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};

use crate::context::{Check, Context, Subject};
use crate::fields::each_text;
use crate::hosts::{InCluster, Mention, in_cluster, mentions};
use crate::presence::{BY_HAND, ByPlace, Inventory, Place, Presence, Unknowns};
use crate::rule::Run;
use crate::services::{Service, service_at, services};
use crate::variation::Variations;
use crate::workloads::Port;
use crate::{Example, Finding, Input, Outcome, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "RTE-07",
    statement: "Every name of the cluster's DNS says the namespace of a Service that is there, and one of its ports",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
`cache.default.svc` is well-formed, and nobody has to be there: the program that asks for it tries again for ever. So \
does one that leaves the namespace out (`cache.svc.cluster.local`).

The rule looks for `service.namespace.svc`, with `.cluster.local` or without, in every text of every object: URLs, \
arguments, environment variables, scripts, configuration files. The Service must be rendered in that namespace, be \
one that an operator makes for a custom resource (`<CouchbaseCluster>-srv`, `el-<EventListener>` …), be the \
cluster's own, be declared under `external`, or be the host of the environment's `vault.address`. A port that is \
written out must be one of the Service's, unless it is headless or leads outside.

Metadata and certificates are left out, and so are names that a script only searches for or that hold a variable. \
A Service counts as missing where its namespace has others, where the environment is `closed`, or where it is rendered in \
the namespace of who asks: then the namespace is wrong. Else it may be somebody else's, and the rule is not evaluated. \
Of charts that no Application deploys, only names that are made of the release's are the charts' own.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let inventory = Inventory::new(context);
    let services = services(context, &inventory);
    let names = Variations::of_names(context);
    let mut unknowns = Unknowns::default();
    for subject in context.subjects() {
        if !context.is_final(subject) || subject.object.identity.kind == "Certificate" {
            continue;
        }
        let mut found = Vec::new();
        each_text(subject.data(), &mut |steps, text| {
            if is_read(steps) && text.contains(".svc") {
                found.extend(named(text).map(|named| (FieldPath(steps.to_vec()), named)));
            }
        });
        for (path, (mention, name)) in found {
            let looked = look(subject, &mention, name, &inventory, &services, context);
            match looked {
                Ok(finding) => {
                    if let Some((message, hints)) = finding {
                        let is_assumed = context.is_by_hand() && name.namespace.is_some();
                        if is_assumed && !names.follows_name(subject, mention.host) {
                            unknowns.note("Service", mention.host, BY_HAND.to_owned());
                            continue;
                        }
                        let mut finding =
                            Finding::new(subject, path, message).evidence(mention.host);
                        finding.hints = hints;
                        check.report(finding);
                    }
                }
                Err(reason) => unknowns.note("Service", mention.host, reason),
            }
        }
    }
    unknowns.report(check);
}

/// Metadata describes; lists of hosts without a proxy hold parts of names.
fn is_read(steps: &[Step]) -> bool {
    let key = |step: &Step| match step {
        Step::Key(key) => key.to_ascii_lowercase(),
        _ => String::new(),
    };
    steps.first().map(key).as_deref() != Some("metadata")
        && !steps
            .iter()
            .any(|step| key(step).contains("noproxy") || key(step).contains("no_proxy"))
}

/// The names of the cluster's DNS in a text, each once.
fn named(text: &str) -> impl Iterator<Item = (Mention<'_>, InCluster<'_>)> {
    let mut seen = Vec::new();
    mentions(text).filter_map(move |mention| {
        let name = in_cluster(mention.host)?;
        let whole = mention.scheme.is_empty() && mention.written_port().is_none();
        // A word that ends in `.svc` may be anything; with a scheme or a port it is a host.
        let is_host = name.namespace.is_some() || !whole;
        let key = (mention.host, mention.port);
        let is_new = !seen.contains(&key);
        seen.push(key);
        (is_host && is_new && !mention.is_cut() && !mention.is_searched())
            .then_some((mention, name))
    })
}

/// A message and its hints.
type Problem = (String, Vec<String>);

/// What is wrong with a name.
///
/// # Errors
/// Why that cannot be told.
fn look(
    subject: &Subject<'_>,
    mention: &Mention<'_>,
    name: InCluster<'_>,
    inventory: &Inventory<'_, '_>,
    services: &ByPlace<'_, Service<'_, '_>>,
    context: &Context<'_>,
) -> Result<Option<Problem>, String> {
    let own = inventory.place(subject);
    let service = name.service;
    let Some(namespace) = name.namespace else {
        let hint = format!("write {service}.<namespace>.svc");
        return Ok(Some((
            format!("{} names no namespace", mention.host),
            vec![hint],
        )));
    };
    let at = Place { namespace, ..own };
    let absent = || {
        let message = format!("{namespace} has no Service {service}");
        Ok(Some((message, inventory.hints(at, "Service", service))))
    };
    if is_declared(mention.host, context) {
        return Ok(None);
    }
    match inventory.find(at, "Service", service) {
        Presence::There => {
            let service = service_at(services, at, service);
            Ok(service.and_then(|service| port(mention, service)))
        }
        Presence::Absent => absent(),
        Presence::Unknown(reason) => {
            let is_here = service_at(services, own, service).is_some();
            match is_here && inventory.hidden(at, service).is_none() {
                true => absent(),
                false => Err(reason),
            }
        }
    }
}

/// Whether a host is that of the environment's Vault.
fn is_declared(host: &str, context: &Context<'_>) -> bool {
    let vault = context.settings.and_then(|env| env.vault.as_ref());
    let mut hosts = vault
        .into_iter()
        .flat_map(|vault| mentions(&vault.address.value));
    let bare = |host: &str| {
        in_cluster(host).map(|name| (name.service.to_owned(), name.namespace.map(str::to_owned)))
    };
    hosts.any(|declared| bare(declared.host) == bare(host))
}

fn port(mention: &Mention<'_>, service: &Service<'_, '_>) -> Option<Problem> {
    let port = mention.written_port()?;
    let is_open = service.is_external() || service.is_headless() || service.ports.is_empty();
    if is_open || service.port(Port::Number(port)).is_some() {
        return None;
    }
    let message = format!("the Service {} has no port {port}", service.subject.name());
    Some((message, vec![format!("it has: {}", service.shown_ports())]))
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "The wrong namespace, no namespace, and a wrong port",
        outcome: Outcome::Fails,
        repository: r#"
-- shop.yaml --
apiVersion: v1
kind: Service
metadata: {name: cache}
spec: {ports: [{name: redis, port: 6379}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
  CACHE: redis://cache.default.svc:6379 #~ default has no Service cache
  OTHER: cache.svc.cluster.local:6379 #~ cache.svc.cluster.local names no namespace
  shop.conf: |
    # not http://cash.apps.svc
    upstream cash.apps.svc.cluster.local; #~ apps has no Service cash
    upstream cache.apps.svc:6380; #~ the Service cache has no port 6380
"#,
    },
    Example {
        title: "A chart by itself, whose Service is called otherwise than its clients think",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
charts: [shop]
envs: {prod: {}}
-- shop/templates/all.yaml --
apiVersion: v1
kind: Service
metadata: {name: "{{ .Release.Name }}-redis-master"}
spec: {ports: [{port: 6379}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}"}
data:
  settings: |
    # two lines, the second is wrong
    CACHE={{ .Release.Name }}-redis.{{ .Release.Namespace }}.svc:6379 #~ apps has no Service shop-redis
"#,
    },
    Example {
        title: "Services of the namespace, of the cluster, and of an operator",
        outcome: Outcome::Passes,
        repository: r#"
-- shop.yaml --
apiVersion: couchbase.com/v2
kind: CouchbaseCluster
metadata: {name: events, namespace: apps}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
  DB: couchbase://events-srv.apps.svc.cluster.local
  API: https://kubernetes.default.svc
"#,
    },
    Example {
        title: "Wildcards, variables, what is only searched for, a Service that leads outside, and the declared Vault",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {vault: {address: "https://vault.security.svc:8200"}}}
-- shop.yaml --
apiVersion: v1
kind: Service
metadata: {name: models}
spec: {type: ExternalName, externalName: models.example.net, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop, annotations: {note: "see http://old.apps.svc"}}
data:
  MODELS: http://models.apps.svc:11434
  VAULT: https://vault.security.svc.cluster.local:8200
  NO_PROXY: .svc,.cluster.local,old.apps.svc
  run.sh: |
    curl "http://$NAME.apps.svc:80" "http://${NAME}.apps.svc"
    sed "s|http://old.apps.svc|$URL|" page
  hosts: "*.apps.svc"
"#,
    },
    Example {
        title: "A chart by itself asks for a Service that whoever installs it has",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- evenkeel.yaml --
charts: [shop]
envs: {prod: {}}
-- shop/values.yaml --
database: shop.database.svc
-- shop/templates/all.yaml --
apiVersion: v1
kind: Service
metadata: {name: "{{ .Release.Name }}"}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}"}
data: {DB: "{{ .Values.database }}:5432"}
"#,
    },
    Example {
        title: "A namespace that this repository renders nothing to",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- shop.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {METRICS: "http://prometheus.monitoring.svc:9090"}
"#,
    },
];
