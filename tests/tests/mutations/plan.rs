//! The defects that the plan for prod names, put back one at a time.

use crate::harness::{Case, Edit, Find};

const ROOT: &str = "charts/argocd-apps/values.yaml";
const HANDED_ON: &str = "charts/bitiq-umbrella/templates/_values.tpl";
const UMBRELLA: &str = "charts/bitiq-umbrella/values-prod.yaml";
const TOY_SERVICE: &str = "charts/toy-service/values-prod.yaml";

pub(crate) const CASES: &[Case] = &[
    Case {
        rule: "ENV-06",
        title: "task 1: prod's element names another namespace",
        edits: &[Edit {
            file: ROOT,
            from: "appNamespace: bitiq-prod",
            to: "appNamespace: bitiq-prd",
        }],
        finds: &[Find {
            rule: "ENV-06",
            env: "prod",
            file: ROOT,
            line: "appNamespace: bitiq-prd",
        }],
    },
    Case {
        rule: "CIP-01",
        title: "task 1: prod gets the group of another cluster",
        edits: &[Edit {
            file: ROOT,
            from: "    baseDomain: \"\"  # required: set baseDomainOverride\n    tektonFsGroup: \"\"",
            to: "    baseDomain: \"\"  # required: set baseDomainOverride\n    tektonFsGroup: \"1000660000\"",
        }],
        finds: &[Find {
            rule: "CIP-01",
            env: "prod",
            file: ROOT,
            line: "tektonFsGroup: \"1000660000\"",
        }],
    },
    Case {
        rule: "VLT-01",
        title: "task 2: the policy is called gitops-local in every environment",
        edits: &[
            Edit {
                file: HANDED_ON,
                from: "policies:\n  - name: {{ include \"bitiq-umbrella.vaultRole\" . }}",
                to: "policies:\n  - name: gitops-local",
            },
            // The chart would refuse it otherwise.
            Edit {
                file: "charts/vault-config/templates/kubernetesauthenginerole.yaml",
                from: "if not (has . $rendered)",
                to: "if false",
            },
        ],
        finds: &[
            Find {
                rule: "VLT-01",
                env: "sno",
                file: "charts/bitiq-umbrella/templates/_helpers.tpl",
                line: "gitops-{{",
            },
            Find {
                rule: "PAR-03",
                env: "sno",
                file: HANDED_ON,
                line: "  - name: gitops-local",
            },
        ],
    },
    Case {
        rule: "VLT-08",
        title: "task 3: a secret that nobody seeds",
        edits: &[Edit {
            file: "charts/vault-runtime/values.yaml",
            from: "path: cert-manager/route53",
            to: "path: cert-manager/dns",
        }],
        finds: &[Find {
            rule: "VLT-08",
            env: "local",
            // The chart reads its list through JSON, where values lose their lines.
            file: "charts/vault-runtime/templates/vaultstaticsecret.yaml",
            line: "  path: {{",
        }],
    },
    Case {
        rule: "RTE-02",
        title: "task 4: the extra Route's host is written out",
        edits: &[Edit {
            file: TOY_SERVICE,
            from: "host: \"\"",
            to: "host: svc-web.apps.prod.example",
        }],
        finds: &[Find {
            rule: "RTE-02",
            env: "prod",
            file: TOY_SERVICE,
            line: "host: svc-web.apps.prod.example",
        }],
    },
    Case {
        rule: "PAR-01",
        title: "task 5: an app is on in prod and has no values for it",
        edits: &[
            Edit {
                file: "charts/couchbase-cluster/values-prod.yaml",
                from: "",
                to: "",
            },
            // Argo CD would say so itself otherwise.
            Edit {
                file: "charts/bitiq-umbrella/templates/applications.yaml",
                from: "      valueFiles:\n",
                to: "      ignoreMissingValueFiles: true\n      valueFiles:\n",
            },
        ],
        finds: &[
            Find {
                rule: "PAR-01",
                env: "prod",
                file: "charts/bitiq-umbrella/templates/applications.yaml",
                line: "- values-{{ $.Values.env }}.yaml",
            },
            Find {
                rule: "PAR-09",
                env: "prod",
                file: "charts/couchbase-cluster/templates/couchbasecluster.yaml",
                line: "        resources:",
            },
        ],
    },
    Case {
        rule: "PAR-02",
        title: "task 5: an app is off in prod, and nobody says why",
        edits: &[Edit {
            file: UMBRELLA,
            from: "  signet-landing:\n    enabled: true",
            to: "  signet-landing:\n    enabled: false # nobody says why",
        }],
        finds: &[Find {
            rule: "PAR-02",
            env: "prod",
            file: UMBRELLA,
            line: "enabled: false # nobody says why",
        }],
    },
    Case {
        rule: "OPR-01",
        title: "task 6: an operator follows another channel than the pinned one",
        edits: &[Edit {
            file: "charts/bootstrap-operators/values.yaml",
            from: "channel: gitops-1.18",
            to: "channel: gitops-1.17",
        }],
        finds: &[Find {
            rule: "OPR-01",
            env: "local",
            file: "charts/bootstrap-operators/values.yaml",
            line: "channel: gitops-1.17",
        }],
    },
    Case {
        rule: "CIP-03",
        title: "task 7: the registry's credentials do not reach the pipelines' ServiceAccount",
        edits: &[Edit {
            file: "charts/ci-pipelines/templates/serviceaccounts.yaml",
            from: "  - name: {{ .Values.secrets.registry }}\n",
            to: "",
        }],
        finds: &[Find {
            rule: "CIP-03",
            env: "local",
            file: "charts/ci-pipelines/templates/serviceaccounts.yaml",
            line: "  - name: {{ .Values.secrets.git }}",
        }],
    },
    Case {
        rule: "PAR-04",
        title: "task 7: builds push to a registry that only local has",
        edits: &[Edit {
            file: "charts/ci-pipelines/values.yaml",
            from: "registry: quay.io/acme",
            to: "registry: registry.localhost:5000/acme",
        }],
        finds: &[Find {
            rule: "PAR-04",
            env: "sno",
            file: "charts/ci-pipelines/values.yaml",
            line: "registry: registry.localhost:5000/acme",
        }],
    },
    Case {
        rule: "IMG-04",
        title: "task 8: prod runs an older image",
        edits: &[Edit {
            file: TOY_SERVICE,
            from: "tag: v0.4.2-commit.g3f9c1ab",
            to: "tag: v0.4.1-commit.g0b1d2e3",
        }],
        finds: &[
            Find {
                rule: "IMG-04",
                env: "prod",
                file: TOY_SERVICE,
                line: "tag: v0.4.1-commit.g0b1d2e3",
            },
            Find {
                rule: "IMG-03",
                env: "prod",
                file: "charts/bitiq-umbrella/Chart.yaml",
                line: "appVersion: ",
            },
        ],
    },
];
