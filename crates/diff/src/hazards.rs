//! What may go wrong when a new revision is applied over an old one.
//!
//! The immutable fields are those of the API server's validation (`ValidateUpdate` in the `validation.go` of each API
//! group of Kubernetes).

use std::collections::HashSet;

use evenkeel_kinds::{Platform, Release, kinds};
use evenkeel_manifest::{FieldPath, Identity, Step};
use evenkeel_value::Data;

use crate::change::{
    App, AppDiff, Change, ChangeKind, Hazard, HazardKind, ObjectDiff, Presence, Sides,
};
use crate::classify::{Objects, objects_of};

/// Fields that the API server does not let change: group, kind, path, and the fields below it that may change
/// nevertheless.
const IMMUTABLE: &[(&str, &str, &str, &[&str])] = &[
    ("apps", "Deployment", "spec.selector", &[]),
    ("apps", "DaemonSet", "spec.selector", &[]),
    ("apps", "ReplicaSet", "spec.selector", &[]),
    (
        "apps",
        "StatefulSet",
        "spec",
        &[
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds",
        ],
    ),
    ("batch", "Job", "spec.selector", &[]),
    ("batch", "Job", "spec.template", &[]),
    ("batch", "Job", "spec.completionMode", &[]),
    ("batch", "Job", "spec.podFailurePolicy", &[]),
    (
        "",
        "PersistentVolumeClaim",
        "spec",
        &["resources", "volumeAttributesClassName"],
    ),
    ("", "Service", "spec.clusterIP", &[]),
    ("", "Service", "spec.clusterIPs", &[]),
    ("", "Secret", "type", &[]),
    ("storage.k8s.io", "StorageClass", "provisioner", &[]),
    ("storage.k8s.io", "StorageClass", "parameters", &[]),
    ("storage.k8s.io", "StorageClass", "reclaimPolicy", &[]),
    ("storage.k8s.io", "StorageClass", "volumeBindingMode", &[]),
    ("rbac.authorization.k8s.io", "RoleBinding", "roleRef", &[]),
    (
        "rbac.authorization.k8s.io",
        "ClusterRoleBinding",
        "roleRef",
        &[],
    ),
    ("scheduling.k8s.io", "PriorityClass", "value", &[]),
    ("networking.k8s.io", "IngressClass", "spec.controller", &[]),
    (
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        "spec.group",
        &[],
    ),
    (
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        "spec.scope",
        &[],
    ),
];

/// Fields of the templates of claims that the API server fills in.
const DEFAULTED: &[&str] = &[
    "apiVersion",
    "kind",
    "volumeMode",
    "status",
    "creationTimestamp",
    "podManagementPolicy",
];

/// Kinds whose deletion takes data with it, and what to do.
const DATA: &[(&str, &str, &str)] = &[
    (
        "",
        "PersistentVolumeClaim",
        "deleting the claim deletes its volume unless the StorageClass retains it: take a copy, or keep the claim",
    ),
    (
        "",
        "PersistentVolume",
        "nothing finds the data of the volume any more: keep it until they are copied",
    ),
    (
        "",
        "Namespace",
        "deleting a Namespace deletes all that is in it: move what is needed, or keep it with `Prune=false`",
    ),
    (
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        "deleting a definition deletes all objects of its kind in all namespaces: make sure that none is needed",
    ),
];

/// The oldest release that is known: what it does not serve is gone everywhere.
fn oldest() -> Option<Release> {
    Release::all().find(|release| release.platform() == Platform::Kubernetes)
}

/// The release of a Kubernetes version, such as `1.32`.
fn release(version: &str) -> Option<Release> {
    let mut parts = version.trim_start_matches('v').split('.');
    let major: u16 = parts.next()?.parse().ok()?;
    let minor: u16 = parts.next()?.parse().ok()?;
    Release::all().find(|release| {
        release.platform() == Platform::Kubernetes && release.kubernetes() == (major, minor)
    })
}

