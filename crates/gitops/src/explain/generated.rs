//! Fields of Applications that an ApplicationSet made.

use evenkeel_diagnostics::{FrameId, Origin, Span};
use evenkeel_template::MissingKey;
use evenkeel_value::Data;

use super::{Cause, Explainer, Explanation, Layer};
use crate::application::span_of;
use crate::applicationset::{Generated, Style, execute_leaf};
use crate::{FieldPath, Step, path_to};

impl Explainer<'_> {
    /// Explains a field of an Application by the string of the set's template that it was made from, and by the
    /// element's parameters that the string read.
    pub(super) fn explain_generated(
        &self,
        app: usize,
        set: usize,
        generated: &Generated,
        style: Style,
        field: &FieldPath,
        hops: usize,
    ) -> Option<Explanation> {
        let owner = self.environment.apps.get(app)?;
        let object = owner.objects.get(set)?;
        let value = field.get(&generated.application)?.clone();
        let origin = field.origin(&generated.application).unwrap_or(Origin::NONE);
        let set_data = object.data();
        let template = path_to(&set_data, origin, field.0.last());
        // The string of the template is explained like any field; what it read comes on top.
        let mut explanation = match &template {
            Some(field) => self.explain_within(app, set, field, hops)?,
            None => Explanation {
                app: owner.name.clone(),
                object: object.short_name(),
                field: field.clone(),
                value: Data::Null,
                writers: Vec::new(),
                conditions: Vec::new(),
                causes: Vec::new(),
            },
        };
        explanation.value = value;
        let text = field.get(&generated.template).and_then(Data::as_str);
        for (name, read) in text.map_or_else(Vec::new, |text| {
            self.parameters(text, generated, style, origin)
        }) {
            let cause = self.parameter_cause(app, set, &set_data, &name, read, generated, hops);
            explanation.causes.push(cause);
        }
        Some(explanation)
    }

    /// The parameters that a string of the template reads, with the places of their values.
    fn parameters(
        &self,
        text: &str,
        generated: &Generated,
        style: Style,
        origin: Origin,
    ) -> Vec<(String, Origin)> {
        match style {
            Style::Classic => classic(text, &generated.params.to_data()),
            Style::Go(missing) => self.go(text, generated, missing, origin),
        }
    }

    fn go(
        &self,
        text: &str,
        generated: &Generated,
        missing: MissingKey,
        origin: Origin,
    ) -> Vec<(String, Origin)> {
        let host = self.host();
        let sources = &self.environment.sources;
        let params = &generated.params;
        let run = execute_leaf(
            text.as_bytes(),
            params,
            missing,
            origin.file,
            &host,
            sources,
        );
        let Ok(run) = run else { return Vec::new() };
        let count = u32::try_from(run.frames.len()).unwrap_or(u32::MAX);
        let reads = (0..count).flat_map(|id| run.reads.of(FrameId(id)));
        let mut found: Vec<(String, Origin)> = Vec::new();
        for read in reads {
            let entry = (read.name.clone(), read.origin);
            if read.name != "." && !found.contains(&entry) {
                found.push(entry);
            }
        }
        found
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "all of it is where the parameter may come from"
    )]
    fn parameter_cause(
        &self,
        app: usize,
        set: usize,
        set_data: &Data,
        name: &str,
        origin: Origin,
        generated: &Generated,
        hops: usize,
    ) -> Cause {
        let key = name.trim_start_matches('.');
        let last = key.rsplit('.').next().map(|key| Step::Key(key.to_owned()));
        let element = path_to(set_data, origin, last.as_ref());
        let params = generated.params.to_data();
        let path = FieldPath::of_keys(key.split('.'));
        let value = path
            .get(&params)
            .or_else(|| params.get(key))
            .cloned()
            .unwrap_or_default();
        let hop = element.as_ref().and_then(|field| {
            let hops = hops.checked_sub(1)?;
            self.explain_within(app, set, field, hops)
        });
        let layer = Layer {
            what: "generator element".to_owned(),
            span: match hop {
                Some(_) => Span::NONE,
                None => span_of(origin),
            },
            value,
            hop: hop.map(Box::new),
        };
        Cause {
            name: name.to_owned(),
            path: element,
            found: origin != Origin::NONE,
            note: None,
            layers: vec![layer],
        }
    }
}

/// The `{{name}}` of a string in the classic style.
fn classic(text: &str, params: &Data) -> Vec<(String, Origin)> {
    let names = text.split("{{").skip(1);
    names
        .filter_map(|rest| {
            let name = rest.split_once("}}")?.0.trim();
            let entry = params.entry(name)?;
            Some((name.to_owned(), entry.origin))
        })
        .collect()
}
