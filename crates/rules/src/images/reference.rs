//! References to images, as the distribution specification writes them: `[registry/]repository[:tag][@digest]`.

use evenkeel_manifest::{FieldPath, Step};

use crate::context::Subject;
use crate::pods::pods;

/// A reference to an image, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference<'t> {
    /// Registry and path, without tag and digest.
    pub(crate) repository: &'t str,
    pub(crate) tag: Option<&'t str>,
    pub(crate) digest: Option<&'t str>,
}

impl<'t> Reference<'t> {
    pub(crate) fn new(text: &'t str) -> Reference<'t> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        // A colon before the last slash belongs to the registry's port.
        let last = name.rfind('/').map_or(0, |slash| slash + 1);
        let (repository, tag) = match name[last..].find(':') {
            Some(colon) => (&name[..last + colon], Some(&name[last + colon + 1..])),
            None => (name, None),
        };
        Reference {
            repository,
            tag,
            digest,
        }
    }
}

/// A repository as a registry knows it: Docker Hub need not be named.
pub(super) fn full_name(repository: &str) -> String {
    let host = repository.split_once('/').map(|(first, _)| first);
    match host {
        Some(host) if host.contains(['.', ':']) || host == "localhost" => repository.to_owned(),
        Some(_) => format!("docker.io/{repository}"),
        None => format!("docker.io/library/{repository}"),
    }
}

/// The images of an object's containers, with their fields. Left out is what is known at run time only: blank images
/// that something fills in, and parameters such as Tekton's `$(params.image)`.
pub(crate) fn images<'s>(subject: &'s Subject<'_>) -> Vec<(FieldPath, &'s str)> {
    let mut images = Vec::new();
    for pod in pods(subject) {
        for container in &pod.containers {
            let image = container.data.get("image").and_then(|image| image.as_str());
            let Some(image) = image.filter(|image| is_known(image)) else {
                continue;
            };
            let mut path = pod.path.clone();
            path.extend(container.place.iter().cloned());
            path.push(Step::Key("image".to_owned()));
            images.push((FieldPath(path), image));
        }
    }
    images
}

fn is_known(image: &str) -> bool {
    !image.trim().is_empty() && !image.contains("$(") && image != "auto"
}

/// Whether the registry, a part of the repository, the tag or the digest of an image is empty. An image that is
/// empty as a whole waits to be filled in by somebody.
pub(crate) fn has_blank_part(image: &str) -> bool {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    !image.is_empty()
        && (digest.is_some_and(|digest| digest.is_empty() || digest.ends_with(':'))
            || name.ends_with(':')
            || name.split('/').any(str::is_empty)
            || name
                .rsplit('/')
                .next()
                .is_some_and(|last| last.starts_with(':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_hub_need_not_be_named() {
        let check = |text, want| assert_eq!(full_name(text), want);
        check("nginx", "docker.io/library/nginx");
        check("grafana/k6", "docker.io/grafana/k6");
        check("localhost/a", "localhost/a");
        check("reg:5000/a", "reg:5000/a");
    }

    #[test]
    fn references_come_apart() {
        let check = |text, repository, tag, digest| {
            let wanted = Reference {
                repository,
                tag,
                digest,
            };
            assert_eq!(Reference::new(text), wanted);
        };
        check("nginx", "nginx", None, None);
        check("nginx:1.27", "nginx", Some("1.27"), None);
        check("reg:5000/a/b", "reg:5000/a/b", None, None);
        check(
            "reg:5000/a:v1@sha256:00",
            "reg:5000/a",
            Some("v1"),
            Some("sha256:00"),
        );
    }
}
