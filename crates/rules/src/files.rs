//! Files of the repository: paths, and places in values.

use evenkeel_diagnostics::{Origin, SourceMap, Span};
use evenkeel_value::Data;

/// A place of values that stays the same where a file was read twice: its name and the offset.
pub(crate) type Line = (std::sync::Arc<str>, u32);

/// A path relative to the repository's root: `name` within `base`. `None` if it leaves the root.
pub(crate) fn normal(base: &str, name: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `directory/name`, or `name` at the root.
pub(crate) fn join(directory: &str, name: &str) -> String {
    match directory {
        "" => name.to_owned(),
        directory => format!("{directory}/{name}"),
    }
}

/// The place of a key of a mapping.
pub(crate) fn key_place(data: &Data, key: &str) -> Option<Span> {
    let entry = data.entry(key)?;
    Some(span_of_key(key, entry.origin))
}

/// The span of a key that was written at an origin.
pub(crate) fn span_of_key(key: &str, origin: Origin) -> Span {
    let length = u32::try_from(key.len()).unwrap_or(0);
    Span::new(origin.file, origin.offset, origin.offset + length)
}

/// Where an entry was written, whichever read of its file gave it; `None` of what no file holds.
pub(crate) fn line_of(origin: Origin, sources: &SourceMap) -> Option<Line> {
    let source = sources.get(origin.file)?;
    Some((source.name, origin.offset))
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn paths_stay_within_the_repository() {
        let check = |base, name, want: Option<&str>| {
            assert_eq!(normal(base, name).as_deref(), want, "{name} in {base}");
        };
        check("charts/web", "../toolkit", Some("charts/toolkit"));
        check("", "./charts//web/", Some("charts/web"));
        check("charts", "../../x", None);
    }
}
