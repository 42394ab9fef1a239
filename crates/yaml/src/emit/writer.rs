//! The bytes of a document: the writing half of libyaml's emitter (emitterc.go), for the styles that
//! go-yaml's encoders ask for: block collections, and flow style for empty ones only.

use evenkeel_value::number::decode_rune;

use super::scalar::{Analysis, Version, analyze, count_while, is_break, is_printable, width};

/// Longer keys, and those of several lines, are written after a `?`.
const MAX_SIMPLE_KEY: usize = 128;

/// How a scalar is to be written, if its text allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

/// What a node is to its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Root,
    Item,
    /// A key on the line of its value.
    SimpleKey,
    /// A value, or a key after a `?`.
    Entry,
}

/// A scalar as the encoder hands it to the emitter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scalar<'a> {
    /// Valid UTF-8.
    pub(super) text: &'a [u8],
    pub(super) style: Style,
    /// Whether it carries the tag `!!binary`.
    pub(super) binary: bool,
}

/// The emitter's state between two nodes.
pub(super) struct Writer {
    pub(super) out: Vec<u8>,
    version: Version,
    /// Where lines are folded.
    best_width: usize,
    column: usize,
    /// The indentation of the collection at hand; below zero outside of any.
    indent: isize,
    /// Whether the last character was whitespace.
    whitespace: bool,
    /// Whether the line holds nothing but indentation and indicators so far.
    indention: bool,
}

impl Writer {
    pub(super) fn new(version: Version) -> Writer {
        Writer {
            out: Vec::with_capacity(512),
            version,
            best_width: if version == Version::V2 {
                80
            } else {
                usize::MAX
            },
            column: 0,
            indent: -1,
            whitespace: true,
            indention: true,
        }
    }

