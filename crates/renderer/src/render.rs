//! Chart and values to documents: Helm's `install` without a cluster.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use evenkeel_chart::{Chart, HelmVersion, LoadOptions, load};
use evenkeel_diagnostics::{Code, Diagnostic, FrameArena, SourceKind, SourceMap};
use evenkeel_functions::{helm3, helm3_18, helm4};
use evenkeel_manifest::{Crd, HELM3, HELM4, RenderedFile, Rules, sort};
use evenkeel_schema_validator::{ChartSchema, check_values};
use evenkeel_template::{Executor, FunctionTable, Options, TemplateSet};
use evenkeel_value::{Data, Map, Value};
use evenkeel_values_merger::{
    Instance, UserValues, ValueOptions, ValueReader, coalesce_values, process_dependencies,
    user_values,
};

use crate::cache::Cache;
use crate::failure::{Failed, exec_failure, parse_failure, plain_failure, yaml_failure};
use crate::host::RenderHost;
use crate::pool;
use crate::request::{Clock, Failure, Files, Rendered, Request, Trace};
use crate::scope::{Collected, Shared, Template, release, templates};
use crate::{capabilities, jinja, on_large_stack};

/// Renders charts. Keeps the files it has read and the templates it has parsed, so one renderer should
/// serve all renders of a run; threads can share it.
#[derive(Debug, Default)]
pub struct Renderer {
    sources: Arc<SourceMap>,
    cache: Cache,
}

impl Renderer {
    /// A renderer that has read nothing.
    pub fn new() -> Renderer {
        Renderer::default()
    }

    /// The files read so far: what spans point into.
    pub fn sources(&self) -> &Arc<SourceMap> {
        &self.sources
    }

    /// Loads a chart from a directory or an archive.
    ///
    /// # Errors
    /// As [`evenkeel_chart::load`].
    pub fn load(&self, path: &Path, options: &LoadOptions) -> Result<Arc<Chart>, Diagnostic> {
        on_large_stack(|| load(path, &self.sources, options)).map(Arc::new)
    }

    /// Merges the layers of the command line.
    ///
    /// # Errors
    /// As [`evenkeel_values_merger::user_values`].
    pub fn values(
        &self,
        options: &ValueOptions,
        reader: &mut ValueReader<'_>,
        helm: HelmVersion,
    ) -> Result<UserValues, Diagnostic> {
        user_values(options, reader, &self.sources, helm)
    }

    /// What a `--name-template` gives: a template without data.
    ///
    /// # Errors
    /// Go's own texts: Helm does not reword them here.
    pub fn release_name(
        &self,
        template: &str,
        helm: HelmVersion,
        clock: &Clock,
        seed: Option<u64>,
    ) -> Result<String, Diagnostic> {
        on_large_stack(|| {
            let text: Arc<[u8]> = template.as_bytes().into();
            let name = "name-template";
            let file = self
                .sources
                .add("--name-template", Arc::clone(&text), SourceKind::Argument);
            let parsed = self.cache.parse(&text, functions(helm));
            let mut set = TemplateSet::new(name, functions(helm));
            let host = RenderHost::new(clock.clone(), seed);
            parsed
                .map_err(|error| error.named(name, file))
                .and_then(|ast| set.add(name, file, &ast))
                .and_then(|()| {
                    let mut executor =
                        Executor::new(&set, &host, &self.sources, Options::default());
                    executor.execute(name, Value::Nil)
                })
                .map(|output| String::from_utf8_lossy(output.as_bytes()).into_owned())
                .map_err(|error| plain_failure(&error))
        })
    }

    /// Renders a chart and sorts what comes out, as Helm's `Install.Run` does without a cluster.
    ///
    /// # Errors
    /// The first thing that fails, as Helm stops there.
    pub fn render(
        &self,
        chart: &Arc<Chart>,
        values: &UserValues,
        request: &Request,
    ) -> Result<Rendered, Failure> {
        on_large_stack(|| {
            self.render_files(chart, values, request)?
                .sort(request.helm)
        })
    }

