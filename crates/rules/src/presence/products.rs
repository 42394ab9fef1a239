//! What objects bring beside themselves.

use std::borrow::Cow;

use crate::context::Subject;
use crate::fields::select;

/// Group, kind, the kind that it brings, and the names of that. In a name `{}` stands for the object's own and `*` for
/// anything; `.spec.name` is the text of a field, and what follows a `|` holds where the field is absent.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

/// What is brought to the object's own namespace.
const PRODUCTS: &[Row] = &[
    // Operators that deliver Secrets.
    (
        "secrets.hashicorp.com",
        "VaultStaticSecret",
        "Secret",
        &[".spec.destination.name"],
    ),
    (
        "secrets.hashicorp.com",
        "VaultDynamicSecret",
        "Secret",
        &[".spec.destination.name"],
    ),
    (
        "secrets.hashicorp.com",
        "VaultPKISecret",
        "Secret",
        &[".spec.destination.name"],
    ),
    (
        "secrets.hashicorp.com",
        "HCPVaultSecretsApp",
        "Secret",
        &[".spec.destination.name"],
    ),
    (
        "redhatcop.redhat.io",
        "VaultSecret",
        "Secret",
        &[".spec.output.name|{}"],
    ),
    (
        "external-secrets.io",
        "ExternalSecret",
        "Secret",
        &[".spec.target.name|{}"],
    ),
    ("kubernetes-client.io", "ExternalSecret", "Secret", &["{}"]),
    (
        "bitnami.com",
        "SealedSecret",
        "Secret",
        &[".spec.template.metadata.name|{}"],
    ),
    (
        "isindir.github.com",
        "SopsSecret",
        "Secret",
        &[".spec.secretTemplates[].name"],
    ),
    ("onepassword.com", "OnePasswordItem", "Secret", &["{}"]),
    (
        "secrets.infisical.com",
        "InfisicalSecret",
        "Secret",
        &[".spec.managedSecretReference.secretName"],
    ),
    (
        "secrets-store.csi.x-k8s.io",
        "SecretProviderClass",
        "Secret",
        &[".spec.secretObjects[].secretName"],
    ),
    ("secretgenerator.mittwald.de", "*", "Secret", &["{}"]),
    ("ricoberger.de", "VaultSecret", "Secret", &["{}"]),
    (
        "cert-manager.io",
        "Certificate",
        "Secret",
        &[".spec.secretName"],
    ),
    (
        "cert-manager.io",
        "Issuer",
        "Secret",
        &[".spec.acme.privateKeySecretRef.name"],
    ),
    // Storage.
    ("objectbucket.io", "ObjectBucketClaim", "Secret", &["{}"]),
    ("objectbucket.io", "ObjectBucketClaim", "ConfigMap", &["{}"]),
    (
        "cdi.kubevirt.io",
        "DataVolume",
        "PersistentVolumeClaim",
        &["{}"],
    ),
    // Tekton Triggers.
    (
        "triggers.tekton.dev",
        "EventListener",
        "Service",
        &["el-{}"],
    ),
    // Argo CD's operator.
    ("argoproj.io", "ArgoCD", "Service", &["{}-*"]),
    ("argoproj.io", "ArgoCD", "Secret", &["{}-*", "argocd-*"]),
    ("argoproj.io", "ArgoCD", "ConfigMap", &["{}-*", "argocd-*"]),
    ("argoproj.io", "ArgoCD", "ServiceAccount", &["{}-*"]),
    // Databases and queues.
    (
        "couchbase.com",
        "CouchbaseCluster",
        "Service",
        &["{}", "{}-srv", "{}-ui", "{}-0*"],
    ),
    (
        "couchbase.com",
        "CouchbaseCluster",
        "PersistentVolumeClaim",
        &["{}-*"],
    ),
    (
        "postgresql.cnpg.io",
        "Cluster",
        "Service",
        &["{}-rw", "{}-ro", "{}-r", "{}-any"],
    ),
    (
        "postgresql.cnpg.io",
        "Cluster",
        "Secret",
        &[
            "{}-app",
            "{}-superuser",
            "{}-ca",
            "{}-server",
            "{}-replication",
        ],
    ),
    ("postgresql.cnpg.io", "Cluster", "ServiceAccount", &["{}"]),
    ("postgresql.cnpg.io", "Pooler", "Service", &["{}"]),
    (
        "postgres-operator.crunchydata.com",
        "PostgresCluster",
        "Service",
        &["{}-*"],
    ),
    (
        "postgres-operator.crunchydata.com",
        "PostgresCluster",
        "Secret",
        &["{}-*"],
    ),
    ("acid.zalan.do", "postgresql", "Service", &["{}", "{}-*"]),
    (
        "acid.zalan.do",
        "postgresql",
        "Secret",
        &["*.{}.credentials*"],
    ),
    ("kafka.strimzi.io", "Kafka", "Service", &["{}-*"]),
    ("kafka.strimzi.io", "Kafka", "Secret", &["{}-*"]),
    ("kafka.strimzi.io", "KafkaUser", "Secret", &["{}"]),
    (
        "kafka.strimzi.io",
        "KafkaConnect",
        "Service",
        &["{}-connect-api"],
    ),
    (
        "rabbitmq.com",
        "RabbitmqCluster",
        "Service",
        &["{}", "{}-nodes"],
    ),
    ("rabbitmq.com", "RabbitmqCluster", "Secret", &["{}-*"]),
    (
        "elasticsearch.k8s.elastic.co",
        "Elasticsearch",
        "Service",
        &["{}-es-*"],
    ),
    (
        "elasticsearch.k8s.elastic.co",
        "Elasticsearch",
        "Secret",
        &["{}-es-*"],
    ),
    ("kibana.k8s.elastic.co", "Kibana", "Service", &["{}-kb-*"]),
    // Monitoring.
    (
        "monitoring.coreos.com",
        "Prometheus",
        "Service",
        &["prometheus-operated"],
    ),
    (
        "monitoring.coreos.com",
        "Alertmanager",
        "Service",
        &["alertmanager-operated"],
    ),
    (
        "monitoring.coreos.com",
        "Alertmanager",
        "Secret",
        &["alertmanager-{}*"],
    ),
    (
        "monitoring.coreos.com",
        "ThanosRuler",
        "Service",
        &["thanos-ruler-operated"],
    ),
    (
        "grafana.integreatly.org",
        "Grafana",
        "Service",
        &["{}-service"],
    ),
    (
        "grafana.integreatly.org",
        "Grafana",
        "Secret",
        &["{}-admin-credentials"],
    ),
    (
        "k8s.keycloak.org",
        "Keycloak",
        "Service",
        &["{}-service", "{}-discovery"],
    ),
    (
        "k8s.keycloak.org",
        "Keycloak",
        "Secret",
        &["{}-initial-admin"],
    ),
    // Serverless.
    ("serving.knative.dev", "Service", "Service", &["{}", "{}-*"]),
    (
        "serving.kserve.io",
        "InferenceService",
        "Service",
        &["{}", "{}-*"],
    ),
];

