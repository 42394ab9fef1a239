//! Patterns for fields of objects, as `expect` of `evenkeel.yaml` has them: `Kind/name:path`.

use evenkeel_config::Glob;
use evenkeel_manifest::{FieldPath, Identity, Step};

/// A pattern for objects, or for fields of them. It covers what lies below it.
#[derive(Debug)]
pub(crate) struct Pattern {
    kind: Text,
    name: Text,
    steps: Vec<Expected>,
}

/// A step of a path.
#[derive(Debug)]
enum Expected {
    Key(Text),
    Index(usize),
    /// The item of a list by its name, or a key, for people write `annotations[a.b/c]`.
    Named(Text),
}

/// A text, or a glob for texts.
#[derive(Debug)]
enum Text {
    Literal(String),
    Glob(Glob),
}

impl Pattern {
    /// Reads `Kind/name` or `Kind/name:path`. Kind, name and keys may be globs; the path begins after the
    /// first colon.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Pattern, String> {
        let (object, path) = text.split_once(':').unwrap_or((text, ""));
        let (kind, name) = object
            .split_once('/')
            .filter(|(kind, name)| !kind.is_empty() && !name.is_empty())
            .ok_or_else(|| format!("`{object}` names no object"))?;
        let steps = FieldPath::parse(path)?.0.into_iter().map(|step| {
            Ok(match step {
                Step::Key(key) => Expected::Key(Text::parse(&key)?),
                Step::Index(index) => Expected::Index(index),
                Step::Named(name) => Expected::Named(Text::parse(&name)?),
            })
        });
        Ok(Pattern {
            kind: Text::parse(kind)?,
            name: Text::parse(name)?,
            steps: steps.collect::<Result<_, String>>()?,
        })
    }

    /// How many steps lead from an object to the field that it names.
    pub(crate) fn depth(&self) -> usize {
        self.steps.len()
    }

    /// Whether it is about the object.
    pub(crate) fn is_for(&self, identity: &Identity) -> bool {
        self.kind.matches(&identity.kind) && self.name.matches(&identity.name)
    }

    /// Whether a field is what it names, or lies below. Items are called by name in `path`, by place in
    /// `indexed`.
    pub(crate) fn covers(&self, path: &FieldPath, indexed: &FieldPath) -> bool {
        let mut steps = path.0.iter().zip(&indexed.0);
        self.steps.iter().all(|expected| {
            let step = steps.next();
            step.is_some_and(|(step, place)| expected.matches(step) || expected.matches(place))
        })
    }

    /// Whether a field is what it names, or lies below or above.
    pub(crate) fn meets(&self, path: &FieldPath, indexed: &FieldPath) -> bool {
        let steps = path.0.iter().zip(&indexed.0);
        let mut steps = self.steps.iter().zip(steps);
        steps.all(|(expected, (step, place))| expected.matches(step) || expected.matches(place))
    }
}

impl Expected {
    fn matches(&self, step: &Step) -> bool {
        match (self, step) {
            (Expected::Key(text), Step::Key(key)) => text.matches(key),
            (Expected::Named(text), Step::Key(name) | Step::Named(name)) => text.matches(name),
            (Expected::Index(wanted), Step::Index(index)) => wanted == index,
            // A port is a number and a name.
            (Expected::Index(wanted), Step::Named(name)) => *name == wanted.to_string(),
            _ => false,
        }
    }
}

impl Text {
    fn parse(text: &str) -> Result<Text, String> {
        match text.contains(['*', '?', '{', '[']) {
            true => Glob::new(text)
                .map(Text::Glob)
                .map_err(|why| format!("`{text}` is no glob: {why}")),
            false => Ok(Text::Literal(text.to_owned())),
        }
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Text::Literal(literal) => literal == text,
            Text::Glob(glob) => glob.matches(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, object: &str, path: &str, want: bool) {
        let pattern = Pattern::parse(pattern).expect("it parses");
        let (kind, name) = object.split_once('/').expect("an object");
        let identity = Identity {
            group: String::new(),
            kind: kind.to_owned(),
            namespace: String::new(),
            name: name.to_owned(),
        };
        let path = FieldPath::parse(path).expect("a path");
        // The first item of every list, whatever it is called.
        let place = |step: &Step| match step {
            Step::Named(_) => Step::Index(0),
            step => step.clone(),
        };
        let indexed = FieldPath(path.0.iter().map(place).collect());
        let got = pattern.is_for(&identity) && pattern.covers(&path, &indexed);
        assert_eq!(got, want, "{pattern:?} for {object}:{path}");
    }

    #[test]
    fn a_pattern_covers_what_lies_below() {
        check(
            "Deployment/web:spec",
            "Deployment/web",
            "spec.replicas",
            true,
        );
        check(
            "Deployment/web:spec.replicas",
            "Deployment/web",
            "spec",
            false,
        );
        check("Deployment/web:spec", "Deployment/web", "specs", false);
        check("Deployment/web", "Deployment/web", "metadata.labels", true);
        check("Deployment/web", "Deployment/webs", "", false);
    }

    #[test]
    fn parts_may_be_globs() {
        check(
            "*/*:spec.connection",
            "AuthRole/x",
            "spec.connection.address",
            true,
        );
        check("Cluster*/*", "ClusterRole/a.b", "rules[0]", true);
        check("ConfigMap/x:data.*", "ConfigMap/x", "data.key", true);
        check("ConfigMap/x:data.*", "ConfigMap/x", "data", false);
    }

    #[test]
    fn brackets_name_items_and_keys() {
        let items = "Deployment/x:spec.containers[web].image";
        check(items, "Deployment/x", "spec.containers[web].image", true);
        check(items, "Deployment/x", "spec.containers[db].image", false);
        let key = "Deployment/x:metadata.annotations[checksum/config]";
        check(
            key,
            "Deployment/x",
            "metadata.annotations.checksum/config",
            true,
        );
        check("Job/x:a[0]", "Job/x", "a[0].b", true);
        check("Job/x:a[0]", "Job/x", "a[1].b", false);
        check("Job/x:a[0]", "Job/x", "a[named].b", true);
    }

    #[test]
    fn wrong_patterns_say_what_is_wrong() {
        for text in [
            "Deployment",
            "/x",
            "Deployment/",
            "Deployment/x:a..b",
            "Deployment/[x",
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
