//! What each template sees as its dot: Helm's `allTemplates`.

use std::cmp::Reverse;
use std::sync::Arc;

use evenkeel_chart::{ChartFile, HelmVersion};
use evenkeel_value::{Map, Value, ty};
use evenkeel_values_merger::{Instance, subchart_values};

use crate::capabilities::types;
use crate::request::Failure;
use crate::{files, jinja, metadata};

/// A template file of a chart that takes part.
#[derive(Debug)]
pub(crate) struct Template {
    /// Its full name, such as `app/charts/db/templates/service.yaml`.
    pub(crate) name: Arc<str>,
    /// The folder of its chart's templates, `.Template.BasePath`.
    pub(crate) base_path: Arc<str>,
    /// The text.
    pub(crate) file: ChartFile,
    /// The chart's dot. All templates of a chart share it, and a chart's is within its parent's: what
    /// one template sets there, those after it see.
    pub(crate) scope: Map,
}

impl Template {
    /// Whether it is executed for its own output.
    pub(crate) fn is_partial(&self) -> bool {
        self.name
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .starts_with('_')
    }

    /// The dot to execute with, under Go's type of it.
    pub(crate) fn dot(&self, helm: HelmVersion) -> Value {
        let values = types(helm).values;
        let about = Map::new(values);
        about.insert("Name", Value::from(&*self.name));
        about.insert("BasePath", Value::from(&*self.base_path));
        self.scope.insert("Template", about);
        Value::Map(self.scope.share_as(values))
    }
}

/// What all charts of a render share.
pub(crate) struct Shared {
    pub(crate) helm: HelmVersion,
    pub(crate) release: Value,
    pub(crate) capabilities: Value,
    pub(crate) unread: files::Unread,
}

impl Shared {
    /// # Errors
    /// A file that a template asked for and that could not be read: Helm fails when it loads the chart.
    pub(crate) fn all_read(&self) -> Result<(), Failure> {
        let unread = self.unread.get().cloned();
        unread.map_or(Ok(()), |diagnostic| Err(Failure::early(diagnostic)))
    }
}

/// What the charts of a render hold to be rendered.
#[derive(Default)]
pub(crate) struct Collected {
    /// The templates, in the order in which Helm parses and executes them.
    pub(crate) templates: Vec<Template>,
    /// The files of charts that are written in the Jinja dialect too.
    pub(crate) jinja: Vec<jinja::Folder>,
}

/// All templates in the order in which Helm parses and executes them: deepest path first, then from
/// the end of the alphabet. `values` are the root's.
pub(crate) fn templates(root: &Instance, values: Map, shared: &Shared) -> Collected {
    let mut collected = Collected::default();
    let values = values.share_as(types(shared.helm).values);
    collect(root, values, shared, &mut collected);
    let all = &mut collected.templates;
    all.sort_by_cached_key(|t| {
        Reverse((
            t.name.bytes().filter(|&b| b == b'/').count(),
            Arc::clone(&t.name),
        ))
    });
    // Of two files with one name the later one counts; the sort is stable.
    all.reverse();
    all.dedup_by(|earlier, later| earlier.name == later.name);
    all.reverse();
    collected
}

fn collect(chart: &Instance, values: Map, shared: &Shared, all: &mut Collected) -> Map {
    let subcharts = Map::default();
    let scope = Map::default();
    scope.insert(
        "Chart",
        metadata::chart(shared.helm, &chart.metadata, chart.is_root),
    );
    scope.insert("Files", files::files(&chart.chart.files, &shared.unread));
    scope.insert("Release", shared.release.clone());
    scope.insert("Capabilities", shared.capabilities.clone());
    scope.insert("Values", values.clone());
    scope.insert("Subcharts", subcharts.clone());
    let values_type = types(shared.helm).values;
    for child in &chart.dependencies {
        let child_values = subchart_values(&values, child.name(), values_type);
        let child_values = child_values.unwrap_or_else(|| Map::new(values_type));
        let child_scope = collect(child, child_values, shared, all);
        subcharts.insert(child.name(), child_scope);
    }
    let base_path: Arc<str> = join(&chart.full_path, "templates").into();
    for file in &chart.chart.templates {
        let template = Template {
            name: join(&chart.full_path, &file.name).into(),
            base_path: Arc::clone(&base_path),
            file: file.clone(),
            scope: scope.clone(),
        };
        if !chart.is_library() || template.is_partial() {
            all.templates.push(template);
        }
    }
    all.jinja.extend(jinja::folder(chart, &scope));
    scope
}

/// The map `.Release`, one for all charts.
pub(crate) fn release(release: &crate::Release) -> Value {
    let map = Map::new(ty::MAP);
    map.insert("Name", Value::from(release.name.as_str()));
    map.insert("Namespace", Value::from(release.namespace.as_str()));
    map.insert("IsUpgrade", Value::Bool(release.is_upgrade));
    map.insert("IsInstall", Value::Bool(!release.is_upgrade));
    map.insert("Revision", Value::int(1));
    map.insert("Service", Value::from("Helm"));
    Value::Map(map)
}

/// Go's `path.Join`: with a slash, and cleaned.
fn join(parent: &str, name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in parent.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_joined_as_paths() {
        assert_eq!(join("app", "templates/a.yaml"), "app/templates/a.yaml");
        assert_eq!(
            join("app", "templates/./x//../a.yaml"),
            "app/templates/a.yaml"
        );
    }
}
