//! `docs/custom-rules.md`: how a repository writes rules of its own; the tables come from the types.

/// What the tables cannot say.
const HEAD: &str = include_str!("custom-rules.md");

/// Where the tables go.
const TABLES: &str = "<!-- tables -->\n";

/// The text of the page.
pub(super) fn page() -> Result<String, String> {
    let (before, after) = HEAD
        .split_once(TABLES)
        .ok_or("codegen/custom-rules.md has no place for the tables")?;
    let tables = evenkeel_config::rules_reference();
    Ok(format!("{before}{tables}{after}"))
}

#[cfg(test)]
mod tests {
    use evenkeel_config::Config;
    use evenkeel_diagnostics::{SourceKind, SourceMap};
    use evenkeel_rules::CustomRules;

    use super::*;

    #[test]
    fn the_example_passes_its_tests() {
        let blocks = HEAD.split("```yaml\n").skip(1);
        let mut blocks = blocks.filter_map(|rest| rest.split("```").next());
        let text = blocks
            .find(|text| text.contains("rules:"))
            .expect("it is there");
        let sources = SourceMap::new();
        let file = sources.add("rules.yaml", text.as_bytes().into(), SourceKind::File);
        let (rules, wrong) =
            evenkeel_config::parse_rules(text.as_bytes(), file, &Config::default());
        assert!(wrong.is_empty(), "{wrong:?}");
        let rules = CustomRules::compile(vec![rules], &sources).expect("it compiles");
        let runs = rules.test();
        let failed: Vec<_> = runs.iter().filter_map(|run| run.failure.as_ref()).collect();
        assert_eq!((runs.len(), failed), (2, Vec::new()));
    }
}
