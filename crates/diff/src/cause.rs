//! What made the differences, as reports show it.
//!
//! Nothing in here points into a source map: the two sides may be two revisions with one each, and a report may be
//! kept for long after both are gone.

use std::collections::BTreeMap;

use evenkeel_diagnostics::Diagnostic;
use evenkeel_manifest::Identity;

use crate::change::{AppDiff, Class, ObjectIndex, Sides};
use crate::policy::{Reopened, Unused};

/// Everything that differs, and why.
#[derive(Debug, Default)]
pub struct Differences {
    /// The pairs of sides that were compared: one, or one for each environment of two revisions.
    pub comparisons: Vec<Comparison>,
    /// What made the differences: those first that nothing explains, then security, expected, version, implied and
    /// identity, each by how many effects they have. Each difference is an effect of exactly one of them.
    pub causes: Vec<Cause>,
    /// What should differ and does not.
    pub missing: Vec<Missing>,
    /// How the fields that differ came to be; empty unless it was asked for.
    pub traces: BTreeMap<ChangeIndex, Sides<Option<Trace>>>,
    /// Entries of `expect` that explain nothing.
    pub unused: Vec<Unused>,
    /// Entries of `expect` whose values are others than those that were accepted. What they explained is open again.
    pub reopened: Vec<Reopened>,
    /// What is wrong with the entries of `expect`, and what kept something from being compared.
    pub diagnostics: Vec<Diagnostic>,
}

/// Two sides that were compared.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The environment, where both sides are the same one at two times.
    pub env: Option<String>,
    /// What the sides are called: environments, a revision and the work tree, or paths.
    pub names: Sides<String>,
    /// The Applications that differ. Manifests that belong to none are one Application without a name.
    pub apps: Vec<AppDiff>,
}

/// One difference of a comparison: of a whole Application, or of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeIndex {
    /// Index of the comparison.
    pub comparison: usize,
    /// Index of the Application.
    pub app: usize,
    /// Indexes of the object and of its change; `None` where the Application is what one side has only.
    pub change: Option<(usize, usize)>,
}

/// What made one or more differences.
#[derive(Debug, Clone)]
pub struct Cause {
    /// What kind of thing it is.
    pub kind: CauseKind,
    /// What it is called: `replicaCount`, `if .Values.route.enabled`, `parameter baseDomain`, `namespace`.
    pub name: String,
    /// What each side says. A side that says nothing of its own has none.
    pub sides: Sides<Option<Said>>,
    /// The way from there to the chart, what is edited first: values files and Applications that hand it on.
    pub hops: Vec<Hop>,
    /// Why its effects are as they are. All have the same class.
    pub class: Class,
    /// What it changes. The first stands for all where only one is shown.
    pub effects: Vec<ChangeIndex>,
    /// What follows from the effects, such as checksums and version labels.
    pub follow: Vec<ChangeIndex>,
}

/// What kind of thing made a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseKind {
    /// A declared fact about the environments, such as their namespaces.
    Fact,
    /// A line of values: a values file, a default of the chart, a parameter in a file.
    Value,
    /// The text of a template, or of a plain manifest.
    Template,
    /// An `if`, `with` or `range` that took another way, for a reason that is no line of values.
    Condition,
    /// `Chart.yaml`.
    Chart,
    /// A file that a template reads.
    File,
    /// An Application that one side has only.
    Application,
    /// What makes the difference could not be found.
    Unknown,
}

/// What one side says of a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Where it stands; none of what a file does not say.
    pub place: Option<Place>,
    /// The value, or the line, short enough to be read in a line; `(hidden)` if it may be secret.
    pub text: String,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, from the root of the repository.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What the line says.
    pub text: String,
}

/// One step on the way of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// What says it: `values file`, `parameter baseDomain`, `chart default`, …
    pub what: String,
    /// What it is called there.
    pub name: String,
    /// Where it stands.
    pub place: Option<Place>,
}

/// How a field of one side came to be.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// The template line, or line of a plain file, that wrote it.
    pub written: Option<Place>,
    /// The templates that were running there, innermost first: what they are called, and where they were called.
    pub calls: Vec<(String, Option<Place>)>,
    /// What had to hold for it to be there, outermost first.
    pub conditions: Vec<(String, Option<Place>)>,
    /// All layers of values that say something about it, the winning one first, each with the way that it took.
    pub layers: Vec<TraceLayer>,
}

/// What one layer of values says.
#[derive(Debug, Clone)]
pub struct TraceLayer {
    /// What the template calls the value: `.Values.replicas`.
    pub value: String,
    /// Whether it is what was used.
    pub wins: bool,
    /// What it says; `(hidden)` if it may be secret.
    pub text: String,
    /// Where, and on which way.
    pub hops: Vec<Hop>,
}

/// Something that should differ and does not.
#[derive(Debug, Clone)]
pub struct Missing {
    /// The Application.
    pub app: String,
    /// The object, as the side after calls it.
    pub object: Identity,
    /// Where the side after has it.
    pub index: ObjectIndex,
    /// The field.
    pub path: String,
    /// What both sides say.
    pub text: String,
    /// Why it should differ: one line.
    pub message: String,
    /// Where the value comes from.
    pub place: Option<Place>,
}
