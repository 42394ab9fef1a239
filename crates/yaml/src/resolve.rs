//! What a scalar's text stands for: YAML 1.1 as yaml.v2 reads it.
//!
//! Follows `resolve` of go-yaml's `resolve.go`.

use std::borrow::Cow;

use evenkeel_value::number;

pub(crate) mod tag {
    //! The tags that resolution knows, in their long form.
    pub(crate) const PREFIX: &[u8] = b"tag:yaml.org,2002:";
    pub(crate) const NULL: &[u8] = b"tag:yaml.org,2002:null";
    pub(crate) const BOOL: &[u8] = b"tag:yaml.org,2002:bool";
    pub(crate) const STR: &[u8] = b"tag:yaml.org,2002:str";
    pub(crate) const INT: &[u8] = b"tag:yaml.org,2002:int";
    pub(crate) const FLOAT: &[u8] = b"tag:yaml.org,2002:float";
    pub(crate) const TIMESTAMP: &[u8] = b"tag:yaml.org,2002:timestamp";
    pub(crate) const BINARY: &[u8] = b"tag:yaml.org,2002:binary";
    pub(crate) const MERGE: &[u8] = b"tag:yaml.org,2002:merge";
}

/// What an untagged plain scalar stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Plain {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer that no `int64` holds.
    Uint(u64),
    Float(f64),
    /// A date or time: decoded as a string, but quoted by emitters.
    Timestamp,
    Str,
}

/// A decoded scalar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar<'t> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Str(Cow<'t, [u8]>),
}

impl Plain {
    fn tag(self) -> &'static [u8] {
        match self {
            Plain::Null => tag::NULL,
            Plain::Bool(_) => tag::BOOL,
            Plain::Int(_) | Plain::Uint(_) => tag::INT,
            Plain::Float(_) => tag::FLOAT,
            Plain::Timestamp => tag::TIMESTAMP,
            Plain::Str => tag::STR,
        }
    }

    fn scalar(self, text: &[u8]) -> Scalar<'_> {
        match self {
            Plain::Null => Scalar::Null,
            Plain::Bool(b) => Scalar::Bool(b),
            Plain::Int(n) => Scalar::Int(n),
            Plain::Uint(n) => Scalar::Uint(n),
            Plain::Float(n) => Scalar::Float(n),
            // Values of type interface{} keep a timestamp's text.
            Plain::Timestamp | Plain::Str => Scalar::Str(Cow::Borrowed(text)),
        }
    }
}

/// The value of a scalar with `tag` (long form), or of an untagged one that is resolved by its text.
/// The error is go-yaml's text without its `yaml: `.
pub(crate) fn scalar<'t>(tag: Option<&[u8]>, text: &'t [u8]) -> Result<Scalar<'t>, String> {
    let Some(tag) = tag else {
        return Ok(plain(text).scalar(text));
    };
    match tag {
        tag::BINARY => match decode_base64(text) {
            Some(bytes) => Ok(Scalar::Str(Cow::Owned(bytes))),
            None => Err("!!binary value contains invalid base64 data".to_owned()),
        },
        tag::NULL | tag::BOOL | tag::INT | tag::FLOAT | tag::TIMESTAMP => tagged(tag, text),
        _ => Ok(Scalar::Str(Cow::Borrowed(text))),
    }
}

fn tagged<'t>(tag: &[u8], text: &'t [u8]) -> Result<Scalar<'t>, String> {
    let found = match plain(text) {
        // Only an explicit tag makes go-yaml try timestamps among tagged scalars.
        Plain::Timestamp if tag != tag::TIMESTAMP => Plain::Str,
        Plain::Int(n) if tag == tag::FLOAT => Plain::Float(n as f64),
        found => found,
    };
    if found.tag() == tag {
        return Ok(found.scalar(text));
    }
    Err(format!(
        "cannot decode {} `{}` as a {}",
        short_tag(found.tag()),
        String::from_utf8_lossy(text),
        short_tag(tag)
    ))
}

/// `tag:yaml.org,2002:int` → `!!int`.
pub(crate) fn short_tag(tag: &[u8]) -> String {
    match tag.strip_prefix(tag::PREFIX) {
        Some(name) => format!("!!{}", String::from_utf8_lossy(name)),
        None => String::from_utf8_lossy(tag).into_owned(),
    }
}

/// What the text of an untagged plain scalar stands for.
pub(crate) fn plain(text: &[u8]) -> Plain {
    let Some(first) = text.first() else {
        return Plain::Null;
    };
    match first {
        b'0'..=b'9' | b'+' | b'-' => number_or_time(text),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => dotted(text),
        _ => Plain::Str,
    }
}

