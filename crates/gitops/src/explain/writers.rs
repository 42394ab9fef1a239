//! What wrote a field.

use std::collections::HashSet;
use std::sync::Arc;

use evenkeel_diagnostics::{FileId, FrameId, FrameKind, Segment, Segments, SourceKind, Span};
use evenkeel_renderer::byte_writer;

use super::locate::Place;
use super::{Call, Condition, Explainer, Explanation, Question, Writer};
use crate::{App, FieldPath, Object, SourceRender, Step, paths};

/// Writers that one explanation shows; a large structure may have hundreds.
const MAX_WRITERS: usize = 24;

/// A run of bytes with one writer.
#[derive(Debug, Clone, Copy)]
struct Run {
    segment: Segment,
    end: u32,
}

impl Question<'_> {
    /// Fills in writers, conditions and causes.
    pub(super) fn answer(&self, object: &Object, place: &Place, explanation: &mut Explanation) {
        let Some(document) = self.traced.twin(&object.document) else {
            return;
        };
        let text = document.text();
        let segments = document.segments();
        let whole = place.steps.is_empty();
        let runs = match whole {
            // Of a whole object, what began it.
            true => runs(&segments, text, place.value.start..place.value.start + 1),
            false => runs(&segments, text, place.value.clone()),
        };
        let mut conditions = HashSet::new();
        let mut seen = HashSet::new();
        for run in &runs {
            let offset = run.segment.start.max(place.value.start);
            self.add_writer(text, &segments, *run, offset, explanation);
            self.add_conditions(run.segment.frame, &mut conditions, explanation);
            for call in self.tpl_calls(run.segment.frame) {
                if seen.insert(call) {
                    self.add_causes(call, &FieldPath::default(), explanation);
                }
            }
            if self.is_statement(run.segment.frame) && seen.insert(run.segment.frame) {
                let below = below_run(place, *run);
                self.add_causes(run.segment.frame, &below, explanation);
            }
        }
        // A literal within a loop is there for the item's sake.
        explanation
            .conditions
            .sort_by_key(|condition| condition.span.start);
    }

    /// What wrote a part of the field at a place, where its text holds that as it is.
    pub(super) fn part(&self, object: &Object, place: &Place, part: &str) -> Option<Writer> {
        let document = self.traced.twin(&object.document)?;
        let (text, segments) = (document.text(), document.segments());
        let range = place.value.start as usize..place.value.end as usize;
        let at = code(std::str::from_utf8(text.get(range)?).ok()?, part)?;
        let start = place.value.start + u32::try_from(at).ok()?;
        let length = u32::try_from(part.len()).ok()?;
        let frames = &self.traced.frames;
        let sources = &self.explainer.environment.sources;
        let found = byte_writer(text, &segments, start, frames, sources)?;
        let is_literal = !self.is_statement(found.frame);
        let span = match is_literal {
            true => {
                let end = found.span.end.min(found.span.start + length);
                Span::new(found.span.file, found.span.start, end)
            }
            false => found.span,
        };
        Some(Writer {
            span,
            text: self.explainer.excerpt(span),
            is_literal,
            calls: self.calls(found.frame),
        })
    }

    /// The statements that handed the strings to `tpl` which were running, outermost first: the strings are values.
    fn tpl_calls(&self, frame: FrameId) -> Vec<FrameId> {
        let frames = &self.traced.frames;
        let mut calls = Vec::new();
        let mut at = Some(frame);
        while let Some(frame) = at.and_then(|id| frames.get(id)) {
            if frame.kind == FrameKind::Tpl {
                calls.extend(frame.parent);
            }
            at = frame.parent;
        }
        calls.reverse();
        calls
    }

    fn is_statement(&self, frame: FrameId) -> bool {
        self.traced.kind(frame) == Some(FrameKind::Statement)
    }

    fn add_writer(
        &self,
        text: &[u8],
        segments: &Segments,
        run: Run,
        offset: u32,
        explanation: &mut Explanation,
    ) {
        if explanation.writers.len() >= MAX_WRITERS {
            return;
        }
        let frames = &self.traced.frames;
        let sources = &self.explainer.environment.sources;
        let Some(found) = byte_writer(text, segments, offset, frames, sources) else {
            return;
        };
        let is_literal = !self.is_statement(run.segment.frame);
        let span = match is_literal {
            true => {
                let length = run.end.saturating_sub(offset);
                Span::new(
                    found.span.file,
                    found.span.start,
                    found.span.end.min(found.span.start + length),
                )
            }
            false => found.span,
        };
        let writer = Writer {
            span,
            text: self.explainer.excerpt(span),
            is_literal,
            calls: self.calls(run.segment.frame),
        };
        if !explanation.writers.contains(&writer) {
            explanation.writers.push(writer);
        }
    }

    /// The templates that were running, innermost first.
    fn calls(&self, frame: FrameId) -> Vec<Call> {
        let chain = self.traced.frames.chain(frame);
        let calls = chain.filter(|frame| frame.kind.is_call());
        calls
            .map(|frame| Call {
                name: frame.name.to_string(),
                kind: frame.kind,
                span: frame.call,
            })
            .collect()
    }

    /// The blocks around a frame.
    fn add_conditions(
        &self,
        frame: FrameId,
        known: &mut HashSet<FrameId>,
        explanation: &mut Explanation,
    ) {
        let frames = &self.traced.frames;
        let mut at = Some(frame);
        while let Some(id) = at {
            let Some(frame) = frames.get(id) else { break };
            at = frame.parent;
            let is_block = matches!(
                frame.kind,
                FrameKind::Branch | FrameKind::Turn | FrameKind::Else
            );
            if !is_block || !known.insert(id) {
                continue;
            }
            let mut causes = Vec::new();
            let mut resolve = |id| {
                self.resolve(id, &FieldPath::default(), &mut HashSet::new(), &mut causes);
            };
            resolve(id);
            // A turn is told with the loop that it belongs to, an `else` with its block.
            if frame.kind != FrameKind::Branch
                && let Some(parent) = frame.parent
            {
                known.insert(parent);
                if frame.kind == FrameKind::Else {
                    resolve(parent);
                }
            }
            explanation.conditions.push(Condition {
                span: frame.call,
                text: opening(&self.explainer.excerpt(frame.call)),
                held: frame.kind != FrameKind::Else,
                causes,
            });
        }
    }
}

