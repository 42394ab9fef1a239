//! The platform of this repository, rendered, and ways to look into it.

use std::fs;
use std::path::Path;

use evenkeel_diagnostics::FileId;
use evenkeel_gitops::{App, Environment, Object};
use evenkeel_project::{Project, RenderOptions};
use evenkeel_value::Data;

/// One environment of this repository; `values` are YAML, over all others of the root chart.
pub(crate) fn render_with(project: &Project, env: &str, values: &str) -> Environment {
    let options = RenderOptions {
        values: vec![yaml(values.as_bytes())],
        ..RenderOptions::default()
    };
    let mut environments = project.render(&[env.to_owned()], &options);
    environments.pop().expect("one environment")
}

/// One environment as it is declared.
pub(crate) fn render(project: &Project, env: &str) -> Environment {
    render_with(project, env, "{}")
}

/// An Application, by its whole name.
#[track_caller]
pub(crate) fn app<'e>(environment: &'e Environment, name: &str) -> &'e App {
    let app = environment.apps.iter().find(|app| app.name == name);
    app.unwrap_or_else(|| panic!("no Application {name}"))
}

/// The objects of a kind.
pub(crate) fn of_kind<'a>(app: &'a App, kind: &str) -> Vec<&'a Object> {
    let objects = app.objects.iter();
    objects
        .filter(|object| object.identity.kind == kind)
        .collect()
}

/// The one object of a kind and name.
#[track_caller]
pub(crate) fn object(app: &App, kind: &str, name: &str) -> Data {
    let found: Vec<_> = of_kind(app, kind)
        .into_iter()
        .filter(|object| object.identity.name == name)
        .collect();
    assert_eq!(found.len(), 1, "{kind} {name} of {}", app.name);
    found[0].data()
}

/// What lies at a path: keys and places of items with dots between them.
pub(crate) fn at<'d>(data: &'d Data, path: &str) -> Option<&'d Data> {
    path.split('.').try_fold(data, |data, step| match data {
        Data::List(items) => items
            .get(step.parse::<usize>().ok()?)
            .map(|item| &item.value),
        _ => data.get(step),
    })
}

/// The text at a path; empty if there is none.
pub(crate) fn text<'d>(data: &'d Data, path: &str) -> &'d str {
    at(data, path).and_then(Data::as_str).unwrap_or_default()
}

/// The items of a list; none if there is no list.
pub(crate) fn items<'d>(data: &'d Data, path: &str) -> Vec<&'d Data> {
    match at(data, path) {
        Some(Data::List(items)) => items.iter().map(|item| &item.value).collect(),
        _ => Vec::new(),
    }
}

/// Calls `see` with every mapping and every string in some data.
pub(crate) fn visit(data: &Data, see: &mut dyn FnMut(&Data)) {
    match data {
        Data::Map(entries) => {
            see(data);
            entries.iter().for_each(|entry| visit(&entry.value, see));
        }
        Data::List(items) => items.iter().for_each(|item| visit(&item.value, see)),
        Data::Str(_) => see(data),
        _ => {}
    }
}

/// What a text of YAML says.
pub(crate) fn yaml(text: &[u8]) -> Data {
    evenkeel_yaml::decode(text, FileId::NONE).expect("YAML")
}

/// What a file of YAML says.
pub(crate) fn yaml_file(path: &Path) -> Data {
    yaml(&fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
}
