//! Documents that are plain enough to see by their lines alone that nothing in them can be refused.
//!
//! Most of a manifest is read only to find out whether it is YAML. Where every line is a key, an item or
//! part of a scalar of the most usual forms, the lines and their indentation tell, and scanner, parser and
//! tree need to see only the entries that are wanted. Whatever is not certain is left to them: tabs,
//! flow collections, anchors, tags, keys with spaces, numbers that JSON may not have.

use crate::kinds::is_plain_scalar;
use crate::read::Input;

/// Collections within collections that are followed, far below what the parser allows.
const DEPTH: usize = 64;
/// Flow collections within flow collections.
const FLOW_DEPTH: usize = 4;
/// Longer keys are left to the parser, which refuses those beyond 1024 characters.
const MAX_KEY: usize = 128;
/// Longer texts are left to the parser, which counts nodes.
const MAX_TEXT: usize = 4 << 20;

/// The lines of the entries at the top whose keys `wanted` takes, if the text is a block mapping and
/// certainly valid; what YAML makes of these lines is then what it makes of them in the whole text.
pub(crate) fn wanted_lines(input: &Input<'_>, wanted: &dyn Fn(&[u8]) -> bool) -> Option<Vec<u8>> {
    let text = input.bytes();
    let simple = input.plain_breaks && !input.is_tricky() && input.start == 0;
    if !simple || text.len() > MAX_TEXT || memchr::memchr(b'\t', text).is_some() {
        return None;
    }
    let mut outline = Outline {
        text,
        at: 0,
        end: line_end(text, 0),
        open: Vec::new(),
    };
    let (mut lines, mut keep_from) = (Vec::new(), None);
    while let Some((start, column)) = outline.next_content() {
        if column == 0
            && let Some((key, _, _)) = key(outline.line())
        {
            let from = keep_from.take().unwrap_or(start);
            lines.extend_from_slice(text.get(from..start)?);
            keep_from = wanted(key).then_some(start);
        }
        outline.entry(column)?;
    }
    outline.open.first()?;
    lines.extend_from_slice(text.get(keep_from.unwrap_or(text.len())..)?);
    Some(lines)
}

/// A block collection that is being read.
struct Level {
    column: usize,
    is_map: bool,
    /// Whether its last key or dash has no value yet.
    awaits: bool,
}

struct Outline<'t> {
    text: &'t [u8],
    at: usize,
    /// Where the line that the cursor is in ends: its break, or the end of the text.
    end: usize,
    open: Vec<Level>,
}

impl<'t> Outline<'t> {
    /// The line from here on, without its break.
    fn line(&self) -> &'t [u8] {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    /// Passes the line that the cursor is in.
    fn skip_line(&mut self) {
        self.at = (self.end + 1).min(self.text.len());
        self.end = line_end(self.text, self.at);
    }

    /// Goes to the first character of the next line that is neither blank nor a comment; gives where that
    /// line begins, and the column.
    fn next_content(&mut self) -> Option<(usize, usize)> {
        while self.at < self.text.len() {
            let line = self.line();
            let column = indentation(line);
            match line.get(column) {
                None | Some(b'#') => self.skip_line(),
                Some(_) => {
                    let start = self.at;
                    self.at += column;
                    return Some((start, column));
                }
            }
        }
        None
    }

    /// A key, items or a scalar, at this column, with what stands behind them.
    fn entry(&mut self, mut column: usize) -> Option<()> {
        while self.open.last().is_some_and(|level| level.column > column) {
            self.open.pop();
        }
        let mut first = true;
        loop {
            let line = self.line();
            if let [b'-'] | [b'-', b' ', ..] = line {
                self.item(column, first)?;
                let spaces = indentation(&line[1..]);
                if line.len() == 1 + spaces || line[1 + spaces] == b'#' {
                    self.skip_line();
                    return Some(());
                }
                self.at += 1 + spaces;
                column += 1 + spaces;
                first = false;
            } else if let Some((_, length, is_plain)) = key(line) {
                if is_plain && !is_plain_scalar(&line[..length - 1], true) {
                    return None;
                }
                self.key(column, first)?;
                return self.value(length);
            } else {
                // A scalar behind a dash, or on a line of its own below the key or dash.
                let level = self.open.last()?;
                return if level.awaits && level.column < column {
                    self.value(0)
                } else {
                    None
                };
            }
        }
    }

