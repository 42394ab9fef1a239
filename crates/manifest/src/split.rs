//! Cutting one file into documents: Helm's `SplitManifests`.

use std::ops::Range;

use memchr::memmem;

use crate::Separator;
use crate::space::{is_blank, leading_space, without_trailing_space};

/// The byte ranges of the documents of `text`, in order. Blank documents are left out.
///
/// Follows `SplitManifests`; it works on text, not on YAML, so that `---b: 2` is a separator and a
/// document, and so is a `---` at the start of a line of a block scalar.
pub fn split(text: &[u8], separator: Separator) -> Vec<Range<usize>> {
    match separator {
        Separator::Line => split_lines(text),
        Separator::Trimmed => split_trimmed(text),
    }
}

/// Cuts at matches of `(?m)^---[ \t]*`.
fn split_lines(text: &[u8]) -> Vec<Range<usize>> {
    let mut documents = Vec::new();
    let mut keep = |from: usize, to: usize| {
        if !is_blank(&text[from..to]) {
            documents.push(from + leading_space(&text[from..to])..to);
        }
    };
    let mut from = leading_space(text);
    let mut at = from;
    loop {
        if text[at..].starts_with(b"---") {
            keep(from, at);
            from = at + 3 + blanks(&text[at + 3..], b" \t");
            at = from;
        }
        match memmem::find(&text[at..], b"\n---") {
            Some(hit) => at += hit + 1,
            None => break,
        }
    }
    keep(from, text.len());
    documents
}

/// Cuts at matches of `(?:^|\s*\n)---\s*`, where `^` is the start of the text only.
fn split_trimmed(text: &[u8]) -> Vec<Range<usize>> {
    const SPACE: &[u8] = b" \t\n\x0c\r";
    let mut documents = Vec::new();
    let start = leading_space(text);
    let end = start + without_trailing_space(&text[start..]);
    let mut keep = |from: usize, to: usize| {
        if from < to {
            let document = &text[from..to];
            let lead = leading_space(document);
            documents.push(from + lead..from + lead + without_trailing_space(&document[lead..]));
        }
    };
    let mut from = start;
    if text[start..end].starts_with(b"---") {
        from = start + 3 + blanks(&text[start + 3..end], SPACE);
    }
    while let Some(hit) = memmem::find(&text[from..end], b"\n---") {
        let newline = from + hit;
        let back = text[from..newline]
            .iter()
            .rev()
            .take_while(|b| SPACE.contains(b))
            .count();
        keep(from, newline - back);
        from = newline + 4;
        from += blanks(&text[from..end], SPACE);
    }
    keep(from, end);
    documents
}

/// How many bytes of `set` stand at the start of `text`.
fn blanks(text: &[u8], set: &[u8]) -> usize {
    text.iter().take_while(|b| set.contains(b)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, helm4: &[&str], helm3: &[&str]) {
        for (separator, want) in [(Separator::Line, helm4), (Separator::Trimmed, helm3)] {
            let got: Vec<_> = split(text.as_bytes(), separator)
                .into_iter()
                .map(|r| &text[r])
                .collect();
            assert_eq!(got, want, "{separator:?}");
        }
    }

    #[test]
    fn documents_keep_trailing_newlines_since_helm_4() {
        check(
            "---\na: 1\n\n---\nb: 2\n",
            &["a: 1\n\n", "b: 2\n"],
            &["a: 1", "b: 2"],
        );
        check(
            "  a: 1\n---\n  b: 2",
            &["a: 1\n", "b: 2"],
            &["a: 1", "b: 2"],
        );
    }

    #[test]
    fn a_separator_needs_no_line_of_its_own() {
        check("a: 1\n---b: 2\n", &["a: 1\n", "b: 2\n"], &["a: 1", "b: 2"]);
        check("a: 1\n--- # c\n", &["a: 1\n", "# c\n"], &["a: 1", "# c"]);
        check(
            "a: |\n  x\n  ---\n",
            &["a: |\n  x\n  ---\n"],
            &["a: |\n  x\n  ---"],
        );
    }

    #[test]
    fn blank_documents_vanish() {
        check("", &[], &[]);
        check(" \n\t", &[], &[]);
        check("---\n \n---\t\n", &[], &["---"]);
        check("---", &[], &[]);
        check("a: 1\n---", &["a: 1\n"], &["a: 1"]);
    }

    #[test]
    fn helm_3_eats_the_line_break_that_the_next_separator_needs() {
        check("---\n---\na: 1", &["a: 1"], &["---\na: 1"]);
        check(
            "a: 1\n---\n\n---\nb: 2",
            &["a: 1\n", "b: 2"],
            &["a: 1", "---\nb: 2"],
        );
    }

    #[test]
    fn dashes_in_a_row() {
        check("------\na: 1", &["---\na: 1"], &["---\na: 1"]);
        check("a: 1\n----\nb", &["a: 1\n", "-\nb"], &["a: 1", "-\nb"]);
    }
}
