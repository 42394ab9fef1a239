//! Whether an object that something refers to is there: rendered, brought by another object, declared, or unknown.

mod by_place;
mod controllers;
mod hidden;
mod products;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use evenkeel_config::closest;

pub(crate) use by_place::ByPlace;
use hidden::Hidden;

use crate::Finding;
use crate::apps::{Cluster, cluster, has_part};
use crate::context::{Check, Context, Subject};
use crate::fields::each_text;

/// Why it is not known what is beside charts that no Application deploys.
pub(crate) const BY_HAND: &str = "no Application says where the charts go, and what is beside them";

/// Names that a hint or a reason lists.
const SHOWN: usize = 4;

/// All that the objects of an environment bring.
pub(crate) struct Inventory<'c, 'a> {
    context: &'c Context<'a>,
    /// By cluster, kind and namespace.
    names: HashMap<(Cluster<'c>, &'c str, &'c str), Vec<Cow<'c, str>>>,
    /// Kind and name of what may be in any namespace.
    everywhere: Vec<(Cluster<'c>, &'c str, Cow<'c, str>)>,
    /// The kinds that are brought to a cluster at all.
    kinds: HashSet<(Cluster<'c>, &'c str)>,
    /// Clusters that something delivers Secrets to.
    delivered: HashSet<Cluster<'c>>,
    /// Namespaces with Secrets that are written out.
    written: HashSet<Place<'c>>,
    hidden: Vec<Hidden<'c>>,
    /// Custom resources that may bring more: cluster, namespace, object.
    unknown: Vec<(Cluster<'c>, &'c Subject<'a>)>,
}

/// Where an object is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place<'p> {
    pub(crate) cluster: Cluster<'p>,
    pub(crate) namespace: &'p str,
}

/// Whether an object is there.
pub(crate) enum Presence {
    There,
    /// It cannot be told, and why.
    Unknown(String),
    Absent,
}

impl<'c, 'a> Inventory<'c, 'a> {
    pub(crate) fn new(context: &'c Context<'a>) -> Inventory<'c, 'a> {
        let mut inventory = Inventory {
            context,
            names: HashMap::new(),
            everywhere: Vec::new(),
            kinds: HashSet::new(),
            delivered: HashSet::new(),
            written: HashSet::new(),
            hidden: context
                .environment
                .apps
                .iter()
                .filter_map(Hidden::of)
                .collect(),
            unknown: Vec::new(),
        };
        for subject in context.subjects() {
            inventory.add(subject);
        }
        inventory
    }

    fn add(&mut self, subject: &'c Subject<'a>) {
        let at = self.place(subject);
        if products::delivers_secrets(subject) {
            self.delivered.insert(at.cluster);
        }
        if subject.object.identity.kind == "Secret" {
            self.written.insert(at);
        }
        if products::is_opaque(subject) {
            self.hidden.push(Hidden::at(at, subject.name()));
        } else if products::is_unknown(subject) {
            self.unknown.push((at.cluster, subject));
        }
        for product in products::products(subject) {
            self.kinds.insert((at.cluster, product.kind));
            if product.everywhere {
                let entry = (at.cluster, product.kind, product.name.clone());
                self.everywhere.push(entry);
            }
            let key = (at.cluster, product.kind, at.namespace);
            self.names.entry(key).or_default().push(product.name);
        }
    }

    /// Where an object is.
    pub(crate) fn place<'s>(&self, subject: &'s Subject<'_>) -> Place<'s>
    where
        'c: 's,
    {
        Place {
            cluster: cluster(&self.context.environment.apps[subject.app]),
            namespace: subject.namespace(),
        }
    }

    /// Whether it is not known what is beside the charts.
    pub(crate) fn is_by_hand(&self) -> bool {
        self.context.is_by_hand()
    }

    /// Whether an object is there. It counts as absent only where its absence would be noticed: the environment is
    /// `closed`, or it brings objects of that kind, and nothing that cannot be seen may bring this one.
    pub(crate) fn find(&self, at: Place<'_>, kind: &str, name: &str) -> Presence {
        if self.has(at, kind, name) {
            return Presence::There;
        }
        if self.context.is_closed() {
            return Presence::Absent;
        }
        match self.unknown(at, kind, name) {
            Some(reason) => Presence::Unknown(reason),
            None => Presence::Absent,
        }
    }

    fn has(&self, at: Place<'_>, kind: &str, name: &str) -> bool {
        let brought = self.brought(at, kind);
        let mut brought = brought.iter();
        let mut everywhere = self.everywhere.iter();
        brought.any(|pattern| products::fits(pattern, name))
            || everywhere.any(|(cluster, known, pattern)| {
                *cluster == at.cluster && *known == kind && products::fits(pattern, name)
            })
            || products::is_standing(kind, at.namespace, name)
            || self.context.is_external(kind, at.namespace, name)
            || kind == "Secret" && self.is_ca_secret(name)
    }

    fn brought<'k>(&'k self, at: Place<'k>, kind: &'k str) -> &'k [Cow<'k, str>] {
        let key = (at.cluster, kind, at.namespace);
        self.names.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The certificate authority of a Vault outside is put into the cluster before anything can be delivered.
    fn is_ca_secret(&self, name: &str) -> bool {
        let vault = self.context.settings.and_then(|env| env.vault.as_ref());
        let secret = vault.and_then(|vault| vault.ca_secret.as_ref());
        secret.is_some_and(|secret| secret.value == name)
    }

    /// Whether an object is in any namespace.
    fn is_anywhere(&self, cluster: Cluster<'_>, kind: &str, name: &str) -> bool {
        self.names.iter().any(|((at, known, _), names)| {
            *at == cluster
                && *known == kind
                && names.iter().any(|pattern| products::fits(pattern, name))
        })
    }

    /// Why it cannot be told whether an object that nothing brings is there.
    fn unknown(&self, at: Place<'_>, kind: &str, name: &str) -> Option<String> {
        if self.context.is_by_hand()
            && (kind == "Secret" || self.is_anywhere(at.cluster, kind, name))
        {
            return Some(BY_HAND.to_owned());
        }
        if let Some(reason) = self.hidden(at, name) {
            return Some(reason);
        }
        let expected = match kind {
            // By hand is how Secrets come where nothing delivers them; certificates come by themselves.
            "Secret" => self.delivered.contains(&at.cluster) || self.written.contains(&at),
            // Other people's namespaces have Services of theirs.
            "Service" => !self.brought(at, kind).is_empty(),
            _ => self.kinds.contains(&(at.cluster, kind)),
        };
        if !expected {
            return Some(format!("no {kind} is rendered that would stand beside it"));
        }
        let scripted = matches!(kind, "Secret" | "ConfigMap") && self.is_scripted(name);
        scripted.then(|| "a script names it and may make it".to_owned())
    }

    /// What may bring an object to a namespace without showing it.
    pub(crate) fn hidden(&self, at: Place<'_>, name: &str) -> Option<String> {
        let mut hidden = self.hidden.iter();
        if let Some(hidden) = hidden.find(|hidden| hidden.may_bring(at, &[name])) {
            let what = hidden.what;
            return Some(format!("{what} cannot be rendered and may bring it"));
        }
        let here = self.unknown.iter().find(|(cluster, subject)| {
            let near = subject.namespace() == at.namespace || subject.namespace().is_empty();
            *cluster == at.cluster && near && has_part(name, subject.name())
        });
        if let Some((_, subject)) = here {
            let kind = &subject.object.identity.kind;
            return Some(format!("the {kind} {} may bring it", subject.name()));
        }
        None
    }

    /// Whether a script that makes objects names one.
    fn is_scripted(&self, name: &str) -> bool {
        let mut found = false;
        for subject in self.context.subjects() {
            if !matches!(
                subject.object.identity.kind.as_str(),
                "ConfigMap" | "CronJob" | "Job" | "Task"
            ) {
                continue;
            }
            each_text(subject.data(), &mut |_, text| {
                let makes = text.contains("create") || text.contains("apply");
                found |= makes && text.len() > name.len() && has_part_in(text, name);
            });
        }
        found
    }

    /// The finding, with the names that are there.
    pub(crate) fn explain(
        &self,
        at: Place<'_>,
        kind: &str,
        name: &str,
        finding: Finding,
    ) -> Finding {
        let here = self.brought(at, kind).iter().map(AsRef::as_ref);
        let mut finding = finding.meant(closest(name, here));
        finding.hints.extend(self.hints(at, kind, name));
        finding
    }

    /// Where there is an object of the name instead, and which others there are.
    pub(crate) fn hints(&self, at: Place<'_>, kind: &str, name: &str) -> Vec<String> {
        let here: BTreeSet<&str> = self.brought(at, kind).iter().map(AsRef::as_ref).collect();
        let elsewhere = self
            .names
            .iter()
            .filter(|((cluster, known, place), names)| {
                *cluster == at.cluster
                    && *known == kind
                    && *place != at.namespace
                    && names.iter().any(|known| known == name)
            });
        let elsewhere: BTreeSet<&str> = elsewhere.map(|((.., place), _)| *place).collect();
        let there = elsewhere
            .first()
            .map(|namespace| format!("there is one in {namespace}"));
        let others = (!here.is_empty()).then(|| format!("{} has: {}", at.namespace, listed(here)));
        there.into_iter().chain(others).collect()
    }

    /// Whether pods that nothing here describes may run in a namespace, and whose they are: `names` are of what looks
    /// for them.
    pub(crate) fn hidden_pods(&self, at: Place<'_>, names: &[&str]) -> Option<String> {
        let mut hidden = self.hidden.iter();
        if let Some(hidden) = hidden.find(|hidden| hidden.may_bring(at, names)) {
            return Some(format!("{} cannot be rendered and may run it", hidden.what));
        }
        let mut subjects = self.context.subjects().iter();
        let operated = subjects.find(|subject| {
            let runs_pods = products::is_unknown(subject) || products::is_served(subject);
            let is_named = || names.iter().any(|name| has_part(name, subject.name()));
            runs_pods && self.place(subject) == at && is_named()
        })?;
        Some(format!("{} may run it", operated.object.short_name()))
    }
}

/// The names of the Secrets that an object brings, itself included; those that cannot be known are left out.
pub(crate) fn delivered_secrets(subject: &Subject<'_>) -> Vec<String> {
    let products = products::products(subject).into_iter();
    let secrets =
        products.filter(|product| product.kind == "Secret" && !product.name.contains('*'));
    secrets.map(|product| product.name.into_owned()).collect()
}

/// Whether a name stands in a text as a word.
fn has_part_in(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(is_word) && !text[at + name.len()..].starts_with(is_word)
    })
}

/// The first names, and that there are more.
pub(crate) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let all: Vec<&str> = names.into_iter().collect();
    match all.len() {
        0..=SHOWN => all.join(", "),
        more => format!("{} and {} more", all[..SHOWN].join(", "), more - SHOWN),
    }
}

/// What could not be told, put together by reason.
#[derive(Default)]
pub(crate) struct Unknowns(BTreeMap<(String, String), BTreeSet<String>>);

impl Unknowns {
    pub(crate) fn note(&mut self, kind: &str, name: &str, reason: String) {
        let names = self.0.entry((reason, kind.to_owned())).or_default();
        names.insert(name.to_owned());
    }

    /// A line for each reason.
    pub(crate) fn report(self, check: &mut Check<'_>) {
        for ((reason, kind), names) in self.0 {
            let names = listed(names.iter().map(String::as_str));
            check.skip(format!("{kind} {names}: {reason}"));
        }
    }
}
