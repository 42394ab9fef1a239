//! `--annotate`: beside each output line, the template line that wrote it.

use evenkeel_diagnostics::{FrameArena, Segment, SourceMap};
use evenkeel_value::Rope;

/// The widest left column; longer places push their line to the right.
const WIDEST: usize = 60;

/// The text with a left column of places. A line that several template lines wrote names the one that
/// wrote its first visible character; lines that Helm itself writes have none.
pub(crate) fn lines(rope: &Rope, frames: &FrameArena, sources: &SourceMap) -> Vec<u8> {
    let mut rows = Vec::new();
    let mut start = 0;
    for line in rope.as_bytes().split_inclusive(|&b| b == b'\n') {
        rows.push((place(rope, start, line, frames, sources), line));
        start += line.len();
    }
    let width = rows
        .iter()
        .map(|(place, _)| place.len())
        .filter(|w| *w <= WIDEST)
        .max();
    let width = width.unwrap_or(0);
    let mut out = Vec::with_capacity(rope.len() + rows.len() * (width + 3));
    for (place, line) in rows {
        out.extend_from_slice(format!("{place:width$} | ").as_bytes());
        out.extend_from_slice(line);
    }
    out
}

fn place(
    rope: &Rope,
    start: usize,
    line: &[u8],
    frames: &FrameArena,
    sources: &SourceMap,
) -> String {
    // Helm's own lines stand between documents.
    if line.starts_with(b"---") || line.starts_with(b"# Source: ") {
        return String::new();
    }
    let visible = line
        .iter()
        .position(|b| !b.is_ascii_whitespace())
        .unwrap_or(0);
    let Some(segment) = rope.segments().at((start + visible) as u32) else {
        return String::new();
    };
    let written = offset_in_template(segment, start + visible, rope);
    let Some(frame) = frames.get(segment.frame) else {
        return String::new();
    };
    let (Some(source), Some(at)) = (
        sources.get(frame.file),
        sources.line_column(frame.file, written),
    ) else {
        return String::new();
    };
    format!("{}:{}", source.name, at.line)
}

/// Where in the template a byte of the output stands: a literal text of several lines is followed line
/// by line; of an action only its place is known.
fn offset_in_template(segment: &Segment, at: usize, rope: &Rope) -> u32 {
    let from_start = at as u32 - segment.start;
    let next = rope.segments().as_slice();
    let after = next.partition_point(|s| s.start <= segment.start);
    let end = next.get(after).map_or(rope.len() as u32, |s| s.start);
    let is_literal = end - segment.start == segment.to - segment.from;
    if is_literal {
        segment.from + from_start
    } else {
        segment.from
    }
}
