//! Paths to fields of objects: `spec.rules[0].host`.

use std::fmt;

use evenkeel_diagnostics::Origin;
use evenkeel_value::Data;

/// One step from a value to a value within it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The entry of a map.
    Key(String),
    /// The item of a list, from 0.
    Index(usize),
    /// The item of a list whose `name` is this: `containers[app]`.
    Named(String),
}

/// A path from the root of an object to a field. Written with dots between keys, `[0]` or `[name]` for list
/// items, and `["a.b/c"]` for keys that hold dots or brackets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FieldPath(pub Vec<Step>);

impl FieldPath {
    /// The path of keys without indexes.
    pub fn of_keys<'k>(keys: impl IntoIterator<Item = &'k str>) -> FieldPath {
        FieldPath(keys.into_iter().map(|k| Step::Key(k.to_owned())).collect())
    }

    /// Reads a path as a person types it.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<FieldPath, String> {
        let mut steps = Vec::new();
        let mut rest = text.strip_prefix('.').unwrap_or(text);
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let (step, after) = bracket(inner)
                    .ok_or_else(|| format!("`[` without its `]` in the field path `{text}`"))?;
                steps.push(step);
                rest = after;
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                if end == 0 {
                    return Err(format!("an empty key in the field path `{text}`"));
                }
                steps.push(Step::Key(rest[..end].to_owned()));
                rest = &rest[end..];
            }
            if let Some(after) = rest.strip_prefix('.') {
                if after.is_empty() {
                    return Err(format!("the field path `{text}` ends with a dot"));
                }
                rest = after;
            }
        }
        Ok(FieldPath(steps))
    }

    /// The same path and one step more.
    #[must_use]
    pub fn join(&self, step: Step) -> FieldPath {
        let mut steps = self.0.clone();
        steps.push(step);
        FieldPath(steps)
    }

    /// The same path, its named items by index as they stand in `data`; `None` if there is no such field.
    pub fn resolve(&self, data: &Data) -> Option<FieldPath> {
        let mut at = data;
        let mut steps = Vec::new();
        for step in &self.0 {
            let (step, value, _) = enter(at, step)?;
            steps.push(step);
            at = value;
        }
        Some(FieldPath(steps))
    }

    /// The value of the field, if there is one.
    pub fn get<'d>(&self, data: &'d Data) -> Option<&'d Data> {
        self.0
            .iter()
            .try_fold(data, |at, step| enter(at, step).map(|(_, value, _)| value))
    }

    /// Where the field's entry or item was written.
    pub fn origin(&self, data: &Data) -> Option<Origin> {
        let mut found = None;
        let mut at = data;
        for step in &self.0 {
            let (_, value, origin) = enter(at, step)?;
            at = value;
            found = Some(origin);
        }
        found
    }
}

/// The text within brackets, and what follows them.
fn bracket(inner: &str) -> Option<(Step, &str)> {
    if let Some(quoted) = inner.strip_prefix('"') {
        let (key, after) = quoted.split_once("\"]")?;
        return Some((Step::Key(key.to_owned()), after));
    }
    let (text, after) = inner.split_once(']')?;
    Some(match text.parse() {
        Ok(index) => (Step::Index(index), after),
        Err(_) => (Step::Named(text.to_owned()), after),
    })
}

fn enter<'d>(data: &'d Data, step: &Step) -> Option<(Step, &'d Data, Origin)> {
    match step {
        Step::Key(key) => {
            let entry = data.entry(key)?;
            Some((step.clone(), &entry.value, entry.origin))
        }
        Step::Index(index) => {
            let Data::List(items) = data else { return None };
            let item = items.get(*index)?;
            Some((step.clone(), &item.value, item.origin))
        }
        Step::Named(name) => {
            let Data::List(items) = data else { return None };
            let is_it = |item: &Data| item.get("name").and_then(Data::as_str) == Some(name);
            let index = items.iter().position(|item| is_it(&item.value))?;
            Some((Step::Index(index), &items[index].value, items[index].origin))
        }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if key.contains(['.', '[', ']']) => write!(f, "[\"{key}\"]")?,
                Step::Key(key) if i == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Named(name) => write!(f, "[{name}]")?,
            }
        }
        Ok(())
    }
}

/// The path to the entry or item that was written at `origin`, if `data` holds it. A list item begins where its
/// first key does: of the two, the one that `last` is the last step of, else the item.
pub fn path_to(data: &Data, origin: Origin, last: Option<&Step>) -> Option<FieldPath> {
    let mut found = Vec::new();
    if origin != Origin::NONE {
        each_place(data, &mut |steps, at| {
            if at == origin {
                found.push(FieldPath(steps.to_vec()));
            }
        });
    }
    let wanted = found
        .iter()
        .position(|path| last.is_some() && path.0.last() == last)
        .unwrap_or(0);
    found.into_iter().nth(wanted)
}

/// Tells of every entry and item below `data` the steps that lead to it and where it was written; each before
/// what is within it.
pub fn each_place(data: &Data, visit: &mut impl FnMut(&[Step], Origin)) {
    walk(data, &mut Vec::new(), visit);
}

fn walk(data: &Data, steps: &mut Vec<Step>, visit: &mut impl FnMut(&[Step], Origin)) {
    let mut enter = |step: Step, value: &Data, at: Origin| {
        steps.push(step);
        visit(steps, at);
        walk(value, steps, visit);
        steps.pop();
    };
    match data {
        Data::Map(entries) => {
            for entry in entries.iter() {
                let key = String::from_utf8_lossy(&entry.key).into_owned();
                enter(Step::Key(key), &entry.value, entry.origin);
            }
        }
        Data::List(items) => {
            for (i, item) in items.iter().enumerate() {
                enter(Step::Index(i), &item.value, item.origin);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trip(text: &str, want: &str) {
        let path = FieldPath::parse(text).expect("it parses");
        assert_eq!(path.to_string(), want);
    }

    #[test]
    fn paths_print_as_they_are_read() {
        round_trip("spec.host", "spec.host");
        round_trip("spec.rules[0].host", "spec.rules[0].host");
        round_trip(
            "spec.template.spec.containers[app].image",
            "spec.template.spec.containers[app].image",
        );
        round_trip(
            r#"metadata.annotations["a.b/c"]"#,
            r#"metadata.annotations["a.b/c"]"#,
        );
        round_trip(".spec", "spec");
        round_trip("", "");
    }

    #[test]
    fn wrong_paths_say_what_is_wrong() {
        for text in ["a..b", "a[0", "a.", "a[\"b\"", "[x"] {
            assert!(FieldPath::parse(text).is_err(), "{text}");
        }
    }
}
