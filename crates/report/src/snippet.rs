//! Diagnostics with snippets of the files that they are about.

use std::borrow::Cow;

use crate::wrap::wrapped;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, normalize_untrusted_str};
use evenkeel_diagnostics::{Diagnostic, FrameKind, Severity, Source, SourceKind, SourceMap, Span};

/// A diagnostic with its snippets, callers and help, for people.
pub fn diagnostic(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    shown(
        diagnostic,
        [&[], &[]],
        sources,
        &Renderer::plain(),
        usize::MAX,
    )
}

/// What stands before the text of a note: line numbers of four digits and `= note: `.
const MARGIN: usize = 14;
/// Less than this is no line.
const MIN_WIDTH: usize = 40;

/// The same with more to say before and after the callers, in lines of a width where words allow it.
pub(crate) fn shown(
    diagnostic: &Diagnostic,
    [before, after]: [&[String]; 2],
    sources: &SourceMap,
    renderer: &Renderer,
    width: usize,
) -> String {
    let lines = |text: &str| {
        let width = width.max(MIN_WIDTH) - MARGIN;
        normalize_untrusted_str(&wrapped(text, width))
    };
    let level = match diagnostic.severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(&*diagnostic.code.0);
    let excerpts = excerpts(diagnostic, sources);
    let mut group = Group::with_title(title);
    for excerpt in &excerpts {
        group = group.element(excerpt.snippet());
    }
    let callers = callers(diagnostic, sources);
    for note in before.iter().chain(&callers).chain(after) {
        group = group.element(Level::NOTE.message(lines(note)));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(lines(help)));
    }
    if excerpts.is_empty()
        && let Some(native) = diagnostic.native.as_deref()
        && native.trim() != diagnostic.message
        && native.lines().count() > 1
    {
        let native = normalize_untrusted_str(native.trim());
        group = group.element(Level::NOTE.message(native));
    }
    format!("{}\n", renderer.render(&[group]))
}

/// The lines of one file that a diagnostic points to.
struct Excerpt {
    name: String,
    /// The lines, without those before and after.
    text: String,
    first_line: usize,
    /// Byte range in `text`, label, and whether it is the primary one.
    marks: Vec<(std::ops::Range<usize>, String, bool)>,
}

impl Excerpt {
    fn snippet(&self) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        let mut snippet = Snippet::source(self.text.as_str())
            .path(self.name.as_str())
            .line_start(self.first_line);
        for (range, label, primary) in &self.marks {
            let kind = if *primary {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let mark = kind.span(range.clone());
            let label = (!label.is_empty()).then_some(label.as_str());
            snippet = snippet.annotation(mark.label(label));
        }
        snippet
    }
}

fn excerpts(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<Excerpt> {
    let labels = std::iter::once((&diagnostic.primary, true))
        .chain(diagnostic.secondary.iter().map(|label| (label, false)));
    labels
        .filter_map(|(label, primary)| {
            let source = sources.get(label.span.file)?;
            Some(excerpt(&source, label.span, &label.text, primary))
        })
        .collect()
}

/// The text of a file, with a question mark for each byte that is no UTF-8.
fn readable(content: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(content) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(content.len());
    for chunk in content.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    Cow::Owned(text)
}

/// The lines around a span.
fn excerpt(source: &Source, span: Span, label: &str, primary: bool) -> Excerpt {
    const AROUND: usize = 1;
    let text = readable(&source.content);
    let floor = |at: u32| {
        let at = (at as usize).min(text.len());
        (0..=at)
            .rev()
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(0)
    };
    let (from, to) = (floor(span.start), floor(span.end));
    let to = to.max(from);
    let mut start = text[..from].rfind('\n').map_or(0, |at| at + 1);
    for _ in 0..AROUND {
        start = text[..start.saturating_sub(1)]
            .rfind('\n')
            .map_or(0, |at| at + 1);
    }
    let mut end = text[to..].find('\n').map_or(text.len(), |at| to + at);
    for _ in 0..AROUND {
        let next = (end + 1).min(text.len());
        end = text[next..].find('\n').map_or(text.len(), |at| next + at);
    }
    // A span may cover a whole template; its first lines are enough.
    let shown = from.max(start)..to.min(text[from..].find('\n').map_or(text.len(), |at| from + at));
    let name = match source.kind {
        SourceKind::Argument => format!("{} (command line)", source.name),
        SourceKind::Tpl => format!("{} (text given to tpl)", source.name),
        SourceKind::File | SourceKind::Inline => source.name.to_string(),
    };
    Excerpt {
        name,
        text: text[start..end].to_owned(),
        first_line: 1 + text[..start].matches('\n').count(),
        marks: vec![(
            shown.start - start..shown.end - start,
            label.to_owned(),
            primary,
        )],
    }
}

/// How the failing template came to run, innermost first. Long chains lose their middle.
fn callers(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<String> {
    const KEPT: usize = 8;
    let line = |entry: &evenkeel_diagnostics::TraceEntry| {
        let place = sources
            .locate(entry.call.file, entry.call.start)
            .unwrap_or_else(|| "an unknown place".to_owned());
        match entry.kind {
            FrameKind::Template => format!("in the template {}", entry.name),
            FrameKind::Invoke => format!("`template \"{}\"` called at {place}", entry.name),
            FrameKind::Include => format!("`include \"{}\"` called at {place}", entry.name),
            FrameKind::Tpl => format!("`tpl` called at {place}"),
            FrameKind::SubChart => format!("values handed to {} at {place}", entry.name),
            FrameKind::Application => format!("Application {} at {place}", entry.name),
            FrameKind::Statement | FrameKind::Branch | FrameKind::Else | FrameKind::Turn => {
                format!("at {place}")
            }
        }
    };
    let trace = &diagnostic.trace;
    if trace.len() <= 2 * KEPT {
        return trace.iter().map(line).collect();
    }
    let mut lines: Vec<_> = trace[..KEPT].iter().map(line).collect();
    lines.push(format!("… {} more calls …", trace.len() - 2 * KEPT));
    lines.extend(trace[trace.len() - KEPT..].iter().map(line));
    lines
}
