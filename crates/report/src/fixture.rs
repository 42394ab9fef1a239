//! One report with every case that a format has to show.

use std::borrow::Cow;

use evenkeel_diagnostics::{
    Code, Diagnostic, FileId, FrameKind, Severity, Source, SourceKind, SourceMap, Span, TraceEntry,
};
use evenkeel_manifest::{FieldPath, Identity};
use evenkeel_rules::{CustomRules, Finding, Folded, NotEvaluated, Report, ValueHop, Waived};

use crate::{Failure, Results};

const TEMPLATE: &str = "\
apiVersion: route.openshift.io/v1
kind: Route
metadata:
  name: {{ .Release.Name }}
spec:
  host: {{ include \"shop.host\" . | quote }}
";
const HELPERS: &str = "{{ define \"shop.host\" }}{{ .Values.host }}{{ end }}\n";
const APPLICATION: &str = "\
spec:
  source:
    helm:
      parameters:
        - { name: host, value: \"{{ .Values.shopHost }}\" }
";
const VALUES: &str =
    "# The shop, 50 % off: \"today\" <only>\nshopHost: shop.localhost\ntag: latest\n";
const CONFIG: &str = "version: 1\nwaive: []\n";

/// The report, its files, and what failed.
pub(crate) struct Fixture {
    sources: SourceMap,
    report: Report,
    custom: CustomRules,
    broken: Diagnostic,
}

impl Fixture {
    pub(crate) fn new() -> Fixture {
        let sources = SourceMap::new();
        let files = Files::new(&sources);
        let host = host(&files);
        let effects = [
            (
                "prod",
                "portal-prod",
                "`shop.localhost` reaches this machine only",
            ),
            (
                "local",
                "shop-local",
                "`shop.localhost` is no host of [local]",
            ),
        ];
        let effects = effects.map(|(env, app, message)| {
            let mut effect = host.clone();
            effect.env = env.to_owned();
            effect.app = app.to_owned();
            effect.message = message.to_owned();
            effect
        });
        let host = Folded {
            finding: host,
            effects: effects.to_vec(),
        };
        let alone = |finding| Folded {
            finding,
            effects: Vec::new(),
        };
        let report = Report {
            envs: ["local", "sno", "prod"].map(str::to_owned).to_vec(),
            rules: ["ENV-09", "VLT-08", "PAR-04", "IMG-01", "HYG-02"]
                .map(Cow::Borrowed)
                .to_vec(),
            findings: vec![
                host,
                alone(without_place()),
                alone(latest(&files)),
                alone(in_file(&files)),
            ],
            waived: [false, true]
                .map(|in_place| Waived {
                    finding: accepted(&files),
                    reason: "it is small".to_owned(),
                    in_place,
                })
                .to_vec(),
            not_evaluated: vec![
                skipped("PAR-04", "local", "the configuration forbids no hosts"),
                skipped("PAR-04", "sno", "the configuration forbids no hosts"),
                skipped("ENV-09", "sno", "db-sno: remote chart db 1.0.0"),
            ],
            known: 2,
        };
        let broken = Diagnostic::error(
            Code::new("template/nil-pointer"),
            "nil pointer evaluating <nil>.host",
        );
        let broken = broken
            .at(span(files.helpers, HELPERS, ".Values.host"))
            .with_help("give `shop` a default");
        Fixture {
            sources,
            report,
            custom: CustomRules::default(),
            broken,
        }
    }

    /// Calls `show` with the results.
    pub(crate) fn shown<T>(&self, show: impl FnOnce(&Results<'_>) -> T) -> T {
        let failures = [Failure {
            env: "sno",
            app: "shop-sno",
            diagnostic: &self.broken,
        }];
        show(&Results {
            report: &self.report,
            custom: &self.custom,
            failures: &failures,
            sources: &self.sources,
            root: "..",
            is_deep: false,
        })
    }
}

struct Files {
    template: FileId,
    helpers: FileId,
    parent: FileId,
    values: FileId,
    config: FileId,
    inline: FileId,
}

impl Files {
    fn new(sources: &SourceMap) -> Files {
        let file = |name: &str, text: &str| {
            let name = format!("../{name}");
            sources.add(name, text.as_bytes().into(), SourceKind::File)
        };
        let parent = file("charts/apps/templates/shop.yaml", APPLICATION);
        Files {
            template: file("charts/shop/templates/route.yaml", TEMPLATE),
            helpers: file("charts/shop/templates/_helpers.tpl", HELPERS),
            parent,
            values: file("charts/apps/values, prod.yaml", VALUES),
            config: file("evenkeel.yaml", CONFIG),
            inline: sources.add_source(Source {
                name: "valuesObject".into(),
                content: b"host: shop.localhost"[..].into(),
                kind: SourceKind::Inline,
                parent: span(parent, APPLICATION, "parameters"),
            }),
        }
    }
}

/// A value that came a long way, through a helper.
fn host(files: &Files) -> Finding {
    let mut host = finding(
        "PAR-04",
        Severity::Error,
        ("prod", "shop-prod"),
        ("Route", "shop", "spec.host"),
        "`shop.localhost` reaches this machine only",
        span(files.helpers, HELPERS, "{{ .Values.host }}"),
    );
    host.calls = vec![TraceEntry {
        call: span(files.template, TEMPLATE, "include \"shop.host\" ."),
        name: "shop.host".to_owned(),
        kind: FrameKind::Include,
    }];
    let application = span(files.parent, APPLICATION, "{{ .Values.shopHost }}");
    host.values = vec![
        hop("parameter", "host", span(files.inline, "host", "host")),
        hop("values of", "Application apps", application),
        hop(
            "values file",
            "shopHost",
            span(files.values, VALUES, "shopHost"),
        ),
    ];
    host.suggestion = Some("shop.apps.example.net".to_owned());
    host.hints = vec![
        "leave the host empty, so that it is derived from the domain of the environment, as that of every other Route"
            .to_owned(),
    ];
    host
}

/// Texts that each format has to escape.
fn latest(files: &Files) -> Finding {
    let mut latest = finding(
        "IMG-01",
        Severity::Warning,
        ("prod", "shop-prod"),
        (
            "Deployment",
            "shop",
            "spec.template.spec.containers[shop].image",
        ),
        "the tag is 100 % `latest`:\u{1b}[31m anything",
        span(files.template, TEMPLATE, "{{ .Release.Name }}"),
    );
    latest.values = vec![hop("values file", "tag", span(files.values, VALUES, "tag"))];
    latest
}

/// A finding without object.
fn in_file(files: &Files) -> Finding {
    finding(
        "VLT-08",
        Severity::Note,
        ("", ""),
        ("", "", ""),
        "the path `services/shop` is in the catalogue, and nothing reads it",
        span(files.config, CONFIG, "waive"),
    )
}

fn without_place() -> Finding {
    finding(
        "ENV-09",
        Severity::Error,
        ("local", "empty-local"),
        ("Application", "empty-local", ""),
        "the Application renders nothing",
        Span::NONE,
    )
}

fn accepted(files: &Files) -> Finding {
    finding(
        "HYG-02",
        Severity::Warning,
        ("local", "shop-local"),
        ("Deployment", "shop", "spec.template.spec.containers[shop]"),
        "no limits",
        span(files.template, TEMPLATE, "kind: Route"),
    )
}

fn finding(
    rule: &'static str,
    severity: Severity,
    (env, app): (&str, &str),
    (kind, name, path): (&str, &str, &str),
    message: &str,
    place: Span,
) -> Finding {
    let mut finding = Finding::at(place, message.to_owned());
    finding.rule = Cow::Borrowed(rule);
    finding.severity = severity;
    finding.env = env.to_owned();
    finding.app = app.to_owned();
    finding.object = Identity {
        group: String::new(),
        kind: kind.to_owned(),
        namespace: String::new(),
        name: name.to_owned(),
    };
    finding.path = FieldPath::parse(path).expect("a path");
    finding
}

fn skipped(rule: &'static str, env: &str, reason: &str) -> NotEvaluated {
    NotEvaluated {
        rule: Cow::Borrowed(rule),
        env: env.to_owned(),
        reason: reason.to_owned(),
        is_undeclared: reason.starts_with("the configuration"),
    }
}

fn hop(what: &str, name: &str, place: Span) -> ValueHop {
    ValueHop {
        what: what.to_owned(),
        name: name.to_owned(),
        place,
    }
}

/// Where `part` stands in a text.
fn span(file: FileId, text: &str, part: &str) -> Span {
    let start = text.find(part).expect("it is there") as u32;
    Span::new(file, start, start + part.len() as u32)
}
