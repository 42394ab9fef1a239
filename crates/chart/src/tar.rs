//! Reading tar as Go's `archive/tar` does, with its error texts.

use std::io::{self, Read};
use std::sync::Arc;

/// Extended headers larger than this are refused, as in Go.
const MAX_SPECIAL: u64 = 1 << 20;
const BLOCK: usize = 512;

/// Why an archive cannot be read.
#[derive(Debug)]
pub(crate) enum TarError {
    /// `archive/tar: invalid tar header`.
    Header,
    /// `archive/tar: header field too long`.
    FieldTooLong,
    /// The stream below failed, or ended too early.
    Io(io::Error),
}

impl From<io::Error> for TarError {
    fn from(error: io::Error) -> TarError {
        TarError::Io(error)
    }
}

/// One header.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) name: Vec<u8>,
    pub(crate) size: u64,
    pub(crate) kind: u8,
    mode: u64,
}

impl Header {
    pub(crate) fn is_directory(&self) -> bool {
        self.kind == b'5' || self.mode & !0o7777 == 0o40000
    }

    /// A global extended header, which is no file.
    pub(crate) fn is_global(&self) -> bool {
        self.kind == b'g'
    }

    /// How many bytes of content follow.
    fn stored(&self) -> u64 {
        if (b'1'..=b'6').contains(&self.kind) {
            0
        } else {
            self.size
        }
    }
}

/// A tar stream. Between two headers, the content has to be read or is skipped.
pub(crate) struct Tar<R> {
    stream: R,
    /// Content and padding that the next header comes after.
    content: u64,
    padding: u64,
}

impl<R: Read> Tar<R> {
    pub(crate) fn new(stream: R) -> Tar<R> {
        Tar {
            stream,
            content: 0,
            padding: 0,
        }
    }

    /// The next header, or `None` at the end of the archive.
    pub(crate) fn next(&mut self) -> Result<Option<Header>, TarError> {
        let mut extended = Extended::default();
        loop {
            self.skip()?;
            let Some(mut header) = self.header()? else {
                return Ok(None);
            };
            self.content = header.stored();
            self.padding = header.stored().wrapping_neg() % BLOCK as u64;
            match header.kind {
                b'x' => extended.records(&self.special(header.size)?)?,
                b'L' => extended.long_name = Some(until_nul(&self.special(header.size)?).to_vec()),
                b'K' => {
                    self.special(header.size)?;
                }
                b'g' => {
                    Extended::default().records(&self.special(header.size)?)?;
                    return Ok(Some(header));
                }
                _ => {
                    if let Some(name) = extended.long_name.or(extended.path) {
                        header.name = name;
                    }
                    if let Some(size) = extended.size {
                        header.size = size;
                        self.content = header.stored();
                        self.padding = header.stored().wrapping_neg() % BLOCK as u64;
                    }
                    if header.kind == 0 {
                        header.kind = if header.name.ends_with(b"/") {
                            b'5'
                        } else {
                            b'0'
                        };
                    }
                    return Ok(Some(header));
                }
            }
        }
    }

    /// All of the content of the file whose header came last.
    pub(crate) fn read_content(&mut self) -> Result<Arc<[u8]>, TarError> {
        let size = usize::try_from(self.content).map_err(|_| TarError::Header)?;
        let mut data: Arc<[u8]> = std::iter::repeat_n(0, size).collect();
        if let Some(buffer) = Arc::get_mut(&mut data) {
            self.stream.read_exact(buffer)?;
        }
        self.content = 0;
        Ok(data)
    }

    fn special(&mut self, size: u64) -> Result<Arc<[u8]>, TarError> {
        if size > MAX_SPECIAL {
            return Err(TarError::FieldTooLong);
        }
        self.read_content()
    }

    fn skip(&mut self) -> Result<(), TarError> {
        let wanted = self.content.saturating_add(self.padding);
        let skipped = io::copy(&mut (&mut self.stream).take(wanted), &mut io::sink())?;
        (self.content, self.padding) = (0, 0);
        if skipped < wanted {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(())
    }

    /// One block, or `None` where the stream ends in front of it.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, TarError> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            match self.stream.read(&mut block[filled..]) {
                Ok(0) if filled == 0 => return Ok(None),
                Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(block))
    }

    /// `readHeader`: two blocks of zeros end the archive, and so does the end of the stream.
    fn header(&mut self) -> Result<Option<Header>, TarError> {
        let Some(block) = self.block()? else {
            return Ok(None);
        };
        if block.iter().any(|&b| b != 0) {
            return parse(&block).map(Some);
        }
        match self.block()? {
            Some(second) if second.iter().any(|&b| b != 0) => Err(TarError::Header),
            _ => Ok(None),
        }
    }
}

