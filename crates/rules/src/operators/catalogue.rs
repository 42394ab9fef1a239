//! Operators: what they serve, and how they are installed.

use evenkeel_config::{ApiVersions, ClusterRelease};
use evenkeel_manifest::FieldPath;

use crate::context::{Context, Subject};

/// An operator.
pub(super) struct Operator {
    /// What people call it.
    pub(super) name: &'static str,
    /// The API groups, or group and kind, that it serves.
    serves: &'static [&'static str],
    /// Its packages in the catalogues of the Operator Lifecycle Manager.
    packages: &'static [&'static str],
    /// Its Helm charts.
    charts: &'static [&'static str],
    /// The install modes of its CSV; empty where they are not known here.
    pub(super) modes: &'static [Mode],
}

/// Which namespaces an operator watches (`installModes` of a CSV).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    OwnNamespace,
    SingleNamespace,
    MultiNamespace,
    AllNamespaces,
}

const ALL: &[Mode] = &[Mode::AllNamespaces];
const ONE: &[Mode] = &[Mode::OwnNamespace, Mode::SingleNamespace];
const NOT_MULTI: &[Mode] = &[
    Mode::OwnNamespace,
    Mode::SingleNamespace,
    Mode::AllNamespaces,
];

macro_rules! operators {
    ($($name:literal serves $serves:tt packages $packages:tt charts $charts:tt $modes:expr;)*) => {
        &[$(Operator {
            name: $name,
            serves: &$serves,
            packages: &$packages,
            charts: &$charts,
            modes: $modes,
        }),*]
    };
}

/// The operators that are known, from their catalogues, CSVs and charts.
const OPERATORS: &[Operator] = operators! {
    "Argo CD" serves ["argoproj.io/ArgoCD", "argoproj.io/Application", "argoproj.io/ApplicationSet", "argoproj.io/AppProject", "pipelines.openshift.io"]
        packages ["openshift-gitops-operator", "argocd-operator"] charts ["argo-cd", "argocd-operator"] ALL;
    "Argo Rollouts" serves ["argoproj.io/Rollout", "argoproj.io/AnalysisTemplate", "argoproj.io/ClusterAnalysisTemplate"]
        packages ["openshift-gitops-operator"] charts ["argo-rollouts"] &[];
    "Argo Workflows" serves ["argoproj.io/Workflow", "argoproj.io/WorkflowTemplate", "argoproj.io/CronWorkflow", "argoproj.io/ClusterWorkflowTemplate"]
        packages [] charts ["argo-workflows"] &[];
    "Tekton" serves ["tekton.dev", "triggers.tekton.dev", "operator.tekton.dev", "pipelinesascode.tekton.dev"]
        packages ["openshift-pipelines-operator-rh", "tektoncd-operator"] charts ["tekton-pipeline", "tekton-operator"] ALL;
    "cert-manager" serves ["cert-manager.io", "acme.cert-manager.io"]
        packages ["openshift-cert-manager-operator", "cert-manager"] charts ["cert-manager"] NOT_MULTI;
    "cert-manager Operator for OpenShift" serves ["operator.openshift.io/CertManager", "operator.openshift.io/IstioCSR"]
        packages ["openshift-cert-manager-operator"] charts [] NOT_MULTI;
    "Vault Secrets Operator" serves ["secrets.hashicorp.com"]
        packages ["vault-secrets-operator"] charts ["vault-secrets-operator"] ALL;
    "Vault Config Operator" serves ["redhatcop.redhat.io"]
        packages ["vault-config-operator"] charts ["vault-config-operator"] ALL;
    "External Secrets" serves ["external-secrets.io", "generators.external-secrets.io"]
        packages ["external-secrets-operator", "openshift-external-secrets-operator"] charts ["external-secrets"] &[];
    "Sealed Secrets" serves ["bitnami.com/SealedSecret"]
        packages ["sealed-secrets-operator-helm"] charts ["sealed-secrets"] &[];
    "Couchbase Autonomous Operator" serves ["couchbase.com"]
        packages ["couchbase-enterprise-certified", "couchbase-enterprise"] charts ["couchbase-operator"] &[];
    "Prometheus Operator" serves ["monitoring.coreos.com"]
        packages ["prometheus"] charts ["kube-prometheus-stack", "prometheus-operator", "prometheus-operator-crds"] &[];
    "Node Feature Discovery" serves ["nfd.openshift.io", "nfd.k8s-sigs.io"]
        packages ["nfd"] charts ["node-feature-discovery"] ONE;
    "NVIDIA GPU Operator" serves ["nvidia.com"]
        packages ["gpu-operator-certified"] charts ["gpu-operator"] ONE;
    "OpenShift AI" serves ["datasciencecluster.opendatahub.io", "dscinitialization.opendatahub.io"]
        packages ["rhods-operator", "opendatahub-operator"] charts [] ALL;
    "KServe" serves ["serving.kserve.io"]
        packages ["rhods-operator", "opendatahub-operator"] charts ["kserve", "kserve-crd"] &[];
    "Knative" serves ["operator.knative.dev", "serving.knative.dev", "eventing.knative.dev"]
        packages ["serverless-operator", "knative-operator"] charts ["knative-operator"] &[];
    "CloudNativePG" serves ["postgresql.cnpg.io"]
        packages ["cloudnative-pg"] charts ["cloudnative-pg"] &[];
    "Strimzi" serves ["kafka.strimzi.io"]
        packages ["strimzi-kafka-operator", "amq-streams"] charts ["strimzi-kafka-operator"] &[];
    "Elastic Cloud on Kubernetes" serves ["elasticsearch.k8s.elastic.co", "kibana.k8s.elastic.co"]
        packages ["elasticsearch-eck-operator-certified", "elastic-cloud-eck"] charts ["eck-operator"] &[];
    "RabbitMQ Cluster Operator" serves ["rabbitmq.com"]
        packages ["rabbitmq-cluster-operator"] charts ["rabbitmq-cluster-operator"] &[];
    "KEDA" serves ["keda.sh", "eventing.keda.sh"]
        packages ["openshift-custom-metrics-autoscaler-operator", "keda"] charts ["keda"] &[];
    "Grafana Operator" serves ["grafana.integreatly.org"]
        packages ["grafana-operator"] charts ["grafana-operator"] &[];
    "OpenTelemetry Operator" serves ["opentelemetry.io"]
        packages ["opentelemetry-product", "opentelemetry-operator"] charts ["opentelemetry-operator"] &[];
    "Traefik" serves ["traefik.io", "traefik.containo.us"] packages [] charts ["traefik", "traefik-crds"] &[];
    "Istio" serves ["networking.istio.io", "security.istio.io", "telemetry.istio.io"]
        packages ["servicemeshoperator", "servicemeshoperator3"] charts ["base", "istiod"] &[];
    "Kyverno" serves ["kyverno.io"] packages [] charts ["kyverno"] &[];
    "Velero" serves ["velero.io"] packages ["redhat-oadp-operator"] charts ["velero"] &[];
    "MetalLB" serves ["metallb.io"] packages ["metallb-operator"] charts ["metallb"] &[];
    "Rook" serves ["ceph.rook.io"] packages ["rook-ceph"] charts ["rook-ceph"] &[];
    "Longhorn" serves ["longhorn.io"] packages [] charts ["longhorn"] &[];
};

