//! `evenkeel parity`: what each environment runs, side by side.

use clap::{Args, ValueEnum};
use evenkeel_gitops::Environment;
use evenkeel_report::parity as show;
use evenkeel_rules::ParityTable;

use super::{ProjectFlags, Session, check};
use crate::outcome::{FOUND, Outcome};

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 every Application that is off has a reason, 1 some have none, 2 it could not run."
)]
pub(crate) struct Flags {
    #[command(flatten)]
    project: ProjectFlags,
    /// The environment that the others are compared with, instead of `parity.reference`
    #[arg(long, value_name = "ENV")]
    reference: Option<String>,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// A table for a wiki page or a comment
    Markdown,
    /// A page of one file
    Html,
    /// JSON
    Json,
}

pub(crate) fn run(flags: &Flags, width: usize) -> Outcome {
    let mut out = Outcome::default();
    let Some(mut session) = flags.project.open(&mut out) else {
        return out;
    };
    let reference = match reference(flags, &session) {
        Ok(reference) => reference,
        Err(reason) => {
            out.refuse(&reason);
            return out;
        }
    };
    // A mark against what is not shown would say little.
    if let Some(reference) = &reference
        && !session.names.contains(reference)
    {
        session.names.insert(0, reference.clone());
    }
    let environments = session.render(&mut out);
    let table = table(&session, &environments, reference.as_deref());
    if table.unexplained() > 0 && out.code == 0 {
        out.code = FOUND;
    }
    present(flags.format, &session, &table, width, &mut out);
    out
}

/// The environment that the others are compared with, if anybody names one.
fn reference(flags: &Flags, session: &Session) -> Result<Option<String>, String> {
    let Some(name) = &flags.reference else {
        let declared = session.project.config.parity.reference.as_ref();
        return Ok(declared.map(|reference| reference.value.clone()));
    };
    let known = session.project.env_names();
    match known.contains(&name.as_str()) {
        true => Ok(Some(name.clone())),
        false => Err(format!(
            "there is no environment `{name}`, only {}",
            known.join(", ")
        )),
    }
}

fn table(session: &Session, environments: &[Environment], reference: Option<&str>) -> ParityTable {
    let today = check::today(&session.options.clock);
    ParityTable::new(environments, reference, &session.project.config, today)
}

fn present(
    format: Format,
    session: &Session,
    table: &ParityTable,
    width: usize,
    out: &mut Outcome,
) {
    let parity = show::Parity {
        table,
        sources: session.project.sources(),
    };
    let text = match format {
        Format::Json => return super::print_json(&show::json(&parity), out),
        Format::Text => {
            out.is_styled = true;
            show::text(&parity, width)
        }
        Format::Markdown => show::markdown(&parity),
        Format::Html => show::html(&parity),
    };
    out.stdout.extend_from_slice(text.as_bytes());
}