    /// Renders a chart, up to the outputs of its templates: what a post-renderer of Helm 4 gets.
    ///
    /// # Errors
    /// As [`Renderer::render`].
    pub fn render_files(
        &self,
        chart: &Arc<Chart>,
        values: &UserValues,
        request: &Request,
    ) -> Result<Files, Failure> {
        on_large_stack(|| {
            Run {
                renderer: self,
                request,
            }
            .files(chart, values)
        })
    }
}

impl Files {
    /// Splits the outputs into documents and sorts them.
    ///
    /// # Errors
    /// The first document that is no YAML.
    pub fn sort(self, helm: HelmVersion) -> Result<Rendered, Failure> {
        let Files {
            files,
            notes,
            crds,
            frames,
            mut warnings,
            trace,
            sources,
        } = self;
        let bytes = files.iter().map(|file| file.output.len()).sum();
        let sorted = on_large_stack(|| pool::run(bytes, || sort(files, rules(helm))))
            .map_err(|error| yaml_failure(*error, &frames, &sources))?;
        warnings.extend(sorted.notes);
        let (manifests, hooks) = (sorted.manifests, sorted.hooks);
        Ok(Rendered {
            manifests,
            hooks,
            notes,
            crds,
            frames,
            warnings,
            trace,
        })
    }
}

/// How a Helm version splits and orders documents.
pub fn rules(helm: HelmVersion) -> &'static Rules {
    if helm.is_helm4() { &HELM4 } else { &HELM3 }
}

fn functions(helm: HelmVersion) -> &'static FunctionTable {
    match helm {
        HelmVersion::V3_18 => helm3_18(),
        HelmVersion::V3_22 => helm3(),
        HelmVersion::V4_3 => helm4(),
    }
}

/// One render.
struct Run<'a> {
    renderer: &'a Renderer,
    request: &'a Request,
}

