//! `--annotate`: beside each output line, the template line that wrote it.

use evenkeel_diagnostics::{FrameArena, SourceMap};
use evenkeel_renderer::line_writer;
use evenkeel_value::Rope;

/// The widest left column; longer places push their line to the right.
const WIDEST: usize = 120;

/// The text with a left column of places. A line that several template lines wrote names the one that
/// wrote its first visible character; lines that Helm itself writes have none.
pub(crate) fn lines(rope: &Rope, frames: &FrameArena, sources: &SourceMap) -> Vec<u8> {
    let mut rows = Vec::new();
    let mut start = 0;
    for line in rope.as_bytes().split_inclusive(|&b| b == b'\n') {
        // Helm's own lines stand between documents.
        let own = line.starts_with(b"---") || line.starts_with(b"# Source: ");
        let place = if own {
            None
        } else {
            place(rope, start, frames, sources)
        };
        rows.push((place.unwrap_or_default(), line));
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

fn place(rope: &Rope, start: usize, frames: &FrameArena, sources: &SourceMap) -> Option<String> {
    let writer = line_writer(rope.as_bytes(), rope.segments(), start, frames, sources)?;
    let at = sources.line_column(writer.span.file, writer.span.start)?;
    Some(format!(
        "{}:{}",
        sources.get(writer.span.file)?.name,
        at.line
    ))
}
