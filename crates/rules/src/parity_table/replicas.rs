//! How many pods workloads run.

use evenkeel_value::Data;

use super::Fact;
use crate::context::Subject;
use crate::fields::find;
use crate::quantity::quantity;
use crate::scaling::scales;

/// Group, kind and the fields with numbers of replicas.
const FIELDS: &[(&str, &str, &[&str])] = &[
    // Copies of data, not pods.
    ("couchbase.com", "CouchbaseBucket", &[]),
    ("kafka.strimzi.io", "KafkaTopic", &[]),
    // Pods.
    (
        "couchbase.com",
        "CouchbaseCluster",
        &["spec.servers[].size"],
    ),
    ("postgresql.cnpg.io", "Cluster", &["spec.instances"]),
    ("postgresql.cnpg.io", "Pooler", &["spec.instances"]),
    ("acid.zalan.do", "postgresql", &["spec.numberOfInstances"]),
    (
        "kafka.strimzi.io",
        "Kafka",
        &["spec.kafka.replicas", "spec.zookeeper.replicas"],
    ),
    (
        "psmdb.percona.com",
        "PerconaServerMongoDB",
        &["spec.replsets[].size"],
    ),
    (
        "serving.kserve.io",
        "InferenceService",
        &["spec.predictor.minReplicas"],
    ),
    (
        "elasticsearch.k8s.elastic.co",
        "Elasticsearch",
        &["spec.nodeSets[].count"],
    ),
];

/// Where every other object may say it.
const REPLICAS: &[&str] = &["spec.replicas"];

/// Workloads that run one replica if they do not say how many.
const ONE: &[(&str, &str)] = &[
    ("", "ReplicationController"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("apps.openshift.io", "DeploymentConfig"),
    ("argoproj.io", "Rollout"),
];

pub(super) fn replicas(subjects: &[&Subject<'_>]) -> Vec<Fact> {
    let facts = subjects.iter().filter_map(|subject| {
        let text = text(subject, subjects)?;
        Some(Fact::of(subject.name(), text))
    });
    facts.collect()
}

fn text(subject: &Subject<'_>, all: &[&Subject<'_>]) -> Option<String> {
    let id = &subject.object.identity;
    let (group, kind) = (id.group.as_str(), id.kind.as_str());
    if (group, kind) == ("apps", "DaemonSet") {
        return Some("one a node".to_owned());
    }
    if let Some(range) = all.iter().find_map(|scaler| scales(scaler, subject)) {
        let [least, most] = range.map(|count| count.and_then(number));
        let least = least.unwrap_or_else(|| "1".to_owned());
        return Some(match most {
            Some(most) => format!("{least}–{most}"),
            None => format!("{least} or more"),
        });
    }
    let own = FIELDS
        .iter()
        .find(|(known, of, _)| (group, kind) == (known, of));
    let fields = own.map_or(REPLICAS, |(_, _, fields)| fields);
    let counts = fields.iter().flat_map(|field| find(subject.data(), field));
    let counts: Vec<String> = counts.filter_map(|(_, count)| number(count)).collect();
    match counts.is_empty() {
        false => Some(counts.join(" + ")),
        true => ONE.contains(&(group, kind)).then(|| "1".to_owned()),
    }
}

fn number(data: &Data) -> Option<String> {
    quantity(data).map(|count| count.to_string())
}
