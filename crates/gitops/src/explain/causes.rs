//! What a statement's result was made of.

use std::collections::HashSet;
use std::sync::Arc;

use evenkeel_diagnostics::{FrameId, FrameKind, Origin, SourceKind, Span};
use evenkeel_renderer::{Chart, Read};
use evenkeel_value::Data;
use evenkeel_values_merger::{LayerKind, Opinion, Speaker, explain};

use super::{Cause, Explanation, Layer, Question};
use crate::application::span_of;
use crate::{FieldPath, Step, path_to};

/// Causes that one statement may have.
const MAX_CAUSES: usize = 64;

impl Question<'_> {
    /// Adds the causes of what the statement of a frame wrote. `below` leads from what it printed to the field.
    pub(super) fn add_causes(
        &self,
        frame: FrameId,
        below: &FieldPath,
        explanation: &mut Explanation,
    ) {
        let mut causes = Vec::new();
        self.resolve(frame, below, &mut HashSet::new(), &mut causes);
        if causes.iter().all(|cause| cause.path.is_none()) {
            // The result was made by templates that it called.
            let mut inner = Vec::new();
            for frame in self.traced.within(frame).into_iter().skip(1) {
                self.resolve(frame, below, &mut HashSet::new(), &mut inner);
            }
            if inner.iter().any(|cause| cause.path.is_some()) {
                causes.extend(inner);
            }
        }
        // Where the field is a part of what was printed, what has no such part is not where it comes from.
        if !below.0.is_empty() && causes.iter().any(|cause| ends_with(cause, below)) {
            causes.retain(|cause| ends_with(cause, below));
        }
        for cause in causes {
            if explanation.causes.len() < MAX_CAUSES && !explanation.causes.contains(&cause) {
                explanation.causes.push(cause);
            }
        }
    }

    /// The reads of a frame, each led back to values.
    pub(super) fn resolve(
        &self,
        frame: FrameId,
        below: &FieldPath,
        seen: &mut HashSet<FrameId>,
        causes: &mut Vec<Cause>,
    ) {
        if !seen.insert(frame) || causes.len() > MAX_CAUSES {
            return;
        }
        for read in self.traced.reads().of(frame) {
            if let Some(cause) = self.cause(frame, read, below) {
                if !causes.contains(&cause) {
                    causes.push(cause);
                }
            } else if let Some(base) = read.base {
                self.resolve_base(base, below, seen, causes);
            }
        }
    }

    /// What gave the value that was read from: an assignment, a block, or the call of the template.
    fn resolve_base(
        &self,
        base: FrameId,
        below: &FieldPath,
        seen: &mut HashSet<FrameId>,
        causes: &mut Vec<Cause>,
    ) {
        let Some(frame) = self.traced.frames.get(base) else {
            return;
        };
        match frame.kind {
            FrameKind::Turn => {
                self.resolve(base, below, seen, causes);
                // A number or a made-up list: what the loop ran over.
                if let Some(parent) = frame.parent
                    && causes.is_empty()
                {
                    self.resolve(parent, below, seen, causes);
                }
            }
            kind if kind.is_call() => {
                if let Some(parent) = frame.parent {
                    self.resolve(parent, below, seen, causes);
                }
            }
            _ => self.resolve(base, below, seen, causes),
        }
    }

    /// The cause that a read is by itself; `None` if what it read from has to tell.
    fn cause(&self, frame: FrameId, read: &Read, below: &FieldPath) -> Option<Cause> {
        if read.origin != Origin::NONE
            && let Some(path) = self.traced.path_of(read.origin, &read.name)
        {
            let path = match read.found {
                true => self.extended(path, below),
                false => missing(path, &read.name),
            };
            return Some(self.value_cause(&read.name, path, read.found));
        }
        if let Some(cause) = self.built_in(frame, &read.name) {
            return Some(cause);
        }
        if let Some(cause) = self.file(frame, read) {
            return Some(cause);
        }
        let values = read
            .name
            .strip_prefix('$')
            .unwrap_or(&read.name)
            .strip_prefix(".Values.")?;
        // Nothing has a place that says nothing.
        let is_missing = !read.found && !values.contains(['(', ' ']);
        is_missing.then(|| {
            let path = FieldPath::of_keys(values.split('.'));
            self.value_cause(&read.name, path, false)
        })
    }

    /// The path of what was printed, followed down to the field as far as it goes.
    fn extended(&self, path: &FieldPath, below: &FieldPath) -> FieldPath {
        let mut longest = path.clone();
        let mut at = path.clone();
        for step in &below.0 {
            at = at.join(step.clone());
            if at.get(&self.traced.trace.values).is_none() {
                return longest;
            }
            longest = at.clone();
        }
        longest
    }

    fn value_cause(&self, name: &str, path: FieldPath, found: bool) -> Cause {
        Cause {
            name: name.to_owned(),
            layers: self.layers(&path),
            path: Some(path),
            found,
            note: None,
        }
    }

    /// All layers that say something about a path of the root's values.
    pub(super) fn layers(&self, path: &FieldPath) -> Vec<Layer> {
        let helm = &self.traced.helm;
        let version = helm.request.helm;
        let Some(root) = self.traced.root() else {
            return Vec::new();
        };
        let keys: Vec<String> = path
            .0
            .iter()
            .map(|step| match step {
                Step::Key(key) | Step::Named(key) => key.clone(),
                Step::Index(index) => index.to_string(),
            })
            .collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        explain(root, &helm.values, &keys, version)
            .into_iter()
            .map(|opinion| self.layer(opinion, path.0.last()))
            .collect()
    }

    /// What an opinion says of the value whose path ends with `last`.
    fn layer(&self, opinion: Opinion, last: Option<&Step>) -> Layer {
        let Opinion {
            speaker,
            origin,
            value,
        } = opinion;
        let (hop, field) = self.hop(origin, last);
        let what = match (&speaker, &field) {
            (_, Some(field)) => field.clone(),
            (Speaker::Chart(name), _) => match name.rsplit_once('/') {
                Some((_, sub)) => format!("default of the sub-chart {sub}"),
                None => "chart default".to_owned(),
            },
            (Speaker::User(LayerKind::File), _) => "values file".to_owned(),
            (Speaker::User(kind), _) => kind.flag().to_owned(),
        };
        Layer {
            what,
            span: match hop {
                Some(_) => Span::NONE,
                None => span_of(origin),
            },
            value,
            hop,
        }
    }

    /// Where the Application got a value from, if it is the Application that holds it, and the name of its
    /// field.
    fn hop(
        &self,
        origin: Origin,
        last: Option<&Step>,
    ) -> (Option<Box<Explanation>>, Option<String>) {
        let Some(field) = self.application_field(origin, last) else {
            return (None, None);
        };
        let name = self.field_name(&field);
        let hop = self.explainer.declared(self.app, &field, self.hops);
        (hop.map(Box::new), Some(name))
    }

    /// The field of the Application that a place of the values lies in.
    fn application_field(&self, origin: Origin, last: Option<&Step>) -> Option<FieldPath> {
        let data = self.app().data()?;
        let mut fields = self.traced.helm.fields.iter();
        if let Some((_, field)) = fields.find(|(file, _)| *file == origin.file) {
            return Some(field.clone());
        }
        if let Some(field) = path_to(data, origin, last) {
            return Some(field);
        }
        // The text of `helm.values`.
        let source = self.explainer.environment.sources.get(origin.file)?;
        let within = source.kind == SourceKind::Inline && source.parent.file.is_some();
        let parent = Origin::new(source.parent.file, source.parent.start);
        let values = Step::Key("values".to_owned());
        within.then(|| path_to(data, parent, Some(&values)))?
    }

    /// `parameter baseDomain` of `spec.source.helm.parameters[1].value`.
    fn field_name(&self, field: &FieldPath) -> String {
        let data = self.app().data();
        let parameter = field.0.split_last().and_then(|(_, above)| {
            let name = FieldPath(above.to_vec()).join(Step::Key("name".to_owned()));
            name.get(data?)?.as_str().map(str::to_owned)
        });
        let is = |key: &str| {
            field
                .0
                .iter()
                .any(|step| matches!(step, Step::Key(k) if k == key))
        };
        match parameter {
            Some(name) if is("parameters") => format!("parameter {name}"),
            Some(name) if is("fileParameters") => format!("file parameter {name}"),
            _ if is("valuesObject") => "valuesObject of the Application".to_owned(),
            _ if is("values") => "values of the Application".to_owned(),
            _ => field.to_string(),
        }
    }

    /// What Helm itself provides.
    fn built_in(&self, frame: FrameId, name: &str) -> Option<Cause> {
        let name = name.strip_prefix('$').unwrap_or(name);
        let (object, field) = name.strip_prefix('.')?.split_once('.')?;
        let application = |keys: &[&str], what: &str| {
            let field = FieldPath::of_keys(keys.iter().copied());
            let app = self.app();
            let value = app.data().and_then(|data| field.get(data)).cloned();
            let hop = value
                .is_some()
                .then(|| self.explainer.declared(self.app, &field, self.hops))
                .flatten();
            Layer {
                what: what.to_owned(),
                span: Span::NONE,
                value: value.unwrap_or_default(),
                hop: hop.map(Box::new),
            }
        };
        let (note, layers) = match (object, field) {
            ("Release", "Name") => self.release_name(&application),
            ("Release", "Namespace") => (
                "the release's namespace",
                vec![application(
                    &["spec", "destination", "namespace"],
                    "destination.namespace of the Application",
                )],
            ),
            ("Release", _) => ("of the release", Vec::new()),
            ("Chart", _) => (
                "Chart.yaml",
                vec![self.chart_yaml(self.chart(frame), field)],
            ),
            ("Capabilities", _) => ("what the environment declares of its cluster", Vec::new()),
            ("Template", _) => ("the template's own path", Vec::new()),
            ("Files", _) => ("a file of the chart", Vec::new()),
            _ => return None,
        };
        Some(Cause {
            name: name.to_owned(),
            path: None,
            found: true,
            note: Some(note.to_owned()),
            layers,
        })
    }

    fn release_name(
        &self,
        application: &dyn Fn(&[&str], &str) -> Layer,
    ) -> (&'static str, Vec<Layer>) {
        let named = application(
            &["spec", "source", "helm", "releaseName"],
            "releaseName of the Application",
        );
        if named.value != Data::Null {
            return ("the release's name", vec![named]);
        }
        let name = application(&["metadata", "name"], "name of the Application");
        ("the release's name", vec![name])
    }

    /// The file of the chart that a method of `.Files` was asked for. Its entries have no place among the values, and
    /// are called by their paths.
    fn file(&self, frame: FrameId, read: &Read) -> Option<Cause> {
        if !read.found || read.origin != Origin::NONE || read.base.is_some() {
            return None;
        }
        let chart = self.chart(frame);
        let mut files = chart.files.iter();
        let file = files.find(|file| *file.name == *read.name)?;
        let text = file.data().ok()?;
        let sources = &self.explainer.environment.sources;
        // Beside the chart's own file; nobody had to point into it before.
        let directory = sources.get(chart.metadata_file);
        let directory = directory.as_ref().and_then(|at| at.name.rsplit_once('/'));
        let path = match directory {
            Some((directory, _)) => format!("{directory}/{}", file.name),
            None => file.name.to_string(),
        };
        let id = sources.add(path, Arc::clone(text), SourceKind::File);
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let layer = Layer {
            what: "file of the chart".to_owned(),
            span: Span::new(id, 0, end),
            value: Data::Str(Arc::clone(text)),
            hop: None,
        };
        Some(Cause {
            name: read.name.clone(),
            path: None,
            found: true,
            note: None,
            layers: vec![layer],
        })
    }

    /// The chart whose template was executed: `.Chart` is its.
    fn chart(&self, frame: FrameId) -> &Chart {
        let mut chart = &*self.traced.helm.chart;
        let outermost = self.traced.frames.chain(frame).last();
        let path = outermost.map_or("", |frame| &*frame.name);
        for name in path.split("/charts/").skip(1) {
            let name = name.split('/').next().unwrap_or(name);
            let mut inner = chart.dependencies.iter();
            match inner.find(|inner| *inner.name() == *name) {
                Some(inner) => chart = inner,
                None => break,
            }
        }
        chart
    }

    fn chart_yaml(&self, chart: &Chart, field: &str) -> Layer {
        let value = match field {
            "Name" => Data::str(chart.name()),
            "Version" => Data::str(&chart.metadata.version),
            "AppVersion" => Data::str(&chart.metadata.app_version),
            _ => Data::Null,
        };
        Layer {
            what: "Chart.yaml".to_owned(),
            span: self.key_in_chart_yaml(chart, field),
            value,
            hop: None,
        }
    }

    /// The line of `Chart.yaml` that a field of `.Chart` comes from; its first byte if none does.
    fn key_in_chart_yaml(&self, chart: &Chart, field: &str) -> Span {
        let file = chart.metadata_file;
        let Some(source) = self.explainer.environment.sources.get(file) else {
            return Span::NONE;
        };
        let mut key = field.to_owned();
        if let Some(first) = key.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        let data = evenkeel_yaml::decode(&source.content, file).unwrap_or_default();
        let offset = data.entry(&key).map_or(0, |entry| entry.origin.offset);
        Span::new(file, offset, offset + 1)
    }
}

/// The path that a template asked for and that nobody has set, as far as its words tell: the map that lacks it, and
/// the last word.
fn missing(map: &FieldPath, name: &str) -> FieldPath {
    match name.rsplit_once('.') {
        Some((_, key)) if !key.is_empty() => map.join(Step::Key(key.to_owned())),
        _ => map.join(Step::Key(name.to_owned())),
    }
}

fn ends_with(cause: &Cause, below: &FieldPath) -> bool {
    cause
        .path
        .as_ref()
        .is_some_and(|path| path.0.ends_with(&below.0))
}
