//! What must hold before a release: `evenkeel verify` on this repository.

use std::process::ExitCode;

use evenkeel_cli::Io;

use crate::workspace;

/// Runs `cargo xtask verify-release`: all environments, their goldens and their checks.
pub(crate) fn run() -> ExitCode {
    let root = workspace::root();
    let args = ["verify".into(), "-C".into(), root.into_os_string()];
    let mut io = Io {
        stdin: &mut std::io::empty(),
        stdout: &mut std::io::stdout(),
        stderr: &mut std::io::stderr(),
    };
    ExitCode::from(evenkeel_cli::run(args.into(), &mut io))
}
