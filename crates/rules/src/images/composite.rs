//! IMG-03.

use std::collections::HashSet;
use std::sync::Arc;

use evenkeel_config::{Pattern, Release};
use evenkeel_diagnostics::{FileId, Severity, SourceKind, Span};

use super::reference::{Reference, images};
use crate::context::{Context, Survey};
use crate::release::{Composite, Difference, Part, charts, compose};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "IMG-03",
    statement: "The release's `appVersion` is composed of the tags of every environment",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Files],
    docs: "\
The version of a platform is the sum of what it runs. Written down by hand it is soon that of another day, and whoever \
reads it on a cluster takes the wrong commit for the one that runs.

`release.chart` of the configuration names the chart whose `appVersion` it is. The charts that are part of it are those \
of `release.charts`, or those whose `Chart.yaml` says `\"true\"` at the annotation `release.annotation`. Of each, \
`values-<env>.yaml` is read, and nothing else: every mapping with `repository` and `tag` is an image. \
`<last part of the repository>-<tag>`, sorted and joined with `_`, must be the `appVersion`, for every environment.

A values file that is not there adds nothing, which is shown as a warning; one that is there has to hold a tag, and the \
tag has to keep to `images.tag`.

`evenkeel version compute --write` renews `appVersion`.",
    examples: EXAMPLES,
    run: Run::Repository(check),
};

/// The written `appVersion`.
struct Written {
    version: String,
    place: Span,
}

fn check(survey: &mut Survey<'_>) {
    let Some(release) = &survey.config.release else {
        return survey.undeclared("the configuration names no release (`release`)");
    };
    let Some(first) = survey.all.first() else {
        return;
    };
    let Some(written) = written(release, first) else {
        let message = format!("{} has no Chart.yaml", release.chart.value.as_str());
        let finding = Finding::at(release.chart.span, message);
        return survey.report(finding.hint("name the chart whose `appVersion` it is"));
    };
    let charts = charts(release, survey.tree);
    if charts.is_empty() {
        let message = "no chart is part of the release".to_owned();
        let hint = "annotate the charts that are, or list them in `release.charts`";
        return survey.report(Finding::at(release.chart.span, message).hint(hint));
    }
    for context in survey.all {
        let env = context.environment.name.as_str();
        let composite = compose(&charts, env, survey.tree, &context.environment.sources);
        unusable(&composite, &written, context, survey);
        if let Some(grammar) = &survey.config.images.tag {
            grammatical(&composite, &grammar.value, context, survey);
        }
        compare(&composite, &written, context, survey);
    }
}

fn written(release: &Release, context: &Context<'_>) -> Option<Written> {
    let path = format!("{}/Chart.yaml", release.chart.value.as_str());
    let text = context.tree.read(&path)?;
    let sources = &context.environment.sources;
    let file = sources.add(path, Arc::clone(&text), SourceKind::File);
    let data = evenkeel_yaml::decode(&text, file).unwrap_or_default();
    let entry = data.entry("appVersion");
    let version = entry.and_then(|entry| entry.value.as_str());
    Some(Written {
        version: version.unwrap_or_default().to_owned(),
        place: entry.map_or(Span::new(file, 0, 0), |entry| {
            key(entry.origin.file, entry.origin.offset)
        }),
    })
}

fn key(file: FileId, start: u32) -> Span {
    Span::new(file, start, start + 10)
}

/// Reports values files that give no version.
fn unusable(
    composite: &Composite,
    written: &Written,
    context: &Context<'_>,
    survey: &mut Survey<'_>,
) {
    for (place, message) in &composite.unusable {
        let finding = Finding::at(*place, message.clone());
        let hint = "write the image's `repository` and `tag` there, as one mapping";
        survey.report_in(context, finding.hint(hint));
    }
    for path in &composite.missing {
        let message = format!("{path} does not exist, so its image is no part of the version");
        let mut finding = Finding::at(written.place, message).evidence(path);
        finding.own_severity = Some(Severity::Warning);
        survey.report_in(context, finding.hint("create it, with the image's tag"));
    }
}

/// Reports tags of another form, where IMG-02 does not see them because the environment does not run the image.
fn grammatical(
    composite: &Composite,
    grammar: &Pattern,
    context: &Context<'_>,
    survey: &mut Survey<'_>,
) {
    let wrong: Vec<&Part> = composite
        .parts
        .iter()
        .filter(|part| !grammar.is_match(&part.tag))
        .collect();
    if wrong.is_empty() {
        return;
    }
    let all = context.subjects().iter().flat_map(images);
    let running: HashSet<(&str, &str)> = all
        .filter_map(|(_, image)| {
            let reference = Reference::new(image);
            Some((reference.repository, reference.tag?))
        })
        .collect();
    for part in wrong {
        if !running.contains(&(part.repository.as_str(), part.tag.as_str())) {
            let message = format!("the tag {} is not {}", part.tag, grammar.as_str());
            let finding = Finding::at(part.place, message).evidence(&part.tag);
            survey.report_in(context, finding.hint("use a tag that the pipeline wrote"));
        }
    }
}