/// What is brought to every namespace, or to some that cannot be told.
const EVERYWHERE: &[Row] = &[
    (
        "external-secrets.io",
        "ClusterExternalSecret",
        "Secret",
        &[".spec.externalSecretName|{}"],
    ),
    ("trust.cert-manager.io", "Bundle", "ConfigMap", &["{}"]),
    ("trust.cert-manager.io", "Bundle", "Secret", &["{}"]),
    (
        "kyverno.io",
        "ClusterPolicy",
        "Secret",
        &[".spec.rules[].generate.name"],
    ),
    (
        "kyverno.io",
        "ClusterPolicy",
        "ConfigMap",
        &[".spec.rules[].generate.name"],
    ),
];

/// What clusters bring by themselves: kind, namespace or `*`, names.
const STANDING: &[(&str, &str, &[&str])] = &[
    // Every namespace; the last three on OpenShift, `pipeline` with its Tekton.
    (
        "ServiceAccount",
        "*",
        &["default", "builder", "deployer", "pipeline"],
    ),
    (
        "ConfigMap",
        "*",
        &["kube-root-ca.crt", "openshift-service-ca.crt"],
    ),
    ("Service", "default", &["kubernetes", "openshift"]),
    ("Service", "kube-system", &["*"]),
    ("ServiceAccount", "kube-system", &["*"]),
    // Argo CD itself, by the names of its own manifests, its chart and OpenShift's operator.
    (
        "Service",
        "*",
        &["argocd-*", "argo-cd-*", "openshift-gitops-*"],
    ),
    ("ServiceAccount", "*", &["argocd-*", "openshift-gitops-*"]),
    (
        "Secret",
        "*",
        &[
            "argocd-secret",
            "argocd-initial-admin-secret",
            "argocd-redis",
        ],
    ),
    (
        "ConfigMap",
        "*",
        &[
            "argocd-cm",
            "argocd-cmd-params-cm",
            "argocd-rbac-cm",
            "argocd-tls-certs-cm",
            "argocd-ssh-known-hosts-cm",
            "argocd-gpg-keys-cm",
        ],
    ),
];

