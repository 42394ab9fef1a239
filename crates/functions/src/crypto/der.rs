//! DER, as much of it as keys and certificates need: a writer of elements and a reader.

/// Tags of the elements in use.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;

    /// A context-specific tag of a primitive element.
    pub(crate) const fn implicit(number: u8) -> u8 {
        0x80 | number
    }

    /// A context-specific tag of a constructed element.
    pub(crate) const fn explicit(number: u8) -> u8 {
        0xa0 | number
    }
}

/// One element over its content.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let len = content.len();
    if len < 0x80 {
        out.push(len as u8);
    } else {
        let bytes = len.to_be_bytes();
        let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        out.push(0x80 | bytes.len() as u8);
        out.extend_from_slice(bytes);
    }
    out.extend_from_slice(content);
    out
}

/// A sequence of elements.
pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(tag::SEQUENCE, &parts.concat())
}

/// A non-negative integer from big-endian bytes.
pub(crate) fn integer(magnitude: &[u8]) -> Vec<u8> {
    let zeros = magnitude.iter().take_while(|byte| **byte == 0).count();
    let digits = &magnitude[zeros..];
    // A leading bit would be a sign, and zero has one byte.
    let pad: &[u8] = if digits.first().is_none_or(|first| *first >= 0x80) {
        &[0]
    } else {
        &[]
    };
    element(tag::INTEGER, &[pad, digits].concat())
}

/// A small integer.
pub(crate) fn small_integer(number: u8) -> Vec<u8> {
    integer(&[number])
}

/// A bit string of whole bytes.
pub(crate) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(tag::BIT_STRING, &[&[0], bytes].concat())
}

/// A time as `encoding/asn1` writes it: UTCTime from 1950 to 2049, else GeneralizedTime; `None` for years
/// of more than four digits.
pub(crate) fn time(seconds: i64) -> Option<Vec<u8>> {
    let time = crate::dates::utc(seconds);
    let year = time.year();
    let (tag, layout): (u8, &[u8]) = match year {
        1950..2050 => (tag::UTC_TIME, b"060102150405Z"),
        0..=9999 => (tag::GENERALIZED_TIME, b"20060102150405Z"),
        _ => return None,
    };
    Some(element(tag, &time.format(layout)))
}

/// One element that was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) content: &'a [u8],
    /// The element with its tag and length.
    pub(crate) whole: &'a [u8],
}

/// Reads elements one after the other; everything answers `None` where the bytes are no DER of that kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element, of whatever tag.
    pub(crate) fn any(&mut self) -> Option<Element<'a>> {
        let [tag, first, rest @ ..] = self.0 else {
            return None;
        };
        // Tags of several bytes do not occur.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (len, body) = match first {
            0..=0x7f => (usize::from(*first), rest),
            0x81..=0x84 => {
                let (digits, body) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let len = digits
                    .iter()
                    .fold(0, |len, digit| len << 8 | usize::from(*digit));
                // DER wants the shortest form.
                (digits[0] != 0 && len >= 0x80).then_some((len, body))?
            }
            _ => return None,
        };
        let (content, after) = body.split_at_checked(len)?;
        let whole = &self.0[..self.0.len() - after.len()];
        self.0 = after;
        Some(Element {
            tag: *tag,
            content,
            whole,
        })
    }

    /// The next element, if it has this tag.
    pub(crate) fn element(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.peek() != Some(tag) {
            return None;
        }
        self.any()
    }

    /// The tag of the next element.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The content of the next element, if it has this tag.
    pub(crate) fn content(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.element(tag).map(|element| element.content)
    }

    /// A reader over the next element's content.
    pub(crate) fn nested(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.content(tag).map(Reader)
    }

    /// The next integer, in its shortest form: whether it is negative, and its bytes.
    pub(crate) fn integer(&mut self) -> Option<(bool, &'a [u8])> {
        let content = self.content(tag::INTEGER)?;
        match content {
            [] | [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..] => None,
            [first, ..] => Some((*first >= 0x80, content)),
        }
    }

    /// The next integer, if it is not negative and fits.
    pub(crate) fn small_integer(&mut self) -> Option<u64> {
        match self.integer()? {
            (false, bytes) if bytes.len() <= 8 => Some(
                bytes
                    .iter()
                    .fold(0, |number, byte| number << 8 | u64::from(*byte)),
            ),
            _ => None,
        }
    }

    /// The bytes of the next bit string, whose bits must fill them.
    pub(crate) fn bit_string(&mut self) -> Option<&'a [u8]> {
        match self.content(tag::BIT_STRING)? {
            [0, bytes @ ..] => Some(bytes),
            _ => None,
        }
    }
}

/// An object identifier's content in dotted form.
pub(crate) fn dotted(oid: &[u8]) -> String {
    let mut arcs: Vec<u64> = Vec::new();
    let mut arc: u64 = 0;
    for byte in oid {
        arc = arc << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if arcs.is_empty() {
                let root = (arc / 40).min(2);
                arcs.extend([root, arc - root * 40]);
            } else {
                arcs.push(arc);
            }
            arc = 0;
        }
    }
    arcs.iter()
        .map(u64::to_string)
        .collect::<Vec<_>>()
        .join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_integers() {
        assert_eq!(element(4, &[0; 200])[..3], [4, 0x81, 200]);
        assert_eq!(element(4, &[0; 300])[..4], [4, 0x82, 1, 44]);
        assert_eq!(integer(&[0, 0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[0]), [2, 1, 0]);
        for len in [0, 1, 127, 128, 255, 256, 70_000] {
            let bytes = element(tag::OCTET_STRING, &vec![7; len]);
            let mut reader = Reader(&bytes);
            assert_eq!(
                reader.content(tag::OCTET_STRING).map(<[u8]>::len),
                Some(len)
            );
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn bad_lengths_are_refused() {
        for bytes in [
            &[4, 0x81, 5][..],
            &[4, 0x80],
            &[4, 5, 1],
            &[4],
            &[4, 0x81, 0x7f, 0],
        ] {
            assert!(Reader(bytes).any().is_none(), "{bytes:?}");
        }
    }

    #[test]
    fn identifiers() {
        assert_eq!(dotted(&[0x2b, 0x65, 0x70]), "1.3.101.112");
        assert_eq!(
            dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]),
            "1.2.840.113549.1.1.1"
        );
    }
}
