//! From flags to what they mean.

use evenkeel_renderer::{HelmVersion, KubeVersion, ValueOptions};

use crate::outcome::Stop;
use crate::pflag::Parsed;

/// `"helm template"` in messages: people who know Helm's texts find them again.
const USAGE: &str = "\"helm template\" requires at least 1 argument\n\n\
                     Usage:  helm template [NAME] [CHART] [flags]";

/// The command line of `evenkeel template`, checked.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) helm: HelmVersion,
    /// The NAME argument, if it was given.
    pub(crate) name: Option<String>,
    pub(crate) name_template: Option<String>,
    pub(crate) chart: String,
    pub(crate) values: ValueOptions,
    pub(crate) namespace: String,
    pub(crate) kube_version: Option<KubeVersion>,
    pub(crate) api_versions: Vec<String>,
    pub(crate) is_upgrade: bool,
    pub(crate) skip_schema_validation: bool,
    pub(crate) include_crds: bool,
    pub(crate) skip_tests: bool,
    pub(crate) no_hooks: bool,
    pub(crate) debug: bool,
    pub(crate) show_only: Vec<String>,
    pub(crate) output_dir: Option<String>,
    pub(crate) release_name_in_path: bool,
    pub(crate) post_renderer: Option<String>,
    pub(crate) post_renderer_args: Vec<String>,
    pub(crate) dependency_update: bool,
    pub(crate) verify: bool,
    pub(crate) repo: bool,
    pub(crate) cluster: Option<String>,
    pub(crate) seed: Option<u64>,
    pub(crate) now: Option<String>,
    pub(crate) report_nondeterminism: bool,
    pub(crate) annotate: bool,
}

impl Options {
    /// Checks a parsed command line in the order in which Helm does.
    pub(crate) fn new(parsed: &Parsed, helm: HelmVersion) -> Result<Options, Stop> {
        let helm4 = helm.is_helm4();
        if parsed.positional.is_empty() {
            return Err(Stop::Helm(USAGE.to_owned()));
        }
        if helm4 {
            check_exclusive(parsed)?;
        }
        let kube_version = parsed.text("kube-version").filter(|v| !v.is_empty());
        let kube_version = kube_version
            .map(|text| {
                KubeVersion::parse(text, helm).map_err(|reason| {
                    Stop::Helm(format!("invalid kube version '{text}': {reason}"))
                })
            })
            .transpose()?;
        let cluster = wants_cluster(parsed, helm4)?;
        let (name, chart) = name_and_chart(parsed)?;
        let text = |flag| {
            parsed
                .text(flag)
                .filter(|v| !v.is_empty())
                .map(str::to_owned)
        };
        Ok(Options {
            helm,
            name,
            name_template: text("name-template"),
            chart,
            values: ValueOptions {
                files: parsed.texts("values"),
                set_json: parsed.texts("set-json"),
                set: parsed.texts("set"),
                set_string: parsed.texts("set-string"),
                set_file: parsed.texts("set-file"),
                set_literal: parsed.texts("set-literal"),
                ..ValueOptions::default()
            },
            namespace: text("namespace").unwrap_or_else(|| "default".to_owned()),
            kube_version,
            api_versions: parsed.texts("api-versions"),
            is_upgrade: parsed.is_on("is-upgrade"),
            skip_schema_validation: parsed.is_on("skip-schema-validation"),
            include_crds: parsed.is_on("include-crds"),
            skip_tests: parsed.is_on("skip-tests"),
            no_hooks: parsed.is_on("no-hooks"),
            debug: parsed.is_on("debug"),
            show_only: parsed.texts("show-only"),
            output_dir: text("output-dir"),
            release_name_in_path: parsed.is_on("release-name"),
            post_renderer: text("post-renderer"),
            post_renderer_args: parsed.texts("post-renderer-args"),
            dependency_update: parsed.is_on("dependency-update"),
            verify: parsed.is_on("verify"),
            repo: text("repo").is_some(),
            cluster,
            seed: parsed
                .text("seed")
                .and_then(|n| n.parse::<i64>().ok())
                .map(i64::cast_unsigned),
            now: text("now"),
            report_nondeterminism: parsed.is_on("report-nondeterminism"),
            annotate: parsed.is_on("annotate"),
        })
    }
}

/// Flags that exclude one another (cobra's `MarkFlagsMutuallyExclusive`).
fn check_exclusive(parsed: &Parsed) -> Result<(), Stop> {
    for group in [
        ["force", "force-conflicts"],
        ["force-replace", "force-conflicts"],
        ["validate", "dry-run"],
    ] {
        if group.iter().all(|flag| parsed.has(flag)) {
            let mut sorted = group;
            sorted.sort_unstable();
            return Err(Stop::Helm(format!(
                "if any flags in the group [{}] are set none of the others can be; [{}] were all set",
                group.join(" "),
                sorted.join(" ")
            )));
        }
    }
    Ok(())
}

/// The flag that asks for a cluster, if one does.
fn wants_cluster(parsed: &Parsed, helm4: bool) -> Result<Option<String>, Stop> {
    let dry_run = parsed.text("dry-run");
    if helm4 {
        if let Some(value) = dry_run {
            check_dry_run(value)?;
        }
    } else if let Some(value) = dry_run
        && !["", "false", "true", "none", "client", "server"].contains(&value)
    {
        let text = "Invalid dry-run flag. Flag must one of the following: \
                    false, true, none, client, server";
        return Err(Stop::Helm(text.to_owned()));
    }
    if parsed.is_on("validate") {
        return Ok(Some("--validate".to_owned()));
    }
    let asks = |value: &&str| *value == "server" || !helm4 && ["none", "false"].contains(value);
    Ok(dry_run
        .filter(asks)
        .map(|value| format!("--dry-run={value}")))
}

/// Helm 4's `cmdGetDryRunFlagStrategy`.
fn check_dry_run(value: &str) -> Result<(), Stop> {
    let words = match value {
        "unset" | "client" | "server" | "1" | "t" | "T" | "true" | "TRUE" | "True" => return Ok(()),
        "none" | "0" | "f" | "F" | "false" | "FALSE" | "False" => "\"server\" or \"client\"",
        _ => "\"none\", \"server\", or \"client\"",
    };
    Err(Stop::Helm(format!(
        "invalid dry-run value ({value:?}). Must be {words}"
    )))
}

/// Helm's `NameAndChart`.
fn name_and_chart(parsed: &Parsed) -> Result<(Option<String>, String), Stop> {
    match &parsed.positional[..] {
        [chart] => Ok((None, chart.clone())),
        [name, chart] => {
            let flag = if parsed.is_on("generate-name") {
                "generate-name"
            } else if parsed.text("name-template").is_some_and(|t| !t.is_empty()) {
                "name-template"
            } else {
                return Ok((Some(name.clone()), chart.clone()));
            };
            Err(Stop::Helm(format!(
                "cannot set --{flag} and also specify a name"
            )))
        }
        more => Err(Stop::Helm(format!(
            "expected at most two arguments, unexpected arguments: {}",
            more.get(2..).unwrap_or_default().join(", ")
        ))),
    }
}
