//! Where a field comes from: the template line that wrote it, the conditions around it, the values that it was
//! made of, and every Application that handed those on.
//!
//! An [`Explainer`] renders what it is asked about once more with the read log on. Nothing is guessed from texts:
//! the document's segments name the statements, the log says what they read, origins lead to the values' lines.

mod causes;
mod generated;
mod locate;
mod traced;
mod writers;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use evenkeel_diagnostics::{FrameKind, Span};
use evenkeel_renderer::{RenderHost, Renderer, side_by_side};
use evenkeel_value::Data;

use crate::FieldPath;
use crate::{App, Declaration, Environment, Object, SourceRender};
use traced::Traced;

/// Applications that hand a value on to one another; more is a cycle.
const MAX_HOPS: usize = 16;

/// Characters of a template that are shown.
const MAX_EXCERPT: usize = 72;

/// Why a field is what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The Application whose object it is; at the root the release.
    pub app: String,
    /// `Kind/name`.
    pub object: String,
    /// The field; empty for the whole object.
    pub field: FieldPath,
    /// Its value.
    pub value: Data,
    /// What wrote it, in the order of the text.
    pub writers: Vec<Writer>,
    /// What had to hold for it to be there, outermost first.
    pub conditions: Vec<Condition>,
    /// What it was made of.
    pub causes: Vec<Cause>,
}

/// A part of a template, or of a plain file, that wrote a field or a part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Writer {
    /// Where it stands; none where Argo CD or the renderer adds the field.
    pub span: Span,
    /// Its text, or who adds the field.
    pub text: String,
    /// Whether it is text that is there as it is, rather than an action.
    pub is_literal: bool,
    /// The templates that were running, innermost first.
    pub calls: Vec<Call>,
}

/// A template that was running.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Its name.
    pub name: String,
    /// How it was entered.
    pub kind: FrameKind,
    /// Where it was called.
    pub span: Span,
}

/// An `if`, a `with` or a `range` around what was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Where it stands.
    pub span: Span,
    /// Its first line, such as `if .Values.route.enabled`.
    pub text: String,
    /// Whether it held; if not, its `else` is what was written.
    pub held: bool,
    /// What it read.
    pub causes: Vec<Cause>,
}

/// A value that a statement read.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// What the template calls it, such as `.Values.route.host`.
    pub name: String,
    /// Its path below `.Values` of the root chart, where it is there.
    pub path: Option<FieldPath>,
    /// Whether there was such a value.
    pub found: bool,
    /// What is known of it besides, such as `the Application's destination.namespace`.
    pub note: Option<String>,
    /// All layers that say something about it, the winning one first.
    pub layers: Vec<Layer>,
}

/// What one layer of values says.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Which layer it is: `chart default`, `values file`, `parameter`, …
    pub what: String,
    /// Where it says so; none of what the program made.
    pub span: Span,
    /// What it says.
    pub value: Data,
    /// Where the Application got it from.
    pub hop: Option<Box<Explanation>>,
}

/// A source that was traced; `None` if it is no chart.
type Known = Option<Rc<Traced>>;

/// Answers questions about one environment. Renders each source at most once more.
pub struct Explainer<'a> {
    environment: &'a Environment,
    renderer: &'a Renderer,
    traced: RefCell<HashMap<(usize, usize), Known>>,
    /// Objects that were asked about, by Application and place: there may be a question for each of their fields.
    data: RefCell<HashMap<(usize, usize), Data>>,
}

