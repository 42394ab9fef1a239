//! Pipelines, their triggers and their credentials.

use crate::harness::{Case, Edit, Find};

pub(crate) const CASES: &[Case] = &[
    Case {
        rule: "CIP-01",
        title: "production has a group of another cluster",
        edits: &[Edit {
            file: "charts/argocd-apps/values.yaml",
            from: "    baseDomain: \"\"  # required: set baseDomainOverride\n    tektonFsGroup: \"\"",
            to: "    baseDomain: \"\"  # required: set baseDomainOverride\n    tektonFsGroup: \"1000690000\"",
        }],
        finds: &[Find {
            rule: "CIP-01",
            env: "prod",
            file: "charts/argocd-apps/values.yaml",
            line: "tektonFsGroup: \"1000690000\"",
        }],
    },
    Case {
        rule: "CIP-01",
        title: "a chart has a default that no environment asked for",
        edits: &[Edit {
            file: "charts/ci-pipelines/values.yaml",
            from: "# fsGroup: 1000700000",
            to: "fsGroup: 1000700000",
        }],
        finds: &[Find {
            rule: "CIP-01",
            env: "local",
            file: "charts/ci-pipelines/values.yaml",
            line: "fsGroup: 1000700000",
        }],
    },
    Case {
        rule: "CIP-01",
        title: "another layer says again that there is none",
        edits: &[Edit {
            file: "charts/ci-pipelines/values.yaml",
            from: "# fsGroup: 1000700000",
            to: "# Not fsGroup: 1000690000.\nfsGroup: null",
        }],
        finds: &[],
    },
    Case {
        rule: "CIP-02",
        title: "a parameter of the bindings is written with a slip",
        edits: &[Edit {
            file: "charts/ci-pipelines/templates/triggerbindings.yaml",
            from: "- name: revision",
            to: "- name: revison",
        }],
        finds: &[Find {
            rule: "CIP-02",
            env: "local",
            file: "charts/ci-pipelines/templates/triggerbindings.yaml",
            line: "- name: revison",
        }],
    },
    Case {
        rule: "CIP-02",
        title: "a parameter is quoted",
        edits: &[Edit {
            file: "charts/ci-pipelines/templates/triggerbindings.yaml",
            from: "- name: revision",
            to: "- name: \"revision\"  # not revison",
        }],
        finds: &[],
    },
    Case {
        rule: "CIP-03",
        title: "the runs do not get the credentials of the repository",
        edits: &[Edit {
            file: "charts/ci-pipelines/templates/serviceaccounts.yaml",
            from: "  - name: {{ .Values.secrets.git }}\n",
            to: "",
        }],
        finds: &[Find {
            rule: "CIP-03",
            env: "local",
            file: "charts/ci-pipelines/templates/serviceaccounts.yaml",
            line: "  - name: {{ .Values.secrets.registry }}",
        }],
    },
    Case {
        rule: "CIP-03",
        title: "the credentials stand in another order",
        edits: &[Edit {
            file: "charts/ci-pipelines/templates/serviceaccounts.yaml",
            from: "  - name: {{ .Values.secrets.registry }}\n  - name: {{ .Values.secrets.git }}\n",
            to: "  - name: {{ .Values.secrets.git }}\n  - name: {{ .Values.secrets.registry }}\n",
        }],
        finds: &[],
    },
    Case {
        rule: "CIP-04",
        title: "a run with a fixed name stands in the chart",
        edits: &[Edit {
            file: "charts/ci-pipelines/templates/smoke.yaml",
            from: "",
            to: "apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata:\n  name: smoke\nspec:\n  taskRef:\n    resolver: hub\n    params: [{name: name, value: git-clone}]\n",
        }],
        finds: &[Find {
            rule: "CIP-04",
            env: "local",
            file: "charts/ci-pipelines/templates/smoke.yaml",
            line: "name: smoke",
        }],
    },
    Case {
        rule: "CIP-04",
        title: "a hook of Argo CD is run at each sync",
        edits: &[Edit {
            file: "charts/ci-pipelines/templates/smoke.yaml",
            from: "",
            to: "apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata:\n  name: smoke\n  annotations:\n    argocd.argoproj.io/hook: PostSync\nspec:\n  taskRef:\n    resolver: hub\n    params: [{name: name, value: git-clone}]\n",
        }],
        finds: &[],
    },
];
