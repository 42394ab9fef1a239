//! Which dependencies take part, and what they give their parents: Helm's `ProcessDependencies`.

use std::collections::BTreeSet;
use std::sync::Arc;

use evenkeel_chart::{Dependency, HelmVersion};
use evenkeel_diagnostics::{Code, Diagnostic, Origin};
use evenkeel_value::{Data, DataEntry, Map, Value, fmt};

use crate::coalesce::{Fault, Rules, coalesce};
use crate::graph::{Graph, NodeId, RequirementId};
use crate::tables::{at_path, coalesce_tables, deep_copy_map, lookup_table, lookup_value};

/// A condition or an import that comes to nothing.
const DEPENDENCY: Code = Code::new("values/dependency");

pub(crate) struct Process {
    pub(crate) graph: Graph,
    pub(crate) helm: HelmVersion,
    pub(crate) warnings: Vec<Diagnostic>,
}

impl Process {
    /// Drops what is switched off, of a chart and of all below it (`processDependencyEnabled`).
    ///
    /// `values` are those of the root, with the defaults of the charts on the way here put under them:
    /// conditions are paths from the root, and tags are the root's. They come as a copy of one's own,
    /// made only where there is a dependency to decide on.
    pub(crate) fn switch(
        &mut self,
        chart: NodeId,
        values: &dyn Fn() -> Map,
        path: &str,
    ) -> Result<(), Fault> {
        let Some(requirements) = self.graph.requirements(chart) else {
            return Ok(());
        };
        let children = self.named_children(chart, &requirements);
        self.graph.set_children(chart, children);
        let values = values();
        let rules = Rules {
            merge: false,
            helm: self.helm,
        };
        coalesce(&self.graph.tree(chart), &values, rules)?;
        let mut off: BTreeSet<Arc<str>> = BTreeSet::new();
        for &id in &requirements {
            let enabled = self.is_enabled(id, &values, path);
            let requirement = self.graph.requirement_mut(id);
            requirement.enabled = enabled;
            if !enabled {
                off.insert(Arc::clone(&requirement.name));
            }
        }
        let mut children = self.graph.children(chart);
        children.retain(|child| !off.contains(self.graph.name(*child)));
        for &child in &children {
            let path = format!("{path}{}.", self.graph.name(child));
            self.switch(child, &|| deep_copy_map(&values), &path)?;
        }
        let on: Vec<RequirementId> = requirements
            .into_iter()
            .filter(|id| !off.contains(&self.graph.requirement(*id).name))
            .collect();
        self.graph
            .set_requirements(chart, (!on.is_empty()).then_some(on));
        self.graph.set_children(chart, children);
        Ok(())
    }

    /// The charts that no requirement names, then one for each requirement, in the order of
    /// `Chart.yaml`. Requirements take on their aliases.
    fn named_children(&mut self, chart: NodeId, requirements: &[RequirementId]) -> Vec<NodeId> {
        let rule = self.helm.prereleases();
        let loaded = self.graph.children(chart);
        let unnamed = |child: &NodeId| {
            !requirements
                .iter()
                .any(|requirement| self.graph.satisfies(*child, *requirement, rule))
        };
        let mut children: Vec<NodeId> = loaded.iter().copied().filter(unnamed).collect();
        let copies = self.helm.copies_aliased_dependencies();
        for &id in requirements {
            let alias = Arc::clone(&self.graph.requirement(id).alias);
            if let Some(&found) = loaded
                .iter()
                .find(|child| self.graph.satisfies(**child, id, rule))
            {
                children.push(self.graph.alias(found, &alias, copies));
            }
            if !alias.is_empty() {
                self.graph.requirement_mut(id).name = alias;
            }
        }
        children
    }

    /// Tags first, then the first condition that names a bool.
    fn is_enabled(&mut self, id: RequirementId, values: &Map, path: &str) -> bool {
        let requirement = self.graph.requirement(id).clone();
        let by_tags = self.by_tags(&requirement, values);
        for condition in requirement
            .condition
            .trim()
            .split(',')
            .filter(|c| !c.is_empty())
        {
            match lookup_value(values, &format!("{path}{condition}")) {
                None => {}
                Some(Value::Bool(enabled)) => return enabled,
                Some(_) => {
                    let name = &requirement.name;
                    self.warn(format!(
                        "Condition path '{condition}' for chart {name} returned non-bool value"
                    ));
                }
            }
        }
        by_tags
    }

