//! One environment at two revisions.

use evenkeel_config::Config;
use evenkeel_gitops::{self as gitops, Environment};

use crate::classify::{classify, classify_versions};
use crate::environments::apps_of;
use crate::facts::Facts;
use crate::hazards::note_hazards;
use crate::tokens::Tokens;
use crate::{AppDiff, Sides, compare};

/// What differs in an environment between two revisions, with what may go wrong when the newer one is applied. A side
/// that does not have the environment is nothing. `config` is that of the newer one.
pub fn compare_revisions(config: &Config, sides: Sides<Option<&Environment>>) -> Vec<AppDiff> {
    let name = |app: &gitops::App| app.name.clone();
    let apps = |environment: Option<&Environment>| {
        environment.map_or_else(Vec::new, |environment| apps_of(environment, name))
    };
    let (before, after) = (apps(sides.before), apps(sides.after));
    let mut found = compare(&before, &after, &Tokens::default());
    let compared = Sides {
        before: before.as_slice(),
        after: after.as_slice(),
    };
    classify(&mut found, &Facts::default(), compared);
    classify_versions(&mut found);
    let settings = sides
        .after
        .and_then(|environment| config.envs.get(&environment.name));
    let version = settings.and_then(|settings| settings.cluster.kubernetes_version());
    note_hazards(&mut found, version.as_deref(), compared);
    found
}
