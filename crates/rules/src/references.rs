//! Secrets, ConfigMaps, volume claims and ServiceAccounts that objects refer to by name.

use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::context::Subject;
use crate::fields::{select, walk};
use crate::pods::{Pod, pods};

/// Fields of a pod.
const POD: &[(&str, &str)] = &[
    ("imagePullSecrets[].name", "Secret"),
    ("serviceAccountName", "ServiceAccount"),
    ("volumes[].secret.secretName", "Secret"),
    ("volumes[].configMap.name", "ConfigMap"),
    (
        "volumes[].persistentVolumeClaim.claimName",
        "PersistentVolumeClaim",
    ),
    ("volumes[].projected.sources[].secret.name", "Secret"),
    ("volumes[].projected.sources[].configMap.name", "ConfigMap"),
    ("volumes[].csi.nodePublishSecretRef.name", "Secret"),
    ("volumes[].cephfs.secretRef.name", "Secret"),
    ("volumes[].iscsi.secretRef.name", "Secret"),
    ("volumes[].rbd.secretRef.name", "Secret"),
];

/// Fields of a container.
const CONTAINER: &[(&str, &str)] = &[
    ("env[].valueFrom.secretKeyRef.name", "Secret"),
    ("env[].valueFrom.configMapKeyRef.name", "ConfigMap"),
    ("envFrom[].secretRef.name", "Secret"),
    ("envFrom[].configMapRef.name", "ConfigMap"),
];

/// Fields of other objects: group, kind, field, the kind that it names. A `namespace` beside the name counts.
const FIELDS: &[(&str, &str, &str, &str)] = &[
    ("", "ServiceAccount", "secrets[].name", "Secret"),
    ("", "ServiceAccount", "imagePullSecrets[].name", "Secret"),
    (
        "networking.k8s.io",
        "Ingress",
        "spec.tls[].secretName",
        "Secret",
    ),
    (
        "gateway.networking.k8s.io",
        "Gateway",
        "spec.listeners[].tls.certificateRefs[].name",
        "Secret",
    ),
    (
        "route.openshift.io",
        "Route",
        "spec.tls.externalCertificate.name",
        "Secret",
    ),
    (
        "build.openshift.io",
        "BuildConfig",
        "spec.source.sourceSecret.name",
        "Secret",
    ),
    (
        "build.openshift.io",
        "BuildConfig",
        "spec.output.pushSecret.name",
        "Secret",
    ),
    // Tekton.
    (
        "triggers.tekton.dev",
        "EventListener",
        "spec.serviceAccountName",
        "ServiceAccount",
    ),
    (
        "triggers.tekton.dev",
        "EventListener",
        "spec.triggers[].serviceAccountName",
        "ServiceAccount",
    ),
    (
        "triggers.tekton.dev",
        "EventListener",
        "spec.triggers[].interceptors[].params[].value.secretName",
        "Secret",
    ),
    (
        "triggers.tekton.dev",
        "EventListener",
        "spec.triggerGroups[].interceptors[].params[].value.secretName",
        "Secret",
    ),
    (
        "triggers.tekton.dev",
        "Trigger",
        "spec.serviceAccountName",
        "ServiceAccount",
    ),
    (
        "triggers.tekton.dev",
        "Trigger",
        "spec.interceptors[].params[].value.secretName",
        "Secret",
    ),
    // Operators of Vault.
    (
        "secrets.hashicorp.com",
        "VaultConnection",
        "spec.caCertSecretRef",
        "Secret",
    ),
    (
        "secrets.hashicorp.com",
        "VaultAuth",
        "spec.kubernetes.serviceAccount",
        "ServiceAccount",
    ),
    (
        "secrets.hashicorp.com",
        "VaultAuth",
        "spec.jwt.serviceAccount",
        "ServiceAccount",
    ),
    (
        "secrets.hashicorp.com",
        "VaultAuth",
        "spec.jwt.secretRef",
        "Secret",
    ),
    (
        "secrets.hashicorp.com",
        "VaultAuth",
        "spec.appRole.secretRef",
        "Secret",
    ),
    (
        "redhatcop.redhat.io",
        "*",
        "spec.connection.tLSConfig.tlsSecret.name",
        "Secret",
    ),
    (
        "redhatcop.redhat.io",
        "*",
        "spec.authentication.serviceAccount.name",
        "ServiceAccount",
    ),
    (
        "redhatcop.redhat.io",
        "KubernetesAuthEngineConfig",
        "spec.tokenReviewerServiceAccount.name",
        "ServiceAccount",
    ),
    // Issuers and stores; see also NESTED.
    ("cert-manager.io", "*", "spec.ca.secretName", "Secret"),
    (
        "external-secrets.io",
        "*",
        "spec.provider.kubernetes.auth.serviceAccount.name",
        "ServiceAccount",
    ),
    // Databases.
    (
        "couchbase.com",
        "CouchbaseCluster",
        "spec.security.adminSecret",
        "Secret",
    ),
    (
        "couchbase.com",
        "CouchbaseCluster",
        "spec.networking.tls.secretSource.serverSecretName",
        "Secret",
    ),
    (
        "couchbase.com",
        "CouchbaseUser",
        "spec.authSecret",
        "Secret",
    ),
    (
        "postgresql.cnpg.io",
        "Cluster",
        "spec.bootstrap.initdb.secret.name",
        "Secret",
    ),
    (
        "postgresql.cnpg.io",
        "Cluster",
        "spec.bootstrap.initdb.postInitApplicationSQLRefs.configMapRefs[].name",
        "ConfigMap",
    ),
    (
        "postgresql.cnpg.io",
        "Cluster",
        "spec.superuserSecret.name",
        "Secret",
    ),
    (
        "postgresql.cnpg.io",
        "Cluster",
        "spec.backup.barmanObjectStore.s3Credentials.accessKeyId.name",
        "Secret",
    ),
    (
        "postgresql.cnpg.io",
        "Cluster",
        "spec.backup.barmanObjectStore.s3Credentials.secretAccessKey.name",
        "Secret",
    ),
    // Monitoring and scaling.
    (
        "monitoring.coreos.com",
        "ServiceMonitor",
        "spec.endpoints[].basicAuth.username.name",
        "Secret",
    ),
    (
        "monitoring.coreos.com",
        "ServiceMonitor",
        "spec.endpoints[].basicAuth.password.name",
        "Secret",
    ),
    (
        "monitoring.coreos.com",
        "ServiceMonitor",
        "spec.endpoints[].authorization.credentials.name",
        "Secret",
    ),
    (
        "monitoring.coreos.com",
        "ServiceMonitor",
        "spec.endpoints[].tlsConfig.ca.secret.name",
        "Secret",
    ),
    (
        "keda.sh",
        "TriggerAuthentication",
        "spec.secretTargetRef[].name",
        "Secret",
    ),
];

