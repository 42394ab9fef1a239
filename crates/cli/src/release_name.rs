//! The release's name: the NAME argument, a template, or Helm's stand-in.

use evenkeel_renderer::{Clock, HelmVersion, Renderer};

use crate::options::Options;
use crate::outcome::Stop;

/// The name to render with, Helm's `NameAndChart`.
pub(crate) fn choose(
    options: &Options,
    renderer: &Renderer,
    clock: &Clock,
) -> Result<String, Stop> {
    if let Some(name) = &options.name {
        return Ok(name.clone());
    }
    let Some(template) = &options.name_template else {
        return Ok("release-name".to_owned());
    };
    renderer
        .release_name(template, options.helm, clock, options.seed)
        .map_err(Stop::problem)
}

/// Helm's `ValidateReleaseName`.
pub(crate) fn check(name: &str, helm: HelmVersion) -> Result<(), Stop> {
    let reason = if name.is_empty() {
        "no name provided"
    } else if name.len() > 53 || !is_dns_name(name) {
        r"invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53"
    } else {
        return Ok(());
    };
    let context = if helm.is_helm4() {
        "release name check failed: "
    } else {
        ""
    };
    Err(Stop::Helm(format!(
        "{context}release name {name:?}: {reason}"
    )))
}

fn is_dns_name(name: &str) -> bool {
    name.split('.').all(|part| {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(allowed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dns_names() {
        for name in ["a", "a-b", "a.b-c", "0"] {
            assert!(check(name, HelmVersion::V4_3).is_ok(), "{name}");
        }
        for name in ["", "A", "-a", "a-", "a..b", "a_b", ".a", &"a".repeat(54)] {
            assert!(check(name, HelmVersion::V4_3).is_err(), "{name}");
        }
    }
}
