//! Images and versions.

use crate::harness::{Case, Edit, Find};

pub(crate) const CASES: &[Case] = &[
    Case {
        rule: "IMG-01",
        title: "an image is whatever was pushed last",
        edits: &[Edit {
            file: "charts/toy-service/values.yaml",
            from: "tag: v0.15.0",
            to: "tag: latest",
        }],
        finds: &[Find {
            rule: "IMG-01",
            env: "local",
            file: "charts/toy-service/values.yaml",
            line: "tag: latest",
        }],
    },
    Case {
        rule: "IMG-01",
        title: "a tag is quoted, and a comment says latest",
        edits: &[Edit {
            file: "charts/toy-service/values.yaml",
            from: "tag: v0.15.0",
            to: "tag: \"v0.15.0\"  # not latest",
        }],
        finds: &[],
    },
    Case {
        rule: "IMG-02",
        title: "a tag lacks the `g` of its commit, everywhere",
        edits: &[
            Edit {
                file: "charts/nostr-thread-copier/values-prod.yaml",
                from: "v0.1.6-commit.ge03c95a",
                to: "v0.1.6-commit.e03c95a",
            },
            Edit {
                file: "charts/nostr-thread-copier/values-local.yaml",
                from: "v0.1.6-commit.ge03c95a",
                to: "v0.1.6-commit.e03c95a",
            },
        ],
        finds: &[
            Find {
                rule: "IMG-02",
                env: "local",
                file: "charts/nostr-thread-copier/values-local.yaml",
                line: "tag: v0.1.6-commit.e",
            },
            Find {
                rule: "IMG-02",
                env: "prod",
                file: "charts/nostr-thread-copier/values-prod.yaml",
                line: "tag: v0.1.6-commit.e",
            },
        ],
    },
    Case {
        rule: "IMG-02",
        title: "a tag is quoted, and a comment holds another",
        edits: &[Edit {
            file: "charts/nostr-thread-copier/values-prod.yaml",
            from: "tag: v0.1.6-commit.ge03c95a",
            to: "tag: 'v0.1.6-commit.ge03c95a' # tag: v0.1.6-commit.e03c95a",
        }],
        finds: &[],
    },
    Case {
        rule: "IMG-03",
        title: "the version of the whole is another one",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/Chart.yaml",
            from: "toy-web-v0.2.8",
            to: "toy-web-v0.2.7",
        }],
        finds: &[Find {
            rule: "IMG-03",
            env: "local",
            file: "charts/bitiq-umbrella/Chart.yaml",
            line: "appVersion: ",
        }],
    },
    Case {
        rule: "IMG-03",
        title: "repository and tag change places",
        edits: &[Edit {
            file: "charts/toy-web/values-prod.yaml",
            from: "  repository: quay.io/acme/toy-web\n  tag: v0.2.8-commit.g7d20e4c",
            to: "  # tag: v0.2.7\n  tag: \"v0.2.8-commit.g7d20e4c\" # not v0.2.7\n  repository: quay.io/acme/toy-web",
        }],
        finds: &[],
    },
    Case {
        rule: "IMG-04",
        title: "an environment runs behind",
        edits: &[Edit {
            file: "charts/nostr-query/values-prod.yaml",
            from: "v0.2.3-commit.g8be41d7",
            to: "v0.2.2-commit.g8be41d7",
        }],
        finds: &[Find {
            rule: "IMG-04",
            env: "prod",
            file: "charts/nostr-query/values-prod.yaml",
            line: "tag: v0.2.2",
        }],
    },
    Case {
        rule: "IMG-04",
        title: "an environment is the same in quotes",
        edits: &[Edit {
            file: "charts/nostr-query/values-prod.yaml",
            from: "tag: v0.2.3-commit.g8be41d7",
            to: "tag: \"v0.2.3-commit.g8be41d7\" # not v0.2.2",
        }],
        finds: &[],
    },
    Case {
        rule: "IMG-05",
        title: "the updater writes a key that is not there",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/templates/_helpers.tpl",
            from: "helm.image-tag: image.tag",
            to: "helm.image-tag: image.version",
        }],
        finds: &[Find {
            rule: "IMG-05",
            env: "local",
            file: "charts/bitiq-umbrella/templates/_helpers.tpl",
            line: "helm.image-tag: image.version",
        }],
    },
    Case {
        rule: "IMG-05",
        title: "the key is quoted",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/templates/_helpers.tpl",
            from: "helm.image-tag: image.tag",
            to: "helm.image-tag: \"image.tag\"",
        }],
        finds: &[],
    },
    Case {
        rule: "IMG-06",
        title: "an environment looks for another platform",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/values-prod.yaml",
            from: "ciPipelines:\n",
            to: "imageUpdater:\n  platforms: linux/arm64\n\nciPipelines:\n",
        }],
        finds: &[Find {
            rule: "IMG-06",
            env: "prod",
            file: "charts/bitiq-umbrella/values-prod.yaml",
            line: "platforms: linux/arm64",
        }],
    },
    Case {
        rule: "IMG-06",
        title: "an environment says the same platform",
        edits: &[Edit {
            file: "charts/bitiq-umbrella/values-prod.yaml",
            from: "ciPipelines:\n",
            to: "imageUpdater:\n  platforms: \"linux/amd64\"  # not linux/arm64\n\nciPipelines:\n",
        }],
        finds: &[],
    },
    Case {
        rule: "IMG-07",
        title: "an image names no registry",
        edits: &[
            Edit {
                file: "charts/nginx-sites/values.schema.json",
                from: "\"repository\": { \"type\": \"string\", \"pattern\": \"^[a-z0-9.-]+\\\\.[a-z]+/.+[^/]$\" }",
                to: "\"repository\": { \"type\": \"string\" }",
            },
            Edit {
                file: "charts/nginx-sites/values.yaml",
                from: "repository: docker.io/nginxinc",
                to: "repository: nginxinc",
            },
        ],
        finds: &[Find {
            rule: "IMG-07",
            env: "local",
            file: "charts/nginx-sites/values.yaml",
            line: "repository: nginxinc",
        }],
    },
    Case {
        rule: "IMG-07",
        title: "a repository is quoted",
        edits: &[Edit {
            file: "charts/nginx-sites/values.yaml",
            from: "repository: docker.io/nginxinc/nginx-unprivileged",
            to: "repository: \"docker.io/nginxinc/nginx-unprivileged\"  # not nginxinc/nginx-unprivileged",
        }],
        finds: &[],
    },
];
