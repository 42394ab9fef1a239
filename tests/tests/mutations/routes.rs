//! Routes, Services and NetworkPolicies.

use crate::harness::{Case, Edit, Find};

pub(crate) const CASES: &[Case] = &[
    Case {
        rule: "RTE-01",
        title: "a host of production lies below another domain",
        edits: &[Edit {
            file: "charts/toy-web/values-prod.yaml",
            from: "replicaCount: 2\n",
            to: "replicaCount: 2\n\nroute:\n  host: web.example.org\n",
        }],
        finds: &[Find {
            rule: "RTE-01",
            env: "prod",
            file: "charts/toy-web/values-prod.yaml",
            line: "host: web.example.org",
        }],
    },
    Case {
        rule: "RTE-01",
        title: "a comment names a host below another domain",
        edits: &[Edit {
            file: "charts/toy-web/values-common.yaml",
            from: "  hostPrefix: svc-web",
            to: "  # not svc-web.example.org\n  hostPrefix: \"svc-web\"",
        }],
        finds: &[],
    },
    Case {
        rule: "RTE-02",
        title: "a host of production is written out",
        edits: &[Edit {
            file: "charts/toy-web/values-prod.yaml",
            from: "replicaCount: 2\n",
            to: "replicaCount: 2\n\nroute:\n  host: svc-web.apps.prod.example\n",
        }],
        finds: &[Find {
            rule: "RTE-02",
            env: "prod",
            file: "charts/toy-web/values-prod.yaml",
            line: "host: svc-web.apps.prod.example",
        }],
    },
    Case {
        rule: "RTE-02",
        title: "another layer says the prefix again",
        edits: &[Edit {
            file: "charts/toy-web/values-prod.yaml",
            from: "replicaCount: 2\n",
            to: "replicaCount: 2\n\nroute:\n  hostPrefix: svc-web  # not svc-web.apps.prod.example\n",
        }],
        finds: &[],
    },
    Case {
        rule: "RTE-03",
        title: "the first label of a host is too long",
        edits: &[Edit {
            file: "charts/toy-web/values-common.yaml",
            from: "hostPrefix: svc-web",
            to: "hostPrefix: svc-web-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        }],
        finds: &[Find {
            rule: "RTE-03",
            env: "local",
            file: "charts/toy-web/values-common.yaml",
            line: "hostPrefix: svc-web-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        }],
    },
    Case {
        rule: "RTE-03",
        title: "the prefix has a dot in it",
        edits: &[Edit {
            file: "charts/toy-web/values-common.yaml",
            from: "hostPrefix: svc-web",
            to: "hostPrefix: web.svc-web",
        }],
        finds: &[],
    },
    Case {
        rule: "RTE-04",
        title: "two apps serve one host",
        edits: &[Edit {
            file: "charts/toy-web/values-common.yaml",
            from: "hostPrefix: svc-web",
            to: "hostPrefix: svc-api",
        }],
        finds: &[Find {
            rule: "RTE-04",
            env: "local",
            file: "charts/toy-web/values-common.yaml",
            line: "hostPrefix: svc-api",
        }],
    },
    Case {
        rule: "RTE-04",
        title: "a comment names the host of another app",
        edits: &[Edit {
            file: "charts/toy-web/values-common.yaml",
            from: "hostPrefix: svc-web",
            to: "hostPrefix: \"svc-web\"  # not svc-api",
        }],
        finds: &[],
    },
    Case {
        rule: "RTE-05",
        title: "a Service leads to a port that the container does not have",
        edits: &[Edit {
            file: "charts/toy-service/templates/service.yaml",
            from: "targetPort: http",
            to: "targetPort: web",
        }],
        finds: &[Find {
            rule: "RTE-05",
            env: "local",
            file: "charts/toy-service/templates/service.yaml",
            line: "targetPort: web",
        }],
    },
    Case {
        rule: "RTE-05",
        title: "the port is said by its number",
        edits: &[Edit {
            file: "charts/toy-service/templates/service.yaml",
            from: "targetPort: http",
            to: "targetPort: {{ .Values.service.port }}  # not web",
        }],
        finds: &[],
    },
    Case {
        rule: "RTE-06",
        title: "nothing says what becomes of plain HTTP",
        edits: &[Edit {
            file: "charts/toy-web/values.yaml",
            from: "    insecureEdgeTerminationPolicy: Redirect\n",
            to: "",
        }],
        finds: &[Find {
            rule: "RTE-06",
            env: "prod",
            file: "charts/toy-web/values.yaml",
            line: "  tls:",
        }],
    },
    Case {
        rule: "RTE-06",
        title: "the keys stand in another order",
        edits: &[Edit {
            file: "charts/toy-web/values.yaml",
            from: "    termination: edge\n    insecureEdgeTerminationPolicy: Redirect\n",
            to: "    insecureEdgeTerminationPolicy: \"Redirect\"\n    termination: edge\n",
        }],
        finds: &[],
    },
    Case {
        rule: "RTE-07",
        title: "a Service is asked for in another namespace",
        edits: &[Edit {
            file: "charts/nostr-query/values-common.yaml",
            from: "nostr-threads.{{ .Release.Namespace }}.svc",
            to: "nostr-threads.default.svc",
        }],
        finds: &[Find {
            rule: "RTE-07",
            env: "local",
            file: "charts/nostr-query/values-common.yaml",
            line: "nostr-threads.default.svc",
        }],
    },
    Case {
        rule: "RTE-07",
        title: "the shorter name, and a comment with the wrong one",
        edits: &[Edit {
            file: "charts/nostr-query/values-common.yaml",
            from: "  THREADS_URL: http://nostr-threads.{{ .Release.Namespace }}.svc.cluster.local:8081",
            to: "  # not http://nostr-threads.default.svc:8081\n  THREADS_URL: \"http://nostr-threads.{{ .Release.Namespace }}.svc:8081\"",
        }],
        finds: &[],
    },
    Case {
        rule: "RTE-08",
        title: "pods may ask the DNS only where OpenShift's does not listen",
        edits: &[Edit {
            file: "charts/nostr-query/templates/networkpolicy.yaml",
            from: "        - {port: 5353, protocol: UDP}\n",
            to: "",
        }],
        finds: &[Find {
            rule: "RTE-08",
            env: "local",
            file: "charts/nostr-query/templates/networkpolicy.yaml",
            line: "        - {port: 53, protocol: UDP}",
        }],
    },
    Case {
        rule: "RTE-08",
        title: "the ports stand in another order",
        edits: &[Edit {
            file: "charts/nostr-query/templates/networkpolicy.yaml",
            from: "        - {port: 53, protocol: UDP}\n        - {port: 53, protocol: TCP}\n        - {port: 5353, protocol: UDP}\n",
            to: "        - {port: 5353, protocol: UDP}\n        - {port: 53, protocol: TCP}\n        - {port: 53, protocol: UDP}\n",
        }],
        finds: &[],
    },
];