/// Fields of a run of Tekton, which triggers make and which may be rendered itself.
const RUN: &[(&str, &str)] = &[
    ("taskRunTemplate.serviceAccountName", "ServiceAccount"),
    (
        "taskRunTemplate.podTemplate.imagePullSecrets[].name",
        "Secret",
    ),
    ("serviceAccountName", "ServiceAccount"),
    ("podTemplate.imagePullSecrets[].name", "Secret"),
    ("taskRunSpecs[].serviceAccountName", "ServiceAccount"),
    ("workspaces[].secret.secretName", "Secret"),
    ("workspaces[].configMap.name", "ConfigMap"),
    (
        "workspaces[].persistentVolumeClaim.claimName",
        "PersistentVolumeClaim",
    ),
    ("workspaces[].projected.sources[].secret.name", "Secret"),
];

/// Objects in which every `…SecretRef` names a Secret, however deep it lies.
const NESTED: &[(&str, &str)] = &[
    ("cert-manager.io", "ClusterIssuer"),
    ("cert-manager.io", "Issuer"),
];

/// References that are written rather than read: the controller makes the Secret.
const WRITTEN: &[&str] = &["privateKeySecretRef"];

/// Where objects of the whole cluster look for Secrets whose namespace they do not say: the default of cert-manager's
/// `--cluster-resource-namespace`.
const CLUSTER_NAMESPACES: &[(&str, &str, &str)] =
    &[("cert-manager.io", "ClusterIssuer", "cert-manager")];

/// A name that an object gives for another one.
pub(crate) struct Reference<'s> {
    pub(crate) path: FieldPath,
    pub(crate) kind: &'static str,
    pub(crate) namespace: &'s str,
    pub(crate) name: &'s str,
}

