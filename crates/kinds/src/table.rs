//! The table of kinds.
//!
//! A line holds an API version, a scope, who serves the kinds (see [`Served`]) and the kinds. The files
//! for Kubernetes and OpenShift are written by `cargo xtask kinds`, the third by hand.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::{Platform, Release};

const FILES: [&str; 3] = [
    include_str!("../data/kubernetes.txt"),
    include_str!("../data/openshift.txt"),
    include_str!("../data/others.txt"),
];

/// Whether the objects of a kind live in a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// They do.
    Namespaced,
    /// The whole cluster shares them.
    Cluster,
}

/// Who serves a line's kinds so that clients can list and watch them: `-` is nobody without being asked,
/// `kubernetes:1.30-` Kubernetes and OpenShift from the minor on, `openshift:-` each OpenShift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    Nowhere,
    By {
        platform: Platform,
        first: u16,
        last: u16,
    },
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    /// `apps/v1`, or `v1` for the core group.
    pub(crate) version: &'static str,
    scope: Scope,
    served: Served,
    pub(crate) kinds: Vec<&'static str>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = FILES.iter().flat_map(|file| file.lines());
    lines.filter_map(row).collect()
});

static SCOPES: LazyLock<HashMap<(&str, &str), Scope>> = LazyLock::new(|| {
    let mut scopes = HashMap::new();
    for row in ROWS.iter() {
        for kind in &row.kinds {
            scopes.insert((group_of(row.version), *kind), row.scope);
        }
    }
    scopes
});

/// The scope of a kind of the group (empty for the core group), in whichever version; `None` if the
/// table does not have it.
///
/// ```
/// use evenkeel_kinds::{Scope, scope};
/// assert_eq!(scope("apps", "Deployment"), Some(Scope::Namespaced));
/// assert_eq!(scope("", "Namespace"), Some(Scope::Cluster));
/// assert_eq!(scope("example.com", "Widget"), None);
/// ```
pub fn scope(group: &str, kind: &str) -> Option<Scope> {
    SCOPES.get(&(group, kind)).copied()
}

/// Every API version (`apps/v1`) and kind of the table, in the table's order.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = ROWS.iter();
    rows.flat_map(|row| row.kinds.iter().map(|kind| (row.version, *kind)))
}

/// The group of an `apiVersion`: what stands before the slash.
pub fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// The lines that a release serves.
pub(crate) fn served_by(release: Release) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(move |row| match row.served {
        Served::Nowhere => false,
        Served::By {
            platform,
            first,
            last,
        } => release
            .minor_of(platform)
            .is_some_and(|minor| (first..=last).contains(&minor)),
    })
}

/// Reads a line; comments and blank lines give nothing.
fn row(line: &'static str) -> Option<Row> {
    let mut words = line.split_ascii_whitespace();
    let version = words.next().filter(|word| !word.starts_with('#'))?;
    let scope = match words.next()? {
        "Namespaced" => Scope::Namespaced,
        "Cluster" => Scope::Cluster,
        _ => return None,
    };
    let served = served(words.next()?)?;
    Some(Row {
        version,
        scope,
        served,
        kinds: words.collect(),
    })
}

fn served(word: &str) -> Option<Served> {
    if word == "-" {
        return Some(Served::Nowhere);
    }
    let (platform, range) = word.split_once(':')?;
    let (first, last) = range.split_once('-')?;
    let minor = |bound: &str, open: u16| match bound {
        "" => Some(open),
        bound => bound.split_once('.')?.1.parse().ok(),
    };
    Some(Served::By {
        platform: Platform::named(platform)?,
        first: minor(first, 0)?,
        last: minor(last, u16::MAX)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_row_and_no_kind_has_two_scopes() {
        let mut seen: HashMap<(&str, &str), Scope> = HashMap::new();
        for line in FILES.iter().flat_map(|file| file.lines()) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let row = row(line).unwrap_or_else(|| panic!("no row: {line}"));
            assert!(!row.kinds.is_empty(), "no kinds: {line}");
            for kind in row.kinds {
                let scope = *seen
                    .entry((group_of(row.version), kind))
                    .or_insert(row.scope);
                assert_eq!(scope, row.scope, "{} {kind}", row.version);
            }
        }
    }

    #[test]
    fn scopes() {
        let check = |group, kind, want| assert_eq!(scope(group, kind), want, "{group} {kind}");
        check("", "Pod", Some(Scope::Namespaced));
        check("", "PersistentVolume", Some(Scope::Cluster));
        check("extensions", "Ingress", Some(Scope::Namespaced));
        check(
            "rbac.authorization.k8s.io",
            "ClusterRole",
            Some(Scope::Cluster),
        );
        check(
            "apiextensions.k8s.io",
            "CustomResourceDefinition",
            Some(Scope::Cluster),
        );
        check("route.openshift.io", "Route", Some(Scope::Namespaced));
        check(
            "security.openshift.io",
            "SecurityContextConstraints",
            Some(Scope::Cluster),
        );
        check("argoproj.io", "Application", Some(Scope::Namespaced));
        check("cert-manager.io", "ClusterIssuer", Some(Scope::Cluster));
        // A group is part of a kind's name.
        check(
            "operators.coreos.com",
            "Subscription",
            Some(Scope::Namespaced),
        );
        check("nvidia.com", "ClusterPolicy", Some(Scope::Cluster));
        check("apps", "Pod", None);
    }
}
