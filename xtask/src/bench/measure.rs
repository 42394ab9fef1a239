//! One process: wall clock, CPU and peak memory, as the kernel counts them.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

/// What one process needed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Wall clock, in milliseconds.
    pub(crate) wall: f64,
    /// User and system time, in milliseconds.
    pub(crate) cpu: f64,
    /// Peak resident memory, in MiB. The kernel counts the moment between fork and exec too, so nothing
    /// is below what xtask itself ever held: it reads no large file while it measures.
    pub(crate) memory: f64,
}

/// A finished process.
pub(crate) struct Run {
    pub(crate) success: bool,
    pub(crate) sample: Sample,
}

/// Runs `command` with its output going to a file, as a shell's redirection does.
pub(crate) fn measure(mut command: Command, stdout: &Path) -> Result<Run, String> {
    let fail = |e: std::io::Error| e.to_string();
    let stdout = File::create(stdout).map_err(fail)?;
    command.stdout(stdout).stderr(Stdio::null());
    let start = Instant::now();
    let child = command.spawn().map_err(fail)?;
    let used = child.wait4().map_err(fail)?;
    let wall = start.elapsed();
    let cpu = used.rusage.utime + used.rusage.stime;
    let sample = Sample {
        wall: wall.as_secs_f64() * 1e3,
        cpu: cpu.as_secs_f64() * 1e3,
        memory: used.rusage.maxrss as f64 / f64::from(1 << 20),
    };
    let success = used.status.success();
    Ok(Run { success, sample })
}

/// Whether two files hold the same bytes; neither is read into memory, see [`Sample::memory`].
pub(crate) fn same_content(a: &Path, b: &Path) -> Result<bool, String> {
    let open = |path: &Path| {
        File::open(path)
            .map(BufReader::new)
            .map_err(|e| e.to_string())
    };
    let (a, b) = (
        open(a)?.bytes().map_while(Result::ok),
        open(b)?.bytes().map_while(Result::ok),
    );
    Ok(a.eq(b))
}

impl Sample {
    /// The median of each figure.
    pub(crate) fn median(samples: &[Sample]) -> Sample {
        let middle = |figure: fn(&Sample) -> f64| {
            let mut figures: Vec<_> = samples.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
        };
        Sample {
            wall: middle(|s| s.wall),
            cpu: middle(|s| s.cpu),
            memory: middle(|s| s.memory),
        }
    }
}
