//! Reading a directory: Helm's `loader.LoadDir` and `sympath.Walk`.

use std::ffi::OsString;
use std::fs::{self, File, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use evenkeel_diagnostics::{Diagnostic, SourceKind, SourceMap, Span};

use crate::content::{Content, Deferred, read_whole, unreadable};
use crate::ignore::Rules;
use crate::paths::{self, os_error_text};
use crate::{LoadOptions, assemble, fail};

/// A file of a chart, by its path inside the directory or archive that was read.
#[derive(Debug, Clone)]
pub(crate) struct RawFile {
    pub(crate) path: Arc<str>,
    pub(crate) content: Content,
}

/// All files below `directory` that `.helmignore` does not leave out, in Helm's order: depth first, each
/// directory sorted by name.
pub(crate) fn read(
    directory: &Path,
    sources: &SourceMap,
    options: &LoadOptions,
) -> Result<Vec<RawFile>, Diagnostic> {
    let absolute = paths::absolute(directory);
    let mut walk = Walk {
        rules: rules(directory, &absolute, sources)?,
        root: absolute.to_string_lossy().into(),
        directory,
        options,
        boundary: None,
        followed: Vec::new(),
        left: options.limits.total,
        entries: 0,
        files: Vec::new(),
    };
    let mut path = directory.to_owned();
    walk.directory(&mut path, "", 0)?;
    Ok(walk.files)
}

fn rules(directory: &Path, absolute: &Path, sources: &SourceMap) -> Result<Rules, Diagnostic> {
    let path = directory.join(".helmignore");
    let text = match fs::read(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            let operation = if path.is_dir() { "read" } else { "open" };
            let native = format!(
                "{operation} {}: {}",
                absolute.join(".helmignore").display(),
                os_error_text(&error)
            );
            return Err(fail::helm(fail::IGNORE, native));
        }
    };
    Rules::parse(text.as_deref()).map_err(|(offset, error)| {
        let content = Arc::from(text.as_deref().unwrap_or_default());
        let file = sources.add(path.display().to_string(), content, SourceKind::File);
        let start = u32::try_from(offset).unwrap_or(u32::MAX);
        fail::helm(fail::IGNORE, error.text()).at(Span::new(file, start, start))
    })
}

struct Walk<'a> {
    rules: Rules,
    /// The absolute path of the chart, as Helm's texts name it.
    root: Arc<str>,
    directory: &'a Path,
    options: &'a LoadOptions,
    /// What symbolic links may not leave; found out at the first link.
    boundary: Option<PathBuf>,
    /// The directories that the links on the way here lead to.
    followed: Vec<PathBuf>,
    left: u64,
    entries: u32,
    files: Vec<RawFile>,
}

/// Directories within directories: beyond it, a path is too long for the operating system anyway.
const MAX_DEPTH: u32 = 200;

