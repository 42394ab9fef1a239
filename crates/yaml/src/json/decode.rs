//! `json.Unmarshal` into `interface {}`, `map[string]interface {}` and `[]interface {}`.

use std::sync::Arc;

use evenkeel_diagnostics::{FileId, Origin, Span};
use evenkeel_value::number::{FloatSize, parse_float, quote};
use evenkeel_value::{Data, DataEntry, DataItem};

use super::string::unescape;
use crate::{Error, ErrorKind};

/// How deep `encoding/json` lets values nest.
const MAX_DEPTH: usize = 10_000;

/// What `json.Unmarshal` leaves in its target, and the error that it returns beside: a mismatch does not
/// undo what is decoded before and after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Partial {
    /// What the target holds.
    pub data: Data,
    /// What went wrong.
    pub error: Option<Error>,
}

/// `json.Unmarshal` into an `interface {}`: all numbers are floats, of two equal keys the later wins.
///
/// # Errors
/// Go's text, such as `invalid character 'x' looking for beginning of value`.
pub fn decode(text: &[u8], file: FileId) -> Result<Data, Error> {
    let (data, mismatch) = Decoder::new(text, file).document()?;
    mismatch.map_or(Ok(data), Err)
}

/// `json.Unmarshal` into an empty `map[string]interface {}`; a JSON null makes it nil, which is
/// [`Data::Null`] here.
pub fn decode_map(text: &[u8], file: FileId) -> Partial {
    let fits = |data: &Data| matches!(data, Data::Map(_));
    decode_into(
        text,
        file,
        Data::empty_map(),
        "map[string]interface {}",
        fits,
    )
}

/// `json.Unmarshal` into an empty `[]interface {}`; a JSON null makes it nil, which is [`Data::Null`] here.
pub fn decode_list(text: &[u8], file: FileId) -> Partial {
    let fits = |data: &Data| matches!(data, Data::List(_));
    decode_into(
        text,
        file,
        Data::List(Arc::from([])),
        "[]interface {}",
        fits,
    )
}

fn decode_into(
    text: &[u8],
    file: FileId,
    empty: Data,
    go_type: &str,
    fits: impl Fn(&Data) -> bool,
) -> Partial {
    match Decoder::new(text, file).document() {
        Err(error) => Partial {
            data: empty,
            error: Some(error),
        },
        Ok((Data::Null, None)) => Partial {
            data: Data::Null,
            error: None,
        },
        Ok((data, error)) if fits(&data) => Partial { data, error },
        Ok((data, _)) => Partial {
            data: empty,
            error: Some(mismatch(kind_of(&data), go_type)),
        },
    }
}

fn kind_of(data: &Data) -> &'static str {
    match data {
        Data::Bool(_) => "bool",
        // Null with an error is a number that no float holds.
        Data::Null | Data::Int(_) | Data::Uint(_) | Data::Float(_) => "number",
        Data::Str(_) => "string",
        Data::List(_) => "array",
        Data::Map(_) => "object",
    }
}

fn mismatch(found: &str, go_type: &str) -> Error {
    let text = format!("json: cannot unmarshal {found} into Go value of type {go_type}");
    Error::new(ErrorKind::Decode, text)
}

/// A collection that is not closed yet.
struct Open {
    start: Origin,
    content: Content,
}

enum Content {
    List(Vec<DataItem>),
    /// The entries, and the key whose value comes next.
    Map(Vec<DataEntry>, Key),
}

#[derive(Clone)]
struct Key {
    text: Arc<[u8]>,
    origin: Origin,
}

impl Open {
    fn add(&mut self, value: Data, origin: Origin) {
        match &mut self.content {
            Content::List(items) => items.push(DataItem { value, origin }),
            Content::Map(entries, key) => {
                let Key { text, origin } = key.clone();
                entries.push(DataEntry {
                    key: text,
                    value,
                    origin,
                });
            }
        }
    }

    fn close(self) -> Data {
        match self.content {
            Content::List(items) => Data::List(items.into()),
            Content::Map(entries, _) => Data::map(entries),
        }
    }
}

struct Decoder<'a> {
    text: &'a [u8],
    at: usize,
    file: FileId,
    open: Vec<Open>,
    /// The first number that no float holds.
    mismatch: Option<Error>,
}

impl<'a> Decoder<'a> {
    fn new(text: &'a [u8], file: FileId) -> Decoder<'a> {
        Decoder {
            text,
            at: 0,
            file,
            open: Vec::new(),
            mismatch: None,
        }
    }

    fn document(mut self) -> Result<(Data, Option<Error>), Error> {
        loop {
            self.skip_space();
            let mut origin = self.origin();
            let Some(mut value) = self.begin_value()? else {
                continue;
            };
            loop {
                let Some(parent) = self.open.last_mut() else {
                    self.end()?;
                    return Ok((value, self.mismatch));
                };
                parent.add(value, origin);
                if self.continues()? {
                    break;
                }
                let Some(closed) = self.open.pop() else {
                    return Err(self.unexpected_end());
                };
                origin = closed.start;
                value = closed.close();
            }
        }
    }

    /// Reads a scalar or an empty collection, or opens a collection and gives none.
    fn begin_value(&mut self) -> Result<Option<Data>, Error> {
        Ok(Some(match self.peek()? {
            b'{' => return self.begin_map(),
            b'[' => return self.begin_list(),
            b'"' => Data::Str(self.string()?),
            b't' => self.literal("true", Data::Bool(true))?,
            b'f' => self.literal("false", Data::Bool(false))?,
            b'n' => self.literal("null", Data::Null)?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => return Err(self.invalid("looking for beginning of value")),
        }))
    }

    fn begin_map(&mut self) -> Result<Option<Data>, Error> {
        let start = self.open_bracket()?;
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(Some(Data::empty_map()));
        }
        let key = self.key()?;
        self.open.push(Open {
            start,
            content: Content::Map(Vec::new(), key),
        });
        Ok(None)
    }

