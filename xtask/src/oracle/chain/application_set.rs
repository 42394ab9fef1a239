//! An ApplicationSet to Applications, by Helm: its strings are templates of Go, and `tpl` executes them.

use std::path::Path;

use evenkeel_value::{Data, DataEntry, DataItem};

use super::super::Helm;
use super::application::{at, decode, items, json};

/// A chart that executes each of `strings` on `element`.
const TEMPLATE: &str = "{{ $done := list }}{{ range .Values.strings }}{{ $done = append $done (tpl . $.Values.element) }}{{ end }}done: {{ toJson $done }}\n";

/// The Applications of a set with a list generator and `goTemplate`.
pub(super) fn expand(helm: &Helm, set: &Data, scratch: &Path) -> Result<Vec<Data>, String> {
    let spec = set
        .get("spec")
        .ok_or("an ApplicationSet without a `spec`")?;
    if !matches!(spec.get("goTemplate"), Some(Data::Bool(true))) {
        return Err("an ApplicationSet without `goTemplate` is not expanded by hand".to_owned());
    }
    let template = spec.get("template").ok_or("a set without a `template`")?;
    let mut applications = Vec::new();
    for generator in items(spec, "generators") {
        let elements = at(generator, &["list", "elements"]);
        let Some(Data::List(elements)) = elements else {
            return Err("only list generators are expanded by hand".to_owned());
        };
        for element in elements.iter() {
            let application = fill_in(helm, template, &element.value, scratch)?;
            applications.push(as_application(application));
        }
    }
    Ok(applications)
}

fn fill_in(helm: &Helm, template: &Data, element: &Data, scratch: &Path) -> Result<Data, String> {
    let mut strings = Vec::new();
    change_strings(template, &mut |text| {
        strings.push(text.clone());
        text.clone()
    });
    let chart = scratch.join("element");
    let write = |name: &str, text: &[u8]| {
        let path = chart.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(&chart)).map_err(|e| e.to_string())?;
        std::fs::write(path, text).map_err(|e| e.to_string())
    };
    let entry = |key: &str, value: Data| DataEntry {
        key: key.as_bytes().into(),
        value,
        origin: Default::default(),
    };
    let list = strings.into_iter().map(|value| DataItem {
        value,
        origin: Default::default(),
    });
    let values = Data::map(vec![
        entry("strings", Data::List(list.collect())),
        entry("element", element.clone()),
    ]);
    write(
        "Chart.yaml",
        b"apiVersion: v2\nname: element\nversion: 0.1.0\n",
    )?;
    write("values.yaml", &json(&values)?)?;
    write("templates/strings.yaml", TEMPLATE.as_bytes())?;
    let args = ["template", "element", "."].map(str::to_owned);
    let output = helm.run(&args, &chart)?;
    if !output.success {
        return Err(output.stderr);
    }
    let done = decode(&output.stdout)?;
    let mut done = items(&done, "done").into_iter();
    let filled = change_strings(template, &mut |text| {
        done.next().cloned().unwrap_or_else(|| text.clone())
    });
    Ok(filled)
}

/// The same data with every string replaced, in one order always.
fn change_strings(data: &Data, change: &mut impl FnMut(&Data) -> Data) -> Data {
    match data {
        Data::Str(_) => change(data),
        Data::List(items) => {
            let items = items.iter().map(|item| DataItem {
                value: change_strings(&item.value, change),
                origin: item.origin,
            });
            Data::List(items.collect())
        }
        Data::Map(entries) => {
            let entries = entries.iter().map(|entry| DataEntry {
                value: change_strings(&entry.value, change),
                ..entry.clone()
            });
            Data::map(entries.collect())
        }
        other => other.clone(),
    }
}

/// What a set's template leaves unsaid.
fn as_application(filled: Data) -> Data {
    let entry = |key: &str, text: &str| DataEntry {
        key: key.as_bytes().into(),
        value: Data::str(text),
        origin: Default::default(),
    };
    let mut entries = vec![
        entry("apiVersion", "argoproj.io/v1alpha1"),
        entry("kind", "Application"),
    ];
    if let Data::Map(rest) = filled {
        entries.extend(rest.iter().cloned());
    }
    Data::map(entries)
}
