//! `evenkeel init`: a configuration to begin with.

use std::path::PathBuf;

use clap::Args;
use evenkeel_project::{CONFIG, Project, starter};

use super::report;
use crate::outcome::Outcome;

#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// A directory of the repository
    #[arg(short = 'C', long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Print the configuration instead of writing it
    #[arg(long)]
    stdout: bool,
    /// Overwrite an evenkeel.yaml that is there
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(flags: &Flags) -> Outcome {
    let mut out = Outcome::default();
    let project = Project::open(&flags.project);
    if project.is_configured && !flags.force && !flags.stdout {
        let path = project.tree.root().join(CONFIG);
        out.refuse(&format!(
            "{} is there already; --force overwrites it",
            path.display()
        ));
        return out;
    }
    if !project.is_configured {
        report(&project.diagnostics, &project, &mut out);
    }
    let starter = match &project.starter {
        Some(found) => found.clone(),
        None => starter(&project),
    };
    if flags.stdout {
        out.stdout.extend_from_slice(starter.text.as_bytes());
    } else {
        let path = project.tree.root().join(CONFIG);
        if let Err(error) = evenkeel_project::replace(&path, starter.text.as_bytes()) {
            out.refuse(&format!("{}: {error}", path.display()));
            return out;
        }
        out.stdout
            .extend_from_slice(format!("wrote {}\n{}", path.display(), starter.text).as_bytes());
    }
    for reason in &starter.reasons {
        out.stderr
            .extend_from_slice(format!("inferred {reason}\n").as_bytes());
    }
    out
}