/// Groups whose objects bring no more than the tables say. Objects of other groups may bring anything that has their
/// name as a part.
const KNOWN_GROUPS: &[&str] = &[
    "",
    "acme.cert-manager.io",
    "apps",
    "argoproj.io",
    "autoscaling",
    "batch",
    "bitnami.com",
    "cert-manager.io",
    "couchbase.com",
    "external-secrets.io",
    "keda.sh",
    "kyverno.io",
    "monitoring.coreos.com",
    "networking.istio.io",
    "operators.coreos.com",
    "policy",
    "postgresql.cnpg.io",
    "redhatcop.redhat.io",
    "secrets.hashicorp.com",
    "security.istio.io",
    "tekton.dev",
    "traefik.io",
    "triggers.tekton.dev",
    "trust.cert-manager.io",
];

/// Groups of Kubernetes and OpenShift themselves.
const KNOWN_ENDS: &[&str] = &[".k8s.io", ".openshift.io"];

/// Objects that stand for others which cannot be seen from here.
const OPAQUE: &[(&str, &str)] = &[
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"),
    ("helm.cattle.io", "HelmChart"),
];

/// Annotations by which controllers copy an object to other namespaces.
const COPIED: &[&str] = &[
    "reflector.v1.k8s.emberstack.com/reflection-allowed",
    "replicator.v1.mittwald.de/replicate-to",
    "replicator.v1.mittwald.de/replicate-to-matching",
];

/// Annotations of Services that OpenShift makes a certificate for.
const SERVING_CERTIFICATES: &[&str] = &[
    "service.beta.openshift.io/serving-cert-secret-name",
    "service.alpha.openshift.io/serving-cert-secret-name",
];

/// Annotations that ask cert-manager for the certificates of an Ingress or a Gateway.
const ASKS_CERTIFICATES: &[&str] = &[
    "cert-manager.io/issuer",
    "cert-manager.io/cluster-issuer",
    "kubernetes.io/tls-acme",
];

/// Something that an object brings.
pub(super) struct Product<'c> {
    pub(super) kind: &'c str,
    /// May hold `*`.
    pub(super) name: Cow<'c, str>,
    /// Whether it may be in any namespace.
    pub(super) everywhere: bool,
}

/// What an object brings, itself included.
pub(super) fn products<'c>(subject: &'c Subject<'_>) -> Vec<Product<'c>> {
    let id = &subject.object.identity;
    let copied = COPIED.iter().any(|key| subject.annotation(key).is_some());
    let mut found = Vec::new();
    if id.group.is_empty() {
        found.push(Product {
            kind: &id.kind,
            name: Cow::Borrowed(&id.name),
            everywhere: copied,
        });
    }
    for (rows, everywhere) in [(PRODUCTS, copied), (EVERYWHERE, true)] {
        let own = rows
            .iter()
            .filter(|(group, kind, ..)| id.group == *group && (*kind == "*" || id.kind == *kind));
        for (.., kind, names) in own {
            let names = names.iter().flat_map(|name| names_of(subject, name));
            found.extend(names.map(|name| Product {
                kind,
                name,
                everywhere,
            }));
        }
    }
    found.extend(
        special(subject, &id.kind)
            .into_iter()
            .map(|(kind, name)| Product {
                kind,
                name,
                everywhere: copied,
            }),
    );
    found
}

