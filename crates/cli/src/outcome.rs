//! What a command leaves behind.

use std::any::Any;
use std::io::{self, BufWriter, Write};

use evenkeel_diagnostics::{Diagnostic, SourceMap};
use evenkeel_manifest::Listing;

use crate::present::{self, Format};

/// Output, messages and exit code of one run; written by the caller, so that a run can stay on a thread
/// of its own.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) stdout: Vec<u8>,
    /// What follows on stdout: a listing of many megabytes need not be copied together first.
    pub(crate) listing: Listing,
    pub(crate) stderr: Vec<u8>,
    pub(crate) code: u8,
    /// What the run has made and nobody needs any more. The program ends without taking it apart, which
    /// takes a twentieth of the time that a run takes.
    pub(crate) spent: Vec<Box<dyn Any + Send>>,
    /// Whether the output has colours that are to be taken out where nobody sees them. Output of charts is
    /// passed on as it is.
    pub(crate) is_styled: bool,
}

impl Outcome {
    /// Writes all that belongs on stdout.
    pub(crate) fn write_stdout(&self, stdout: &mut dyn Write) -> io::Result<()> {
        stdout.write_all(&self.stdout)?;
        let mut out = BufWriter::with_capacity(1 << 16, stdout);
        self.listing.write_to(&mut out)?;
        out.flush()
    }

    /// Says in one line why nothing can be done.
    pub(crate) fn refuse(&mut self, reason: &str) {
        self.stderr
            .extend_from_slice(format!("error: {reason}\n").as_bytes());
        self.code = REFUSED;
    }
}

/// Exit code where Helm fails too.
pub(crate) const FAILED: u8 = 1;
/// Exit code where a command finds what it looks for: differences, stale goldens.
pub(crate) const FOUND: u8 = 1;
/// Exit code where only we refuse.
pub(crate) const REFUSED: u8 = 2;

/// Why a command ends early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Helm's own text, which says all there is to say.
    Helm(String),
    /// A problem with places; the suffix belongs to Helm's text.
    Problem(Box<Diagnostic>, &'static str),
    /// We do not do that: one clear line.
    Refused(String),
}

impl Stop {
    /// A problem without a suffix.
    pub(crate) fn problem(diagnostic: Diagnostic) -> Stop {
        Stop::Problem(Box::new(diagnostic), "")
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Stop::Helm(_) => FAILED,
            Stop::Problem(diagnostic, _) if diagnostic.native.is_some() => FAILED,
            Stop::Problem(..) | Stop::Refused(_) => REFUSED,
        }
    }

    /// The message for people.
    pub(crate) fn show(&self, format: Format, sources: &SourceMap) -> String {
        match self {
            Stop::Helm(text) => format!("Error: {text}\n"),
            Stop::Refused(text) => format!("Error: {text}\n"),
            Stop::Problem(diagnostic, suffix) => {
                present::diagnostic(diagnostic, suffix, format, sources)
            }
        }
    }
}
