//! This repository's Argo CD chain, rendered by Helm: each Application's chart with what the Application says,
//! passed by hand. What it prints are the goldens, `fixtures/golden/<env>/<app>.yaml`; their checksums are kept
//! with them, for evenkeel may write goldens too.
//!
//! Nothing of evenkeel's own chain has a part in it: Helm expands the ApplicationSets too.

mod application;
mod application_set;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use evenkeel_config::{ApiVersions, Config, Environment};
use evenkeel_diagnostics::FileId;
use evenkeel_tests::Sums;
use evenkeel_value::Data;
use tempfile::TempDir;
use walkdir::WalkDir;

use super::Helm;
use crate::workspace;
use application::{Install, Step, next_step};

/// The checksums of what Helm printed, among the goldens.
const SUMS: &str = "helm.sums";

/// What Helm printed, by file name below the goldens.
type Outputs = BTreeMap<String, Vec<u8>>;

/// Renders the chain of every environment, and writes the goldens or tells how they differ.
pub(crate) fn run(helm: &Helm, record: bool) -> Result<ExitCode, String> {
    let mut outputs = Outputs::new();
    let each = |name: &str, count| println!("{name}: {count} Applications");
    chains(helm, &mut outputs, each)?;
    let goldens = workspace::root().join("fixtures/golden");
    if record {
        write(&goldens, &outputs, &helm.version)?;
        return Ok(ExitCode::SUCCESS);
    }
    compare(&goldens, &outputs)
}

/// How many calls of Helm all environments take, one after the other, and how long: what a script does that knows
/// the Applications already. Expanding the ApplicationSets is not counted.
pub(crate) fn time(helm: &Helm) -> Result<(usize, Duration), String> {
    let mut outputs = Outputs::new();
    let spent = chains(helm, &mut outputs, |_, _| {})?;
    Ok((outputs.len(), spent))
}

/// Renders the chains of all environments, and says how long Helm took for the Applications. `each` hears of
/// every environment, and how many outputs it gave.
fn chains(
    helm: &Helm,
    outputs: &mut Outputs,
    each: impl Fn(&str, usize),
) -> Result<Duration, String> {
    let path = workspace::root().join("evenkeel.yaml");
    let text = std::fs::read(path).map_err(|e| e.to_string())?;
    let config = evenkeel_config::parse(&text, FileId::NONE).config;
    let mut spent = Duration::ZERO;
    for (name, env) in config.envs.iter() {
        let before = outputs.len();
        chain(helm, &config, &name.value, env, outputs, &mut spent)
            .map_err(|e| format!("{}: {e}", name.value))?;
        each(&name.value, outputs.len() - before);
    }
    Ok(spent)
}

/// Renders the chain of one environment, from the root chart to the last Application.
fn chain(
    helm: &Helm,
    config: &Config,
    name: &str,
    env: &Environment,
    outputs: &mut Outputs,
    spent: &mut Duration,
) -> Result<(), String> {
    check_release(helm, env)?;
    let cluster = cluster_flags(env)?;
    let scratch = TempDir::new().map_err(|e| e.to_string())?;
    let mut queue = VecDeque::from([root_install(config, name, env)?]);
    while let Some(install) = queue.pop_front() {
        let app = install.name.clone();
        let start = Instant::now();
        let text = install
            .render(helm, &cluster, scratch.path())
            .map_err(|e| format!("{app}: {e}"))?;
        *spent += start.elapsed();
        for object in objects(&text).map_err(|e| format!("{app}: {e}"))? {
            match next_step(&object).map_err(|e| format!("{app}: {e}"))? {
                Step::Install(install) => queue.push_back(install),
                Step::Expand(set) => {
                    for application in application_set::expand(helm, &set, scratch.path())? {
                        if let Step::Install(install) = next_step(&application)? {
                            queue.push_back(install);
                        }
                    }
                }
                Step::Nothing => {}
            }
        }
        let file = format!("{name}/{app}.yaml");
        if outputs.insert(file, text).is_some() {
            return Err(format!("there are two Applications {app}"));
        }
    }
    Ok(())
}

