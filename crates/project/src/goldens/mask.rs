//! What a golden does not say, and why.

use std::sync::Arc;

use evenkeel_diff::{HIDDEN, is_secret_name, is_secret_text};
use evenkeel_value::{Data, DataEntry, DataItem};

/// Why a value is another in every run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mask {
    /// It is random, or made of something that is.
    Random,
    /// It depends on the time.
    Time,
}

impl Mask {
    /// What stands for the value.
    fn text(self) -> &'static str {
        match self {
            Mask::Random => "(random)",
            Mask::Time => "(depends on the time)",
        }
    }

    /// Data with everything masked that another render has otherwise. Maps and lists of one shape are masked within;
    /// what is masked already stays.
    pub(super) fn over(self, data: &Data, other: &Data) -> Data {
        match (data, other) {
            (data, other) if data == other => data.clone(),
            (Data::Str(text), _) if text.as_ref() == Mask::Random.text().as_bytes() => data.clone(),
            (Data::Map(entries), Data::Map(others)) if same_keys(entries, others) => {
                let pairs = entries.iter().zip(others.iter());
                let entries = pairs.map(|(entry, other)| DataEntry {
                    key: Arc::clone(&entry.key),
                    value: self.over(&entry.value, &other.value),
                    origin: entry.origin,
                });
                Data::Map(entries.collect())
            }
            (Data::List(items), Data::List(others)) if items.len() == others.len() => {
                let pairs = items.iter().zip(others.iter());
                let items = pairs.map(|(item, other)| DataItem {
                    value: self.over(&item.value, &other.value),
                    origin: item.origin,
                });
                Data::List(items.collect())
            }
            _ => Data::str(self.text()),
        }
    }
}

fn same_keys(entries: &[DataEntry], others: &[DataEntry]) -> bool {
    let keys = |entries: &[DataEntry]| entries.iter().map(|entry| Arc::clone(&entry.key)).collect();
    let [own, other]: [Vec<Arc<[u8]>>; 2] = [keys(entries), keys(others)];
    own == other
}

/// An object without what is secret: the data of Secrets, values of variables that are called so, private keys and
/// addresses with passwords. Names of Secrets stay. Of masked values it is said that they are.
pub(super) fn without_secrets(data: &Data) -> Data {
    match data {
        Data::Map(entries) => {
            let entries = entries.iter().map(|entry| DataEntry {
                key: Arc::clone(&entry.key),
                value: match keeps(data, &entry.key) {
                    true => hidden(&entry.value),
                    false => without_secrets(&entry.value),
                },
                origin: entry.origin,
            });
            Data::Map(entries.collect())
        }
        Data::List(items) => {
            let items = items.iter().map(|item| DataItem {
                value: without_secrets(&item.value),
                origin: item.origin,
            });
            Data::List(items.collect())
        }
        Data::Str(text) if is_secret_text(text) => Data::str(HIDDEN),
        other => other.clone(),
    }
}

/// Whether a map keeps the value of a key secret.
fn keeps(map: &Data, key: &[u8]) -> bool {
    let text = |key: &str| map.get(key).and_then(Data::as_str).unwrap_or_default();
    match key {
        b"data" | b"stringData" => text("kind") == "Secret",
        b"value" => is_secret_name(text("name")),
        _ => false,
    }
}

/// A value, or all values within it, hidden.
fn hidden(data: &Data) -> Data {
    match data {
        Data::Map(entries) => {
            let entries = entries.iter().map(|entry| DataEntry {
                key: Arc::clone(&entry.key),
                value: hidden(&entry.value),
                origin: entry.origin,
            });
            Data::Map(entries.collect())
        }
        Data::Null => Data::Null,
        Data::Str(text) if is_mask(text) || text.is_empty() => data.clone(),
        _ => Data::str(HIDDEN),
    }
}

fn is_mask(text: &[u8]) -> bool {
    let mut masks = [Mask::Random, Mask::Time].into_iter();
    masks.any(|mask| text == mask.text().as_bytes())
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    use super::*;

    fn data(text: &str) -> Data {
        evenkeel_yaml::decode(text.as_bytes(), FileId::NONE).expect("YAML")
    }

    #[track_caller]
    fn masked(one: &str, other: &str, want: &str) {
        let masked = Mask::Random.over(&data(one), &data(other));
        assert_eq!(masked, data(want), "{one} and {other}");
    }

    #[test]
    fn what_differs_is_masked_and_nothing_around_it() {
        masked(
            "{a: 1, b: {c: x, d: y}}",
            "{a: 1, b: {c: z, d: y}}",
            "{a: 1, b: {c: (random), d: y}}",
        );
        masked(
            "{a: [1, {b: 2}]}",
            "{a: [1, {b: 3}]}",
            "{a: [1, {b: (random)}]}",
        );
        masked("{a: [1], b: 1}", "{a: [1, 2], b: 1}", "{a: (random), b: 1}");
        masked("{a: {x1: 1}}", "{a: {x2: 1}}", "{a: (random)}");
        masked("{a: 1}", "{a: text}", "{a: (random)}");
    }

    #[test]
    fn what_is_masked_stays() {
        let random = Mask::Random.over(&data("{a: x, b: 1}"), &data("{a: y, b: 1}"));
        let time = Mask::Time.over(&random, &data("{a: y, b: 2}"));
        assert_eq!(time, data("{a: (random), b: (depends on the time)}"));
    }

    #[track_caller]
    fn shown(object: &str, want: &str) {
        assert_eq!(without_secrets(&data(object)), data(want), "{object}");
    }

    #[test]
    fn secrets_are_hidden_and_their_names_are_not() {
        shown(
            "{kind: Secret, data: {a: x, b: (random)}, stringData: null}",
            "{kind: Secret, data: {a: (hidden), b: (random)}, stringData: null}",
        );
        shown(
            "{env: [{name: API_KEY, value: x}, {name: LEVEL, value: x}]}",
            "{env: [{name: API_KEY, value: (hidden)}, {name: LEVEL, value: x}]}",
        );
        shown(
            "{data: {password: x}, secretRef: {name: x, key: token}}",
            "{data: {password: x}, secretRef: {name: x, key: token}}",
        );
        shown("{url: 'postgres://u:p@h'}", "{url: (hidden)}");
    }
}