impl Walk<'_> {
    fn directory(&mut self, path: &mut PathBuf, name: &str, depth: u32) -> Result<(), Diagnostic> {
        if depth > MAX_DEPTH {
            let message = format!("directories nest deeper than {MAX_DEPTH} in {name}");
            return Err(Diagnostic::error(fail::LIMIT, message));
        }
        let entries = sorted_entries(path).map_err(|error| {
            let full = if name.is_empty() {
                self.root.to_string()
            } else {
                self.full(name)
            };
            fail::helm(
                fail::UNREADABLE,
                format!("open {full}: {}", os_error_text(&error)),
            )
        })?;
        for (entry, kind) in entries {
            self.entries += 1;
            if self.entries > self.options.limits.entries {
                let message = format!("more than {} files", self.options.limits.entries);
                return Err(Diagnostic::error(fail::LIMIT, message));
            }
            let part = entry.to_string_lossy();
            let name = if name.is_empty() {
                part.into_owned()
            } else {
                format!("{name}/{part}")
            };
            path.push(&entry);
            self.entry(path, &name, kind, depth)?;
            path.pop();
        }
        Ok(())
    }

    fn entry(
        &mut self,
        path: &mut PathBuf,
        name: &str,
        kind: FileType,
        depth: u32,
    ) -> Result<(), Diagnostic> {
        if kind.is_symlink() {
            return self.link(path, name, depth);
        }
        if self.rules.ignores(name.as_bytes(), kind.is_dir()) {
            return Ok(());
        }
        if kind.is_dir() {
            return self.directory(path, name, depth + 1);
        }
        self.file(path, name, kind)
    }

    /// Follows a link that stays inside the boundary. Helm follows all of them.
    fn link(&mut self, path: &mut PathBuf, name: &str, depth: u32) -> Result<(), Diagnostic> {
        let target = fs::canonicalize(&*path).and_then(|to| Ok((fs::metadata(&to)?, to)));
        let (metadata, target) = target.map_err(|error| {
            let text = broken_link(path, &error);
            let native = format!("error evaluating symlink {}: {text}", self.full(name));
            fail::helm(fail::SYMLINK, native)
        })?;
        if self.rules.ignores(name.as_bytes(), metadata.is_dir()) {
            return Ok(());
        }
        let boundary = match self.boundary.take() {
            Some(boundary) => boundary,
            None => boundary(self.directory, self.options),
        };
        let inside = target.starts_with(&boundary);
        self.boundary = Some(boundary);
        if !inside {
            let message = format!("symbolic link {name} leaves the work tree");
            return Err(Diagnostic::error(fail::SYMLINK, message)
                .with_help(format!("it leads to {}", target.display()))
                .with_help("Helm would follow it and render what it finds there"));
        }
        if !metadata.is_dir() {
            // By the path that was checked: the link may lead elsewhere when a deferred file is read.
            return self.file(&target, name, metadata.file_type());
        }
        let here = path
            .parent()
            .and_then(|parent| fs::canonicalize(parent).ok());
        if self.followed.contains(&target) || here.is_some_and(|here| here.starts_with(&target)) {
            let message = format!("symbolic link {name} leads back to a directory above it");
            return Err(Diagnostic::error(fail::SYMLINK, message));
        }
        self.followed.push(target);
        self.directory(path, name, depth + 1)?;
        self.followed.pop();
        Ok(())
    }

    fn file(&mut self, path: &Path, name: &str, kind: FileType) -> Result<(), Diagnostic> {
        if !kind.is_file() {
            let full = self.full(name);
            let native =
                format!("cannot load irregular file {full} as it has file mode type bits set");
            return Err(fail::helm(fail::UNREADABLE, native));
        }
        let content = match self.options.defer_files && assemble::is_handed_on(name) {
            true => self.defer(path, name)?,
            false => None,
        };
        let content = match content {
            Some(content) => content,
            None => self.read(path, name)?,
        };
        self.files.push(RawFile {
            path: Arc::from(name),
            content,
        });
        Ok(())
    }

    fn read(&mut self, path: &Path, name: &str) -> Result<Content, Diagnostic> {
        let failed = |error, root: &str| unreadable(root, name, &error);
        let mut file = File::open(path).map_err(|error| failed(error, &self.root))?;
        let metadata = file.metadata().map_err(|error| failed(error, &self.root))?;
        self.charge(name, metadata.len())?;
        let data = read_whole(&mut file, metadata.len());
        data.map(Content::Read)
            .map_err(|error| failed(error, &self.root))
    }

    /// Leaves a file on disk, unless reading it may be refused: that ends loading, needed or not.
    fn defer(&mut self, path: &Path, name: &str) -> Result<Option<Content>, Diagnostic> {
        let Some(metadata) = fs::metadata(path).ok().filter(anyone_may_read) else {
            return Ok(None);
        };
        self.charge(name, metadata.len())?;
        Ok(Some(Content::Deferred(Arc::new(Deferred {
            root: Arc::clone(&self.root),
            name: name.into(),
            path: path.to_owned(),
            size: metadata.len(),
            data: OnceLock::new(),
        }))))
    }

    /// Takes a file's size from the budget: one for all of the chart (Helm 4), or so much a file.
    fn charge(&mut self, name: &str, size: u64) -> Result<(), Diagnostic> {
        let limits = &self.options.limits;
        if self.options.helm.budgets_whole_directory() {
            if size > self.left {
                let native = format!(
                    "error reading {name}: chart exceeds maximum decompressed size of {} bytes",
                    limits.total
                );
                return Err(fail::helm(fail::LIMIT, native));
            }
        } else if size > limits.file {
            let base = name.rsplit('/').next().unwrap_or(name);
            let quoted = evenkeel_value::number::quote(base.as_bytes());
            let limit = limits.file;
            let native =
                format!("chart file {quoted} is larger than the maximum file size {limit}");
            return Err(fail::helm(fail::LIMIT, native));
        } else if size > self.left {
            let message = format!("the chart's files exceed {} bytes", limits.total);
            return Err(Diagnostic::error(fail::LIMIT, message));
        }
        self.left -= size;
        Ok(())
    }

    fn full(&self, name: &str) -> String {
        format!("{}/{name}", self.root)
    }
}

#[cfg(unix)]
fn anyone_may_read(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o444 == 0o444
}

#[cfg(not(unix))]
fn anyone_may_read(_: &Metadata) -> bool {
    false
}

/// What Go's `filepath.EvalSymlinks` says of a link that leads nowhere.
fn broken_link(link: &Path, error: &io::Error) -> String {
    // ELOOP has no stable name in the standard library, and another number on each system.
    if error
        .to_string()
        .starts_with("Too many levels of symbolic links")
    {
        return "EvalSymlinks: too many links".to_owned();
    }
    let text = os_error_text(error);
    let Ok(target) = fs::read_link(link) else {
        return text;
    };
    let target = paths::absolute(&link.parent().unwrap_or(link).join(target));
    let missing = target
        .ancestors()
        .filter(|part| fs::symlink_metadata(part).is_err())
        .last();
    format!("lstat {}: {text}", missing.unwrap_or(&target).display())
}

fn sorted_entries(path: &Path) -> io::Result<Vec<(OsString, FileType)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        entries.push((entry.file_name(), entry.file_type()?));
    }
    entries.sort_unstable_by(|a, b| a.0.as_encoded_bytes().cmp(b.0.as_encoded_bytes()));
    Ok(entries)
}

/// The directory that links may not leave: the Git work tree around the chart, else the directory that
/// the chart lies in.
fn boundary(directory: &Path, options: &LoadOptions) -> PathBuf {
    if let Some(boundary) = &options.boundary {
        return fs::canonicalize(boundary).unwrap_or_else(|_| boundary.clone());
    }
    let chart = fs::canonicalize(directory).unwrap_or_else(|_| paths::absolute(directory));
    let tree = chart.ancestors().find(|above| above.join(".git").exists());
    let parent = || chart.parent().unwrap_or(&chart);
    tree.unwrap_or_else(parent).to_owned()
}
