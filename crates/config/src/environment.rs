//! Environments.

use evenkeel_yaml::{NodeKind, NodeRef, Spanned};

use crate::cluster::Cluster;
use crate::field::{Field, Fields};
use crate::glob::Glob;
use crate::path::RepoPath;
use crate::reader::Reader;
use crate::shape::{FieldShape, REQUIRED, Record, Shape};
use crate::values::Values;
use crate::versions::{ArgocdVersion, HelmRelease};

record! {
    owner "an environment";
    /// One environment. Everything is optional: what the root chart says already is inferred from it.
    pub struct Environment {
        /// What the environment is for; some rules are stricter in `production`.
        "class" => class: Option<Class>,
        /// The Argo CD that deploys it, such as `3.1`: it decides which Helm renders.
        "argocd" => argocd: Option<Spanned<ArgocdVersion>>,
        /// The Helm that renders, `3`, `4` or a minor such as `3.18`. Default: the one that `argocd`
        /// bundles, else the newest.
        "helm" => helm: Option<Spanned<HelmRelease>>,
        /// What charts learn of the cluster.
        "cluster" => cluster: Cluster,
        /// Whether nothing but this repository fills the environment, so that what is not rendered is
        /// not there.
        "closed" => closed: bool,
        /// Values of the root chart, over all its files. A key may be a path with dots; numbers are
        /// integers where they look like it, as with `--set`.
        "set" => set: Values,
        /// Values files. With `root`: of the root chart, after `root.values`. With `charts`: names of
        /// files inside each chart; default `values-<env>.yaml`.
        "values" => values: Vec<Spanned<RepoPath>>,
        /// The namespace of the environment's own applications.
        "namespace" => namespace: Option<Spanned<String>>,
        /// The domain that hosts are derived from.
        "domain" => domain: Option<Spanned<String>>,
        /// Domains that hosts may have beside `domain`.
        "publicDomains" => public_domains: Vec<Spanned<String>>,
        /// The Vault that secrets come from.
        "vault" => vault: Option<Vault>,
        /// The file system groups that pods may ask for: `unset` for none, else a range `first/size` as
        /// OpenShift annotates namespaces with it.
        "fsGroup" => fs_group: Option<Spanned<FsGroup>>,
        /// The StorageClass that volumes should name.
        "storageClass" => storage_class: Option<Spanned<String>>,
        /// The least that the environment's workloads and volumes have.
        "floor" => floor: Floor,
        /// Hosts that must not occur in what the environment renders.
        "forbid" => forbid: Vec<Spanned<Glob>>,
        /// Who installs operators: Argo CD from this repository, or somebody by hand.
        "operators" => operators: Option<Spanned<Operators>>,
    }
}

/// An environment of which nothing is said.
impl Default for Environment {
    fn default() -> Environment {
        Environment::absent().expect("no key of an environment must be written")
    }
}

impl Environment {
    /// The Helm that renders the environment, if anything says so.
    pub fn helm_release(&self) -> Option<HelmRelease> {
        let bundled = || self.argocd.map(|argocd| argocd.value.helm());
        self.helm.map(|helm| helm.value).or_else(bundled)
    }
}

choice! {
    what "a class of environment";
    /// What an environment is for.
    pub enum Class {
        /// on somebody's own machine
        Local = "local",
        /// a small installation in the field
        Edge = "edge",
        /// what users depend on
        Production = "production",
    }
}

choice! {
    what "who installs operators";
    /// Who installs operators.
    pub enum Operators {
        /// Argo CD, from this repository
        Argo = "argo",
        /// somebody by hand
        Manual = "manual",
    }
}

record! {
    owner "a floor";
    /// The least that an environment's workloads and volumes have.
    pub struct Floor {
        /// How many replicas a workload runs, such as `2`.
        "replicas" => replicas: Option<Spanned<Quantity>>,
        /// What a volume asks for, such as `10Gi`.
        "storage" => storage: Option<Spanned<Quantity>>,
    }
}

/// A quantity as Kubernetes writes it, such as `10Gi`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity(String);

impl Quantity {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Quantity {
    fn shape() -> Shape {
        Shape::Version { what: "quantity" }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Quantity> {
        let text = reader.text(node, "a quantity")?;
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let suffix = &text[digits.len()..];
        let is_number = digits.parse::<f64>().is_ok_and(|number| number >= 0.0);
        if is_number && SUFFIXES.contains(&suffix) {
            return Some(Quantity(text));
        }
        let message = format!("`{text}` is no quantity");
        reader.invalid(
            node.span(),
            message,
            "write a number, with a suffix such as `Gi`",
        )
    }
}

/// Suffixes of quantities (`resource.Quantity` of apimachinery).
const SUFFIXES: &[&str] = &[
    "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "m", "k", "M", "G", "T", "P", "E",
];

record! {
    owner "a Vault";
    /// A Vault that secrets come from.
    pub struct Vault {
        /// Its address.
        "address" => address: Spanned<String>,
        /// Whether the address must be one of TLS.
        "tls" => tls: bool,
        /// The Secret with the certificate authority that signed its certificate.
        "caSecret" => ca_secret: Option<Spanned<String>>,
    }
}

/// The file system groups that pods of an environment may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FsGroup {
    /// None: the namespace's own range applies.
    Unset,
    /// Those of a range.
    Range {
        /// The first group.
        first: u64,
        /// How many there are.
        size: u64,
    },
}

impl FsGroup {
    /// Whether pods may ask for a group.
    pub fn allows(self, group: u64) -> bool {
        match self {
            FsGroup::Unset => false,
            FsGroup::Range { first, size } => group >= first && group - first < size,
        }
    }
}

const FS_GROUP: &str = "a range of groups";

/// `{range: first/size}`, the longer way to write a range.
struct Ranged(FsGroup);

impl Field for FsGroup {
    fn shape() -> Shape {
        let text = Shape::Text {
            what: "`unset` or `first/size`",
            pattern: Some("^(unset|[0-9]+/[0-9]+)$"),
        };
        let record = Record {
            owner: FS_GROUP,
            doc: "The longer way to write a range.".to_owned(),
            fields: vec![FieldShape {
                key: "range",
                doc: "The groups.".to_owned(),
                shape: Ranged::shape(),
                default: REQUIRED,
            }],
        };
        Shape::OneOf(vec![text, Shape::Record(record)])
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<FsGroup> {
        if node.kind() == NodeKind::Mapping {
            let fields = Fields::read(node, reader, FS_GROUP, &["range"])?;
            return fields.take("range", reader).map(|Ranged(group)| group);
        }
        if node.text() == b"unset" {
            return Some(FsGroup::Unset);
        }
        Ranged::read(node, reader).map(|Ranged(group)| group)
    }
}

impl Field for Ranged {
    fn shape() -> Shape {
        Shape::Text {
            what: "`first/size`",
            pattern: Some("^[0-9]+/[0-9]+$"),
        }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Ranged> {
        let text = reader.text(node, FS_GROUP)?;
        let numbers = text.split_once('/').and_then(|(first, size)| {
            let (first, size) = (first.parse().ok()?, size.parse().ok()?);
            (size > 0).then_some(Ranged(FsGroup::Range { first, size }))
        });
        numbers.or_else(|| {
            let message = format!("expected {FS_GROUP}, found `{text}`");
            let help = "write `unset`, or the first group and how many: `1000700000/10000`";
            reader.invalid(node.span(), message, help)
        })
    }
}
