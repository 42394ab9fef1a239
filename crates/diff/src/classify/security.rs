//! Changes that matter for security, by the kind of the object and the name of the field.

use evenkeel_manifest::{Identity, Step};
use evenkeel_value::Data;

use super::Objects;
use super::version::{last_key, repository};
use crate::change::{Change, ChangeKind, Risk};

/// Kinds of which every field matters but the metadata: group (`*` for any), kind (which may end with `*` or begin with
/// it), and the risk.
const KINDS: &[(&str, &str, Risk)] = &[
    ("rbac.authorization.k8s.io", "*", Risk::Rbac),
    ("authorization.openshift.io", "*", Risk::Rbac),
    ("", "ServiceAccount", Risk::Rbac),
    (
        "security.openshift.io",
        "SecurityContextConstraints",
        Risk::Privilege,
    ),
    ("policy", "PodSecurityPolicy", Risk::Privilege),
    ("*", "*NetworkPolicy", Risk::NetworkPolicy),
    ("cert-manager.io", "Certificate", Risk::Tls),
    ("cert-manager.io", "*Issuer", Risk::Tls),
    ("networking.k8s.io", "Ingress", Risk::Endpoint),
    ("extensions", "Ingress", Risk::Endpoint),
    ("route.openshift.io", "Route", Risk::Endpoint),
    ("gateway.networking.k8s.io", "*", Risk::Endpoint),
    ("networking.istio.io", "Gateway", Risk::Endpoint),
    ("networking.istio.io", "VirtualService", Risk::Endpoint),
    ("traefik.io", "IngressRoute*", Risk::Endpoint),
    ("traefik.containo.us", "IngressRoute*", Risk::Endpoint),
];

/// Fields that give a container rights, or take them, wherever they stand on the way to what changed.
const PRIVILEGE: &[&str] = &[
    "securityContext",
    "podSecurityContext",
    "containerSecurityContext",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "hostUsers",
    "hostPath",
    "hostPort",
    "privileged",
    "capabilities",
    "allowPrivilegeEscalation",
];

/// Fields that say who a pod is.
const IDENTITY: &[&str] = &[
    "serviceAccountName",
    "serviceAccount",
    "automountServiceAccountToken",
];

/// Fields of a Service that say how it is reached.
const SERVICE: &[&str] = &[
    "type",
    "ports",
    "externalName",
    "externalIPs",
    "loadBalancerIP",
    "loadBalancerSourceRanges",
    "loadBalancerClass",
    "externalTrafficPolicy",
];

/// Last words of keys whose value is an address.
const ADDRESSES: &[&str] = &[
    "host",
    "hosts",
    "hostname",
    "hostnames",
    "address",
    "addresses",
    "addr",
    "url",
    "urls",
    "uri",
    "uris",
    "endpoint",
    "endpoints",
    "server",
    "servers",
];

/// Parts of the keys of annotations that decide who may reach something.
const ACCESS: &[&str] = &["whitelist", "allowlist", "denylist", "blacklist", "auth"];

/// Parts of the keys of a ServiceAccount's annotations that give it rights in a cloud.
const CLOUD_IDENTITY: &[&str] = &["role-arn", "iam.gke.io", "workload.identity"];

/// Settings that give a container rights over its node where they have this value.
const DANGEROUS: &[&str] = &[
    "privileged",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "allowPrivilegeEscalation",
];

/// In which way a change matters for security, if it does.
pub(super) fn risk(identity: &Identity, change: &Change, data: Objects<'_>) -> Option<Risk> {
    // The fields of a definition are those of a schema.
    if identity.group == "apiextensions.k8s.io" {
        return None;
    }
    let steps = &change.path.0;
    if steps.is_empty() {
        return kind(identity)
            .or_else(|| added(identity, data.after.filter(|_| is_added(change))?));
    }
    if is_metadata(steps) {
        return metadata(identity, change);
    }
    // What an object is served as says nothing about what it does.
    if matches!(steps.as_slice(), [Step::Key(key)] if key == "apiVersion" || key == "kind") {
        return None;
    }
    field(identity, change)
}

fn is_added(change: &Change) -> bool {
    change.kind == ChangeKind::Added
}

/// The risk of a kind all of whose fields matter.
fn kind(identity: &Identity) -> Option<Risk> {
    let fits =
        |pattern: &str, text: &str| match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
            (Some(end), _) => text.ends_with(end),
            (_, Some(start)) => text.starts_with(start),
            _ => pattern == text,
        };
    let mut kinds = KINDS.iter();
    kinds
        .find(|(group, kind, _)| fits(group, &identity.group) && fits(kind, &identity.kind))
        .map(|(.., risk)| *risk)
}

