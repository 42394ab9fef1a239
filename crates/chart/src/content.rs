//! The bytes of a file, at hand or still on disk.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use evenkeel_diagnostics::Diagnostic;

use crate::paths::os_error_text;
use crate::{BOM, fail};

/// The bytes of a file without a byte order mark; clones share them.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// At hand.
    Read(Arc<[u8]>),
    /// Still on disk, or read from there when it was asked for.
    Deferred(Arc<Deferred>),
}

/// A file of a directory that nobody has needed yet.
#[derive(Debug)]
pub(crate) struct Deferred {
    /// The chart's absolute path, and the file's below it, as Helm's texts name them.
    pub(crate) root: Arc<str>,
    pub(crate) name: Box<str>,
    pub(crate) path: PathBuf,
    /// What the budgets were charged with: no more is read.
    pub(crate) size: u64,
    pub(crate) data: OnceLock<Arc<[u8]>>,
}

impl Content {
    /// How many bytes there are, a byte order mark on disk included.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Content::Read(data) => data.len() as u64,
            Content::Deferred(file) => file.size,
        }
    }

    /// The bytes.
    ///
    /// # Errors
    /// As Helm, where a file that was deferred cannot be read.
    pub(crate) fn data(&self) -> Result<&Arc<[u8]>, Diagnostic> {
        match self {
            Content::Read(data) => Ok(data),
            Content::Deferred(file) => match file.data.get() {
                Some(data) => Ok(data),
                None => {
                    let data = file.read()?;
                    Ok(file.data.get_or_init(|| data))
                }
            },
        }
    }
}

impl Deferred {
    fn read(&self) -> Result<Arc<[u8]>, Diagnostic> {
        File::open(&self.path)
            .and_then(|mut file| read_whole(&mut file, self.size))
            .map_err(|error| unreadable(&self.root, &self.name, &error))
    }
}

/// Helm's text for a file of the directory `root` that cannot be read.
pub(crate) fn unreadable(root: &str, name: &str, error: &io::Error) -> Diagnostic {
    let text = os_error_text(error);
    let native = format!("error reading {name}: open {root}/{name}: {text}");
    fail::helm(fail::UNREADABLE, native)
}

/// Reads `size` bytes straight into shared memory; fewer where the file has shrunk meanwhile. A byte order
/// mark is left out.
pub(crate) fn read_whole(file: &mut impl Read, size: u64) -> io::Result<Arc<[u8]>> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut data: Arc<[u8]> = std::iter::repeat_n(0, size).collect();
    let mut filled = 0;
    if let Some(buffer) = Arc::get_mut(&mut data) {
        while filled < size {
            match file.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(if filled < size {
        without_bom(Arc::from(&data[..filled]))
    } else {
        without_bom(data)
    })
}

pub(crate) fn without_bom(data: Arc<[u8]>) -> Arc<[u8]> {
    match data.strip_prefix(BOM) {
        Some(rest) => Arc::from(rest),
        None => data,
    }
}