/// What an object refers to. Left out: what is `optional`, and names that are filled in later.
pub(crate) fn references<'s>(subject: &'s Subject<'_>) -> Vec<Reference<'s>> {
    let data = subject.data();
    let id = &subject.object.identity;
    let mut found = Vec::new();
    for pod in pods(subject) {
        of_pod(data, &pod, &mut found);
    }
    for (group, kind, field, target) in FIELDS {
        if id.group == *group && (*kind == "*" || id.kind == *kind) {
            add(data, &FieldPath::default(), field, target, &mut found);
        }
    }
    for run in runs(subject) {
        for (field, target) in RUN {
            add(data, &run, field, target, &mut found);
        }
    }
    let mut nested = NESTED.iter();
    if nested.any(|(group, kind)| id.group == *group && id.kind == *kind) {
        secret_refs(data, &mut found);
    }
    let mut references: Vec<Reference<'s>> = found
        .into_iter()
        .filter(|(path, ..)| !is_optional(data, path))
        .filter(|(.., name)| !name.is_empty() && !name.contains("$("))
        .map(|(path, kind, name)| Reference {
            namespace: namespace(subject, &path),
            path,
            kind,
            name,
        })
        .collect();
    references.retain(|reference| !reference.namespace.is_empty());
    references
}

type Found<'s> = Vec<(FieldPath, &'static str, &'s str)>;

fn of_pod<'s>(data: &'s Data, pod: &Pod<'s>, found: &mut Found<'s>) {
    let path = FieldPath(pod.path.clone());
    for (field, target) in POD {
        add(data, &path, field, target, found);
    }
    for container in &pod.containers {
        let mut path = path.clone();
        path.0.extend(container.place.iter().cloned());
        for (field, target) in CONTAINER {
            add(data, &path, field, target, found);
        }
    }
}

/// Where the specifications of Tekton's runs stand in an object.
pub(crate) fn runs(subject: &Subject<'_>) -> Vec<FieldPath> {
    let id = &subject.object.identity;
    match (id.group.as_str(), id.kind.as_str()) {
        ("tekton.dev", "PipelineRun" | "TaskRun") => vec![FieldPath::of_keys(["spec"])],
        ("triggers.tekton.dev", "TriggerTemplate" | "EventListener" | "Trigger") => {
            let mut runs = Vec::new();
            walk(subject.data(), &mut Vec::new(), &mut |steps, data| {
                let kind = data.get("kind").and_then(Data::as_str);
                let within = steps.iter().any(|step| is_key(step, "resourcetemplates"));
                if within && matches!(kind, Some("PipelineRun" | "TaskRun")) {
                    runs.push(FieldPath(steps.to_vec()).join(Step::Key("spec".to_owned())));
                }
            });
            runs
        }
        _ => Vec::new(),
    }
}

fn is_key(step: &Step, wanted: &str) -> bool {
    matches!(step, Step::Key(key) if key == wanted)
}

/// Adds the texts of a field below `path`.
fn add<'s>(
    data: &'s Data,
    path: &FieldPath,
    field: &str,
    kind: &'static str,
    found: &mut Found<'s>,
) {
    let Some(below) = path.get(data) else { return };
    for (rest, name) in select(below, field) {
        let mut path = path.clone();
        path.0.extend(rest.0);
        found.push((path, kind, name));
    }
}

fn secret_refs<'s>(data: &'s Data, found: &mut Found<'s>) {
    walk(data, &mut Vec::new(), &mut |steps, data| {
        let Some(Step::Key(key)) = steps.last() else {
            return;
        };
        let is_read = key.to_ascii_lowercase().ends_with("secretref");
        if is_read
            && !WRITTEN.contains(&key.as_str())
            && let Some(name) = data.get("name").and_then(Data::as_str)
        {
            let path = FieldPath(steps.to_vec()).join(Step::Key("name".to_owned()));
            found.push((path, "Secret", name));
        }
    });
}

/// The map that a field stands in.
fn around<'s>(data: &'s Data, path: &FieldPath) -> Option<&'s Data> {
    let (_, steps) = path.0.split_last()?;
    FieldPath(steps.to_vec()).get(data)
}

fn is_optional(data: &Data, path: &FieldPath) -> bool {
    let optional = around(data, path).and_then(|around| around.get("optional"));
    matches!(optional, Some(Data::Bool(true)))
}

fn namespace<'s>(subject: &'s Subject<'_>, path: &FieldPath) -> &'s str {
    let id = &subject.object.identity;
    // Elsewhere a `namespace` beside it may be something else, such as that of an enterprise's Vault.
    let is_pair = matches!(path.0.last(), Some(Step::Key(key)) if key == "name");
    let around = around(subject.data(), path).filter(|_| is_pair);
    let said = around.and_then(|around| around.get("namespace")?.as_str());
    let mut known = CLUSTER_NAMESPACES.iter();
    let known = known.find(|(group, kind, _)| id.group == *group && id.kind == *kind);
    said.or_else(|| known.map(|(.., namespace)| *namespace))
        .unwrap_or(&id.namespace)
}
