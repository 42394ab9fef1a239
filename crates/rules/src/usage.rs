//! What the templates of a chart can read of its values, whichever way their conditions go.

use std::collections::HashSet;
use std::sync::Arc;

use evenkeel_chart::{Chart, ChartFile};
use evenkeel_template::{Ast, FunctionTable, Mention};
use evenkeel_value::Data;

use crate::fields::each_text;

/// Endings of files that are templates in Go's language.
const TEMPLATES: &[&str] = &[".yaml", ".yml", ".tpl", ".txt", ".json"];

/// What a chart's templates, and those of its dependencies, name. When in doubt a value counts as read.
#[derive(Default)]
pub(crate) struct Usage {
    /// Keys that are named, as a field or as a text.
    keys: HashSet<String>,
    /// Last keys of rows of fields: what they name is handed on as a whole.
    ends: HashSet<String>,
    /// Values are used in ways that do not tell which.
    is_unknown: bool,
    /// Values are templates themselves.
    has_tpl: bool,
}

impl Usage {
    /// What a chart names.
    pub(crate) fn of(chart: &Chart, functions: &FunctionTable) -> Usage {
        let mut usage = Usage::default();
        usage.add(chart, functions);
        if usage.has_tpl && usage.keys.contains("Files") {
            usage.add_files(chart, functions);
        }
        usage
    }

    fn add(&mut self, chart: &Chart, functions: &FunctionTable) {
        for file in &chart.templates {
            self.add_template(file, functions);
        }
        for dependency in chart.metadata.dependencies.iter().flatten() {
            // Below its name stands what the dependency itself reads.
            let names = [&*dependency.name, &*dependency.alias, "tags"];
            self.keys.extend(names.map(str::to_owned));
            let conditions = dependency.condition.split([',', '.']);
            let conditions = conditions.map(|key| key.trim().to_owned());
            self.keys.extend(conditions);
            self.keys
                .extend(dependency.tags.iter().flatten().map(|tag| tag.to_string()));
        }
        for inner in &chart.dependencies {
            self.add(inner, functions);
        }
    }

    /// Files that templates may hand to `tpl`; what does not parse is no template.
    fn add_files(&mut self, chart: &Chart, functions: &FunctionTable) {
        for file in &chart.files {
            let Ok(data) = file.data() else {
                self.is_unknown = true;
                continue;
            };
            if let Ok(ast) = Ast::parse(Arc::clone(data), functions) {
                self.add_mentions(&ast);
            }
        }
        for inner in &chart.dependencies {
            self.add_files(inner, functions);
        }
    }

    fn add_template(&mut self, file: &ChartFile, functions: &FunctionTable) {
        let is_go = TEMPLATES.iter().any(|end| file.name.ends_with(end));
        let ast = Ast::parse(Arc::clone(file.data()), functions);
        let (true, Ok(ast)) = (is_go, ast) else {
            self.is_unknown = true;
            return;
        };
        self.add_mentions(&ast);
    }

    fn add_mentions(&mut self, ast: &Ast) {
        for mention in ast.mentions() {
            match mention {
                Mention::Fields(names) => {
                    let end = names.last().copied().unwrap_or_default();
                    self.is_unknown |= matches!(end, "Values" | "AsMap");
                    self.ends.insert(end.to_owned());
                    self.keys.extend(names.into_iter().map(str::to_owned));
                }
                // A text may be a path of keys.
                Mention::Text(text) => {
                    let text = String::from_utf8_lossy(text);
                    self.keys.extend(text.split('.').map(str::to_owned));
                }
                Mention::Function(name) => self.has_tpl |= name == "tpl",
            }
        }
    }

    /// Whether a template may read the value of a path, itself or as a part of what is around it. `values` are the
    /// chart's, in which templates may hide.
    pub(crate) fn reads(&self, path: &[String], values: &[&Data]) -> bool {
        let (Some(first), Some((last, around))) = (path.first(), path.split_last()) else {
            return true;
        };
        let named = || self.keys.contains(last);
        let as_part = || around.iter().any(|key| self.ends.contains(key));
        self.is_unknown
            || self.keys.contains(first) && (named() || as_part())
            || self.has_tpl && is_hidden(last, values)
    }

    /// Whether a template names a key, wherever it looks for it.
    pub(crate) fn names(&self, key: &str) -> bool {
        self.is_unknown || self.keys.contains(key)
    }
}

/// Whether a value that is a template holds a word.
fn is_hidden(word: &str, values: &[&Data]) -> bool {
    values.iter().any(|values| {
        let mut found = false;
        each_text(values, &mut |_, text| {
            found |= text.contains("{{") && text.contains(word);
        });
        found
    })
}
