//! Writes what is made from tables in the code; a test tells when it is stale.

mod configuration;
mod custom_rules;
mod functions;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use evenkeel_rules::RULES;

use crate::workspace;

/// The folder of the rules' pages; nothing else lies there.
const RULE_PAGES: &str = "docs/rules";

#[derive(Args)]
pub(crate) struct Options {
    /// Change nothing; fail where a file is stale
    #[arg(long)]
    check: bool,
}

/// Every generated file with the text that it should hold.
fn outputs() -> Result<Vec<(PathBuf, String)>, String> {
    let page = |path: &str, text: String| (workspace::root().join(path), text);
    let rules = RULES.iter().map(|rule| {
        let path = format!("{RULE_PAGES}/{}.md", rule.code);
        page(&path, evenkeel_report::page(rule))
    });
    let mut outputs = vec![
        page("docs/functions.md", functions::page()?),
        page("docs/configuration.md", configuration::page()?),
        page("docs/custom-rules.md", custom_rules::page()?),
        page(
            "schemas/evenkeel.schema.json",
            evenkeel_config::json_schema(),
        ),
        page("schemas/rules.schema.json", evenkeel_config::rules_schema()),
        page(&format!("{RULE_PAGES}/README.md"), evenkeel_report::index()),
    ];
    outputs.extend(rules);
    Ok(outputs)
}

/// Pages of rules that there are no more.
fn left_over(outputs: &[(PathBuf, String)]) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(workspace::root().join(RULE_PAGES));
    let paths = entries.into_iter().flatten().flatten();
    let paths = paths.map(|entry| entry.path());
    paths
        .filter(|path| !outputs.iter().any(|(known, _)| known == path))
        .collect()
}

/// Runs `cargo xtask codegen`.
pub(crate) fn run(options: &Options) -> Result<ExitCode, String> {
    let outputs = outputs()?;
    let mut stale = false;
    for path in left_over(&outputs) {
        stale = true;
        println!("left over: {}", path.display());
        if !options.check {
            std::fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    for (path, text) in outputs {
        if std::fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        stale = true;
        println!(
            "{} {}",
            if options.check { "stale:" } else { "wrote" },
            path.display()
        );
        if !options.check {
            let folder = path.parent().unwrap_or(&path);
            std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
            std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    Ok(if stale && options.check {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_up_to_date() {
        let outputs = outputs().expect("the tables are there");
        let left_over = left_over(&outputs);
        assert!(
            left_over.is_empty(),
            "{left_over:?}: run `cargo xtask codegen`"
        );
        for (path, text) in outputs {
            let there = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                there == text,
                "{} is stale: run `cargo xtask codegen`",
                path.display()
            );
        }
    }
}
