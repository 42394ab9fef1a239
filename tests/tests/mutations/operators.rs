//! Operators and what Argo CD may do.

use crate::harness::{Case, Edit, Find};

pub(crate) const CASES: &[Case] = &[
    Case {
        rule: "OPR-07",
        title: "a kind is missing in what Argo CD is granted",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/templates/rbac-cert-manager.yaml",
            from: "resources: [clusterissuers, certificates]",
            to: "resources: [certificates]",
        }],
        finds: &[Find {
            rule: "OPR-07",
            env: "local",
            file: "charts/cert-manager-config/templates/clusterissuer-http01.yaml",
            line: "kind: ClusterIssuer",
        }],
    },
    Case {
        rule: "OPR-07",
        title: "the kinds that Argo CD is granted stand in another order",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/templates/rbac-cert-manager.yaml",
            from: "resources: [clusterissuers, certificates]",
            to: "resources: [certificates, \"clusterissuers\"]",
        }],
        finds: &[],
    },
];
