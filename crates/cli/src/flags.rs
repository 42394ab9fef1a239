//! The flags of `helm template`, and ours.
//!
//! Each row is one flag: [`crate::pflag`] parses command lines from this table as Helm's flag library
//! does, and [`crate::help`] prints it. The effects are in [`crate::options`].

/// What values a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `--x`, `--x=false`.
    Bool,
    /// One text; the last one counts.
    Text,
    /// A text each time it is given.
    Texts,
    /// A line of comma-separated values each time it is given.
    Csv,
    /// An integer.
    Int,
    /// A number.
    Float,
    /// A Go duration.
    Duration,
    /// `key=value` pairs.
    Labels,
    /// A text that may be left out, and then is this one.
    OptionalText(&'static str),
    /// Helm 4's `--wait`, with or without a strategy.
    WaitStrategy,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// Who knows a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// Both Helms.
    Both,
    /// Helm 3 only.
    Helm3,
    /// Helm 4 only.
    Helm4,
    /// We only.
    Ours,
}

/// One flag.
#[derive(Debug)]
pub(crate) struct Flag {
    pub(crate) name: &'static str,
    pub(crate) short: Option<char>,
    pub(crate) kind: Kind,
    pub(crate) since: Since,
    /// For the help; empty for flags that are accepted and mean nothing here.
    pub(crate) help: &'static str,
}

impl Flag {
    /// Whether a command line of this Helm may have it.
    pub(crate) fn known_to(&self, helm4: bool) -> bool {
        match self.since {
            Since::Both | Since::Ours => true,
            Since::Helm3 => !helm4,
            Since::Helm4 => helm4,
        }
    }

    /// The value it takes when none is given, if it may be given without one.
    pub(crate) fn default_when_bare(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Bool => Some("true"),
            Kind::OptionalText(text) => Some(text),
            Kind::WaitStrategy => Some("watcher"),
            _ => None,
        }
    }
}

const fn flag(name: &'static str, kind: Kind, help: &'static str) -> Flag {
    Flag {
        name,
        short: None,
        kind,
        since: Since::Both,
        help,
    }
}

const fn short(name: &'static str, letter: char, kind: Kind, help: &'static str) -> Flag {
    Flag {
        name,
        short: Some(letter),
        kind,
        since: Since::Both,
        help,
    }
}

const fn only(since: Since, name: &'static str, kind: Kind, help: &'static str) -> Flag {
    Flag {
        name,
        short: None,
        kind,
        since,
        help,
    }
}

use Kind::{
    Bool, Csv, Duration, Float, Int, Labels, OneOf, OptionalText, Text, Texts, WaitStrategy,
};
use Since::{Helm3, Helm4, Ours};

