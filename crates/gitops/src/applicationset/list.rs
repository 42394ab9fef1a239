//! The list generator: `applicationset/generators/list.go`.

use evenkeel_diagnostics::Origin;
use evenkeel_value::{Data, DataEntry};
use evenkeel_yaml as yaml;

use super::failure::Failure;
use super::generator::{Element, Generators};
use super::params::{Param, Params, Typed, floats};

const UNMARSHALING: &str = "error unmarshaling JSON: while decoding JSON: ";

pub(super) fn elements(
    generators: &Generators<'_>,
    entry: &DataEntry,
) -> Result<Vec<Element>, Failure> {
    let list = &entry.value;
    let mut out = Vec::new();
    if let Some(Data::List(items)) = list.get("elements") {
        for item in items.iter() {
            if !matches!(item.value, Data::Map(_) | Data::Null) {
                let text = format!("error unmarshling list element {}", mismatch(&item.value));
                return Err(Failure::new(text, item.origin));
            }
            let params = if generators.leaves.is_go() {
                Params::from_data(&item.value)
            } else {
                classic(&item.value)?
            };
            out.push(element(params, item.origin));
        }
    }
    if let Some(DataEntry {
        value: Data::Str(text),
        origin,
        ..
    }) = list.entry("elementsYaml")
        && !text.is_empty()
    {
        let file = generators.inline("elementsYaml", text, *origin);
        from_yaml(yaml::decode(text, file), *origin, &mut out)
            .map_err(|failure| failure.within("error unmarshling decoded ElementsYaml "))?;
    }
    Ok(out)
}

fn element(params: Params, origin: Origin) -> Element {
    Element {
        params,
        origins: vec![origin],
    }
}

/// The elements that a template wrote. They keep their types in the classic style too.
fn from_yaml(
    data: Result<Data, yaml::Error>,
    at: Origin,
    out: &mut Vec<Element>,
) -> Result<(), Failure> {
    let wrong = |text: String, at| Failure::new(format!("{UNMARSHALING}{text}"), at);
    let items = match data.map_err(|error| Failure::yaml(&error, at))? {
        Data::Null => return Ok(()),
        Data::List(items) => items,
        other => {
            let kind = other.json_kind();
            let of = "[]map[string]interface {}";
            let text = format!("json: cannot unmarshal {kind} into Go value of type {of}");
            return Err(wrong(text, at));
        }
    };
    for item in items.iter() {
        if !matches!(item.value, Data::Map(_) | Data::Null) {
            return Err(wrong(mismatch(&item.value), item.origin));
        }
        out.push(element(Params::from_data(&item.value), item.origin));
    }
    Ok(())
}

/// The classic style takes strings only, and one level of them below `values`.
fn classic(element: &Data) -> Result<Params, Failure> {
    let mut params = Params::default();
    let Data::Map(entries) = element else {
        return Ok(params);
    };
    for entry in entries.iter() {
        if entry.key.as_ref() != b"values" {
            params.set(string_param("", entry)?);
            continue;
        }
        let Data::Map(values) = &entry.value else {
            return Err(Failure::new("error parsing values map", entry.origin));
        };
        for value in values.iter() {
            params.set(string_param("values.", value)?);
        }
    }
    Ok(params)
}

fn string_param(prefix: &str, entry: &DataEntry) -> Result<Param, Failure> {
    if !matches!(entry.value, Data::Str(_)) {
        // Argo CD formats an error that there is none of.
        let text = "error parsing value as string %!w(<nil>)";
        let help = "quote the value, or set goTemplate: true, which takes values of any type";
        return Err(Failure::new(text, entry.origin).with_help(help));
    }
    Ok(Param {
        name: [prefix.as_bytes(), &entry.key].concat().into(),
        value: Typed::Any(floats(&entry.value)),
        origin: entry.origin,
    })
}

fn mismatch(data: &Data) -> String {
    let kind = data.json_kind();
    format!("json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}")
}
