//! The registry, and what is known of a rule without running it.

use std::fmt;

use evenkeel_diagnostics::Severity;

use crate::context::{Check, Survey};
use crate::{Example, hygiene, images, operators, parity, pipelines, routes, vault, wiring};

/// Every rule, by group and number. A code that was once given is never given to another rule.
pub const RULES: &[Rule] = &[
    wiring::missing_field::RULE,
    wiring::env_block::RULE,
    wiring::unread_parameter::RULE,
    wiring::required_parameter::RULE,
    wiring::blank_value::RULE,
    wiring::env_identity::RULE,
    wiring::knob::RULE,
    wiring::shadowed_key::RULE,
    wiring::renders_something::RULE,
    vault::policy::RULE,
    vault::role::RULE,
    vault::login::RULE,
    vault::reference::RULE,
    vault::address::RULE,
    vault::delivered::RULE,
    vault::keys::RULE,
    vault::catalogue::RULE,
    routes::declared_domain::RULE,
    routes::follows_domain::RULE,
    routes::well_formed::RULE,
    routes::unique_host::RULE,
    routes::backend::RULE,
    routes::tls::RULE,
    routes::cluster_dns::RULE,
    routes::network_policy::RULE,
    parity::missing_overlay::RULE,
    parity::off::RULE,
    parity::other_env::RULE,
    parity::local_endpoint::RULE,
    parity::difference::RULE,
    parity::namespace::RULE,
    parity::placeholder::RULE,
    parity::unknown_key::RULE,
    parity::storage::RULE,
    operators::channel::RULE,
    operators::installer::RULE,
    operators::served::RULE,
    operators::order::RULE,
    operators::issuer::RULE,
    operators::solver::RULE,
    operators::access::RULE,
    operators::owner::RULE,
    pipelines::fs_group::RULE,
    pipelines::resolves::RULE,
    pipelines::credentials::RULE,
    pipelines::privileges::RULE,
    images::pinned::RULE,
    images::owned_tag::RULE,
    images::composite::RULE,
    images::same_tag::RULE,
    images::updater_agrees::RULE,
    images::one_writer::RULE,
    images::delivery::RULE,
    hygiene::secret_data::RULE,
    hygiene::resources::RULE,
    hygiene::restricted::RULE,
    hygiene::probes::RULE,
    hygiene::reachable_chart::RULE,
    hygiene::acceptance::RULE,
];

/// An invariant.
pub struct Rule {
    /// Its code, such as `VLT-01`.
    pub code: &'static str,
    /// What it demands, in one sentence without a final dot.
    pub statement: &'static str,
    /// How bad it is to break it, unless the configuration or the finding says otherwise.
    pub severity: Severity,
    /// Where it holds.
    pub scope: Scope,
    /// What it looks at.
    pub inputs: &'static [Input],
    /// Why it is there, what exactly it looks at, and what to do about a finding: Markdown.
    pub docs: &'static str,
    /// Small repositories that keep it and break it; they run as tests.
    pub examples: &'static [Example],
    pub(crate) run: Run,
}

/// How often a rule runs, and on what.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// For each environment, which it finds things in.
    Environment(fn(&mut Check<'_>)),
    /// Once, for what all environments have in common: files, charts, the configuration.
    Repository(fn(&mut Survey<'_>)),
    /// Once, when all others are done: on what was accepted.
    Acceptance(fn(&mut Survey<'_>)),
}

/// Where a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In every repository of Helm charts and Argo CD, without configuration.
    General,
    /// Where the configuration says what is demanded.
    Policy,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Input {
    /// The rendered objects of one environment.
    Objects,
    /// The templates of charts and ApplicationSets, and what they read.
    Templates,
    /// The configuration.
    Configuration,
    /// The files of the repository.
    Files,
    /// The environment rendered again with a changed input, which takes the time of another render.
    Rerender,
}

/// The rule of a code; case does not count.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .find(|rule| rule.code.eq_ignore_ascii_case(code))
}

impl Rule {
    /// Whether it renders again, and so runs only when asked for (`--deep`).
    pub fn is_deep(&self) -> bool {
        self.inputs.contains(&Input::Rerender)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rule").field(&self.code).finish()
    }
}

impl Scope {
    /// A word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::General => "general",
            Scope::Policy => "policy",
        }
    }
}

impl Input {
    /// What it is called in manuals.
    pub fn as_str(self) -> &'static str {
        match self {
            Input::Objects => "rendered objects",
            Input::Templates => "templates",
            Input::Configuration => "the configuration",
            Input::Files => "files of the repository",
            Input::Rerender => "a second render",
        }
    }
}
