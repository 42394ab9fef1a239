//! How containers run, and what is accepted.

use crate::harness::{Case, Edit, Find};

pub(crate) const CASES: &[Case] = &[
    Case {
        rule: "HYG-02",
        title: "an init container has no limits",
        edits: &[Edit {
            file: "charts/toy-web/templates/deployment.yaml",
            from: "toYaml .Values.endpoint.resources",
            to: "toYaml (pick .Values.endpoint.resources \"requests\")",
        }],
        finds: &[Find {
            rule: "HYG-02",
            env: "local",
            file: "charts/toy-web/templates/deployment.yaml",
            line: "toYaml (pick .Values.endpoint.resources",
        }],
    },
    Case {
        rule: "HYG-02",
        title: "a container has no resources",
        edits: &[Edit {
            file: "charts/nginx-sites/templates/seed-job.yaml",
            from: "          resources:\n            {{- toYaml .Values.seed.resources | nindent 12 }}\n",
            to: "",
        }],
        finds: &[Find {
            rule: "HYG-02",
            env: "local",
            file: "charts/nginx-sites/templates/seed-job.yaml",
            line: "- name: seed",
        }],
    },
    Case {
        rule: "HYG-02",
        title: "the limits come first",
        edits: &[Edit {
            file: "charts/toy-web/values.yaml",
            from: "    requests: {cpu: 10m, memory: 16Mi}\n    limits: {cpu: 100m, memory: 32Mi}\n",
            to: "    limits: {memory: \"32Mi\", cpu: 100m}\n    requests: {cpu: 10m, memory: 16Mi}\n",
        }],
        finds: &[],
    },
    Case {
        rule: "HYG-03",
        title: "containers may get more privileges",
        edits: &[Edit {
            file: "charts/nginx-sites/templates/_helpers.tpl",
            from: "allowPrivilegeEscalation: false",
            to: "allowPrivilegeEscalation: true",
        }],
        finds: &[Find {
            rule: "HYG-03",
            env: "local",
            file: "charts/nginx-sites/templates/_helpers.tpl",
            line: "allowPrivilegeEscalation: true",
        }],
    },
    Case {
        rule: "HYG-03",
        title: "pods may run as root",
        edits: &[Edit {
            file: "charts/nginx-sites/templates/_helpers.tpl",
            from: "runAsNonRoot: true\n",
            to: "",
        }],
        finds: &[Find {
            rule: "HYG-03",
            env: "local",
            file: "charts/nginx-sites/templates/_helpers.tpl",
            line: "seccompProfile:",
        }],
    },
    Case {
        rule: "HYG-03",
        title: "the keys stand in another order, and a comment names what is not allowed",
        edits: &[Edit {
            file: "charts/nginx-sites/templates/_helpers.tpl",
            from: "allowPrivilegeEscalation: false\nreadOnlyRootFilesystem: true\n",
            to: "# Not privileged: true.\nreadOnlyRootFilesystem: true\nallowPrivilegeEscalation: false\n",
        }],
        finds: &[],
    },
    Case {
        rule: "HYG-04",
        title: "a probe asks a port that the container does not have",
        edits: &[Edit {
            file: "charts/toy-web/templates/deployment.yaml",
            from: "readinessProbe:\n            httpGet: {path: {{ .Values.healthPath }}, port: http}",
            to: "readinessProbe:\n            httpGet: {path: {{ .Values.healthPath }}, port: web}",
        }],
        finds: &[Find {
            rule: "HYG-04",
            env: "local",
            file: "charts/toy-web/templates/deployment.yaml",
            line: "port: web}",
        }],
    },
    Case {
        rule: "HYG-04",
        title: "nothing asks whether the container can serve",
        edits: &[Edit {
            file: "charts/nginx-sites/templates/deployment.yaml",
            from: "          readinessProbe:\n            httpGet: {path: /healthz, port: http}\n            periodSeconds: 5\n",
            to: "",
        }],
        finds: &[Find {
            rule: "HYG-04",
            env: "local",
            file: "charts/nginx-sites/templates/deployment.yaml",
            line: "- name: {{ .Chart.Name }}",
        }],
    },
    Case {
        rule: "HYG-04",
        title: "a probe names the port by its number",
        edits: &[Edit {
            file: "charts/toy-web/templates/deployment.yaml",
            from: "readinessProbe:\n            httpGet: {path: {{ .Values.healthPath }}, port: http}",
            to: "readinessProbe:\n            httpGet: {port: 8080, path: {{ .Values.healthPath | quote }}}  # not web",
        }],
        finds: &[],
    },
    Case {
        rule: "HYG-07",
        title: "a waiver of what nothing breaks",
        edits: &[Edit {
            file: "evenkeel.yaml",
            from: "waive:\n",
            to: "waive:\n  - { rule: VLT-05, env: prod, reason: was in the clear once, owner: platform }\n",
        }],
        finds: &[Find {
            rule: "HYG-07",
            env: "",
            file: "evenkeel.yaml",
            line: "reason: was in the clear once",
        }],
    },
    Case {
        rule: "HYG-07",
        title: "a comment allows what nothing breaks",
        edits: &[Edit {
            file: "charts/toy-web/values-prod.yaml",
            from: "replicaCount: 2",
            to: "replicaCount: 2  # allow(HYG-04): two watch each other",
        }],
        finds: &[Find {
            rule: "HYG-07",
            env: "",
            file: "charts/toy-web/values-prod.yaml",
            line: "allow(HYG-04)",
        }],
    },
    Case {
        rule: "HYG-07",
        title: "the keys of a waiver stand in another order, and a comment is for another tool",
        edits: &[
            Edit {
                file: "evenkeel.yaml",
                from: "{ rule: CIP-04, app: ci-pipelines, object: RoleBinding/pipeline-privileged,",
                to: "{ object: \"RoleBinding/pipeline-privileged\", app: ci-pipelines, rule: CIP-04,",
            },
            Edit {
                file: "charts/toy-web/values-prod.yaml",
                from: "replicaCount: 2",
                to: "replicaCount: 2  # allow(too-many): says another tool",
            },
        ],
        finds: &[],
    },
];
