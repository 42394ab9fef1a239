//! Findings that are known, which `check` leaves out.

use std::path::PathBuf;

use clap::Args;
use evenkeel_project::{Baseline, CheckOptions, Revision};
use evenkeel_rules::Report;

use super::Session;
use crate::outcome::Outcome;

#[derive(Debug, Clone, Args)]
pub(crate) struct KnownFlags {
    /// Report only what the git revision does not have
    #[arg(long, value_name = "REV")]
    new_since: Option<String>,
    /// Report only what is not in the file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all findings to the file, for `--baseline`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["new_since", "baseline", "app"])]
    write_baseline: Option<PathBuf>,
}

impl KnownFlags {
    /// Takes known findings out of a report, or notes those that there are. `None` where that fails.
    pub(crate) fn apply(
        &self,
        report: &mut Report,
        session: &Session,
        options: &CheckOptions,
        out: &mut Outcome,
    ) -> Option<()> {
        let mut known = Baseline::default();
        let read = self.read(session, options, &mut known, out);
        if let Err(reason) = read {
            out.refuse(&reason);
            return None;
        }
        report.retain_new(&known.fingerprints, session.project.sources());
        let Some(path) = &self.write_baseline else {
            return Some(());
        };
        if let Err(error) = Baseline::write(report, path) {
            out.refuse(&format!("cannot write {}: {error}", path.display()));
            return None;
        }
        // What was just noted is no reason to fail.
        let all = report.all().map(|finding| finding.fingerprint()).collect();
        report.retain_new(&all, session.project.sources());
        Some(())
    }

    fn read(
        &self,
        session: &Session,
        options: &CheckOptions,
        known: &mut Baseline,
        out: &mut Outcome,
    ) -> Result<(), String> {
        if let Some(path) = &self.baseline {
            *known = Baseline::read(path)?;
        }
        let Some(name) = &self.new_since else {
            return Ok(());
        };
        let revision = Revision::check_out(session.project.tree.root(), name)?;
        match Baseline::at(&revision, options) {
            Some(before) => known.fingerprints.extend(before.fingerprints),
            None => {
                let text = format!(
                    "warning: the configuration at {name} cannot be used; everything is new\n"
                );
                out.stderr.extend_from_slice(text.as_bytes());
            }
        }
        Ok(())
    }
}
