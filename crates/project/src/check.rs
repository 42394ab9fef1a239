//! `check`: the rules over environments.

use std::collections::BTreeSet;
use std::sync::Arc;

use evenkeel_config::{Date, Spanned};
use evenkeel_diagnostics::{Code, Diagnostic, SourceKind};
use evenkeel_gitops::applicationset::Repository;
use evenkeel_gitops::{Environment, Root, RootChart, WorkTree};
use evenkeel_renderer::HelmVersion;
use evenkeel_rules::{Checked, CustomRules, Report, Rerender};
use evenkeel_value::{Data, DataEntry, DataItem};

use crate::{Project, RenderOptions, specs};

/// A file of rules that is not there.
const NO_FILE: Code = Code::new("rules/no-file");

/// How environments are checked.
#[derive(Debug, Clone, Default)]
pub struct CheckOptions {
    /// How they are rendered.
    pub render: RenderOptions,
    /// Also run the rules that render again.
    pub deep: bool,
    /// The environments that findings are wanted of; default: all.
    pub envs: Option<Vec<String>>,
    /// The Application that findings are wanted of, with the environment in its name or without; default: all.
    pub app: Option<String>,
    /// The day, by which waivers expire.
    pub today: Option<Date>,
    /// The rules that the repository brings itself ([`custom_rules`]).
    pub custom: Arc<CustomRules>,
}

/// Checks all rendered environments of a repository. What could not be rendered stands in the environments'
/// diagnostics and hides no finding of the rest.
pub fn check(project: &Project, environments: &[Environment], options: &CheckOptions) -> Report {
    let again = Again {
        project,
        options: &options.render,
    };
    let checked = Checked {
        environments,
        config: &project.config,
        custom: &options.custom,
        tree: &project.tree,
        renderer: project.renderer(),
    };
    let options = evenkeel_rules::Options {
        envs: options.envs.as_deref(),
        app: options.app.as_deref(),
        rerender: options.deep.then_some(&again as &dyn Rerender),
        today: options.today,
    };
    evenkeel_rules::check(&checked, &options)
}

/// Reads the rules that the configuration names under `custom`, and compiles them.
///
/// # Errors
/// What is wrong with the files and the rules, and patterns that no file fits.
pub fn custom_rules(project: &Project) -> Result<CustomRules, Vec<Diagnostic>> {
    let mut files = Vec::new();
    let mut diagnostics = Vec::new();
    let mut known = BTreeSet::new();
    for Spanned { value: glob, span } in &project.config.custom {
        // Most name one file, for which the tree need not be walked.
        let paths = match project.tree.has(glob.as_str()) {
            true => vec![glob.as_str().to_owned()],
            false => project.tree.glob(glob.as_str()),
        };
        if paths.is_empty() {
            let message = format!("no file fits `{}`", glob.as_str());
            diagnostics.push(Diagnostic::error(NO_FILE, message).at(*span));
        }
        for path in paths {
            if !known.insert(path.clone()) {
                continue;
            }
            let Some(text) = project.tree.read(&path) else {
                let message = format!("{path} cannot be read");
                diagnostics.push(Diagnostic::error(NO_FILE, message).at(*span));
                continue;
            };
            let name = project.tree.shown(&path).display().to_string();
            let sources = project.sources();
            let file = sources.add(name, Arc::clone(&text), SourceKind::File);
            let (rules, wrong) = evenkeel_config::parse_rules(&text, file, &project.config);
            files.push(rules);
            diagnostics.extend(wrong);
        }
    }
    match CustomRules::compile(files, project.sources()) {
        Ok(rules) if diagnostics.is_empty() => Ok(rules),
        Ok(_) => Err(diagnostics),
        Err(wrong) => {
            diagnostics.extend(wrong);
            Err(diagnostics)
        }
    }
}

/// Renders environments again.
struct Again<'a> {
    project: &'a Project,
    options: &'a RenderOptions,
}

impl Rerender for Again<'_> {
    fn with_domain(&self, env: &str, domain: &str) -> Result<Environment, String> {
        let settings = self.project.config.envs.get(env);
        let declared = settings.and_then(|settings| settings.domain.as_ref());
        let Some(declared) = declared else {
            return Err("the configuration declares no `domain`".to_owned());
        };
        let declared = declared.value.as_str();
        let (mut spec, _) = specs::spec(self.project, env, self.options);
        let Root::Charts(charts) = &mut spec.root else {
            return Err("the root is no chart, so no value of it holds the domain".to_owned());
        };
        let mut changed = false;
        for chart in charts {
            let values = self.values_with(chart, declared, domain, spec.helm)?;
            changed |= values.is_some();
            chart.values.extend(values);
        }
        if !changed {
            return Err(format!("no value of the root is the domain {declared}"));
        }
        let project = self.project;
        Ok(Environment::render(
            &spec,
            &project.tree,
            project.renderer(),
        ))
    }
}

