//! Pairs what two sides have: Applications by name, objects by identity.

use std::collections::VecDeque;
use std::hash::Hash;

use evenkeel_manifest::{FieldPath, Identity, Step};
use evenkeel_value::Data;
use rustc_hash::FxHashMap;

use crate::change::{App, AppDiff, Change, ChangeKind, Class, Object, ObjectDiff, Presence, Sides};
use crate::fields::Fields;
use crate::tokens::{Side, Tokens};

/// Compares two sides: the Applications that differ, those of the side before first, in its order.
///
/// Objects are the same if group, kind, namespace and name are, or are once the tokens are replaced. Of
/// several with one identity the first is paired with the first. Changes are [`Class::Identity`] where
/// `tokens` account for them, else [`Class::Unexplained`].
pub fn compare(before: &[App], after: &[App], tokens: &Tokens) -> Vec<AppDiff> {
    let pairs = pair(before, after, [|app: &App, _: Side| app.name.clone()]);
    let diffs = pairs.into_iter().map(|pair| match pair {
        (Some(before), Some(after)) => AppDiff {
            objects: objects(&before.objects, &after.objects, tokens),
            ..alone(before, Presence::Both)
        },
        (Some(before), None) => alone(before, Presence::Before),
        (None, Some(after)) => alone(after, Presence::After),
        (None, None) => unreachable!("a pair has a side"),
    });
    diffs
        .filter(|app| app.presence != Presence::Both || !app.objects.is_empty())
        .collect()
}

fn alone(app: &App, presence: Presence) -> AppDiff {
    AppDiff {
        name: app.name.clone(),
        presence,
        class: Class::Unexplained,
        objects_alone: match presence {
            Presence::Both => 0,
            Presence::Before | Presence::After => app.objects.len(),
        },
        objects: Vec::new(),
    }
}

fn objects(before: &[Object], after: &[Object], tokens: &Tokens) -> Vec<ObjectDiff> {
    type Key = fn(&Tokens, &Identity, Side) -> (String, String, Vec<u8>, Vec<u8>);
    let exact: Key = |_, id, _| {
        let (namespace, name) = (id.namespace.as_bytes(), id.name.as_bytes());
        (
            id.group.clone(),
            id.kind.clone(),
            namespace.to_vec(),
            name.to_vec(),
        )
    };
    let normal: Key = |tokens, id, side| {
        let part = |text: &str| tokens.normal(text.as_bytes(), side);
        (
            id.group.clone(),
            id.kind.clone(),
            part(&id.namespace),
            part(&id.name),
        )
    };
    let keys =
        [exact, normal].map(|key| move |object: &Object, side| key(tokens, &object.identity, side));
    let diffs = pair(before, after, keys)
        .into_iter()
        .map(|pair| match pair {
            (Some(before), Some(after)) => both(before, after, tokens),
            (Some(before), None) => one(before, Presence::Before),
            (None, Some(after)) => one(after, Presence::After),
            (None, None) => unreachable!("a pair has a side"),
        });
    diffs.filter(|object| !object.changes.is_empty()).collect()
}

fn both(before: &Object, after: &Object, tokens: &Tokens) -> ObjectDiff {
    let mut changes = Fields::changes(&before.data, &after.data, tokens);
    if is_secret(&before.identity) {
        changes.iter_mut().for_each(hide);
    }
    if before.is_followed && after.is_followed {
        let inputs = changes.iter_mut().filter(|change| is_input(change.place()));
        inputs.for_each(|change| {
            change.class = Class::Implied {
                of: "the Application that it deploys".to_owned(),
            }
        });
    }
    ObjectDiff {
        renamed: (before.identity != after.identity).then(|| after.identity.clone()),
        identity: before.identity.clone(),
        presence: Presence::Both,
        index: Sides {
            before: Some(before.index),
            after: Some(after.index),
        },
        changes,
    }
}

fn one(object: &Object, presence: Presence) -> ObjectDiff {
    let kind = match presence {
        Presence::After => ChangeKind::Added,
        Presence::Before | Presence::Both => ChangeKind::Removed,
    };
    ObjectDiff {
        identity: object.identity.clone(),
        renamed: None,
        presence,
        index: Sides {
            before: (presence == Presence::Before).then_some(object.index),
            after: (presence == Presence::After).then_some(object.index),
        },
        changes: vec![Change {
            path: FieldPath::default(),
            indexed: Sides::default(),
            hazard: None,
            kind,
            before: None,
            after: None,
            class: Class::Unexplained,
        }],
    }
}

fn is_secret(identity: &Identity) -> bool {
    identity.group.is_empty() && identity.kind == "Secret"
}

/// Whether a field of an Application only says what its chart is rendered with. The path and the revision of
/// a source say more: of those only what the work tree has is compared.
fn is_input(path: &FieldPath) -> bool {
    let key =
        |at: usize, wanted: &str| matches!(path.0.get(at), Some(Step::Key(key)) if key == wanted);
    key(0, "spec") && (key(1, "source") && key(2, "helm") || key(1, "sources") && key(3, "helm"))
}

/// Takes the values out of a change of a Secret: a report is read by more people than the Secret.
fn hide(change: &mut Change) {
    for value in [&mut change.before, &mut change.after] {
        *value = value.as_ref().map(|_| Data::str("(hidden)"));
    }
}

/// Pairs items by the first of several keys that both have, each item once; then those without a partner.
/// The result is in the order of `before`, with what only `after` has at the end.
fn pair<'a, T, K: Hash + Eq, F: Fn(&T, Side) -> K, const N: usize>(
    before: &'a [T],
    after: &'a [T],
    keys: [F; N],
) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let mut partner: Vec<Option<usize>> = vec![None; before.len()];
    let mut taken = vec![false; after.len()];
    for key in keys {
        let mut waiting: FxHashMap<K, VecDeque<usize>> = FxHashMap::default();
        for (j, item) in after.iter().enumerate().filter(|(j, _)| !taken[*j]) {
            waiting
                .entry(key(item, Side::After))
                .or_default()
                .push_back(j);
        }
        for (i, item) in before.iter().enumerate() {
            if partner[i].is_none()
                && let Some(j) = waiting
                    .get_mut(&key(item, Side::Before))
                    .and_then(VecDeque::pop_front)
            {
                partner[i] = Some(j);
                taken[j] = true;
            }
        }
    }
    let old = before.iter().zip(partner);
    let old = old.map(|(item, partner)| (Some(item), partner.map(|j| &after[j])));
    let new = after.iter().zip(taken).filter(|(_, taken)| !taken);
    old.chain(new.map(|(item, _)| (None, Some(item)))).collect()
}
