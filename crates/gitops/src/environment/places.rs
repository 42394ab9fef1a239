//! From places in rendered objects to places in files that people edit.

use std::collections::HashMap;

use evenkeel_diagnostics::{
    Diagnostic, FileId, FrameKind, Label, SourceKind, SourceMap, Span, TraceEntry,
};
use evenkeel_renderer::byte_writer;

use super::{App, Environment};
use crate::Object;
use crate::application::span_of;

/// The virtual files of objects, and where the objects are.
type Files = HashMap<FileId, (usize, usize)>;

/// Moves the diagnostics' places out of virtual files, and tells which Applications led to them.
pub(super) fn locate_diagnostics(environment: &mut Environment) {
    let files = files(&environment.apps);
    let sources = environment.sources.clone();
    let mut located: Vec<Vec<Diagnostic>> = Vec::with_capacity(environment.apps.len());
    for (index, app) in environment.apps.iter().enumerate() {
        let move_out = |diagnostic: &Diagnostic| {
            let mut diagnostic = diagnostic.clone();
            let labels = std::iter::once(&mut diagnostic.primary).chain(&mut diagnostic.secondary);
            for label in labels {
                locate_label(label, &files, &environment.apps, &sources);
            }
            diagnostic
                .trace
                .extend(application_trace(environment, index, &files, &sources));
            diagnostic
        };
        located.push(app.diagnostics.iter().map(move_out).collect());
    }
    for (app, diagnostics) in environment.apps.iter_mut().zip(located) {
        app.diagnostics = diagnostics;
    }
}

fn locate_label(label: &mut Label, files: &Files, apps: &[App], sources: &SourceMap) {
    if let Some(span) = real_span(label.span, files, apps, sources) {
        label.span = span;
    }
}

/// The Applications that led to one, innermost first, each with the template line that declares it.
fn application_trace(
    environment: &Environment,
    app: usize,
    files: &Files,
    sources: &SourceMap,
) -> Vec<TraceEntry> {
    let chain = environment.ancestry(app).filter_map(|app| {
        let app = environment.apps.get(app)?;
        let application = app.application.as_ref()?;
        let origin = application.sources.first()?.origin;
        let place = span_of(origin);
        Some(TraceEntry {
            call: real_span(place, files, &environment.apps, sources).unwrap_or(place),
            name: app.name.clone(),
            kind: FrameKind::Application,
        })
    });
    chain.collect()
}

fn files(apps: &[App]) -> Files {
    let objects = apps.iter().enumerate().flat_map(|(app, entry)| {
        let objects = entry.objects.iter().enumerate();
        objects.map(move |(i, object)| (object.file, (app, i)))
    });
    objects.filter(|(file, _)| file.is_some()).collect()
}

/// The place in a file that the text at a place of a virtual file was written from; `None` if the place is in a
/// file already.
fn real_span(span: Span, files: &Files, apps: &[App], sources: &SourceMap) -> Option<Span> {
    if let Some((app, object)) = files.get(&span.file) {
        let app = apps.get(*app)?;
        let object = app.objects.get(*object)?;
        return writer_of(app, object, span.start, sources);
    }
    let source = sources.get(span.file)?;
    let within = source.kind == SourceKind::Inline && source.parent.file.is_some();
    within.then(|| real_span(source.parent, files, apps, sources).unwrap_or(source.parent))
}

/// The place that wrote the byte at `offset` of an object's document.
fn writer_of(app: &App, object: &Object, offset: u32, sources: &SourceMap) -> Option<Span> {
    let frames = &app.sources.get(object.source)?.frames;
    let document = &object.document;
    let segments = document.segments();
    byte_writer(document.text(), &segments, offset, frames, sources).map(|writer| writer.span)
}
