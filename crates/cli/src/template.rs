//! `evenkeel template`: what `helm template` does, without Helm.

use std::path::Path;
use std::sync::Arc;

use evenkeel_diagnostics::Diagnostic;
use evenkeel_manifest::{Hook, Listing, Separator};
use evenkeel_renderer::{
    Chart, Clock, Failure, LoadOptions, Release, Rendered, Renderer, Request, UserValues, rules,
};

use crate::options::Options;
use crate::outcome::{Outcome, Stop};
use crate::present::{self, Format};
use crate::values::{Reader, is_url};
use crate::{
    annotate, chart_ref, nondeterminism, output_dir, post_render, release_name, show_only,
};

/// What Helm adds to errors that happen while it renders.
const DEBUG_HINT: &str = "\n\nUse --debug flag to render out invalid YAML";

/// One run of the command.
pub(crate) struct Command<'a> {
    pub(crate) options: &'a Options,
    pub(crate) format: Format,
    pub(crate) clock: Clock,
    pub(crate) reader: Reader,
}

impl Command<'_> {
    /// Renders and prints.
    pub(crate) fn run(mut self) -> Outcome {
        let renderer = Renderer::new();
        let mut out = Outcome::default();
        if let Err(stop) = self.template(&renderer, &mut out) {
            out.code = stop.code();
            let text = stop.show(self.format, renderer.sources());
            out.stderr.extend_from_slice(text.as_bytes());
        }
        out.spent.push(Box::new(renderer));
        out
    }

    fn template(&mut self, renderer: &Renderer, out: &mut Outcome) -> Result<(), Stop> {
        let options = self.options;
        let name = release_name::choose(options, renderer, &self.clock)?;
        let path = chart_ref::locate(options)?;
        let values = self.values(renderer)?;
        let load = LoadOptions {
            helm: options.helm,
            defer_files: true,
            ..LoadOptions::default()
        };
        let chart = renderer
            .load(Path::new(&path), &load)
            .map_err(Stop::problem)?;
        out.spent.push(Box::new(Arc::clone(&chart)));
        chart_ref::check(&chart, options)?;
        self.warn(&chart, out);
        release_name::check(&name, options.helm)?;
        let request = self.request(name);
        if options.report_nondeterminism {
            return nondeterminism::report(renderer, &chart, &values, &request, out)
                .map_err(|failure| self.stop(failure));
        }
        self.print(renderer, &chart, &values, &request, out)
    }

    fn values(&mut self, renderer: &Renderer) -> Result<UserValues, Stop> {
        let options = self.options;
        if let Some(url) = options.values.files.iter().find(|name| is_url(name.trim())) {
            let text =
                format!("values from URLs are not supported, download the file first: {url}");
            return Err(Stop::Refused(text));
        }
        let reader = &mut self.reader;
        renderer
            .values(&options.values, &mut |name| reader.read(name), options.helm)
            .map_err(Stop::problem)
    }

    fn warn(&self, chart: &Chart, out: &mut Outcome) {
        if chart.metadata.deprecated {
            let line = if self.options.helm.is_helm4() {
                "level=WARN msg=\"this chart is deprecated\"\n"
            } else {
                "WARNING: This chart is deprecated\n"
            };
            out.stderr.extend_from_slice(line.as_bytes());
        }
    }

    fn request(&self, name: String) -> Request {
        let options = self.options;
        Request {
            helm: options.helm,
            release: Release {
                name,
                namespace: options.namespace.clone(),
                is_upgrade: options.is_upgrade,
            },
            kube_version: options.kube_version.clone(),
            api_versions: options.api_versions.clone(),
            skip_schema_validation: options.skip_schema_validation,
            skip_crds: !options.include_crds,
            clock: self.clock.clone(),
            seed: options.seed,
            ..Request::default()
        }
    }

    fn print(
        &self,
        renderer: &Renderer,
        chart: &Arc<Chart>,
        values: &UserValues,
        request: &Request,
        out: &mut Outcome,
    ) -> Result<(), Stop> {
        let options = self.options;
        let rendered = match self.render(renderer, chart, values, request) {
            Ok(rendered) => rendered,
            Err(Broken::Stop(stop)) => return Err(stop),
            Err(Broken::Failure(failure)) => {
                if options.debug && failure.while_rendering {
                    self.print_partial(&failure, out);
                }
                return Err(self.stop(failure));
            }
        };
        for warning in &rendered.warnings {
            let text = present::diagnostic(warning, "", Format::Human, renderer.sources());
            out.stderr.extend_from_slice(text.as_bytes());
        }
        let hooks = self.hooks(&rendered.hooks);
        if let Some(dir) = &options.output_dir {
            let listing =
                output_dir::write(dir, options, &request.release.name, &rendered, &hooks, out)
                    .map_err(|text| Stop::Helm(format!("{text}{}", self.hint())))?;
            return self.show(listing, &rendered, renderer, out);
        }
        let crds = &rendered.crds[..];
        let listing = match (&options.post_renderer, options.helm.is_helm4()) {
            (Some(program), false) => {
                let input = Listing::manifests_only(crds, &rendered.manifests);
                let manifests =
                    post_render::run(program, &options.post_renderer_args, input.as_bytes())
                        .map_err(|text| Stop::Helm(format!("{text}{}", self.hint())))?;
                Listing::of_text(&manifests, &hooks)
            }
            _ => Listing::of(crds, &rendered.manifests, &hooks),
        };
        self.show(listing, &rendered, renderer, out)
    }

    fn render(
        &self,
        renderer: &Renderer,
        chart: &Arc<Chart>,
        values: &UserValues,
        request: &Request,
    ) -> Result<Rendered, Broken> {
        let options = self.options;
        let Some(program) = options
            .post_renderer
            .as_ref()
            .filter(|_| options.helm.is_helm4())
        else {
            return renderer
                .render(chart, values, request)
                .map_err(Broken::Failure);
        };
        let mut files = renderer
            .render_files(chart, values, request)
            .map_err(Broken::Failure)?;
        files.files = post_render::files(program, &options.post_renderer_args, files.files)
            .map_err(|text| Broken::Stop(Stop::Helm(format!("{text}{}", self.hint()))))?;
        files.sort(options.helm).map_err(Broken::Failure)
    }

    /// Prints a listing, or the part of it that `--show-only` names.
    fn show(
        &self,
        listing: Listing,
        rendered: &Rendered,
        renderer: &Renderer,
        out: &mut Outcome,
    ) -> Result<(), Stop> {
        let options = self.options;
        if options.show_only.is_empty() && !options.annotate {
            out.listing = listing;
            return Ok(());
        }
        let rope = if options.show_only.is_empty() {
            listing.into_rope()
        } else {
            listing
                .only(&options.show_only, self.separator(), show_only::matches)
                .map_err(|path| Stop::Helm(format!("could not find template {path} in chart")))?
        };
        if options.annotate {
            out.stdout
                .extend(annotate::lines(&rope, &rendered.frames, renderer.sources()));
        } else {
            out.stdout.extend_from_slice(rope.as_bytes());
        }
        Ok(())
    }

    /// What Helm prints with `--debug` although it fails.
    fn print_partial(&self, failure: &Failure, out: &mut Outcome) {
        let listing = match &failure.partial {
            Some(partial) => Listing::of_files(&partial.files, &self.hooks(&partial.hooks)),
            None => Listing::of(&[], &[], &[]),
        };
        out.stdout.extend_from_slice(listing.into_rope().as_bytes());
    }

    fn hooks<'h>(&self, hooks: &'h [Hook]) -> Vec<&'h Hook> {
        if self.options.no_hooks {
            return Vec::new();
        }
        hooks
            .iter()
            .filter(|hook| !(self.options.skip_tests && hook.is_test()))
            .collect()
    }

    fn separator(&self) -> Separator {
        rules(self.options.helm).separator
    }

    fn hint(&self) -> &'static str {
        if self.options.debug { "" } else { DEBUG_HINT }
    }

    fn stop(&self, failure: Failure) -> Stop {
        let suffix = if failure.while_rendering {
            self.hint()
        } else {
            ""
        };
        let mut diagnostic: Box<Diagnostic> = failure.diagnostic;
        if failure.partial.is_some() && !self.options.debug {
            diagnostic
                .help
                .push("--debug prints what was rendered".to_owned());
        }
        Stop::Problem(diagnostic, suffix)
    }
}

/// Why there is nothing to print.
enum Broken {
    Failure(Failure),
    Stop(Stop),
}