    /// On, but for tags that are all false.
    fn by_tags(&mut self, requirement: &Dependency, values: &Map) -> bool {
        let Some(tags) = lookup_table(values, "tags") else {
            return true;
        };
        let (mut any_true, mut any_false) = (false, false);
        for tag in requirement.tags.iter().flatten() {
            match tags.get(tag.as_bytes()) {
                None => {}
                Some(Value::Bool(true)) => any_true = true,
                Some(Value::Bool(false)) => any_false = true,
                Some(_) => {
                    let name = &requirement.name;
                    self.warn(format!(
                        "Tag '{tag}' for chart {name} returned non-bool value"
                    ));
                }
            }
        }
        any_true || !any_false
    }

    /// Takes what import-values names out of the sub-charts, deepest charts first
    /// (`processDependencyImportValues`).
    pub(crate) fn import(&mut self, chart: NodeId) -> Result<(), Fault> {
        for child in self.graph.children(chart) {
            self.import(child)?;
        }
        let Some(requirements) = self.graph.requirements(chart) else {
            return Ok(());
        };
        let values = Map::default();
        let rules = Rules {
            merge: true,
            helm: self.helm,
        };
        coalesce(&self.graph.tree(chart), &values, rules)?;
        let imported = Map::default();
        for id in requirements {
            self.import_from(id, &values, &imported)?;
        }
        // Merging the imports may have tied parts of `values` to one another; a copy is free of that.
        let values = deep_copy_map(&values);
        coalesce_tables(&values, &imported, rules);
        self.graph.set_values(chart, values);
        Ok(())
    }

    fn import_from(
        &mut self,
        id: RequirementId,
        values: &Map,
        imported: &Map,
    ) -> Result<(), Fault> {
        let rules = Rules {
            merge: true,
            helm: self.helm,
        };
        let name = Arc::clone(&self.graph.requirement(id).name);
        let mut pairs = Vec::new();
        for import in self.graph.take_imports(id) {
            let (child, parent) = match &import {
                Data::Map(_) => (self.path(&import, "child")?, self.path(&import, "parent")?),
                Data::Str(name) => {
                    let name = String::from_utf8_lossy(name);
                    (format!("exports.{name}"), ".".to_owned())
                }
                _ => continue,
            };
            match lookup_table(values, &format!("{name}.{child}")) {
                Some(table) => {
                    // Go replaces an empty map by another one here, so nothing is shared.
                    let table = if table.is_empty() {
                        Map::default()
                    } else {
                        table
                    };
                    coalesce_tables(imported, &at_path(&parent, table), rules);
                }
                None => {
                    self.warn(format!(
                        "ImportValues missing table from chart {name}: {child}"
                    ));
                }
            }
            pairs.push(pair(&child, &parent));
        }
        self.graph.set_imported(id, pairs);
        Ok(())
    }

    /// One of the two paths of an import, whatever its type (`fmt.Sprintf("%v", …)`).
    fn path(&self, import: &Data, key: &'static str) -> Result<String, Fault> {
        let path = import.get(key).map_or(Value::Nil, Data::to_value);
        if !self.helm.prints_import_paths() && !matches!(path, Value::Str(_)) {
            return Err(Fault::ImportPath { key });
        }
        Ok(String::from_utf8_lossy(&fmt::sprint(&path)).into_owned())
    }

    fn warn(&mut self, text: String) {
        let native = format!("Warning: {text}");
        self.warnings
            .push(Diagnostic::warning(DEPENDENCY, text).with_native(native));
    }
}

/// What Helm leaves in place of an import that it has understood.
fn pair(child: &str, parent: &str) -> Data {
    let entry = |key: &str, value: &str| DataEntry {
        key: Arc::from(key.as_bytes()),
        value: Data::str(value),
        origin: Origin::NONE,
    };
    Data::Map(Arc::from([entry("child", child), entry("parent", parent)]))
}
