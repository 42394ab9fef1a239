//! The whole configuration.

use evenkeel_yaml::{NodeRef, Spanned};

use crate::cluster::DeclaredCluster;
use crate::environment::Environment;
use crate::field::{Field, OneOrMany};
use crate::glob::Glob;
use crate::kind::GroupKind;
use crate::ordered::OrderedMap;
use crate::path::RepoPath;
use crate::policy::{
    Expectation, External, Images, Parity, Required, RuleLevel, SecretPath, Waiver,
};
use crate::reader::Reader;
use crate::shape::Shape;
use crate::values::Values;

record! {
    owner "the configuration";
    /// The configuration of a repository, `evenkeel.yaml` at its root.
    pub struct Config {
        /// The version of this format.
        "version" => version: FormatVersion,
        /// The URLs of this repository. A source of an Application with one of them is this work tree.
        /// Default: the one URL that the Applications use, if they use only one.
        "repository" => repository: OneOrMany<Spanned<String>>,
        /// The chart that everything else comes from (app of apps).
        "root" => root: Option<Root>,
        /// Files with Applications and ApplicationSets to begin with, where no chart makes them.
        "paths" => paths: Vec<Spanned<Glob>>,
        /// Charts of a repository without Argo CD: each is rendered for each environment. `.` is the one at the root of
        /// the repository.
        "charts" => charts: Vec<Spanned<Glob>>,
        /// The environments, in the order that output has them. Default: the elements of the root
        /// chart's generator, or the `values-<env>.yaml` that there are.
        "envs" => envs: OrderedMap<Environment>,
        /// The clusters that `clusters` generators of ApplicationSets find.
        "clusters" => clusters: Vec<DeclaredCluster>,
        /// How far environments may differ.
        "parity" => parity: Parity,
        /// Differences between environments that have a reason.
        "expect" => expect: Vec<Spanned<Expectation>>,
        /// The Helm parameters that applications have to be given.
        "require" => require: Vec<Spanned<Required>>,
        /// The catalogue of secrets in the Vault.
        "secrets" => secrets: Vec<Spanned<SecretPath>>,
        /// Channels that operators are pinned to, by the name of the package.
        "pins" => pins: OrderedMap<Spanned<String>>,
        /// Which images are built from here.
        "images" => images: Images,
        /// The chart whose `appVersion` is composed of the images' tags.
        "release" => release: Option<Release>,
        /// What exists although this repository does not render it.
        "external" => external: Vec<Spanned<External>>,
        /// Kinds that nothing may render, such as a way to deliver secrets that is not this platform's (HYG-01).
        "forbidKinds" => forbid_kinds: Vec<Spanned<GroupKind>>,
        /// Charts that nothing deploys, on purpose.
        "unused" => unused: Vec<Spanned<Unused>>,
        /// The directory of the goldens: what the applications deploy, a file for each application of each
        /// environment, as `evenkeel golden --update` writes it. Default: none are kept.
        "golden" => golden: Option<Spanned<RepoPath>>,
        /// Files with rules of one's own, in CEL (docs/custom-rules.md).
        "custom" => custom: Vec<Spanned<Glob>>,
        /// Levels of rules that differ from the rules' own.
        "rules" => rules: OrderedMap<Spanned<RuleLevel>>,
        /// Findings that are accepted.
        "waive" => waive: Vec<Spanned<Waiver>>,
    }
}

impl Config {
    /// Whether `charts` names a directory; the root of the repository is the empty path.
    pub fn lists_chart(&self, directory: &str) -> bool {
        let name = if directory.is_empty() { "." } else { directory };
        self.charts.iter().any(|glob| glob.value.matches(name))
    }
}

impl Default for Config {
    fn default() -> Config {
        Config::absent().expect("no key of the configuration must be written")
    }
}

record! {
    owner "the root";
    /// The chart that is installed by hand and brings everything else.
    pub struct Root {
        /// Its directory.
        "chart" => chart: Spanned<RepoPath>,
        /// The namespace it is installed to. Default: `argocd`.
        "namespace" => namespace: Option<Spanned<String>>,
        /// The name of its release. Default: the directory's name.
        "release" => release: Option<Spanned<String>>,
        /// The value that is set to the environment's name, as a path with dots.
        "select" => select: Option<Spanned<String>>,
        /// Values files, of every environment.
        "values" => values: Vec<Spanned<RepoPath>>,
        /// Values, of every environment; those of the environment win.
        "set" => set: Values,
    }
}

record! {
    owner "the release";
    /// How the version of the whole is composed.
    pub struct Release {
        /// The directory of the chart whose `appVersion` it is.
        "chart" => chart: Spanned<RepoPath>,
        /// The annotation in `Chart.yaml` of the charts that are part of it: those where it is `"true"`.
        "annotation" => annotation: Option<Spanned<String>>,
        /// The directories of the charts that are part of it, instead of an annotation.
        "charts" => charts: Vec<Spanned<RepoPath>>,
    }
}

record! {
    owner "an unused chart";
    /// A chart that nothing deploys, and why.
    pub struct Unused {
        /// Its directory; may be a glob.
        "chart" => chart: Spanned<Glob>,
        /// Why it is there.
        "reason" => reason: Spanned<String>,
    }
}

/// The version of the configuration's format. There is one so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatVersion;

impl Field for FormatVersion {
    const DEFAULT: &'static str = "`1`";

    fn shape() -> Shape {
        Shape::Constant(1)
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<FormatVersion> {
        let text = reader.text(node, "`1`")?;
        if text == "1" {
            return Some(FormatVersion);
        }
        let message = format!("version `{text}` of the configuration is not known");
        reader.invalid(node.span(), message, "this evenkeel reads version 1")
    }

    fn absent() -> Option<FormatVersion> {
        Some(FormatVersion)
    }
}
