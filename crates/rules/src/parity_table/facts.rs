//! What is to be said of an Application, aspect by aspect.

use std::collections::BTreeMap;

use evenkeel_gitops::App;

use super::{Aspect, Fact, Facts, hosts, replicas, storage};
use crate::context::Subject;
use crate::images::{Reference, images};
use crate::presence::delivered_secrets;
use crate::references::references;

/// How many characters of a digest are shown.
const DIGEST: usize = 12;

/// All aspects of which there is something to say.
pub(super) fn aspects(app: &App, subjects: &[&Subject<'_>]) -> BTreeMap<Aspect, Facts> {
    let of = |aspect| match aspect {
        Aspect::Version => versions(app, subjects),
        Aspect::Replicas => replicas::replicas(subjects),
        Aspect::Hosts => hosts::hosts(subjects),
        Aspect::Storage => storage::storage(subjects),
        Aspect::Secrets => secrets(subjects),
        Aspect::Delivers => delivers(subjects),
    };
    let aspects = Aspect::ALL.iter().filter_map(|aspect| {
        let mut all = of(*aspect);
        all.sort();
        all.dedup();
        let missing = Vec::new();
        (!all.is_empty()).then_some((*aspect, Facts { all, missing }))
    });
    aspects.collect()
}

/// Its charts and the images of its pods.
fn versions(app: &App, subjects: &[&Subject<'_>]) -> Vec<Fact> {
    let local = app.sources.iter().filter_map(|source| source.helm.as_ref());
    let local = local.map(|helm| {
        let metadata = &helm.chart.metadata;
        chart(&metadata.name, &metadata.version)
    });
    let declared = app.application.iter().flat_map(|app| &app.sources);
    let remote = declared.filter(|source| !source.chart.is_empty());
    let remote = remote.map(|source| chart(&source.chart, &source.target_revision));
    let images = subjects.iter().flat_map(|subject| images(subject));
    let images = images.map(|(_, image)| {
        let repository = Reference::new(image).repository;
        let path = repository.rfind('/').map_or(0, |slash| slash + 1);
        Fact {
            of: repository.to_owned(),
            key: image.to_owned(),
            ..Fact::just(short(&image[path..]))
        }
    });
    local.chain(remote).chain(images).collect()
}

/// An image with as much of its digest as tells it from others.
fn short(image: &str) -> &str {
    let end = image
        .find("@sha256:")
        .map(|at| at + "@sha256:".len() + DIGEST);
    end.and_then(|end| image.get(..end)).unwrap_or(image)
}

fn chart(name: &str, version: &str) -> Fact {
    Fact {
        of: format!("chart {name}"),
        ..Fact::just(format!("{name} {version}"))
    }
}

fn secrets(subjects: &[&Subject<'_>]) -> Vec<Fact> {
    let references = subjects.iter().flat_map(|subject| references(subject));
    let secrets = references.filter(|reference| reference.kind == "Secret");
    secrets.map(|secret| Fact::just(secret.name)).collect()
}

fn delivers(subjects: &[&Subject<'_>]) -> Vec<Fact> {
    let secrets = subjects
        .iter()
        .flat_map(|subject| delivered_secrets(subject));
    secrets.map(Fact::just).collect()
}
