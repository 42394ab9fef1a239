//! The command line: flags, exit codes, streams.
//!
//! Architecture Invariant: thin. What is printed is decided in the crates below; here flags become
//! requests, and results become bytes and exit codes.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the crate that touches files, the environment, the clock and programs"
)]

mod annotate;
mod chart_ref;
mod clock;
mod csv;
mod env;
mod flags;
mod go_io;
mod help;
mod nondeterminism;
mod options;
mod outcome;
mod output_dir;
mod pflag;
mod post_render;
mod present;
mod release_name;
mod show_only;
mod template;
mod values;

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::mem;
use std::process::ExitCode;
use std::sync::Arc;

use anstream::adapter::strip_bytes;
use evenkeel_renderer::{HelmVersion, on_large_stack};

use clock::Environment;
use options::Options;
use outcome::{FAILED, Outcome, REFUSED};
use pflag::Parsed;
use present::Format;

/// Where a run reads and writes.
pub struct Io<'a> {
    /// What `-f -` reads.
    pub stdin: &'a mut dyn Read,
    /// The output.
    pub stdout: &'a mut dyn Write,
    /// Diagnostics.
    pub stderr: &'a mut dyn Write,
}

/// Runs one command line (without the program's name) and gives its exit code. The conformance harness
/// calls it in its own process; relative paths are taken from the current directory.
pub fn run(args: Vec<OsString>, io: &mut Io<'_>) -> u8 {
    run_in(args, io, Terminal::NONE).code
}

/// What the output is shown on.
#[derive(Debug, Clone, Copy)]
struct Terminal {
    has_colours: bool,
    /// How many characters a line has.
    width: usize,
}

impl Terminal {
    /// A file, or another program.
    const NONE: Terminal = Terminal {
        has_colours: false,
        width: 120,
    };
}

/// The program.
pub fn main() -> ExitCode {
    let (mut stdin, mut stdout, mut stderr) = (io::stdin(), io::stdout(), io::stderr());
    let args = std::env::args_os().skip(1).collect();
    // A terminal, unless NO_COLOR, CLICOLOR or TERM say otherwise.
    let has_colours = anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
    let width = terminal_size::terminal_size_of(&stdout);
    let terminal = Terminal {
        has_colours,
        width: width.map_or(Terminal::NONE.width, |(width, _)| width.0.into()),
    };
    let mut io = Io {
        stdin: &mut stdin,
        stdout: &mut stdout,
        stderr: &mut stderr,
    };
    let outcome = run_in(args, &mut io, terminal);
    let code = ExitCode::from(outcome.code);
    mem::forget(outcome);
    code
}

/// Runs one command line, its output as the terminal shows it.
fn run_in(args: Vec<OsString>, io: &mut Io<'_>, terminal: Terminal) -> Outcome {
    let args: Vec<String> = args
        .into_iter()
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    let mut outcome = command(&args, terminal.width, io.stdin);
    if outcome.is_styled && !terminal.has_colours {
        outcome.stdout = strip_bytes(&outcome.stdout).into_vec();
    }
    // A reader that has seen enough closes the pipe; that is no failure of ours.
    let _ = outcome.write_stdout(io.stdout);
    let _ = io
        .stderr
        .write_all(&outcome.stderr)
        .and_then(|()| io.stderr.flush());
    outcome
}

fn command(args: &[String], width: usize, stdin: &mut dyn Read) -> Outcome {
    match pflag::command(args, flags::TEMPLATE) {
        Some((at, "template")) => {
            let rest = [&args[..at], &args[at + 1..]].concat();
            template(&rest, stdin)
        }
        Some((at, name)) if env::COMMANDS.contains(&name) => {
            let rest = [&args[at..=at], &args[..at], &args[at + 1..]].concat();
            env::run(&rest, width, stdin)
        }
        Some((_, "version")) => printed(version()),
        Some((_, "help")) => printed(help::program()),
        Some((_, name)) => failed(format!(
            "unknown command {name:?} for \"evenkeel\"\n\nRun 'evenkeel --help' for usage."
        )),
        None if args.iter().any(|arg| arg == "--version" || arg == "-V") => printed(version()),
        None => match pflag::parse(args, flags::TEMPLATE, true) {
            Err(reason) => failed(reason),
            Ok(_) => printed(help::program()),
        },
    }
}

fn version() -> String {
    format!("evenkeel {}\n", env!("CARGO_PKG_VERSION"))
}

fn printed(text: String) -> Outcome {
    Outcome {
        stdout: text.into_bytes(),
        ..Outcome::default()
    }
}

fn failed(reason: String) -> Outcome {
    Outcome {
        stderr: format!("Error: {reason}\n").into_bytes(),
        code: FAILED,
        ..Outcome::default()
    }
}

fn template(args: &[String], stdin: &mut dyn Read) -> Outcome {
    let helm = helm_version(args);
    let parsed = match parse(args, helm) {
        Ok(parsed) => parsed,
        Err(reason) => return failed(reason),
    };
    if parsed.help {
        return printed(help::template());
    }
    let format = match parsed.text("error-format") {
        Some("helm") => Format::Helm,
        _ => Format::Human,
    };
    let options = match Options::new(&parsed, helm) {
        Ok(options) => options,
        Err(stop) => {
            let text = stop.show(format, &Default::default());
            return Outcome {
                stderr: text.into_bytes(),
                code: stop.code(),
                ..Outcome::default()
            };
        }
    };
    let clock = match Environment::read().clock(options.now.as_deref()) {
        Ok(clock) => clock,
        Err(reason) => {
            return Outcome {
                code: REFUSED,
                ..failed(reason)
            };
        }
    };
    let stdin = options
        .values
        .files
        .iter()
        .any(|name| name.trim() == "-")
        .then(|| read(stdin));
    let reader = values::Reader { stdin };
    let command = template::Command {
        options: &options,
        format,
        clock,
        reader,
    };
    on_large_stack(|| command.run())
}

fn parse(args: &[String], helm: HelmVersion) -> Result<Parsed, String> {
    let parsed = pflag::parse(args, flags::TEMPLATE, helm.is_helm4())?;
    if let Some(program) = parsed
        .text("post-renderer")
        .filter(|p| !p.is_empty() && !parsed.help)
    {
        post_render::check(program, helm.is_helm4()).map_err(|reason| {
            format!("invalid argument {program:?} for \"--post-renderer\" flag: {reason}")
        })?;
    }
    Ok(parsed)
}

/// `--helm-version`, wherever it stands: which flags there are depends on it.
fn helm_version(args: &[String]) -> HelmVersion {
    let mut version = "4";
    let mut args = args.iter().take_while(|arg| *arg != "--");
    while let Some(arg) = args.next() {
        if arg == "--helm-version" {
            version = args.next().map_or(version, String::as_str);
        } else if let Some(value) = arg.strip_prefix("--helm-version=") {
            version = value;
        }
    }
    match version {
        "3" => HelmVersion::V3_22,
        "3.18" => HelmVersion::V3_18,
        _ => HelmVersion::V4_3,
    }
}

fn read(stdin: &mut dyn Read) -> Result<Arc<[u8]>, String> {
    let mut bytes = Vec::new();
    stdin
        .read_to_end(&mut bytes)
        .map_err(|e| go_io::error("read", "/dev/stdin", &e))?;
    Ok(bytes.into())
}
