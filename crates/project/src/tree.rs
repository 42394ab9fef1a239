//! A repository on disk.

use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

use evenkeel_config::Glob;
use evenkeel_diagnostics::Diagnostic;
use evenkeel_gitops::WorkTree;
use evenkeel_gitops::applicationset::Repository;
use evenkeel_renderer::{Chart, HelmVersion, LoadOptions, Renderer};
use ignore::WalkBuilder;

/// The work tree of a repository. Files are read when they are asked for; charts are loaded once for each
/// Helm.
#[derive(Debug)]
pub struct DiskTree {
    /// As the user named it, so that messages show paths that can be opened.
    root: PathBuf,
    /// Without symbolic links.
    real_root: PathBuf,
    paths: OnceLock<Vec<Arc<str>>>,
    /// Directories that have been looked at, and whether they lie in the tree.
    directories: Mutex<HashMap<PathBuf, bool>>,
    /// The URLs of this repository: those that are declared, else the first that is asked for.
    urls: Mutex<Vec<String>>,
    charts: Mutex<HashMap<(String, HelmVersion), Slot>>,
}

type Slot = Arc<OnceLock<Result<Arc<Chart>, Diagnostic>>>;

impl DiskTree {
    /// The tree at a directory. `urls` are the URLs that mean it; without any, the first one that an
    /// Application names does.
    pub fn new(root: &Path, urls: Vec<String>) -> DiskTree {
        let real_root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        DiskTree {
            root: root.to_owned(),
            real_root,
            paths: OnceLock::new(),
            directories: Mutex::default(),
            urls: Mutex::new(urls.iter().map(|url| normal_url(url)).collect()),
            charts: Mutex::default(),
        }
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path of the tree as it is opened and shown: from the current directory, where that is the root.
    pub fn shown(&self, path: &str) -> PathBuf {
        shown(&self.root, path)
    }

    /// The place of a path of the tree in the file system; `None` if it leaves the tree, symbolic links
    /// included.
    pub fn locate(&self, path: &str) -> Option<PathBuf> {
        let relative = Path::new(path);
        let plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        if !relative.components().all(plain) {
            return None;
        }
        let place = self.shown(path);
        let is_within = match fs::symlink_metadata(&place) {
            // Where its directory is it is itself; most files share theirs with others.
            Ok(metadata) if !metadata.is_symlink() => self.holds_parent(&place),
            Ok(_) => self.holds(&place),
            Err(_) => true,
        };
        is_within.then_some(place)
    }

    /// Whether the directory of a place lies in the tree, symbolic links followed.
    fn holds_parent(&self, place: &Path) -> bool {
        let Some(parent) = place.parent().filter(|_| place != self.root) else {
            return self.holds(place);
        };
        let mut known = self
            .directories
            .lock()
            .unwrap_or_else(|error| error.into_inner());
        if let Some(holds) = known.get(parent) {
            return *holds;
        }
        let parent_or_here = match parent.as_os_str().is_empty() {
            true => Path::new("."),
            false => parent,
        };
        let holds = self.holds(parent_or_here);
        known.insert(parent.to_owned(), holds);
        holds
    }

    /// Whether a place lies in the tree, symbolic links followed.
    fn holds(&self, place: &Path) -> bool {
        fs::canonicalize(place).is_ok_and(|real| real.starts_with(&self.real_root))
    }

    fn walk(&self) -> Vec<Arc<str>> {
        // What counts is what git tracks or would: not what other tools or this machine's user leave out.
        let walk = WalkBuilder::new(&self.root)
            .hidden(false)
            .ignore(false)
            .git_global(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build();
        let files = walk.filter_map(Result::ok).filter(|entry| {
            entry
                .file_type()
                .is_some_and(|kind| kind.is_file() || kind.is_symlink())
        });
        let mut paths: Vec<Arc<str>> = files
            .filter_map(|entry| {
                let relative = entry.path().strip_prefix(&self.root).ok()?;
                Some(Arc::from(slashes(relative)))
            })
            .collect();
        paths.sort_unstable();
        paths
    }
}

impl Repository for DiskTree {
    fn paths(&self) -> &[Arc<str>] {
        self.paths.get_or_init(|| self.walk())
    }

    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        fs::read(self.locate(path)?).ok().map(Arc::from)
    }

    fn shown(&self, path: &str) -> String {
        shown(&self.root, path).display().to_string()
    }

    fn is_this(&self, url: &str) -> bool {
        let url = normal_url(url);
        let mut urls = self.urls.lock().unwrap_or_else(|error| error.into_inner());
        if urls.is_empty() {
            urls.push(url);
            return true;
        }
        urls.contains(&url)
    }
}

impl WorkTree for DiskTree {
    fn chart(
        &self,
        path: &str,
        helm: HelmVersion,
        renderer: &Renderer,
    ) -> Result<Arc<Chart>, Diagnostic> {
        let slot = {
            let mut charts = self
                .charts
                .lock()
                .unwrap_or_else(|error| error.into_inner());
            Arc::clone(charts.entry((path.to_owned(), helm)).or_default())
        };
        let load = || {
            let options = LoadOptions {
                helm,
                boundary: Some(self.real_root.clone()),
                resolve_file_dependencies: true,
                ..LoadOptions::default()
            };
            let chart = renderer.load(&self.shown(path), &options)?;
            evenkeel_chart::check_installable(&chart)?;
            Ok(chart)
        };
        slot.get_or_init(load).clone()
    }