/// Notes what may go wrong with each change. `kubernetes` is the version of the cluster, where it is known; `sides` are
/// what was compared.
pub fn note_hazards(apps: &mut [AppDiff], kubernetes: Option<&str>, sides: Sides<&[App]>) {
    let release = match kubernetes {
        Some(version) => release(version),
        None => oldest(),
    };
    let served = release.map(|release| (release, release.api_versions().into_iter().collect()));
    let lost: Vec<(String, Hazard)> = apps
        .iter()
        .filter(|app| app.presence == Presence::Before)
        .filter_map(|app| Some((format!("Application {}", app.name), lost_with(app, sides)?)))
        .collect();
    for object in apps.iter_mut().flat_map(|app| &mut app.objects) {
        let data = objects_of(object, sides);
        let api = served
            .as_ref()
            .and_then(|(release, served)| removed_api(object, data, *release, served));
        let ObjectDiff {
            identity,
            renamed,
            presence,
            changes,
            ..
        } = object;
        // What is called otherwise is another object to the cluster.
        let is_same = renamed.is_none() && *presence == Presence::Both;
        for (i, change) in changes.iter_mut().enumerate() {
            let kept = lost.iter().find(
                |(of, _)| matches!(&change.class, crate::Class::Implied { of: name } if name == of),
            );
            change.hazard = kept
                .map(|(_, hazard)| hazard.clone())
                .or_else(|| deletion(identity, *presence))
                .or_else(|| is_same.then(|| immutable(identity, change, data))?)
                .or_else(|| definition(identity, change))
                .or_else(|| api.clone().filter(|_| i == 0));
        }
    }
}

fn hazard(kind: HazardKind, advice: String) -> Option<Hazard> {
    Some(Hazard { kind, advice })
}

/// What an Application that is gone takes with it.
fn lost_with(app: &AppDiff, sides: Sides<&[App]>) -> Option<Hazard> {
    let own = sides.before.iter().find(|one| one.name == app.name)?;
    let lost = own.objects.iter().find(|object| {
        let id = &object.identity;
        DATA.iter()
            .any(|(group, kind, _)| *group == id.group && *kind == id.kind)
    })?;
    let id = &lost.identity;
    hazard(
        HazardKind::DataLoss,
        format!(
            "deleting the Application deletes {}/{} too: take a copy of what it holds, or keep it with `Prune=false`",
            id.kind, id.name
        ),
    )
}

fn deletion(identity: &Identity, presence: Presence) -> Option<Hazard> {
    if presence != Presence::Before {
        return None;
    }
    let mut kinds = DATA.iter();
    let (.., advice) =
        kinds.find(|(group, kind, _)| *group == identity.group && *kind == identity.kind)?;
    hazard(HazardKind::DataLoss, (*advice).to_owned())
}

fn immutable(identity: &Identity, change: &Change, data: Objects<'_>) -> Option<Hazard> {
    if is_replaced(data.after) {
        return None;
    }
    let is_of = |group: &str, kind: &str| group == identity.group && kind == identity.kind;
    if let Some(advice) = frozen(identity, change, data).or_else(|| shrunk(identity, change)) {
        return hazard(HazardKind::Immutable, advice);
    }
    let steps: Vec<&str> = change.path.0.iter().map_while(key).collect();
    let found = IMMUTABLE.iter().find(|(group, kind, path, mutable)| {
        let wanted: Vec<&str> = path.split('.').collect();
        is_of(group, kind)
            && (steps.starts_with(&wanted)
                || wanted.starts_with(&steps) && steps.len() == change.path.0.len())
            && !steps
                .get(wanted.len())
                .is_some_and(|key| mutable.contains(key))
    });
    let (_, kind, path, _) = found?;
    // What the API server fills in is the same before and after.
    let last = change.path.0.last().and_then(key).unwrap_or_default();
    let is_default = *kind == "Service" || *kind == "StatefulSet" && DEFAULTED.contains(&last);
    if is_default && change.kind != ChangeKind::Changed {
        return None;
    }
    let field = match *path {
        "spec" => change.path.to_string(),
        path => path.to_owned(),
    };
    let what_to_do = match *kind {
        "StatefulSet" => {
            "delete the StatefulSet with `--cascade=orphan` first; its pods and volumes stay"
        }
        "PersistentVolumeClaim" => "make a new claim and copy the data",
        "Job" => "give the Job another name, or let Argo CD replace it (`Replace=true,Force=true`)",
        "Deployment" | "DaemonSet" | "ReplicaSet" => {
            "delete the old one first, or give the new one another name"
        }
        _ => "delete it first, or give it another name",
    };
    hazard(
        HazardKind::Immutable,
        format!("the API server refuses to change {field} of a {kind}: {what_to_do}"),
    )
}

/// The key of a step; nothing of an item.
fn key(step: &Step) -> Option<&str> {
    match step {
        Step::Key(key) => Some(key),
        Step::Index(_) | Step::Named(_) => None,
    }
}

