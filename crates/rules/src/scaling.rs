//! What sets the number of a workload's replicas instead of the workload.

use evenkeel_value::Data;

use crate::context::Subject;

/// Group, kind, and the fields with the least and the most replicas.
const SCALERS: &[(&str, &str, [&str; 2])] = &[
    (
        "autoscaling",
        "HorizontalPodAutoscaler",
        ["minReplicas", "maxReplicas"],
    ),
    (
        "keda.sh",
        "ScaledObject",
        ["minReplicaCount", "maxReplicaCount"],
    ),
];

/// The fields with the least and the most replicas that a scaler gives a workload, if it does.
pub(crate) fn scales<'s>(
    scaler: &'s Subject<'_>,
    workload: &Subject<'_>,
) -> Option<[Option<&'s Data>; 2]> {
    let id = &scaler.object.identity;
    let mut known = SCALERS.iter();
    let (_, _, fields) = known.find(|(group, kind, _)| id.group == *group && id.kind == *kind)?;
    let kind = match scaler.text("spec.scaleTargetRef.kind") {
        "" => "Deployment",
        kind => kind,
    };
    let is_target = scaler.namespace() == workload.namespace()
        && workload.object.identity.kind == kind
        && scaler.text("spec.scaleTargetRef.name") == workload.name();
    let spec = scaler.data().get("spec")?;
    is_target.then(|| fields.map(|field| spec.get(field)))
}