impl Run<'_> {
    fn files(&self, chart: &Arc<Chart>, values: &UserValues) -> Result<Files, Failure> {
        let helm = self.request.helm;
        let root = process_dependencies(chart, &values.data, helm).map_err(|diagnostic| {
            Failure::early(match helm.is_helm4() {
                true => prefixed(diagnostic, "chart dependencies processing failed: "),
                false => diagnostic,
            })
        })?;
        let merged = coalesce_values(&root, &values.data, helm).map_err(Failure::early)?;
        if !self.request.skip_schema_validation {
            self.check_schemas(&root, &merged)?;
        }
        self.check_kube_version(&root)?;
        self.execute(&root, merged)
    }

    fn check_schemas(&self, root: &Instance, values: &Map) -> Result<(), Failure> {
        let schema = chart_schema(root);
        check_values(&schema, values).map_err(Failure::early)
    }

    fn check_kube_version(&self, root: &Instance) -> Result<(), Failure> {
        let helm = self.request.helm;
        let default = capabilities::default_kube_version(helm);
        let kube = self.request.kube_version.as_ref().unwrap_or(&default);
        let wanted = &*root.metadata.kube_version;
        let rule = helm.prereleases();
        if wanted.is_empty() || evenkeel_semver::is_compatible_as(wanted, &kube.normalized, rule) {
            return Ok(());
        }
        let shown = if helm.is_helm4() {
            &kube.version
        } else {
            &kube.normalized
        };
        let text = format!(
            "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {shown}"
        );
        let diagnostic = Diagnostic::error(Code::new("chart/kube-version"), text.clone())
            .with_native(text)
            .with_help("pass --kube-version with the version of your cluster");
        Err(Failure::rendering(diagnostic))
    }

    fn execute(&self, root: &Instance, values: Map) -> Result<Files, Failure> {
        let Request {
            helm,
            clock,
            seed,
            budget,
            ..
        } = self.request;
        let default = capabilities::default_kube_version(*helm);
        let kube = self.request.kube_version.as_ref().unwrap_or(&default);
        let shared = Shared {
            helm: *helm,
            release: release(&self.request.release),
            capabilities: capabilities::capabilities(*helm, kube, &self.request.api_versions),
            unread: Default::default(),
        };
        let before = self.request.trace.then(|| Data::of_map(&values));
        let Collected { templates, jinja } = templates(root, values, &shared);
        let set = self.parse(&templates)?;
        let host = Rc::new(RenderHost::new(clock.clone(), *seed));
        let sources = &self.renderer.sources;
        let options = Options {
            budget: *budget,
            log_reads: self.request.trace,
            ..Options::default()
        };
        let mut executor = Executor::new(&set, &*host, sources, options);
        let mut files = Vec::with_capacity(templates.len());
        for template in templates.iter().filter(|t| !t.is_partial()) {
            let result = executor.execute(&template.name, template.dot(*helm));
            shared.all_read()?;
            match result {
                Ok(output) => files.push(RenderedFile {
                    path: Arc::clone(&template.name),
                    // Go prints a missing value so; Helm takes it out everywhere.
                    output: output.without(b"<no value>"),
                }),
                Err(error) => {
                    let frames = executor.into_frames();
                    let failed = Failed {
                        error: &error,
                        template,
                        set: &set,
                        frames: &frames,
                    };
                    return Err(exec_failure(&failed, sources, *helm));
                }
            }
        }
        let (mut frames, mut reads) = executor.into_log();
        if !jinja.is_empty() {
            let world = jinja::World {
                host,
                functions: functions(*helm),
                helm: *helm,
                sources: Arc::clone(sources),
                budget: *budget,
                trace: self.request.trace,
            };
            let rendered = jinja::render(&jinja, world, &mut frames, &mut reads);
            shared.all_read()?;
            files.extend(rendered?);
        }
        let mut files = self.collect(root, files, frames)?;
        files.trace = before.map(|values| Box::new(Trace { reads, values }));
        Ok(files)
    }

    /// Parses all templates, in order; a later definition of a name wins.
    fn parse(&self, templates: &[Template]) -> Result<TemplateSet, Failure> {
        let functions = functions(self.request.helm);
        let mut set = TemplateSet::new("gotpl", functions);
        let texts: Vec<_> = templates.iter().map(|t| t.file.data()).collect();
        let parsed = self.renderer.cache.parse_all(&texts, functions);
        for (template, parsed) in templates.iter().zip(parsed) {
            let file = template.file.file;
            parsed
                .map_err(|error| error.named(&template.name, file))
                .and_then(|ast| set.add(&template.name, file, &ast))
                .map_err(|error| parse_failure(&error, &template.name, functions))?;
        }
        Ok(set)
    }

    /// Takes the notes out and adds what is not rendered.
    fn collect(
        &self,
        root: &Instance,
        files: Vec<RenderedFile>,
        frames: FrameArena,
    ) -> Result<Files, Failure> {
        let notes_path = format!("{}/templates/NOTES.txt", root.full_path);
        let (notes, files): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|file| file.path.ends_with("NOTES.txt"));
        let notes = notes.into_iter().find(|file| *file.path == *notes_path);
        let mut crds = Vec::new();
        if !self.request.skip_crds {
            collect_crds(root, &mut crds).map_err(Failure::early)?;
        }
        let warnings = root.chart.warnings.clone();
        Ok(Files {
            files,
            notes,
            crds,
            frames,
            warnings,
            trace: None,
            sources: Arc::clone(&self.renderer.sources),
        })
    }
}

/// Helm's `CRDObjects`: a chart's own, sorted as its files are, then those of its dependencies.
fn collect_crds(chart: &Instance, crds: &mut Vec<Crd>) -> Result<(), Diagnostic> {
    for file in chart.chart.crds() {
        let path = format!("{}/{}", chart.full_path, file.name).into();
        crds.push(Crd {
            path,
            text: Arc::clone(file.data()?),
        });
    }
    for dependency in &chart.dependencies {
        collect_crds(dependency, crds)?;
    }
    Ok(())
}

fn chart_schema(chart: &Instance) -> ChartSchema<'_> {
    ChartSchema {
        name: chart.name(),
        schema: chart.chart.schema.as_ref().map(|file| &**file.data()),
        dependencies: chart.dependencies.iter().map(chart_schema).collect(),
    }
}

fn prefixed(mut diagnostic: Diagnostic, prefix: &str) -> Diagnostic {
    if let Some(native) = &mut diagnostic.native {
        native.insert_str(0, prefix);
    }
    diagnostic
}
