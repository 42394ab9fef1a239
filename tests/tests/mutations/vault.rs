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
    Case {
        rule: "VLT-01",
        title: "the policy grants another path than secrets are read at",
        edits: &[Edit {
            file: "charts/vault-config/values.yaml",
            from: "kvMount: gitops",
            to: "kvMount: gitopz",
        }],
        finds: &[Find {
            rule: "VLT-01",
            env: "local",
            file: "charts/vault-config/values.yaml",
            line: "kvMount: gitopz",
        }],
    },
    Case {
        rule: "VLT-01",
        title: "the capabilities stand in another order",
        edits: &[Edit {
            file: "charts/vault-config/templates/policy.yaml",
            from: "(dict \"path\" (printf \"%s/data/*\" .Values.vault.kvMount) \"capabilities\" (list \"read\" \"list\"))",
            to: "(dict \"path\" (printf \"%s/data/*\" .Values.vault.kvMount) \"capabilities\" (list \"list\" \"read\"))",
        }],
        finds: &[],
    },
    Case {
        rule: "VLT-03",
        title: "the role is bound to another ServiceAccount than logs in",
        edits: &[Edit {
            file: "charts/vault-config/values.yaml",
            from: "serviceAccountNames: [default]",
            to: "serviceAccountNames: [vault]",
        }],
        finds: &[Find {
            rule: "VLT-03",
            env: "local",
            file: "charts/vault-config/values.yaml",
            line: "serviceAccountNames: [vault]",
        }],
    },
    Case {
        rule: "VLT-03",
        title: "a bound namespace is quoted",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/templates/_values.tpl",
            from: "    - cert-manager\n",
            to: "    - \"cert-manager\"  # not cert-manger\n",
        }],
        finds: &[],
    },
    Case {
        rule: "VLT-04",
        title: "logins name a connection that is not there",
        edits: &[Edit {
            file: "charts/vault-runtime/templates/vaultauth.yaml",
            from: "vaultConnectionRef: vault",
            to: "vaultConnectionRef: valt",
        }],
        finds: &[Find {
            rule: "VLT-04",
            env: "local",
            file: "charts/vault-runtime/templates/vaultauth.yaml",
            line: "vaultConnectionRef: valt",
        }],
    },
    Case {
        rule: "VLT-04",
        title: "the connection is quoted, and a comment names another one",
        edits: &[Edit {
            file: "charts/vault-runtime/templates/vaultauth.yaml",
            from: "vaultConnectionRef: vault",
            to: "vaultConnectionRef: \"vault\"  # not valt",
        }],
        finds: &[],
    },
    Case {
        rule: "VLT-05",
        title: "production asks its Vault in the clear",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/values-prod.yaml",
            from: "address: https://vault",
            to: "address: http://vault",
        }],
        finds: &[Find {
            rule: "VLT-05",
            env: "prod",
            file: "charts/bitiq-umbrella/values-prod.yaml",
            line: "address: http://vault",
        }],
    },
    Case {
        rule: "VLT-05",
        title: "the address is quoted",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/values-prod.yaml",
            from: "address: https://vault.prod.example.net:8200",
            to: "address: \"https://vault.prod.example.net:8200\"  # not http://vault",
        }],
        finds: &[],
    },
    Case {
        rule: "VLT-06",
        title: "a Secret is delivered under another name than it is read by",
        edits: &[Edit {
            file: "charts/vault-runtime/values.yaml",
            from: "  - name: nostr-query-credentials\n",
            to: "  - name: nostr-query-credential\n",
        }],
        finds: &[Find {
            rule: "VLT-06",
            env: "local",
            file: "charts/nostr-query/values-common.yaml",
            line: "name: nostr-query-credentials",
        }],
    },
    Case {
        rule: "VLT-06",
        title: "the name is quoted, and a comment names another one",
        edits: &[Edit {
            file: "charts/nostr-query/values-common.yaml",
            from: "    name: nostr-query-credentials",
            to: "    # was nostr-query-key\n    name: \"nostr-query-credentials\"",
        }],
        finds: &[],
    },
    Case {
        rule: "VLT-07",
        title: "a container reads a key that the Secret does not have",
        edits: &[Edit {
            file: "charts/toy-web/values.yaml",
            from: "key: API_BASE_URL",
            to: "key: API_URL",
        }],
        finds: &[Find {
            rule: "VLT-07",
            env: "local",
            file: "charts/toy-web/values.yaml",
            line: "key: API_URL",
        }],
    },
    Case {
        rule: "VLT-07",
        title: "the key is quoted, and a comment names another one",
        edits: &[Edit {
            file: "charts/toy-web/values.yaml",
            from: "key: API_BASE_URL",
            to: "key: \"API_BASE_URL\"  # not API_URL",
        }],
        finds: &[],
    },
    Case {
        rule: "VLT-08",
        title: "a secret comes from a path that the catalogue does not have",
        edits: &[Edit {
            file: "charts/vault-runtime/values.yaml",
            from: "path: services/toy-web/config",
            to: "path: services/toy-web/settings",
        }],
        finds: &[Find {
            rule: "VLT-08",
            env: "local",
            file: "charts/vault-runtime/templates/vaultstaticsecret.yaml",
            line: "  path: {{ .path }}",
        }],
    },
    Case {
        rule: "VLT-08",
        title: "the path is quoted",
        edits: &[Edit {
            file: "charts/vault-runtime/values.yaml",
            from: "path: services/toy-web/config",
            to: "path: \"services/toy-web/config\"  # not services/toy-web/settings",
        }],
        finds: &[],
    },
    Case {
        rule: "OPR-06",
        title: "production asks the staging server",
        edits: &[Edit {
            file: "charts/cert-manager-config/values-prod.yaml",
            from: "https://acme-v02.",
            to: "https://acme-staging-v02.",
        }],
        finds: &[Find {
            rule: "OPR-06",
            env: "prod",
            file: "charts/cert-manager-config/values-prod.yaml",
            line: "https://acme-staging-v02.",
        }],
    },
    Case {
        rule: "OPR-06",
        title: "a comment names the staging server",
        edits: &[Edit {
            file: "charts/cert-manager-config/values-prod.yaml",
            from: "  server: https://acme-v02.api.letsencrypt.org/directory",
            to: "  # not https://acme-staging-v02.api.letsencrypt.org/directory\n  server: \"https://acme-v02.api.letsencrypt.org/directory\"",
        }],
        finds: &[],
    },
    Case {
        rule: "HYG-01",
        title: "a template brings a Secret with its data",
        edits: &[Edit {
            file: "charts/toy-web/templates/secret.yaml",
            from: "",
            to: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: toy-web-token\nstringData:\n  token: c2VjcmV0\n",
        }],
        finds: &[Find {
            rule: "HYG-01",
            env: "local",
            file: "charts/toy-web/templates/secret.yaml",
            line: "  token: c2VjcmV0",
        }],
    },
    Case {
        rule: "HYG-01",
        title: "a script has a token in it",
        edits: &[Edit {
            file: "docs/publish.sh",
            from: "",
            to: concat!(
                "#!/bin/sh\ncurl -H 'PRIVATE-TOKEN: glpat-",
                "Zk3_9xQw7TbYc2Lm-4Rd' https://git.example.com\n"
            ),
        }],
        finds: &[Find {
            rule: "HYG-01",
            env: "",
            file: "docs/publish.sh",
            line: "PRIVATE-TOKEN",
        }],
    },
    Case {
        rule: "HYG-01",
        title: "a script tells what a token looks like, and reads its own from the environment",
        edits: &[Edit {
            file: "docs/publish.sh",
            from: "",
            to: "#!/bin/sh\n# such as glpat-xxxxxxxxxxxxxxxxxxxx\ncurl -H \"PRIVATE-TOKEN: $TOKEN\" https://git.example.com\n",
        }],
        finds: &[],
    },
    Case {
        rule: "HYG-01",
        title: "a Secret without data, for a controller to fill",
        edits: &[Edit {
            file: "charts/toy-web/templates/secret.yaml",
            from: "",
            to: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: toy-web-token\n  annotations:\n    kubernetes.io/service-account.name: toy-web\ntype: kubernetes.io/service-account-token\n",
        }],
        finds: &[],
    },
];