fn word(text: &[u8]) -> Plain {
    match text {
        b"y" | b"Y" | b"yes" | b"Yes" | b"YES" | b"true" | b"True" | b"TRUE" | b"on" | b"On"
        | b"ON" => Plain::Bool(true),
        b"n" | b"N" | b"no" | b"No" | b"NO" | b"false" | b"False" | b"FALSE" | b"off" | b"Off"
        | b"OFF" => Plain::Bool(false),
        b"~" | b"null" | b"Null" | b"NULL" => Plain::Null,
        _ => Plain::Str,
    }
}

fn dotted(text: &[u8]) -> Plain {
    match text {
        b".nan" | b".NaN" | b".NAN" => Plain::Float(f64::NAN),
        b".inf" | b".Inf" | b".INF" => Plain::Float(f64::INFINITY),
        // strconv.ParseFloat on the text as it is, underscores and all.
        _ => number::parse_float(text, number::FloatSize::F64).map_or(Plain::Str, Plain::Float),
    }
}

fn number_or_time(text: &[u8]) -> Plain {
    match text {
        b"+.inf" | b"+.Inf" | b"+.INF" => return Plain::Float(f64::INFINITY),
        b"-.inf" | b"-.Inf" | b"-.INF" => return Plain::Float(f64::NEG_INFINITY),
        _ => {}
    }
    if let Some(n) = short_decimal(text) {
        return Plain::Int(n);
    }
    if is_timestamp(text) {
        return Plain::Timestamp;
    }
    if memchr::memchr(b'_', text).is_some() {
        let digits: Vec<u8> = text.iter().copied().filter(|&b| b != b'_').collect();
        return number_of(&digits);
    }
    number_of(text)
}

/// The most frequent case: a positive decimal integer that fits without a look at its size.
fn short_decimal(text: &[u8]) -> Option<i64> {
    if text.len() > 18 || (text.len() > 1 && text.first() == Some(&b'0')) {
        return None;
    }
    text.iter().try_fold(0i64, |n, &b| {
        b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0'))
    })
}

fn number_of(text: &[u8]) -> Plain {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if let Some(magnitude) = integer(digits) {
        if let Some(n) = signed(negative, magnitude) {
            return Plain::Int(n);
        }
        // strconv.ParseUint takes no sign.
        if digits.len() == text.len() {
            return Plain::Uint(magnitude);
        }
    }
    if is_decimal_float(digits) {
        let parsed = std::str::from_utf8(text)
            .ok()
            .and_then(|t| t.parse::<f64>().ok());
        return match parsed.filter(|n| n.is_finite()) {
            Some(n) => Plain::Float(n),
            None => Plain::Str,
        };
    }
    signed_binary(text).map_or(Plain::Str, Plain::Int)
}

fn signed(negative: bool, magnitude: u64) -> Option<i64> {
    if negative {
        0i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    }
}

/// The digits of `strconv.ParseUint(s, 0, 64)`: the base comes from the prefix.
fn integer(digits: &[u8]) -> Option<u64> {
    let (base, digits) = match digits {
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => (2, rest),
        [b'0', rest @ ..] => (8, rest),
        [] => return None,
        rest => (10, rest),
    };
    digits.iter().try_fold(0u64, |n, &b| {
        let digit = char::from(b).to_digit(base)?;
        n.checked_mul(u64::from(base))?
            .checked_add(u64::from(digit))
    })
}

/// `0b-1` and `0b+1`: go-yaml hands what follows its own `0b` prefix to ParseInt, sign and all.
fn signed_binary(text: &[u8]) -> Option<i64> {
    let rest = text.strip_prefix(b"0b")?;
    let (negative, digits) = match rest {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        _ => return None,
    };
    if digits.is_empty() {
        return None;
    }
    let magnitude = digits.iter().try_fold(0u64, |n, &b| match b {
        b'0' | b'1' => n.checked_mul(2)?.checked_add(u64::from(b - b'0')),
        _ => None,
    })?;
    signed(negative, magnitude)
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_decimal_float(text: &[u8]) -> bool {
    let (whole, rest) = digits(text);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => {
            let (fraction, rest) = digits(rest);
            (fraction, rest)
        }
        rest => (0, rest),
    };
    if whole == 0 && fraction == 0 {
        return false;
    }
    let exponent = match rest {
        [] => return true,
        [b'e' | b'E', b'-' | b'+', rest @ ..] | [b'e' | b'E', rest @ ..] => rest,
        _ => return false,
    };
    let (count, rest) = digits(exponent);
    count > 0 && rest.is_empty()
}

