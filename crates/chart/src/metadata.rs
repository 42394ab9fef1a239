//! `Chart.yaml`, `requirements.yaml` and the lock files.

use std::collections::BTreeMap;
use std::sync::Arc;

use evenkeel_value::Data;

/// One maintainer of a chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Maintainer {
    /// A name.
    pub name: Arc<str>,
    /// An address.
    pub email: Arc<str>,
    /// A page.
    pub url: Arc<str>,
}

/// `Chart.yaml`, Helm's `chart.Metadata`; absent strings are empty.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the names are those of Chart.yaml")]
pub struct Metadata {
    pub name: Arc<str>,
    pub home: Arc<str>,
    /// `None` where the key is absent: a nil slice in Go.
    pub sources: Option<Vec<Arc<str>>>,
    pub version: Arc<str>,
    pub description: Arc<str>,
    pub keywords: Option<Vec<Arc<str>>>,
    pub maintainers: Option<Vec<Maintainer>>,
    pub icon: Arc<str>,
    pub api_version: Arc<str>,
    pub condition: Arc<str>,
    pub tags: Arc<str>,
    pub app_version: Arc<str>,
    pub deprecated: bool,
    pub annotations: Option<BTreeMap<Arc<str>, Arc<str>>>,
    pub kube_version: Arc<str>,
    pub dependencies: Option<Vec<Dependency>>,
    /// `type`.
    pub chart_type: Arc<str>,
}

/// One entry of `dependencies`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dependency {
    /// The name of the chart; after processing, the alias where there is one.
    pub name: Arc<str>,
    /// A version constraint.
    pub version: Arc<str>,
    /// The repository's URL.
    pub repository: Arc<str>,
    /// Comma-separated value paths, the first bool of which decides.
    pub condition: Arc<str>,
    /// Tags that switch it.
    pub tags: Option<Vec<Arc<str>>>,
    /// Set by processing.
    pub enabled: bool,
    /// `import-values`: strings and maps.
    pub import_values: Option<Vec<Data>>,
    /// Another name to use the chart by.
    pub alias: Arc<str>,
}

/// `Chart.lock`: nothing of it is rendered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lock {
    /// When it was written, as written.
    pub generated: Arc<str>,
    /// The digest of the dependencies.
    pub digest: Arc<str>,
    /// The locked dependencies.
    pub dependencies: Vec<Dependency>,
}
