//! Pods that objects describe: in workloads, templates of jobs, Tekton's tasks.

use std::collections::BTreeSet;

use evenkeel_manifest::Step;
use evenkeel_value::Data;

use crate::context::Subject;
use crate::fields::walk;

/// Keys of lists of containers; `steps` and `sidecars` are Tekton's.
const CONTAINERS: &[&str] = &[
    "containers",
    "initContainers",
    "ephemeralContainers",
    "steps",
    "sidecars",
];

/// Group and kind of what runs pods.
pub(crate) const WORKLOADS: &[(&str, &str)] = &[
    ("", "Pod"),
    ("", "ReplicationController"),
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("batch", "CronJob"),
    ("batch", "Job"),
];

/// A pod that an object describes.
#[derive(Debug)]
pub(crate) struct Pod<'s> {
    /// Where its specification stands in the object.
    pub(crate) path: Vec<Step>,
    /// Its containers of every sort.
    pub(crate) containers: Vec<Container<'s>>,
    /// The ports that its containers declare.
    pub(crate) ports: BTreeSet<u16>,
    /// The ConfigMaps that it reads.
    pub(crate) config_maps: BTreeSet<&'s str>,
}

/// A container of a pod.
#[derive(Debug)]
pub(crate) struct Container<'s> {
    /// Its list and its place there.
    pub(crate) place: [Step; 2],
    pub(crate) data: &'s Data,
}

/// The pods that an object describes.
pub(crate) fn pods<'s>(subject: &'s Subject<'_>) -> Vec<Pod<'s>> {
    let mut pods = Vec::new();
    walk(subject.data(), &mut Vec::new(), &mut |steps, data| {
        let is_pod = matches!(data.get("containers"), Some(Data::List(_)))
            || (subject.object.identity.group == "tekton.dev"
                && matches!(data.get("steps"), Some(Data::List(_))));
        if is_pod {
            pods.push(pod(steps, data));
        }
    });
    pods
}

fn pod<'s>(path: &[Step], data: &'s Data) -> Pod<'s> {
    let lists = CONTAINERS
        .iter()
        .filter_map(|key| Some((*key, data.get(key)?)));
    let containers = lists.flat_map(|(list, data)| {
        let data = items(data).into_iter().enumerate();
        data.map(move |(index, data)| Container {
            place: [Step::Key(list.to_owned()), Step::Index(index)],
            data,
        })
    });
    let containers: Vec<Container<'_>> = containers.collect();
    let all = containers.iter();
    let ports = all
        .filter_map(|container| container.data.get("ports"))
        .flat_map(items);
    let ports = ports.filter_map(|port| port_number(port.get("containerPort")?));
    let mut config_maps = BTreeSet::new();
    walk(data, &mut Vec::new(), &mut |steps, data| {
        let within = matches!(steps.last(), Some(Step::Key(key))
            if matches!(key.as_str(), "configMap" | "configMapRef" | "configMapKeyRef"));
        if within {
            config_maps.extend(data.get("name").and_then(Data::as_str));
        }
    });
    Pod {
        path: path.to_vec(),
        ports: ports.collect(),
        config_maps,
        containers,
    }
}

/// The number of a port.
pub(crate) fn port_number(data: &Data) -> Option<u16> {
    match data {
        Data::Int(n) => u16::try_from(*n).ok(),
        Data::Float(n) => Some(*n as u16).filter(|port| f64::from(*port) == *n),
        _ => None,
    }
}

fn items(data: &Data) -> Vec<&Data> {
    match data {
        Data::List(items) => items.iter().map(|item| &item.value).collect(),
        _ => Vec::new(),
    }
}