/// Whether the object is deleted and made again: a hook, or one that Argo CD is told to replace.
fn is_replaced(after: Option<&Data>) -> bool {
    let annotations = after.and_then(|data| data.get("metadata")?.get("annotations"));
    let Some(Data::Map(entries)) = annotations else {
        return false;
    };
    entries.iter().any(|entry| {
        let value = entry.value.as_str().unwrap_or_default();
        match entry.key.as_ref() {
            b"helm.sh/hook" | b"argocd.argoproj.io/hook" => true,
            b"argocd.argoproj.io/sync-options" => value.contains("Replace=true"),
            _ => false,
        }
    })
}

/// A ConfigMap or Secret that says that it never changes.
fn frozen(identity: &Identity, change: &Change, data: Objects<'_>) -> Option<String> {
    let is_frozen = data.before?.get("immutable") == Some(&Data::Bool(true));
    let holds = matches!(change.path.0.first(), Some(Step::Key(key))
        if ["data", "stringData", "binaryData", "immutable"].contains(&key.as_str()));
    let is_kind =
        identity.group.is_empty() && ["ConfigMap", "Secret"].contains(&identity.kind.as_str());
    (is_frozen && holds && is_kind).then(|| {
        format!(
            "the API server refuses to change a {} with `immutable: true`: give it another name",
            identity.kind
        )
    })
}

/// A claim that asks for less than before.
fn shrunk(identity: &Identity, change: &Change) -> Option<String> {
    let path = FieldPath::of_keys(["spec", "resources", "requests", "storage"]);
    if !identity.group.is_empty() || identity.kind != "PersistentVolumeClaim" || change.path != path
    {
        return None;
    }
    let size = |data: &Option<Data>| bytes(data.as_ref()?.as_str()?);
    let (before, after) = (size(&change.before)?, size(&change.after)?);
    (after < before).then(|| {
        "a volume does not shrink, and the API server refuses the claim: make a new one and copy the data".to_owned()
    })
}

fn bytes(quantity: &str) -> Option<f64> {
    const UNITS: &[(&str, f64)] = &[
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("", 1.0),
    ];
    let (number, unit) = UNITS
        .iter()
        .find_map(|(unit, size)| Some((quantity.strip_suffix(unit)?, size)))?;
    Some(number.parse::<f64>().ok()? * unit)
}

/// A version of a definition that is gone, or is no longer what is stored.
fn definition(identity: &Identity, change: &Change) -> Option<Hazard> {
    if identity.group != "apiextensions.k8s.io" {
        return None;
    }
    let [
        Step::Key(spec),
        Step::Key(versions),
        Step::Named(version),
        rest @ ..,
    ] = change.path.0.as_slice()
    else {
        return None;
    };
    if spec != "spec" || versions != "versions" {
        return None;
    }
    let is_gone = rest.is_empty() && change.kind == ChangeKind::Removed;
    let is = |key: &str| matches!(rest, [Step::Key(name)] if name == key);
    let stops = change.after == Some(Data::Bool(false));
    let advice = match () {
        () if is_gone => format!(
            "objects that are stored as {version} can no longer be read: migrate them, and take {version} out of `status.storedVersions` first"
        ),
        () if is("storage") && stops => format!(
            "objects stay stored as {version} until they are written again: keep serving it until they are migrated"
        ),
        () if is("served") && stops => {
            format!("clients that use {version} fail: make sure that none does")
        }
        () => return None,
    };
    hazard(HazardKind::DataLoss, advice)
}

/// An API that the cluster does not serve.
fn removed_api(
    object: &ObjectDiff,
    data: Objects<'_>,
    release: Release,
    served: &HashSet<String>,
) -> Option<Hazard> {
    let id = object.renamed.as_ref().unwrap_or(&object.identity);
    let version = |data: Option<&Data>| data?.get("apiVersion")?.as_str().map(str::to_owned);
    let new = version(data.after)?;
    let is_known = kinds().any(|(version, kind)| version == new && kind == id.kind);
    if !is_known || served.contains(&format!("{new}/{}", id.kind)) {
        return None;
    }
    // One that was there before is no news of this change.
    if version(data.before).is_some_and(|old| old == new) {
        return None;
    }
    let (major, minor) = release.kubernetes();
    hazard(
        HazardKind::RemovedApi,
        format!(
            "Kubernetes {major}.{minor} does not serve {} of {new}: use a version that it serves",
            id.kind
        ),
    )
}
