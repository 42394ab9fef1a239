//! `Metadata.Validate`: cleans the strings of `Chart.yaml` and checks them.

use std::collections::BTreeSet;
use std::sync::Arc;

use evenkeel_semver::Version;
use evenkeel_value::number::{is_printable, quote};

use crate::HelmVersion;
use crate::decode::RawMetadata;
use crate::metadata::{Dependency, Maintainer, Metadata};

/// What is wrong, and under which key of `Chart.yaml`.
#[derive(Debug)]
pub(crate) struct Invalid {
    pub(crate) key: &'static str,
    /// Helm's text, without `validation: `.
    pub(crate) text: String,
}

/// Checks in Helm's order and gives the clean metadata.
pub(crate) fn validate(raw: RawMetadata, helm: HelmVersion) -> Result<Metadata, Invalid> {
    let RawMetadata {
        rest: mut metadata,
        maintainers,
        dependencies,
    } = raw;
    for text in [
        &mut metadata.name,
        &mut metadata.description,
        &mut metadata.home,
        &mut metadata.icon,
        &mut metadata.condition,
        &mut metadata.tags,
        &mut metadata.app_version,
        &mut metadata.kube_version,
    ] {
        sanitize(text);
    }
    metadata.sources.iter_mut().flatten().for_each(sanitize);
    metadata.keywords.iter_mut().flatten().for_each(sanitize);
    check_names(&metadata, helm)?;
    metadata.maintainers = maintainers
        .map(|list| list.into_iter().map(maintainer).collect::<Result<_, _>>())
        .transpose()?;
    metadata.dependencies = dependencies.map(check_dependencies).transpose()?;
    Ok(metadata)
}

fn check_names(metadata: &Metadata, helm: HelmVersion) -> Result<(), Invalid> {
    let (name, version) = (&*metadata.name, &*metadata.version);
    let quoted = |text: &str| quote(text.as_bytes());
    let invalid = |key, text: String| {
        Err(Invalid {
            key,
            text: format!("chart.metadata.{text}"),
        })
    };
    if metadata.api_version.is_empty() {
        return invalid("apiVersion", "apiVersion is required".to_owned());
    }
    if name.is_empty() {
        return invalid("name", "name is required".to_owned());
    }
    if helm.refuses_dot_names() && matches!(name, "." | "..") {
        return invalid("name", format!("name {} is not allowed", quoted(name)));
    }
    if name.contains('/') && name != "/" {
        return invalid("name", format!("name {} is invalid", quoted(name)));
    }
    if version.is_empty() {
        return invalid("version", "version is required".to_owned());
    }
    if Version::parse(version).is_err() {
        return invalid("version", format!("version {} is invalid", quoted(version)));
    }
    if !matches!(&*metadata.chart_type, "" | "application" | "library") {
        return invalid("type", "type must be application or library".to_owned());
    }
    Ok(())
}

fn maintainer(node: Option<Maintainer>) -> Result<Maintainer, Invalid> {
    let mut maintainer = node.ok_or_else(|| Invalid {
        key: "maintainers",
        text: "maintainers must not contain empty or null nodes".to_owned(),
    })?;
    sanitize(&mut maintainer.name);
    sanitize(&mut maintainer.email);
    sanitize(&mut maintainer.url);
    Ok(maintainer)
}

fn check_dependencies(list: Vec<Option<Dependency>>) -> Result<Vec<Dependency>, Invalid> {
    let invalid = |text: String| Invalid {
        key: "dependencies",
        text,
    };
    let mut names = BTreeSet::new();
    let mut dependencies = Vec::with_capacity(list.len());
    for node in list {
        let mut dependency = node.ok_or_else(|| {
            invalid("dependencies must not contain empty or null nodes".to_owned())
        })?;
        sanitize(&mut dependency.name);
        sanitize(&mut dependency.version);
        sanitize(&mut dependency.repository);
        sanitize(&mut dependency.condition);
        dependency.tags.iter_mut().flatten().for_each(sanitize);
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if !dependency.alias.bytes().all(legal) {
            let name = quote(dependency.name.as_bytes());
            return Err(invalid(format!(
                "dependency {name} has disallowed characters in the alias"
            )));
        }
        let key = if dependency.alias.is_empty() {
            &dependency.name
        } else {
            &dependency.alias
        };
        if !names.insert(Arc::clone(key)) {
            let key = quote(key.as_bytes());
            return Err(invalid(format!(
                "more than one dependency with name or alias {key}"
            )));
        }
        dependencies.push(dependency);
    }
    Ok(dependencies)
}

/// `sanitizeString`: any space becomes a blank, what cannot be printed goes.
fn sanitize(text: &mut Arc<str>) {
    let clean = |c: char| c == ' ' || (!c.is_whitespace() && is_printable(u32::from(c)));
    if text.chars().all(clean) {
        return;
    }
    let kept = text.chars().filter_map(|c| match c {
        _ if c.is_whitespace() => Some(' '),
        _ if is_printable(u32::from(c)) => Some(c),
        _ => None,
    });
    *text = Arc::from(kept.collect::<String>());
}