fn is_metadata(steps: &[Step]) -> bool {
    matches!(&steps[0], Step::Key(key) if key == "metadata")
        || steps
            .iter()
            .any(|step| is_key(step, &["labels", "annotations"]))
}

fn is_key(step: &Step, keys: &[&str]) -> bool {
    matches!(step, Step::Key(key) if keys.contains(&key.as_str()))
}

/// Labels and annotations that decide something; those of a map that comes or goes too.
fn metadata(identity: &Identity, change: &Change) -> Option<Risk> {
    match change.path.0.as_slice() {
        [.., Step::Key(list), Step::Key(key)] if list == "labels" || list == "annotations" => {
            entry(identity, list, key)
        }
        [.., Step::Key(list)] => {
            let data = change.after.as_ref().or(change.before.as_ref());
            let Some(Data::Map(entries)) = data else {
                return None;
            };
            let mut keys = entries
                .iter()
                .map(|entry| String::from_utf8_lossy(&entry.key));
            keys.find_map(|key| entry(identity, list, &key))
        }
        _ => None,
    }
}

/// A label or an annotation.
fn entry(identity: &Identity, list: &str, key: &str) -> Option<Risk> {
    if list == "labels" {
        let enforces =
            identity.kind == "Namespace" && key.starts_with("pod-security.kubernetes.io/");
        return enforces.then_some(Risk::Privilege);
    }
    if list != "annotations" {
        return None;
    }
    let key = key.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| key.contains(part));
    let is_account = identity.group.is_empty() && identity.kind == "ServiceAccount";
    if is_account && has(CLOUD_IDENTITY) {
        return Some(Risk::Rbac);
    }
    let is_endpoint = kind(identity) == Some(Risk::Endpoint) || is_service(identity);
    match is_endpoint {
        true if is_tls(&key) => Some(Risk::Tls),
        true if has(ACCESS) => Some(Risk::Endpoint),
        _ => None,
    }
}

fn is_service(identity: &Identity) -> bool {
    identity.group.is_empty() && identity.kind == "Service"
}

fn field(identity: &Identity, change: &Change) -> Option<Risk> {
    let steps = &change.path.0;
    let by_kind = kind(identity);
    if let Some(risk) = by_kind.filter(|risk| *risk != Risk::Endpoint) {
        return Some(risk);
    }
    let any = |keys: &[&str]| steps.iter().any(|step| is_key(step, keys));
    if any(PRIVILEGE) {
        return Some(Risk::Privilege);
    }
    if any(IDENTITY) {
        return Some(Risk::Rbac);
    }
    let name = last_key(steps).unwrap_or_default();
    let names = || {
        let keys = steps.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            _ => None,
        });
        keys.chain([name])
    };
    if names().any(is_tls) || flag(change).is_some_and(is_tls) {
        return Some(Risk::Tls);
    }
    if let Some(data) = change.after.as_ref().filter(|_| is_added(change))
        && let Some(risk) = rights(data)
    {
        return Some(risk);
    }
    if is_other_image(name, change) {
        return Some(Risk::Image);
    }
    let is_service = is_service(identity)
        && matches!(steps.as_slice(), [Step::Key(spec), field, ..] if spec == "spec" && is_key(field, SERVICE));
    let is_reached = by_kind.is_some() || is_service;
    (is_reached || is_address(name, change)).then_some(Risk::Endpoint)
}

/// Whether a key is about encrypted connections.
fn is_tls(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let parts = [
        "tls",
        "cacert",
        "cabundle",
        "insecure",
        "skipverify",
        "verifyssl",
    ];
    parts.iter().any(|part| lower.contains(part))
        || lower == "termination"
        || words(key).iter().any(|word| {
            matches!(
                word.as_str(),
                "ssl" | "certificate" | "certificates" | "cert"
            )
        })
}

/// The name of a flag of a command line that changed.
fn flag(change: &Change) -> Option<&str> {
    let text = change.after.as_ref().or(change.before.as_ref())?.as_str()?;
    let name = text.strip_prefix('-')?.trim_start_matches('-');
    let end = name.find(['=', ' ']).unwrap_or(name.len());
    name.get(..end.min(64))
}

