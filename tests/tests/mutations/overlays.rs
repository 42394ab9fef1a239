//! Values files, and charts that nobody deploys.

use crate::harness::{Case, Edit, Find};

pub(crate) const CASES: &[Case] = &[
    Case {
        rule: "PAR-01",
        title: "what is missing is forgiven, and nothing is",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/templates/applications.yaml",
            from: "      valueFiles:\n",
            to: "      ignoreMissingValueFiles: true\n      valueFiles:\n",
        }],
        finds: &[],
    },
    Case {
        rule: "PAR-04",
        title: "an overlay names the own machine",
        edits: &[Edit {
            file: "charts/toy-service/values-prod.yaml",
            from: "  LOG_LEVEL: info",
            to: "  LOG_LEVEL: info\n  AUDIT_URL: http://localhost:9999",
        }],
        finds: &[Find {
            rule: "PAR-04",
            env: "prod",
            file: "charts/toy-service/values-prod.yaml",
            line: "AUDIT_URL",
        }],
    },
    Case {
        rule: "PAR-04",
        title: "a comment names the own machine",
        edits: &[Edit {
            file: "charts/toy-service/values-prod.yaml",
            from: "  LOG_LEVEL: info",
            to: "  LOG_LEVEL: info\n  # AUDIT_URL: http://localhost:9999",
        }],
        finds: &[],
    },
    Case {
        rule: "PAR-08",
        title: "a key is misspelt, and the schema forgives it",
        edits: &[
            Edit {
                file: "charts/toy-service/values.schema.json",
                from: "  \"additionalProperties\": false,\n  \"properties\": {\n    \"global\"",
                to: "  \"properties\": {\n    \"global\"",
            },
            Edit {
                file: "charts/toy-service/values-prod.yaml",
                from: "replicaCount: 2",
                to: "replicaCount: 2\nreplicasCount: 3",
            },
        ],
        finds: &[Find {
            rule: "PAR-08",
            env: "",
            file: "charts/toy-service/values-prod.yaml",
            line: "replicasCount",
        }],
    },
    Case {
        rule: "PAR-08",
        title: "keys change places, and a comment misspells one",
        edits: &[Edit {
            file: "charts/toy-service/values-prod.yaml",
            from: "replicaCount: 2",
            to: "# replicasCount: 3\n\"replicaCount\": 2",
        }],
        finds: &[],
    },
    Case {
        rule: "HYG-06",
        title: "nothing says what a chart is for",
        edits: &[Edit {
            file: "evenkeel.yaml",
            from: "chart: charts/storefront, reason",
            to: "chart: charts/storefronts, reason",
        }],
        finds: &[Find {
            rule: "HYG-06",
            env: "",
            file: "charts/storefront/Chart.yaml",
            line: "name: storefront",
        }],
    },
    Case {
        rule: "HYG-06",
        title: "a glob says what a chart is for",
        edits: &[Edit {
            file: "evenkeel.yaml",
            from: "chart: charts/storefront, reason",
            to: "chart: \"charts/store*\", reason",
        }],
        finds: &[],
    },
];
