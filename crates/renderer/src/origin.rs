//! From a place in the output to the template line that wrote it.

use evenkeel_diagnostics::{FrameArena, FrameId, Segments, SourceMap, Span};

/// What wrote one line of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writer {
    /// The action, or the line of a literal text.
    pub span: Span,
    /// The frame that was running.
    pub frame: FrameId,
}

/// What wrote the first visible character of the line that starts at `start` of `text`, or `None` where
/// there is none, or no template wrote it.
///
/// A segment names a whole literal text, of many lines perhaps; here it is followed line by line.
pub fn line_writer(
    text: &[u8],
    segments: &Segments,
    start: usize,
    frames: &FrameArena,
    sources: &SourceMap,
) -> Option<Writer> {
    let line = text.get(start..)?.split(|&b| b == b'\n').next()?;
    let visible = start + line.iter().position(|b| !b.is_ascii_whitespace())?;
    let segment = segments.at(u32::try_from(visible).ok()?)?;
    let file = frames.get(segment.frame)?.file;
    let span = Span::new(file, segment.from, segment.to);
    let source = sources.get(file)?;
    let node = source
        .content
        .get(segment.from as usize..segment.to as usize)?;
    let written = text
        .get(segment.start as usize..visible)
        .unwrap_or_default();
    let guess = written.iter().filter(|&&b| b == b'\n').count();
    let (from, to) = line_of(node, line, guess);
    let span = match node.starts_with(b"{{") {
        true => span,
        false => Span::new(file, segment.from + from as u32, segment.from + to as u32),
    };
    Some(Writer {
        span,
        frame: segment.frame,
    })
}

/// What wrote the byte at `offset` of `text`: an action as a whole, a literal text to the byte.
pub fn byte_writer(
    text: &[u8],
    segments: &Segments,
    offset: u32,
    frames: &FrameArena,
    sources: &SourceMap,
) -> Option<Writer> {
    let after = segments.as_slice().partition_point(|s| s.start <= offset);
    let segment = segments.as_slice().get(after.checked_sub(1)?)?;
    let end = match segments.as_slice().get(after) {
        Some(next) => next.start as usize,
        None => text.len(),
    };
    let file = frames.get(segment.frame)?.file;
    let source = sources.get(file)?;
    let node = source
        .content
        .get(segment.from as usize..segment.to as usize)?;
    let written = text.get(segment.start as usize..end)?;
    // What was written is what stands there, or a part of it where documents were cut out of it. An action
    // looks otherwise, unless it writes itself.
    let from = match memchr::memmem::find(node, written) {
        Some(cut) if !node.starts_with(b"{{") => {
            segment.from + u32::try_from(cut).ok()? + (offset - segment.start)
        }
        // It was indented since: its lines are still as many.
        None if !node.starts_with(b"{{") => {
            let before = text.get(segment.start as usize..offset as usize)?;
            let line = before.iter().filter(|&&b| b == b'\n').count();
            segment.from + u32::try_from(visible_in_line(node, line)).ok()?
        }
        _ => segment.from,
    };
    Some(Writer {
        span: Span::new(file, from, segment.to),
        frame: segment.frame,
    })
}

/// Where a line of a text shows something; the beginning of the text if it has no such line.
fn visible_in_line(text: &[u8], line: usize) -> usize {
    let mut start = 0;
    for (number, part) in text.split(|&b| b == b'\n').enumerate() {
        if number == line {
            return start + part.len() - part.trim_ascii_start().len();
        }
        start += part.len() + 1;
    }
    0
}

/// The range of the line of a literal text that wrote an output line. That line lies `guess` lines after
/// the text's first output; where the text was cut (documents are cut out of it), what the line says
/// decides.
fn line_of(literal: &[u8], line: &[u8], guess: usize) -> (usize, usize) {
    let line = line.trim_ascii_start();
    let mut lines = Vec::new();
    let mut start = 0;
    for part in literal.split(|&b| b == b'\n') {
        let lead = part.len() - part.trim_ascii_start().len();
        lines.push((start + lead, start + part.trim_ascii_end().len().max(lead)));
        start += part.len() + 1;
    }
    let wrote = |&(from, to): &(usize, usize)| from < to && line.starts_with(&literal[from..to]);
    match lines.get(guess).filter(|range| wrote(range)) {
        Some(range) => *range,
        None => lines
            .iter()
            .copied()
            .find(wrote)
            .unwrap_or((0, literal.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_literals_are_told_apart() {
        let literal = b"kind: A\n---\nkind: B\n  x: ";
        let check = |line: &str, guess, want: &[u8]| {
            let (from, to) = line_of(literal, line.as_bytes(), guess);
            assert_eq!(&literal[from..to], want);
        };
        check("kind: B", 0, b"kind: B");
        check("kind: A", 0, b"kind: A");
        check("  x: 5", 1, b"x:");
        check("other", 9, literal);
    }
}
