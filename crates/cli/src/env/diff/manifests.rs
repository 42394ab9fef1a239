//! Files and folders with manifests.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use evenkeel_diagnostics::{Severity, SourceKind, SourceMap};
use evenkeel_diff::{Comparison, Differences, ManifestFile, Selection, Sides, compare_manifests};
use walkdir::WalkDir;

use super::{Flags, tell};
use crate::outcome::{Outcome, REFUSED};

/// What is read in a folder.
const EXTENSIONS: &[&str] = &["yaml", "yml", "json"];

/// What stands for standard input, and what it is called.
const STDIN: &str = "-";
const STDIN_NAME: &str = "stdin";

/// Whether an argument can be meant as a path only.
pub(super) fn is_path(text: &str) -> bool {
    let extension = Path::new(text).extension().and_then(|text| text.to_str());
    text == STDIN
        || text.contains(['/', '\\'])
        || extension.is_some_and(|text| EXTENSIONS.contains(&text))
}

/// Whether there is something to read.
pub(super) fn exists(text: &str) -> bool {
    text == STDIN || Path::new(text).exists()
}

/// Reads standard input if it is a side.
///
/// # Errors
/// Both sides are, or the system says that it cannot be read.
pub(super) fn read_stdin(flags: &Flags, stdin: &mut dyn Read) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    let [before, after] = flags.names();
    match (before == STDIN, after == STDIN) {
        (true, true) => return Err("only one side can be read from standard input".to_owned()),
        (false, false) => {}
        _ => {
            let read = stdin.read_to_end(&mut text);
            read.map_err(|error| format!("{STDIN_NAME}: {error}"))?;
        }
    }
    Ok(text)
}

/// Reads two files or folders and compares them. The table has the files that diagnostics name; there is nothing
/// where one of them is no YAML, which is told.
///
/// # Errors
/// A sentence that says what cannot be read.
pub(super) fn compare(
    flags: &Flags,
    selection: &Selection,
    stdin: Vec<u8>,
    out: &mut Outcome,
) -> Result<Option<(SourceMap, Differences)>, String> {
    let names = flags.names();
    if flags.app.is_some() {
        return Err("manifests are no Applications: `--app` is for environments".to_owned());
    }
    let sources = SourceMap::new();
    let mut stdin = Some(stdin);
    let [before, after] = [
        files(names[0], &sources, &mut stdin)?,
        files(names[1], &sources, &mut stdin)?,
    ];
    let mut found = compare_manifests(&before, &after);
    if found
        .diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
    {
        tell(&found.diagnostics, &sources, out);
        out.code = REFUSED;
        return Ok(None);
    }
    selection.apply(&mut found.apps);
    out.spent.push(found.spent);
    let [before, after] = names.map(|name| match name {
        STDIN => STDIN_NAME.to_owned(),
        name => name.to_owned(),
    });
    let differences = Differences {
        comparisons: vec![Comparison {
            env: None,
            names: Sides { before, after },
            apps: found.apps,
        }],
        diagnostics: found.diagnostics,
        ..Differences::default()
    };
    Ok(Some((sources, differences)))
}

/// The manifests of one side.
fn files(
    name: &str,
    sources: &SourceMap,
    stdin: &mut Option<Vec<u8>>,
) -> Result<Vec<ManifestFile>, String> {
    let file = |name: String, shown: &str, text: Vec<u8>| {
        let text: Arc<[u8]> = text.into();
        let file = sources.add(shown, Arc::clone(&text), SourceKind::File);
        ManifestFile { name, file, text }
    };
    if name == STDIN {
        let text = stdin.take().unwrap_or_default();
        return Ok(vec![file(String::new(), STDIN_NAME, text)]);
    }
    let root = Path::new(name);
    let read = |path: &Path| fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    if !root.is_dir() {
        return Ok(vec![file(String::new(), name, read(root)?)]);
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(root).sort_by_file_name() {
        let entry = entry.map_err(|error| error.to_string())?;
        let path = entry.path();
        let extension = path.extension().and_then(|text| text.to_str());
        if path.is_file() && extension.is_some_and(|text| EXTENSIONS.contains(&text)) {
            let name = path.strip_prefix(root).unwrap_or(path);
            let name = name.display().to_string();
            files.push(file(name, &path.display().to_string(), read(path)?));
        }
    }
    Ok(files)
}
