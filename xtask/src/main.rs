//! Chores of the repository: `cargo xtask help` lists them.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool: it starts programs, writes fixtures and talks to the terminal"
)]

mod bench;
mod bless;
mod charts;
mod codegen;
mod diff_bench;
mod kinds;
mod oracle;
mod process;
mod seeds;
mod verify_release;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Chores of the evenkeel repository")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Compare evenkeel with the installed Helm, or record what Helm prints
    Oracle(oracle::Options),
    /// Measure Helm and evenkeel on the same charts
    Bench(bench::Options),
    /// Measure what `evenkeel diff` finds of known edits and of labelled revisions, and how fast, beside dyff
    DiffBench(diff_bench::Options),
    /// Rewrite this repository's own goldens (snapshots, manuals, fixtures/golden)
    Bless(bless::Options),
    /// Write the files that are made from tables in the code
    Codegen(codegen::Options),
    /// Write the tables of Kubernetes' and OpenShift's kinds from their sources (needs Go and the network)
    Kinds(kinds::Options),
    /// Fill fuzz/corpus with first inputs from the conformance suite
    FuzzSeeds,
    /// Check what must hold before a release: all environments, their goldens and their rules
    VerifyRelease,
}

fn main() -> ExitCode {
    let result = match Cli::parse().chore {
        Chore::Oracle(options) => oracle::run(&options),
        Chore::Bench(options) => bench::run(&options),
        Chore::DiffBench(options) => diff_bench::run(&options),
        Chore::Bless(options) => bless::run(&options),
        Chore::Codegen(options) => codegen::run(&options),
        Chore::Kinds(options) => kinds::run(&options),
        Chore::FuzzSeeds => seeds::run(),
        Chore::VerifyRelease => Ok(verify_release::run()),
    };
    result.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::from(2)
    })
}
