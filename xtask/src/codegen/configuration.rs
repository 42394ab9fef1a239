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
        for block in blocks {
            let parsed = evenkeel_config::parse(block.as_bytes(), FileId::NONE);
            let problems: Vec<_> = parsed.diagnostics.iter().map(|d| &d.message).collect();
            assert!(problems.is_empty(), "{problems:?} in\n{block}");
        }
    }
}