/// The group of the Operator Lifecycle Manager.
pub(super) const OLM: &str = "operators.coreos.com";

impl Operator {
    /// Whether it serves a kind.
    pub(super) fn serves(&self, group: &str, kind: &str) -> bool {
        self.serves
            .iter()
            .any(|served| match served.split_once('/') {
                Some((of, name)) => of == group && name == kind,
                None => *served == group,
            })
    }

    /// Its packages.
    pub(super) fn packages(&self) -> impl Iterator<Item = &'static str> {
        self.packages.iter().copied()
    }

    /// How it is installed, for a hint.
    pub(super) fn installs(&self) -> String {
        let packages = self
            .packages
            .iter()
            .map(|name| format!("a Subscription to {name}"));
        let charts = self.charts.iter().map(|name| format!("the chart {name}"));
        let all: Vec<String> = packages.chain(charts).collect();
        all.join(" or ")
    }
}

/// The operators that serve a kind.
pub(super) fn serving(group: &str, kind: &str) -> impl Iterator<Item = &'static Operator> {
    OPERATORS
        .iter()
        .filter(move |operator| operator.serves(group, kind))
}

/// Something that installs operators.
pub(super) struct Installer<'c, 'a> {
    /// The Subscription, or the Application with the chart.
    pub(super) subject: &'c Subject<'a>,
    /// The field that names what is installed.
    pub(super) field: FieldPath,
    /// The name of the package or chart.
    pub(super) name: &'c str,
    /// Whether it is a Subscription.
    pub(super) is_olm: bool,
}

impl Installer<'_, '_> {
    /// What it installs, as far as that is known.
    pub(super) fn operators(&self) -> impl Iterator<Item = &'static Operator> {
        let (name, is_olm) = (self.name.to_owned(), self.is_olm);
        OPERATORS.iter().filter(move |operator| {
            let names = if is_olm {
                operator.packages
            } else {
                operator.charts
            };
            names.contains(&name.as_str())
        })
    }

    /// What it is, for a message.
    pub(super) fn shown(&self) -> String {
        match self.is_olm {
            true => format!("the Subscription {}", self.subject.name()),
            false => format!("the Application {}", self.subject.name()),
        }
    }
}

/// What installs operators in an environment: Subscriptions, and Applications with charts of operators.
pub(super) fn installers<'c, 'a>(context: &'c Context<'a>) -> Vec<Installer<'c, 'a>> {
    let subscriptions = context
        .of_kind(OLM, "Subscription")
        .map(|subject| Installer {
            subject,
            field: FieldPath::of_keys(["spec", "name"]),
            name: subject.text("spec.name"),
            is_olm: true,
        });
    let charts = context
        .of_kind("argoproj.io", "Application")
        .map(|subject| Installer {
            subject,
            field: FieldPath::of_keys(["spec", "source", "chart"]),
            name: subject.text("spec.source.chart"),
            is_olm: false,
        });
    let all = subscriptions.chain(charts);
    all.filter(|installer| {
        !installer.name.is_empty() && (installer.is_olm || installer.operators().next().is_some())
    })
    .collect()
}

/// Whether the cluster itself serves a kind, as far as the configuration tells what cluster it is.
pub(super) fn is_built_in(context: &Context<'_>, group: &str, kind: &str) -> bool {
    if group.is_empty() || !group.contains('.') {
        return true;
    }
    let of = |version: &str| {
        let mut parts = version.split('/');
        let fits = parts.next() == Some(group) && parts.next().is_some();
        fits && parts.next().is_none_or(|name| name == kind)
    };
    let declared = context
        .settings
        .and_then(|env| env.cluster.api_versions.as_ref());
    match declared {
        Some(ApiVersions::Release(declared)) => declared.value.serves(group, kind),
        Some(ApiVersions::List(list)) => list.iter().any(|version| of(version.value.as_str())),
        // Nothing says: what any cluster has may be there.
        Some(ApiVersions::File(_)) | None => {
            ClusterRelease::all().any(|release| release.serves(group, kind))
        }
    }
}
