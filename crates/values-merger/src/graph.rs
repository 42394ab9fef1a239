//! Charts while dependencies are processed.
//!
//! Helm changes the loaded charts in place, through pointers that aliases share: a second alias of a
//! chart sees what the first has done to their common parts, in ways that differ between Helm 3 and 4.
//! So the shape of Helm's pointers is kept: nodes, metadata and requirements each have an identity.

use std::rc::Rc;
use std::sync::Arc;

use evenkeel_chart::{Chart, Dependency, Metadata};
use evenkeel_semver::{Prereleases, is_compatible_as};
use evenkeel_value::{Data, Map};

use crate::coalesce::{Tree, own_map};
use crate::instance::{Defaults, Instance};
use crate::tables::deep_copy_map;

/// All nodes, metadata and requirements of one processing; nothing is ever removed.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    metadata: Vec<Meta>,
    requirements: Vec<Requirement>,
}

/// Helm's `chart.Dependency`.
#[derive(Debug, Clone)]
struct Requirement {
    dependency: Dependency,
    /// Whether its import-values are in the form that importing leaves behind. Helm does not understand
    /// that form itself, where aliases share a requirement and it comes to it again.
    imported: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NodeId(usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct MetaId(usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequirementId(usize);

/// Helm's `chart.Chart`.
#[derive(Debug, Clone)]
struct Node {
    chart: Arc<Chart>,
    metadata: MetaId,
    values: Defaults,
    parent: Option<NodeId>,
    children: Vec<NodeId>,
}

/// Helm's `chart.Metadata`, as far as it changes.
#[derive(Debug, Clone)]
struct Meta {
    loaded: Arc<Metadata>,
    name: Arc<str>,
    requirements: Option<Vec<RequirementId>>,
}

impl Graph {
    /// Adds a chart and all charts within it.
    pub(crate) fn add(&mut self, chart: &Arc<Chart>, parent: Option<NodeId>) -> NodeId {
        let requirements = chart.metadata.dependencies.as_ref().map(|list| {
            let first = self.requirements.len();
            let requirement = |dependency: &Dependency| Requirement {
                dependency: dependency.clone(),
                imported: false,
            };
            self.requirements.extend(list.iter().map(requirement));
            (first..self.requirements.len())
                .map(RequirementId)
                .collect()
        });
        let metadata = MetaId(self.metadata.len());
        self.metadata.push(Meta {
            loaded: Arc::clone(&chart.metadata),
            name: Arc::clone(&chart.metadata.name),
            requirements,
        });
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node {
            chart: Arc::clone(chart),
            metadata,
            values: Defaults::Chart(chart.values.clone()),
            parent,
            children: Vec::new(),
        });
        let children = chart
            .dependencies
            .iter()
            .map(|inner| self.add(inner, Some(id)))
            .collect();
        self.nodes[id.0].children = children;
        id
    }

    pub(crate) fn name(&self, id: NodeId) -> &Arc<str> {
        &self.meta(id).name
    }

    pub(crate) fn children(&self, id: NodeId) -> Vec<NodeId> {
        self.nodes[id.0].children.clone()
    }

    /// Whether a chart is what a requirement means: its name, and a version that satisfies.
    pub(crate) fn satisfies(
        &self,
        id: NodeId,
        requirement: RequirementId,
        rule: Prereleases,
    ) -> bool {
        let wanted = self.requirement(requirement);
        let found = self.meta(id);
        found.name == wanted.name && is_compatible_as(&wanted.version, &found.loaded.version, rule)
    }

    pub(crate) fn requirements(&self, id: NodeId) -> Option<Vec<RequirementId>> {
        self.meta(id).requirements.clone()
    }

    pub(crate) fn set_requirements(&mut self, id: NodeId, list: Option<Vec<RequirementId>>) {
        let metadata = self.nodes[id.0].metadata;
        self.metadata[metadata.0].requirements = list;
    }

    pub(crate) fn requirement(&self, id: RequirementId) -> &Dependency {
        &self.requirements[id.0].dependency
    }

    pub(crate) fn requirement_mut(&mut self, id: RequirementId) -> &mut Dependency {
        &mut self.requirements[id.0].dependency
    }

    /// Takes the import-values that are still to be understood.
    pub(crate) fn take_imports(&mut self, id: RequirementId) -> Vec<Data> {
        let requirement = &mut self.requirements[id.0];
        let imports = requirement
            .dependency
            .import_values
            .take()
            .unwrap_or_default();
        if requirement.imported {
            Vec::new()
        } else {
            imports
        }
    }

    /// Puts back what is left of them.
    pub(crate) fn set_imported(&mut self, id: RequirementId, pairs: Vec<Data>) {
        let requirement = &mut self.requirements[id.0];
        requirement.imported = !pairs.is_empty();
        requirement.dependency.import_values = (!pairs.is_empty()).then_some(pairs);
    }

    pub(crate) fn set_values(&mut self, id: NodeId, values: Map) {
        self.nodes[id.0].values = Defaults::Imported(values);
    }

    /// `SetDependencies`: the children learn of their parent.
    pub(crate) fn set_children(&mut self, id: NodeId, children: Vec<NodeId>) {
        for child in &children {
            self.nodes[child.0].parent = Some(id);
        }
        self.nodes[id.0].children = children;
    }

    /// The copy of a chart that stands for a requirement, under its alias (`getAliasDependency`).
    ///
    /// Helm 4 (`copies`) copies what the copy would share: the requirements, and the children once.
    pub(crate) fn alias(&mut self, id: NodeId, alias: &Arc<str>, copies: bool) -> NodeId {
        let mut node = self.nodes[id.0].clone();
        let mut meta = self.metadata[node.metadata.0].clone();
        if !alias.is_empty() {
            meta.name = Arc::clone(alias);
        }
        if copies && let Some(list) = &mut meta.requirements {
            for requirement in list {
                let copy = self.requirements[requirement.0].clone();
                *requirement = RequirementId(self.requirements.len());
                self.requirements.push(copy);
            }
        }
        node.metadata = MetaId(self.metadata.len());
        self.metadata.push(meta);
        let copy = NodeId(self.nodes.len());
        let children = node.children.clone();
        self.nodes.push(node);
        if copies {
            let children = children.into_iter().map(|child| self.copy(child)).collect();
            self.set_children(copy, children);
        }
        copy
    }

    /// A copy that shares its metadata and children.
    fn copy(&mut self, id: NodeId) -> NodeId {
        let copy = NodeId(self.nodes.len());
        self.nodes.push(self.nodes[id.0].clone());
        copy
    }

    /// The chart as a tree for coalescing.
    pub(crate) fn tree(&self, id: NodeId) -> GraphTree<'_> {
        GraphTree { graph: self, id }
    }

    /// The chart as it is rendered.
    pub(crate) fn instance(&self, id: NodeId) -> Instance {
        let node = &self.nodes[id.0];
        Instance {
            chart: Arc::clone(&node.chart),
            metadata: self.processed_metadata(self.meta(id)),
            full_path: Rc::from(self.full_path(id)),
            is_root: node.parent.is_none(),
            dependencies: node
                .children
                .iter()
                .map(|child| self.instance(*child))
                .collect(),
            values: node.values.clone(),
            warnings: Vec::new(),
        }
    }

    fn processed_metadata(&self, meta: &Meta) -> Arc<Metadata> {
        if meta.loaded.dependencies.is_none() && meta.name == meta.loaded.name {
            return Arc::clone(&meta.loaded);
        }
        let list =
            |ids: &Vec<RequirementId>| ids.iter().map(|id| self.requirement(*id).clone()).collect();
        Arc::new(Metadata {
            name: Arc::clone(&meta.name),
            dependencies: meta.requirements.as_ref().map(list),
            ..(*meta.loaded).clone()
        })
    }

    /// `ChartFullPath`: through the parents as they were set last.
    fn full_path(&self, id: NodeId) -> String {
        let name = self.name(id);
        match self.nodes[id.0].parent {
            Some(parent) => format!("{}/charts/{name}", self.full_path(parent)),
            None => name.to_string(),
        }
    }

    fn meta(&self, id: NodeId) -> &Meta {
        &self.metadata[self.nodes[id.0].metadata.0]
    }
}

/// One chart of a [`Graph`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct GraphTree<'g> {
    graph: &'g Graph,
    id: NodeId,
}

impl Tree for GraphTree<'_> {
    fn name(&self) -> &str {
        self.graph.name(self.id)
    }

    fn defaults(&self) -> Map {
        self.graph.nodes[self.id.0].values.own()
    }

    fn children(&self) -> impl Iterator<Item = Self> {
        let graph = self.graph;
        graph.nodes[self.id.0]
            .children
            .iter()
            .map(|&id| GraphTree { graph, id })
    }
}

impl Defaults {
    /// The defaults as a map of one's own.
    pub(crate) fn own(&self) -> Map {
        match self {
            Defaults::Chart(data) => own_map(data),
            Defaults::Imported(map) => deep_copy_map(map),
        }
    }
}