    /// Ends the document.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.write_indent();
        self.out
    }

    /// The indentation of what is inside of a node that stands at `place`.
    fn deeper(&self, place: Place) -> isize {
        match self.version {
            _ if self.indent < 0 => 0,
            // Skips the "- ".
            Version::V3 if place == Place::Item => self.indent + 2,
            Version::V3 => 2 * ((self.indent + 2) / 2),
            Version::V2 => self.indent + 2,
        }
    }

    /// Starts a sequence that is not empty; give the result to [`Writer::end_collection`].
    pub(super) fn start_sequence(&mut self, place: Place) -> isize {
        // v2 does not indent a sequence that is a mapping's value.
        let in_mapping = matches!(place, Place::Entry | Place::SimpleKey);
        let indentless = self.version == Version::V2 && in_mapping && !self.indention;
        let outer = self.indent;
        if !indentless || outer < 0 {
            self.indent = self.deeper(place);
        }
        outer
    }

    /// Starts an item of a sequence.
    pub(super) fn start_item(&mut self) {
        self.write_indent();
        self.write_indicator(b"-", true, false, true);
    }

    /// Starts a mapping that is not empty; give the result to [`Writer::end_collection`].
    pub(super) fn start_mapping(&mut self, place: Place) -> isize {
        let outer = self.indent;
        self.indent = self.deeper(place);
        outer
    }

    /// Ends a sequence or mapping.
    pub(super) fn end_collection(&mut self, outer: isize) {
        self.indent = outer;
    }

    /// Writes an empty collection: `[]` or `{}`.
    pub(super) fn empty_collection(&mut self, brackets: &[u8; 2]) {
        self.write_indicator(brackets, true, false, false);
    }

    /// Writes a key and what follows it up to the value.
    pub(super) fn key(&mut self, key: Scalar<'_>) {
        self.write_indent();
        let analysis = analyze(key.text, self.version);
        let tag = if key.binary { "!!binary".len() } else { 0 };
        if !analysis.multiline && key.text.len() + tag <= MAX_SIMPLE_KEY {
            self.analyzed_scalar(key, analysis, Place::SimpleKey);
            self.write_indicator(b":", false, false, false);
            return;
        }
        self.write_indicator(b"?", true, false, true);
        self.analyzed_scalar(key, analysis, Place::Entry);
        self.write_indent();
        self.write_indicator(b":", true, false, true);
    }

    /// Writes a number, a bool or null: short, ASCII and surely plain.
    pub(super) fn bare(&mut self, text: &[u8]) {
        self.space();
        self.out.extend_from_slice(text);
        self.column += text.len();
        self.whitespace = false;
        self.indention = false;
    }

    /// Writes a scalar.
    pub(super) fn scalar(&mut self, scalar: Scalar<'_>, place: Place) {
        let analysis = analyze(scalar.text, self.version);
        self.analyzed_scalar(scalar, analysis, place);
    }

    fn analyzed_scalar(&mut self, scalar: Scalar<'_>, analysis: Analysis, place: Place) {
        if scalar.binary {
            self.space();
            self.put_whole(b"!!binary");
            self.whitespace = false;
            self.indention = false;
        }
        let outer = self.indent;
        self.indent = if outer < 0 { 2 } else { self.deeper(place) };
        let may_break = place != Place::SimpleKey;
        match select_style(scalar, analysis, place) {
            Style::Plain => self.plain(scalar.text, may_break),
            Style::SingleQuoted => self.single_quoted(scalar.text, may_break),
            Style::DoubleQuoted => self.double_quoted(scalar.text, may_break),
            Style::Literal => self.literal(scalar.text),
        }
        self.indent = outer;
    }

    fn plain(&mut self, text: &[u8], may_break: bool) {
        self.space();
        if self.fits(text) {
            self.put_whole(text);
        } else {
            self.fold(text, may_break, false);
        }
        self.whitespace = false;
        self.indention = false;
    }

    fn single_quoted(&mut self, text: &[u8], may_break: bool) {
        self.write_indicator(b"'", true, false, false);
        self.fold(text, may_break, true);
        self.write_indicator(b"'", false, false, false);
    }

    /// Writes a text that needs no escapes, folded at single spaces where lines get too long.
    fn fold(&mut self, text: &[u8], may_break: bool, quoted: bool) {
        let (mut spaces, mut breaks) = (false, false);
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let rest = &text[at..];
            let next = at + width(byte);
            if byte == b' ' {
                let foldable = may_break && !spaces && self.may_fold(text, at);
                if foldable && text.get(next) != Some(&b' ') {
                    self.write_indent();
                } else {
                    self.put(rest);
                }
                spaces = true;
            } else if is_break(rest) {
                if !breaks && byte == b'\n' {
                    self.put_break();
                }
                self.write_break(rest);
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                self.indention = false;
                (spaces, breaks) = (false, false);
                let run = rest.get(..self.unfolded(rest, quoted)).unwrap_or_default();
                if let Some(&last) = run.last() {
                    self.out.extend_from_slice(run);
                    self.column += run.len();
                    spaces = last == b' ';
                    at += run.len();
                    continue;
                }
                if quoted && byte == b'\'' {
                    self.put(b"'");
                }
                self.put(rest);
            }
            at = next;
        }
    }

    /// How many ASCII bytes in front are written as they are: those before the first space where the
    /// line may be too long, with no break or quote among them.
    fn unfolded(&self, text: &[u8], quoted: bool) -> usize {
        let plain = |byte: u8| matches!(byte, b' '..=b'~') & !(quoted & (byte == b'\''));
        let room = self.best_width.saturating_sub(self.column);
        let head = text.get(..room).unwrap_or(text);
        let count = count_while(head, plain);
        if count < head.len() {
            return count;
        }
        let word = text.get(count..).unwrap_or_default();
        count + count_while(word, |byte| plain(byte) & (byte != b' '))
    }

    fn double_quoted(&mut self, text: &[u8], may_break: bool) {
        self.write_indicator(b"\"", true, false, false);
        // libyaml looks for a byte order mark at the start of the text, wherever it stands, and so
        // escapes all of such a text.
        let all = text.starts_with("\u{feff}".as_bytes());
        let mut spaces = false;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let rest = &text[at..];
            let next = at + width(byte);
            let special = matches!(byte, b'"' | b'\\') || !is_printable(rest) || is_break(rest);
            if all || special {
                self.put_escape(rest);
                spaces = false;
            } else if byte == b' ' {
                if may_break && !spaces && self.may_fold(text, at) {
                    self.write_indent();
                    if text.get(next) == Some(&b' ') {
                        self.put(b"\\");
                    }
                } else {
                    self.put(rest);
                }
                spaces = true;
            } else {
                self.put(rest);
                spaces = false;
            }
            at = next;
        }
        self.write_indicator(b"\"", false, false, false);
    }

    fn put_escape(&mut self, text: &[u8]) {
        let (c, _) = decode_rune(text);
        let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
        let letter = match c {
            '\0' => b'0',
            '\x07' => b'a',
            '\x08' => b'b',
            '\t' => b't',
            '\n' => b'n',
            '\x0b' => b'v',
            '\x0c' => b'f',
            '\r' => b'r',
            '\x1b' => b'e',
            '"' => b'"',
            '\\' => b'\\',
            '\u{85}' => b'N',
            '\u{a0}' => b'_',
            '\u{2028}' => b'L',
            '\u{2029}' => b'P',
            _ => return self.put_code(u32::from(c)),
        };
        self.put_whole(&[b'\\', letter]);
    }

    fn put_code(&mut self, code: u32) {
        let (letter, digits) = match code {
            0..0x100 => (b'x', 2),
            0x100..0x1_0000 => (b'u', 4),
            _ => (b'U', 8),
        };
        self.put_whole(&[b'\\', letter]);
        for place in (0..digits).rev() {
            self.put(&[b"0123456789ABCDEF"[(code >> (4 * place) & 0xf) as usize]]);
        }
    }

    fn literal(&mut self, text: &[u8]) {
        self.write_indicator(b"|", true, false, false);
        self.block_hints(text);
        self.put_break();
        self.indention = true;
        self.whitespace = true;
        let mut breaks = true;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let rest = &text[at..];
            if is_break(rest) {
                self.write_break(rest);
                breaks = true;
                at += width(byte);
                continue;
            }
            if breaks {
                self.write_indent();
            }
            let len = line_length(rest);
            self.put_whole(&rest[..len]);
            self.indention = false;
            breaks = false;
            at += len;
        }
    }

    /// The indentation hint where the text starts with a space or break, and the chomping hint.
    fn block_hints(&mut self, text: &[u8]) {
        if text.first() == Some(&b' ') || is_break(text) {
            self.write_indicator(b"2", false, false, false);
        }
        match split_last_break(text) {
            None => self.write_indicator(b"-", false, false, false),
            Some(before) if before.is_empty() || split_last_break(before).is_some() => {
                self.write_indicator(b"+", false, false, false);
            }
            Some(_) => {}
        }
    }

    /// Whether a line may be folded at `at`: it is too long, and this is neither end of the text.
    fn may_fold(&self, text: &[u8], at: usize) -> bool {
        self.column > self.best_width && at > 0 && at + 1 < text.len()
    }

    /// Whether a text without breaks is written without being folded.
    fn fits(&self, text: &[u8]) -> bool {
        self.column.saturating_add(text.len()) <= self.best_width
    }

    fn write_indent(&mut self) {
        let indent = usize::try_from(self.indent).unwrap_or(0);
        let after_indent = self.column == indent && !self.whitespace;
        if !self.indention || self.column > indent || after_indent {
            self.put_break();
        }
        if self.column < indent {
            self.out.resize(self.out.len() + indent - self.column, b' ');
            self.column = indent;
        }
        self.whitespace = true;
        self.indention |= self.version == Version::V2;
    }

    fn write_indicator(&mut self, text: &[u8], spaced: bool, whitespace: bool, indention: bool) {
        if spaced {
            self.space();
        }
        self.put_whole(text);
        self.whitespace = whitespace;
        self.indention &= indention;
    }

    /// A space, unless there is whitespace already.
    fn space(&mut self) {
        if !self.whitespace {
            self.put(b" ");
        }
    }

    /// Writes the first character of `text`.
    fn put(&mut self, text: &[u8]) {
        let len = text.first().map_or(0, |&byte| width(byte));
        self.out.extend_from_slice(text.get(..len).unwrap_or(text));
        self.column += 1;
    }

    /// Writes a text of one line.
    fn put_whole(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
        self.column += text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
    }

    fn put_break(&mut self) {
        self.out.push(b'\n');
        self.column = 0;
        self.indention |= self.version == Version::V3;
    }

    /// Writes the line break that `text` starts with.
    fn write_break(&mut self, text: &[u8]) {
        if text.first() == Some(&b'\n') {
            self.put_break();
        } else {
            self.put(text);
            self.column = 0;
        }
        self.indention = true;
    }
}

