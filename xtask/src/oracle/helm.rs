//! Finds a Helm, asks its version, and runs it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use evenkeel_tests::conformance::Profile;
use tempfile::TempDir;

use crate::process::{self, Output};

/// What both profiles take for the cluster's version: the one that the release builds report. A Helm 3
/// that `go install` built reports v1.20.0, so it is always told.
const KUBE_VERSION: [&str; 2] = ["--kube-version", "v1.37.0"];

/// How much of a program is looked at at once.
const PIECE: u64 = 1 << 20;
const LONGEST_VERSION: u64 = 64;

/// An installed Helm.
pub(crate) struct Helm {
    pub(crate) profile: Profile,
    pub(crate) path: PathBuf,
    /// Such as `v4.3.1`.
    pub(crate) version: String,
    home: TempDir,
}

/// The Helm 4 and the Helm 3 of the options or of PATH.
pub(crate) fn find_both(helm4: Option<&Path>, helm3: Option<&Path>) -> Result<[Helm; 2], String> {
    Ok([find(Profile::Helm4, helm4)?, find(Profile::Helm3, helm3)?])
}

/// The Helm of one profile.
pub(crate) fn find(profile: Profile, given: Option<&Path>) -> Result<Helm, String> {
    let candidates = match given {
        Some(path) => vec![path.to_owned()],
        None => in_path(&[&format!("helm{}", profile.major()), "helm"]),
    };
    for path in candidates {
        let helm = Helm::at(profile, path)?;
        if helm
            .version
            .strip_prefix('v')
            .is_some_and(|v| v.starts_with(profile.major()))
        {
            return Ok(helm);
        }
    }
    let major = profile.major();
    Err(format!(
        "no Helm {major} found: give its path with --helm{major}"
    ))
}

fn in_path(names: &[&str]) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let all = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    all.filter(|file| file.is_file()).collect()
}

impl Helm {
    fn at(profile: Profile, path: PathBuf) -> Result<Helm, String> {
        let path = std::path::absolute(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let home = TempDir::new().map_err(|e| e.to_string())?;
        let mut helm = Helm {
            profile,
            path,
            version: String::new(),
            home,
        };
        helm.version = match helm.built_from()? {
            Some(version) => version,
            None => helm.reported()?,
        };
        Ok(helm)
    }

    /// The module version that Go's linker left in the program: a Helm built by `go install` reports only
    /// its minor version. Read piece by piece: what this process ever held in memory would count in the
    /// peak memory of the programs that it measures.
    fn built_from(&self) -> Result<Option<String>, String> {
        let fail = |e: std::io::Error| format!("{}: {e}", self.path.display());
        let mark = format!("mod\thelm.sh/helm/v{}\t", self.profile.major());
        let mut file = File::open(&self.path).map_err(fail)?;
        let mut window = Vec::new();
        loop {
            let read = file
                .by_ref()
                .take(PIECE)
                .read_to_end(&mut window)
                .map_err(fail)?;
            if let Some(at) = window
                .windows(mark.len())
                .position(|w| w == mark.as_bytes())
            {
                file.by_ref()
                    .take(LONGEST_VERSION)
                    .read_to_end(&mut window)
                    .map_err(fail)?;
                let version = window[at + mark.len()..]
                    .split(|b| !b.is_ascii_graphic())
                    .next();
                let version = String::from_utf8_lossy(version.unwrap_or_default()).into_owned();
                return Ok(Some(version).filter(|v| v.starts_with('v')));
            }
            if read == 0 {
                return Ok(None);
            }
            window.drain(..window.len().saturating_sub(mark.len()));
        }
    }

    fn reported(&self) -> Result<String, String> {
        let args = ["version", "--template", "{{.Version}}"].map(str::to_owned);
        let command = process::command(&self.path, &args, self.home.path(), self.home.path());
        let output = process::run(command)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// What a run gets instead of `args`.
    pub(crate) fn arguments(&self, args: &[String]) -> Vec<String> {
        let mut args = args.to_vec();
        if self.profile == Profile::Helm3 && args.first().is_some_and(|a| a == "template") {
            args.splice(1..1, KUBE_VERSION.map(str::to_owned));
        }
        args
    }

    /// A command that runs it in `directory`.
    pub(crate) fn command(&self, args: &[String], directory: &Path) -> Command {
        process::command(
            &self.path,
            &self.arguments(args),
            directory,
            self.home.path(),
        )
    }

    /// A command that runs evenkeel as `program` in the same surroundings and in this profile.
    pub(crate) fn candidate(&self, program: &Path, args: &[String], directory: &Path) -> Command {
        let more = [
            "--helm-version",
            self.profile.major(),
            "--error-format",
            "helm",
        ];
        let args: Vec<_> = args
            .iter()
            .cloned()
            .chain(more.map(str::to_owned))
            .collect();
        process::command(program, &args, directory, self.home.path())
    }

    /// Runs it in `directory`.
    pub(crate) fn run(&self, args: &[String], directory: &Path) -> Result<Output, String> {
        process::run(self.command(args, directory))
    }
}
