//! What should differ between two environments and does not.

use evenkeel_config::{Class as EnvClass, Config};
use evenkeel_manifest::{FieldPath, Identity, Step};
use evenkeel_value::Data;
use rustc_hash::FxHashMap;

use crate::cause::Missing;
use crate::change::{App, Object, Sides};
use crate::facts::{Fact, Facts};
use crate::tokens::{Side, Tokens};

/// The fields that are the same in two environments although what is declared of these says that they cannot be:
/// texts that hold what only one of them is called by, file system groups that only one allows, and the certificate
/// authority of an environment for tests in production.
pub(crate) fn missing(config: &Config, facts: &Facts, sides: Sides<&[App]>) -> Vec<Missing> {
    let tokens = facts.tokens();
    let search = Search {
        facts,
        is_production: production(config, facts.names()),
    };
    let mut found = Vec::new();
    for after in sides.after {
        let Some(before) = sides.before.iter().find(|before| before.name == after.name) else {
            continue;
        };
        let mut known: FxHashMap<_, &Object> = FxHashMap::default();
        for object in &before.objects {
            known
                .entry(key(&object.identity, &tokens, Side::Before))
                .or_insert(object);
        }
        for object in after
            .objects
            .iter()
            .filter(|object| is_looked_at(&object.identity))
        {
            if let Some(old) = known.get(&key(&object.identity, &tokens, Side::After)) {
                let mut walk = Walk {
                    search: &search,
                    app: &after.name,
                    object,
                    path: FieldPath::default(),
                    found: &mut found,
                };
                walk.visit(&old.data, &object.data);
            }
        }
    }
    found
}

type Key = (String, String, Vec<u8>, Vec<u8>);

fn key(identity: &Identity, tokens: &Tokens, side: Side) -> Key {
    let part = |text: &str| tokens.normal(text.as_bytes(), side).into_owned();
    (
        identity.group.clone(),
        identity.kind.clone(),
        part(&identity.namespace),
        part(&identity.name),
    )
}

/// Definitions hold examples, an ApplicationSet may list every environment, and nobody shows what a Secret holds. What
/// an Application hands to its chart shows in the chart's objects.
fn is_looked_at(identity: &Identity) -> bool {
    let kind = (identity.group.as_str(), identity.kind.as_str());
    kind.0 != "apiextensions.k8s.io" && kind.0 != "argoproj.io" && kind != ("", "Secret")
}

/// Which of two environments is what users depend on, if one is and the other is not.
fn production(config: &Config, names: &Sides<String>) -> Option<Sides<bool>> {
    let class = |name: &str| config.envs.get(name)?.class;
    let (before, after) = (class(&names.before)?, class(&names.after)?);
    let is = |class| class == EnvClass::Production;
    (is(before) != is(after)).then(|| Sides {
        before: is(before),
        after: is(after),
    })
}

struct Search<'f> {
    facts: &'f Facts,
    is_production: Option<Sides<bool>>,
}

/// A walk over two objects, down what they have in common.
struct Walk<'w> {
    search: &'w Search<'w>,
    app: &'w str,
    object: &'w Object,
    path: FieldPath,
    found: &'w mut Vec<Missing>,
}

impl Walk<'_> {
    fn visit(&mut self, before: &Data, after: &Data) {
        match (before, after) {
            (Data::Map(old), Data::Map(new)) => {
                for entry in new.iter() {
                    let other = old.binary_search_by(|one| one.key.cmp(&entry.key));
                    if let Ok(at) = other {
                        let key = String::from_utf8_lossy(&entry.key).into_owned();
                        self.path.0.push(Step::Key(key));
                        self.visit(&old[at].value, &entry.value);
                        self.path.0.pop();
                    }
                }
            }
            (Data::List(old), Data::List(new)) => {
                for (i, (old, new)) in old.iter().zip(new.iter()).enumerate() {
                    self.path.0.push(Step::Index(i));
                    self.visit(&old.value, &new.value);
                    self.path.0.pop();
                }
            }
            _ if before == after => self.leaf(after),
            _ => {}
        }
    }

    fn leaf(&mut self, data: &Data) {
        let names = self.search.facts.names();
        let says = |fact: &Fact, text: &str, owner: &str, other: &str| {
            format!(
                "`{text}` is the {} of {owner}, and {other} has it too",
                fact.name
            )
        };
        let mut facts = self.search.facts.iter();
        let message = facts.find_map(|fact| {
            // What both sides' texts are in is about both.
            let held = fact.held_by(&self.path, data);
            match (held.before, held.after) {
                (true, false) => Some(says(fact, &fact.texts.before, &names.before, &names.after)),
                (false, true) => Some(says(fact, &fact.texts.after, &names.after, &names.before)),
                _ => None,
            }
        });
        let message = message.or_else(|| self.authority(data));
        if let Some(message) = message {
            let text = data
                .as_str()
                .map(|text| text.lines().next().unwrap_or_default().to_owned());
            self.found.push(Missing {
                app: self.app.to_owned(),
                object: self.object.identity.clone(),
                index: self.object.index,
                path: self.path.to_string(),
                text: text.unwrap_or_else(|| number(data)),
                message,
                place: None,
            });
        }
    }

    /// Certificates for tests in production, or real ones elsewhere.
    fn authority(&self, data: &Data) -> Option<String> {
        let id = &self.object.identity;
        let is_issuer = id.group == "cert-manager.io" && id.kind.ends_with("Issuer");
        let is_server = self.path == FieldPath::of_keys(["spec", "acme", "server"]);
        let production = self
            .search
            .is_production
            .filter(|_| is_issuer && is_server)?;
        data.as_str()?;
        let names = self.search.facts.names();
        let (production, other) = match production.after {
            true => (&names.after, &names.before),
            false => (&names.before, &names.after),
        };
        Some(format!(
            "is the certificate authority of {other} too: {production} wants certificates that browsers trust, and {other} those of a staging server"
        ))
    }
}

fn number(data: &Data) -> String {
    match data {
        Data::Int(n) => n.to_string(),
        Data::Uint(n) => n.to_string(),
        Data::Float(n) => n.to_string(),
        _ => String::new(),
    }
}
