//! A chart in a temporary directory, and runs of the command line on it.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use evenkeel_cli::Io;
use tempfile::TempDir;

/// A directory with files, among them the chart `app`.
pub(crate) struct Workdir(TempDir);

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: u8,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workdir {
    /// A chart `app` with these files, each a path inside the chart and its text.
    pub(crate) fn chart(files: &[(&str, &str)]) -> Workdir {
        let dir = Workdir(TempDir::new().expect("a temporary directory"));
        dir.write(
            "app/Chart.yaml",
            "apiVersion: v2\nname: app\nversion: 0.1.0\n",
        );
        for (path, text) in files {
            dir.write(&format!("app/{path}"), text);
        }
        dir
    }

    /// The path of something in the directory.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Writes one more file.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Workdir {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("is below the directory")).expect("can be made");
        fs::write(path, text).expect("can be written");
        self
    }

    /// Reads a file.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("is there")
    }

    /// Runs a command line, in words; `@` before a path stands for the directory.
    pub(crate) fn run(&self, line: &str) -> Ran {
        self.run_with(line, &mut io::empty())
    }

    /// The same with something on standard input.
    pub(crate) fn run_with(&self, line: &str, stdin: &mut dyn Read) -> Ran {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let io = &mut Io {
            stdin,
            stdout: &mut stdout,
            stderr: &mut stderr,
        };
        let code = evenkeel_cli::run(self.args(line), io);
        Ran {
            code,
            stdout: self.shown(&stdout),
            stderr: self.shown(&stderr),
        }
    }

    /// Runs a command line whose output nobody wants to read.
    pub(crate) fn run_into(&self, line: &str, stdout: &mut dyn Write) -> u8 {
        let mut stderr = Vec::new();
        let io = &mut Io {
            stdin: &mut io::empty(),
            stdout,
            stderr: &mut stderr,
        };
        evenkeel_cli::run(self.args(line), io)
    }

    /// How wide a path of the directory is when it is written out.
    pub(crate) fn width(&self, path: &str) -> usize {
        self.path(path).display().to_string().len()
    }

    /// Runs git in the directory, whatever the machine's own configuration says.
    pub(crate) fn git(&self, args: &[&str]) {
        let status = Command::new("git")
            .arg("-C")
            .arg(self.as_ref())
            .args(["-c", "user.name=test", "-c", "user.email=test@example.net"])
            .args([
                "-c",
                "commit.gpgsign=false",
                "-c",
                "core.hooksPath=/dev/null",
            ])
            .args(args)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .status();
        assert!(status.expect("git is installed").success(), "git {args:?}");
    }

    fn args(&self, line: &str) -> Vec<std::ffi::OsString> {
        let root = format!("{}/", self.0.path().display());
        line.split_whitespace()
            .map(|word| word.replace('@', &root).into())
            .collect()
    }

    /// Output with the directory taken out.
    fn shown(&self, output: &[u8]) -> String {
        let root = format!("{}/", self.0.path().display());
        String::from_utf8_lossy(output).replace(&root, "@")
    }
}

impl AsRef<Path> for Workdir {
    fn as_ref(&self) -> &Path {
        self.0.path()
    }
}

impl Ran {
    /// Helm would have printed this.
    #[track_caller]
    pub(crate) fn prints(&self, want: &str) -> &Ran {
        assert_eq!(self.stdout, want, "{}", self.stderr);
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    /// The run fails with this code and a message that holds all of these.
    #[track_caller]
    pub(crate) fn fails(&self, code: u8, messages: &[&str]) -> &Ran {
        for message in messages {
            assert!(
                self.stderr.contains(message),
                "no {message:?} in\n{}",
                self.stderr
            );
        }
        assert_eq!(self.code, code, "{}", self.stderr);
        self
    }
}
