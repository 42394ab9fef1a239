//! Fields of objects.

use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

/// The texts at a pattern: keys with dots between them, `[]` behind a key for the items of a list.
pub(crate) fn select<'d>(data: &'d Data, pattern: &str) -> Vec<(FieldPath, &'d str)> {
    let texts = find(data, pattern).into_iter();
    texts
        .filter_map(|(path, data)| Some((path, data.as_str()?)))
        .collect()
}

/// The values at a pattern, as [`select`] reads it.
pub(crate) fn find<'d>(data: &'d Data, pattern: &str) -> Vec<(FieldPath, &'d Data)> {
    let mut found = vec![(FieldPath::default(), data)];
    for part in pattern.split('.') {
        let (key, items) = match part.strip_suffix("[]") {
            Some(key) => (key, true),
            None => (part, false),
        };
        let next = found.into_iter().filter_map(|(path, data)| {
            Some((path.join(Step::Key(key.to_owned())), data.get(key)?))
        });
        found = match items {
            true => next
                .flat_map(|(path, data)| list_items(path, data))
                .collect(),
            false => next.collect(),
        };
    }
    found
}

/// The items of a list, none of anything else.
pub(crate) fn list_items(path: FieldPath, data: &Data) -> Vec<(FieldPath, &Data)> {
    let Data::List(items) = data else {
        return Vec::new();
    };
    let items = items.iter().enumerate();
    items
        .map(|(i, item)| (path.join(Step::Index(i)), &item.value))
        .collect()
}

/// Shows every text of the data, with its path, to `visit`.
pub(crate) fn each_text<'d>(data: &'d Data, visit: &mut dyn FnMut(&[Step], &'d str)) {
    walk(data, &mut Vec::new(), &mut |steps, data| {
        if let Some(text) = data.as_str() {
            visit(steps, text);
        }
    });
}

/// Shows all data within the data, itself first, to `visit`.
pub(crate) fn walk<'d>(
    data: &'d Data,
    steps: &mut Vec<Step>,
    visit: &mut dyn FnMut(&[Step], &'d Data),
) {
    visit(steps, data);
    match data {
        Data::Map(entries) => {
            for entry in entries.iter() {
                let key = String::from_utf8_lossy(&entry.key).into_owned();
                steps.push(Step::Key(key));
                walk(&entry.value, steps, visit);
                steps.pop();
            }
        }
        Data::List(items) => {
            for (i, item) in items.iter().enumerate() {
                steps.push(Step::Index(i));
                walk(&item.value, steps, visit);
                steps.pop();
            }
        }
        _ => {}
    }
}
