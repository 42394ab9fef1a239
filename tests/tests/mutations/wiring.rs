//! From ApplicationSets to what is deployed.

use crate::harness::{Case, Edit, Find};

pub(crate) const CASES: &[Case] = &[
    Case {
        rule: "ENV-02",
        title: "a block has a key that nothing reads",
        edits: &[
            Edit {
                file: "charts/argocd-apps/values.schema.json",
                from: "    \"env\": {\n      \"type\": \"object\",\n      \"additionalProperties\": false,",
                to: "    \"env\": {\n      \"type\": \"object\",",
            },
            Edit {
                file: "charts/argocd-apps/values.yaml",
                from: "baseDomain: \"\"  # required: set baseDomainOverride",
                to: "baseDomain: \"\"  # required: set baseDomainOverride\n    fooEnabled: true",
            },
        ],
        finds: &[Find {
            rule: "ENV-02",
            env: "",
            file: "charts/argocd-apps/values.yaml",
            line: "fooEnabled: true",
        }],
    },
    Case {
        rule: "ENV-02",
        title: "a key is quoted, and a comment names one that nothing reads",
        edits: &[Edit {
            file: "charts/argocd-apps/values.yaml",
            from: "baseDomain: \"\"  # required: set baseDomainOverride",
            to: "\"baseDomain\": \"\"  # not fooEnabled: true",
        }],
        finds: &[],
    },
    Case {
        rule: "ENV-03",
        title: "a parameter is misspelt",
        edits: &[
            Edit {
                file: "charts/bitiq-umbrella/values.schema.json",
                from: "    \"ciPipelines\": {\n      \"type\": \"object\",\n      \"additionalProperties\": false,",
                to: "    \"ciPipelines\": {\n      \"type\": \"object\",",
            },
            Edit {
                file: "charts/argocd-apps/templates/applicationset.yaml",
                from: "forceString: true  # a revision of digits only is no number",
                to: "forceString: true  # a revision of digits only is no number\n            - name: ciPipelines.fsgroup\n              value: \"\"",
            },
        ],
        finds: &[Find {
            rule: "ENV-03",
            env: "local",
            file: "charts/argocd-apps/templates/applicationset.yaml",
            line: "ciPipelines.fsgroup",
        }],
    },
    Case {
        rule: "ENV-03",
        title: "the name of a parameter is quoted",
        edits: &[Edit {
            file: "charts/argocd-apps/templates/applicationset.yaml",
            from: "- name: ciPipelines.fsGroup",
            to: "# was ciPipelines.fsgroup\n            - name: \"ciPipelines.fsGroup\"",
        }],
        finds: &[],
    },
    Case {
        rule: "ENV-04",
        title: "a required parameter is dropped",
        edits: &[Edit {
            file: "charts/argocd-apps/templates/applicationset.yaml",
            from: "            - name: ciPipelines.fsGroup\n              value: {{ \"{{ .tektonFsGroup }}\" | quote }}\n",
            to: "",
        }],
        finds: &[Find {
            rule: "ENV-04",
            env: "local",
            file: "charts/argocd-apps/templates/applicationset.yaml",
            line: "- name: env",
        }],
    },
    Case {
        rule: "ENV-04",
        title: "a required parameter is empty",
        edits: &[Edit {
            file: "charts/argocd-apps/templates/applicationset.yaml",
            from: "              value: {{ \"{{ .tektonFsGroup }}\" | quote }}",
            to: "              value: \"\"",
        }],
        finds: &[],
    },
    Case {
        rule: "ENV-05",
        title: "the name of a Secret is quoted",
        edits: &[Edit {
            file: "charts/toy-service/values-common.yaml",
            from: "  FAKE_SECRET:\n    name: toy-service-config",
            to: "  FAKE_SECRET:\n    name: \"toy-service-config\"  # not \"\"",
        }],
        finds: &[],
    },
    Case {
        rule: "ENV-06",
        title: "the namespace of an environment is misspelt",
        edits: &[Edit {
            file: "charts/argocd-apps/values.yaml",
            from: "appNamespace: bitiq-prod",
            to: "appNamespace: bitiq-prd",
        }],
        finds: &[Find {
            rule: "ENV-06",
            env: "prod",
            file: "charts/argocd-apps/values.yaml",
            line: "bitiq-prd",
        }],
    },
    Case {
        rule: "ENV-06",
        title: "the namespace is quoted, and a comment misspells it",
        edits: &[Edit {
            file: "charts/argocd-apps/values.yaml",
            from: "appNamespace: bitiq-prod",
            to: "appNamespace: \"bitiq-prod\"  # not bitiq-prd",
        }],
        finds: &[],
    },
    Case {
        rule: "ENV-07",
        title: "a default keeps a switch on",
        edits: &[Edit {
            file: "charts/toy-service/templates/networkpolicy.yaml",
            from: "if .Values.networkPolicy.enabled",
            to: "if .Values.networkPolicy.enabled | default true",
        }],
        finds: &[Find {
            rule: "ENV-07",
            env: "",
            file: "charts/toy-service/templates/networkpolicy.yaml",
            line: "default true",
        }],
    },
    Case {
        rule: "ENV-07",
        title: "a switch is compared with true",
        edits: &[Edit {
            file: "charts/toy-service/templates/networkpolicy.yaml",
            from: "if .Values.networkPolicy.enabled",
            to: "if eq true .Values.networkPolicy.enabled",
        }],
        finds: &[],
    },
    Case {
        rule: "ENV-08",
        title: "an overlay sets what the umbrella always passes",
        edits: &[Edit {
            file: "charts/toy-service/values-prod.yaml",
            from: "replicaCount: 2",
            to: "replicaCount: 2\nbaseDomain: apps.other.example",
        }],
        finds: &[Find {
            rule: "ENV-08",
            env: "",
            file: "charts/toy-service/values-prod.yaml",
            line: "baseDomain: apps.other",
        }],
    },
    Case {
        rule: "ENV-08",
        title: "an overlay says the same as the umbrella",
        edits: &[Edit {
            file: "charts/toy-service/values-prod.yaml",
            from: "replicaCount: 2",
            to: "replicaCount: 2\nbaseDomain: apps.prod.example",
        }],
        finds: &[],
    },
    Case {
        rule: "ENV-09",
        title: "a chart is on and renders nothing",
        edits: &[Edit {
            file: "charts/ollama/values-local.yaml",
            from: "mode: external",
            to: "mode: disabled",
        }],
        finds: &[
            Find {
                rule: "ENV-09",
                env: "local",
                file: "charts/bitiq-umbrella/templates/applications.yaml",
                line: "repoURL: {{ required",
            },
            Find {
                rule: "RTE-07",
                env: "local",
                file: "charts/argocd-apps/values.yaml",
                line: "appNamespace: bitiq-local",
            },
        ],
    },
    Case {
        rule: "ENV-09",
        title: "the mode is quoted, and a comment switches it off",
        edits: &[Edit {
            file: "charts/ollama/values-local.yaml",
            from: "mode: external",
            to: "mode: \"external\"  # not disabled",
        }],
        finds: &[],
    },
    Case {
        rule: "ENV-01",
        title: "the ApplicationSet reads what no element has",
        edits: &[
            // Argo CD would stop there otherwise.
            Edit {
                file: "charts/argocd-apps/templates/applicationset.yaml",
                from: "goTemplateOptions: [\"missingkey=error\"]",
                to: "goTemplateOptions: []",
            },
            Edit {
                file: "charts/argocd-apps/templates/applicationset.yaml",
                from: "        app.kubernetes.io/part-of: bitiq-umbrella\n    spec:",
                to: "        app.kubernetes.io/part-of: bitiq-umbrella\n        owner: {{ \"{{ .owner }}\" | quote }}\n    spec:",
            },
        ],
        finds: &[Find {
            rule: "ENV-01",
            env: "local",
            file: "charts/argocd-apps/templates/applicationset.yaml",
            line: "        owner: ",
        }],
    },
    Case {
        rule: "ENV-01",
        title: "a comment names what no element has",
        edits: &[Edit {
            file: "charts/argocd-apps/templates/applicationset.yaml",
            from: "      project: default\n",
            to: "      # not {{ \"{{ .owner }}\" }}\n      project: default\n",
        }],
        finds: &[],
    },
    Case {
        rule: "ENV-05",
        title: "a label is printed from what is not there",
        edits: &[Edit {
            file: "charts/toy-web/templates/service.yaml",
            from: "metadata:\n",
            to: "metadata:\n  annotations:\n    team: {{ printf \"%s\" .Values.team | quote }}\n",
        }],
        finds: &[Find {
            rule: "ENV-05",
            env: "local",
            file: "charts/toy-web/templates/service.yaml",
            line: "    team: ",
        }],
    },
];
