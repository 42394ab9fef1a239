//! `--help`, printed by clap from the table of flags.

use clap::{Arg, ArgAction, Command, CommandFactory};

use crate::env;
use crate::flags::{Flag, Kind, TEMPLATE};

/// The help of the program.
pub(crate) fn program() -> String {
    Command::new("evenkeel")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Renders Helm charts as Helm does, byte for byte, without Helm")
        .subcommand(template_command())
        .subcommands(env::Cli::command().get_subcommands())
        .disable_help_subcommand(true)
        .render_help()
        .to_string()
}

/// The help of `evenkeel template`.
pub(crate) fn template() -> String {
    template_command()
        .bin_name("evenkeel template")
        .render_help()
        .to_string()
}

fn template_command() -> Command {
    let args = TEMPLATE
        .iter()
        .filter(|flag| !flag.help.is_empty())
        .map(arg);
    Command::new("template")
        .about("Render a chart and print its manifests")
        .override_usage("evenkeel template [NAME] [CHART] [flags]")
        .args(args)
        .after_help(
            "All other flags of `helm template` are accepted. Those that need a cluster, a repository \
             or the network say so in one line.",
        )
}

fn arg(flag: &'static Flag) -> Arg {
    let arg = Arg::new(flag.name).long(flag.name).help(flag.help);
    let arg = match flag.short {
        Some(letter) => arg.short(letter),
        None => arg,
    };
    match flag.kind {
        Kind::Bool => arg.action(ArgAction::SetTrue),
        _ => arg
            .action(ArgAction::Append)
            .value_name(value_name(flag.kind)),
    }
}

fn value_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool | Kind::OneOf(_) => "WHICH",
        Kind::Text | Kind::Texts | Kind::OptionalText(_) | Kind::WaitStrategy => "TEXT",
        Kind::Csv => "LIST",
        Kind::Int | Kind::Float => "N",
        Kind::Duration => "DURATION",
        Kind::Labels => "PAIRS",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_makes_a_valid_command() {
        template_command().debug_assert();
        assert!(template().contains("--show-only"));
        assert!(program().contains("template"));
    }
}
