//! Writes the tables of kinds in `crates/kinds/data` from the projects' own sources.
//!
//! A kind is a Go type that the API's client generator makes a client for (`+genclient`), or what a
//! CustomResourceDefinition names. Which of them a cluster serves without being asked: stable versions,
//! and of custom resources those that no feature gate holds back.

mod go_types;
mod openshift;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Args;

use crate::workspace;

/// The minors of Kubernetes that have a preset.
const KUBERNETES: std::ops::RangeInclusive<u16> = 29..=34;

/// Kinds with a client that the API server lists but does not watch, or that it does not serve at all.
const NOT_WATCHED: &[(&str, &str)] = &[
    ("", "ComponentStatus"),
    ("authorization.openshift.io", "ClusterRole"),
    ("authorization.openshift.io", "ClusterRoleBinding"),
    ("authorization.openshift.io", "Role"),
    ("authorization.openshift.io", "RoleBinding"),
];

/// Unstable versions that are served although nobody asks for them: they were so before Kubernetes 1.24
/// ended that habit (`legacyBetaEnabledByDefaultResources` of pkg/controlplane/instance.go), and the
/// minor that no longer does.
const SERVED_BETAS: &[(&str, u16)] = &[("flowcontrol.apiserver.k8s.io/v1beta3", 32)];

#[derive(Args)]
pub(crate) struct Options {
    /// A git clone of github.com/openshift/api with its release branches; without it only the table of
    /// Kubernetes is written
    #[arg(long, value_name = "DIR")]
    openshift_api: Option<PathBuf>,
}

/// A kind of one version of a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    /// `group/version`, or the version alone for the core group.
    version: String,
    cluster_scoped: bool,
    name: String,
}

/// For each kind, the minors that have it, and whether they serve it for list and watch.
#[derive(Default)]
struct Table(BTreeMap<Kind, BTreeMap<u16, bool>>);

impl Table {
    fn add(&mut self, minor: u16, kind: Kind, served: bool) {
        let group = kind.version.rsplit_once('/').map_or("", |(group, _)| group);
        let watched = !NOT_WATCHED.contains(&(group, &kind.name));
        *self.0.entry(kind).or_default().entry(minor).or_default() |= served && watched;
    }

    /// The table's lines: version, scope, who serves it, and the kinds that share all that.
    fn text(&self, platform: &str, minors: &BTreeSet<u16>) -> String {
        let mut lines: BTreeMap<(&str, bool, String), Vec<&str>> = BTreeMap::new();
        for (kind, seen) in &self.0 {
            let served = range(platform, seen, minors);
            let line = lines.entry((&kind.version, kind.cluster_scoped, served));
            line.or_default().push(&kind.name);
        }
        let mut text = String::new();
        for ((version, cluster_scoped, served), kinds) in lines {
            let scope = if cluster_scoped {
                "Cluster"
            } else {
                "Namespaced"
            };
            let _ = writeln!(text, "{version} {scope} {served} {}", kinds.join(" "));
        }
        text
    }
}

/// `kubernetes:1.30-` for what came with 1.30, `kubernetes:-1.31` for what left after 1.31, `-` for what
/// no release serves.
fn range(platform: &str, seen: &BTreeMap<u16, bool>, minors: &BTreeSet<u16>) -> String {
    let served: BTreeSet<u16> = seen.iter().filter(|(_, s)| **s).map(|(m, _)| *m).collect();
    let (Some(first), Some(last)) = (served.first(), served.last()) else {
        return "-".to_owned();
    };
    let (name, major) = platform.split_once(' ').unwrap_or((platform, "1"));
    let bound = |minor: &u16, end: Option<&u16>| {
        if Some(minor) == end {
            String::new()
        } else {
            format!("{major}.{minor}")
        }
    };
    format!(
        "{name}:{}-{}",
        bound(first, minors.first()),
        bound(last, minors.last())
    )
}

/// Runs `cargo xtask kinds`.
pub(crate) fn run(options: &Options) -> Result<ExitCode, String> {
    let mut kubernetes = Table::default();
    for minor in KUBERNETES {
        let module = download(&format!("k8s.io/api@v0.{minor}.0"))?;
        for (kind, listed) in go_types::of_module(&module)? {
            let served = listed && is_served(&kind.version, minor);
            kubernetes.add(minor, kind, served);
        }
    }
    let head = "# Kinds of k8s.io/api, written by `cargo xtask kinds`.\n";
    write(
        "kubernetes",
        head,
        &kubernetes.text("kubernetes 1", &KUBERNETES.collect()),
    )?;
    if let Some(clone) = &options.openshift_api {
        let (table, minors) = openshift::read(clone)?;
        let head = "# Kinds of github.com/openshift/api, written by `cargo xtask kinds`.\n";
        write("openshift", head, &table.text("openshift 4", &minors))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn is_served(version: &str, minor: u16) -> bool {
    let stable = version
        .rsplit('/')
        .next()
        .and_then(|v| v.strip_prefix('v'))
        .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    stable
        || SERVED_BETAS
            .iter()
            .any(|(beta, end)| *beta == version && minor < *end)
}

fn write(name: &str, head: &str, lines: &str) -> Result<(), String> {
    let path = workspace::root().join(format!("crates/kinds/data/{name}.txt"));
    let text = format!("{head}# version, scope, served by, kinds\n{lines}");
    println!("wrote {}", path.display());
    std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// Has Go fetch a module and gives its folder.
fn download(module: &str) -> Result<PathBuf, String> {
    let output = Command::new("go")
        .args(["mod", "download", "-json", module])
        .current_dir(std::env::temp_dir())
        .output()
        .map_err(|e| format!("go: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let folder = text.lines().find_map(|line| {
        let line = line.trim().strip_prefix("\"Dir\": \"")?;
        Some(PathBuf::from(line.trim_end_matches(['"', ','])))
    });
    folder.ok_or_else(|| format!("go mod download {module}: {}", text.trim()))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}
