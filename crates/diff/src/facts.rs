//! What two environments are declared to be: the texts and numbers that may differ without saying anything.

use evenkeel_config::{Config, FsGroup, Spanned};
use evenkeel_diagnostics::Span;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::change::{Change, ChangeKind, Sides};
use crate::tokens::{Tokens, has_word};

/// The declared facts in which two environments differ.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    names: Sides<String>,
    facts: Vec<Fact>,
}

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    /// What it is called: `namespace`.
    pub(crate) name: &'static str,
    /// What the sides declare.
    pub(crate) texts: Sides<String>,
    /// Where they do.
    pub(crate) spans: Sides<Span>,
    reach: Reach,
}

/// Where a fact accounts for a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// As a word of any text.
    Word,
    /// As the whole of a text.
    Whole,
    /// As a number in ranges, of fields that are called `fsGroup`.
    Groups(Sides<FsGroup>),
}

impl Facts {
    /// What a configuration declares of the environments `before` and `after`, where both declare it and not the same.
    pub fn new(config: &Config, before: &str, after: &str) -> Facts {
        let span = |env| config.envs.span_of(env).unwrap_or(Span::NONE);
        let mut facts = vec![Fact {
            name: "environment",
            texts: Sides {
                before: before.to_owned(),
                after: after.to_owned(),
            },
            spans: Sides {
                before: span(before),
                after: span(after),
            },
            reach: Reach::Word,
        }];
        if let (Some(old), Some(new)) = (config.envs.get(before), config.envs.get(after)) {
            let address = |vault: &Option<evenkeel_config::Vault>| {
                vault.as_ref().map(|vault| vault.address.clone())
            };
            let texts = [
                ("namespace", &old.namespace, &new.namespace, Reach::Word),
                ("domain", &old.domain, &new.domain, Reach::Word),
                (
                    "Vault address",
                    &address(&old.vault),
                    &address(&new.vault),
                    Reach::Whole,
                ),
                (
                    "storage class",
                    &old.storage_class,
                    &new.storage_class,
                    Reach::Whole,
                ),
            ];
            for (name, old, new, reach) in texts {
                if let (Some(old), Some(new)) = (old, new) {
                    facts.push(text(name, old, new, reach));
                }
            }
            if let (Some(old), Some(new)) = (old.fs_group, new.fs_group) {
                facts.push(groups(old, new));
            }
        }
        facts.retain(|fact| fact.texts.before != fact.texts.after);
        // The longest first: a domain may hold the environment's name.
        facts.sort_by_key(|fact| {
            std::cmp::Reverse(fact.texts.before.len() + fact.texts.after.len())
        });
        let names = Sides {
            before: before.to_owned(),
            after: after.to_owned(),
        };
        Facts { names, facts }
    }

    /// The names of the environments.
    pub(crate) fn names(&self) -> &Sides<String> {
        &self.names
    }

    /// All of them, the longest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.facts.iter()
    }

    /// The texts that may be replaced wherever they stand.
    pub fn tokens(&self) -> Tokens {
        let words = self.facts.iter().filter(|fact| fact.reach == Reach::Word);
        Tokens::new(words.map(|fact| (fact.texts.before.clone(), fact.texts.after.clone())))
    }

    /// Whether the sides of a change are what they declare.
    pub(crate) fn account_for(&self, change: &Change) -> bool {
        self.facts.iter().any(|fact| fact.is_whole(change))
    }

    /// Whether the texts of a change differ in declared ones only.
    pub(crate) fn tokens_account_for(&self, change: &Change) -> bool {
        let (Some(Data::Str(before)), Some(Data::Str(after))) = (&change.before, &change.after)
        else {
            return false;
        };
        self.account_for(change) || self.tokens().derives(before, after)
    }

    /// The fact that a change of [`Class::Identity`](crate::Class::Identity) follows from: the longest whose texts it
    /// holds.
    pub(crate) fn of(&self, change: &Change) -> Option<&Fact> {
        let whole = self.facts.iter().find(|fact| fact.is_whole(change));
        whole.or_else(|| self.facts.iter().find(|fact| fact.is_word(change)))
    }
}

impl Fact {
    /// Whose text, or group, a field holds. A mere word is called so by others too.
    pub(crate) fn held_by(&self, path: &FieldPath, data: &Data) -> Sides<bool> {
        if let Reach::Groups(groups) = self.reach {
            let is_group = matches!(path.0.last(), Some(Step::Key(key)) if key == "fsGroup");
            return Sides {
                before: is_group && in_range(groups.before, data),
                after: is_group && in_range(groups.after, data),
            };
        }
        let holds = |text: &str| match data {
            Data::Str(whole) => text.contains(['-', '.', ':']) && has_word(whole, text.as_bytes()),
            _ => false,
        };
        Sides {
            before: holds(&self.texts.before),
            after: holds(&self.texts.after),
        }
    }

    fn is_whole(&self, change: &Change) -> bool {
        if change.kind != ChangeKind::Changed {
            return false;
        }
        let (Some(before), Some(after)) = (&change.before, &change.after) else {
            return false;
        };
        match self.reach {
            Reach::Groups(groups) => {
                is_fs_group(change)
                    && in_range(groups.before, before)
                    && in_range(groups.after, after)
            }
            Reach::Word | Reach::Whole => {
                before.as_str() == Some(&self.texts.before)
                    && after.as_str() == Some(&self.texts.after)
            }
        }
    }

    fn is_word(&self, change: &Change) -> bool {
        let (Some(Data::Str(before)), Some(Data::Str(after))) = (&change.before, &change.after)
        else {
            return false;
        };
        self.reach == Reach::Word
            && has_word(before, self.texts.before.as_bytes())
            && has_word(after, self.texts.after.as_bytes())
    }
}

fn text(name: &'static str, old: &Spanned<String>, new: &Spanned<String>, reach: Reach) -> Fact {
    Fact {
        name,
        texts: Sides {
            before: old.value.clone(),
            after: new.value.clone(),
        },
        spans: Sides {
            before: old.span,
            after: new.span,
        },
        reach,
    }
}

fn groups(old: Spanned<FsGroup>, new: Spanned<FsGroup>) -> Fact {
    let shown = |group: FsGroup| match group {
        FsGroup::Unset => "unset".to_owned(),
        FsGroup::Range { first, size } => format!("{first}/{size}"),
    };
    Fact {
        name: "file system group",
        texts: Sides {
            before: shown(old.value),
            after: shown(new.value),
        },
        spans: Sides {
            before: old.span,
            after: new.span,
        },
        reach: Reach::Groups(Sides {
            before: old.value,
            after: new.value,
        }),
    }
}

fn is_fs_group(change: &Change) -> bool {
    matches!(change.path.0.last(), Some(Step::Key(key)) if key == "fsGroup")
}

fn in_range(groups: FsGroup, data: &Data) -> bool {
    let group = match data {
        Data::Int(n) => u64::try_from(*n).ok(),
        Data::Uint(n) => Some(*n),
        Data::Float(n) if n.fract() == 0.0 && *n >= 0.0 => Some(*n as u64),
        _ => None,
    };
    group.is_some_and(|group| groups.allows(group))
}
