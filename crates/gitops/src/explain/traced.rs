//! A source rendered once more, with the read log on.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use evenkeel_diagnostics::{FrameArena, FrameId, FrameKind, Origin};
use evenkeel_manifest::{Document, each_place};
use evenkeel_renderer::{ReadLog, Rendered, Renderer, Request, Trace};
use evenkeel_values_merger::{Instance, process_dependencies};

use crate::{FieldPath, Step};
use crate::{HelmRender, SourceRender};

/// A traced render.
pub(super) struct Traced {
    pub(super) helm: Arc<HelmRender>,
    pub(super) frames: FrameArena,
    pub(super) trace: Trace,
    documents: Vec<Document>,
    /// Where in the values each place stands.
    places: HashMap<Origin, Vec<FieldPath>>,
    /// The frames within each frame.
    inner: HashMap<u32, Vec<FrameId>>,
    root: OnceCell<Option<Instance>>,
}

impl Traced {
    /// Renders a Helm source again; `None` of any other, and where it fails.
    pub(super) fn new(source: &SourceRender, renderer: &Renderer) -> Option<Traced> {
        let rendered = Traced::render(source, renderer)?;
        Traced::of(source, rendered)
    }

    /// The first half of [`Traced::new`], which may be done on any thread.
    pub(super) fn render(source: &SourceRender, renderer: &Renderer) -> Option<Rendered> {
        let helm = source.helm.as_ref()?;
        let request = Request {
            trace: true,
            // The values have been held against it when the environment was rendered.
            skip_schema_validation: true,
            // What is random need not be what it was; it has no cause in the values.
            seed: helm.request.seed.or(Some(0)),
            ..helm.request.clone()
        };
        renderer.render(&helm.chart, &helm.values, &request).ok()
    }

    /// The second half.
    pub(super) fn of(source: &SourceRender, rendered: Rendered) -> Option<Traced> {
        let helm = source.helm.clone()?;
        let hooks = rendered.hooks.iter().map(|hook| hook.document.clone());
        let documents = rendered.manifests.iter().cloned().chain(hooks).collect();
        let trace = *rendered.trace?;
        let mut places: HashMap<Origin, Vec<FieldPath>> = HashMap::new();
        each_place(&trace.values, &mut |steps, origin| {
            if origin != Origin::NONE {
                places
                    .entry(origin)
                    .or_default()
                    .push(FieldPath(steps.to_vec()));
            }
        });
        let mut inner: HashMap<u32, Vec<FrameId>> = HashMap::new();
        let count = u32::try_from(rendered.frames.len()).unwrap_or(u32::MAX);
        for id in (0..count).map(FrameId) {
            if let Some(parent) = rendered.frames.get(id).and_then(|frame| frame.parent) {
                inner.entry(parent.0).or_default().push(id);
            }
        }
        Some(Traced {
            helm,
            frames: rendered.frames,
            trace,
            documents,
            places,
            inner,
            root: OnceCell::new(),
        })
    }

    /// The chart as it takes part: which dependencies are on decides which layers there are.
    pub(super) fn root(&self) -> Option<&Instance> {
        let helm = &self.helm;
        let make = || process_dependencies(&helm.chart, &helm.values.data, helm.request.helm).ok();
        self.root.get_or_init(make).as_ref()
    }

    /// What the statements read.
    pub(super) fn reads(&self) -> &ReadLog {
        &self.trace.reads
    }

    /// The traced twin of a document; they differ in their segments only.
    pub(super) fn twin(&self, document: &Document) -> Option<&Document> {
        let (_, start) = document.id();
        self.documents
            .iter()
            .find(|twin| twin.path() == document.path() && twin.id().1 == start)
    }

    /// The path of a value below `.Values`: of several (globals stand in every chart) the one that ends as
    /// the template's words do, and of those the shortest.
    pub(super) fn path_of(&self, origin: Origin, name: &str) -> Option<&FieldPath> {
        let paths = self.places.get(&origin)?;
        let words: Vec<&str> = name.split('.').collect();
        let likeness = |path: &&FieldPath| {
            let keys = path.0.iter().rev();
            let words = words.iter().rev();
            let same = keys
                .zip(words)
                .take_while(|(step, word)| matches!(step, Step::Key(key) if key == *word));
            let same = same.count();
            (same, std::cmp::Reverse(path.0.len()))
        };
        paths.iter().max_by_key(likeness)
    }

    /// The frame and all within it.
    pub(super) fn within(&self, frame: FrameId) -> Vec<FrameId> {
        let mut found = vec![frame];
        let mut at = 0;
        while let Some(frame) = found.get(at) {
            at += 1;
            if let Some(inner) = self.inner.get(&frame.0) {
                found.extend_from_slice(inner);
            }
        }
        found
    }

    /// The kind of a frame.
    pub(super) fn kind(&self, frame: FrameId) -> Option<FrameKind> {
        self.frames.get(frame).map(|frame| frame.kind)
    }
}
