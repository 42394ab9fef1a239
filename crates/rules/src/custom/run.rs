//! Running a repository's rules over an environment.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};

use evenkeel_config::Match;
use evenkeel_diagnostics::Origin;
use evenkeel_value::{Data, DataEntry, DataItem};

use super::CustomRule;
use super::cel::{Budget, Inputs, Judgement, Surroundings};
use crate::Finding;
use crate::context::{Check, Context, Subject};

/// How many objects a reason names that a rule was not evaluated for.
const MAX_NAMES: usize = 3;

/// What the rules of one environment share; read when first asked for.
pub(crate) struct Session<'c, 'a> {
    context: &'c Context<'a>,
    surroundings: OnceCell<Surroundings>,
    /// The same without the objects, most of which have to be read for it.
    without_objects: OnceCell<Surroundings>,
    /// The values of the charts, by Application and source.
    values: RefCell<HashMap<(usize, usize), Option<Data>>>,
}

impl<'c, 'a> Session<'c, 'a> {
    pub(crate) fn new(context: &'c Context<'a>) -> Session<'c, 'a> {
        Session {
            context,
            surroundings: OnceCell::new(),
            without_objects: OnceCell::new(),
            values: RefCell::default(),
        }
    }

    /// Judges every object that a rule is about.
    pub(crate) fn run(&self, rule: &CustomRule, check: &mut Check<'_>) {
        let mut budget = Budget::default();
        let mut unknown: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for subject in self.context.subjects() {
            if !self.is_meant(&rule.source.matches, subject) {
                continue;
            }
            match self.judge(rule, subject, &mut budget) {
                Judgement::Keeps => {}
                Judgement::Breaks { message, path } => {
                    let finding = Finding::new(subject, path, message);
                    let hint = rule.source.hint.iter().map(|hint| hint.value.clone());
                    check.report(hint.fold(finding, Finding::hint));
                }
                Judgement::Unknown(reason) => {
                    let objects = unknown.entry(reason).or_default();
                    objects.push(subject.object.short_name());
                }
            }
        }
        for (reason, objects) in unknown {
            check.skip(format!("{}: {reason}", listed(&objects)));
        }
    }

    fn is_meant(&self, matches: &Match, subject: &Subject<'_>) -> bool {
        let env = &self.context.environment.name;
        let id = &subject.object.identity;
        let is_kind = |wanted: &str| match wanted.rsplit_once('/') {
            Some((group, kind)) => group == id.group && kind == id.kind,
            None => wanted == id.kind || wanted == "*",
        };
        let is_app = |glob: &evenkeel_config::Glob| {
            let app = subject.app_name;
            let short = app.strip_suffix(env).and_then(|app| app.strip_suffix('-'));
            glob.matches(app) || short.is_some_and(|app| glob.matches(app))
        };
        let (kinds, envs, apps) = (&matches.kinds, &matches.envs, &matches.apps);
        (kinds.is_empty() || kinds.iter().any(|kind| is_kind(&kind.value)))
            && (envs.is_empty() || envs.iter().any(|wanted| wanted.value == *env))
            && (apps.is_empty() || apps.iter().any(|glob| is_app(&glob.value)))
    }

    fn judge(&self, rule: &CustomRule, subject: &Subject<'_>, budget: &mut Budget) -> Judgement {
        let object = effective(subject);
        let values = rule.program.reads_values();
        let values = values.then(|| self.values(subject)).flatten();
        let inputs = Inputs {
            object: &object,
            values: values.as_ref(),
            app: &self.app(subject),
        };
        let surroundings = match rule.program.reads_objects() {
            true => self.surroundings.get_or_init(|| {
                let objects = self.context.subjects().iter().map(effective);
                Surroundings::new(objects, &self.env())
            }),
            false => {
                let without = &self.without_objects;
                without.get_or_init(|| Surroundings::new(std::iter::empty(), &self.env()))
            }
        };
        rule.program.judge(&inputs, surroundings, budget)
    }

    /// The values of the chart that an object comes from; of other sources none.
    fn values(&self, subject: &Subject<'_>) -> Option<Data> {
        let key = (subject.app, subject.object.source);
        let mut known = self.values.borrow_mut();
        let entry = known.entry(key).or_insert_with(|| {
            let app = &self.context.environment.apps[subject.app];
            let helm = app.sources.get(key.1)?.helm.as_ref()?;
            helm.merged_values().ok()
        });
        entry.clone()
    }

    /// What is known of the environment; what is not declared has no key.
    fn env(&self) -> Data {
        let name = text(&self.context.environment.name);
        let mut entries = vec![("name", Some(name))];
        if let Some(settings) = self.context.settings {
            let spanned = |spanned: &Option<evenkeel_config::Spanned<String>>| {
                spanned.as_ref().map(|spanned| text(&spanned.value))
            };
            let domains = settings.public_domains.iter();
            let domains = domains.map(|domain| DataItem {
                value: text(&domain.value),
                origin: Origin::NONE,
            });
            let domains = Data::List(domains.collect());
            entries.extend([
                ("class", settings.class.map(|class| text(class.as_str()))),
                ("closed", Some(Data::Bool(settings.closed))),
                ("namespace", spanned(&settings.namespace)),
                ("domain", spanned(&settings.domain)),
                ("publicDomains", Some(domains)),
                ("storageClass", spanned(&settings.storage_class)),
            ]);
        }
        map(entries)
    }

    fn app(&self, subject: &Subject<'_>) -> Data {
        let app = &self.context.environment.apps[subject.app];
        let project = app.application.as_ref();
        map(vec![
            ("name", Some(text(&app.name))),
            ("namespace", Some(text(&app.destination.namespace))),
            ("server", Some(text(&app.destination.server))),
            ("project", project.map(|app| text(&app.project))),
        ])
    }
}

/// An object as the cluster gets it.
fn effective(subject: &Subject<'_>) -> Data {
    match subject.object.namespace_injected {
        true => subject.object.effective(),
        false => subject.data().clone(),
    }
}

fn text(text: &str) -> Data {
    Data::str(text)
}

fn map(entries: Vec<(&str, Option<Data>)>) -> Data {
    let entries = entries.into_iter().filter_map(|(key, value)| {
        Some(DataEntry {
            key: key.as_bytes().into(),
            value: value?,
            origin: Origin::NONE,
        })
    });
    Data::map(entries.collect())
}

fn listed(objects: &[String]) -> String {
    let names = objects[..objects.len().min(MAX_NAMES)].join(", ");
    match objects.len().saturating_sub(MAX_NAMES) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}
