//! This repository's Argo CD chain, rendered by Helm: each Application's chart with what the Application says,
//! passed by hand. The checksums of what it prints are kept beside the goldens, which say what that means and which
//! evenkeel writes.
//!
//! Nothing of evenkeel's own chain has a part in it: Helm expands the ApplicationSets too.

mod application;
mod application_set;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use evenkeel_config::{ApiVersions, Config, Environment};
use evenkeel_diagnostics::FileId;
use evenkeel_tests::Sums;
use evenkeel_value::Data;
use tempfile::TempDir;

use super::Helm;
use crate::workspace;
use application::{Install, Step, next_step};

/// The checksums of what Helm printed.
const SUMS: &str = "fixtures/golden/helm.sums";

/// What Helm printed, by the name of the Application's golden: `<env>/<app>.yaml`.
type Outputs = BTreeMap<String, Vec<u8>>;

/// Renders the chain of every environment, and writes the checksums or tells what they are not of.
pub(crate) fn run(helm: &Helm, record: bool) -> Result<ExitCode, String> {
    let mut outputs = Outputs::new();
    let each = |name: &str, count| println!("{name}: {count} Applications");
    chains(helm, &mut outputs, each)?;
    let sums = workspace::root().join(SUMS);
    let printed = sums_of(&outputs, &helm.version);
    if record {
        std::fs::write(sums, printed.to_string()).map_err(|e| e.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let recorded = std::fs::read_to_string(&sums);
    let recorded = recorded.map_err(|e| format!("{}: {e}", sums.display()))?;
    Ok(compare(&Sums::parse(&recorded), &printed))
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

fn sums_of(outputs: &Outputs, version: &str) -> Sums {
    let outputs = outputs.iter();
    Sums::of(
        version,
        outputs.map(|(name, text)| (name.as_str(), text.as_slice())),
    )
}

fn compare(recorded: &Sums, printed: &Sums) -> ExitCode {
    let mut names: BTreeSet<&String> = recorded.by_name.keys().collect();
    names.extend(printed.by_name.keys());
    let differs = |name: &&&String| recorded.by_name.get(**name) != printed.by_name.get(**name);
    let different: Vec<_> = names.iter().filter(differs).collect();
    for name in &different {
        println!("differs: {name}");
    }
    println!(
        "{} of {} recorded outputs are what Helm prints",
        names.len() - different.len(),
        names.len()
    );
    match different.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
