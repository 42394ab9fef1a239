//! What each environment runs, side by side: a table of Applications and environments.
//!
//! A cell says whether the environment runs the Application, and in which version, with how many replicas, at which
//! hosts, with which volumes and Secrets. Cells are compared with those of the reference environment; what follows from
//! the environments' names, namespaces and domains is no difference.

mod facts;
mod hosts;
mod off;
mod replicas;
mod storage;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use evenkeel_config::{Config, Date};
use evenkeel_diagnostics::{Severity, Span};
use evenkeel_diff::{App as DiffApp, Facts as Declared, Reason, Tokens};
use evenkeel_gitops::{App, Environment};

use off::Policy;

use crate::context::{Subject, subjects};

/// What each environment runs.
#[derive(Debug, Clone, PartialEq)]
pub struct ParityTable {
    /// The environments, in their order, the reference first.
    pub envs: Vec<String>,
    /// Whether the first environment is the one that the others are compared with.
    pub has_reference: bool,
    /// The Applications, by name.
    pub rows: Vec<ParityRow>,
    /// Entries of `parity.off` that are not true, or not needed.
    pub untrue: Vec<Untrue>,
    /// Charts that no environment deploys, on purpose: `unused` of the configuration.
    pub unused: Vec<UnusedChart>,
}

/// An Application in all environments.
#[derive(Debug, Clone, PartialEq)]
pub struct ParityRow {
    /// Its name, without its environment's.
    pub app: String,
    /// One for each environment.
    pub cells: Vec<ParityCell>,
}

/// An Application in one environment.
#[derive(Debug, Clone, PartialEq)]
pub struct ParityCell {
    /// Whether it is there.
    pub state: State,
    /// What is to be said of it, in every aspect that there is something to say.
    pub aspects: BTreeMap<Aspect, Facts>,
    /// Why parts of it cannot be looked into: remote charts, plugins.
    pub opaque: Vec<String>,
}

/// Whether an environment runs an Application.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// It does.
    On,
    /// It does not, and the configuration says why.
    Off(OffReason),
    /// It does not, the reference does, and nobody says why.
    Unexplained,
    /// It does not, and need not: the reference does not either, or there is none.
    Absent,
    /// It cannot be told, and why.
    Unknown(String),
}

/// Why an Application is off.
#[derive(Debug, Clone, PartialEq)]
pub struct OffReason {
    /// Why, who answers for it, and when to think again.
    pub reason: Reason,
    /// Whether the day to think again has passed.
    pub is_overdue: bool,
}

/// What is said of an Application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// Charts and images.
    Version,
    /// How many pods workloads run.
    Replicas,
    /// By which hosts it is reached, and which Services stand for others.
    Hosts,
    /// What its volumes ask for, and of which StorageClass.
    Storage,
    /// The Secrets that it reads, by name.
    Secrets,
    /// The Secrets that it delivers: writes out, or has an operator make.
    Delivers,
}

impl Aspect {
    /// All of them, in the order of a report.
    pub const ALL: &[Aspect] = &[
        Aspect::Version,
        Aspect::Replicas,
        Aspect::Hosts,
        Aspect::Storage,
        Aspect::Secrets,
        Aspect::Delivers,
    ];

    /// What it is called in reports.
    pub fn name(self) -> &'static str {
        match self {
            Aspect::Version => "version",
            Aspect::Replicas => "replicas",
            Aspect::Hosts => "hosts",
            Aspect::Storage => "storage",
            Aspect::Secrets => "secrets",
            Aspect::Delivers => "delivers",
        }
    }
}

/// What is said in one aspect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// What holds, sorted.
    pub all: Vec<Fact>,
    /// What holds in the reference environment and not here. Where something else is said of the same thing, that is
    /// [new](Fact::is_new), and this is left out.
    pub missing: Vec<Fact>,
}

/// One thing that is said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Whose it is, such as the name of a workload; empty where the text says it all.
    pub name: String,
    /// What it is: `2`, `nginx:1.27`, `10Gi gp3-csi`.
    pub text: String,
    /// Whether the reference environment runs the Application too, and there it does not hold.
    pub is_new: bool,
    /// What it is about.
    of: String,
    /// The text in a form that compares: sizes as numbers.
    key: String,
}