/// Another image than before: a repository that is not the same, or a container that was not there.
fn is_other_image(name: &str, change: &Change) -> bool {
    let text = |data: &Option<Data>| data.as_ref().and_then(Data::as_str).map(str::to_owned);
    match change.kind {
        ChangeKind::Changed if name == "image" => {
            let (before, after) = (text(&change.before), text(&change.after));
            before.zip(after).is_some_and(|(before, after)| {
                before != after && repository(&before) != repository(&after)
            })
        }
        ChangeKind::Added => match &change.after {
            Some(data @ Data::Map(_)) => data.get("image").and_then(Data::as_str).is_some(),
            Some(_) => name == "image",
            None => false,
        },
        _ => false,
    }
}

/// Whether a field is another address than before.
fn is_address(name: &str, change: &Change) -> bool {
    let is_text = |data: &Option<Data>| {
        data.as_ref().is_none_or(|data| match data {
            // A variable, or a list of addresses.
            Data::Map(_) => data.get("value").is_some(),
            Data::List(items) => items.iter().all(|item| item.value.as_str().is_some()),
            data => data
                .as_str()
                .is_some_and(|text| text.len() < 512 && !text.contains('\n')),
        })
    };
    let is_named = words(name)
        .last()
        .is_some_and(|word| ADDRESSES.contains(&&**word));
    if is_named && is_text(&change.before) && is_text(&change.after) {
        return true;
    }
    let authority = |data: &Option<Data>| authority(data.as_ref()?.as_str()?).map(str::to_owned);
    let (before, after) = (authority(&change.before), authority(&change.after));
    before != after && (before.is_some() || after.is_some())
}

/// Scheme, host and port of a URL.
fn authority(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let is_scheme = !scheme.is_empty()
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b));
    if !is_scheme || text.contains(char::is_whitespace) {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    text.get(..scheme.len() + 3 + end)
}

/// What a new object brings: rights over the node, or nothing that matters before somebody uses it.
fn added(identity: &Identity, data: &Data) -> Option<Risk> {
    match identity.kind.as_str() {
        "Pod" | "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob" | "ReplicaSet" => {
            rights(data)
        }
        _ => None,
    }
}

/// Whether something within gives a container rights over its node.
fn rights(data: &Data) -> Option<Risk> {
    let mut pending = vec![data];
    while let Some(data) = pending.pop() {
        match data {
            Data::Map(entries) => {
                for entry in entries.iter() {
                    let key = String::from_utf8_lossy(&entry.key);
                    let is_dangerous = DANGEROUS.contains(&&*key)
                        && entry.value == Data::Bool(true)
                        || key == "hostPath"
                        || key == "runAsUser" && matches!(entry.value, Data::Int(0))
                        || key == "capabilities" && entry.value.get("add").is_some();
                    if is_dangerous {
                        return Some(Risk::Privilege);
                    }
                    pending.push(&entry.value);
                }
            }
            Data::List(items) => pending.extend(items.iter().map(|item| &item.value)),
            _ => {}
        }
    }
    None
}

