//! The commands that work on a repository and its environments.

mod affected;
mod apps;
mod check;
mod diff;
mod explain;
mod findings;
mod golden;
mod init;
mod known;
mod parity;
mod progress;
mod render;
mod revision;
mod rule;
mod verify;

use std::io::Read;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use evenkeel_diagnostics::{Diagnostic, Severity, SourceMap};
use evenkeel_gitops::Environment;
use evenkeel_project::{Project, RenderOptions};
use evenkeel_renderer::{Clock, ValueOptions};

use crate::clock;
use crate::outcome::{Outcome, REFUSED};
use crate::present;

/// The names of the commands, for the dispatch before clap is asked.
pub(crate) const COMMANDS: &[&str] = &[
    "render", "apps", "explain", "diff", "parity", "affected", "golden", "check", "rule", "verify",
    "init",
];

#[derive(Debug, Parser)]
#[command(name = "evenkeel", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Render whole environments: every Application that Argo CD would deploy
    Render(render::Flags),
    /// Show the tree of Applications of an environment
    Apps(apps::Flags),
    /// Tell where a field of an object comes from
    Explain(explain::Flags),
    /// Show what differs between two environments, files or folders, and which differences nothing explains
    Diff(diff::Flags),
    /// Show what each environment runs, side by side, and why what is off is off
    Parity(parity::Flags),
    /// Show which Applications render to other objects than at a git revision
    Affected(affected::Flags),
    /// Compare what is rendered with the goldens, or update them
    Golden(golden::Flags),
    /// Check that environments keep the rules
    Check(check::Flags),
    /// Show what a rule demands, or list all rules
    Rule(rule::Flags),
    /// Render everything, check the rules and compare it with the goldens
    Verify(verify::Flags),
    /// Look through a repository and write a starter evenkeel.yaml
    Init(init::Flags),
}

/// How a result is shown, where nothing but a person and a program reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// JSON
    Json,
}

/// Which repository, which of its environments, and how they are rendered.
#[derive(Debug, Clone, Args)]
pub(crate) struct ProjectFlags {
    #[command(flatten)]
    repository: RepositoryFlags,
    /// The environment: one, several with commas between them, or `all`
    #[arg(short, long, value_name = "ENV", default_value = "all")]
    env: String,
}

/// Which repository, and how its environments are rendered.
#[derive(Debug, Clone, Args)]
pub(crate) struct RepositoryFlags {
    /// A directory of the repository
    #[arg(short = 'C', long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Set a value of the root, over all others, as `helm --set` does
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The time that templates see, such as 2026-01-31T12:00:00Z
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,
    /// Make random functions reproducible
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Runs one of [`COMMANDS`]. What is laid out in lines has `width` characters a line.
pub(crate) fn run(args: &[String], width: usize, stdin: &mut dyn Read) -> Outcome {
    let cli = match Cli::try_parse_from(
        std::iter::once("evenkeel").chain(args.iter().map(String::as_str)),
    ) {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render().to_string().into_bytes();
            return match error.use_stderr() {
                true => Outcome {
                    stderr: text,
                    code: REFUSED,
                    ..Outcome::default()
                },
                false => Outcome {
                    stdout: text,
                    ..Outcome::default()
                },
            };
        }
    };
    match cli.command {
        Command::Render(flags) => render::run(&flags),
        Command::Apps(flags) => apps::run(&flags),
        Command::Explain(flags) => explain::run(&flags),
        Command::Diff(flags) => diff::run(&flags, stdin, width),
        Command::Parity(flags) => parity::run(&flags, width),
        Command::Affected(flags) => affected::run(&flags),
        Command::Golden(flags) => golden::run(&flags, width),
        Command::Check(flags) => check::run(&flags, width),
        Command::Rule(flags) => rule::run(&flags),
        Command::Verify(flags) => verify::run(&flags, width),
        Command::Init(flags) => init::run(&flags),
    }
}

/// An opened repository and the environments that were asked for.
pub(crate) struct Session {
    pub(crate) project: Project,
    pub(crate) names: Vec<String>,
    pub(crate) options: RenderOptions,
}