impl Again<'_> {
    /// What has to be set over a root chart's values so that each that is `from` becomes `to`.
    fn values_with(
        &self,
        root: &RootChart,
        from: &str,
        to: &str,
        helm: HelmVersion,
    ) -> Result<Option<Data>, String> {
        let project = self.project;
        let renderer = project.renderer();
        let chart = project.tree.chart(&root.path, helm, renderer);
        let chart = chart.map_err(|diagnostic| diagnostic.message)?;
        let user = root.user_values(&project.tree, renderer, helm);
        let user = user.map_err(|diagnostic| diagnostic.message)?;
        Ok(replaced(Some(&chart.values), Some(&user.data), from, to))
    }
}

/// The part of merged values that changes when texts that are `from` become `to`; lists as a whole, as they replace
/// one another.
fn replaced(defaults: Option<&Data>, user: Option<&Data>, from: &str, to: &str) -> Option<Data> {
    if let (Some(Data::Map(below)), Some(Data::Map(above))) = (defaults, user) {
        let only_below = below
            .iter()
            .filter(|entry| find(above, &entry.key).is_none());
        let entries = above.iter().chain(only_below).filter_map(|entry| {
            let (below, above) = (find(below, &entry.key), find(above, &entry.key));
            Some(DataEntry {
                value: replaced(below, above, from, to)?,
                ..entry.clone()
            })
        });
        return non_empty(entries.collect());
    }
    let winner = user.or(defaults)?;
    match winner {
        Data::Str(text) if text.as_ref() == from.as_bytes() => Some(Data::str(to)),
        Data::Map(entries) => {
            let entries = entries.iter().filter_map(|entry| {
                let value = replaced(None, Some(&entry.value), from, to)?;
                Some(DataEntry {
                    value,
                    ..entry.clone()
                })
            });
            non_empty(entries.collect())
        }
        Data::List(items) => {
            let has_one = items
                .iter()
                .any(|item| replaced(None, Some(&item.value), from, to).is_some());
            has_one
                .then(|| Data::List(items.iter().map(|item| item_with(item, from, to)).collect()))
        }
        _ => None,
    }
}

/// A list's item, all of it.
fn item_with(item: &DataItem, from: &str, to: &str) -> DataItem {
    DataItem {
        value: whole(&item.value, from, to),
        origin: item.origin,
    }
}

fn whole(data: &Data, from: &str, to: &str) -> Data {
    match data {
        Data::Str(text) if text.as_ref() == from.as_bytes() => Data::str(to),
        Data::List(items) => {
            Data::List(items.iter().map(|item| item_with(item, from, to)).collect())
        }
        Data::Map(entries) => Data::map(
            entries
                .iter()
                .map(|entry| DataEntry {
                    value: whole(&entry.value, from, to),
                    ..entry.clone()
                })
                .collect(),
        ),
        other => other.clone(),
    }
}

fn find<'d>(entries: &'d [DataEntry], key: &[u8]) -> Option<&'d Data> {
    let entry = entries.iter().find(|entry| entry.key.as_ref() == key)?;
    Some(&entry.value)
}

fn non_empty(entries: Vec<DataEntry>) -> Option<Data> {
    (!entries.is_empty()).then(|| Data::map(entries))
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    use super::*;

    #[track_caller]
    fn check(defaults: &str, user: &str, want: Option<&str>) {
        let data = |text: &str| evenkeel_yaml::decode(text.as_bytes(), FileId::NONE).expect("YAML");
        let got = replaced(Some(&data(defaults)), Some(&data(user)), "old", "new");
        assert_eq!(got, want.map(data));
    }

    #[test]
    fn only_values_that_are_the_domain_change() {
        check(
            "a: old\nb: {c: old, d: www.old}",
            "{}",
            Some("{a: new, b: {c: new}}"),
        );
        check("a: old", "a: other", None);
        check("a: other", "a: old", Some("a: new"));
        check("a: {b: old}", "a: null", None);
        check(
            "a: [{b: old, c: 1}, x]",
            "{}",
            Some("a: [{b: new, c: 1}, x]"),
        );
        check("a: 1", "b: {c: {d: old}}", Some("b: {c: {d: new}}"));
    }
}