    /// A dash: the next item of the sequence at hand, or the first of a new one.
    fn item(&mut self, column: usize, first: bool) -> Option<()> {
        match self.open.last_mut()? {
            level if first && level.column == column && !level.is_map => level.awaits = true,
            level => {
                // A sequence may stand in the column of the key that it belongs to.
                let fits = column > level.column || (first && level.is_map);
                if !fits || !level.awaits {
                    return None;
                }
                self.push(column, false)?;
            }
        }
        Some(())
    }

    /// A key: of the mapping at hand, or the first of a new one.
    fn key(&mut self, column: usize, first: bool) -> Option<()> {
        let Some(level) = self.open.last() else {
            return if column == 0 {
                self.push(0, true)
            } else {
                None
            };
        };
        if first && level.column == column && !level.is_map {
            self.open.pop();
        }
        match self.open.last_mut()? {
            level if level.column == column && level.is_map => level.awaits = true,
            level if level.column < column && level.awaits => self.push(column, true)?,
            _ => return None,
        }
        Some(())
    }

    fn push(&mut self, column: usize, is_map: bool) -> Option<()> {
        if self.open.len() >= DEPTH {
            return None;
        }
        if let Some(outer) = self.open.last_mut() {
            outer.awaits = false;
        }
        self.open.push(Level {
            column,
            is_map,
            awaits: true,
        });
        Some(())
    }

    /// What stands behind the key or dash, whose text is `skip` bytes long; with the lines that belong
    /// to it, but for collections.
    fn value(&mut self, skip: usize) -> Option<()> {
        self.at += skip;
        self.at += indentation(self.line());
        let line = self.line();
        let level = self.open.last_mut()?;
        let indent = level.column;
        if matches!(line, [] | [b'#', ..]) {
            self.skip_line();
            return Some(());
        }
        level.awaits = false;
        match line {
            [b'\'' | b'"', ..] => self.quoted(line[0], indent),
            [b'|' | b'>', ..] => self.block(indent),
            [b'{', b'}', rest @ ..] | [b'[', b']', rest @ ..] => {
                self.skip_line();
                is_end(rest).then_some(())
            }
            [b'[' | b'{', ..] => {
                self.skip_line();
                is_end(behind_flow(line, FLOW_DEPTH)?).then_some(())
            }
            // Beyond these, a dot begins a number, or one of the words that JSON has no number for.
            [b'.', b'a'..=b'z', ..] if !line.starts_with(b".inf") && !line.starts_with(b".nan") => {
                self.plain(indent)
            }
            [
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' | b'$' | b'(' | b'^' | b'=',
                ..,
            ]
            | [b'-', b'a'..=b'z' | b'0'..=b'9', ..]
            | [b'-', b'-', b'a'..=b'z', ..] => self.plain(indent),
            _ => None,
        }
    }

    fn plain(&mut self, indent: usize) -> Option<()> {
        loop {
            let more = plain_line(self.line())?;
            self.skip_line();
            // Blank lines belong to the scalar if it goes on behind them, else to nothing.
            while self.at < self.text.len() && is_blank(self.line()) {
                self.skip_line();
            }
            let line = self.line();
            let column = indentation(line);
            if !more || line.is_empty() || column <= indent || line[column] == b'#' {
                return Some(());
            }
            self.at += column;
        }
    }

    fn quoted(&mut self, quote: u8, indent: usize) -> Option<()> {
        self.at += 1;
        loop {
            let line = self.line();
            if let Some(end) = closing(line, quote)? {
                self.skip_line();
                return is_end(&line[end..]).then_some(());
            }
            self.skip_line();
            let line = self.line();
            if self.at >= self.text.len() || (!is_blank(line) && indentation(line) <= indent) {
                return None;
            }
        }
    }

    fn block(&mut self, indent: usize) -> Option<()> {
        let header = self.line();
        let (given, header) = match header {
            [_, digit @ b'1'..=b'9', rest @ ..] => (Some(usize::from(digit - b'0')), rest),
            _ => (None, &header[1..]),
        };
        let header = header
            .strip_prefix(b"-")
            .or(header.strip_prefix(b"+"))
            .unwrap_or(header);
        if !is_blank(header) {
            return None;
        }
        self.skip_line();
        let inner = match given {
            Some(more) => indent + more,
            None => self.first_indentation()?,
        };
        if inner <= indent {
            return Some(());
        }
        while self.at < self.text.len() {
            let line = self.line();
            if indentation(line) < inner && !is_blank(line) {
                break;
            }
            self.skip_line();
        }
        Some(())
    }

    /// How far the first line that is not blank is indented; the lines before it are passed.
    fn first_indentation(&mut self) -> Option<usize> {
        while self.at < self.text.len() && is_blank(self.line()) {
            if !self.line().is_empty() {
                return None;
            }
            self.skip_line();
        }
        Some(indentation(self.line()))
    }
}

fn line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

fn indentation(line: &[u8]) -> usize {
    let mut rest = line;
    while let Some((eight, behind)) = rest.split_first_chunk::<8>()
        && *eight == [b' '; 8]
    {
        rest = behind;
    }
    line.len() - rest.len() + rest.iter().take_while(|&&b| b == b' ').count()
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|&b| b == b' ')
}

