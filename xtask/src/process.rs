//! Runs programs in a closed environment: no home, no proxy to the outside, UTC.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const TIMEOUT: Duration = Duration::from_secs(60);

/// What a run left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// Whether it exited with 0.
    pub(crate) success: bool,
    /// The exit code; `None` after a signal or the time limit.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

/// Variables of the caller's environment that would change what Helm does.
const FOREIGN: [&str; 3] = ["HELM", "KUBE", "XDG"];

/// A command that sees only `home` and a working network nowhere.
pub(crate) fn command(program: &Path, args: &[String], directory: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(directory)
        .stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name
            .to_str()
            .is_some_and(|n| FOREIGN.iter().any(|prefix| n.starts_with(prefix)))
        {
            command.env_remove(name);
        }
    }
    for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"] {
        command.env(name, "http://127.0.0.1:9");
    }
    for (name, below) in [
        ("HELM_CACHE_HOME", "cache"),
        ("HELM_CONFIG_HOME", "config"),
        ("HELM_DATA_HOME", "data"),
    ] {
        command.env(name, home.join(below));
    }
    command.env("HOME", home).env("KUBECONFIG", "/dev/null");
    command
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1");
    command
}

/// Runs to the end or to the time limit.
///
/// # Errors
/// The program does not start.
pub(crate) fn run(mut command: Command) -> Result<Output, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| format!("{program}: {e}"))?;
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let status = wait(&mut child).map_err(|e| format!("{program}: {e}"))?;
    let stdout = stdout.join().unwrap_or_default();
    let stderr = stderr.join().unwrap_or_default();
    Ok(Output {
        success: status == Some(0),
        code: status,
        stdout,
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    })
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // A pipe that breaks has given what it had.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn wait(child: &mut Child) -> std::io::Result<Option<i32>> {
    let end = Instant::now() + TIMEOUT;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(1));
    }
}