/// The names that an entry of the table means.
fn names_of<'c>(subject: &'c Subject<'_>, entry: &'static str) -> Vec<Cow<'c, str>> {
    let own = |pattern: &str| Cow::Owned(pattern.replace("{}", subject.name()));
    let Some(field) = entry.strip_prefix('.') else {
        return vec![own(entry)];
    };
    let (field, otherwise) = match field.split_once('|') {
        Some((field, otherwise)) => (field, Some(otherwise)),
        None => (field, None),
    };
    let texts = select(subject.data(), field).into_iter();
    let texts: Vec<_> = texts.map(|(_, text)| Cow::Borrowed(text)).collect();
    match (texts.is_empty(), otherwise) {
        (true, Some(pattern)) => vec![own(pattern)],
        _ => texts,
    }
}

/// What follows from more than a name.
fn special<'c>(subject: &'c Subject<'_>, kind: &str) -> Vec<(&'static str, Cow<'c, str>)> {
    match kind {
        "StatefulSet" => {
            let templates = select(subject.data(), "spec.volumeClaimTemplates[].metadata.name");
            let claims = templates.into_iter().map(|(_, template)| {
                let name = format!("{template}-{}-*", subject.name());
                ("PersistentVolumeClaim", Cow::Owned(name))
            });
            claims.collect()
        }
        "Service" => {
            let certificates = SERVING_CERTIFICATES.iter();
            let names = certificates.filter_map(|key| subject.annotation(key));
            names.map(|name| ("Secret", Cow::Borrowed(name))).collect()
        }
        "Ingress" | "Gateway" => {
            let mut asks = ASKS_CERTIFICATES.iter();
            if !asks.any(|key| subject.annotation(key).is_some()) {
                return Vec::new();
            }
            let fields = [
                "spec.tls[].secretName",
                "spec.listeners[].tls.certificateRefs[].name",
            ];
            let names = fields
                .iter()
                .flat_map(|field| select(subject.data(), field));
            names
                .map(|(_, name)| ("Secret", Cow::Borrowed(name)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a cluster has an object without anybody's doing.
pub(super) fn is_standing(kind: &str, namespace: &str, name: &str) -> bool {
    STANDING.iter().any(|(known, place, names)| {
        *known == kind
            && (*place == "*" || *place == namespace)
            && names.iter().any(|pattern| fits(pattern, name))
    })
}

/// Whether an object may bring others that no table tells of.
pub(super) fn is_unknown(subject: &Subject<'_>) -> bool {
    let group = subject.object.identity.group.as_str();
    !KNOWN_GROUPS.contains(&group) && !KNOWN_ENDS.iter().any(|end| group.ends_with(end))
}

/// Whether an object stands for others which cannot be seen.
pub(super) fn is_opaque(subject: &Subject<'_>) -> bool {
    let id = &subject.object.identity;
    let mut opaque = OPAQUE.iter();
    opaque.any(|(group, kind)| id.group == *group && id.kind == *kind)
}

/// Whether an object is of a kind that delivers Secrets from elsewhere.
pub(super) fn delivers_secrets(subject: &Subject<'_>) -> bool {
    let id = &subject.object.identity;
    let delivers = |(group, known, kind, _): &Row| {
        // Certificates come with cert-manager, whoever delivers the other Secrets.
        *kind == "Secret" && *group == id.group && *known == id.kind && id.kind.contains("Secret")
    };
    PRODUCTS.iter().chain(EVERYWHERE).any(delivers)
}

/// Whether an operator makes Services for an object, and so runs pods for it.
pub(super) fn is_served(subject: &Subject<'_>) -> bool {
    let id = &subject.object.identity;
    let mut rows = PRODUCTS.iter();
    rows.any(|(group, kind, product, _)| {
        *product == "Service" && id.group == *group && id.kind == *kind
    })
}

/// Whether a name is that of a pattern with `*`.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(name) = name.strip_prefix(start) else {
        return false;
    };
    let mut ends = (0..=name.len()).filter(|at| name.is_char_boundary(*at));
    ends.any(|at| fits(rest, &name[at..]))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_of_names() {
        assert!(fits("el-listener", "el-listener"));
        assert!(fits("*.shop.credentials*", "app.shop.credentials.example"));
        assert!(fits("shop-*", "shop-"));
        assert!(!fits("shop-*", "shop"));
        assert!(!fits("shop", "shop-1"));
    }
}
