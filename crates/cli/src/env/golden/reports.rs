//! `<golden>/diff/<env>-vs-<reference>.md`: how environments differ from the one that they follow.

use evenkeel_diff::compare_environments;
use evenkeel_gitops::Environment;
use evenkeel_project::GoldenFiles;
use evenkeel_report::diff as show;

use super::Session;
use crate::env::diff::differences;

/// Adds the reports of all environments. Those of environments that have not been rendered stay as they are.
pub(super) fn add(session: &Session, environments: &[Environment], files: &mut GoldenFiles) {
    let config = &session.project.config;
    let Some(reference) = &config.parity.reference else {
        return;
    };
    let find = |name: &str| environments.iter().find(|env| env.name == name);
    for env in session.project.env_names() {
        if env == reference.value {
            continue;
        }
        let text = find(&reference.value)
            .zip(find(env))
            .map(|(reference, env)| report(session, [reference, env]));
        files.add_report(env, &reference.value, text.as_deref());
    }
}

fn report(session: &Session, [reference, env]: [&Environment; 2]) -> String {
    let found = compare_environments(&session.project.config, reference, env);
    let differences = differences(session, [reference, env], found, false);
    let compared = show::Compared {
        differences: &differences,
        sources: session.project.sources(),
    };
    // A reviewer of the file has it all.
    show::markdown(&compared, usize::MAX)
}
