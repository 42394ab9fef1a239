//! What a golden does not say, and why.

use std::sync::Arc;

use evenkeel_manifest::Identity;
use evenkeel_value::{Data, DataEntry, DataItem};

/// What stands for a value that is secret.
const HIDDEN: &str = "(hidden)";

/// The fields of a Secret that are.
const SECRET: &[&str] = &["data", "stringData"];

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

/// An object without the values that it keeps secret. Of masked ones it is said that they are.
pub(super) fn without_secrets(identity: &Identity, object: Data) -> Data {
    let is_secret = identity.group.is_empty() && identity.kind == "Secret";
    let (true, Data::Map(entries)) = (is_secret, &object) else {
        return object;
    };
    let entries = entries.iter().map(|entry| {
        let is_secret = SECRET
            .iter()
            .any(|key| entry.key.as_ref() == key.as_bytes());
        DataEntry {
            key: Arc::clone(&entry.key),
            value: match &entry.value {
                Data::Map(values) if is_secret => Data::Map(values.iter().map(hidden).collect()),
                value => value.clone(),
            },
            origin: entry.origin,
        }
    });
    Data::Map(entries.collect())
}

fn hidden(entry: &DataEntry) -> DataEntry {
    let masks = [Mask::Random, Mask::Time].map(Mask::text);
    let is_masked = entry
        .value
        .as_str()
        .is_some_and(|text| masks.contains(&text));
    DataEntry {
        key: Arc::clone(&entry.key),
        value: match is_masked {
            true => entry.value.clone(),
            false => Data::str(HIDDEN),
        },
        origin: entry.origin,
    }
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
}
