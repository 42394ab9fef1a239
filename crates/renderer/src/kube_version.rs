//! `--kube-version`: Kubernetes' own reading of version strings, and that of Helm 3.18.

use evenkeel_chart::HelmVersion;
use evenkeel_semver::Version;

/// A Kubernetes version as templates see it, Helm's `KubeVersion`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// As given, such as `v1.33.4-gke.1245000` (Helm 3: without suffix).
    pub version: String,
    /// What constraints are checked against: the numbers alone, such as `v1.33.4` (Helm 3.18: as given).
    pub normalized: String,
    /// The major version.
    pub major: String,
    /// The minor version.
    pub minor: String,
}

impl KubeVersion {
    /// A version `v1.MINOR.0`.
    pub(crate) fn of_minor(minor: u32) -> KubeVersion {
        let version = format!("v1.{minor}.0");
        KubeVersion {
            normalized: version.clone(),
            version,
            major: "1".to_owned(),
            minor: minor.to_string(),
        }
    }

    /// Parses what the user gave, as Helm's `ParseKubeVersion` does with `k8s.io/apimachinery/pkg/util/version`:
    /// numbers with dots, an optional `v` before, anything behind. Helm 4 keeps what is behind; Helm 3.18 asks
    /// Masterminds/semver instead.
    ///
    /// # Errors
    /// The text of the Go package, such as `could not parse "x" as version`.
    pub fn parse(text: &str, helm: HelmVersion) -> Result<KubeVersion, String> {
        if helm.reads_kube_version_as_semver() {
            return KubeVersion::semantic(text);
        }
        let keeps_suffix = helm.is_helm4();
        // `^\s*v?([0-9]+(?:\.[0-9]+)*)(.*)*$`; the dot matches no line break.
        let space = [' ', '\t', '\n', '\x0c', '\r'];
        let start = text.trim_start_matches(space);
        let start = start.strip_prefix('v').unwrap_or(start);
        let numbers = leading_numbers(start);
        if numbers.is_empty() || start[numbers.len()..].contains('\n') {
            return Err(format!("could not parse {text:?} as version"));
        }
        let components: Vec<&str> = numbers.split('.').collect();
        if components.len() < 2 {
            return Err(format!("illegal version string {text:?}"));
        }
        let mut values = Vec::new();
        for (i, component) in components.iter().enumerate() {
            if i == 0 && component.starts_with('0') && *component != "0" {
                return Err(format!(
                    "illegal zero-prefixed version component {component:?} in {text:?}"
                ));
            }
            values.push(component.parse::<u64>().map_err(|_| {
                format!(
                    "illegal non-numeric version component {component:?} in {text:?}: \
                     strconv.ParseUint: parsing {component:?}: value out of range"
                )
            })?);
        }
        let joined: Vec<String> = values.iter().map(u64::to_string).collect();
        let normalized = format!("v{}", joined.join("."));
        let version = match (keeps_suffix, text.starts_with('v')) {
            (false, _) => normalized.clone(),
            (true, true) => text.to_owned(),
            (true, false) => format!("v{text}"),
        };
        Ok(KubeVersion {
            version,
            normalized,
            major: joined[0].clone(),
            minor: joined[1].clone(),
        })
    }

    fn semantic(text: &str) -> Result<KubeVersion, String> {
        let parsed = Version::parse(text).map_err(|error| error.to_string())?;
        let version = format!("v{parsed}");
        Ok(KubeVersion {
            normalized: version.clone(),
            version,
            major: parsed.major.to_string(),
            minor: parsed.minor.to_string(),
        })
    }
}

/// The longest prefix of the form `1.2.3`.
fn leading_numbers(text: &str) -> &str {
    let mut end = 0;
    loop {
        let digits = text[end..].bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return text[..end].strip_suffix('.').unwrap_or(&text[..end]);
        }
        end += digits;
        match text[end..].starts_with('.') {
            true => end += 1,
            false => return &text[..end],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Result<(&str, &str, &str), &str>) {
        let got = KubeVersion::parse(text, HelmVersion::V4_3);
        let got = got
            .as_ref()
            .map(|v| (&*v.version, &*v.normalized, &*v.minor));
        assert_eq!(got.map_err(String::as_str), want);
    }

    #[test]
    fn reads_versions() {
        check("1.27", Ok(("v1.27", "v1.27", "27")));
        check("v1.28.3-eks", Ok(("v1.28.3-eks", "v1.28.3", "28")));
        check("1.25.7+k3s1", Ok(("v1.25.7+k3s1", "v1.25.7", "25")));
        check("1.09", Ok(("v1.09", "v1.9", "9")));
        check("1.2.x", Ok(("v1.2.x", "v1.2", "2")));
        check(" v1.2.3.4", Ok(("v v1.2.3.4", "v1.2.3.4", "2")));
    }

    #[test]
    fn helm_3_18_reads_semantic_versions() {
        let check = |text: &str, want: &str| {
            let got = KubeVersion::parse(text, HelmVersion::V3_18).expect("a version");
            assert_eq!((&*got.version, &*got.normalized), (want, want));
        };
        check("1.32", "v1.32.0");
        check("v1.28.3-eks-1234", "v1.28.3-eks-1234");
    }

    #[test]
    fn refuses_what_kubernetes_refuses() {
        check("x", Err("could not parse \"x\" as version"));
        check("1", Err("illegal version string \"1\""));
        check("1.", Err("illegal version string \"1.\""));
        check(
            "01.2",
            Err("illegal zero-prefixed version component \"01\" in \"01.2\""),
        );
    }
}