impl ProjectFlags {
    /// Opens the repository; what is wrong goes to `out`, and `None` means that nothing can be done.
    pub(crate) fn open(&self, out: &mut Outcome) -> Option<Session> {
        self.repository.open(&self.env, out)
    }

    /// As [`RepositoryFlags::open_repeatable`].
    pub(crate) fn open_repeatable(&self, out: &mut Outcome) -> Option<Session> {
        self.repository.open_repeatable(&self.env, out)
    }

    /// Whether all environments are asked for.
    pub(crate) fn is_all(&self) -> bool {
        self.env == "all"
    }
}

impl RepositoryFlags {
    /// Opens the repository for renders that are compared with others: where no flag says otherwise, neither
    /// time nor chance makes a difference.
    pub(crate) fn open_repeatable(&self, envs: &str, out: &mut Outcome) -> Option<Session> {
        let mut session = self.open(envs, out)?;
        session.options.seed.get_or_insert(0);
        if self.now.is_none() {
            session.options.clock = Clock::default();
        }
        Some(session)
    }

    fn open(&self, envs: &str, out: &mut Outcome) -> Option<Session> {
        let project = Project::open(&self.project);
        report(&project.diagnostics, &project, out);
        if !project.is_usable() {
            out.code = REFUSED;
            return None;
        }
        let clock = match clock::Environment::read().clock(self.now.as_deref()) {
            Ok(clock) => clock,
            Err(reason) => {
                out.refuse(&reason);
                return None;
            }
        };
        let options = ValueOptions {
            set: self.set.clone(),
            ..ValueOptions::default()
        };
        let mut no_files = |name: &str| Err(format!("open {name}: not read here"));
        let renderer = project.renderer();
        let set = match renderer.values(&options, &mut no_files, Default::default()) {
            Ok(values) => values.data,
            Err(diagnostic) => {
                report(&[diagnostic], &project, out);
                out.code = REFUSED;
                return None;
            }
        };
        let names = match project.choose_envs(envs) {
            Ok(names) => names,
            Err(diagnostic) => {
                report(&[diagnostic], &project, out);
                out.code = REFUSED;
                return None;
            }
        };
        let options = RenderOptions {
            values: vec![set],
            clock,
            seed: self.seed,
            ..RenderOptions::default()
        };
        Some(Session {
            project,
            names,
            options,
        })
    }
}

impl Session {
    /// Renders the environments, tells what is wrong with them, and notes it in the exit code.
    pub(crate) fn render(&self, out: &mut Outcome) -> Vec<Environment> {
        let environments = progress::shown(&self.options.progress, || {
            self.project.render(&self.names, &self.options)
        });
        for environment in &environments {
            self.tell(environment, out);
        }
        environments
    }

    /// Tells what is wrong with an environment, and notes it in the exit code.
    pub(crate) fn tell(&self, environment: &Environment, out: &mut Outcome) {
        for (app, diagnostic) in environment.diagnostics() {
            if diagnostic.severity == Severity::Error {
                out.code = REFUSED;
            }
            let mut diagnostic = diagnostic.clone();
            let place = match app.name.as_str() {
                "" => environment.name.clone(),
                name => format!("{}, {name}", environment.name),
            };
            diagnostic.message = format!("{place}: {}", diagnostic.message);
            report(&[diagnostic], &self.project, out);
        }
    }
}

/// Writes JSON to stdout, indented.
pub(crate) fn print_json(value: &serde_json::Value, out: &mut Outcome) {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    out.stdout.extend_from_slice(text.as_bytes());
    out.stdout.push(b'\n');
}

/// Writes diagnostics of a repository to stderr.
pub(crate) fn report(diagnostics: &[Diagnostic], project: &Project, out: &mut Outcome) {
    tell(diagnostics, project.sources(), out);
}

/// Writes diagnostics to stderr.
pub(crate) fn tell(diagnostics: &[Diagnostic], sources: &SourceMap, out: &mut Outcome) {
    for diagnostic in diagnostics {
        let text = present::diagnostic(diagnostic, "", present::Format::Human, sources);
        out.stderr.extend_from_slice(text.as_bytes());
    }
}
