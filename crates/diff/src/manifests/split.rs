//! Cutting a stream of YAML or JSON into documents.

use std::ops::Range;

/// The byte ranges of the documents of a stream, in order: YAML documents, and JSON values that follow one another
/// as `kubectl -o json` and `jq` print them. Documents that hold nothing are left out.
///
/// It works on text: `---` and `...` at the start of a line end a document wherever they stand, as YAML has it.
pub(super) fn split(text: &[u8]) -> Vec<Range<usize>> {
    let mut documents = Vec::new();
    let mut from = 0;
    let lines = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
    for at in std::iter::once(0).chain(lines) {
        if is_marker(&text[at..]) {
            keep(text, from..at, &mut documents);
            from = at + MARKER;
        }
    }
    keep(text, from..text.len(), &mut documents);
    documents
}

/// How long a marker is. What follows `---` on its line belongs to the document.
const MARKER: usize = 3;

/// Whether the line begins with a marker.
fn is_marker(text: &[u8]) -> bool {
    let is_one = text.starts_with(b"---") || text.starts_with(b"...");
    is_one && text.get(MARKER).is_none_or(u8::is_ascii_whitespace)
}

/// Keeps a document, or the JSON values that it consists of.
fn keep(text: &[u8], range: Range<usize>, documents: &mut Vec<Range<usize>>) {
    let mut from = range.start;
    while let Some(start) = begin(&text[from..range.end]) {
        from += start;
        let rest = &text[from..range.end];
        let end = match json_end(rest) {
            // Only where another value follows: the parser tells best what else is wrong.
            Some(end) if matches!(rest[end..].trim_ascii_start().first(), Some(b'{' | b'[')) => {
                from + end
            }
            _ => range.end,
        };
        documents.push(from..end);
        from = end;
    }
}

/// Where the text begins that is neither blank, comment nor directive.
fn begin(text: &[u8]) -> Option<usize> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    let mut at = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let plain = line.strip_prefix(MARK).unwrap_or(line).trim_ascii();
        let is_directive = line.starts_with(b"%");
        if !plain.is_empty() && !plain.starts_with(b"#") && !is_directive {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// Where the JSON value ends that the text begins with.
fn json_end(text: &[u8]) -> Option<usize> {
    let start = text.len() - text.trim_ascii_start().len();
    if !matches!(text.get(start), Some(b'{' | b'[')) {
        return None;
    }
    let (mut depth, mut in_text, mut is_escaped) = (0usize, false, false);
    for (at, byte) in text.iter().enumerate().skip(start) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 && !in_text {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::split;

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let got: Vec<&str> = split(text.as_bytes())
            .into_iter()
            .map(|range| text[range].trim())
            .collect();
        assert_eq!(got, want);
    }

    #[test]
    fn yaml_documents_end_at_markers() {
        check("a: 1\n---\nb: 2\n", &["a: 1", "b: 2"]);
        check(
            "---\na: 1\n...\n---\n# b\n--- {c: 3}\n",
            &["a: 1", "{c: 3}"],
        );
        check("a: |\n  ---\n  x\n----\n", &["a: |\n  ---\n  x\n----"]);
        check("a: 1\n...\nb: 2", &["a: 1", "b: 2"]);
        check("a: 1\r\n---\r\nb: 2", &["a: 1", "b: 2"]);
    }

    #[test]
    fn what_holds_nothing_is_no_document() {
        check("", &[]);
        check("---", &[]);
        check("# a\n---\n\n---\n", &[]);
        check("%YAML 1.2\n---\na: 1", &["a: 1"]);
        check("\u{feff}# a\n---\na: 1", &["a: 1"]);
    }

    #[test]
    fn json_values_may_follow_one_another() {
        check(
            "{\"a\": \"}\\\"\"}\n{\"b\": [{}]}",
            &["{\"a\": \"}\\\"\"}", "{\"b\": [{}]}"],
        );
        check("{a: 1}\n# end\n", &["{a: 1}\n# end"]);
        check("{a: '{'}\n", &["{a: '{'}"]);
        check("[1][2]", &["[1]", "[2]"]);
        check("{a: 1} b", &["{a: 1} b"]);
    }
}
