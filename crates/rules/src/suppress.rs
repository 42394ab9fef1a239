//! Findings that the configuration accepts.

use evenkeel_config::{Config, Date, Waiver};

use crate::Finding;

/// The waiver that accepts a finding, if one does that has not expired.
pub(crate) fn waiver<'c>(
    finding: &Finding,
    config: &'c Config,
    today: Option<Date>,
) -> Option<&'c Waiver> {
    let mut waivers = config.waive.iter().map(|waiver| &waiver.value);
    waivers.find(|waiver| !is_expired(waiver, today) && covers(waiver, finding))
}

fn is_expired(waiver: &Waiver, today: Option<Date>) -> bool {
    match (&waiver.expires, today) {
        (Some(last), Some(today)) => last.value < today,
        _ => false,
    }
}

fn covers(waiver: &Waiver, finding: &Finding) -> bool {
    let asks = |text: &Option<evenkeel_config::Spanned<String>>, fits: &dyn Fn(&str) -> bool| {
        text.as_ref().is_none_or(|text| fits(&text.value))
    };
    let object = format!("{}/{}", finding.object.kind, finding.object.name);
    let path = finding.path.to_string();
    waiver.rule.value.eq_ignore_ascii_case(finding.rule)
        && asks(&waiver.env, &|env| env == finding.env)
        && asks(&waiver.app, &|app| is_app(app, finding))
        && asks(&waiver.object, &|wanted| wanted == object)
        && asks(&waiver.path, &|wanted| is_within(&path, wanted))
}

/// Applications are named with the environment or without it.
fn is_app(name: &str, finding: &Finding) -> bool {
    let rest = finding.app.strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-') == Some(&finding.env))
}

/// Whether a path is another or below it.
fn is_within(path: &str, above: &str) -> bool {
    let rest = path.strip_prefix(above);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