    fn begin_list(&mut self) -> Result<Option<Data>, Error> {
        let start = self.open_bracket()?;
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(Some(Data::List(Arc::from([]))));
        }
        self.open.push(Open {
            start,
            content: Content::List(Vec::new()),
        });
        Ok(None)
    }

    fn open_bracket(&mut self) -> Result<Origin, Error> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.invalid("exceeded max depth"));
        }
        let start = self.origin();
        self.at += 1;
        self.skip_space();
        Ok(start)
    }

    /// Reads what follows a value in its collection; whether another value comes.
    fn continues(&mut self) -> Result<bool, Error> {
        self.skip_space();
        let next = self.peek()?;
        let in_map = matches!(
            self.open.last(),
            Some(Open {
                content: Content::Map(..),
                ..
            })
        );
        match (next, in_map) {
            (b'}', true) | (b']', false) => {
                self.at += 1;
                Ok(false)
            }
            (b',', false) => {
                self.at += 1;
                Ok(true)
            }
            (b',', true) => {
                self.at += 1;
                self.skip_space();
                let next = self.key()?;
                if let Some(Open {
                    content: Content::Map(_, key),
                    ..
                }) = self.open.last_mut()
                {
                    *key = next;
                }
                Ok(true)
            }
            (_, true) => Err(self.invalid("after object key:value pair")),
            (_, false) => Err(self.invalid("after array element")),
        }
    }

    /// Reads a key and its colon.
    fn key(&mut self) -> Result<Key, Error> {
        if self.peek()? != b'"' {
            return Err(self.invalid("looking for beginning of object key string"));
        }
        let origin = self.origin();
        let text = self.string()?;
        self.skip_space();
        if self.peek()? != b':' {
            return Err(self.invalid("after object key"));
        }
        self.at += 1;
        Ok(Key { text, origin })
    }

    fn literal(&mut self, word: &str, value: Data) -> Result<Data, Error> {
        for &byte in word.as_bytes() {
            if self.byte() != byte {
                let expected = char::from(byte);
                return Err(self.invalid(&format!("in literal {word} (expecting '{expected}')")));
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<Data, Error> {
        let start = self.at;
        if self.byte() == b'-' {
            self.at += 1;
        }
        match self.byte() {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.skip_digits(),
            _ => return Err(self.invalid("in numeric literal")),
        }
        if self.byte() == b'.' {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.byte(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        Ok(self.float(start))
    }

    fn float(&mut self, start: usize) -> Data {
        let text = &self.text[start..self.at];
        if let Ok(number) = parse_float(text, FloatSize::F64) {
            return Data::Float(number);
        }
        let number = String::from_utf8_lossy(text);
        let error = mismatch(&format!("number {number}"), "float64").at(self.span(start));
        self.mismatch.get_or_insert(error);
        Data::Null
    }

    fn digits(&mut self, context: &str) -> Result<(), Error> {
        if !self.byte().is_ascii_digit() {
            return Err(self.invalid(context));
        }
        self.skip_digits();
        Ok(())
    }

    fn skip_digits(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Result<Arc<[u8]>, Error> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.escape()?,
                0..0x20 => return Err(self.invalid("in string literal")),
                _ => {}
            }
            self.at += 1;
        }
        let content = &self.text[start..self.at];
        self.at += 1;
        Ok(unescape(content))
    }

    /// Passes an escape up to its last character.
    fn escape(&mut self) -> Result<(), Error> {
        self.at += 1;
        match self.byte() {
            b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => {}
            b'u' => {
                for _ in 0..4 {
                    self.at += 1;
                    if !self.byte().is_ascii_hexdigit() {
                        return Err(self.invalid("in \\u hexadecimal character escape"));
                    }
                }
            }
            _ => return Err(self.invalid("in string escape code")),
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Error> {
        self.skip_space();
        match self.text.get(self.at) {
            None => Ok(()),
            Some(_) => Err(self.invalid("after top-level value")),
        }
    }

    fn skip_space(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// The byte at hand within a token. Go's scanner sees a space at the end of the text, and complains of
    /// that.
    fn byte(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(b' ')
    }

    /// The byte at hand where the text may not end.
    fn peek(&self) -> Result<u8, Error> {
        match self.text.get(self.at) {
            Some(&byte) => Ok(byte),
            None => Err(self.unexpected_end()),
        }
    }

    fn origin(&self) -> Origin {
        Origin::new(self.file, offset(self.at))
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.file, offset(start), offset(self.at))
    }

    fn unexpected_end(&self) -> Error {
        let error = Error::new(ErrorKind::Syntax, "unexpected end of JSON input");
        error.at(self.span(self.at))
    }

    /// A complaint about the byte at hand.
    fn invalid(&self, context: &str) -> Error {
        let text = format!("invalid character {} {context}", quote_byte(self.byte()));
        let span = Span::new(self.file, offset(self.at), offset(self.at + 1));
        Error::new(ErrorKind::Syntax, text).at(span)
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A byte in single quotes; one beyond ASCII is taken for the character of that number.
fn quote_byte(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        _ => {
            let quoted = quote(char::from(byte).encode_utf8(&mut [0; 4]).as_bytes());
            format!("'{}'", &quoted[1..quoted.len() - 1])
        }
    }
}