fn compare(
    composite: &Composite,
    written: &Written,
    context: &Context<'_>,
    survey: &mut Survey<'_>,
) {
    let env = &context.environment.name;
    let message = match composite.difference(&written.version) {
        Difference::None => return,
        Difference::Part(part, "") => {
            format!("`appVersion` lacks {}, which {env} runs", part.text())
        }
        Difference::Part(part, found) => {
            let wanted = part.text();
            format!("`appVersion` has {found} where {env} runs {wanted}")
        }
        Difference::TooMuch(rest) => {
            format!("`appVersion` has {rest}, which is no part of {env}")
        }
    };
    let finding = Finding::at(written.place, message).hint(format!(
        "`evenkeel version compute --write` makes it {}",
        composite.version()
    ));
    survey.report_in(context, finding);
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "One environment runs another tag than the version says",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {}, prod: {}}
release: {chart: umbrella, annotation: example.com/released}
-- umbrella/Chart.yaml --
apiVersion: v2
name: umbrella
version: 1.0.0
appVersion: mail-v1_shop-v2 #~ `appVersion` has shop-v2 where prod runs shop-v3
-- umbrella/templates/_none.tpl --
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0, annotations: {example.com/released: "true"}}
-- shop/values-local.yaml --
image: {repository: quay.io/acme/shop, tag: v2}
-- shop/values-prod.yaml --
image: {repository: quay.io/acme/shop, tag: v3}
-- shop/templates/_none.tpl --
-- mail/Chart.yaml --
{apiVersion: v2, name: mail, version: 1.0.0, annotations: {example.com/released: "true"}}
-- mail/values-local.yaml --
image: {repository: quay.io/acme/mail, tag: v1}
-- mail/values-prod.yaml --
image: {repository: quay.io/acme/mail, tag: v1}
-- mail/templates/_none.tpl --
"#,
    },
    Example {
        title: "A values file is missing, another one holds no tag, and a third one a wrong one",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
release: {chart: umbrella, charts: [shop, mail, news]}
images: {tag: '^v\d+$'}
-- umbrella/Chart.yaml --
{apiVersion: v2, name: umbrella, version: 1.0.0, appVersion: news-latest} #~ shop/values-prod.yaml does not exist, so its image is no part of the version
-- umbrella/templates/_none.tpl --
-- mail/values-prod.yaml --
image: {repository: quay.io/acme/mail} #~ mail/values-prod.yaml holds no image with `repository` and `tag`
-- news/values-prod.yaml --
image:
  repository: quay.io/acme/news
  tag: latest #~ the tag latest is not ^v\d+$
"#,
    },
    Example {
        title: "The version is that of all environments",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {local: {}, prod: {}}
release: {chart: umbrella, charts: [shop]}
-- umbrella/Chart.yaml --
{apiVersion: v2, name: umbrella, version: 1.0.0, appVersion: shop-v2}
-- umbrella/templates/_none.tpl --
-- shop/values-local.yaml --
image: {repository: quay.io/acme/shop, tag: v2}
-- shop/values-prod.yaml --
image: {repository: quay.io/acme/shop, tag: v2}
"#,
    },
    Example {
        title: "Comments with other tags, another order, a chart that is no part, a chart within another",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
release: {chart: umbrella, annotation: released}
-- umbrella/Chart.yaml --
{apiVersion: v2, name: umbrella, version: 1.0.0, appVersion: "mail-v1_shop-v2"}
-- umbrella/templates/_none.tpl --
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0, annotations: {released: "true"}}
-- shop/values-prod.yaml --
# tag: v1
image:
  tag: "v2" # not tag: v3
  repository: quay.io/acme/shop
-- shop/charts/part/Chart.yaml --
{apiVersion: v2, name: part, version: 1.0.0, annotations: {released: "true"}}
-- mail/Chart.yaml --
{apiVersion: v2, name: mail, version: 1.0.0, annotations: {released: "true"}}
-- mail/values-prod.yaml --
image: {repository: quay.io/acme/mail, tag: v1}
-- news/Chart.yaml --
{apiVersion: v2, name: news, version: 1.0.0, annotations: {released: "false"}}
-- news/values-prod.yaml --
image: {repository: quay.io/acme/news, tag: v9}
"#,
    },
    Example {
        title: "There is no release",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
];
