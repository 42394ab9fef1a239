//! What wrote which bytes of a Jinja file's output.

use std::ops::Range;
use std::sync::Arc;

use evenkeel_diagnostics::{FileId, Frame, FrameId, FrameKind, Segment, Span};
use evenkeel_value::{Rope, Str};
use minijinja::{OutputSpan, OutputSpanKind};

use super::run::Run;
use super::value;

/// The output of the running file with its segments. What a macro wrote belongs to the expression that
/// printed the macro's result.
pub(super) fn attribute(run: &Run, text: &str, spans: &[OutputSpan]) -> Str {
    let mut rope = Rope::with_capacity(text.len());
    let mut done = 0;
    for span in spans {
        let range = span.output_range();
        rope.push_bytes(&text.as_bytes()[done..range.start]);
        done = range.end;
        let Some(source) = run.text(span.name()) else {
            rope.push_bytes(&text.as_bytes()[range]);
            continue;
        };
        let name: Arc<str> = span.name().into();
        let place = source.span(span.source_range());
        let written = &text[range];
        if span.kind() == OutputSpanKind::Raw {
            let frame = block(run, &name, place.start as usize);
            set_writer(&mut rope, place, frame);
            rope.push_bytes(written.as_bytes());
            continue;
        }
        let whole = tag(&source.text, place.start as usize..place.end as usize);
        let place = Span::new(place.file, whole.start as u32, whole.end as u32);
        let frame = statement(run, &name, &source.text[whole], place, written);
        set_writer(&mut rope, place, frame);
        // What `include` gave knows better.
        rope.push_str(&value::string(run, written));
    }
    rope.push_bytes(&text.as_bytes()[done..]);
    rope.into_str()
}

fn set_writer(rope: &mut Rope, place: Span, frame: FrameId) {
    rope.set_writer(Segment {
        start: 0,
        from: place.start,
        to: place.end,
        frame,
    });
}

/// The tag around an expression, delimiters included.
fn tag(source: &str, expression: Range<usize>) -> Range<usize> {
    let before = &source[..expression.start];
    let start = before
        .rfind('{')
        .map(|at| match before[..at].ends_with('{') {
            true => at - 1,
            false => at,
        });
    let end = source[expression.end..].find('}').map(|at| {
        let at = expression.end + at + 1;
        at + usize::from(source[at..].starts_with('}'))
    });
    start.unwrap_or(expression.start)..end.unwrap_or(expression.end)
}

/// The frame of a file in the running activation; a partial gets one when it is met first.
fn file(run: &Run, name: &Arc<str>) -> FrameId {
    let (known, main, caller) = {
        let activations = run.activations.borrow();
        let Some(activation) = activations.last() else {
            return FrameId(0);
        };
        let known = activation.frames.get(name).copied();
        (known, activation.main, Arc::clone(&activation.name))
    };
    if let Some(known) = known {
        return known;
    }
    let below = run.below(name);
    let frame = run.frames.borrow_mut().push(Frame {
        parent: Some(main),
        call: run.mention(&caller, &below),
        file: run.text(name).map_or(FileId::NONE, |text| text.file),
        name: Arc::clone(name),
        kind: FrameKind::Include,
    });
    if let Some(activation) = run.activations.borrow_mut().last_mut() {
        activation.frames.insert(Arc::clone(name), frame);
    }
    frame
}

/// The frame of the innermost block around a place: the file's, while reads are not logged.
fn block(run: &Run, name: &Arc<str>, at: usize) -> FrameId {
    let mut frame = file(run, name);
    let (Some(tracing), Some(text)) = (&run.tracing, run.text(name)) else {
        return frame;
    };
    let Some(marks) = &text.marks else {
        return frame;
    };
    for mark in marks.around(at) {
        let mut tracing = tracing.borrow_mut();
        let Some(decision) = tracing.decision(name, mark) else {
            return frame;
        };
        frame = match decision.frame {
            Some(known) => known,
            None => {
                let tag = marks.tag(mark);
                let call = Span::new(text.file, tag.start as u32, tag.end as u32);
                let opened = open(run, name, frame, call, FrameKind::Branch);
                *decision.frame.insert(opened)
            }
        };
    }
    frame
}

/// The frame of an expression that wrote a text: its block's, while reads are not logged.
fn statement(run: &Run, name: &Arc<str>, code: &str, place: Span, written: &str) -> FrameId {
    let around = block(run, name, place.start as usize);
    let Some(tracing) = &run.tracing else {
        return around;
    };
    let (reads, site) = tracing.borrow_mut().take(name, code, written);
    let is_here = |call: Span| place.start <= call.start && call.end <= place.end;
    let site = site.filter(|site| {
        run.frames
            .borrow()
            .get(*site)
            .is_some_and(|f| is_here(f.call))
    });
    let frame = site.unwrap_or_else(|| open(run, name, around, place, FrameKind::Statement));
    tracing.borrow_mut().log(frame, reads);
    frame
}

/// The frame of a call of `include` or `tpl` at a place of the template `caller`.
pub(super) fn call_frame(run: &Run, caller: &str, place: Span) -> FrameId {
    let name: Arc<str> = caller.into();
    let around = block(run, &name, place.start as usize);
    let Some(tracing) = &run.tracing else {
        return around;
    };
    let open = || open(run, &name, around, place, FrameKind::Statement);
    tracing.borrow_mut().called(open)
}

fn open(run: &Run, name: &Arc<str>, parent: FrameId, call: Span, kind: FrameKind) -> FrameId {
    run.frames.borrow_mut().push(Frame {
        parent: Some(parent),
        call,
        file: call.file,
        name: Arc::clone(name),
        kind,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_grow_to_their_tags() {
        let check = |source: &str, expression: &str, want: &str| {
            let start = source.find(expression).unwrap();
            let range = tag(source, start..start + expression.len());
            assert_eq!(&source[range], want);
        };
        check("a {{- b | f }} c", "b | f", "{{- b | f }}");
        check("{% filter upper %}x", "upper", "{% filter upper %}");
        check("b", "b", "b");
    }
}
