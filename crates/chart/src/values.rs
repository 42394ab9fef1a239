//! Decoding values files, those of charts and those of users: Helm's `loader.LoadValues`.

use evenkeel_diagnostics::FileId;
use evenkeel_value::{Data, DataEntry};
use evenkeel_yaml::{Error, decode_documents, decode_map};

use crate::HelmVersion;

/// The values of a file: a map, with origins in `file`.
///
/// Helm 4 merges all documents of the file, Helm 3 reads the first.
///
/// # Errors
/// Helm's text and the place, where the file is no YAML or a document is no map.
pub fn read_values(text: &[u8], file: FileId, helm: HelmVersion) -> Result<Data, Error> {
    if !helm.merges_value_documents() {
        return decode_map(text, file);
    }
    let documents = decode_documents(text, file)?.into_iter();
    let merged = documents.reduce(|below, above| merge_maps(&below, &above));
    Ok(merged.unwrap_or_else(Data::empty_map))
}

/// `b` over `a`, as Helm's `MergeMaps`: maps are merged, everything else is replaced, and a null is a
/// value like any other.
pub fn merge_maps(a: &Data, b: &Data) -> Data {
    let (Data::Map(below), Data::Map(above)) = (a, b) else {
        return b.clone();
    };
    let mut merged: Vec<DataEntry> = Vec::with_capacity(below.len() + above.len());
    let (mut below, mut above) = (below.iter().peekable(), above.iter().peekable());
    loop {
        let entry = match (below.peek(), above.peek()) {
            (None, None) => break,
            (Some(one), Some(other)) if one.key == other.key => {
                let value = match (&one.value, &other.value) {
                    (Data::Map(_), Data::Map(_)) => merge_maps(&one.value, &other.value),
                    _ => other.value.clone(),
                };
                below.next();
                above.next().map(|other| DataEntry {
                    value,
                    ..other.clone()
                })
            }
            (Some(one), Some(other)) if one.key < other.key => below.next().cloned(),
            (Some(_), None) => below.next().cloned(),
            (_, Some(_)) => above.next().cloned(),
        };
        merged.extend(entry);
    }
    Data::Map(merged.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, helm: HelmVersion, want: &str) {
        let shown = match read_values(text.as_bytes(), FileId::NONE, helm) {
            Ok(data) => {
                String::from_utf8(evenkeel_yaml::to_json(&data.to_value()).unwrap()).unwrap()
            }
            Err(error) => error.text().to_owned(),
        };
        assert_eq!(shown, want);
    }

    #[test]
    fn documents_are_merged_since_helm_4() {
        let text = "a: {b: 1, c: 1}\n--- # more\na: {c: null}\nd: [1]\n";
        check(text, HelmVersion::V4_3, r#"{"a":{"b":1,"c":null},"d":[1]}"#);
        check(text, HelmVersion::V3_22, r#"{"a":{"b":1,"c":1}}"#);
    }

    #[test]
    fn anything_but_a_map_is_refused() {
        let text = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into \
                    Go value of type map[string]interface {}";
        check("- 1\n", HelmVersion::V3_22, text);
        check(
            "- 1\n",
            HelmVersion::V4_3,
            &format!("cannot unmarshal yaml document: {text}"),
        );
        let text = "error reading yaml document: invalid Yaml document separator: {b: 2}";
        check("a: 1\n--- {b: 2}\n", HelmVersion::V4_3, text);
        check("", HelmVersion::V4_3, "{}");
    }
}
