//! The command line: flags, exit codes, streams.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::ExitCode;

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
    let _ = (args, io);
    2
}

/// The program.
pub fn main() -> ExitCode {
    let (mut stdin, mut stdout, mut stderr) = (io::stdin(), io::stdout(), io::stderr());
    let args = std::env::args_os().skip(1).collect();
    let mut io = Io { stdin: &mut stdin, stdout: &mut stdout, stderr: &mut stderr };
    ExitCode::from(run(args, &mut io))
}
