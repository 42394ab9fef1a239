//! Who said what about one value.

use std::sync::Arc;

use evenkeel_chart::HelmVersion;
use evenkeel_diagnostics::Origin;
use evenkeel_value::Data;

use crate::{Instance, LayerKind, UserValues};

/// What one layer says about a path.
#[derive(Debug, Clone)]
pub struct Opinion {
    /// The layer.
    pub speaker: Speaker,
    /// Where it says so.
    pub origin: Origin,
    /// What it says; null from the user removes what is below.
    pub value: Data,
}

/// A layer of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speaker {
    /// The command line.
    User(LayerKind),
    /// The `values.yaml` of a chart, by the chart's full path.
    Chart(Arc<str>),
}

/// All layers that say something about `path` (keys and list indexes, from the root's values), the
/// winning one first. It walks the layers anew: merging keeps no record of those that lose.
///
/// Maps are merged, so of a map every layer may hold a part. What import-values brings in is not
/// listed under its new path.
pub fn explain(
    root: &Instance,
    user: &UserValues,
    path: &[&str],
    helm: HelmVersion,
) -> Vec<Opinion> {
    let layers: Vec<(LayerKind, Data)> = user
        .layers
        .iter()
        .rev()
        .map(|layer| (layer.kind, layer.values(helm)))
        .collect();
    let mut opinions = Vec::new();
    for path in places(root, path) {
        for (kind, values) in &layers {
            opinions.extend(opinion(Speaker::User(*kind), values, &path));
        }
        ask_charts(root, &path, &mut opinions);
    }
    opinions
}

/// Where the value may have been set, strongest first: a sub-chart's globals are those of the charts
/// around it, from the root on.
fn places<'p>(root: &Instance, path: &[&'p str]) -> Vec<Vec<&'p str>> {
    let mut within = root;
    let mut above = 0;
    while let Some(sub) = path.get(above).and_then(|key| child(within, key)) {
        within = sub;
        above += 1;
    }
    if above == 0 || path.get(above) != Some(&"global") {
        return vec![path.to_vec()];
    }
    (0..=above)
        .map(|charts| [&path[..charts], &path[above..]].concat())
        .collect()
}

/// A chart's defaults win over those of its sub-charts.
fn ask_charts(chart: &Instance, path: &[&str], opinions: &mut Vec<Opinion>) {
    let speaker = Speaker::Chart(Arc::from(&*chart.full_path));
    opinions.extend(opinion(speaker, &chart.chart.values, path));
    if let Some((key, rest)) = path.split_first()
        && let Some(sub) = child(chart, key)
    {
        ask_charts(sub, rest, opinions);
    }
}

fn child<'i>(chart: &'i Instance, name: &str) -> Option<&'i Instance> {
    chart.dependencies.iter().find(|sub| sub.name() == name)
}

fn opinion(speaker: Speaker, values: &Data, path: &[&str]) -> Option<Opinion> {
    let mut found = (values, Origin::NONE);
    for key in path {
        found = match found.0 {
            Data::List(items) => {
                let item = items.get(key.parse::<usize>().ok()?)?;
                (&item.value, item.origin)
            }
            map => {
                let entry = map.entry(key)?;
                (&entry.value, entry.origin)
            }
        };
    }
    let (value, origin) = found;
    Some(Opinion {
        speaker,
        origin,
        value: value.clone(),
    })
}
