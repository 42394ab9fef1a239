//! Which Helm to be: named differences between its versions.

use evenkeel_semver::Prereleases;

/// A Helm release whose behaviour is reproduced. Ordered by age, so that a difference is "since".
///
/// Every difference between versions is a method here, named after the behaviour; code asks the method
/// and never compares versions itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum HelmVersion {
    /// Helm 3.18.4, which Argo CD 3.1 bundles.
    V3_18,
    /// Helm 3.22.0.
    V3_22,
    /// Helm 4.3.1.
    #[default]
    V4_3,
}

impl HelmVersion {
    /// Whether this is Helm 4: the texts and types that all of Helm 4 shares.
    pub fn is_helm4(self) -> bool {
        self >= HelmVersion::V4_3
    }

    /// The loader looks at `Chart.yaml` before anything else and refuses unknown chart versions (4.0).
    pub fn detects_chart_version_first(self) -> bool {
        self.is_helm4()
    }

    /// All documents of a values file are merged, where Helm 3 took the first (4.0).
    pub fn merges_value_documents(self) -> bool {
        self.is_helm4()
    }

    /// `--set-json '{"a": 1}'` without a key sets whole objects (4.0).
    pub fn takes_json_objects(self) -> bool {
        self.is_helm4()
    }

    /// `--set 'a[0'` ends quietly, where Helm 3 misses the bracket (4.0).
    pub fn forgives_open_index(self) -> bool {
        self.is_helm4()
    }

    /// One budget for the whole chart instead of a limit on each file (4.0).
    pub fn budgets_whole_directory(self) -> bool {
        self.is_helm4()
    }

    /// Nulls among a chart's own defaults vanish when coalescing (4.0).
    pub fn cleans_default_nulls(self) -> bool {
        self.is_helm4()
    }

    /// A user's null over a default that is null stays, at any depth (after 3.18).
    pub fn keeps_nulls_over_null_defaults(self) -> bool {
        self >= HelmVersion::V3_22
    }

    /// A path of `import-values` may be of any type, where 3.18 crashed on all but strings.
    pub fn prints_import_paths(self) -> bool {
        self >= HelmVersion::V3_22
    }

    /// `--kube-version` is a semantic version, with its suffix and with what it lacks (`1.32` is `v1.32.0`);
    /// after 3.18 it is read as Kubernetes reads its own.
    pub fn reads_kube_version_as_semver(self) -> bool {
        self < HelmVersion::V3_22
    }

    /// `.` and `..` are no names of charts (after 3.18).
    pub fn refuses_dot_names(self) -> bool {
        self >= HelmVersion::V3_22
    }

    /// How constraints judge pre-releases: 3.18 came with an older library.
    pub fn prereleases(self) -> Prereleases {
        if self >= HelmVersion::V3_22 {
            Prereleases::ByGroup
        } else {
            Prereleases::ByComparison
        }
    }

    /// Each alias of a chart gets its own copies of the chart's dependencies (4.0); before, aliases
    /// share them and disturb one another.
    pub fn copies_aliased_dependencies(self) -> bool {
        self.is_helm4()
    }
}
