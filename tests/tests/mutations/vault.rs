//! Vault and its secrets.

use crate::harness::{Case, Edit, Find};

pub(crate) const CASES: &[Case] = &[
    Case {
        rule: "VLT-02",
        title: "the runtime logs in with a role that nothing renders",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/templates/_values.tpl",
            from: "  roleName: {{ include \"bitiq-umbrella.vaultRole\" . }}",
            to: "  roleName: gitops-prd",
        }],
        finds: &[Find {
            rule: "VLT-02",
            env: "local",
            file: "charts/bitiq-umbrella/templates/_values.tpl",
            line: "roleName: gitops-prd",
        }],
    },
    Case {
        rule: "VLT-02",
        title: "the role is quoted, and a comment names another one",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/templates/_values.tpl",
            from: "  roleName: {{ include \"bitiq-umbrella.vaultRole\" . }}",
            to: "  # was gitops-prd\n  roleName: {{ include \"bitiq-umbrella.vaultRole\" . | quote }}",
        }],
        finds: &[],
    },
];
