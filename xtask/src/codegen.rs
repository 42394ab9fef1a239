//! Writes what is made from tables in the code; a test tells when it is stale.

mod configuration;
mod functions;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// Change nothing; fail where a file is stale
    #[arg(long)]
    check: bool,
}

/// Every generated file with the text that it should hold.
fn outputs() -> Result<Vec<(PathBuf, String)>, String> {
    let page = |path: &str, text: String| (workspace::root().join(path), text);
    Ok(vec![
        page("docs/functions.md", functions::page()?),
        page("docs/configuration.md", configuration::page()?),
        page(
            "schemas/evenkeel.schema.json",
            evenkeel_config::json_schema(),
        ),
    ])
}

/// Runs `cargo xtask codegen`.
pub(crate) fn run(options: &Options) -> Result<ExitCode, String> {
    let mut stale = false;
    for (path, text) in outputs()? {
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
        for (path, text) in outputs().expect("the tables are there") {
            let there = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                there == text,
                "{} is stale: run `cargo xtask codegen`",
                path.display()
            );
        }
    }
}
