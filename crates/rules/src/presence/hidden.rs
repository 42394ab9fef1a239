//! What an environment deploys and nobody can look into from here.

use evenkeel_gitops::App;

use crate::apps::{Cluster, cluster};
use crate::presence::Place;

/// The shortest word of a name that tells one chart from others.
const MIN_WORD: usize = 3;

/// Something whose objects are not known.
pub(super) struct Hidden<'c> {
    cluster: Cluster<'c>,
    /// Empty where it may be any.
    namespace: &'c str,
    pub(super) what: &'c str,
    /// Words of which one stands in the names of its objects; none where they may be called anything.
    words: Vec<&'c str>,
}

impl<'c> Hidden<'c> {
    /// What is hidden of an Application.
    pub(super) fn of(app: &'c App) -> Option<Hidden<'c>> {
        let sources = app.sources.iter().filter(|source| source.opaque.is_some());
        let hidden = sources.count();
        if hidden == 0 && app.diagnostics.is_empty() && app.opaque.is_empty() {
            return None;
        }
        let charts = charts(app);
        // Charts name their objects after themselves or their release.
        let only_charts =
            app.diagnostics.is_empty() && app.opaque.is_empty() && charts.len() == hidden;
        let words = charts.into_iter().flat_map(|name| name.split('-'));
        let words = words.filter(|word| only_charts && word.len() >= MIN_WORD);
        Some(Hidden {
            cluster: cluster(app),
            namespace: match app.opaque.is_empty() {
                true => &app.destination.namespace,
                false => "",
            },
            what: &app.name,
            words: words.collect(),
        })
    }

    /// An object that stands for a chart or a folder.
    pub(super) fn at(place: Place<'c>, what: &'c str) -> Hidden<'c> {
        Hidden {
            cluster: place.cluster,
            namespace: place.namespace,
            what,
            words: Vec::new(),
        }
    }

    /// Whether it may bring an object of one of the names to a place.
    pub(super) fn may_bring(&self, at: Place<'_>, names: &[&str]) -> bool {
        let is_near = self.namespace.is_empty() || self.namespace == at.namespace;
        let has_word = |name: &&str| {
            name.split(['-', '.'])
                .any(|part| self.words.contains(&part))
        };
        is_near
            && self.cluster == at.cluster
            && (self.words.is_empty() || names.iter().any(has_word))
    }
}

/// The names of the remote charts of an Application.
fn charts(app: &App) -> Vec<&str> {
    let sources = app.application.iter().flat_map(|app| &app.sources);
    let remote = sources.filter(|source| !source.chart.is_empty());
    remote.map(|source| source.chart.as_str()).collect()
}
