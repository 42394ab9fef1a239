//! An Application as a command line of Helm.

use std::path::Path;

use evenkeel_diagnostics::FileId;
use evenkeel_value::Data;

use super::super::Helm;
use crate::workspace;

/// The fields of `source.helm` that are passed on. Another one is an error, so that nothing is left out unseen.
const KNOWN: [&str; 6] = [
    "releaseName",
    "valueFiles",
    "values",
    "valuesObject",
    "parameters",
    "skipCrds",
];

/// What an object of the chain leads to.
pub(super) enum Step {
    /// A chart of this repository.
    Install(Install),
    /// An ApplicationSet.
    Expand(Data),
    /// Nothing that Helm could render from here.
    Nothing,
}

/// One call of `helm template`.
#[derive(Default)]
pub(super) struct Install {
    /// The Application's name.
    pub(super) name: String,
    pub(super) release: String,
    pub(super) namespace: String,
    /// The chart's directory.
    pub(super) chart: String,
    /// Values files, relative to the chart.
    pub(super) value_files: Vec<String>,
    /// Texts of further values files.
    pub(super) inline_values: Vec<Vec<u8>>,
    /// Flags and their arguments.
    pub(super) set: Vec<(&'static str, String)>,
    pub(super) skip_crds: bool,
}

/// What to do with an object.
pub(super) fn next_step(object: &Data) -> Result<Step, String> {
    if !text(object, &["apiVersion"]).starts_with("argoproj.io/") {
        return Ok(Step::Nothing);
    }
    match text(object, &["kind"]).as_str() {
        "ApplicationSet" => Ok(Step::Expand(object.clone())),
        "Application" => application(object),
        _ => Ok(Step::Nothing),
    }
}

fn application(object: &Data) -> Result<Step, String> {
    let source = at(object, &["spec", "source"]).ok_or("an Application without a `source`")?;
    // A chart of a Helm repository is not here.
    if source.get("chart").is_some() {
        return Ok(Step::Nothing);
    }
    let name = text(object, &["metadata", "name"]);
    let empty = Data::empty_map();
    let helm = source.get("helm").unwrap_or(&empty);
    refuse_unknown(helm).map_err(|e| format!("{name}: {e}"))?;
    let mut inline_values = Vec::new();
    match helm.get("valuesObject") {
        Some(values) => inline_values.push(json(values)?),
        None => inline_values.push(text(helm, &["values"]).into_bytes()),
    }
    let set = items(helm, "parameters").into_iter().map(parameter);
    Ok(Step::Install(Install {
        release: Some(text(helm, &["releaseName"]))
            .filter(|release| !release.is_empty())
            .unwrap_or_else(|| name.clone()),
        namespace: text(object, &["spec", "destination", "namespace"]),
        chart: text(source, &["path"]),
        value_files: items(helm, "valueFiles")
            .into_iter()
            .filter_map(|file| file.as_str().map(str::to_owned))
            .collect(),
        inline_values: inline_values
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect(),
        set: set.collect::<Result<_, _>>()?,
        skip_crds: matches!(helm.get("skipCrds"), Some(Data::Bool(true))),
        name,
    }))
}

fn refuse_unknown(helm: &Data) -> Result<(), String> {
    let Data::Map(entries) = helm else {
        return Ok(());
    };
    let known = |key: &[u8]| KNOWN.iter().any(|known| known.as_bytes() == key);
    match entries.iter().find(|entry| !known(&entry.key)) {
        Some(entry) => {
            let key = String::from_utf8_lossy(&entry.key);
            Err(format!("`helm.{key}` is not passed on by hand"))
        }
        None => Ok(()),
    }
}

/// A parameter as Argo CD writes it: a comma is no list, unless the value is one in braces.
fn parameter(parameter: &Data) -> Result<(&'static str, String), String> {
    let (name, value) = (text(parameter, &["name"]), text(parameter, &["value"]));
    if value.contains(['$', '\\']) {
        return Err(format!(
            "the parameter {name} needs more than escaped commas"
        ));
    }
    let is_list = value.starts_with('{') && value.ends_with('}');
    let value = match is_list {
        true => value,
        false => value.replace(',', "\\,"),
    };
    let flag = match parameter.get("forceString") {
        Some(Data::Bool(true)) => "--set-string",
        _ => "--set",
    };
    Ok((flag, format!("{name}={value}")))
}

impl Install {
    /// What Helm prints, run in the chart's directory as Argo CD does.
    pub(super) fn render(
        &self,
        helm: &Helm,
        cluster: &[String],
        scratch: &Path,
    ) -> Result<Vec<u8>, String> {
        let mut args = vec![
            "template".to_owned(),
            self.release.clone(),
            ".".to_owned(),
            "--namespace".to_owned(),
            self.namespace.clone(),
        ];
        args.extend(cluster.iter().cloned());
        for file in &self.value_files {
            args.extend(["--values".to_owned(), file.clone()]);
        }
        for (i, text) in self.inline_values.iter().enumerate() {
            let file = scratch.join(format!("values-{i}.yaml"));
            std::fs::write(&file, text).map_err(|e| e.to_string())?;
            args.extend(["--values".to_owned(), file.to_string_lossy().into_owned()]);
        }
        for (flag, argument) in &self.set {
            args.extend([(*flag).to_owned(), argument.clone()]);
        }
        if !self.skip_crds {
            args.push("--include-crds".to_owned());
        }
        let output = helm.run(&args, &workspace::root().join(&self.chart))?;
        match output.success {
            true => Ok(output.stdout),
            false => Err(output.stderr),
        }
    }
}

/// Data as JSON, which is YAML too.
pub(super) fn json(data: &Data) -> Result<Vec<u8>, String> {
    evenkeel_yaml::to_json(&data.to_value()).map_err(|e| e.text().to_owned())
}

/// What a text of YAML says.
pub(super) fn decode(text: &[u8]) -> Result<Data, String> {
    evenkeel_yaml::decode(text, FileId::NONE).map_err(|e| e.text().to_owned())
}

/// What lies at a path of keys.
pub(super) fn at<'d>(data: &'d Data, path: &[&str]) -> Option<&'d Data> {
    path.iter().try_fold(data, |data, key| data.get(key))
}

/// The text at a path; empty if there is none.
pub(super) fn text(data: &Data, path: &[&str]) -> String {
    let text = at(data, path).and_then(Data::as_str);
    text.unwrap_or_default().to_owned()
}

/// The items of a list; none if there is no list.
pub(super) fn items<'d>(data: &'d Data, key: &str) -> Vec<&'d Data> {
    match data.get(key) {
        Some(Data::List(items)) => items.iter().map(|item| &item.value).collect(),
        _ => Vec::new(),
    }
}