/// The words of a key in lower case: `kubernetesHost`, `REDIRECT_URL` and `ca-cert` have two each.
pub(super) fn words(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    for c in key.chars() {
        if !c.is_ascii_alphanumeric() {
            previous = ' ';
            continue;
        }
        let begins = previous == ' ' || c.is_ascii_uppercase() && !previous.is_ascii_uppercase();
        match words.last_mut() {
            Some(word) if !begins => word.push(c.to_ascii_lowercase()),
            _ => words.push(c.to_ascii_lowercase().to_string()),
        }
        previous = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;
    use evenkeel_manifest::FieldPath;

    use super::*;
    use crate::change::{Class, Sides};

    /// `group/Kind:path`, before and after; nothing where a side has none.
    #[track_caller]
    fn check(field: &str, before: &str, after: &str, want: Option<Risk>) {
        let (kind, path) = field.split_once(':').expect("a field");
        let (group, kind) = kind.rsplit_once('/').unwrap_or(("", kind));
        let identity = Identity {
            group: group.to_owned(),
            kind: kind.to_owned(),
            namespace: String::new(),
            name: "web".to_owned(),
        };
        let data = |text: &str| {
            let data = || evenkeel_yaml::decode(text.as_bytes(), FileId::NONE).expect("YAML");
            (!text.is_empty()).then(data)
        };
        let (before, after) = (data(before), data(after));
        let kind = match (&before, &after) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Changed,
        };
        let path = FieldPath::parse(path).expect("a path");
        let whole = Sides {
            before: before.as_ref().filter(|_| path.0.is_empty()),
            after: after.as_ref().filter(|_| path.0.is_empty()),
        };
        let change = Change {
            path,
            indexed: Sides::default(),
            kind,
            before: before.clone(),
            after: after.clone(),
            class: Class::Unexplained,
            hazard: None,
        };
        assert_eq!(risk(&identity, &change, whole), want, "{field}");
    }

    const POD: &str = "apps/Deployment:spec.template.spec";

    #[test]
    fn kinds_whose_fields_all_matter() {
        let role = "rbac.authorization.k8s.io/Role";
        check(
            &format!("{role}:rules[0].verbs[1]"),
            "",
            "list",
            Some(Risk::Rbac),
        );
        check(&format!("{role}:"), "", "{}", Some(Risk::Rbac));
        check(&format!("{role}:metadata.labels.a"), "a", "b", None);
        check(
            "networking.k8s.io/NetworkPolicy:spec.egress[0]",
            "{}",
            "",
            Some(Risk::NetworkPolicy),
        );
        check(
            "cert-manager.io/ClusterIssuer:spec.acme.server",
            "a",
            "b",
            Some(Risk::Tls),
        );
        check(
            "security.openshift.io/SecurityContextConstraints:volumes",
            "[]",
            "",
            Some(Risk::Privilege),
        );
        check(
            "apiextensions.k8s.io/CustomResourceDefinition:spec.tls",
            "a",
            "b",
            None,
        );
    }

    #[test]
    fn rights_over_the_node() {
        check(
            &format!("{POD}.securityContext.fsGroup"),
            "1",
            "2",
            Some(Risk::Privilege),
        );
        check(
            &format!("{POD}.hostNetwork"),
            "",
            "true",
            Some(Risk::Privilege),
        );
        check(
            &format!("{POD}.containers[a]"),
            "",
            "{securityContext: {privileged: true}}",
            Some(Risk::Privilege),
        );
        check(
            &format!("{POD}.containers[a]"),
            "",
            "{image: a, securityContext: {privileged: false}}",
            Some(Risk::Image),
        );
        check(
            "apps/DaemonSet:",
            "",
            "{spec: {hostPID: true}}",
            Some(Risk::Privilege),
        );
        check("apps/DaemonSet:", "", "{spec: {hostPID: false}}", None);
        check(
            &format!("{POD}.serviceAccountName"),
            "a",
            "b",
            Some(Risk::Rbac),
        );
        check(&format!("{POD}.nodeSelector.a"), "a", "b", None);
    }

    #[test]
    fn encryption() {
        check(
            "route.openshift.io/Route:spec.tls.termination",
            "edge",
            "reencrypt",
            Some(Risk::Tls),
        );
        check(
            "example.net/Vault:spec.tLSConfig",
            "",
            "{a: b}",
            Some(Risk::Tls),
        );
        check(
            &format!("{POD}.containers[a].args[0]"),
            "",
            "--insecure-skip-tls-verify",
            Some(Risk::Tls),
        );
        check(
            &format!("{POD}.containers[a].env[DB_SSL].value"),
            "on",
            "off",
            Some(Risk::Tls),
        );
        check(
            &format!("{POD}.terminationGracePeriodSeconds"),
            "1",
            "2",
            None,
        );
        check("ConfigMap:data.accessLog", "1", "2", None);
    }

    #[test]
    fn images_and_addresses() {
        check(
            &format!("{POD}.containers[a].image"),
            "a.example/b:1",
            "c.example/b:1",
            Some(Risk::Image),
        );
        check(
            "Service:spec.type",
            "ClusterIP",
            "LoadBalancer",
            Some(Risk::Endpoint),
        );
        check("Service:spec.selector.a", "b", "c", None);
        check(
            &format!("{POD}.containers[a].env[API_URL].value"),
            "a",
            "b",
            Some(Risk::Endpoint),
        );
        check(
            &format!("{POD}.containers[a].args[1]"),
            "https://a.example/x",
            "https://b.example/x",
            Some(Risk::Endpoint),
        );
        check(
            &format!("{POD}.containers[a].args[1]"),
            "https://a.example/x",
            "https://a.example/y",
            None,
        );
        check(
            "networking.k8s.io/Ingress:spec.rules[0].host",
            "a",
            "b",
            Some(Risk::Endpoint),
        );
        check(
            "networking.k8s.io/Ingress:metadata.annotations[x/whitelist]",
            "a",
            "b",
            None,
        );
        check(
            "networking.k8s.io/Ingress:metadata.annotations.whitelist",
            "a",
            "b",
            Some(Risk::Endpoint),
        );
        check("ConfigMap:data.level", "a", "b", None);
    }
}