/// What extended headers say of the file that follows them.
#[derive(Default)]
struct Extended {
    long_name: Option<Vec<u8>>,
    path: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Extended {
    /// `parsePAX`: records `length key=value\n`; an empty value keeps what the header says.
    fn records(&mut self, mut data: &[u8]) -> Result<(), TarError> {
        while !data.is_empty() {
            let space = data
                .iter()
                .position(|&b| b == b' ')
                .ok_or(TarError::Header)?;
            let length = decimal(&data[..space]).ok_or(TarError::Header)?;
            let length = usize::try_from(length).map_err(|_| TarError::Header)?;
            let record = data.get(space + 1..length).ok_or(TarError::Header)?;
            let record = record.strip_suffix(b"\n").ok_or(TarError::Header)?;
            let equals = record
                .iter()
                .position(|&b| b == b'=')
                .ok_or(TarError::Header)?;
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            if key.is_empty() || (key == b"path" && value.contains(&0)) {
                return Err(TarError::Header);
            }
            match key {
                _ if value.is_empty() => {}
                b"path" => self.path = Some(value.to_vec()),
                b"size" => self.size = Some(decimal(value).ok_or(TarError::Header)?),
                _ => {}
            }
            data = &data[length..];
        }
        Ok(())
    }
}

fn decimal(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn parse(block: &[u8; BLOCK]) -> Result<Header, TarError> {
    let sum: u64 = block
        .iter()
        .enumerate()
        .map(|(at, &b)| sum_byte(at, b))
        .sum();
    let signed: i64 = block
        .iter()
        .enumerate()
        .map(|(at, &b)| i64::from(sum_byte(at, b) as u8 as i8))
        .sum();
    let stored = number(&block[148..156])?;
    if stored != sum && i64::try_from(stored).ok() != Some(signed) {
        return Err(TarError::Header);
    }
    let mut name = until_nul(&block[..100]).to_vec();
    let prefix = until_nul(&block[345..500]);
    let ustar = &block[257..263] == b"ustar\0";
    if ustar && !prefix.is_empty() {
        name = [prefix, &name].join(&b'/');
    }
    Ok(Header {
        name,
        mode: number(&block[100..108])?,
        size: number(&block[124..136])?,
        kind: block[156],
    })
}

/// A byte as it counts in the checksum, whose own field counts as spaces.
fn sum_byte(at: usize, byte: u8) -> u64 {
    if (148..156).contains(&at) {
        u64::from(b' ')
    } else {
        u64::from(byte)
    }
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|&b| b == 0).next().unwrap_or_default()
}

/// `parseNumeric`: octal, or base 256 where the first bit is set. Negative numbers are refused.
fn number(field: &[u8]) -> Result<u64, TarError> {
    match field.first() {
        Some(first) if first & 0x80 != 0 => {
            if first & 0x40 != 0 {
                return Err(TarError::Header);
            }
            let digit = |n: u64, b: u8| n.checked_mul(256)?.checked_add(u64::from(b));
            let head = digit(0, first & 0x3f);
            let all = field[1..]
                .iter()
                .try_fold(head.unwrap_or(0), |n, &b| digit(n, b));
            all.filter(|n| *n <= i64::MAX as u64)
                .ok_or(TarError::Header)
        }
        _ => {
            let start = field
                .iter()
                .position(|b| !matches!(b, b' ' | 0))
                .unwrap_or(field.len());
            let trimmed = &field[start..];
            let end = trimmed
                .iter()
                .rposition(|b| !matches!(b, b' ' | 0))
                .map_or(0, |at| at + 1);
            let digits = until_nul(&trimmed[..end]);
            let digit = |n: u64, b: u8| match b {
                b'0'..=b'7' => n.checked_mul(8)?.checked_add(u64::from(b - b'0')),
                _ => None,
            };
            digits
                .iter()
                .try_fold(0, |n, &b| digit(n, b))
                .ok_or(TarError::Header)
        }
    }
}