impl Facts {
    /// Whether the reference environment runs the Application too, and other things hold there.
    pub fn differs(&self) -> bool {
        !self.missing.is_empty() || self.all.iter().any(|fact| fact.is_new)
    }
}

/// An entry of `parity.off` that is not true, or not needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untrue {
    /// Its environment.
    pub env: String,
    /// Its Application.
    pub app: String,
    /// Whether the environment runs the Application; if not, the reference does not either.
    pub is_on: bool,
    /// Where it stands.
    pub span: Span,
}

/// A chart that no environment deploys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedChart {
    /// Its directory, which may be a glob.
    pub chart: String,
    /// Why it is there.
    pub reason: String,
}

impl ParityTable {
    /// The table of some environments. `reference` is the one that the others are compared with; `parity.off` of the
    /// configuration says why Applications are off, and by `today` which of these reasons are overdue.
    pub fn new(
        environments: &[Environment],
        reference: Option<&str>,
        config: &Config,
        today: Option<Date>,
    ) -> ParityTable {
        let mut columns: Vec<Column<'_>> = environments.iter().map(Column::new).collect();
        columns.sort_by_key(|column| Some(column.environment.name.as_str()) != reference);
        let names = columns.iter().map(|column| column.environment.name.clone());
        let has_reference = columns
            .first()
            .is_some_and(|first| Some(first.environment.name.as_str()) == reference);
        let apps: BTreeSet<&str> = columns
            .iter()
            .flat_map(|column| column.cells.keys().map(String::as_str))
            .collect();
        let policy = Policy { config, today };
        let expected = columns.first().filter(|_| has_reference);
        let rows = apps.iter().map(|app| row(app, &columns, expected, &policy));
        ParityTable {
            rows: rows.collect(),
            untrue: policy.untrue(&columns, expected),
            envs: names.collect(),
            has_reference,
            unused: unused(config),
        }
    }

    /// How many Applications are off in an environment although the reference runs them, and nobody says why.
    pub fn unexplained(&self) -> usize {
        self.count(|state| *state == State::Unexplained)
    }

    /// How many reasons have to be thought about again.
    pub fn overdue(&self) -> usize {
        self.count(|state| matches!(state, State::Off(reason) if reason.is_overdue))
    }

    fn count(&self, is: impl Fn(&State) -> bool) -> usize {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.filter(|cell| is(&cell.state)).count()
    }
}

impl ParityRow {
    /// Whether facts of an aspect have to say what they are about, for a cell has several of them.
    pub fn says_whose(&self, aspect: Aspect) -> bool {
        let mut facts = self
            .cells
            .iter()
            .filter_map(|cell| cell.aspects.get(&aspect));
        facts.any(|facts| facts.all.len() > 1)
    }
}

impl Fact {
    /// A text about something of a name.
    pub fn of(name: &str, text: impl Into<String>) -> Fact {
        let text = text.into();
        Fact {
            name: name.to_owned(),
            is_new: false,
            of: name.to_owned(),
            key: text.clone(),
            text,
        }
    }

    /// A text that says all.
    pub fn just(text: impl Into<String>) -> Fact {
        let text = text.into();
        Fact {
            name: String::new(),
            ..Fact::of(&text, text.clone())
        }
    }

    /// The same, but for what environments are called.
    fn is_same(&self, other: &Fact, tokens: &Tokens) -> bool {
        self.is_about(other, tokens) && tokens.derives(self.key.as_bytes(), other.key.as_bytes())
    }

    /// About the same thing.
    fn is_about(&self, other: &Fact, tokens: &Tokens) -> bool {
        tokens.derives(self.of.as_bytes(), other.of.as_bytes())
    }
}

/// An environment and what it runs.
struct Column<'e> {
    environment: &'e Environment,
    /// By the Applications' names without the environment's.
    cells: BTreeMap<String, ParityCell>,
    /// Why an Application that is not there may be there nevertheless.
    hidden: Option<String>,
}

