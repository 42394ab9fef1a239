//! Renders Helm charts as Helm does, byte for byte, without Helm.
//!
//! A [`Renderer`] loads a chart, merges values and renders, step by step:
//!
//! ```
//! use std::path::Path;
//! use std::sync::Arc;
//!
//! use evenkeel_renderer::{LoadOptions, Release, Renderer, Request, ValueOptions};
//!
//! # let dir = std::env::temp_dir().join(format!("evenkeel-doctest-{}", std::process::id()));
//! # let chart_dir = dir.join("hello");
//! # std::fs::create_dir_all(chart_dir.join("templates"))?;
//! # std::fs::write(chart_dir.join("Chart.yaml"), "apiVersion: v2\nname: hello\nversion: 0.1.0\n")?;
//! # std::fs::write(chart_dir.join("values.yaml"), "greeting: Hello\n")?;
//! # std::fs::write(
//! #     chart_dir.join("templates/config.yaml"),
//! #     "kind: ConfigMap\ndata:\n  text: {{ .Values.greeting }}, {{ .Release.Name }}\n",
//! # )?;
//! let renderer = Renderer::new();
//! let chart = renderer
//!     .load(&chart_dir, &LoadOptions::default())
//!     .map_err(|diagnostic| diagnostic.message)?;
//!
//! let options = ValueOptions { set: vec!["greeting=Ahoy".to_owned()], ..ValueOptions::default() };
//! let mut no_files = |name: &str| -> Result<Arc<[u8]>, String> { Err(format!("no {name}")) };
//! let values = renderer
//!     .values(&options, &mut no_files, Default::default())
//!     .map_err(|diagnostic| diagnostic.message)?;
//!
//! let release = Release { name: "world".to_owned(), ..Release::default() };
//! let request = Request { release, ..Request::default() };
//! let rendered = renderer
//!     .render(&chart, &values, &request)
//!     .map_err(|failure| failure.diagnostic.message)?;
//!
//! let document = &rendered.manifests[0];
//! assert_eq!(document.path(), "hello/templates/config.yaml");
//! assert_eq!(document.head().kind, "ConfigMap");
//! assert_eq!(document.text(), b"kind: ConfigMap\ndata:\n  text: Ahoy, world\n");
//! # std::fs::remove_dir_all(&dir)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything that fails is a [`Diagnostic`](evenkeel_diagnostics::Diagnostic): our words and places,
//! and Helm's own text as `native`.
//!
//! Architecture Invariant: no file is opened here but through `evenkeel-chart`, and no clock, network or
//! environment is looked at: time and randomness come with the [`Request`].

mod api_versions;
mod cache;
mod capabilities;
mod failure;
mod files;
mod glob;
mod host;
mod jinja;
mod kube_version;
mod metadata;
mod native;
mod origin;
mod pool;
mod record;
mod render;
mod request;
mod scope;
mod side_by_side;
mod similar;
mod stack;
mod values_type;

pub use evenkeel_chart::{Chart, HelmVersion, LoadOptions};
pub use evenkeel_template::{Budget, Read, ReadLog};
pub use evenkeel_values_merger::{UserValues, ValueOptions, ValueReader};
pub use glob::Glob;
pub use host::RenderHost;
pub use kube_version::KubeVersion;
pub use origin::{Writer, byte_writer, line_writer};
pub use render::{Renderer, rules};
pub use request::{Clock, Failure, Files, Partial, Release, Rendered, Request, Trace};
pub use side_by_side::side_by_side;
pub use stack::on_large_stack;
