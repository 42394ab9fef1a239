//! Reading a `.tgz`: Helm's `loader/archive`, path by path.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use evenkeel_diagnostics::Diagnostic;
use evenkeel_value::number::quote;
use flate2::bufread::MultiGzDecoder;

use crate::content::{Content, without_bom};
use crate::directory::RawFile;
use crate::paths::{self, os_error_text};
use crate::sniff::content_type;
use crate::tar::{Header, Tar, TarError};
use crate::{LoadOptions, fail};

const GZIP: &[u8] = b"\x1F\x8B\x08";
/// The part of a gzip header that always is there.
const GZIP_HEADER: usize = 10;
const BAD_HEADER: &str = "gzip: invalid header";
const UNEXPECTED_EOF: &str = "unexpected EOF";

/// Reads the archive at `path`, whose absolute form is what Helm's texts name.
pub(crate) fn read_file(path: &Path, options: &LoadOptions) -> Result<Vec<RawFile>, Diagnostic> {
    let full = paths::absolute(path).display().to_string();
    let unreadable = |operation: &str, error: &io::Error| {
        let text = os_error_text(error);
        fail::helm(fail::UNREADABLE, format!("{operation} {full}: {text}"))
    };
    let mut file = File::open(path).map_err(|error| unreadable("open", &error))?;
    ensure_archive(&mut file, &full).map_err(|error| unreadable("read", &error))??;
    let result = read(BufReader::with_capacity(64 * 1024, file), options);
    result.map_err(|error| match &error.native {
        Some(native) if native == BAD_HEADER => fail::helm(
            fail::ARCHIVE,
            format!(
                "file '{full}' does not appear to be a valid chart file (details: {BAD_HEADER})"
            ),
        ),
        Some(_) if options.helm.detects_chart_version_first() => Diagnostic {
            native: Some("unable to load chart archive".to_owned()),
            ..error
        },
        _ => error,
    })
}

/// `EnsureArchive`: says what else the file seems to be.
fn ensure_archive(file: &mut File, full: &str) -> io::Result<Result<(), Diagnostic>> {
    // Go looks at a buffer of this size even where the file is shorter; the zeros count.
    let mut head = [0; 512];
    let mut filled = 0;
    while filled < head.len() {
        match file.read(&mut head[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    file.seek(SeekFrom::Start(0))?;
    if head.starts_with(GZIP) {
        return Ok(Ok(()));
    }
    let text = if full.ends_with(".yml") || full.ends_with(".yaml") {
        format!("file '{full}' seems to be a YAML file, but expected a gzipped archive")
    } else {
        let kind = content_type(&head);
        format!("file '{full}' does not appear to be a gzipped archive; got '{kind}'")
    };
    Ok(Err(fail::helm(fail::ARCHIVE, text)))
}

/// All files of an archive, in its order, without the first part of their paths
/// (`LoadArchiveFiles`).
///
/// The budgets are those of one archive, as in Helm: an archive within has its own.
pub(crate) fn read(
    mut stream: impl io::BufRead,
    options: &LoadOptions,
) -> Result<Vec<RawFile>, Diagnostic> {
    let head = stream
        .fill_buf()
        .map_err(|error| broken(&TarError::Io(error)))?;
    if head.is_empty() {
        return Err(fail::helm(fail::ARCHIVE, "EOF"));
    }
    if head.len() < GZIP_HEADER {
        return Err(fail::helm(fail::ARCHIVE, UNEXPECTED_EOF));
    }
    if !head.starts_with(GZIP) {
        return Err(fail::helm(fail::ARCHIVE, BAD_HEADER));
    }
    let mut tar = Tar::new(MultiGzDecoder::new(stream));
    let mut files = Vec::new();
    let mut left = options.limits.total;
    let mut entries = 0;
    while let Some(header) = tar.next().map_err(|error| broken(&error))? {
        entries += 1;
        if entries > options.limits.entries {
            let message = format!("more than {} archive entries", options.limits.entries);
            return Err(Diagnostic::error(fail::LIMIT, message));
        }
        if header.is_directory() || header.is_global() {
            continue;
        }
        let path = inner_path(&header)?;
        charge(&header, &mut left, options)?;
        let data = tar.read_content().map_err(|error| broken(&error))?;
        if (data.len() as u64) < header.size || left == 0 {
            return Err(too_large(options));
        }
        files.push(RawFile {
            path,
            content: Content::Read(without_bom(data)),
        });
    }
    if files.is_empty() {
        return Err(fail::helm(fail::ARCHIVE, "no files in chart archive"));
    }
    Ok(files)
}

/// The path inside the chart; paths that could leave it are refused.
fn inner_path(header: &Header) -> Result<Arc<str>, Diagnostic> {
    let illegal = |text: &str| Err(fail::helm(fail::ARCHIVE, text));
    let name = String::from_utf8_lossy(&header.name);
    // Archives made on Windows may have its separator.
    let delimiter = if name.contains('\\') { '\\' } else { '/' };
    let (first, rest) = name.split_once(delimiter).unwrap_or((&name, ""));
    let rest = rest.replace(delimiter, "/");
    if rest.starts_with('/') {
        return illegal("chart illegally contains absolute paths");
    }
    let path = paths::clean(&rest);
    if path == "." {
        let quoted = quote(&header.name);
        return illegal(&format!(
            "chart illegally contains content outside the base directory: {quoted}"
        ));
    }
    if path.starts_with("..") {
        return illegal("chart illegally references parent directory");
    }
    if let [letter, b':', b'/', ..] = path.as_bytes()
        && letter.is_ascii_alphabetic()
    {
        return illegal("chart contains illegally named files");
    }
    if first == "Chart.yaml" {
        return illegal("chart yaml not in base directory");
    }
    Ok(path.into())
}

fn charge(header: &Header, left: &mut u64, options: &LoadOptions) -> Result<(), Diagnostic> {
    if header.size > *left {
        return Err(too_large(options));
    }
    let limit = options.limits.file;
    if !options.helm.budgets_whole_directory() && header.size > limit {
        let name = quote(&header.name);
        return Err(fail::helm(
            fail::LIMIT,
            format!("decompressed chart file {name} is larger than the maximum file size {limit}"),
        ));
    }
    *left -= header.size;
    Ok(())
}

fn too_large(options: &LoadOptions) -> Diagnostic {
    let what = if options.helm.budgets_whole_directory() {
        "size"
    } else {
        "file size"
    };
    let limit = options.limits.total;
    let text = format!("decompressed chart is larger than the maximum {what} {limit}");
    fail::helm(fail::LIMIT, text)
}

/// What Go says of a stream that breaks off or makes no sense.
fn broken(error: &TarError) -> Diagnostic {
    let text = match error {
        TarError::Header => "archive/tar: invalid tar header".to_owned(),
        TarError::FieldTooLong => "archive/tar: header field too long".to_owned(),
        TarError::Io(error) => match error.kind() {
            io::ErrorKind::UnexpectedEof => UNEXPECTED_EOF.to_owned(),
            _ if error.raw_os_error().is_some() => os_error_text(error),
            _ if error.to_string().contains("checksum") => "gzip: invalid checksum".to_owned(),
            // The magic number was right; Go misses the rest of such a header.
            _ if error.to_string().contains("header") => UNEXPECTED_EOF.to_owned(),
            _ => "flate: corrupt input".to_owned(),
        },
    };
    fail::helm(fail::ARCHIVE, text)
}