impl<'e> Column<'e> {
    fn new(environment: &'e Environment) -> Column<'e> {
        let subjects = subjects(environment);
        let apps = environment.apps.iter().enumerate();
        let cells = apps.filter_map(|(index, app)| {
            let own = subjects.iter().filter(|subject| subject.app == index);
            let own: Vec<&Subject<'_>> = own.collect();
            let is_row = app.application.is_some() || own.iter().any(|subject| !is_argocd(subject));
            let name = match app.name.as_str() {
                "" => "(plain manifests)",
                name => DiffApp::base_name(name, &environment.name),
            };
            is_row.then(|| (name.to_owned(), cell(app, &own)))
        });
        Column {
            environment,
            cells: cells.collect(),
            hidden: hidden(environment),
        }
    }
}

/// Whether an object is Argo CD's own: a root that makes nothing else is no Application that anybody runs.
fn is_argocd(subject: &Subject<'_>) -> bool {
    let id = &subject.object.identity;
    id.group == "argoproj.io"
        && matches!(
            id.kind.as_str(),
            "Application" | "ApplicationSet" | "AppProject"
        )
}

fn cell(app: &App, subjects: &[&Subject<'_>]) -> ParityCell {
    let mut errors = app.diagnostics.iter();
    let failed = errors.find(|diagnostic| diagnostic.severity == Severity::Error);
    ParityCell {
        state: match failed {
            Some(diagnostic) => State::Unknown(format!("does not render: {}", diagnostic.message)),
            None => State::On,
        },
        aspects: facts::aspects(app, subjects),
        opaque: app.opaque_reasons().collect(),
    }
}

fn hidden(environment: &Environment) -> Option<String> {
    let is_error = |severity| severity == Severity::Error;
    let mut errors = environment.diagnostics();
    if errors.any(|(_, diagnostic)| is_error(diagnostic.severity)) {
        return Some(format!("not all of {} renders", environment.name));
    }
    let mut opaque = environment.apps.iter().flat_map(|app| &app.opaque);
    let opaque = opaque.next()?;
    Some(format!("{}: {}", opaque.what, opaque.reason))
}

fn row(
    app: &str,
    columns: &[Column<'_>],
    reference: Option<&Column<'_>>,
    policy: &Policy<'_>,
) -> ParityRow {
    let expected = reference.and_then(|column| column.cells.get(app));
    let cells = columns.iter().enumerate().map(|(index, column)| {
        let env = &column.environment.name;
        let Some(cell) = column.cells.get(app) else {
            return ParityCell {
                state: policy.state(env, app, expected.is_some(), column.hidden.as_ref()),
                aspects: BTreeMap::new(),
                opaque: Vec::new(),
            };
        };
        let mut cell = cell.clone();
        if let (Some(reference), Some(expected)) = (reference, expected)
            && index > 0
        {
            let declared = Declared::new(policy.config, &reference.environment.name, env);
            compare(expected, &mut cell, &declared.tokens());
        }
        cell
    });
    ParityRow {
        app: app.to_owned(),
        cells: cells.collect(),
    }
}

/// Notes what holds in one of two cells only.
fn compare(expected: &ParityCell, cell: &mut ParityCell, tokens: &Tokens) {
    for aspect in Aspect::ALL {
        let before = expected.aspects.get(aspect);
        let mut missing: Vec<Fact> = before.map(|facts| facts.all.clone()).unwrap_or_default();
        let facts = cell.aspects.entry(*aspect).or_default();
        for fact in &mut facts.all {
            let like = missing.iter().position(|known| known.is_same(fact, tokens));
            match like {
                Some(at) => drop(missing.remove(at)),
                None => fact.is_new = true,
            }
        }
        let new = || facts.all.iter().filter(|fact| fact.is_new);
        missing.retain(|known| !new().any(|fact| known.is_about(fact, tokens)));
        facts.missing = missing;
    }
    cell.aspects
        .retain(|_, facts| !facts.all.is_empty() || facts.differs());
}

fn unused(config: &Config) -> Vec<UnusedChart> {
    let entries = config.unused.iter();
    let charts = entries.map(|entry| UnusedChart {
        chart: entry.value.chart.value.as_str().to_owned(),
        reason: entry.value.reason.value.clone(),
    });
    charts.collect()
}
