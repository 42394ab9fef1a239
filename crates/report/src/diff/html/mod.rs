//! Differences as a page of one file: what to know first stands in it as text, all else is made from the JSON document
//! that it carries when somebody looks for it.

use evenkeel_diff::{Class, Counts, Presence};
use minijinja::context;
use minijinja::value::Value;

use super::Compared;
use super::cause::{Shown, at, reason, shown};
use super::effect::{self, effects, side, titles};
use super::ids::Ids;
use super::json::json;
use super::values::{cut, share};
use crate::describe::counted;
use crate::html::{Page, json_script};

const PAGE: Page = Page {
    template: include_str!("page.html"),
    style: include_str!("page.css"),
    script: concat!(include_str!("model.js"), include_str!("page.js")),
};

/// Values up to this length stand in the lists of the first screen.
const VALUE: usize = 36;

/// The page.
pub fn html(compared: &Compared<'_>) -> String {
    let differences = compared.differences;
    let causes = shown(differences);
    let apps = || differences.comparisons.iter().flat_map(|one| &one.apps);
    let counts = Counts::of(apps());
    let in_apps = apps().filter(|app| !app.name.is_empty()).count();
    PAGE.render(&context! {
        title => titles(differences),
        open => counted(counts.open, "difference"),
        total => counted(counts.total(), "difference"),
        apps => counted(in_apps, "Application"),
        causes => counted(causes.len(), "cause"),
        classes => classes(counts),
        alone => alone(compared),
        security => security(&causes),
        hazards => hazards(compared),
        missing => missing(compared),
        entries => entries(compared),
        data => json_script(&json(compared)),
    })
}

/// The classes that there are, with their shares.
fn classes(counts: Counts) -> Vec<Value> {
    let total = counts.total();
    let all = [
        ("unexplained", counts.unexplained),
        ("security", counts.security),
        ("expected", counts.expected),
        ("version", counts.version),
        ("implied", counts.implied),
        ("identity", counts.identity),
    ];
    let all = all.into_iter().filter(|(_, count)| *count > 0);
    all.map(|(name, count)| context! { name, count, share => share(count, total) })
        .collect()
}

/// The Applications that one side has only, by comparison and side.
fn alone(compared: &Compared<'_>) -> Vec<Value> {
    let differences = compared.differences;
    let ids = Ids::of(differences);
    let mut groups = Vec::new();
    for (i, comparison) in differences.comparisons.iter().enumerate() {
        for presence in [Presence::Before, Presence::After] {
            let of_side = effects(differences).filter(|effect| {
                effect.index.comparison == i
                    && effect.field.is_none()
                    && effect.app.presence == presence
            });
            let apps: Vec<Value> = of_side
                .map(|effect| {
                    let why = effect.class().reason();
                    context! {
                        id => ids.get(effect.index),
                        name => &effect.app.name,
                        objects => counted(effect.app.objects_alone, "object"),
                        reason => why.map(|why| &why.text),
                        owner => why.and_then(|why| why.owner.as_ref()),
                        review => why.and_then(|why| why.review).map(|date| date.to_string()),
                    }
                })
                .collect();
            let other = match presence {
                Presence::After => &comparison.names.before,
                Presence::Before | Presence::Both => &comparison.names.after,
            };
            if !apps.is_empty() {
                groups.push(context! {
                    env => &comparison.env,
                    side => side(comparison, presence),
                    other,
                    apps,
                });
            }
        }
    }
    groups
}

/// The causes that matter for security; first those without a reason.
fn security(causes: &[Shown<'_>]) -> Vec<Value> {
    let mut risks: Vec<_> = causes
        .iter()
        .filter_map(|one| match one.class() {
            Class::Security { risk, reason } => Some((one, *risk, reason.as_ref())),
            _ => None,
        })
        .collect();
    risks.sort_by_key(|(_, _, why)| why.is_some());
    let shown = |(one, risk, why): (&Shown<'_>, evenkeel_diff::Risk, Option<_>)| {
        let values = one.values();
        let [before, after] =
            [values.before, values.after].map(|text| text.map(|text| cut(&text, VALUE)));
        let first = one.effects.first();
        context! {
            id => format!("cause-{}", one.number),
            risk => risk.name(),
            name => one.title(),
            app => first.map(|first| &first.app.name),
            alone => one.alone(),
            before,
            after,
            place => one.places().last().map(|place| at(place)),
            reason => why.map(reason),
            effects => one.cause.effects.len(),
        }
    };
    risks.into_iter().map(shown).collect()
}

fn hazards(compared: &Compared<'_>) -> Vec<Value> {
    let differences = compared.differences;
    let ids = Ids::of(differences);
    effect::hazards(differences)
        .into_iter()
        .map(|(effect, hazard, more)| {
            context! {
                id => ids.get(effect.index),
                name => effect.name(),
                more,
                advice => &hazard.advice,
            }
        })
        .collect()
}

fn missing(compared: &Compared<'_>) -> Vec<Value> {
    let missing = compared.differences.missing.iter();
    missing
        .map(|one| {
            let object = &one.object;
            context! {
                name => format!("{} › {}/{}: {}", one.app, object.kind, object.name, one.path),
                value => &one.text,
                message => &one.message,
                place => one.place.as_ref().map(at),
            }
        })
        .collect()
}

/// The entries of `expect` that are of no use, or no longer.
fn entries(compared: &Compared<'_>) -> Vec<Value> {
    let differences = compared.differences;
    let unused = differences.unused.iter();
    let unused = unused.map(|entry| (entry, "explains nothing"));
    let reopened = differences.reopened.iter();
    let reopened = reopened.map(|entry| (&entry.entry, entry.message.as_str()));
    let all = reopened.chain(unused);
    all.map(|(entry, message)| {
        context! {
            app => entry.app.as_deref().unwrap_or("any Application"),
            path => &entry.path,
            place => compared.locate(entry.span),
            message,
        }
    })
    .collect()
}