/// Whether nothing but a comment follows.
fn is_end(rest: &[u8]) -> bool {
    let spaces = indentation(rest);
    rest.len() == spaces || (spaces > 0 && rest[spaces] == b'#')
}

/// The key that a line begins with, the length of its text and colon, and whether it has no quotes.
fn key(line: &[u8]) -> Option<(&[u8], usize, bool)> {
    let quote = *line.first()?;
    let (quotes, inner) = match quote {
        b'"' | b'\'' => (1, &line[1..]),
        _ => (0, line),
    };
    let length = inner.iter().position(|&b| !in_key(b))?;
    let key = &inner[..length];
    let mut rest = &inner[length..];
    if quotes == 1 {
        rest = rest.strip_prefix(&[quote])?;
    }
    let begins_well = !matches!(key, [] | [b'-' | b'.', ..]);
    let ends_well = matches!(rest, [b':'] | [b':', b' ', ..]);
    (begins_well && ends_well && length <= MAX_KEY).then_some((
        key,
        length + 2 * quotes + 1,
        quotes == 0,
    ))
}

fn in_key(b: u8) -> bool {
    IN_KEY[usize::from(b)]
}

/// A table, for this is asked of most bytes that are no space.
const IN_KEY: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0u8;
    while b < 128 {
        table[b as usize] =
            b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/' | b'.' | b'-' | b'$');
        b += 1;
    }
    table
};

/// Whether a plain scalar may go on behind this line of it; `None` where the line holds what may be more
/// than text.
fn plain_line(line: &[u8]) -> Option<bool> {
    for at in memchr::memchr2_iter(b':', b'#', line) {
        match (line[at], line.get(at + 1)) {
            (b':', None | Some(b' ')) => return None,
            (b'#', _) if at > 0 && line[at - 1] == b' ' => return Some(false),
            _ => {}
        }
    }
    Some(true)
}

/// What follows a flow collection of words and quoted texts without escapes, and of such collections;
/// `text` begins with its bracket.
fn behind_flow(text: &[u8], depth: usize) -> Option<&[u8]> {
    let (is_map, end) = match text.first()? {
        b'[' => (false, b']'),
        b'{' => (true, b'}'),
        _ => return behind_word(text),
    };
    let mut rest = &text[1..];
    loop {
        rest = &rest[indentation(rest)..];
        if is_map {
            let (_, length, is_plain) = key(rest)?;
            if is_plain && !is_plain_scalar(&rest[..length - 1], true) {
                return None;
            }
            rest = &rest[length..];
            rest = &rest[indentation(rest)..];
        }
        rest = behind_flow(rest, depth.checked_sub(1)?)?;
        rest = &rest[indentation(rest)..];
        match rest {
            [b',', behind @ ..] => rest = behind,
            [last, behind @ ..] if *last == end => return Some(behind),
            _ => return None,
        }
    }
}

fn behind_word(text: &[u8]) -> Option<&[u8]> {
    let length = match text {
        [quote @ (b'"' | b'\''), inner @ ..] => {
            let end = memchr::memchr2(*quote, b'\\', inner)?;
            (inner[end] == *quote).then_some(end + 2)?
        }
        [b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/', ..] => {
            text.iter().position(|&b| !in_key(b))?
        }
        _ => return None,
    };
    Some(&text[length..])
}