/// The recordings are only worth something if this is the Helm that the environment declares.
fn check_release(helm: &Helm, env: &Environment) -> Result<(), String> {
    let Some(release) = env.helm_release() else {
        return Ok(());
    };
    let wanted = match release.minor {
        Some(minor) => format!("v{}.{minor}.", release.major),
        None => format!("v{}.", release.major),
    };
    if helm.version.starts_with(&wanted) {
        return Ok(());
    }
    let (wanted, version) = (wanted.trim_end_matches('.'), &helm.version);
    Err(format!(
        "the environment declares Helm {wanted}, and this is {version}: give another one with --helm3"
    ))
}

/// What Argo CD says of the cluster on every command line.
fn cluster_flags(env: &Environment) -> Result<Vec<String>, String> {
    let mut flags = Vec::new();
    if let Some(version) = env.cluster.kubernetes_version() {
        flags.extend(["--kube-version".to_owned(), version]);
    }
    let versions = match &env.cluster.api_versions {
        None => Vec::new(),
        Some(ApiVersions::Release(release)) => release.value.api_versions(),
        Some(_) => return Err("a list of API versions is not passed on yet".to_owned()),
    };
    for version in versions {
        flags.extend(["--api-versions".to_owned(), version]);
    }
    Ok(flags)
}

/// The root chart as the bootstrap installs it.
fn root_install(config: &Config, name: &str, env: &Environment) -> Result<Install, String> {
    let root = config.root.as_ref().ok_or("evenkeel.yaml names no root")?;
    let path = root.chart.value.as_str();
    let text = |text: &Option<evenkeel_yaml::Spanned<String>>| {
        text.as_ref().map(|text| text.value.clone())
    };
    let last = path.rsplit('/').next().unwrap_or(path);
    let select = text(&root.select).ok_or("the root has no `select`")?;
    Ok(Install {
        name: text(&root.release).unwrap_or_else(|| last.to_owned()),
        release: text(&root.release).unwrap_or_else(|| last.to_owned()),
        namespace: text(&root.namespace).unwrap_or_default(),
        chart: path.to_owned(),
        inline_values: vec![
            application::json(&root.set.data)?,
            application::json(&env.set.data)?,
        ],
        set: vec![("--set", format!("{select}={name}"))],
        ..Install::default()
    })
}

/// The objects in what Helm printed.
fn objects(text: &[u8]) -> Result<Vec<Data>, String> {
    let documents = evenkeel_yaml::decode_documents(text, FileId::NONE);
    documents.map_err(|e| e.text().to_owned())
}

fn write(goldens: &Path, outputs: &Outputs, version: &str) -> Result<(), String> {
    for (name, text) in outputs {
        let path = goldens.join(name);
        let folder = path.parent().unwrap_or(goldens);
        std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
        std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    for name in recorded(goldens)? {
        if !outputs.contains_key(&name) {
            std::fs::remove_file(goldens.join(&name)).map_err(|e| format!("{name}: {e}"))?;
        }
    }
    let sums = goldens.join(SUMS);
    std::fs::write(sums, sums_of(outputs, version).to_string()).map_err(|e| e.to_string())
}

fn sums_of(outputs: &Outputs, version: &str) -> Sums {
    let outputs = outputs.iter();
    Sums::of(
        version,
        outputs.map(|(name, text)| (name.as_str(), text.as_slice())),
    )
}

fn compare(goldens: &Path, outputs: &Outputs) -> Result<ExitCode, String> {
    let mut names: BTreeSet<String> = outputs.keys().cloned().collect();
    names.extend(recorded(goldens)?);
    let differs = |name: &&String| {
        let golden = std::fs::read(goldens.join(name)).ok();
        golden.as_ref() != outputs.get(*name)
    };
    let different: Vec<_> = names.iter().filter(differs).collect();
    for name in &different {
        println!("differs: {name}");
    }
    println!(
        "{} of {} goldens are what Helm prints",
        names.len() - different.len(),
        names.len()
    );
    Ok(match different.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// The goldens that there are: `<env>/<app>.yaml`.
fn recorded(goldens: &Path) -> Result<Vec<String>, String> {
    if !goldens.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in WalkDir::new(goldens).min_depth(2).sort_by_file_name() {
        let path: PathBuf = entry.map_err(|e| e.to_string())?.into_path();
        if let Ok(name) = path.strip_prefix(goldens) {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    Ok(names)
}
