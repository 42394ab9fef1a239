//! Writes a case to disk and builds the template of a list of calls.

#![expect(
    clippy::disallowed_methods,
    reason = "the harness writes charts to a temporary directory"
)]

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Case, File};

/// The chart of every case, relative to the case's directory.
pub const CHART: &str = "./demo";

const CHART_YAML: &str = "apiVersion: v2\nname: demo\nversion: 0.1.0\n";

/// Writes the files of `case` below `directory`, with a plain Chart.yaml where the case has none. Files
/// named `a.tgz!member` become members of the archive `a.tgz`.
///
/// # Errors
/// Those of the file system.
pub fn materialise(case: &Case, directory: &Path) -> io::Result<()> {
    put(directory, "demo/Chart.yaml", CHART_YAML.as_bytes())?;
    let mut archives: BTreeMap<&str, Vec<(&str, &File)>> = BTreeMap::new();
    for file in &case.files {
        match file.path.split_once('!') {
            Some((archive, member)) => archives.entry(archive).or_default().push((member, file)),
            None => put(directory, &file.path, &file.content)?,
        }
    }
    for (path, members) in archives {
        put(directory, path, &pack(&members)?)?;
    }
    Ok(())
}

/// Writes one file below `directory`; a path with a final slash is a directory.
fn put(directory: &Path, path: &str, content: &[u8]) -> io::Result<()> {
    let full = directory.join(path);
    if path.ends_with('/') {
        return std::fs::create_dir_all(full);
    }
    if let Some(parent) = full.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(full, content)
}

fn pack(members: &[(&str, &File)]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (member, file) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(file.content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, member, file.content.as_slice())?;
    }
    archive.into_inner()?.finish()
}

/// The line of a template that makes one call and shows type and text of its result on a line of its
/// own, as a YAML comment, whatever the result is.
pub fn call_template(expression: &str) -> String {
    format!("{{{{ $r := {expression} }}}}# {{{{ printf \"%T %q\" $r (printf \"%v\" $r) }}}}\n")
}
