//! One generator: which kinds it has, its template, interpolation and selector.
//!
//! Follows `applicationset/generators`, foremost `Transform`.

use std::cell::RefCell;
use std::sync::Arc;

use evenkeel_diagnostics::{Diagnostic, FileId, Origin, Source, SourceKind, SourceMap};
use evenkeel_value::{Data, DataEntry};

use super::failure::{Failure, Stop, span};
use super::git::Files;
use super::leaf::{Dot, Leaves, lossy};
use super::params::{Param, Params, Typed};
use super::plan::{LeafError, Plan};
use super::selector::Selector;
use super::{Inputs, MAX_ELEMENTS, Opaque, clusters, git, list, matrix, merge, template};

/// The kinds of generators, in the order in which Argo CD looks at them.
const KINDS: &[(&str, Kind)] = &[
    ("list", Kind::List),
    ("clusters", Kind::Clusters),
    ("git", Kind::Git),
    (
        "scmProvider",
        Kind::Live("lists repositories of a source code host"),
    ),
    (
        "clusterDecisionResource",
        Kind::Live("reads an object of the cluster"),
    ),
    (
        "pullRequest",
        Kind::Live("lists pull requests of a source code host"),
    ),
    ("matrix", Kind::Matrix),
    ("merge", Kind::Merge),
    ("plugin", Kind::Live("calls a plugin")),
];

const EMPTY: &str = "ApplicationSet is empty";

#[derive(Clone, Copy)]
enum Kind {
    List,
    Clusters,
    Git,
    Matrix,
    Merge,
    /// Needs what is not in the repository.
    Live(&'static str),
}

/// The parameters of one future Application.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) params: Params,
    /// The generator elements that it was made from, outermost generator first.
    pub(super) origins: Vec<Origin>,
}

/// What one kind of a generator gives.
pub(super) struct Generation {
    pub(super) elements: Vec<Element>,
    /// The set's template with the generator's own laid over it.
    pub(super) template: Data,
}

/// What generators work with.
pub(super) struct Generators<'a> {
    pub(super) inputs: &'a Inputs<'a>,
    pub(super) sources: &'a SourceMap,
    pub(super) leaves: Leaves<'a>,
    pub(super) files: Files,
    /// What Argo CD only logs.
    pub(super) warnings: RefCell<Vec<Diagnostic>>,
}

