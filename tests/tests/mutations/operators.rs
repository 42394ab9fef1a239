//! Operators, what they serve, and in which order it comes.

use crate::harness::{Case, Edit, Find};

pub(crate) const CASES: &[Case] = &[
    Case {
        rule: "OPR-01",
        title: "a channel moves by itself",
        edits: &[Edit {
            file: "charts/bootstrap-operators/values.yaml",
            from: "channel: stable-v1",
            to: "channel: stable-v1.15",
        }],
        finds: &[Find {
            rule: "OPR-01",
            env: "local",
            file: "charts/bootstrap-operators/values.yaml",
            line: "channel: stable-v1.15",
        }],
    },
    Case {
        rule: "OPR-01",
        title: "a version to begin with, and upgrades without asking",
        edits: &[Edit {
            file: "charts/bootstrap-operators/values.yaml",
            from: "    channel: stable-v1\n",
            to: "    channel: stable-v1\n    startingCSV: cert-manager-operator.v1.15.1\n",
        }],
        finds: &[Find {
            rule: "OPR-01",
            env: "local",
            file: "charts/bootstrap-operators/values.yaml",
            line: "startingCSV: cert-manager-operator.v1.15.1",
        }],
    },
    Case {
        rule: "OPR-01",
        title: "the channel is quoted, and a comment names another one",
        edits: &[Edit {
            file: "charts/bootstrap-operators/values.yaml",
            from: "channel: stable-v1",
            to: "channel: \"stable-v1\"  # not stable-v1.15",
        }],
        finds: &[],
    },
    Case {
        rule: "OPR-02",
        title: "a Subscription installs what a Helm chart installs",
        edits: &[Edit {
            file: "charts/bootstrap-operators/values.yaml",
            from: "operators:\n",
            to: "operators:\n  couchbase-enterprise-certified: {channel: stable, source: certified-operators, namespace: openshift-operators}\n",
        }],
        finds: &[Find {
            rule: "OPR-02",
            env: "local",
            file: "charts/bitiq-umbrella/values.yaml",
            line: "chart: couchbase-operator",
        }],
    },
    Case {
        rule: "OPR-02",
        title: "a group asks for a mode that the operator does not have",
        edits: &[Edit {
            file: "charts/bootstrap-operators/templates/operatorgroups.yaml",
            from: "spec: {}",
            to: "spec: {targetNamespaces: [{{ $operator.namespace }}]}",
        }],
        finds: &[Find {
            rule: "OPR-02",
            env: "local",
            file: "charts/bootstrap-operators/templates/operatorgroups.yaml",
            line: "spec: {targetNamespaces",
        }],
    },
    Case {
        rule: "OPR-02",
        title: "the list of namespaces is there and empty, and a comment names another installer",
        edits: &[
            Edit {
                file: "charts/bootstrap-operators/templates/operatorgroups.yaml",
                from: "spec: {}",
                to: "spec: {targetNamespaces: []}",
            },
            Edit {
                file: "charts/bootstrap-operators/values.yaml",
                from: "operators:\n",
                to: "operators:\n  # Not couchbase-enterprise-certified.\n",
            },
        ],
        finds: &[],
    },
    Case {
        rule: "OPR-03",
        title: "an operator is called otherwise than its package",
        edits: &[Edit {
            file: "charts/bootstrap-operators/values.yaml",
            from: "  vault-config-operator:\n",
            to: "  vault-config-operators:\n",
        }],
        finds: &[Find {
            rule: "OPR-03",
            env: "local",
            file: "charts/vault-config/templates/authenginemount.yaml",
            line: "apiVersion: redhatcop.redhat.io/v1alpha1",
        }],
    },
    Case {
        rule: "OPR-03",
        title: "the package is quoted, and a comment names another one",
        edits: &[Edit {
            file: "charts/bootstrap-operators/values.yaml",
            from: "  vault-config-operator:\n",
            to: "  # Not vault-config-operators.\n  \"vault-config-operator\":\n",
        }],
        finds: &[],
    },
    Case {
        rule: "OPR-04",
        title: "a resource comes together with its operator",
        edits: &[Edit {
            file: "charts/bootstrap-operators/templates/argocd.yaml",
            from: "sync-wave: \"1\"",
            to: "sync-wave: \"0\"",
        }],
        finds: &[Find {
            rule: "OPR-04",
            env: "local",
            file: "charts/bootstrap-operators/templates/argocd.yaml",
            line: "sync-wave: \"0\"",
        }],
    },
    Case {
        rule: "OPR-04",
        title: "a resource is tried before its kind is there",
        edits: &[Edit {
            file: "charts/bootstrap-operators/templates/argocd.yaml",
            from: "    argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true\n",
            to: "",
        }],
        finds: &[Find {
            rule: "OPR-04",
            env: "local",
            file: "charts/bootstrap-operators/templates/argocd.yaml",
            line: "sync-wave: \"1\"",
        }],
    },
    Case {
        rule: "OPR-04",
        title: "a Job is not deleted before it is made anew",
        edits: &[Edit {
            file: "charts/nginx-sites/templates/seed-job.yaml",
            from: "sync-options: Force=true,Replace=true",
            to: "sync-options: Replace=true",
        }],
        finds: &[Find {
            rule: "OPR-04",
            env: "local",
            file: "charts/nginx-sites/templates/seed-job.yaml",
            line: "sync-options: Replace=true",
        }],
    },
    Case {
        rule: "OPR-04",
        title: "the options stand in another order, and the wave is a later one",
        edits: &[
            Edit {
                file: "charts/nginx-sites/templates/seed-job.yaml",
                from: "sync-options: Force=true,Replace=true",
                to: "sync-options: \"Replace=true, Force=true\"",
            },
            Edit {
                file: "charts/bootstrap-operators/templates/argocd.yaml",
                from: "sync-wave: \"1\"",
                to: "sync-wave: '2'  # not \"0\"",
            },
        ],
        finds: &[],
    },
    Case {
        rule: "OPR-05",
        title: "a certificate is asked of an issuer that is not there",
        edits: &[Edit {
            file: "charts/signet-landing/values-prod.yaml",
            from: "name: letsencrypt-dns01-route53-prod",
            to: "name: letsencrypt-dns01-prod",
        }],
        finds: &[Find {
            rule: "OPR-05",
            env: "prod",
            file: "charts/signet-landing/values-prod.yaml",
            line: "name: letsencrypt-dns01-prod",
        }],
    },
    Case {
        rule: "OPR-05",
        title: "the issuer is quoted, and a comment names another one",
        edits: &[Edit {
            file: "charts/signet-landing/values-prod.yaml",
            from: "name: letsencrypt-dns01-route53-prod",
            to: "name: \"letsencrypt-dns01-route53-prod\"  # not letsencrypt-dns01-prod",
        }],
        finds: &[],
    },
    Case {
        rule: "OPR-08",
        title: "two apps render one object",
        edits: &[Edit {
            file: "charts/toy-web/templates/poddisruptionbudget.yaml",
            from: "  name: {{ include \"toy-web.fullname\" . }}",
            to: "  name: toy-service",
        }],
        finds: &[Find {
            rule: "OPR-08",
            env: "prod",
            file: "charts/toy-web/templates/poddisruptionbudget.yaml",
            line: "name: toy-service",
        }],
    },
    Case {
        rule: "OPR-08",
        title: "an object is called as one of another kind, and a comment as one of the same",
        edits: &[Edit {
            file: "charts/toy-web/templates/poddisruptionbudget.yaml",
            from: "  name: {{ include \"toy-web.fullname\" . }}",
            to: "  # Not toy-service.\n  name: strfry",
        }],
        finds: &[],
    },
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
