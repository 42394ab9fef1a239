//! What one part of the configuration says of another.

use evenkeel_diagnostics::{Diagnostic, Span};
use evenkeel_value::Data;
use evenkeel_yaml::Spanned;

use crate::reader::{REFERENCE, VALUE};
use crate::similar::closest;
use crate::{Config, RuleFile};

/// Names of environments: those that there are must be usable in file names, else they are left out; those
/// that are spoken of must be there. Where the configuration declares none, nothing is known of them.
pub(crate) fn names(config: &mut Config) -> Vec<Diagnostic> {
    let declares_some = !config.envs.is_empty();
    let mut found = Vec::new();
    config.envs.retain(|name| {
        let diagnostic = unusable(name);
        let usable = diagnostic.is_none();
        found.extend(diagnostic);
        usable
    });
    if declares_some {
        let spoken = spoken_of(config).into_iter();
        found.extend(spoken.filter_map(|name| missing(config, name)));
        let pinned = pinned(config).into_iter();
        found.extend(pinned.filter_map(|name| missing(config, &name)));
    }
    found
}

/// Environments of which an entry of `expect` says what they had.
fn pinned(config: &Config) -> Vec<Spanned<String>> {
    let values = config.expect.iter().map(|entry| &entry.value.values.data);
    let entries = values.filter_map(|data| match data {
        Data::Map(entries) => Some(entries.iter()),
        _ => None,
    });
    let names = entries.flatten().map(|entry| {
        let at = entry.origin;
        let length = u32::try_from(entry.key.len()).unwrap_or(0);
        Spanned {
            value: String::from_utf8_lossy(&entry.key).into_owned(),
            span: Span::new(at.file, at.offset, at.offset.saturating_add(length)),
        }
    });
    names.collect()
}

/// Names of environments that rules speak of, and that there are not.
pub(crate) fn rule_names(config: &Config, file: &RuleFile) -> Vec<Diagnostic> {
    if config.envs.is_empty() {
        return Vec::new();
    }
    let rules = file.rules.iter();
    let names = rules.flat_map(|rule| &rule.value.matches.envs);
    names.filter_map(|name| missing(config, name)).collect()
}

fn spoken_of(config: &Config) -> Vec<&Spanned<String>> {
    let mut names: Vec<&Spanned<String>> = config.parity.reference.iter().collect();
    names.extend(config.parity.off.iter().map(|off| &off.value.env));
    names.extend(
        config
            .expect
            .iter()
            .filter_map(|one| one.value.env.as_ref()),
    );
    names.extend(
        config
            .external
            .iter()
            .filter_map(|one| one.value.env.as_ref()),
    );
    names.extend(config.images.lag.iter().map(|lag| &lag.value.env));
    names.extend(config.waive.iter().filter_map(|one| one.value.env.as_ref()));
    names
}

fn missing(config: &Config, name: &Spanned<String>) -> Option<Diagnostic> {
    if config.envs.get(&name.value).is_some() {
        return None;
    }
    let message = format!("there is no environment `{}`", name.value);
    let help = match closest(&name.value, config.envs.names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "there are: {}",
            config.envs.names().collect::<Vec<_>>().join(", ")
        ),
    };
    Some(
        Diagnostic::error(REFERENCE, message)
            .at(name.span)
            .with_help(help),
    )
}

fn unusable(name: &Spanned<String>) -> Option<Diagnostic> {
    let text = name.value.as_str();
    let usable = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        && text != "all";
    if usable {
        return None;
    }
    let help = match text {
        "all" => "`all` stands for every environment",
        _ => "letters, digits, `-`, `.` and `_` make a name",
    };
    let message = format!("`{text}` cannot be the name of an environment");
    Some(
        Diagnostic::error(VALUE, message)
            .at(name.span)
            .with_help(help),
    )
}