/// Where a quoted scalar ends in its line, or `None` inside if it goes on; `None` outside for escapes
/// that are not looked at.
fn closing(line: &[u8], quote: u8) -> Option<Option<usize>> {
    let mut at = 0;
    loop {
        let rest = line.get(at..).unwrap_or_default();
        let Some(found) = memchr::memchr2(quote, if quote == b'"' { b'\\' } else { quote }, rest)
        else {
            return Some(None);
        };
        at += found + 1;
        match (rest[found], line.get(at)) {
            (b'\\', None | Some(b'"' | b'\\' | b'n' | b't')) => at += 1,
            (b'\\', _) => return None,
            (b'\'', Some(b'\'')) => at += 1,
            _ => return Some(Some(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    use super::*;
    use crate::decode_kinds;

    fn is_wanted(key: &[u8]) -> bool {
        key == b"kind" || key == b"metadata"
    }

    fn lines_of(text: &str) -> Option<String> {
        let lines = wanted_lines(&Input::new(text.as_bytes()), &is_wanted)?;
        Some(String::from_utf8(lines).expect("the text was UTF-8"))
    }

    const SAMPLE: &str = r#"# Source: a
kind: Widget
metadata:
  name: "a\tb"
  annotations:
    "helm.sh/hook": pre-install # first
    note: |-

      # text: 'x
        more
spec:
  description: one
    two, 'three' -x


    four
  versions:
  - name: v1
    path: .spec
    arg: --x
  - 'it''s: quoted
     still'
  -
    deep:
      - - a
        - b: {}
          c: []
  own:
    {}
  all: [ALL, "b", 'c' ] # some
  some: {path: /b, 'c': 1} # all
  nested: {b: [c, {d: e}], "f": g }
  operator: =
  given: |2-
      more
    less
  end: >
   folded

status:
- 1
"#;

    #[test]
    fn takes_whole_entries() {
        let text =
            "a: 1\nkind: x\n# note\nb:\n- kind: y\nmetadata:\n  name: z\nc: |\n\n  kind: 1\n";
        let want = "kind: x\n# note\nmetadata:\n  name: z\n";
        assert_eq!(lines_of(text).as_deref(), Some(want));
        assert_eq!(lines_of("a: 1\n").as_deref(), Some(""));
    }

    #[test]
    fn leaves_what_is_not_certain() {
        for text in [
            "",
            "- a",
            "text",
            "---\na: 1",
            "a: [b: c]",
            "a: [b",
            "a: [b,]",
            "a: [b c]",
            "a: [*b]",
            "a: [.inf]",
            "a: [[b]",
            "a: [[[[[b]]]]]",
            "a: [b}",
            "a: {b}",
            "a: {b: c",
            "a: {b:c}",
            "a: {b: }",
            "a: {null: c}",
            "a: {b: c, }",
            "a: {b: c}: d",
            "a: ['b''c']",
            "a: [\"\\x41\"]",
            "a: [b]:",
            "a: [b] c",
            "a: [b]\n  c",
            "a: &x b",
            "a: !t b",
            "a: *x",
            "<<: 1",
            "~: 1",
            "a: b: c",
            "a: b:",
            "a: .inf",
            "a: .nan",
            "a: .5",
            "a: -.inf",
            "a:\tb",
            "a: 'b",
            "a: 'b\nc'",
            "a: \"\\x41\"",
            "a: |-2\n  b",
            "a: |2\n b",
            "a: |\n  \n  b",
            "a: |\n   b\n  c",
            "a:\n  b: 1\n c: 2",
            "a: 1\n  b: 2",
            "a: b\n  # c\n  d",
            "a:\n  - b\n  c: 1",
            "a b: 1",
            "? a",
            "a: 1\r\nb: 2",
            "a: 1\n...\nb",
        ] {
            assert_eq!(lines_of(text), None, "{text}");
        }
    }

    /// What is certain here is so for the parser: in texts that are a little off, too.
    #[test]
    fn agrees_with_the_parser() {
        let parsed = |text: &str| decode_kinds(text.as_bytes(), FileId::NONE);
        let changes = [
            "", " ", "  ", "\n", ":", ": ", "-", "- ", "#", " #", "'", "\"", "\\", "|", "x",
            "\n  ", "{", "}", "[", "]", ",", "a:\n", "\n- ", "...",
        ];
        assert!(lines_of(SAMPLE).is_some());
        let mut certain = 0;
        for (at, change) in (0..SAMPLE.len()).flat_map(|at| changes.map(|change| (at, change))) {
            let mut text = SAMPLE.to_owned();
            text.replace_range(at..at + usize::from(change.is_empty()), change);
            let Some(lines) = lines_of(&text) else {
                continue;
            };
            certain += 1;
            let fail = |error: crate::Error| -> ! { panic!("{}\n{text}", error.text()) };
            let whole = parsed(&text).unwrap_or_else(|error| fail(error));
            let part = parsed(&lines).unwrap_or_else(|error| fail(error));
            let checked = crate::decode(text.as_bytes(), FileId::NONE);
            assert!(checked.is_ok(), "{text}");
            for key in ["kind", "metadata"] {
                assert_eq!(part.get(key), whole.get(key), "{text}");
            }
        }
        assert!(certain > 2000, "{certain}");
    }
}
