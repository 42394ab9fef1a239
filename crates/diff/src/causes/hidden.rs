//! Which values of causes may not be shown.

use evenkeel_value::Data;

use super::verdict::Verdict;
use crate::cause::Said;
use crate::change::{Change, ObjectDiff, Sides};
use crate::redact::{HIDDEN, is_secret_name};

/// What stands for values that say nothing, and so nothing secret.
const NOTHING: &[&str] = &["", "\"\"", "null"];

/// Whether the values of a change are kept from reports.
pub(super) fn is_hidden(object: &ObjectDiff, change: &Change) -> bool {
    let is_secret = object.identity.group.is_empty() && object.identity.kind == "Secret";
    let hidden = |data: &Option<Data>| {
        let text = data.as_ref().and_then(Data::as_str);
        text.is_some_and(|text| text.starts_with(HIDDEN.trim_end_matches(')')))
    };
    is_secret || hidden(&change.before) || hidden(&change.after)
}

/// Takes the values out of what made a change, if they may be secret: if the change's own are, or if they are called
/// so and the change does not show them anyway.
pub(super) fn hide(object: &ObjectDiff, change: &Change, verdict: &mut Verdict) {
    let name = verdict.name.rsplit(['.', '[']).next().unwrap_or_default();
    let is_named = is_secret_name(name.trim_end_matches([']', '"']));
    let values = Sides {
        before: &change.before,
        after: &change.after,
    };
    if !is_hidden(object, change) && (!is_named || shows(values, &verdict.sides)) {
        return;
    }
    let sides = [&mut verdict.sides.before, &mut verdict.sides.after];
    for said in sides.into_iter().flatten() {
        said.text = HIDDEN.to_owned();
        if let Some(place) = &mut said.place {
            place.text = HIDDEN.to_owned();
        }
    }
}

/// Whether the field, which is no secret, says what the values do: `caSecret` may hold the name of a Secret.
fn shows(values: Sides<&Option<Data>>, said: &Sides<Option<Said>>) -> bool {
    let holds = |data: &Option<Data>, said: &Option<Said>| {
        said.as_ref().is_none_or(|said| {
            let is_held = data.as_ref().is_some_and(|data| has_text(data, &said.text));
            is_held || NOTHING.contains(&said.text.as_str())
        })
    };
    holds(values.before, &said.before) && holds(values.after, &said.after)
}

fn has_text(data: &Data, text: &str) -> bool {
    match data {
        Data::Map(entries) => entries.iter().any(|entry| has_text(&entry.value, text)),
        Data::List(items) => items.iter().any(|item| has_text(&item.value, text)),
        data => data.as_str() == Some(text),
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, said: [&str; 2], want: bool) {
        let data = |text: &str| {
            let data = evenkeel_yaml::decode(text.as_bytes(), FileId::NONE).expect("YAML");
            Some(data).filter(|data| *data != Data::Null)
        };
        let said = said.map(|text| {
            let text = text.to_owned();
            Some(Said { text, place: None })
        });
        let (before, after) = (data(before), data(after));
        let values = Sides {
            before: &before,
            after: &after,
        };
        let [before, after] = said;
        assert_eq!(shows(values, &Sides { before, after }), want);
    }

    #[test]
    fn what_the_field_shows_is_shown() {
        check("", "{cacert: {name: vault-ca}}", ["\"\"", "vault-ca"], true);
        check("old", "new", ["old", "new"], true);
        check("", "{on: true}", ["\"\"", "hunter2"], false);
        check("", "new", ["old", "new"], false);
    }
}
