//! A source rendered once more, with the read log on.

use std::collections::HashMap;
use std::sync::Arc;

use evenkeel_diagnostics::{FrameArena, FrameId, FrameKind, Origin};
use evenkeel_manifest::Document;
use evenkeel_renderer::{ReadLog, Renderer, Request, Trace};
use evenkeel_value::Data;

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
}

impl Traced {
    /// Renders a Helm source again; `None` of any other, and where it fails.
    pub(super) fn new(source: &SourceRender, renderer: &Renderer) -> Option<Traced> {
        let helm = source.helm.clone()?;
        let request = Request {
            trace: true,
            // What is random need not be what it was; it has no cause in the values.
            seed: helm.request.seed.or(Some(0)),
            ..helm.request.clone()
        };
        let rendered = renderer.render(&helm.chart, &helm.values, &request).ok()?;
        let hooks = rendered.hooks.iter().map(|hook| hook.document.clone());
        let documents = rendered.manifests.iter().cloned().chain(hooks).collect();
        let trace = *rendered.trace?;
        let mut places = HashMap::new();
        index(&trace.values, &mut Vec::new(), &mut places);
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
        })
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

fn index(data: &Data, path: &mut Vec<Step>, places: &mut HashMap<Origin, Vec<FieldPath>>) {
    let mut visit = |step: Step, value: &Data, origin: Origin| {
        path.push(step);
        if origin != Origin::NONE {
            places
                .entry(origin)
                .or_default()
                .push(FieldPath(path.clone()));
        }
        index(value, path, places);
        path.pop();
    };
    match data {
        Data::Map(entries) => {
            for entry in entries.iter() {
                let key = String::from_utf8_lossy(&entry.key).into_owned();
                visit(Step::Key(key), &entry.value, entry.origin);
            }
        }
        Data::List(items) => {
            for (i, item) in items.iter().enumerate() {
                visit(Step::Index(i), &item.value, item.origin);
            }
        }
        _ => {}
    }
}
