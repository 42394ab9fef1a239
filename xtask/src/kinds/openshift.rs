//! Kinds of OpenShift: what its API servers aggregate, and the CustomResourceDefinitions of its release.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use evenkeel_diagnostics::FileId;
use evenkeel_value::Data;

use super::{Kind, Table, go_types};

/// The minors of OpenShift 4 that have a preset.
const MINORS: std::ops::RangeInclusive<u16> = 16..=19;

/// Groups that OpenShift's aggregated API servers answer for; the types of all others are custom
/// resources.
const AGGREGATED: &[&str] = &[
    "apps.openshift.io",
    "authorization.openshift.io",
    "build.openshift.io",
    "image.openshift.io",
    "oauth.openshift.io",
    "project.openshift.io",
    "quota.openshift.io",
    "route.openshift.io",
    "security.openshift.io",
    "template.openshift.io",
    "user.openshift.io",
];

/// Groups whose definitions have no feature gate in the repository and are yet not part of a usual
/// cluster: those of the former network plugin, and of a technology preview.
const ABSENT: &[&str] = &["network.openshift.io", "sharedresource.openshift.io"];

/// Reads the release branches of a clone.
pub(super) fn read(clone: &Path) -> Result<(Table, BTreeSet<u16>), String> {
    let mut table = Table::default();
    for minor in MINORS {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        unpack(clone, &format!("release-4.{minor}"), folder.path())?;
        for (kind, listed) in go_types::of_module(folder.path())? {
            let group = kind.version.split('/').next().unwrap_or_default();
            let aggregated = AGGREGATED.contains(&group);
            table.add(minor, kind, listed && aggregated);
        }
        for (kind, served) in definitions(folder.path())? {
            table.add(minor, kind, served);
        }
    }
    Ok((table, MINORS.collect()))
}

fn unpack(clone: &Path, branch: &str, folder: &Path) -> Result<(), String> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(clone)
        .args(["archive", branch])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("git: {e}"))?;
    if let Some(output) = child.stdout.take() {
        let unpacked = tar::Archive::new(output).unpack(folder);
        unpacked.map_err(|e| format!("{branch}: {e}"))?;
    }
    let status = child.wait().map_err(|e| format!("git: {e}"))?;
    status
        .success()
        .then_some(())
        .ok_or_else(|| format!("git archive {branch}: {status}"))
}

/// The kinds of every definition, each with whether a cluster without feature gates has it.
fn definitions(folder: &Path) -> Result<Vec<(Kind, bool)>, String> {
    let mut kinds = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|e| e.to_string())?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy();
        let own = path
            .parent()
            .is_some_and(|parent| parent.ends_with("zz_generated.crd-manifests"));
        if !own
            || !name.ends_with(".crd.yaml")
            || path.components().any(|c| c.as_os_str() == "example")
        {
            continue;
        }
        // Of two definitions of one resource, the release ships that of the stable version.
        let replaced = path
            .ancestors()
            .nth(3)
            .map(|group| group.join("v1/zz_generated.crd-manifests").join(&*name))
            .is_some_and(|stable| stable != path && stable.is_file());
        let gated = [
            "CustomNoUpgrade",
            "DevPreviewNoUpgrade",
            "TechPreviewNoUpgrade",
            "Hypershift",
        ]
        .iter()
        .any(|set| name.contains(set));
        let text = read_yaml(path)?;
        for kind in of_definition(&text) {
            let group = kind.version.split('/').next().unwrap_or_default();
            let served = !gated && !replaced && !ABSENT.contains(&group);
            kinds.push((kind, served));
        }
    }
    Ok(kinds)
}

fn read_yaml(path: &Path) -> Result<Data, String> {
    evenkeel_yaml::decode(super::read(path)?.as_bytes(), FileId::NONE)
        .map_err(|e| format!("{}: {e}", path.display()))
}

/// One kind for each served version of a definition.
fn of_definition(crd: &Data) -> Vec<Kind> {
    let spec = crd.get("spec");
    let text = |data: Option<&Data>| data.and_then(Data::as_str).unwrap_or_default().to_owned();
    let group = text(spec.and_then(|s| s.get("group")));
    let name = text(
        spec.and_then(|s| s.get("names"))
            .and_then(|n| n.get("kind")),
    );
    let cluster_scoped = text(spec.and_then(|s| s.get("scope"))) == "Cluster";
    let Some(Data::List(versions)) = spec.and_then(|s| s.get("versions")) else {
        return Vec::new();
    };
    let served = versions
        .iter()
        .filter(|version| version.value.get("served") == Some(&Data::Bool(true)));
    served
        .map(|version| Kind {
            version: format!("{group}/{}", text(version.value.get("name"))),
            cluster_scoped,
            name: name.clone(),
        })
        .collect()
}
