//! Releases of Kubernetes and OpenShift, by the names that `evenkeel.yaml` has for them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::table;

/// The releases that have a list of API versions: the minors of Kubernetes 1, and those of OpenShift 4
/// with the Kubernetes minor beneath (the release notes of OpenShift name it).
const KUBERNETES: std::ops::RangeInclusive<u16> = 29..=34;
const OPENSHIFT: [(u16, u16); 4] = [(16, 29), (17, 30), (18, 31), (19, 32)];

/// A kind of cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Platform {
    /// Kubernetes as its project releases it, without any custom resource.
    Kubernetes,
    /// OpenShift Container Platform (or OKD) with its usual capabilities and no technology previews.
    OpenShift,
}

impl Platform {
    pub(crate) fn named(name: &str) -> Option<Platform> {
        match name {
            "kubernetes" => Some(Platform::Kubernetes),
            "openshift" => Some(Platform::OpenShift),
            _ => None,
        }
    }
}

/// A release whose API versions are known, such as `openshift-4.19` or `kubernetes-1.32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Release {
    platform: Platform,
    minor: u16,
    /// The minor of Kubernetes 1 that it is or contains.
    kubernetes: u16,
}

impl Release {
    /// Every known release, Kubernetes first, oldest first.
    pub fn all() -> impl Iterator<Item = Release> {
        let kubernetes = KUBERNETES.map(|minor| Release {
            platform: Platform::Kubernetes,
            minor,
            kubernetes: minor,
        });
        kubernetes.chain(OPENSHIFT.map(|(minor, kubernetes)| Release {
            platform: Platform::OpenShift,
            minor,
            kubernetes,
        }))
    }

    /// What it is a release of.
    pub fn platform(self) -> Platform {
        self.platform
    }

    /// The Kubernetes version that it is or contains: major and minor.
    pub fn kubernetes(self) -> (u16, u16) {
        (1, self.kubernetes)
    }

    /// The API versions as Argo CD hands them to Helm (`APIResourcesToStrings` of util/argo, with kinds):
    /// `group/version` and `group/version/Kind` of everything that can be listed and watched, sorted,
    /// each once.
    pub fn api_versions(self) -> Vec<String> {
        let mut versions = BTreeSet::new();
        for row in table::served_by(self) {
            versions.insert(row.version.to_owned());
            let kinds = row.kinds.iter();
            versions.extend(kinds.map(|kind| format!("{}/{kind}", row.version)));
        }
        versions.into_iter().collect()
    }

    /// Whether it serves a kind of a group, in whichever version, so that clients can list and watch it.
    pub fn serves(self, group: &str, kind: &str) -> bool {
        table::served_by(self)
            .any(|row| table::group_of(row.version) == group && row.kinds.contains(&kind))
    }

    /// The minor that counts for what a platform serves; OpenShift serves what its Kubernetes does.
    pub(crate) fn minor_of(self, platform: Platform) -> Option<u16> {
        match platform {
            Platform::Kubernetes => Some(self.kubernetes),
            Platform::OpenShift => (self.platform == platform).then_some(self.minor),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.platform {
            Platform::Kubernetes => write!(f, "kubernetes-1.{}", self.minor),
            Platform::OpenShift => write!(f, "openshift-4.{}", self.minor),
        }
    }
}

/// No release has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRelease;

impl fmt::Display for UnknownRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no known release of Kubernetes or OpenShift")
    }
}

impl std::error::Error for UnknownRelease {}

impl FromStr for Release {
    type Err = UnknownRelease;

    fn from_str(name: &str) -> Result<Release, UnknownRelease> {
        Release::all()
            .find(|release| release.to_string() == name)
            .ok_or(UnknownRelease)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(release: &str, version: &str) -> bool {
        let release: Release = release.parse().unwrap();
        let versions = release.api_versions();
        assert!(versions.is_sorted());
        versions.iter().any(|one| one == version)
    }

    #[test]
    fn releases_serve_what_they_brought() {
        let serves = |release: &str, group, kind| {
            let release: Release = release.parse().unwrap();
            release.serves(group, kind)
        };
        assert!(serves("kubernetes-1.32", "apps", "Deployment"));
        assert!(!serves("kubernetes-1.32", "apps", "Route"));
        assert!(!serves("kubernetes-1.32", "route.openshift.io", "Route"));
        assert!(serves("openshift-4.19", "route.openshift.io", "Route"));
        let check = |version, without: &str, with: &str| {
            assert!(!has(without, version), "{without} has {version}");
            assert!(has(with, version), "{with} lacks {version}");
        };
        check("route.openshift.io/v1", "kubernetes-1.32", "openshift-4.16");
        check(
            "route.openshift.io/v1/Route",
            "kubernetes-1.32",
            "openshift-4.19",
        );
        check(
            "monitoring.coreos.com/v1",
            "kubernetes-1.34",
            "openshift-4.16",
        );
        check(
            "gateway.networking.k8s.io/v1/HTTPRoute",
            "openshift-4.18",
            "openshift-4.19",
        );
        check(
            "flowcontrol.apiserver.k8s.io/v1beta3",
            "openshift-4.19",
            "openshift-4.18",
        );
        let policy = "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy";
        check(policy, "openshift-4.16", "openshift-4.17");
        check("resource.k8s.io/v1", "kubernetes-1.33", "kubernetes-1.34");
    }

    #[test]
    fn what_cannot_be_watched_or_is_off_is_left_out() {
        for version in [
            "authentication.k8s.io/v1",
            "v1/ComponentStatus",
            "metrics.k8s.io/v1beta1",
            "resource.k8s.io/v1beta1",
            "image.openshift.io/v1/ImageStreamTag",
            "config.openshift.io/v1alpha1",
        ] {
            assert!(!has("openshift-4.19", version), "{version}");
        }
    }

    #[test]
    fn names() {
        let names: Vec<_> = Release::all().map(|release| release.to_string()).collect();
        assert_eq!(names.first().map(String::as_str), Some("kubernetes-1.29"));
        assert_eq!(names.last().map(String::as_str), Some("openshift-4.19"));
        assert_eq!(
            "openshift-4.19".parse::<Release>().unwrap().kubernetes(),
            (1, 32)
        );
        assert_eq!("openshift-5.0".parse::<Release>(), Err(UnknownRelease));
    }
}
