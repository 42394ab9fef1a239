//! The cluster generator over declared clusters: `applicationset/generators/cluster.go`.

use evenkeel_diagnostics::Origin;
use evenkeel_functions::normalize_name;
use evenkeel_value::{Data, DataEntry};

use super::failure::Stop;
use super::generator::{Element, Generators};
use super::params::{Param, Params, Typed};
use super::selector::Selector;
use super::{Cluster, Opaque};

/// The cluster that Argo CD runs in, unless a declared one has its server.
const LOCAL_NAME: &str = "in-cluster";
const LOCAL_SERVER: &str = "https://kubernetes.default.svc";
/// The label that makes a Secret a cluster; templates see it among the others.
const SECRET_TYPE: (&str, &str) = ("argocd.argoproj.io/secret-type", "cluster");

pub(super) fn elements(
    generators: &Generators<'_>,
    entry: &DataEntry,
) -> Result<Vec<Element>, Stop> {
    let generator = &entry.value;
    let declared = generators.inputs.clusters;
    let at = entry.origin;
    let selector = generator.get("selector").unwrap_or(&Data::Null);
    let selector = Selector::new(selector, true).map_err(|failure| {
        failure.within("error getting cluster secrets: error converting label selector: ")
    })?;
    let selected = |cluster: &&Cluster| {
        selector.matches_labels(|name| labels(cluster).find(|(key, _)| *key == name).map(|l| l.1))
    };
    // That nobody declares clusters does not say that Argo CD has none with the labels.
    if declared.is_empty() && !selector.is_everything() {
        return Err(Stop::Opaque(Opaque {
            what: "generator clusters".to_owned(),
            reason: "it selects clusters by their labels, and none is declared".to_owned(),
            origin: at,
        }));
    }
    let mut out = Vec::new();
    // Clusters without a Secret have no labels to select by.
    if selector.is_everything() && !declared.iter().any(|c| c.server == LOCAL_SERVER) {
        let mut params = Params::default();
        params.set_text("name", LOCAL_NAME, at);
        params.set_text("nameNormalized", LOCAL_NAME, at);
        params.set_text("server", LOCAL_SERVER, at);
        params.set_text("project", "", at);
        generators
            .append_values(generator, &mut params)
            .map_err(|failure| {
                failure.within("error appending templated values for local cluster: ")
            })?;
        out.push((params, at));
    }
    for cluster in declared.iter().filter(selected) {
        let mut params = params(cluster, generators.leaves.is_go());
        generators
            .append_values(generator, &mut params)
            .map_err(|failure| failure.within("error appending templated values for cluster: "))?;
        out.push((params, cluster.origin));
    }
    if generator.get("flatList") == Some(&Data::Bool(true)) {
        let clusters = Typed::Maps(out.into_iter().map(|(params, _)| params).collect());
        out = vec![(Params(vec![Param::new("clusters", clusters, at)]), at)];
    }
    let element = |(params, origin)| Element {
        params,
        origins: vec![origin],
    };
    Ok(out.into_iter().map(element).collect())
}

fn params(cluster: &Cluster, go: bool) -> Params {
    let at = cluster.origin;
    let mut params = Params::default();
    params.set_text("name", &cluster.name, at);
    params.set_text(
        "nameNormalized",
        &normalize_name(cluster.name.as_bytes()),
        at,
    );
    params.set_text("server", &cluster.server, at);
    params.set_text("project", &cluster.project, at);
    let annotations = || {
        cluster
            .annotations
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
    };
    if !go {
        for (key, value) in annotations() {
            params.set_text(&format!("metadata.annotations.{key}"), value, at);
        }
        for (key, value) in labels(cluster) {
            params.set_text(&format!("metadata.labels.{key}"), value, at);
        }
        return params;
    }
    let mut metadata = Params::default();
    if !cluster.annotations.is_empty() {
        metadata.set(Param::new("annotations", string_map(annotations(), at), at));
    }
    metadata.set(Param::new("labels", string_map(labels(cluster), at), at));
    params.set(Param::new("metadata", Typed::Map(metadata), at));
    params
}

fn labels(cluster: &Cluster) -> impl Iterator<Item = (&str, &str)> {
    let own = cluster.labels.iter().map(|(k, v)| (k.as_str(), v.as_str()));
    own.filter(|(key, _)| *key != SECRET_TYPE.0)
        .chain([SECRET_TYPE])
}

fn string_map<'s>(pairs: impl Iterator<Item = (&'s str, &'s str)>, origin: Origin) -> Typed {
    let entries = pairs.map(|(key, value)| DataEntry {
        key: key.as_bytes().into(),
        value: Data::str(value),
        origin,
    });
    Typed::StringMap(Data::map(entries.collect()))
}
