//! `docs/configuration.md`: what stands in `evenkeel.yaml`; the tables come from the types.

/// What the tables cannot say.
const HEAD: &str = include_str!("configuration.md");

/// Where the tables go.
const TABLES: &str = "<!-- tables -->\n";

/// The text of the page.
pub(super) fn page() -> Result<String, String> {
    let (before, after) = HEAD
        .split_once(TABLES)
        .ok_or("codegen/configuration.md has no place for the tables")?;
    Ok(format!("{before}{}{after}", evenkeel_config::reference()))
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    use super::*;

    #[test]
    fn the_examples_are_right() {
        let blocks: Vec<&str> = HEAD
            .split("```yaml\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        assert!(!blocks.is_empty());
        blocks.into_iter().for_each(check);
    }

    #[test]
    fn the_configuration_of_this_repository_is_right() {
        let path = crate::workspace::root().join("evenkeel.yaml");
        check(&std::fs::read_to_string(path).expect("it is there"));
    }

    fn check(text: &str) {
        let parsed = evenkeel_config::parse(text.as_bytes(), FileId::NONE);
        let problems: Vec<_> = parsed.diagnostics.iter().map(|d| &d.message).collect();
        assert!(problems.is_empty(), "{problems:?} in\n{text}");
    }
}