impl Generators<'_> {
    /// The elements of a generator. `depth` says how many generators combine it: the second level of matrix and
    /// merge has plain generators only. `params` are those of the first generator of a matrix, which fill the
    /// templates in the second one.
    ///
    /// # Errors
    /// The generator's first error, in Argo CD's words.
    pub(super) fn transform(
        &self,
        generator: &Data,
        at: Origin,
        base: &Data,
        params: Option<&Params>,
        depth: u32,
    ) -> Result<Vec<Generation>, Stop> {
        let selector = present(generator, "selector")
            .map(|entry| Selector::new(&entry.value, false))
            .transpose()
            .map_err(|failure| failure.within("error parsing label selector: "))?;
        let interpolated = match params.filter(|params| !params.is_empty()) {
            Some(params) => &self.interpolate(generator, at, params)?,
            None => generator,
        };
        let mut out = Vec::new();
        for &(name, kind) in KINDS {
            let nested = matches!(kind, Kind::Matrix | Kind::Merge);
            let Some(own) = present(generator, name).filter(|_| !(nested && depth > 1)) else {
                continue;
            };
            // Nested combinations have no template of their own.
            let template = own.value.get("template").filter(|_| !(nested && depth > 0));
            let template = template::merged(template, base);
            let mut elements = match present(interpolated, name) {
                Some(entry) => self.generate(name, kind, entry, depth)?,
                None => Vec::new(),
            };
            if let Some(selector) = &selector {
                elements.retain(|element| selector.matches(&element.params));
            }
            if elements.len() > MAX_ELEMENTS {
                return Err(too_many(own.origin).into());
            }
            out.push(Generation { elements, template });
        }
        Ok(out)
    }

    fn generate(
        &self,
        name: &str,
        kind: Kind,
        entry: &DataEntry,
        depth: u32,
    ) -> Result<Vec<Element>, Stop> {
        match kind {
            Kind::List => Ok(list::elements(self, entry)?),
            Kind::Clusters => clusters::elements(self, entry),
            Kind::Git => git::elements(self, entry),
            Kind::Matrix => matrix::elements(self, entry, depth),
            Kind::Merge => merge::elements(self, entry, depth),
            Kind::Live(reason) => Err(Stop::Opaque(Opaque {
                what: format!("generator {name}"),
                reason: format!("it {reason}"),
                origin: entry.origin,
            })),
        }
    }

    /// `InterpolateGenerator`: every string of the generator is a template over the parameters.
    fn interpolate(&self, generator: &Data, at: Origin, params: &Params) -> Result<Data, Failure> {
        let mut errors = Vec::new();
        let plan = Plan::new(generator, &self.leaves);
        let data = plan.render(&self.leaves, &Dot::new(params), at, &mut errors);
        match errors.first() {
            Some(error) => {
                Err(Failure::leaf(error).within("failed to replace parameters in generator: "))
            }
            None => Ok(data),
        }
    }

    /// The elements of a generator within a matrix or merge (`getParams` of both).
    pub(super) fn nested(
        &self,
        generator: &Data,
        at: Origin,
        params: Option<&Params>,
        depth: u32,
    ) -> Result<Vec<Element>, Stop> {
        let generations = self
            .transform(generator, at, &Data::Null, params, depth + 1)
            .map_err(|stop| {
                stop.within("child generator returned an error on parameter generation: ")
            })?;
        let mut generations = generations.into_iter();
        match (generations.next(), generations.next()) {
            (Some(only), None) => Ok(only.elements),
            (None, _) => {
                let text = "child generator generated no parameters";
                Err(Failure::new(text, at).with_help(kinds_help()).into())
            }
            _ => {
                let text = "found more than one generator in matrix.Generators";
                Err(Failure::new(text, at).into())
            }
        }
    }

    /// `appendTemplatedValues`: the generator's `values`, themselves templates over the other parameters.
    pub(super) fn append_values(
        &self,
        generator: &Data,
        params: &mut Params,
    ) -> Result<(), Failure> {
        let Some(DataEntry {
            value: Data::Map(values),
            origin,
            ..
        }) = generator.entry("values")
        else {
            return Ok(());
        };
        let rendered = self.rendered_values(values, params).map_err(|failure| {
            failure.within(
                "failed to append templated values: failed to replace templated string: failed to \
                 replace templated string with rendered values: ",
            )
        })?;
        if !self.leaves.is_go() {
            for entry in rendered {
                params.set(Param {
                    name: [b"values.", entry.key.as_ref()].concat().into(),
                    value: Typed::Any(entry.value),
                    origin: entry.origin,
                });
            }
        } else if !rendered.is_empty() {
            let values = Typed::StringMap(Data::map(rendered));
            params.set(Param::new("values", values, *origin));
        }
        Ok(())
    }

    fn rendered_values(
        &self,
        values: &[DataEntry],
        params: &Params,
    ) -> Result<Vec<DataEntry>, Failure> {
        let dot = Dot::new(params);
        let render = |entry: &DataEntry| {
            let Data::Str(text) = &entry.value else {
                let text = format!("values.{} is not a string", lossy(&entry.key));
                return Err(Failure::new(text, entry.origin));
            };
            let out = self.leaves.execute(&self.leaves.leaf(text), &dot);
            let value = out.map_err(|error| {
                let origin = entry.origin;
                Failure::leaf(&LeafError { origin, error })
            })?;
            Ok(DataEntry {
                value: Data::Str(value),
                ..entry.clone()
            })
        };
        values.iter().map(render).collect()
    }

    /// Text of the set that is itself read as YAML, as a source of its own.
    pub(super) fn inline(&self, name: &str, text: &Arc<[u8]>, at: Origin) -> FileId {
        self.sources.add_source(Source {
            name: name.into(),
            content: Arc::clone(text),
            kind: SourceKind::Inline,
            parent: span(at),
        })
    }
}

/// The generators of a matrix or a merge.
pub(super) fn children(generator: &Data) -> Vec<(&Data, Origin)> {
    match generator.get("generators") {
        Some(Data::List(items)) => items
            .iter()
            .map(|item| (&item.value, item.origin))
            .collect(),
        _ => Vec::new(),
    }
}

/// A string field; absent and null are empty, as Go's zero value.
pub(super) fn text_field<'d>(data: &'d Data, name: &str) -> &'d str {
    data.get(name).and_then(Data::as_str).unwrap_or_default()
}

/// `ErrEmptyAppSetGenerator`.
pub(super) fn empty(at: Origin, help: &str) -> Failure {
    Failure::new(EMPTY, at).with_help(help)
}

pub(super) fn too_many(at: Origin) -> Failure {
    let text = format!("the generator gives more than {MAX_ELEMENTS} elements");
    Failure::of(super::failure::LIMIT, text, at)
}

/// What a generator may be.
pub(super) fn kinds_help() -> String {
    let names: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
    format!("a generator has one of the keys {}", names.join(", "))
}

fn present<'d>(generator: &'d Data, name: &str) -> Option<&'d DataEntry> {
    generator.entry(name).filter(|e| e.value != Data::Null)
}
