//! Differences with every case that a format has to show.

use std::collections::BTreeMap;

use evenkeel_config::Date;
use evenkeel_diagnostics::{Origin, SourceKind, SourceMap, Span};
use evenkeel_diff::{
    AppDiff, Cause, CauseKind, Change, ChangeIndex, ChangeKind, Class, Comparison, Differences,
    Hazard, HazardKind, Hop, Missing, ObjectDiff, Place, Presence, Reason, Reopened, Risk, Said,
    Sides, Trace, TraceLayer, Unused,
};
use evenkeel_manifest::{FieldPath, Identity};
use evenkeel_value::{Data, DataEntry, DataItem};
use serde_json::{Value, json};

use super::Compared;

const CONFIG: &str = "\
version: 1
parity:
  off:
    - { env: prod, app: ollama, reason: prod has no GPU nodes, owner: platform, review: 2027-06-30 }
expect:
  - { app: shop, path: \"Deployment/shop:spec.replicas\", reason: two in prod }
  - { app: shop, path: \"Route/*:spec.tls\", reason: \"TLS ends at the router | see #42, @platform\" }
  - { app: db, path: \"ConfigMap/gone\", reason: not there any more }
";

/// Differences, and the configuration that explains some of them.
pub(crate) struct Fixture {
    sources: SourceMap,
    pub(crate) differences: Differences,
}

impl Fixture {
    pub(crate) fn new() -> Fixture {
        let sources = SourceMap::new();
        let file = sources.add("evenkeel.yaml", CONFIG.as_bytes().into(), SourceKind::File);
        let reason = |text: &str, owner: Option<&str>, review: Option<&str>| {
            let at = CONFIG.find(text).unwrap_or(0) as u32;
            Reason {
                text: text.to_owned(),
                owner: owner.map(str::to_owned),
                review: review.and_then(Date::new),
                span: Span::new(file, at, at + 1),
            }
        };
        let off = Class::Expected(reason(
            "prod has no GPU nodes",
            Some("platform"),
            Some("2027-06-30"),
        ));
        let two = Class::Expected(reason("two in prod", None, None));
        let tls = Class::Security {
            risk: Risk::Tls,
            reason: Some(reason(
                "TLS ends at the router | see #42, @platform",
                None,
                None,
            )),
        };
        let unused = |app: &str, text: &str| Unused {
            app: Some(app.to_owned()),
            path: text.to_owned(),
            span: reason(text, None, None).span,
        };
        let differences = Differences {
            comparisons: vec![environments(&off, &two, &tls), revisions()],
            causes: causes(&off, &two, &tls),
            missing: vec![missing()],
            traces: traces(),
            unused: vec![unused("db", "ConfigMap/gone")],
            reopened: vec![Reopened {
                entry: Unused {
                    path: "Deployment/shop:spec.replicas".to_owned(),
                    ..unused("shop", "two in prod")
                },
                reason: "two in prod".to_owned(),
                message: "1 → 3, and 1 → 2 was accepted".to_owned(),
            }],
            diagnostics: Vec::new(),
        };
        Fixture {
            sources,
            differences,
        }
    }

    /// The same without causes, as files have it.
    pub(crate) fn of_files() -> Fixture {
        let mut fixture = Fixture::new();
        let mut files = revisions();
        files.env = None;
        files.names = sides("before.yaml", "after");
        files.apps[0].name.clear();
        fixture.differences = Differences {
            comparisons: vec![files],
            ..Differences::default()
        };
        fixture
    }

    /// One side twice.
    pub(crate) fn of_nothing() -> Fixture {
        let mut fixture = Fixture::new();
        fixture.differences = Differences {
            comparisons: vec![Comparison {
                names: sides("local", "prod"),
                ..Comparison::default()
            }],
            ..Differences::default()
        };
        fixture
    }

    pub(crate) fn compared(&self) -> Compared<'_> {
        Compared {
            differences: &self.differences,
            sources: &self.sources,
        }
    }
}

/// Two environments.
fn environments(off: &Class, two: &Class, tls: &Class) -> Comparison {
    let implied = Class::Implied {
        of: "ConfigMap/shop".to_owned(),
    };
    let privilege = Class::Security {
        risk: Risk::Privilege,
        reason: None,
    };
    let deployment = object(
        "apps/Deployment/shop",
        vec![
            change("spec.replicas", json!(1), json!(2), two),
            change(
                "spec.template.metadata.annotations[\"checksum/config\"]",
                json!("1f3a"),
                json!("9bc2"),
                &implied,
            ),
            change(
                "spec.template.spec.containers[shop].image",
                json!("quay.io/acme/shop:v1.4.0"),
                json!("quay.io/acme/shop:v1.3.9"),
                &Class::Version,
            ),
            change(
                "spec.template.spec.containers[shop].securityContext.privileged",
                Value::Null,
                json!(true),
                &privilege,
            ),
            change(
                "spec.template.spec.containers[shop].env[LOG_LEVEL].value",
                json!("debug"),
                json!("`info` | <b>@everyone</b> #1"),
                &Class::Unexplained,
            ),
        ],
    );
    let config = object(
        "/ConfigMap/shop",
        vec![
            change(
                "data[\"app.yaml\"].host",
                json!("shop.apps-crc.testing"),
                json!("shop.apps.prod.example"),
                &Class::Identity,
            ),
            change(
                "metadata.namespace",
                json!("bitiq-local"),
                json!("bitiq-prod"),
                &Class::Identity,
            ),
        ],
    );
    let route = object(
        "route.openshift.io/Route/shop",
        vec![
            change(
                "spec.host",
                json!("shop.apps-crc.testing"),
                json!("shop.apps.prod.example"),
                &Class::Identity,
            ),
            change(
                "spec.tls",
                Value::Null,
                json!({ "termination": "edge" }),
                tls,
            ),
        ],
    );
    let shop = app("shop", vec![deployment, config, route]);
    let ollama = AppDiff {
        name: "ollama".to_owned(),
        presence: Presence::Before,
        class: off.clone(),
        objects_alone: 6,
        objects: Vec::new(),
    };
    Comparison {
        env: None,
        names: sides("local", "prod"),
        apps: vec![ollama, shop],
    }
}

/// One environment at two times.
fn revisions() -> Comparison {
    let open = Class::Unexplained;
    let mut selector = change(
        "spec.selector.matchLabels.app",
        json!("db"),
        json!("database"),
        &open,
    );
    selector.hazard = Some(Hazard {
        kind: HazardKind::Immutable,
        advice: "the API server refuses to change a selector: delete the StatefulSet first"
            .to_owned(),
    });
    let set = object("apps/StatefulSet/db", vec![selector]);
    let mut claim = object(
        "/PersistentVolumeClaim/db-data",
        vec![change("", json!({}), Value::Null, &open)],
    );
    claim.presence = Presence::Before;
    claim.changes[0].before = None;
    claim.changes[0].hazard = Some(Hazard {
        kind: HazardKind::DataLoss,
        advice: "deleting the claim deletes its volume: take a copy, or keep the claim".to_owned(),
    });
    let script = change(
        "data[\"start.sh\"]",
        json!("#!/bin/sh\nset -e\nexec db --cache 64\n"),
        json!("#!/bin/sh\nset -eu\nexec db --cache 128\n"),
        &open,
    );
    let mut scripts = object("/ConfigMap/db-scripts", vec![script]);
    scripts.renamed = Some(identity("/ConfigMap/database-scripts"));
    let secret = object(
        "/Secret/db",
        vec![change(
            "data.password",
            json!("(hidden)"),
            json!("(hidden, another)"),
            &open,
        )],
    );
    let long = change(
        "spec.egress",
        json!([{ "to": [{ "namespaceSelector": { "matchLabels": { "name": "backend" } } }] }]),
        json!([{ "to": [{ "ipBlock": { "cidr": "0.0.0.0/0" } }], "ports": [{ "port": 443, "protocol": "TCP" }] }]),
        &Class::Security {
            risk: Risk::NetworkPolicy,
            reason: None,
        },
    );
    let policy = object("networking.k8s.io/NetworkPolicy/db", vec![long]);
    Comparison {
        env: Some("sno".to_owned()),
        names: sides("v1.2.0", "work tree"),
        apps: vec![app("db", vec![set, claim, scripts, secret, policy])],
    }
}

fn causes(off: &Class, two: &Class, tls: &Class) -> Vec<Cause> {
    let prod = |line, text| place("charts/apps/values-prod.yaml", line, text);
    let shop = |object, change| index(0, 1, Some((object, change)));
    let db = |object, change| index(1, 0, Some((object, change)));
    let unexplained = Cause {
        hops: vec![Hop {
            what: "parameter".to_owned(),
            name: "logLevel".to_owned(),
            place: Some(place(
                "charts/apps/templates/shop.yaml",
                21,
                "- name: logLevel",
            )),
        }],
        ..cause(
            CauseKind::Value,
            "shop.logLevel",
            [
                said(
                    "debug",
                    place("charts/apps/values-local.yaml", 8, "  logLevel: debug"),
                ),
                said(
                    "`info` | <b>@everyone</b> #1",
                    prod(9, "  logLevel: \"`info` | <b>@everyone</b> #1\""),
                ),
            ],
            &Class::Unexplained,
            vec![shop(0, 4)],
        )
    };
    let script = [
        said(
            "exec db --cache 64",
            place(
                "charts/db/templates/scripts.yaml",
                9,
                "    exec db --cache 64",
            ),
        ),
        said(
            "exec db --cache 128",
            place(
                "charts/db/templates/scripts.yaml",
                9,
                "    exec db --cache 128",
            ),
        ),
    ];
    let facts = [
        ("namespace", "bitiq-local", "bitiq-prod"),
        ("domain", "apps-crc.testing", "apps.prod.example"),
    ];
    let mut causes = vec![
        unexplained,
        cause(
            CauseKind::Template,
            "charts/db/templates/scripts.yaml",
            script,
            &Class::Unexplained,
            vec![db(2, 0), db(0, 0), db(1, 0)],
        ),
        cause(
            CauseKind::Unknown,
            "data.password",
            [None, None],
            &Class::Unexplained,
            vec![db(3, 0)],
        ),
        cause(
            CauseKind::Condition,
            "if .Values.debug.privileged",
            [
                None,
                said(
                    "",
                    place(
                        "charts/shop/templates/deployment.yaml",
                        31,
                        "            {{- if .Values.debug.privileged }}",
                    ),
                ),
            ],
            &Class::Security {
                risk: Risk::Privilege,
                reason: None,
            },
            vec![shop(0, 3)],
        ),
        cause(
            CauseKind::File,
            "charts/db/files/egress.yaml",
            [None, None],
            &Class::Security {
                risk: Risk::NetworkPolicy,
                reason: None,
            },
            vec![db(4, 0)],
        ),
        cause(
            CauseKind::Value,
            "shop.tls",
            [
                said("false", place("charts/shop/values.yaml", 12, "tls: false")),
                said("true", prod(4, "  tls: true")),
            ],
            tls,
            vec![shop(2, 1)],
        ),
        Cause {
            follow: vec![shop(0, 1)],
            ..cause(
                CauseKind::Value,
                "shop.replicas",
                [
                    said("1", place("charts/shop/values.yaml", 3, "replicas: 1")),
                    said("2", prod(2, "  replicas: 2")),
                ],
                two,
                vec![shop(0, 0)],
            )
        },
        cause(
            CauseKind::Application,
            "ollama",
            [None, None],
            off,
            vec![index(0, 0, None)],
        ),
        cause(
            CauseKind::Value,
            "image.tag",
            [
                said(
                    "v1.4.0",
                    place("charts/apps/values-local.yaml", 4, "  tag: v1.4.0"),
                ),
                said("v1.3.9", prod(5, "  tag: v1.3.9")),
            ],
            &Class::Version,
            vec![shop(0, 2)],
        ),
    ];
    let effects = [vec![shop(1, 1)], vec![shop(1, 0), shop(2, 0)]];
    causes.extend(
        facts
            .into_iter()
            .zip(effects)
            .map(|((name, before, after), effects)| {
                let said = [before, after].map(|text| {
                    Some(Said {
                        place: None,
                        text: text.to_owned(),
                    })
                });
                cause(CauseKind::Fact, name, said, &Class::Identity, effects)
            }),
    );
    causes
}

fn missing() -> Missing {
    Missing {
        app: "shop".to_owned(),
        index: Default::default(),
        object: identity("route.openshift.io/Route/shop-admin"),
        path: "spec.host".to_owned(),
        text: "shop-admin.apps-crc.testing".to_owned(),
        message: "`apps-crc.testing` is the domain of local".to_owned(),
        place: Some(place(
            "charts/shop/values.yaml",
            20,
            "adminHost: shop-admin.apps-crc.testing",
        )),
    }
}

fn traces() -> BTreeMap<ChangeIndex, Sides<Option<Trace>>> {
    let trace = |text: &str, file: &str| {
        let layer = |wins, text: &str, file: &str| TraceLayer {
            value: ".Values.logLevel".to_owned(),
            wins,
            text: text.to_owned(),
            hops: vec![Hop {
                what: "values file".to_owned(),
                name: "shop.logLevel".to_owned(),
                place: Some(place(file, 8, &format!("  logLevel: {text}"))),
            }],
        };
        Some(Trace {
            written: Some(place(
                "charts/shop/templates/deployment.yaml",
                27,
                "              value: {{ .Values.logLevel | quote }}",
            )),
            calls: vec![(
                "shop.env".to_owned(),
                Some(place(
                    "charts/shop/templates/deployment.yaml",
                    25,
                    "            {{- include \"shop.env\" . | nindent 12 }}",
                )),
            )],
            conditions: vec![(
                "if .Values.enabled".to_owned(),
                Some(place(
                    "charts/shop/templates/deployment.yaml",
                    1,
                    "{{- if .Values.enabled }}",
                )),
            )],
            layers: vec![
                layer(true, text, file),
                layer(false, "warn", "charts/shop/values.yaml"),
            ],
        })
    };
    let both = Sides {
        before: trace("debug", "charts/apps/values-local.yaml"),
        after: trace(
            "`info` | <b>@everyone</b> #1",
            "charts/apps/values-prod.yaml",
        ),
    };
    BTreeMap::from([(index(0, 1, Some((0, 4))), both)])
}

fn app(name: &str, objects: Vec<ObjectDiff>) -> AppDiff {
    AppDiff {
        name: name.to_owned(),
        presence: Presence::Both,
        class: Class::Unexplained,
        objects_alone: 0,
        objects,
    }
}

fn object(identity: &str, changes: Vec<Change>) -> ObjectDiff {
    ObjectDiff {
        identity: self::identity(identity),
        renamed: None,
        presence: Presence::Both,
        index: Sides::default(),
        changes,
    }
}

fn sides(before: &str, after: &str) -> Sides<String> {
    Sides {
        before: before.to_owned(),
        after: after.to_owned(),
    }
}

/// `group/kind/name`.
fn identity(text: &str) -> Identity {
    let parts: Vec<&str> = text.split('/').collect();
    Identity {
        group: parts[0].to_owned(),
        kind: parts[1].to_owned(),
        namespace: "bitiq-local".to_owned(),
        name: parts[2].to_owned(),
    }
}

/// A change between two values; `null` is no value.
fn change(path: &str, before: Value, after: Value, class: &Class) -> Change {
    let kind = match (&before, &after) {
        (Value::Null, _) => ChangeKind::Added,
        (_, Value::Null) => ChangeKind::Removed,
        _ => ChangeKind::Changed,
    };
    Change {
        path: FieldPath::parse(path).unwrap_or_default(),
        indexed: Sides::default(),
        kind,
        before: (!before.is_null()).then(|| data(&before)),
        after: (!after.is_null()).then(|| data(&after)),
        class: class.clone(),
        hazard: None,
    }
}

fn cause(
    kind: CauseKind,
    name: &str,
    [before, after]: [Option<Said>; 2],
    class: &Class,
    effects: Vec<ChangeIndex>,
) -> Cause {
    Cause {
        kind,
        name: name.to_owned(),
        sides: Sides { before, after },
        hops: Vec::new(),
        class: class.clone(),
        effects,
        follow: Vec::new(),
    }
}

fn said(text: &str, place: Place) -> Option<Said> {
    Some(Said {
        place: Some(place),
        text: text.to_owned(),
    })
}

fn place(file: &str, line: usize, text: &str) -> Place {
    Place {
        file: file.to_owned(),
        line,
        column: 1 + text.len() - text.trim_start().len(),
        text: text.to_owned(),
    }
}

fn index(comparison: usize, app: usize, change: Option<(usize, usize)>) -> ChangeIndex {
    ChangeIndex {
        comparison,
        app,
        change,
    }
}

fn data(value: &Value) -> Data {
    match value {
        Value::Null => Data::Null,
        Value::Bool(value) => Data::Bool(*value),
        Value::Number(number) => Data::Int(number.as_i64().unwrap_or_default()),
        Value::String(text) => Data::str(text),
        Value::Array(items) => Data::List(
            items
                .iter()
                .map(|item| DataItem {
                    value: data(item),
                    origin: Origin::default(),
                })
                .collect(),
        ),
        Value::Object(entries) => Data::map(
            entries
                .iter()
                .map(|(key, value)| DataEntry {
                    key: key.as_bytes().into(),
                    value: data(value),
                    origin: Origin::default(),
                })
                .collect(),
        ),
    }
}