/// Where a part stands in a text, comments left out.
fn code(text: &str, part: &str) -> Option<usize> {
    let mut places = text.match_indices(part).map(|(at, _)| at);
    places.find(|at| {
        let line = text[..*at].rsplit('\n').next().unwrap_or_default();
        !line.trim_start().starts_with('#')
    })
}

/// What wrote a field of a plain manifest, or of a definition in a chart's `crds/`: the file itself.
pub(super) fn plain(
    explainer: &Explainer<'_>,
    app: &App,
    object: &Object,
    place: &Place,
    explanation: &mut Explanation,
) {
    let Some(source) = app.sources.get(object.source) else {
        return;
    };
    let sources = &explainer.environment.sources;
    let segments = object.document.segments();
    let text = object.document.text();
    let length = place.value.end - place.value.start;
    let writer = byte_writer(text, &segments, place.value.start, &source.frames, sources);
    let span = match writer {
        Some(writer) => {
            let end = writer.span.end.min(writer.span.start + length);
            Some(Span::new(writer.span.file, writer.span.start, end))
        }
        None => definition(explainer, source, object).map(|(file, start)| {
            let start = start + place.value.start;
            Span::new(file, start, start + length)
        }),
    };
    if let Some(span) = span {
        explanation.writers.push(Writer {
            span,
            text: explainer.excerpt(span),
            is_literal: true,
            calls: Vec::new(),
        });
    }
}

/// The file in a chart's `crds/` that holds an object, and where the object begins in there.
fn definition(
    explainer: &Explainer<'_>,
    source: &SourceRender,
    object: &Object,
) -> Option<(FileId, u32)> {
    let path = object.document.path();
    let name = &path[path.rfind("/crds/")? + 1..];
    let mut chart = &*source.helm.as_ref()?.chart;
    for dependency in path.split("/charts/").skip(1) {
        let name = dependency.split('/').next()?;
        let mut inner = chart.dependencies.iter();
        chart = inner.find(|inner| *inner.name() == *name)?;
    }
    let file = chart.crds().find(|file| *file.name == *name)?;
    let text = file.data().ok()?;
    let start = memchr::memmem::find(text, object.document.text())?;
    let sources = &explainer.environment.sources;
    // Beside the chart's own file; nobody had to point into it before.
    let beside = sources.get(chart.metadata_file)?;
    let directory = beside.name.rsplit_once('/');
    let shown = paths::join(directory.map_or("", |(directory, _)| directory), name);
    let mut known = sources.ids();
    let known = known.find(|id| {
        let source = sources.get(*id);
        source.is_some_and(|source| *source.name == *shown)
    });
    let id = known.unwrap_or_else(|| sources.add(shown, Arc::clone(text), SourceKind::File));
    Some((id, u32::try_from(start).ok()?))
}

/// The runs of a range that wrote something visible; the first one where nothing is.
fn runs(segments: &Segments, text: &[u8], range: std::ops::Range<u32>) -> Vec<Run> {
    let list = segments.as_slice();
    let first = list
        .partition_point(|segment| segment.start <= range.start)
        .saturating_sub(1);
    let mut found = Vec::new();
    let mut blank = None;
    for (i, segment) in list.iter().enumerate().skip(first) {
        if segment.start >= range.end {
            break;
        }
        let end = list.get(i + 1).map_or(text.len() as u32, |next| next.start);
        let visible = segment.start.max(range.start) as usize..end.min(range.end) as usize;
        let bytes = text.get(visible).unwrap_or_default();
        let quotes = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'');
        let run = Run {
            segment: *segment,
            end,
        };
        if !bytes.iter().all(quotes) || range.end - range.start <= 1 {
            found.push(run);
        }
        blank.get_or_insert(run);
    }
    if found.is_empty() {
        found.extend(blank);
    }
    found
}

/// The steps of the path whose keys the run itself wrote. An item that begins where the run does is what the
/// run printed.
fn below_run(place: &Place, run: Run) -> FieldPath {
    let begins = run.segment.start;
    let steps = place.starts.iter().zip(&place.steps);
    let outside = steps
        .take_while(|(start, step)| {
            **start < begins || (**start == begins && matches!(step, Step::Index(_)))
        })
        .count();
    FieldPath(place.steps.get(outside..).unwrap_or_default().to_vec())
}

/// `if .Values.x` of `{{- if .Values.x }}`, and of Jinja's `{% if Values.x %}`.
fn opening(text: &str) -> String {
    let inner = text
        .trim_start_matches("{{")
        .trim_start_matches("{%")
        .trim_start_matches('-')
        .trim_start();
    let end = inner.find("}}").or_else(|| inner.find("%}"));
    let end = end.unwrap_or(inner.len());
    inner[..end].trim_end_matches('-').trim().to_owned()
}
