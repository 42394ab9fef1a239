//! `evenkeel.yaml`: its types, and how it is read.
//!
//! [`parse`] never fails: it gives what could be read, and a diagnostic with a place for everything else.
//! The types are declared once (`record!` and `choice!`); reader, JSON Schema and manual follow from the
//! declaration.
//!
//! Architecture Invariant: this crate does no I/O and knows nothing of charts and rules. Files that the
//! configuration names are read by others.

#[macro_use]
mod record;

mod api_versions;
mod check;
mod cluster;
mod config;
mod custom;
mod date;
mod environment;
mod field;
mod glob;
mod kind;
mod ordered;
mod path;
mod policy;
mod reader;
mod reference;
mod schema;
mod shape;
mod similar;
#[cfg(test)]
mod tests;
mod values;
mod versions;

use evenkeel_diagnostics::{Diagnostic, FileId};
use evenkeel_yaml::{Document, Input, Limits};

pub use api_versions::{ApiVersion, ApiVersions, parse_api_versions};
pub use cluster::{Cluster, DeclaredCluster, KubernetesVersion};
pub use config::{Config, FormatVersion, Release, Root, Unused};
pub use custom::{
    CustomRule, Manifest, Match, RuleCode, RuleFile, RuleSeverity, RuleTest, Variable, Verdict,
};
pub use date::Date;
pub use environment::{Class, Environment, Floor, FsGroup, Operators, Quantity, Vault};
pub use evenkeel_kinds::Release as ClusterRelease;
pub use evenkeel_yaml::Spanned;
pub use field::OneOrMany;
pub use glob::{Glob, Pattern};
pub use kind::GroupKind;
pub use ordered::OrderedMap;
pub use path::RepoPath;
pub use policy::{
    Expectation, External, Images, Lag, Off, Parity, Required, RuleLevel, SecretPath, Waiver,
};
pub use reference::{reference, rules_reference};
pub use schema::{json_schema, rules_schema};
pub use similar::closest;
pub use values::Values;
pub use versions::{ArgocdVersion, HelmRelease};

use reader::Reader;

/// More than any configuration needs; what is bigger is refused.
const MAX_NODES: usize = 50_000;

/// What [`parse`] gives.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// What could be read; defaults stand for the rest.
    pub config: Config,
    /// What is wrong with the file, in no particular order. An error means that `config` is not what the
    /// file's author meant.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the text of an `evenkeel.yaml`; `file` is what places name.
///
/// Keys that nobody knows, values that do not fit, patterns that do not compile, names of environments
/// that there are not: each is reported (`config/…`), left out, and reading goes on. Only text that is no
/// YAML ends it, with the defaults as result.
///
/// ```
/// use evenkeel_diagnostics::FileId;
/// let parsed = evenkeel_config::parse(b"envs: { prod: { namespace: shop } }", FileId::NONE);
/// assert!(parsed.diagnostics.is_empty());
/// let prod = parsed.config.envs.get("prod").expect("it is there");
/// assert_eq!(prod.namespace.as_ref().map(|n| n.value.as_str()), Some("shop"));
/// ```
pub fn parse(text: &[u8], file: FileId) -> Parsed {
    let (config, mut diagnostics) = read::<Config>(text, file, "the configuration");
    let mut config = config.unwrap_or_default();
    diagnostics.extend(check::names(&mut config));
    Parsed {
        config,
        diagnostics,
    }
}

/// Reads the text of a file with rules, with the diagnostics of [`parse`]; `config` knows the environments that rules may
/// name. The expressions are texts still.
pub fn parse_rules(text: &[u8], file: FileId, config: &Config) -> (RuleFile, Vec<Diagnostic>) {
    let (rules, mut diagnostics) = read::<RuleFile>(text, file, "the file of rules");
    let rules = rules.unwrap_or(RuleFile { rules: Vec::new() });
    diagnostics.extend(check::rule_names(config, &rules));
    (rules, diagnostics)
}

/// Reads a document; `what` it should be.
fn read<T: field::Field>(text: &[u8], file: FileId, what: &str) -> (Option<T>, Vec<Diagnostic>) {
    let input = Input::new(text);
    let limits = Limits { nodes: MAX_NODES };
    let document = match Document::parse(&input, file, limits) {
        Ok(document) => document,
        Err(error) => return (None, vec![reader::syntax(&error, what)]),
    };
    let mut reader = Reader::new(&document);
    let root = document.root();
    let value = root.and_then(|root| T::read(root.resolved(), &mut reader));
    (value, reader.finish())
}
