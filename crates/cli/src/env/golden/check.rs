//! `evenkeel golden --check`: in which way goldens are not what is rendered.

use std::path::Path;

use evenkeel_diff::{
    App, Comparison, Differences, Facts, Sides, Tokens, classify, classify_versions, compare,
};
use evenkeel_project::{Golden, Stale, golden_causes};
use evenkeel_report::diff as report;
use evenkeel_report::paint::{Style, harmless};

use super::{Kept, Session};
use crate::outcome::{FOUND, Outcome};

/// What the sides are called.
const NAMES: [&str; 2] = ["golden", "rendered"];

/// Shows what differs in the objects, then what differs in the files alone.
pub(super) fn show(
    session: &Session,
    kept: &Kept<'_>,
    directory: &Path,
    stale: &[Stale],
    layout: report::Layout,
    out: &mut Outcome,
) {
    out.is_styled = true;
    let total = kept.files.len();
    if stale.is_empty() {
        let text = format!("goldens: {total} current\n");
        out.stdout.extend_from_slice(text.as_bytes());
        return;
    }
    if out.code == 0 {
        out.code = FOUND;
    }
    let mut notes = Vec::new();
    let comparisons = comparisons(kept, directory, stale, &mut notes);
    let mut text = String::new();
    if !comparisons.is_empty() {
        let causes = golden_causes(&session.project, kept.environments, &comparisons);
        let differences = Differences {
            comparisons,
            causes,
            ..Differences::default()
        };
        let compared = report::Compared {
            differences: &differences,
            sources: session.project.sources(),
        };
        text.push_str(&report::text(&compared, layout));
    }
    for note in notes {
        text.push_str(&format!("{}\n", harmless(&note)));
    }
    let others = stale.iter().filter(|file| file.rendered.is_some()).count();
    let left_over = match stale.len() - others {
        0 => String::new(),
        count => format!(", {count} left over"),
    };
    let summary = format!(
        "goldens: {others} of {total} are not what is rendered{left_over}; `evenkeel golden --update` accepts it"
    );
    text.push_str(&format!("{}\n", Style::Red.paint(summary)));
    out.stdout.extend_from_slice(text.as_bytes());
}

/// Goldens and what is rendered, by environment. What cannot be seen in objects becomes a note.
fn comparisons(
    kept: &Kept<'_>,
    directory: &Path,
    stale: &[Stale],
    notes: &mut Vec<String>,
) -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    for (env, goldens) in &kept.goldens {
        let mut sides = Sides::<Vec<App>>::default();
        let own = stale.iter().filter(|file| is_golden(file, env));
        for file in own {
            let rendered = goldens.iter().find(|golden| golden.file == file.name);
            match read(file) {
                Ok(mut before) => {
                    // What was read tells only the place within its file.
                    for object in before.iter_mut().flat_map(|app| &mut app.objects) {
                        object.index.app = sides.before.len();
                    }
                    let after = rendered.map(|golden| golden.app.clone());
                    if before.is_some() && is_same(&before, &after) {
                        notes.push(format!(
                            "{}: only the text is another",
                            path(directory, file)
                        ));
                    }
                    sides.before.extend(before);
                    sides.after.extend(after);
                }
                Err(reason) => notes.push(format!("{}: {reason}", path(directory, file))),
            }
        }
        let mut apps = compare(&sides.before, &sides.after, &Tokens::default());
        let read = Sides {
            before: &sides.before[..],
            after: &sides.after[..],
        };
        classify(&mut apps, &Facts::default(), read);
        classify_versions(&mut apps);
        if !apps.is_empty() {
            let [before, after] = NAMES.map(str::to_owned);
            comparisons.push(Comparison {
                env: Some(env.clone()),
                names: Sides { before, after },
                apps,
            });
        }
    }
    let is_shown = |file: &Stale| kept.goldens.iter().any(|(env, _)| is_golden(file, env));
    for file in stale.iter().filter(|file| !is_shown(file)) {
        let what = match (&file.golden, &file.rendered) {
            (_, None) => "nothing is rendered to it any more",
            (None, Some(_)) => "is not there yet",
            (Some(_), Some(_)) => "is another now",
        };
        notes.push(format!("{}: {what}", path(directory, file)));
    }
    comparisons
}

fn path(directory: &Path, file: &Stale) -> String {
    directory.join(&file.name).display().to_string()
}

/// Whether a file is a golden of an environment.
fn is_golden(file: &Stale, env: &str) -> bool {
    let name = file.name.strip_prefix(env);
    name.is_some_and(|name| name.starts_with('/')) && file.name.ends_with(".yaml")
}

/// What a golden says; nothing if it is not there.
fn read(file: &Stale) -> Result<Option<App>, String> {
    let Some(text) = &file.golden else {
        return Ok(None);
    };
    let golden = Golden::read(&file.name, text);
    let golden = golden.map_err(|reason| format!("cannot be read: {reason}"))?;
    Ok(Some(golden.app))
}

fn is_same(before: &Option<App>, after: &Option<App>) -> bool {
    let side = |app: &Option<App>| app.clone().into_iter().collect::<Vec<_>>();
    compare(&side(before), &side(after), &Tokens::default()).is_empty()
}
