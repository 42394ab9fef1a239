//! `evenkeel verify`: everything that must hold before a change goes in.

use clap::Args;

use super::{ProjectFlags, check, golden};
use crate::outcome::Outcome;

#[derive(Debug, Args)]
#[command(
    about = "Render everything, check the rules and compare it with the goldens",
    after_help = "Exit codes: 0 all is well, 1 something is not, 2 it could not run."
)]
pub(crate) struct Flags {
    #[command(flatten)]
    project: ProjectFlags,
}

pub(crate) fn run(flags: &Flags, width: usize) -> Outcome {
    let mut out = Outcome::default();
    let Some(session) = flags.project.open_repeatable(&mut out) else {
        return out;
    };
    let environments = session.render(&mut out);
    let (apps, objects) = environments
        .iter()
        .flat_map(|environment| &environment.apps)
        .fold((0, 0), |(apps, objects), app| {
            (apps + 1, objects + app.objects.len())
        });
    let text = format!(
        "rendered: {} of {}, {apps} Applications, {objects} objects\n",
        environments.len(),
        session.project.env_names().len(),
    );
    out.stdout.extend_from_slice(text.as_bytes());
    check::verify(&session, &environments, width, &mut out);
    golden::check(&session, &environments, width, &mut out);
    out
}