/// How many bytes there are before the next break.
fn line_length(text: &[u8]) -> usize {
    let no_break = |byte: u8| (byte != b'\n') & (byte != b'\r') & (byte < 0x80);
    let mut at = 0;
    loop {
        at += count_while(text.get(at..).unwrap_or_default(), no_break);
        match text.get(at..) {
            Some(rest @ [byte, ..]) if !is_break(rest) => at += width(*byte),
            _ => return at.min(text.len()),
        }
    }
}

/// The text before the break that it ends with, if it ends with one.
fn split_last_break(text: &[u8]) -> Option<&[u8]> {
    let start = text.iter().rposition(|byte| byte & 0xc0 != 0x80)?;
    is_break(&text[start..]).then(|| &text[..start])
}

/// libyaml's `yaml_emitter_select_scalar_style`.
fn select_style(scalar: Scalar<'_>, analysis: Analysis, place: Place) -> Style {
    let style = match scalar.style {
        Style::Plain if !analysis.plain_allowed => Style::SingleQuoted,
        Style::Literal if !analysis.block_allowed || place == Place::SimpleKey => {
            Style::DoubleQuoted
        }
        style => style,
    };
    match style {
        Style::SingleQuoted if !analysis.single_quoted_allowed => Style::DoubleQuoted,
        style => style,
    }
}
