//! `--annotate`: beside each output line, the template line that wrote it.

use evenkeel_diagnostics::{FrameArena, SourceMap};
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
    let Some(frame) = frames.get(segment.frame) else {
        return String::new();
    };
    let Some(source) = sources.get(frame.file) else {
        return String::new();
    };
    let node = source
        .content
        .get(segment.from as usize..segment.to as usize)
        .unwrap_or_default();
    let inside = line_of(
        node,
        line,
        newlines(rope, segment.start as usize, start + visible),
    );
    let at = sources
        .line_column(frame.file, segment.from)
        .map_or(1, |at| at.line as usize);
    format!("{}:{}", source.name, at + inside)
}

fn newlines(rope: &Rope, from: usize, to: usize) -> usize {
    let text = rope.as_bytes().get(from..to).unwrap_or_default();
    text.iter().filter(|&&b| b == b'\n').count()
}

/// Which line of a template's node wrote an output line that lies `guess` lines after the node's first
/// output. An action is one place; a literal text is followed line by line, and where it was cut
/// (documents are cut out of it) by what the line says.
fn line_of(node: &[u8], line: &[u8], guess: usize) -> usize {
    if node.starts_with(b"{{") {
        return 0;
    }
    let line = line.trim_ascii_start();
    let wrote = |literal: &&[u8]| {
        let literal = literal.trim_ascii();
        !literal.is_empty() && line.starts_with(literal)
    };
    let lines: Vec<&[u8]> = node.split(|&b| b == b'\n').collect();
    if lines.get(guess).is_some_and(wrote) {
        return guess;
    }
    lines
        .iter()
        .position(wrote)
        .unwrap_or(guess.min(lines.len() - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_literals_are_told_apart() {
        let node = b"kind: A\n---\nkind: B\n  x: ";
        assert_eq!(line_of(node, b"kind: B\n", 0), 2);
        assert_eq!(line_of(node, b"  x: 5\n", 1), 3);
        assert_eq!(line_of(node, b"other\n", 9), 3);
        assert_eq!(line_of(b"{{ toYaml . }}", b"a: 1\n", 4), 0);
    }
}