    fn kustomize(&self, path: &str) -> Option<Result<Vec<u8>, String>> {
        let directory = self.locate(path)?;
        let output = Command::new("kustomize")
            .arg("build")
            .arg(directory)
            .output();
        match output {
            Ok(output) if output.status.success() => Some(Ok(output.stdout)),
            Ok(output) => Some(Err(failure(&String::from_utf8_lossy(&output.stderr)))),
            Err(_) => None,
        }
    }

    fn has(&self, path: &str) -> bool {
        self.locate(path).is_some_and(|place| place.is_file())
    }

    fn has_directory(&self, path: &str) -> bool {
        self.locate(path).is_some_and(|place| place.is_dir())
    }

    fn glob(&self, pattern: &str) -> Vec<String> {
        let Ok(glob) = Glob::new(pattern) else {
            return Vec::new();
        };
        let paths = self.paths().iter();
        paths
            .filter(|path| glob.matches(path))
            .map(|path| path.to_string())
            .collect()
    }
}

/// What kustomize says, without its warnings.
fn failure(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("# Warning"));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// A path of the tree at `root`; without the dot of the current directory.
pub(crate) fn shown(root: &Path, path: &str) -> PathBuf {
    match root == Path::new(".") && !path.is_empty() {
        true => PathBuf::from(path),
        false => root.join(path),
    }
}

/// A relative path with slashes between its parts.
pub(crate) fn slashes(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// A repository's URL without what does not tell it apart (Argo CD's `NormalizeGitURL`).
fn normal_url(url: &str) -> String {
    let url = url.trim().to_lowercase();
    let url = url.trim_end_matches('/');
    let url = url.strip_suffix(".git").unwrap_or(url);
    // `git@host:path` means `ssh://git@host/path`.
    match url.split_once("://") {
        Some((_, rest)) => rest
            .rsplit_once('@')
            .map_or(rest, |(_, rest)| rest)
            .to_owned(),
        None => url
            .rsplit_once('@')
            .map_or(url, |(_, rest)| rest)
            .replacen(':', "/", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_one_repository_are_one() {
        let same = |a: &str, b: &str| assert_eq!(normal_url(a), normal_url(b));
        same(
            "https://github.com/acme/gitops.git",
            "https://github.com/Acme/gitops",
        );
        same(
            "git@github.com:acme/gitops.git",
            "https://github.com/acme/gitops/",
        );
        same(
            "ssh://git@github.com/acme/gitops",
            "git@github.com:acme/gitops",
        );
        assert_ne!(normal_url("https://a/b"), normal_url("https://a/c"));
    }

    #[test]
    fn nothing_is_read_outside_the_tree() {
        let outside = tempfile::tempdir().expect("a directory");
        fs::write(outside.path().join("secret"), "x").expect("a file");
        let inside = tempfile::tempdir().expect("a directory");
        #[cfg(unix)]
        std::os::unix::fs::symlink(outside.path(), inside.path().join("link")).expect("a link");
        fs::write(inside.path().join("a"), "y").expect("a file");
        let tree = DiskTree::new(inside.path(), Vec::new());
        assert_eq!(tree.read("a").as_deref(), Some(&b"y"[..]));
        assert_eq!(tree.read("link/secret"), None);
        assert_eq!(tree.read("../x"), None);
        assert_eq!(tree.read("/etc/hostname"), None);
    }
}