impl<'a> Explainer<'a> {
    /// An explainer of an environment that `renderer` has rendered.
    pub fn new(environment: &'a Environment, renderer: &'a Renderer) -> Explainer<'a> {
        Explainer {
            environment,
            renderer,
            traced: RefCell::default(),
            data: RefCell::default(),
        }
    }

    /// Explains a field of an object (an index into the Application's objects); the empty path means the whole
    /// object. `None` if the object has no such field.
    pub fn explain(&self, app: usize, object: usize, field: &FieldPath) -> Option<Explanation> {
        self.explain_within(app, object, field, MAX_HOPS)
    }

    /// What wrote a part of a field: where the part begins. `None` where the field's text does not hold it as it is,
    /// in comments apart, and of what no chart renders.
    pub fn writer_of(
        &self,
        app: usize,
        object: usize,
        field: &FieldPath,
        part: &str,
    ) -> Option<Writer> {
        let object = self.environment.apps.get(app)?.objects.get(object)?;
        let place = locate::place(object, &field.resolve(&object.data())?)?;
        let traced = self.traced(app, object.source)?;
        self.question(app, &traced, MAX_HOPS)
            .part(object, &place, part)
    }

    /// The file that an object comes from whose text nobody here wrote: that of Kustomize.
    pub fn kustomization(&self, app: usize, object: usize) -> Option<Span> {
        let entry = self.environment.apps.get(app)?;
        let source = entry.objects.get(object)?.source;
        let file = entry.sources.get(source)?.kustomization?;
        Some(Span::new(file, 0, 0))
    }

    /// All layers that say something about a value of the chart that is a source of an Application, the winning one
    /// first. `path` leads there below `.Values`.
    pub fn layers(&self, app: usize, source: usize, path: &FieldPath) -> Vec<Layer> {
        let traced = self.traced(app, source);
        traced.map_or_else(Vec::new, |traced| {
            self.question(app, &traced, MAX_HOPS).layers(path)
        })
    }

    /// What the chart that is a source of an Application has as a value, all layers merged, before its templates ran.
    /// `path` leads there below `.Values`. `None` where there is none.
    pub fn value(&self, app: usize, source: usize, path: &FieldPath) -> Option<Data> {
        let traced = self.traced(app, source)?;
        path.get(&traced.trace.values).cloned()
    }

    fn question<'q>(&'q self, app: usize, traced: &'q Traced, hops: usize) -> Question<'q> {
        Question {
            explainer: self,
            app,
            traced,
            hops,
        }
    }

    fn explain_within(
        &self,
        app_index: usize,
        object_index: usize,
        field: &FieldPath,
        hops: usize,
    ) -> Option<Explanation> {
        let app = self.environment.apps.get(app_index)?;
        let object = app.objects.get(object_index)?;
        let data = self.data(app_index, object_index, object);
        if object.namespace_injected && *field == namespace_field() {
            return self.injected(app_index, object, hops);
        }
        let field = field.resolve(&data)?;
        let mut explanation = Explanation {
            app: app.name.clone(),
            object: object.short_name(),
            value: field.get(&data)?.clone(),
            writers: Vec::new(),
            conditions: Vec::new(),
            causes: Vec::new(),
            field: field.clone(),
        };
        let place = locate::place(object, &field)?;
        match self.traced(app_index, object.source) {
            Some(traced) if traced.twin(&object.document).is_some() => {
                let question = self.question(app_index, &traced, hops);
                question.answer(object, &place, &mut explanation);
            }
            // No template has rendered what stands in `crds/` of a chart.
            _ => writers::plain(self, app, object, &place, &mut explanation),
        }
        if field.0.is_empty() {
            explanation.causes.extend(self.existence(app_index, hops));
        }
        Some(explanation)
    }

    fn data(&self, app: usize, place: usize, object: &Object) -> Data {
        let mut known = self.data.borrow_mut();
        known
            .entry((app, place))
            .or_insert_with(|| object.data())
            .clone()
    }

    /// Why the Application is there that an object belongs to.
    fn existence(&self, app: usize, hops: usize) -> Option<Cause> {
        let entry = self.environment.apps.get(app)?;
        let name = FieldPath::of_keys(["metadata", "name"]);
        let hop = self.declared(app, &name, hops)?;
        Some(Cause {
            name: format!("Application {}", entry.name),
            path: None,
            found: true,
            note: Some("which deploys it".to_owned()),
            layers: vec![Layer {
                what: "name of the Application".to_owned(),
                span: Span::NONE,
                value: hop.value.clone(),
                hop: Some(Box::new(hop)),
            }],
        })
    }

    /// A namespace that Argo CD adds.
    fn injected(&self, app: usize, object: &Object, hops: usize) -> Option<Explanation> {
        let entry = self.environment.apps.get(app)?;
        let field = FieldPath::of_keys(["spec", "destination", "namespace"]);
        let value = Data::str(&object.identity.namespace);
        let hop = self.declared(app, &field, hops);
        let layer = Layer {
            what: match entry.declaration {
                Declaration::Root => "namespace of the root".to_owned(),
                _ => "destination.namespace of the Application".to_owned(),
            },
            span: Span::NONE,
            value: value.clone(),
            hop: hop.map(Box::new),
        };
        Some(Explanation {
            app: entry.name.clone(),
            object: object.short_name(),
            field: namespace_field(),
            value,
            writers: vec![Writer {
                span: Span::NONE,
                text: "Argo CD adds the destination's namespace, as the manifest names none"
                    .to_owned(),
                is_literal: true,
                calls: Vec::new(),
            }],
            conditions: Vec::new(),
            causes: vec![Cause {
                name: "destination.namespace".to_owned(),
                path: None,
                found: true,
                note: None,
                layers: vec![layer],
            }],
        })
    }

    /// Explains a field of the object that an Application is.
    fn declared(&self, app: usize, field: &FieldPath, hops: usize) -> Option<Explanation> {
        let hops = hops.checked_sub(1)?;
        let entry = self.environment.apps.get(app)?;
        let parent = entry.parent?;
        match &entry.declaration {
            Declaration::Root => None,
            Declaration::Object { object, .. } => self.explain_within(parent, *object, field, hops),
            Declaration::Generated {
                object,
                generated,
                style,
            } => self.explain_generated(parent, *object, generated, *style, field, hops),
        }
    }

    /// Renders sources again that will be asked about, side by side: indexes of Applications and of their sources. What
    /// is not among them is rendered when it is asked about.
    pub fn prepare(&self, sources: &[(usize, usize)]) {
        let wanted: Vec<((usize, usize), &SourceRender)> = sources
            .iter()
            .filter(|at| !self.traced.borrow().contains_key(at))
            .filter_map(|at| Some((*at, self.environment.apps.get(at.0)?.sources.get(at.1)?)))
            .collect();
        let renderer = self.renderer;
        let rendered = side_by_side(&wanted, |(_, source)| Traced::render(source, renderer));
        let mut known = self.traced.borrow_mut();
        for ((at, source), rendered) in wanted.into_iter().zip(rendered) {
            let made = rendered.and_then(|rendered| Traced::of(source, rendered));
            known.insert(at, made.map(Rc::new));
        }
    }

    /// The source of an Application, rendered with the read log on.
    fn traced(&self, app: usize, source: usize) -> Option<Rc<Traced>> {
        if let Some(known) = self.traced.borrow().get(&(app, source)) {
            return known.clone();
        }
        let made = self.environment.apps.get(app).and_then(|app| {
            let source = app.sources.get(source)?;
            Traced::new(source, self.renderer).map(Rc::new)
        });
        self.traced.borrow_mut().insert((app, source), made.clone());
        made
    }

    /// A host for the strings of ApplicationSets.
    fn host(&self) -> RenderHost {
        RenderHost::new(Default::default(), Some(0))
    }

    /// The text of a span, on one line and not too long.
    fn excerpt(&self, span: Span) -> String {
        let Some(source) = self.environment.sources.get(span.file) else {
            return String::new();
        };
        let bytes = source
            .content
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default();
        let text = String::from_utf8_lossy(bytes);
        let line = text.trim_start().lines().next().unwrap_or_default();
        shortened(line.trim_end())
    }
}

/// A line that is not too long to be read beside its place.
fn shortened(line: &str) -> String {
    match line.char_indices().nth(MAX_EXCERPT) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

/// A question about a field of a source that is traced.
struct Question<'a> {
    explainer: &'a Explainer<'a>,
    app: usize,
    traced: &'a Traced,
    hops: usize,
}

impl Question<'_> {
    fn app(&self) -> &App {
        &self.explainer.environment.apps[self.app]
    }
}

fn namespace_field() -> FieldPath {
    FieldPath::of_keys(["metadata", "namespace"])
}