/// How many digits there are in front, and what follows them.
fn digits(text: &[u8]) -> (usize, &[u8]) {
    let count = text.iter().take_while(|b| b.is_ascii_digit()).count();
    (count, text.get(count..).unwrap_or_default())
}

// ---- timestamps ----

/// `parseTimestamp`: whether one of go-yaml's four layouts takes the text.
fn is_timestamp(text: &[u8]) -> bool {
    let (year, rest) = digits(text);
    if year != 4 || rest.first() != Some(&b'-') {
        return false;
    }
    let mut clock = Clock {
        rest: text.get(5..).unwrap_or_default(),
    };
    let Some((month, day)) = clock.date() else {
        return false;
    };
    let year = text
        .iter()
        .take(4)
        .fold(0u32, |n, &b| n * 10 + u32::from(b - b'0'));
    if day < 1 || day > days_in(year, month) {
        return false;
    }
    match clock.rest {
        [] => true,
        [b'T' | b't', rest @ ..] => {
            clock.rest = rest;
            clock.time().is_some() && clock.zone().is_some() && clock.rest.is_empty()
        }
        [b' ', ..] => {
            while let [b' ', rest @ ..] = clock.rest {
                clock.rest = rest;
            }
            clock.time().is_some() && clock.rest.is_empty()
        }
        _ => false,
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads a time as `time.Parse` does with single-digit layouts.
struct Clock<'t> {
    rest: &'t [u8],
}

impl Clock<'_> {
    fn number(&mut self) -> Option<u32> {
        let (value, rest) = match self.rest {
            [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => {
                (u32::from(a - b'0') * 10 + u32::from(b - b'0'), rest)
            }
            [a @ b'0'..=b'9', rest @ ..] => (u32::from(a - b'0'), rest),
            _ => return None,
        };
        self.rest = rest;
        Some(value)
    }

    fn literal(&mut self, wanted: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[wanted])?;
        Some(())
    }

    fn date(&mut self) -> Option<(u32, u32)> {
        let month = self.number().filter(|m| (1..=12).contains(m))?;
        self.literal(b'-')?;
        Some((month, self.number()?))
    }

    fn time(&mut self) -> Option<()> {
        self.number().filter(|&hour| hour < 24)?;
        self.literal(b':')?;
        self.number().filter(|&minute| minute < 60)?;
        self.literal(b':')?;
        self.number().filter(|&second| second < 60)?;
        if let [b'.' | b',', b'0'..=b'9', ..] = self.rest {
            let (count, _) = digits(self.rest.get(1..).unwrap_or_default());
            self.rest = self.rest.get(1 + count..).unwrap_or_default();
        }
        Some(())
    }

    /// `Z07:00`
    fn zone(&mut self) -> Option<()> {
        if self.literal(b'Z').is_some() {
            return Some(());
        }
        let [b'+' | b'-', h1, h2, b':', m1, m2, rest @ ..] = self.rest else {
            return None;
        };
        let two = |a: &u8, b: &u8| {
            let both = a.is_ascii_digit() && b.is_ascii_digit();
            both.then(|| u32::from(a - b'0') * 10 + u32::from(b - b'0'))
        };
        two(h1, h2).filter(|&hour| hour <= 24)?;
        two(m1, m2).filter(|&minute| minute <= 60)?;
        self.rest = rest;
        Some(())
    }
}

// ---- base64 ----

/// `base64.StdEncoding.DecodeString`: padded, line breaks ignored, loose about unused bits.
fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut symbols = text.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n'));
    loop {
        let Some(first) = symbols.next() else {
            return Some(out);
        };
        let mut bits = base64_value(first)?;
        let mut count = 1;
        while count < 4 {
            match symbols.next()? {
                b'=' if count >= 2 => {
                    let closed = count == 3 || symbols.next() == Some(b'=');
                    if !closed || symbols.next().is_some() {
                        return None;
                    }
                    bits <<= 6 * (4 - count);
                    out.extend(bits.to_be_bytes().into_iter().skip(1).take(count - 1));
                    return Some(out);
                }
                symbol => bits = (bits << 6) | base64_value(symbol)?,
            }
            count += 1;
        }
        out.extend(bits.to_be_bytes().into_iter().skip(1));
    }
}

fn base64_value(symbol: u8) -> Option<u32> {
    Some(u32::from(match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}
