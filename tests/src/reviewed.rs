//! Lists of differences that were looked at and accepted, each with its reason.

#![expect(
    clippy::disallowed_methods,
    reason = "the harness reads its own fixtures"
)]

use std::path::Path;

/// The names in the first column of a Markdown table, as in
///
/// ```text
/// | `sprig_date/now (Helm 4)` | prints the time |
/// ```
///
/// # Errors
/// The file cannot be read, or a row gives no reason.
pub fn reviewed(list: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(list).map_err(|e| format!("{}: {e}", list.display()))?;
    parse(&text).map_err(|row| format!("{}: no reason in {row}", list.display()))
}

fn parse(text: &str) -> Result<Vec<String>, String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    let name = |row: &str| {
        let (name, reason) = row.split_once("` |").ok_or(row)?;
        match reason.trim_matches(['|', ' ']) {
            "" => Err(row.to_owned()),
            _ => Ok(name.to_owned()),
        }
    };
    rows.map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_needs_a_reason() {
        let table = "# T\n\n| case | reason |\n|---|---|\n| `a (Helm 3)` | so |\n";
        assert_eq!(parse(table), Ok(vec!["a (Helm 3)".to_owned()]));
        assert!(parse("| `a` | |").is_err());
        assert!(parse("| `a").is_err());
    }
}