/// All flags of `evenkeel template`.
pub(crate) const TEMPLATE: &[Flag] = &[
    // Values.
    short(
        "values",
        'f',
        Csv,
        "values files, `-` for standard input; later ones win",
    ),
    flag("set", Texts, "values as key1=val1,key2=val2"),
    flag("set-string", Texts, "the same, always as strings"),
    flag(
        "set-json",
        Texts,
        "values as key1=json1,key2=json2, or (Helm 4) one JSON object",
    ),
    flag(
        "set-file",
        Texts,
        "values from files: key1=path1,key2=path2",
    ),
    flag("set-literal", Texts, "one string value, taken literally"),
    flag(
        "skip-schema-validation",
        Bool,
        "do not look at values.schema.json",
    ),
    // The release and the cluster.
    short("namespace", 'n', Text, "namespace of the release"),
    short("generate-name", 'g', Bool, "do without a NAME argument"),
    flag(
        "name-template",
        Text,
        "a template that gives the release's name",
    ),
    flag(
        "is-upgrade",
        Bool,
        "set .Release.IsUpgrade instead of .Release.IsInstall",
    ),
    flag(
        "kube-version",
        Text,
        "Kubernetes version of .Capabilities.KubeVersion",
    ),
    short(
        "api-versions",
        'a',
        Csv,
        "API versions to add to .Capabilities.APIVersions",
    ),
    // What is printed, and where.
    short(
        "show-only",
        's',
        Texts,
        "print only what these templates wrote (globs)",
    ),
    flag("include-crds", Bool, "print the files of crds/ too"),
    flag("skip-crds", Bool, ""),
    flag("skip-tests", Bool, "leave out the hooks of `helm test`"),
    flag("no-hooks", Bool, "leave out all hooks"),
    flag(
        "output-dir",
        Text,
        "write files into this directory instead of printing",
    ),
    flag(
        "release-name",
        Bool,
        "put the release's name between --output-dir and the files",
    ),
    flag("debug", Bool, "print documents even if they are no YAML"),
    flag(
        "post-renderer",
        Text,
        "a program that the manifests are passed through",
    ),
    flag(
        "post-renderer-args",
        Texts,
        "an argument of the post-renderer",
    ),
    // Ours.
    only(
        Ours,
        "helm-version",
        OneOf(&["3", "3.18", "4"]),
        "the Helm to be like: 3, 3.18 or 4 [default: 4]",
    ),
    only(
        Ours,
        "error-format",
        OneOf(&["human", "helm"]),
        "how errors look: human or helm [default: human]",
    ),
    only(
        Ours,
        "seed",
        Int,
        "make random functions and generated keys reproducible",
    ),
    only(
        Ours,
        "now",
        Text,
        "the time templates see, RFC 3339 [default: $SOURCE_DATE_EPOCH, or the clock]",
    ),
    only(
        Ours,
        "report-nondeterminism",
        Bool,
        "render twice with different seeds and name what differs",
    ),
    only(
        Ours,
        "annotate",
        Bool,
        "print beside each line the template line that wrote it",
    ),
    // Accepted, as they change nothing that is printed.
    only(Helm3, "atomic", Bool, ""),
    only(Helm4, "atomic", Bool, ""),
    flag("create-namespace", Bool, ""),
    flag("description", Text, ""),
    flag("devel", Bool, ""),
    flag("disable-openapi-validation", Bool, ""),
    only(Helm3, "dry-run", OptionalText("client"), ""),
    only(Helm4, "dry-run", OptionalText("unset"), ""),
    flag("enable-dns", Bool, ""),
    flag("force", Bool, ""),
    only(Helm4, "force-conflicts", Bool, ""),
    only(Helm4, "force-replace", Bool, ""),
    flag("hide-notes", Bool, ""),
    short("labels", 'l', Labels, ""),
    flag("render-subchart-notes", Bool, ""),
    flag("replace", Bool, ""),
    only(Helm4, "rollback-on-failure", Bool, ""),
    only(Helm4, "server-side", Bool, ""),
    flag("take-ownership", Bool, ""),
    flag("timeout", Duration, ""),
    only(Helm3, "wait", Bool, ""),
    only(Helm4, "wait", WaitStrategy, ""),
    flag("wait-for-jobs", Bool, ""),
    // About repositories and the network, which charts on disk do not need.
    flag("ca-file", Text, ""),
    flag("cert-file", Text, ""),
    flag("dependency-update", Bool, ""),
    flag("insecure-skip-tls-verify", Bool, ""),
    flag("key-file", Text, ""),
    flag("keyring", Text, ""),
    flag("pass-credentials", Bool, ""),
    flag("password", Text, ""),
    flag("plain-http", Bool, ""),
    flag("repo", Text, ""),
    flag("username", Text, ""),
    flag("validate", Bool, ""),
    flag("verify", Bool, ""),
    flag("version", Text, ""),
    // Helm's global flags.
    flag("burst-limit", Int, ""),
    only(Helm4, "color", Text, ""),
    only(Helm4, "colour", Text, ""),
    only(Helm4, "content-cache", Text, ""),
    flag("kube-apiserver", Text, ""),
    flag("kube-as-group", Texts, ""),
    flag("kube-as-user", Text, ""),
    flag("kube-ca-file", Text, ""),
    flag("kube-context", Text, ""),
    flag("kube-insecure-skip-tls-verify", Bool, ""),
    flag("kube-tls-server-name", Text, ""),
    flag("kube-token", Text, ""),
    flag("kubeconfig", Text, ""),
    flag("qps", Float, ""),
    flag("registry-config", Text, ""),
    flag("repository-cache", Text, ""),
    flag("repository-config", Text, ""),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_or_letter_is_taken_twice() {
        for helm4 in [false, true] {
            let known: Vec<_> = TEMPLATE.iter().filter(|f| f.known_to(helm4)).collect();
            for (i, a) in known.iter().enumerate() {
                for b in &known[i + 1..] {
                    assert_ne!(a.name, b.name);
                    assert!(a.short.is_none() || a.short != b.short, "{:?}", a.short);
                }
            }
        }
    }
}
