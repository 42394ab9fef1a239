//! The files of a git revision, in a directory of their own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A repository as it was at a revision. The directory goes when this is dropped.
#[derive(Debug)]
pub struct Revision {
    directory: TempDir,
    root: PathBuf,
    /// The commit.
    pub commit: String,
}

impl Revision {
    /// Writes the files of a revision to a temporary directory. `root` is a directory of the repository, and
    /// [`Revision::root`] is the same directory there.
    ///
    /// An index of its own is filled and written out (`git read-tree`, `git checkout-index`): nothing of the
    /// repository changes, its index and its list of work trees included, and `export-ignore` has no say.
    ///
    /// # Errors
    /// A sentence that says what git did not like.
    pub fn check_out(root: &Path, revision: &str) -> Result<Revision, String> {
        let git = Git { root, index: None };
        let name = format!("{revision}^{{commit}}");
        let commit = git
            .run([
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &name,
            ])
            .map_err(|reason| match reason.as_str() {
                "" => format!("git knows no revision `{revision}`"),
                reason => reason.to_owned(),
            })?;
        let prefix = git.run(["rev-parse", "--show-prefix"])?;
        let top = git.run(["rev-parse", "--show-toplevel"])?;
        let directory = TempDir::with_prefix("evenkeel-")
            .map_err(|error| format!("no temporary directory: {error}"))?;
        let index = directory.path().join("index");
        // `checkout-index` takes the prefix of its files as text, with the slash that ends it.
        let files = directory.path().join("files");
        let mut target = OsStr::new("--prefix=").to_owned();
        target.push(&files);
        target.push("/");
        let git = Git {
            root: Path::new(&top),
            index: Some(&index),
        };
        git.run(["read-tree", &commit])?;
        git.run([OsStr::new("checkout-index"), OsStr::new("--all"), &target])?;
        Ok(Revision {
            root: files.join(prefix),
            directory,
            commit,
        })
    }

    /// The directory that stands for the one that was asked for. It is not there if the revision has
    /// nothing in it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The directory that holds everything, for messages to leave it out.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }
}

/// Runs git in a directory.
struct Git<'a> {
    root: &'a Path,
    index: Option<&'a Path>,
}

impl Git<'_> {
    fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Result<String, String> {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.root).args(args);
        command.stdin(Stdio::null());
        // In a hook these are those of the commit that is being made.
        command.env_remove("GIT_INDEX_FILE");
        if let Some(index) = self.index {
            command.env("GIT_INDEX_FILE", index);
        }
        let output = command
            .output()
            .map_err(|error| format!("git cannot be started: {error}"))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        match output.status.success() {
            true => Ok(text(&output.stdout)),
            false => Err(text(&output.stderr)),
        }
    }
}
