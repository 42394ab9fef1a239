//! Pairs what two sides have: Applications by name, objects by identity.

use evenkeel_manifest::{FieldPath, Step};

use crate::change::{App, AppDiff, Change, ChangeKind, Class, Object, ObjectDiff, Presence, Sides};
use crate::fields::Fields;
use crate::keys::Shape;
use crate::pairing::{self, Pairing};
use crate::tokens::Tokens;

/// Compares two sides: the Applications that differ, those of the side before first, in its order.
///
/// Objects are the same if group, kind, namespace and name are, or are once the tokens are replaced; what is left is
/// the same if it is alike enough to be one object that was renamed. Changes are [`Class::Identity`] where `tokens`
/// account for them, else [`Class::Unexplained`]. No value in them is secret.
pub fn compare(before: &[App], after: &[App], tokens: &Tokens) -> Vec<AppDiff> {
    let mut pairing = Pairing::new(before.len(), after.len());
    pairing.by_key(
        |i| Some(before[i].name.as_str()),
        |j| Some(after[j].name.as_str()),
    );
    let diffs = pairing
        .finish(before, after)
        .into_iter()
        .map(|pair| match pair {
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
    let pairs = pairing::pair_objects(before, after, tokens);
    let diffs = pairs.into_iter().map(|pair| match pair {
        (Some(before), Some(after)) => both(before, after, tokens),
        (Some(before), None) => one(before, Presence::Before),
        (None, Some(after)) => one(after, Presence::After),
        (None, None) => unreachable!("a pair has a side"),
    });
    diffs.filter(|object| !object.changes.is_empty()).collect()
}

/// What differs between two objects that are the same one.
pub(crate) fn both(before: &Object, after: &Object, tokens: &Tokens) -> ObjectDiff {
    let shape = Shape::new(&before.identity.group, &before.identity.kind);
    let mut changes = Fields::changes(&before.data, &after.data, shape, tokens);
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

/// Whether a field of an Application only says what its chart is rendered with. The path and the revision of
/// a source say more: of those only what the work tree has is compared.
fn is_input(path: &FieldPath) -> bool {
    let key =
        |at: usize, wanted: &str| matches!(path.0.get(at), Some(Step::Key(key)) if key == wanted);
    key(0, "spec") && (key(1, "source") && key(2, "helm") || key(1, "sources") && key(3, "helm"))
}
