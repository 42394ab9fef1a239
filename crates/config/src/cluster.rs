//! Clusters: what one can do, and those that Argo CD knows.

use evenkeel_kinds::Platform;
use evenkeel_yaml::{NodeRef, Spanned};

use crate::api_versions::ApiVersions;
use crate::field::Field;
use crate::ordered::OrderedMap;
use crate::reader::Reader;
use crate::shape::Shape;
use crate::versions::major_minor;

record! {
    owner "a cluster's capabilities";
    /// What charts learn of a cluster as `.Capabilities`.
    pub struct Cluster {
        /// The version of Kubernetes, such as `1.32`. Default: that of the preset, else that of the
        /// Helm in use.
        "kubernetes" => kubernetes: Option<Spanned<KubernetesVersion>>,
        /// The API versions that the cluster serves: a preset (`kubernetes-1.29` to `kubernetes-1.34`,
        /// `openshift-4.16` to `openshift-4.19`), a list, or a file as `kubectl api-versions` prints
        /// it. They come on top of those that Helm always knows.
        "apiVersions" => api_versions: Option<ApiVersions>,
    }
}

impl Cluster {
    /// The Kubernetes version: the one that is written, or that of the preset.
    pub fn kubernetes_version(&self) -> Option<String> {
        if let Some(version) = &self.kubernetes {
            return Some(version.value.as_str().to_owned());
        }
        match &self.api_versions {
            Some(ApiVersions::Release(release)) => {
                let (major, minor) = release.value.kubernetes();
                Some(format!("{major}.{minor}"))
            }
            _ => None,
        }
    }

    /// Whether what it serves is what a release of OpenShift serves.
    pub fn is_openshift(&self) -> bool {
        matches!(&self.api_versions, Some(ApiVersions::Release(release))
            if release.value.platform() == Platform::OpenShift)
    }
}

record! {
    owner "a cluster that Argo CD knows";
    /// A cluster as `clusters` generators of an ApplicationSet see it.
    pub struct DeclaredCluster {
        /// Its name in Argo CD.
        "name" => name: Spanned<String>,
        /// The address of its API server.
        "server" => server: Spanned<String>,
        /// Labels of its Secret, which selectors look at.
        "labels" => labels: OrderedMap<Spanned<String>>,
        /// Annotations of its Secret.
        "annotations" => annotations: OrderedMap<Spanned<String>>,
    }
}

/// A version of Kubernetes, `1.32` or more exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubernetesVersion(String);

impl KubernetesVersion {
    /// The text, which `--kube-version` takes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for KubernetesVersion {
    fn shape() -> Shape {
        Shape::Version {
            what: "version of Kubernetes",
        }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<KubernetesVersion> {
        let text = reader.text(node, "a version of Kubernetes")?;
        match major_minor(&text) {
            Some((1, Some(_))) => Some(KubernetesVersion(text)),
            _ => {
                let message = format!("`{text}` is no version of Kubernetes");
                reader.invalid(node.span(), message, "write it as `1.32` or `1.32.4`")
            }
        }
    }
}
