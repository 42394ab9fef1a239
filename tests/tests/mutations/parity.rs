//! What environments have in common, and what each one must have of its own.

use crate::harness::{Case, Edit, Find};

pub(crate) const CASES: &[Case] = &[
    Case {
        rule: "PAR-02",
        title: "production loses an app, and nobody says why",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/values-prod.yaml",
            from: "  nginx-sites:\n    enabled: true",
            to: "  nginx-sites:\n    enabled: false # nobody says why",
        }],
        finds: &[Find {
            rule: "PAR-02",
            env: "prod",
            file: "charts/bitiq-umbrella/values-prod.yaml",
            line: "enabled: false # nobody says why",
        }],
    },
    Case {
        rule: "PAR-02",
        title: "production loses two apps, each for a reason of its own",
        edits: &[
            Edit {
                file: "charts/bitiq-umbrella/values-prod.yaml",
                from: "  nginx-sites:\n    enabled: true",
                to: "  nginx-sites:\n    enabled: false # one",
            },
            Edit {
                file: "charts/bitiq-umbrella/values-prod.yaml",
                from: "  toy-web:\n    enabled: true",
                to: "  toy-web:\n    enabled: false # another",
            },
        ],
        finds: &[
            Find {
                rule: "PAR-02",
                env: "prod",
                file: "charts/bitiq-umbrella/values-prod.yaml",
                line: "enabled: false # one",
            },
            Find {
                rule: "PAR-02",
                env: "prod",
                file: "charts/bitiq-umbrella/values-prod.yaml",
                line: "enabled: false # another",
            },
        ],
    },
    Case {
        rule: "PAR-02",
        title: "a reason for what runs nevertheless",
        edits: &[Edit {
            file: "evenkeel.yaml",
            from: "    - { env: prod, app: ollama,",
            to: "    - { env: prod, app: strfry, reason: not yet, owner: platform }\n    - { env: prod, app: ollama,",
        }],
        finds: &[Find {
            rule: "PAR-02",
            env: "prod",
            file: "evenkeel.yaml",
            line: "app: strfry, reason: not yet",
        }],
    },
    Case {
        rule: "PAR-02",
        title: "a comment says that an app is off, and a reason stands in another order",
        edits: &[
            Edit {
                file: "charts/bitiq-umbrella/values-prod.yaml",
                from: "  strfry:\n    enabled: true",
                to: "  strfry:\n    enabled: true  # was false",
            },
            Edit {
                file: "evenkeel.yaml",
                from: "{ env: prod, app: ollama, reason: prod has no GPU nodes, owner",
                to: "{ app: \"ollama\", reason: prod has no GPU nodes, env: prod, owner",
            },
        ],
        finds: &[],
    },
    Case {
        rule: "PAR-03",
        title: "a common overlay names local",
        edits: &[Edit {
            file: "charts/strfry/values-common.yaml",
            from: "name: bitiq relay",
            to: "name: relay of bitiq-local",
        }],
        finds: &[Find {
            rule: "PAR-03",
            env: "prod",
            file: "charts/strfry/values-common.yaml",
            line: "name: relay of bitiq-local",
        }],
    },
    Case {
        rule: "PAR-03",
        title: "a script has the namespace of local in it",
        edits: &[Edit {
            file: "charts/nginx-sites/files/seed.sh",
            from: "folder=/srv/sites/$(basename",
            to: "folder=/srv/sites/bitiq-local/$(basename",
        }],
        finds: &[Find {
            rule: "PAR-03",
            env: "prod",
            file: "charts/nginx-sites/files/seed.sh",
            line: "bitiq-local",
        }],
    },
    Case {
        rule: "PAR-03",
        title: "a comment of a script names local, and a word only begins like it",
        edits: &[
            Edit {
                file: "charts/nginx-sites/files/seed.sh",
                from: "set -eu\n",
                to: "set -eu\n# Was /srv/bitiq-local.\n",
            },
            Edit {
                file: "charts/strfry/values-common.yaml",
                from: "name: bitiq relay",
                to: "name: bitiq-locally known relay",
            },
        ],
        finds: &[],
    },
    Case {
        rule: "PAR-05",
        title: "the host's prefix is another one in prod",
        edits: &[Edit {
            file: "charts/toy-web/values-prod.yaml",
            from: "replicaCount: 2",
            to: "replicaCount: 2\nroute:\n  hostPrefix: www",
        }],
        finds: &[Find {
            rule: "PAR-05",
            env: "prod",
            file: "charts/toy-web/values-prod.yaml",
            line: "hostPrefix: www",
        }],
    },
    Case {
        rule: "PAR-05",
        title: "an equal value comes from the overlay",
        edits: &[Edit {
            file: "charts/toy-web/values-prod.yaml",
            from: "replicaCount: 2",
            to: "replicaCount: 2 # and not 1, as local\nroute:\n  hostPrefix: \"svc-web\"",
        }],
        finds: &[],
    },
    Case {
        rule: "PAR-06",
        title: "an object is pinned to the namespace of local",
        edits: &[Edit {
            file: "charts/toy-web/templates/poddisruptionbudget.yaml",
            from: "metadata:\n",
            to: "metadata:\n  namespace: bitiq-local\n",
        }],
        finds: &[Find {
            rule: "PAR-06",
            env: "prod",
            file: "charts/toy-web/templates/poddisruptionbudget.yaml",
            line: "namespace: bitiq-local",
        }],
    },
    Case {
        rule: "PAR-06",
        title: "the namespace of the destination is written out",
        edits: &[Edit {
            file: "charts/toy-web/templates/poddisruptionbudget.yaml",
            from: "metadata:\n",
            to: "metadata:\n  namespace: {{ .Release.Namespace | quote }}  # not bitiq-local\n",
        }],
        finds: &[],
    },
    Case {
        rule: "PAR-07",
        title: "nobody said how to reach who runs the relay",
        edits: &[Edit {
            file: "charts/strfry/values-common.yaml",
            from: "contact: mailto:ops@",
            to: "contact: mailto:CHANGEME@",
        }],
        finds: &[Find {
            rule: "PAR-07",
            env: "local",
            file: "charts/strfry/values-common.yaml",
            line: "contact: mailto:CHANGEME@",
        }],
    },
    Case {
        rule: "PAR-07",
        title: "a comment asks to be replaced, and so does a default that each environment replaces",
        edits: &[
            Edit {
                file: "charts/strfry/values-common.yaml",
                from: "contact: mailto:ops@relay.example.net",
                to: "contact: \"mailto:ops@relay.example.net\"  # not CHANGEME",
            },
            Edit {
                file: "charts/nostouch/values.yaml",
                from: "envPrefix: dev",
                to: "envPrefix: CHANGEME",
            },
        ],
        finds: &[],
    },
    Case {
        rule: "PAR-09",
        title: "a volume of production names another class",
        edits: &[Edit {
            file: "charts/nginx-sites/values-prod.yaml",
            from: "storageClass: gp3-csi",
            to: "storageClass: gp2",
        }],
        finds: &[Find {
            rule: "PAR-09",
            env: "prod",
            file: "charts/nginx-sites/values-prod.yaml",
            line: "storageClass: gp2",
        }],
    },
    Case {
        rule: "PAR-09",
        title: "the runs of production name no class",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/values-prod.yaml",
            from: "  storageClass: gp3-csi\n",
            to: "  storageClass: \"\"\n",
        }],
        finds: &[Find {
            rule: "PAR-09",
            env: "prod",
            file: "charts/ci-pipelines/templates/triggertemplates.yaml",
            line: "accessModes: [ReadWriteOnce]",
        }],
    },
    Case {
        rule: "PAR-09",
        title: "a volume of production is smaller than its floor",
        edits: &[Edit {
            file: "charts/nginx-sites/values-prod.yaml",
            from: "size: 2Gi",
            to: "size: 512Mi",
        }],
        finds: &[Find {
            rule: "PAR-09",
            env: "prod",
            file: "charts/nginx-sites/values-prod.yaml",
            line: "size: 512Mi",
        }],
    },
    Case {
        rule: "PAR-09",
        title: "the size has another unit, and the class is quoted",
        edits: &[
            Edit {
                file: "charts/nginx-sites/values-prod.yaml",
                from: "size: 2Gi",
                to: "size: 2048Mi  # not 512Mi",
            },
            Edit {
                file: "charts/nginx-sites/values-prod.yaml",
                from: "storageClass: gp3-csi",
                to: "storageClass: \"gp3-csi\"",
            },
        ],
        finds: &[],
    },
];
