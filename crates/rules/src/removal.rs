//! Edits that take something out of a file.

use std::ops::Range;

use evenkeel_diagnostics::{Applicability, Edit, Fix, SourceMap, Span};

/// Takes out an entry of a block mapping or an item of a block list of a YAML file, with all its lines. `place` begins
/// with its key, or with the item. `None` where it does not have its lines for itself, or where its parent would be
/// left empty, which may mean something else.
pub(crate) fn entry(place: Span, sources: &SourceMap) -> Option<Fix> {
    let source = sources.get(place.file)?;
    let text = std::str::from_utf8(&source.content).ok()?;
    let range = lines_of_entry(text, place.start as usize)?;
    Some(fix(place, range))
}

/// Takes out a comment; its line too, if it has one for itself.
pub(crate) fn comment(place: Span, sources: &SourceMap) -> Option<Fix> {
    let source = sources.get(place.file)?;
    let text = std::str::from_utf8(&source.content).ok()?;
    let start = place.start as usize;
    let line = line_around(text, start);
    let before = &text[line.start..start];
    let range = match before.trim().is_empty() {
        true => line,
        false => line.start + before.trim_end().len()..place.end as usize,
    };
    Some(fix(place, range))
}

fn fix(place: Span, range: Range<usize>) -> Fix {
    // Spans are made of offsets that fit.
    let span = Span::new(place.file, range.start as u32, range.end as u32);
    Fix {
        edits: vec![Edit {
            span,
            text: String::new(),
        }],
        applicability: Applicability::Safe,
    }
}

/// A line with its end.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    start..end
}

fn lines_of_entry(text: &str, at: usize) -> Option<Range<usize>> {
    let first = line_around(text, at);
    let before = text.get(first.start..at)?;
    let indent = before.len() - before.trim_start_matches(' ').len();
    let is_item = match before.trim_start_matches(' ') {
        "" => false,
        dash if dash.trim_end() == "-" => true,
        _ => return None,
    };
    let mut end = first.end;
    let mut next = first.end;
    while next < text.len() {
        let line = line_around(text, next);
        let content = text[line.clone()].trim_end();
        let deeper = content.len() - content.trim_start_matches(' ').len();
        let content = content.trim_start();
        // A list may stand as far out as its key.
        let belongs = deeper > indent || !is_item && deeper == indent && is_list_item(content);
        if !content.is_empty() && !belongs {
            break;
        }
        if belongs && !content.is_empty() {
            end = line.end;
        }
        next = line.end;
    }
    has_sibling(text, first.start, end, indent, is_item).then_some(first.start..end)
}

fn is_list_item(content: &str) -> bool {
    content == "-" || content.starts_with("- ")
}

/// Whether something else stands at the same indent in the same parent.
fn has_sibling(text: &str, start: usize, end: usize, indent: usize, is_item: bool) -> bool {
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let indent_of = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_same = |line: &str| {
        indent_of(line) == indent
            && is_list_item(line.trim()) == is_item
            && !line.starts_with("---")
    };
    let after = text[end..].lines().find(is_code);
    let mut before = text[..start].lines().rev().filter(is_code);
    let before = before.find(|line| indent_of(line) <= indent);
    after.is_some_and(is_same) || before.is_some_and(is_same)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `@` stands before the key or the item.
    #[track_caller]
    fn check(text: &str, want: Option<&str>) {
        let at = text.find('@').expect("a place");
        let text = text.replace('@', "");
        let left = lines_of_entry(&text, at).map(|range| {
            let mut left = text.clone();
            left.replace_range(range, "");
            left
        });
        assert_eq!(left.as_deref(), want, "{text}");
    }

    #[test]
    fn an_entry_goes_with_its_lines() {
        check("a: 1\n@b: 2\nc: 3\n", Some("a: 1\nc: 3\n"));
        check(
            "a: 1\n@b:\n  c: 2\n\n  # d\n  d: 3\n\ne: 4\n",
            Some("a: 1\n\ne: 4\n"),
        );
        check("a: 1\n@b:\n- 2\n- 3\nc: 4\n", Some("a: 1\nc: 4\n"));
        check(
            "x:\n  @a: 1\n  b: |\n    text\n",
            Some("x:\n  b: |\n    text\n"),
        );
        check("x:\n  - @{a: 1}\n  - {b: 1}\n", Some("x:\n  - {b: 1}\n"));
        check(
            "x:\n  - a: 1\n  - @b: 1\n    c: 2\n",
            Some("x:\n  - a: 1\n"),
        );
    }

    #[test]
    fn what_shares_its_line_or_is_alone_stays() {
        check("x: {@a: 1, b: 2}\n", None);
        check("x:\n  @a: 1\ny: 2\n", None);
        check("x:\n  - @a\ny: 2\n", None);
        check("x:\n- @a: 1\ny: 2\n", None);
    }
}
